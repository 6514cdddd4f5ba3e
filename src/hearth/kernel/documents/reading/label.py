"""Label: what papers print before a field, in Chinese, with the key and the kind of value; and where labels stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from hearth.kernel.documents.reading.row import plain


@dataclass(frozen=True, slots=True)
class Label:
    """A field: its key, the kind of its value (value.meant), and every name under which papers print it.

    `alone`: the name is so short or so common that it counts with a colon after it, or as a whole cell, alone.
    """

    key: str
    kind: str
    names: tuple[str, ...]
    alone: bool = False


LABELS: tuple[Label, ...] = (
    # the invoice
    Label("code", "code", ("票据代码", "电子票据代码", "发票代码")),
    Label("number", "code", ("票据号码", "电子票据号码", "发票号码", "票据号")),
    Label("check_code", "code", ("校验码",)),
    Label("交款人统一社会信用代码", "code", ("交款人统一社会信用代码", "统一社会信用代码")),
    Label("issued_on", "day", ("开票日期", "开具日期", "填制日期", "出票日期")),
    Label("payer", "text", ("交款人", "交款单位")),
    Label("payer", "text", ("姓名", "患者姓名", "病人姓名", "参保人姓名", "人员姓名", "病员姓名",
                            "被保险人", "被保险人姓名", "当事人", "受伤人", "受伤人姓名", "伤者",
                            "伤者姓名"), alone=True),
    Label("sex", "sex", ("性别",), alone=True),
    Label("年龄", "text", ("年龄",), alone=True),
    Label("visited_on", "day", ("就诊日期", "就诊时间", "门诊日期", "就医日期", "诊疗日期", "就诊日")),
    Label("admitted_on", "day", ("入院日期", "入院时间", "入院日")),
    Label("discharged_on", "day", ("出院日期", "出院时间", "出院日")),
    Label("stay", "stay", ("住院时间", "住院起止日期", "住院日期", "住院期间", "起止日期", "就诊起止日期")),
    Label("days", "number", ("住院天数", "实际住院天数", "住院日数")),
    Label("hospital.name", "text", ("收款单位", "医院名称", "医疗机构名称", "定点医疗机构", "定点医疗机构名称",
                                    "就诊医院",
                                    "就诊医疗机构", "医疗机构", "开票单位", "就医机构", "送检医院")),
    Label("hospital.level", "text", ("医院等级", "医疗机构等级", "医院级别", "机构等级", "医疗机构级别")),
    Label("医疗机构类型", "text", ("医疗机构类型", "医院类型")),
    Label("hospital.clinic", "text", ("科别", "科室", "住院科别", "就诊科室", "出院科别", "出院科室", "科室名称",
                                      "入院科别", "送检科室", "所在科室", "开单科室"), alone=True),
    Label("insurance_type", "text", ("医保类型", "险种类型", "参保类型", "保险类型", "险种", "医疗保险类型", "费别",
                                     "人员类别")),
    Label("insurance_no", "code", ("医保编号", "医保号", "社会保障号", "社保编号", "医保个人编号", "个人编号",
                                   "参保编号")),
    Label("business_no", "code", ("业务流水号", "交易流水号", "流水号", "结算流水号", "结算编号")),
    Label("visit_no", "code", ("门诊号", "门诊编号", "就诊号", "门诊病历号", "就诊编号")),
    Label("stay_no", "code", ("住院号", "住院编号", "住院病历号")),
    Label("record_no", "code", ("病历号", "病案号", "病历编号", "登记号")),
    # amounts
    Label("total", "amount", ("小写", "金额合计(小写)", "合计(小写)", "总金额(小写)", "合计小写", "费用合计", "总费用",
                              "医疗费总额", "费用总额", "医疗费用总额", "总金额", "合计金额", "医疗总费用",
                              "金额合计", "本次费用总额",
                              "医疗费用合计", "总计", "医疗费用总金额", "费用总计", "发生医疗费用", "金额总计",
                              "合计", "总额")),
    Label("total_in_words", "capitals", ("大写", "金额合计(大写)", "合计(大写)", "总金额(大写)", "合计大写",
                                         "人民币(大写)",
                                         "金额大写", "人民币大写")),
    Label("fund", "amount", ("医保统筹基金支付", "统筹基金支付", "基金支付", "医保统筹支付", "统筹支付",
                             "医保统筹/公医记账",
                             "医保基金支付", "基本医疗保险统筹基金支付", "统筹基金支付金额", "基本医保统筹支付",
                             "医保支付")),
    Label("other_public", "amount", ("其他支付", "其它支付", "其他基金支付")),
    Label("account", "amount", ("个人账户支付", "个人帐户支付", "账户支付", "个人账户", "医保个人账户支付")),
    Label("cash", "amount", ("个人现金支付", "现金支付", "个人现金", "现金自付")),
    Label("own_inside", "amount", ("个人自付", "个人自负", "自付金额", "自付合计")),
    Label("own_outside", "amount", ("个人自费", "自费金额", "全自费", "全自费金额", "自费合计", "丙类自费")),
    Label("own_outside", "amount", ("自费",), alone=True),
    Label("自付一", "amount", ("自付一",)),
    Label("自付二", "amount", ("自付二",)),
    Label("起付金额", "amount", ("起付金额", "起付线", "起付标准", "本次起付线", "起付标准金额")),
    Label("超封顶金额", "amount", ("超封顶金额", "超封顶线")),
    Label("本次医保范围内金额", "amount", ("本次医保范围内金额", "医保范围内金额", "医保范围内费用", "政策范围内费用")),
    Label("累计医保内范围金额", "amount", ("累计医保内范围金额",)),
    Label("年度门诊大额累计支付", "amount", ("年度门诊大额累计支付",)),
    Label("门诊大额支付", "amount", ("门诊大额支付",)),
    Label("退休补充支付", "amount", ("退休补充支付",)),
    Label("残军补助支付", "amount", ("残军补助支付",)),
    Label("单位补充险[原公疗]支付", "amount", ("单位补充险[原公疗]支付", "单位补充险")),
    Label("个人支付金额", "amount", ("个人支付金额", "个人支付", "个人负担", "个人负担总额", "个人支付合计")),
    Label("预缴金额", "amount", ("预缴金额", "预交款", "预交金额", "预缴款")),
    Label("补缴金额", "amount", ("补缴金额", "补收", "补缴款", "补交金额")),
    Label("退费金额", "amount", ("退费金额", "退款", "退费", "退款金额")),
    Label("本次支付后个人账户余额", "amount", ("本次支付后个人账户余额", "个人账户余额", "账户余额")),
    Label("分类自负", "amount", ("分类自负",)),
    Label("附加支付", "amount", ("附加支付",)),
    Label("自负", "amount", ("自负",), alone=True),
    # people and small print of the invoice
    Label("收款人", "text", ("收款人", "收费员", "收款员", "经办人")),
    Label("复核人", "text", ("复核人", "复核"), alone=True),
    Label("结算方式", "text", ("结算方式",)),
    Label("社会保障卡号", "code", ("社会保障卡号", "社保卡号", "医保卡号")),
    # records and certificates
    Label("入院诊断", "long", ("入院诊断",)),
    Label("出院诊断", "long", ("出院诊断", "主要诊断", "出院主要诊断")),
    Label("诊断", "long", ("临床诊断", "诊断", "门诊诊断", "初步诊断", "诊断意见"), alone=True),
    Label("病理诊断", "long", ("病理诊断", "诊断结论")),
    Label("icd", "icd", ("诊断编码", "疾病编码", "ICD编码", "ICD-10", "疾病代码")),
    Label("医师", "text", ("医师", "医师签名", "医生", "主治医师", "经治医师", "诊断医师", "报告医师", "处方医师",
                           "住院医师", "医师签字",
                         "医生签名", "主管医师"), alone=True),
    Label("处理意见", "long", ("处理意见", "建议", "医嘱建议"), alone=True),
    # cards
    Label("公民身份号码", "code", ("公民身份号码", "身份证号", "身份证号码", "证件号码", "证件号", "身份证件号码")),
    Label("出生日期", "day", ("出生", "出生日期", "出生年月"), alone=True),
    Label("民族", "text", ("民族",), alone=True),
    Label("住址", "long", ("住址",), alone=True),
    Label("签发机关", "text", ("签发机关",)),
    Label("有效期限", "text", ("有效期限",)),
    Label("卡号", "masked", ("卡号", "银行卡号", "账号", "银行账号"), alone=True),
    # other papers
    Label("有效期", "text", ("有效期", "有效期至", "valid thru"), alone=True),
    Label("持卡人", "text", ("持卡人", "户名", "账户名", "开户名"), alone=True),
    Label("发卡行", "text", ("发卡行", "开户行", "开户银行"), alone=True),
    Label("病理号", "code", ("病理号", "病理编号")),
    Label("送检日期", "day", ("送检日期",)),
    Label("送检标本", "long", ("送检标本", "送检材料", "标本名称", "标本类型", "标本", "取材部位"), alone=True),
    Label("药品金额", "amount", ("药品金额", "药费", "药品合计", "药费合计"), alone=True),
    Label("病区", "text", ("病区",), alone=True),
    Label("床号", "text", ("床号", "床位号", "床位"), alone=True),
    Label("事故时间", "day", ("事故时间", "事故日期", "出险时间", "出险日期", "发生时间")),
    Label("事故地点", "text", ("事故地点", "出险地点", "发生地点")),
    Label("事故经过", "long", ("事故经过", "简要经过", "事故概况", "出险经过")),
    Label("赔付金额", "amount", ("赔付金额", "本次赔付金额", "已赔付金额", "赔款金额", "给付金额", "理赔金额")),
    Label("赔付金额大写", "capitals", ("赔付金额(大写)", "赔款金额(大写)", "给付金额(大写)", "理赔金额(大写)")),
    Label("证明单位", "text", ("证明单位", "出具单位", "出证单位"), alone=True),
    Label("保险公司", "text", ("保险公司", "承保公司", "保险人")),
    Label("赔案号", "code", ("赔案号", "理赔案号", "报案号", "立案号")),
    Label("保单号", "code", ("保单号", "保险单号", "保单号码")),
    Label("issued_on", "day", ("结算日期", "结算时间", "报告日期", "打印日期", "打印时间", "开具时间", "证明日期",
                               "处方日期", "开方日期", "签发日期", "结案日期", "赔付日期"), alone=True),
)  # fmt: skip
"""Every field that is read.  Of two names that fit, the longer one is meant."""

STRANGERS: tuple[str, ...] = (
    "打印人", "操作员", "页码", "第", "备注", "说明", "电话", "地址", "联系电话", "工作单位", "籍贯", "职业", "婚姻",
    "其他信息", "主诉", "现病史", "既往史", "入院情况", "诊疗经过", "出院情况", "出院医嘱", "体格检查", "辅助检查",
                              "检查所见",
    "大体所见", "镜下所见", "免疫组化", "用法", "用法用量", "药师", "审核", "调配", "核对", "发药", "医嘱", "签名",
                              "日期",
    "单位", "家属", "与患者关系", "医保医师", "注", "提示", "收费项目", "费用类别", "费用汇总", "收到日期",
    "送检医师", "临床资料", "肉眼所见", "处方号", "处方编号", "处方类型", "处方有效期", "证明编号", "编号", "手术名称",
    "手术日期", "出院带药", "随访", "休息", "患者", "兹证明", "银行",
)  # fmt: skip
"""What papers print before something that is not read: where such a label begins, the value before it ends."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label stands in a text: from its first sign to after its colon; without a key it is not read."""

    key: str | None
    kind: str
    start: int
    end: int
    sure: bool = True


