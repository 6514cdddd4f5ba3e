"""Invoice fields: what other systems call the fields of our invoices, in Chinese and by common keys (DOMAIN 2.10)."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass

from hearth.doors.feeds.columns import choice, column_of


@dataclass(frozen=True)
class Field:
    """A field of an invoice or of a line: its name in the facts, how it is read, and what it is called elsewhere.

    `kind`: text, note (kept beside the facts), amount, other (an amount of which it is not said who paid it), part (an
    amount or all), number, quantity, price, beside (a code or unit of a line), day, stay (two days), yes, setting,
    category, level, kind_of_hospital, ownership, department, insurance (its type), insured (its number).
    """

    name: str
    kind: str
    called: tuple[str, ...]


INVOICE: tuple[Field, ...] = (
    Field("code", "text", ("票据代码", "电子票据代码", "发票代码", "invoiceCode", "invoice_code", "code")),
    Field(
        "number", "text",
        ("票据号码", "电子票据号码", "发票号码", "票据号", "invoiceNumber", "invoiceNo", "invoice_number", "number"),
    ),
    Field("check_code", "text", ("校验码", "checkCode", "check_code", "check code")),
    Field("issued_on", "day", ("开票日期", "开具日期", "issueDate", "invoiceDate", "issued_on")),
    Field("setting", "setting", ("就诊类型", "医疗类别", "发票类型", "票据类型", "visitType", "setting")),
    Field("visited_on", "day", ("就诊日期", "就诊时间", "门诊日期", "visitDate", "visited_on")),
    Field("admitted_on", "day", ("入院日期", "入院时间", "住院日期", "admissionDate", "admitted_on")),
    Field("discharged_on", "day", ("出院日期", "出院时间", "dischargeDate", "discharged_on")),
    Field("stay", "stay", ("住院时间", "住院起止日期", "stayPeriod")),
    Field("days", "number", ("住院天数", "hospitalDays", "days")),
    Field("leave_days", "number", ("请假天数", "leave_days")),
    Field(
        "hospital.name", "text",
        ("收款单位", "医院名称", "医疗机构名称", "医院", "hospitalName", "hospital", "hospital.name"),
    ),
    Field("hospital.level", "level", ("医院等级", "医疗机构等级", "hospitalLevel", "hospital_level", "hospital.level")),
    Field("hospital.level", "kind_of_hospital", ("医疗机构类型", "医院类型", "hospitalType")),
    Field("hospital.ownership", "ownership", ("医院性质", "ownership", "hospital.ownership")),
    Field("hospital.department", "department", ("就诊部", "department", "hospital.department")),
    Field(
        "hospital.clinic", "text",
        ("科别", "科室", "住院科别", "就诊科室", "departmentName", "clinic", "hospital.clinic"),
    ),
    Field("emergency", "yes", ("急诊", "emergency")),
    Field("emergency_until", "day", ("急诊至", "emergency_until")),
    Field("icd", "text", ("诊断编码", "疾病编码", "ICD", "ICD10", "diagnosisCode", "icd")),
    Field("si_settled", "yes", ("经医保结算", "是否医保结算", "si_settled")),
    Field("insurance_type", "insurance", ("医保类型", "medicalInsuranceType", "insuranceType")),
    Field("insurance_no", "insured", ("医保编号", "medicalInsuranceNo", "insuranceNo")),
    Field("total", "amount", ("金额合计", "总金额", "总金额小写", "合计金额", "totalAmount", "total")),
    Field(
        "fund", "amount",
        ("医保统筹基金支付", "统筹基金支付", "基金支付", "医保统筹/公医记账", "fundPayAmount", "fund"),
    ),
    Field("other_public", "other", ("其他支付", "otherPayAmount")),
    Field("other_public", "amount", ("其他公共支付", "other_public")),
    Field("account", "amount", ("个人账户支付", "accountPayAmount", "account")),
    Field("cash", "amount", ("个人现金支付", "现金支付", "ownPayAmount", "cash")),
    Field("own_inside", "amount", ("个人自付", "个人自负", "selfpaymentAmount", "own_inside")),
    Field("own_outside", "amount", ("个人自费", "自费", "selfpaymentCost", "own_outside")),
    Field("used_elsewhere", "yes", ("已在他处理赔未声明", "used_elsewhere")),
    Field("payer", "note", ("交款人", "姓名", "患者姓名", "payerName", "patientName")),
    Field("sex", "note", ("性别", "sex", "gender")),
    Field("business_no", "note", ("业务流水号", "交易流水号", "businessNo")),
    Field("visit_no", "note", ("门诊号", "outpatientNo")),
    Field("stay_no", "note", ("住院号", "inpatientNo", "hospitalNo")),
    Field("record_no", "note", ("病历号", "medicalRecordNo")),
    Field("title", "note", ("发票名称", "票据名称", "invoiceName", "title")),
    Field("total_in_words", "note", ("总金额大写", "totalAmountInWords")),
)  # fmt: skip
"""Fields of an invoice.  Of several names with a value the first listed is taken; they must not contradict."""

PARTS: dict[str, tuple[str, ...]] = {
    "other_public": ("门诊大额支付", "残军补助支付", "退休补充支付", "单位补充险[原公疗]支付", "附加支付"),
    "own_inside": ("自付一", "自付二", "自负", "分类自负"),
}
"""Fields that some places state in parts: their sum is taken where the field itself is not given."""

LINE: tuple[Field, ...] = (
    Field("category", "category", ("大项名称", "费用类别", "收费类别", "费用大项", "itemCategory", "category")),
    Field("name", "text", ("项目名称", "收费项目", "itemName", "name", "item")),
    Field("amount", "amount", ("金额", "大项金额", "项目金额", "itemAmount", "amount")),
    Field("quantity", "quantity", ("数量", "itemQuantity", "quantity")),
    Field(
        "code", "beside",
        (
            "项目编码", "国家医保编码", "国家编码", "医保编码", "医保目录编码", "医保代码",
            "itemCode", "item_code", "code",
        ),
    ),
    Field("unit", "beside", ("计价单位", "计量单位", "单位", "itemUnit", "unit")),
    Field("price", "price", ("单价", "itemPrice", "unitPrice", "price")),
    Field("on", "day", ("费用日期", "收费日期", "itemDate", "served_on", "on")),
    Field("out_of_scope", "part", ("目录外金额", "自费金额", "out_of_scope")),
    Field("public", "amount", ("本行公共支付", "line_public", "public")),
)  # fmt: skip
"""Fields of a line.  A sheet's column `code` is the invoice's."""

LISTS: tuple[str, ...] = ("收费细项", "费用明细", "明细", "items", "details", "feeItems", "lines", "收费大项")
"""Names of an invoice's list of lines in JSON; the first that names the category of its lines is taken."""

