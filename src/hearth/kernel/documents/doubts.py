"""Doubts: what does not agree on a paper, or may mean that it was altered, in plain words with its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hearth.words.papers import KIND_WORDS, PaperKind

FIELD_NAMES: dict[str, tuple[str, str]] = {
    "code": ("票据代码", "Invoice code"),
    "number": ("票据号码", "Invoice number"),
    "check_code": ("校验码", "Check code"),
    "title": ("票据名称", "Title"),
    "issued_on": ("开票日期", "Issued on"),
    "visited_on": ("就诊日期", "Visited on"),
    "admitted_on": ("入院日期", "Admitted on"),
    "discharged_on": ("出院日期", "Discharged on"),
    "stay": ("住院时间", "Stay"),
    "days": ("住院天数", "Days in hospital"),
    "hospital.name": ("医院", "Hospital"),
    "hospital.level": ("医院等级", "Hospital level"),
    "hospital.clinic": ("科室", "Clinic"),
    "insurance_type": ("医保类型", "Kind of social insurance"),
    "insurance_no": ("医保编号", "Social insurance number"),
    "payer": ("姓名", "Name"),
    "sex": ("性别", "Sex"),
    "total": ("金额合计", "Total"),
    "total_in_words": ("大写金额", "Total in capitals"),
    "fund": ("统筹基金支付", "Pooled fund"),
    "other_public": ("其他支付", "Other payments"),
    "account": ("个人账户支付", "Personal account"),
    "cash": ("个人现金支付", "Cash"),
    "own_inside": ("个人自付", "Own share"),
    "own_outside": ("个人自费", "Own cost"),
    "business_no": ("业务流水号", "Transaction number"),
    "visit_no": ("门诊号", "Visit number"),
    "stay_no": ("住院号", "Stay number"),
    "record_no": ("病历号", "Record number"),
    "自付一": ("自付一", "Own share, part one"),
    "自付二": ("自付二", "Own share, part two"),
    "起付金额": ("起付金额", "Deductible of social insurance"),
    "超封顶金额": ("超封顶金额", "Above the cap of social insurance"),
    "本次医保范围内金额": ("本次医保范围内金额", "Within social insurance this time"),
    "个人支付金额": ("个人支付金额", "Paid by the person"),
    "预缴金额": ("预缴金额", "Paid in advance"),
    "补缴金额": ("补缴金额", "Paid later"),
    "退费金额": ("退费金额", "Paid back"),
    "收款人": ("收款人", "Cashier"),
    "复核人": ("复核人", "Checked by"),
    "结算方式": ("结算方式", "Way of settling"),
    "年龄": ("年龄", "Age"),
    "诊断": ("诊断", "Diagnosis"),
    "入院诊断": ("入院诊断", "Diagnosis at admission"),
    "出院诊断": ("出院诊断", "Diagnosis at discharge"),
    "病理诊断": ("病理诊断", "Pathological diagnosis"),
    "公民身份号码": ("公民身份号码", "Identity number"),
    "出生日期": ("出生日期", "Born on"),
    "住址": ("住址", "Address"),
    "卡号": ("卡号", "Card number"),
    "发卡行": ("发卡行", "Bank"),
    "持卡人": ("持卡人", "Card holder"),
    "有效期": ("有效期", "Valid until"),
    "赔付金额": ("赔付金额", "Paid by the other insurer"),
    "赔付金额大写": ("赔付金额（大写）", "Paid by the other insurer, in capitals"),
    "保险公司": ("保险公司", "The other insurer"),
    "赔案号": ("赔案号", "Number of its claim"),
    "保单号": ("保单号", "Number of its policy"),
    "事故时间": ("事故时间", "Time of the accident"),
    "事故地点": ("事故地点", "Place of the accident"),
    "事故经过": ("事故经过", "What happened"),
    "证明单位": ("证明单位", "Who testifies"),
    "医疗机构类型": ("医疗机构类型", "Kind of hospital"),
}
"""Key of a field (docs/papers.md) -> (zh, en); a key that is not here is a label of the paper and shown as it is."""

CELL_NAMES: dict[str, tuple[str, str]] = {
    "name": ("项目", "Item"),
    "code": ("编码", "Code"),
    "category": ("类别", "Category"),
    "spec": ("规格", "Kind"),
    "quantity": ("数量", "Quantity"),
    "unit": ("单位", "Unit"),
    "price": ("单价", "Price"),
    "amount": ("金额", "Amount"),
    "on": ("日期", "Day"),
    "scheme": ("甲乙丙", "Class"),
    "own_share": ("自付比例", "Own share, %"),
    "out_of_scope": ("目录外", "Outside the list"),
}
"""Cell of a line -> (zh, en), in the order in which they are shown."""

DOUBTS: dict[str, tuple[str, str]] = {
    "WORDS_DIFFER": (
        "小写金额 {got} 元，大写金额 {want} 元，两者不同。",
        "The total in figures is {got}, in capitals {want}.",
    ),
    "PAYMENTS_DIFFER": (
        "各项支付合计 {got} 元，总金额 {want} 元，两者不同。",
        "The payments add up to {got}, the total says {want}.",
    ),
    "OWN_DIFFER": (
        "个人自付与自费合计 {got} 元，个人支付 {want} 元，两者不同。",
        "Own share and own cost add up to {got}, the person paid {want}.",
    ),
    "OWN_PARTS_DIFFER": (
        "自付一与自付二合计 {got} 元，个人自付 {want} 元，两者不同。",
        "The two parts of the own share add up to {got}, the own share says {want}.",
    ),
    "INSIDE_DIFFER": (
        "范围内金额、自付二与自费合计 {got} 元，总金额 {want} 元，两者不同。",
        "What is inside the list, own share two and own cost add up to {got}, the total says {want}.",
    ),
    "LINES_DIFFER": (
        "识别出的各行合计 {got} 元，总金额 {want} 元，两者不同。可能有一行没有识别出来。",
        "The lines that were read add up to {got}, the total says {want}. A line may not have been found.",
    ),
    "HEADINGS_DIFFER": (
        "各项小计合计 {got} 元，总金额 {want} 元，两者不同。",
        "The sums by heading add up to {got}, the total says {want}.",
    ),
    "LINE_DIFFERS": (
        "第 {line} 行：按数量和单价（或各类之和）为 {got} 元，金额写 {want} 元。",
        "Line {line}: quantity times price, or its parts, give {got}; the amount says {want}.",
    ),
    "STAY_REVERSED": ("入院日 {got} 晚于出院日 {want}。", "The admission on {got} is after the discharge on {want}."),
    "DAYS_DIFFER": (
        "写明住院 {got} 天，按入院日和出院日为 {want} 天。",
        "It says {got} days in hospital; by its days there are {want}.",
    ),
    "ISSUED_BEFORE": (
        "开票日 {want} 早于就诊或出院日 {got}。",
        "It was issued on {want}, before the treatment or discharge on {got}.",
    ),
    "DAY_OUTSIDE_STAY": (
        "第 {line} 行的日期 {got} 不在住院期间 {want} 内。",
        "Line {line} is of {got}, outside the stay {want}.",
    ),
    "ID_CHECK_WRONG": (
        "身份号码的校验位是 {got}，按前 17 位应为 {want}。",
        "The last sign of the identity number is {got}; by the others it should be {want}.",
    ),
    "CARD_CHECK_WRONG": (
        "银行卡号的校验位是 {got}，按其余各位应为 {want}。",
        "The last digit of the card number is {got}; by the others it should be {want}.",
    ),
    "BORN_DIFFERS": (
        "出生日期 {got} 与身份号码中的 {want} 不同。",
        "Born on {got}; the identity number says {want}.",
    ),
    "SEX_DIFFERS": ("性别写 {got}，按身份号码为 {want}。", "The sex says {got}; by the identity number it is {want}."),
    "CODE_DIFFERS": (
        "{field}：纸面上是“{got}”，二维码或文件里是“{want}”。",
        "{field}: the print says “{got}”, the code on it or the file says “{want}”.",
    ),
    "KIND_DIFFERS": (
        "交来时标为{want}，看起来是{got}。",
        "It was handed in as: {want}. By its print it is: {got}.",
    ),
    "PERSON_DIFFERS": (
        "姓名是“{got}”，本案被保险人是“{want}”。",
        "The name on it is “{got}”; the insured person is “{want}”.",
    ),
}
"""Code of a contradiction -> (zh, en), filled from what was got, what is wanted, its line and its field."""

ALTERED = (
    "这些数字都清楚，却互相矛盾：票面可能被改动过。",
    "These figures are clear and contradict: it may be altered.",
)
"""What a contradiction between surely read figures may mean (zh, en)."""

_LINE = re.compile(r"lines\[(\d+)\]")


def field_name(path: str, lang: str) -> str:
    """What a field or a cell of a line is called.

    Needs:   a key of docs/papers.md, or lines[n].cell; "zh" or "en"
    Gives:   its name; a key that has none is a label of the paper and stays as it is printed
    Source:  FIELD_NAMES, CELL_NAMES
    """
    key = path.partition("].")[2] if path.startswith("lines[") else path
    if key.startswith("小计."):
        return f"{'小计' if lang == 'zh' else 'Sum of'} {key[3:]}"
    names = (CELL_NAMES if path != key else FIELD_NAMES).get(key)
    return key if names is None else names[0 if lang == "zh" else 1]


def doubt_says(doubt: Mapping[str, Any], lang: str) -> str:
    """A contradiction in one sentence.

    Needs:   code, fields, got and want of a Doubt, as plain values; "zh" or "en"
    Gives:   a sentence with its figures; its code and figures where it has no sentence
    Source:  DOUBTS
    """
    code, got, want = str(doubt["code"]), str(doubt.get("got", "")), str(doubt.get("want", ""))
    paths = [str(path) for path in doubt.get("fields", ())]
    if code == "KIND_DIFFERS":
        got, want = _kind(got, lang), _kind(want, lang)
    nothing = "（无）" if lang == "zh" else "(nothing)"
    pair = DOUBTS.get(code)
    if pair is None:
        return f"{code}: {got or nothing} / {want or nothing}"
    line = next((int(hit[1]) + 1 for path in paths if (hit := _LINE.match(path))), "")
    return pair[0 if lang == "zh" else 1].format(
        got=got or nothing, want=want or nothing, line=line, field=field_name(paths[0], lang) if paths else ""
    )


def _kind(code: str, lang: str) -> str:
    return KIND_WORDS[PaperKind(code)][0 if lang == "zh" else 1] if code in KIND_WORDS else code