_BY_NAME = {plain(name): label for label in reversed(LABELS) for name in label.names}
_STRANGE = {plain(name) for name in STRANGERS}
_ANY = re.compile(
    "|".join(re.escape(name) for name in sorted({*_BY_NAME, *_STRANGE}, key=lambda name: (-len(name), name)))
)
_AFTER = re.compile(r"(?:\((?:元|章|签章|盖章|¥|人民币|天|日|岁|小写|签字|签名)\)|\[元\]|/元)?(:|;(?=\S))?")
_NAME = re.compile(r"[一-鿿()/·\[\]\-A-Z0-9]{2,14}(?=:)")
_CJK = re.compile(r"[一-鿿]")


def places(text: str) -> tuple[Place, ...]:
    """Where labels stand in a text, from the left; they do not overlap.

    Needs:   one run of print in plain form; blanks may stand in it
    Gives:   labels that stand at its beginning, after a blank or a value, or before a colon; a name with one
             misread sign in four counts where a colon follows or it is the whole text
    Source:  docs/papers.md
    """
    bare, at = _bare(text)
    if not bare:
        return ()
    found: list[Place] = []
    start = 0
    while start < len(bare):
        hit = _ANY.search(bare, start)
        if hit is None:
            break
        gap = hit.end() < len(bare) and at[hit.end()] > at[hit.end() - 1] + 1
        place = _accepted(bare, hit.start(), hit.end(), found, gap)
        if place is None:
            start = hit.start() + 1
            continue
        found.append(place)
        start = place.end
    for name in _NAME.finditer(bare):
        # Before the colon of a time of day (10:22) stand figures alone: they name nothing.
        is_name = any(sign.isalpha() for sign in name[0])
        if is_name and not any(one.start < name.end() and name.start() < one.end for one in found):
            label, length = nearest(name[0])
            if label is not None:
                found.append(Place(label.key, label.kind, name.end() - length, name.end() + 1, False))
            elif name.start() == 0 or not _CJK.match(bare[name.start() - 1]):
                found.append(Place(None, "text", name.start(), name.end() + 1, False))
    if not found:
        label, length = nearest(bare)
        if label is not None and length == len(bare):
            found.append(Place(label.key, label.kind, 0, len(bare), False))
    found.sort(key=lambda place: place.start)
    return tuple(
        Place(one.key, one.kind, at[one.start], at[one.end - 1] + 1 if one.end else 0, one.sure) for one in found
    )