GROUPS: tuple[str, ...] = ("票据基本信息", "总金额", "票据其他信息")
"""Names under which other systems group the fields of an invoice in JSON."""

UNREAD: tuple[str, ...] = (
    "交款人统一社会信用代码", "复核人", "收款人", "复核", "预缴金额", "预交款", "补缴金额", "补收", "退费金额", "退款",
    "欠费", "发票属地", "起付金额", "超封顶金额", "本次医保范围内金额", "累计医保内范围金额", "年度门诊大额累计支付",
    "社会保障卡号", "本次支付后个人账户余额", "结算方式", "个人支付金额", "个人缴费", "其他", "其它", "备注",
    "规格", "序号", "remark",
)  # fmt: skip
"""Fields that invoices carry and nothing here reads: no claim is computed from them, or they are not ours to keep."""

_CATEGORIES: dict[str, str] = {
    "中草药": "herbal_drug", "草药": "herbal_drug", "中药饮片": "herbal_drug", "中成药": "patent_drug",
    "材料": "material", "一次性材料": "material", "卫材": "material", "诊查": "consultation",
    "检验": "laboratory", "放射": "examination", "CT": "examination", "B超": "examination", "彩超": "examination",
    "磁共振": "examination", "影像": "examination", "心电图": "examination", "其他门急诊收": "other",
    "其他住院收": "other", "其他收": "other", "其他": "other", "其它": "other", "输氧": "treatment",
    "吸氧": "treatment", "中医治疗": "treatment", "康复治疗": "rehabilitation", "血液透析": "dialysis",
    "陪床": "escort_bed",
}  # fmt: skip

_SETTINGS: tuple[tuple[str, str], ...] = (
    # a part of what is written, the setting; the first that fits
    ("门诊手术", "outpatient_surgery"),
    ("特殊门诊", "special_outpatient"), ("门特", "special_outpatient"), ("门慢", "special_outpatient"),
    ("慢特病", "special_outpatient"), ("特病", "special_outpatient"),
    ("药店", "pharmacy"), ("购药", "pharmacy"), ("住院", "inpatient"), ("门诊", "outpatient"), ("急诊", "outpatient"),
)  # fmt: skip

NOT_INSURED = {"自费", "全自费", "全额自费", "自费病人", "无", "无医保", "非医保", "现金"}
"""Insurance types that say that social insurance did not settle the bill."""


def plain(name: str) -> str:
    """A name without case, width, units in brackets and spaces: " 金额（元） " is 金额, Invoice_Code is invoicecode."""
    half = unicodedata.normalize("NFKC", name)
    bare = re.sub(r"\((元|yuan|RMB|CNY|人民币)\)|\*", "", half, flags=re.IGNORECASE)
    return re.sub(r"[\s_\-]+", "", bare).lower()


INVOICE_CALLED = {plain(called): field for field in reversed(INVOICE) for called in field.called}
LINE_CALLED = {plain(called): field for field in reversed(LINE) for called in field.called}
PART_CALLED = {plain(called): name for name, all_called in PARTS.items() for called in all_called}
_UNREAD = {plain(called) for called in UNREAD}
_PRECIOUS: dict[str, str] = {}
for _field in (*INVOICE, *LINE):
    if _field.kind in ("amount", "other", "part") or (_field in INVOICE and _field.name in ("code", "number")):
        for _called in _field.called:
            _PRECIOUS.setdefault(plain(_called), _called)


def is_known_unread(name: str) -> bool:
    """Whether a name is one of those that invoices carry and nothing reads."""
    return plain(name) in _UNREAD


def mistyped(name: str) -> str | None:
    """The name of an amount or number that was probably meant; None where it is simply another name.

    Of these alone: they would be lost without a trace, where a day that is not read is missed and asked for.
    """
    said = plain(name)
    if said in INVOICE_CALLED or said in LINE_CALLED or column_of(name) is not None or len(said) < 4:
        return None
    strict = 0.85 if said.isascii() else 0.7
    close = difflib.get_close_matches(said, _PRECIOUS, 1, cutoff=strict)
    return _PRECIOUS[close[0]] if close and abs(len(close[0]) - len(said)) <= 1 else None


def category(text: str) -> str | None:
    """The category of a line, by the names that invoices use; None where there is none of that name."""
    bare = re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", text))
    return choice("category", text) or choice("category", bare) or _CATEGORIES.get(bare.removesuffix("费"))


def setting(text: str) -> str | None:
    """Where the treatment took place, by what an invoice is called; None where its name does not say it."""
    return choice("setting", text) or next((one for part, one in _SETTINGS if part in text), None)
