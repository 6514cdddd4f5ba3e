"""Others: papers that no hospital writes: another insurer's sheet of what it paid, and the proof of an accident."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from hearth.doors.demo.papers.bill import Bill
from hearth.doors.demo.papers.capitals import in_capitals
from hearth.doors.demo.papers.said import Entry, entries, money
from hearth.doors.demo.papers.sheet import INK, Sheet

WIDTH, HEIGHT = 1654, 2339
LEFT, RIGHT = 110.0, WIDTH - 110.0

INSURERS = ("样例人寿保险股份有限公司", "示范财产保险股份有限公司", "测试健康保险有限责任公司")
ACCIDENTS = (
    ("小区儿童乐园滑梯旁", "玩耍时从滑梯上跌落，右手腕着地，当即肿胀疼痛，由家人送医"),
    ("商场一层扶梯口", "因地面湿滑摔倒，左膝着地，无法行走，由工作人员协助送医"),
    ("公司三号仓库", "搬运货物时被倒下的纸箱砸中右足，同事随即将其送往医院就诊"),
    ("学校操场篮球场", "上体育课打球时与同学相撞倒地，头部擦伤，校医处理后送医"),
    ("测试路与样例街路口", "骑电动自行车直行时与右转的小型轿车发生碰撞，身体多处擦伤，车辆轻微受损"),
)
WITNESSES = ("{}物业服务中心", "{}商业管理有限公司", "{}物流有限公司", "{}实验学校", "{}交警大队")


def _paid_there(bill: Bill) -> int:
    """What another insurer paid of the person's own part, in fen."""
    return max(100, (bill.account + bill.cash) * (30 + bill.age % 50) // 100)


def _ruled(sheet: Sheet, shown: Sequence[Entry], y: float, look: str, *, size: float = 22, step: float = 56) -> float:
    """Entries in a ruled table of two columns, each label in a cell of its own; gives the y below."""
    wide, share = (RIGHT - LEFT) / 2, 0.38
    rows = (len(shown) + 1) // 2
    for place, entry in enumerate(shown):
        x, middle = LEFT + wide * (place % 2), y + step * (place // 2 + 0.5)
        sheet.text(x + 12, middle, entry.label, size, look=look, within=wide * share - 20)
        run = sheet.text(x + wide * share + 12, middle, entry.text, size, look=look, within=wide * (1 - share) - 20)
        sheet.told(entry.key, entry.text, run, entry.value)
    for row in range(rows + 1):
        sheet.rule(LEFT, y + step * row, RIGHT, y + step * row, INK, 1.2)
    for x in (LEFT, LEFT + wide * share, LEFT + wide, LEFT + wide * (1 + share), RIGHT):
        sheet.rule(x, y, x, y + step * rows, INK, 1.2)
    return y + step * rows


def _listed(sheet: Sheet, shown: Sequence[Entry], y: float, look: str, *, across: int = 2, size: float = 24) -> float:
    """Entries beside their labels without rules; gives the y below."""
    wide = (RIGHT - LEFT) / across
    for place, entry in enumerate(shown):
        x, middle = LEFT + wide * (place % across), y + 54 * (place // across)
        space = wide - sheet.measure(entry.label + "：", size, look) - 12
        sheet.label(
            x, middle, entry.label + "：", entry.text, entry.key, size, value=entry.value, look=look, within=space
        )
    return y + 54 * ((len(shown) + across - 1) // across)


def other_insurer_sheet(bill: Bill, layout: str, scale: float = 1.0) -> list[Sheet]:
    """What another insurer paid of an invoice."""
    ruled = layout == "table"
    look = "sans" if ruled else "serif"
    said = entries(
        bill,
        "dashes" if ruled else "signs",
        {"payer": "被保险人", "hospital.name": "就诊医院", "number": "发票号码", "total": "医疗费用总额",
         "fund": "统筹基金支付"},
    )  # fmt: skip
    insurer = INSURERS[int(bill.record_no[1]) % len(INSURERS)]
    sheet = Sheet(WIDTH, HEIGHT, scale)
    bold = "sans_bold" if ruled else "serif_bold"
    head = sheet.text(WIDTH / 2, 110, insurer, 38, look=bold, align="middle")
    sheet.told("保险公司", insurer, head)
    title = "医疗费用分割单" if ruled else "理赔费用分割单"
    sheet.told("title", title, sheet.text(WIDTH / 2, 180, title, 38, look=bold, align="middle", gap=6))
    case, policy = f"L{bill.business_no[2:14]}", f"P{bill.record_no}{bill.visit_no[:6]}"
    paid = money(_paid_there(bill))
    words = in_capitals(_paid_there(bill))
    closed = bill.issued_on + timedelta(days=7 + bill.age % 20)
    who = [
        said["payer"], said["sex"],
        Entry("证件号码", "公民身份号码", bill.person.number, bill.person.number),
        Entry("保单号" if ruled else "保险单号", "保单号", policy, policy),
        Entry("赔案号" if ruled else "理赔案号", "赔案号", case, case),
        said["hospital.name"],
        *(said[key] for key in ("visited_on", "admitted_on", "discharged_on") if key in said),
        Entry("诊断", "诊断", bill.disease[0], bill.disease[0]),
        said["number"], said["total"], said["fund"],
        Entry("本次赔付金额" if ruled else "赔款金额", "赔付金额", paid, paid),
    ]  # fmt: skip
    y = _ruled(sheet, who, 270, look) if ruled else _listed(sheet, who, 290, look)
    label = "赔付金额（大写）：" if ruled else "赔款金额（大写）："
    sheet.label(LEFT + 12, y + 50, label, words, "赔付金额大写", 24, look=look)
    _, y = sheet.wrapped(
        LEFT + 12, y + 120, "上述发票原件由本公司留存。本单仅证明本公司对该发票的赔付情况，供被保险人向其他保险人申请"
        "赔付时使用。", RIGHT - LEFT - 24, 22, look=look, step=1.7,
    )  # fmt: skip
    day = closed.isoformat() if ruled else f"{closed.year}年{closed.month:02d}月{closed.day:02d}日"
    sheet.label(WIDTH * 0.6, y + 70, "结案日期：", day, "issued_on", 24, value=closed.isoformat(), look=look)
    sheet.stamp(WIDTH * 0.42, y + 80, insurer, "理赔专用章（样）", wide=340, high=220, strength=170)
    sheet.sample(WIDTH / 2, HEIGHT - 34, "middle", 15)
    return [sheet]


def accident_proof(bill: Bill, layout: str, scale: float = 1.0) -> list[Sheet]:
    """What happened, where and when, by whoever saw it or keeps the place."""
    formal = layout == "form"
    look = "serif" if formal else "sans"
    place, course = ACCIDENTS[int(bill.record_no[2]) % len(ACCIDENTS)]
    witness = WITNESSES[int(bill.record_no[2]) % len(WITNESSES)].format(bill.place)
    sheet = Sheet(WIDTH, HEIGHT, scale)
    title = "意外事故证明" if formal else "事故情况证明"
    title_run = sheet.text(WIDTH / 2, 170, title, 44, look="serif_bold" if formal else "sans_bold", align="middle")
    sheet.told("title", title, title_run)
    said = entries(bill, "signs", {"payer": "当事人" if formal else "受伤人姓名"})
    on, hour, minute = bill.from_on, 7 + bill.age % 13, int(bill.record_no[3:5]) % 60
    when = (
        f"{on.year}年{on.month}月{on.day}日{hour}时{minute:02d}分"
        if formal
        else f"{on.isoformat()} {hour}:{minute:02d}"
    )
    where = f"{bill.place}市样例区{place}"
    facts = [
        said["payer"], said["sex"], said["年龄"],
        Entry("身份证号" if formal else "证件号码", "公民身份号码", bill.person.number, bill.person.number),
        Entry("事故时间" if formal else "发生时间", "事故时间", when, on.isoformat()),
        Entry("事故地点" if formal else "发生地点", "事故地点", where, where),
    ]  # fmt: skip
    y = _listed(sheet, facts[:4], 300, look, size=25)
    y = _listed(sheet, facts[4:], y + 4, look, across=1, size=25)
    course_label = "事故经过：" if formal else "简要经过："
    bold = "serif_bold" if formal else "sans"
    sheet.text(LEFT, y + 8, course_label, 25, look=bold)
    at = LEFT + sheet.measure(course_label, 25, bold) + 6
    runs, y = sheet.wrapped(at, y + 8, f"{bill.person.name}{course}。", RIGHT - at, 25, look=look, step=1.8)
    sheet.told("事故经过", f"{bill.person.name}{course}。", runs)
    sheet.text(LEFT, y + 40, "特此证明。", 25, look=look)
    proved = bill.from_on + timedelta(days=1 + bill.age % 5)
    day = f"{proved.year}年{proved.month}月{proved.day}日"
    name = "证明单位（章）：" if formal else "出具单位："
    sheet.label(WIDTH * 0.5, y + 150, name, witness, "证明单位", 25, look=look)
    sheet.label(WIDTH * 0.5, y + 210, "证明日期：", day, "issued_on", 25, value=proved.isoformat(), look=look)
    sheet.label(WIDTH * 0.5, y + 270, "经办人：", bill.cashier, "收款人", 25, look=look)
    sheet.stamp(WIDTH * 0.36, y + 190, witness, "证明专用（样）", wide=320, high=210, strength=165)
    sheet.sample(WIDTH / 2, HEIGHT - 34, "middle", 15)
    return [sheet]


OTHERS: dict[str, Callable[[Bill, str, float], list[Sheet]]] = {
    "other_insurer_sheet": other_insurer_sheet,
    "accident_proof": accident_proof,
}
"""Papers of this file, by kind."""