@cache
def nearest(name: str) -> tuple[Label | None, int]:
    """The label that a misread name was, and over how many of its last signs.

    Needs:   a name in plain form
    Gives:   the one label of four signs and more that is at most one sign in four away; None where two are as near
    Source:  docs/papers.md
    """
    if not 4 <= len(name) <= 16:
        return None, 0
    scored: list[tuple[float, str]] = []
    for known in _BY_NAME:
        if len(known) < 4 or abs(len(known) - len(name)) > 2:
            continue
        steps = distance(known, name, 1 + len(known) // 6)
        if steps is not None and steps * 4 <= len(known):
            scored.append((steps / len(known), known))
    scored.sort()
    if not scored or (
        len(scored) > 1 and scored[0][0] == scored[1][0] and _BY_NAME[scored[0][1]] != _BY_NAME[scored[1][1]]
    ):
        return None, 0
    return _BY_NAME[scored[0][1]], len(name)


def distance(one: str, other: str, most: int) -> int | None:
    """How many signs have to be changed, added or dropped to make one text the other.

    Needs:   two texts; `most` >= 0
    Gives:   the least number of changes; None where it is above `most`
    Source:  Levenshtein 1965
    """
    if abs(len(one) - len(other)) > most:
        return None
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, against in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (sign != against))
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None


def label_of(key: str) -> Label:
    """The first label of a key.

    Needs:   a key of LABELS
    Gives:   its label
    Source:  docs/papers.md
    """
    return next(label for label in LABELS if label.key == key)


def _accepted(text: str, start: int, end: int, found: list[Place], gap: bool) -> Place | None:
    name = text[start:end]
    after = _AFTER.match(text, end)
    colon = bool(after and after[1])
    stop = after.end() if after else end
    label = _BY_NAME.get(name)
    begins = start == 0 or (found and found[-1].end == start) or text[start - 1] in "|()[]"
    parted = begins or not _CJK.match(text[start - 1])
    whole = begins and stop >= len(text)
    if label is None:
        if not (colon and (parted or len(name) > 2)):
            return None
        return Place(None, "text", start, stop)
    if colon and (parted or len(name) >= 2):
        return Place(label.key, label.kind, start, stop)
    # 医保类型：自费 says what the type is; 自费 is no label there.
    if begins and start and found and found[-1].end == start and found[-1].kind in ("text", "long"):
        return None
    if whole:
        return Place(label.key, label.kind, start, stop, not label.alone)
    # 姓名 王晓梅, 性别男: a blank or the one sign that can follow does for a colon at the beginning of a run.
    if begins and (gap or (label.kind == "sex" and text[stop : stop + 1] in "男女")):
        return Place(label.key, label.kind, start, stop)
    if start == 0 and len(name) >= 4 and label.kind == "text":
        return Place(label.key, label.kind, start, stop, False)
    if label.alone or not parted:
        return None
    # Without a colon what follows must be the value at once: a figure, capitals, or more than a word goes on.
    following = text[stop : stop + 1]
    if label.kind in ("text", "long", "sex"):
        return None
    if stop > end or following.isascii() or label.kind == "capitals" or following in "¥￥":
        return Place(label.key, label.kind, start, stop)
    return None


def _bare(text: str) -> tuple[str, list[int]]:
    """The text without blanks, lower case as names are compared, and where each sign of it stood."""
    kept = [(sign, place) for place, sign in enumerate(text) if not sign.isspace()]
    lower = [(sign.lower() if len(sign.lower()) == 1 else sign, place) for sign, place in kept]
    return "".join(sign for sign, _ in lower), [place for _, place in lower]
