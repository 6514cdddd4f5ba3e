"""Columns: what a sheet of claims (CSV or Excel, one line of an invoice a row) calls the fields of a case."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import IntEnum

from hearth.words.codes import Category, Cause, Department, Ownership, Paper, Setting, Source, word

CHOICES: dict[str, type[IntEnum]] = {
    "setting": Setting,
    "ownership": Ownership,
    "department": Department,
    "cause": Cause,
    "category": Category,
    "source": Source,
    "papers": Paper,
}
"""Fields that take a word of a list: by code name, by the Chinese word, or by the English one."""

LEVELS: dict[str, int] = {
    "三级": 3, "三级甲等": 3, "三级乙等": 3, "三甲": 3, "三乙": 3, "3": 3, "tertiary": 3,
    "二级": 2, "二级甲等": 2, "二级乙等": 2, "二甲": 2, "二乙": 2, "2": 2, "secondary": 2,
    "一级": 1, "一级甲等": 1, "一级乙等": 1, "一甲": 1, "一乙": 1, "1": 1, "primary": 1,
    "未定级": 0, "无等级": 0, "0": 0, "not graded": 0,
}  # fmt: skip

YES = {"是", "有", "y", "yes", "true", "1", "√"}
NO = {"否", "无", "没有", "n", "no", "false", "0", "×"}
ALL = {"全部", "all"}


@dataclass(frozen=True)
class Column:
    """One column: its header in both languages, the part of the case it belongs to, the field, how a cell is read.

    `kind`: text, amount, number, quantity, price, day, yes, choice, level, part (an amount or all), list, choices.
    """

    name: str
    zh: str
    group: str
    field: str
    kind: str
    says_zh: str
    says_en: str

    def header(self, lang: str) -> str:
        """The header in "zh" or "en"."""
        return self.zh if lang.startswith("zh") else self.name

    def says(self, lang: str) -> str:
        """What stands in the column, in "zh" or "en"."""
        return self.says_zh if lang.startswith("zh") else self.says_en


_TABLE: tuple[tuple[str, str, str, str, str], ...] = (
    # name, header in Chinese, part of the case, field, kind
    ("case", "案例", "case", "case", "text"),
    ("policy", "保单号", "policy", "no", "text"),
    ("product", "产品", "policy", "product", "text"),
    ("plan", "计划", "policy", "plan", "text"),
    ("policy_starts_on", "保单生效日", "policy", "starts_on", "day"),
    ("policy_ends_on", "保单终止日", "policy", "ends_on", "day"),
    ("policy_insured", "保单被保险人", "policy", "insured", "list"),
    ("renews", "续保自", "policy", "renews", "text"),
    ("continuous_since", "连续投保起始日", "policy", "continuous_since", "day"),
    ("guaranteed_since", "保证续保起始日", "policy", "guaranteed_since", "day"),
    ("with_social_insurance", "以有医保身份投保", "policy", "with_social_insurance", "yes"),
    ("claim_free_years", "连续无理赔年数", "policy", "claim_free_years", "number"),
    ("sum_insured", "基本保险金额", "policy", "sum_insured", "amount"),
    ("premium", "保险费", "policy", "premium", "amount"),
    ("premium_paid", "实交保费（年龄误告）", "policy", "premium_paid", "amount"),
    ("premium_due", "应交保费（年龄误告）", "policy", "premium_due", "amount"),
    ("arrears", "欠交保费", "policy", "arrears", "amount"),
    ("unproven_clauses", "未能证明已说明的条款", "policy", "unproven_clauses", "list"),
    ("insured", "被保险人", "person", "id", "text"),
    ("insured_name", "姓名", "person", "name", "text"),
    ("born_on", "出生日期", "person", "born_on", "day"),
    ("pre_existing", "既往症", "illness", "icd", "text"),
    ("pre_existing_evidence_on", "既往症证据日", "illness", "evidence_on", "day"),
    ("claim", "赔案号", "claim", "no", "text"),
    ("claimed_under", "理赔保单顺序", "claim", "policies", "list"),
    ("registered_on", "报案日", "claim", "registered_on", "day"),
    ("settled_on", "结案日", "claim", "settled_on", "day"),
    ("cause", "出险原因", "claim", "cause", "choice"),
    ("event", "事故号", "claim", "event", "text"),
    ("trigger_on", "起算日", "claim", "trigger_on", "day"),
    ("onset_on", "首次发病日", "claim", "onset_on", "day"),
    ("void", "作废", "claim", "void", "yes"),
    ("papers", "已有材料", "claim", "papers", "choices"),
    ("advance", "已垫付", "claim", "advance", "amount"),
    ("prepaid", "已先予支付", "claim", "prepaid", "amount"),
    ("expect_payable", "预期应付", "expect", "payable", "amount"),
    ("expect_paid_out", "预期实付", "expect", "paid_out", "amount"),
    ("expect_recovery", "预期应收回", "expect", "recovery", "amount"),
    ("invoice", "发票序号", "invoice", "key", "text"),
    ("invoice_code", "票据代码", "invoice", "code", "text"),
    ("invoice_number", "票据号码", "invoice", "number", "text"),
    ("setting", "就诊类型", "invoice", "setting", "choice"),
    ("visited_on", "就诊日期", "invoice", "visited_on", "day"),
    ("admitted_on", "入院日期", "invoice", "admitted_on", "day"),
    ("discharged_on", "出院日期", "invoice", "discharged_on", "day"),
    ("leave_days", "请假天数", "invoice", "leave_days", "number"),
    ("hospital", "医院", "invoice", "hospital.name", "text"),
    ("hospital_level", "医院等级", "invoice", "hospital.level", "level"),
    ("ownership", "医院性质", "invoice", "hospital.ownership", "choice"),
    ("department", "就诊部", "invoice", "hospital.department", "choice"),
    ("clinic", "科室", "invoice", "hospital.clinic", "text"),
    ("emergency", "急诊", "invoice", "emergency", "yes"),
    ("emergency_until", "急诊至", "invoice", "emergency_until", "day"),
    ("icd", "诊断编码", "invoice", "icd", "text"),
    ("patient", "发票上的姓名", "invoice", "patient", "text"),
    ("si_settled", "经医保结算", "invoice", "si_settled", "yes"),
    ("total", "金额合计", "invoice", "total", "amount"),
    ("fund", "医保统筹基金支付", "invoice", "fund", "amount"),
    ("other_public", "其他公共支付", "invoice", "other_public", "amount"),
    ("account", "个人账户支付", "invoice", "account", "amount"),
    ("cash", "个人现金支付", "invoice", "cash", "amount"),
    ("used_elsewhere", "已在他处理赔未声明", "invoice", "used_elsewhere", "yes"),
    ("category", "费用类别", "line", "category", "choice"),
    ("item", "项目名称", "line", "name", "text"),
    ("item_code", "项目编码", "line", "code", "text"),
    ("amount", "金额", "line", "amount", "amount"),
    ("quantity", "数量", "line", "quantity", "quantity"),
    ("unit", "计量单位", "line", "unit", "text"),
    ("price", "单价", "line", "price", "price"),
    ("served_on", "费用日期", "line", "on", "day"),
    ("out_of_scope", "目录外金额", "line", "out_of_scope", "part"),
    ("line_public", "本行公共支付", "line", "public", "amount"),
    ("disputed", "待认定", "line", "disputed", "yes"),
    ("not_necessary", "认定不必要金额", "line", "not_necessary", "amount"),
    ("diagnosis", "确诊病种", "diagnosis", "condition", "text"),
    ("diagnosed_on", "确诊日", "diagnosis", "on", "day"),
    ("diagnosis_icd", "确诊编码", "diagnosis", "icd", "text"),
    ("other_source", "其他补偿来源", "payment", "source", "choice"),
    ("other_amount", "其他补偿金额", "payment", "amount", "amount"),
    ("other_note", "其他补偿说明", "payment", "note", "text"),
    ("used_of", "已用额度", "used", "of", "text"),
    ("used_amount", "已用数额", "used", "amount", "text"),
    ("used_insured", "已用人", "used", "insured", "text"),
    ("used_on", "已用日期", "used", "on", "day"),
    ("used_event", "已用事故号", "used", "event", "text"),
    ("remark", "备注", "none", "", "text"),
)

_SAYS: dict[str, tuple[str, str]] = {
    # name: what stands there, in Chinese and in English
    "case": ("案例名称；不填则用文件名", "name of the case; the file's name if empty"),
    "policy": ("保单号，同一保单的各行相同", "number of the policy"),
    "product": ("产品代码（products 下的文件夹名）", "code of the product: its folder in products"),
    "plan": ("计划代码；不填为产品的第一个计划", "code of the plan; the product's first if empty"),
    "policy_starts_on": ("合同第一天", "first day of the contract"),
    "policy_ends_on": (
        "不再承保的第一天；不填为一年后",
        "first day no longer covered; a year after the start if empty",
    ),
    "policy_insured": (
        "保单的全部被保险人，用分号隔开；不填则取本保单各行的被保险人",
        "everybody the policy insures, with semicolons between; those of its rows if empty",
    ),
    "renews": ("续的是哪张保单", "the policy that it continues"),
    "continuous_since": (
        "不间断保障的第一天（之前的保单未列出时）",
        "first day of unbroken cover, where earlier contracts are not listed",
    ),
    "guaranteed_since": ("保证续保期间的第一天", "first day of the guaranteed period"),
    "with_social_insurance": ("是或否；不填为是", "yes or no; yes if empty"),
    "claim_free_years": ("本合同之前连续没有理赔的年数", "years without a paid claim before this contract"),
    "sum_insured": ("元", "in yuan"),
    "premium": ("元", "in yuan"),
    "premium_paid": (
        "按误告年龄实交的保费，与应交保费同填",
        "what was paid for the age stated; together with premium_due",
    ),
    "premium_due": ("按真实年龄应交的保费", "what is due for the true age"),
    "arrears": ("从赔款中扣除的欠交保费", "overdue premium, taken from what is paid out"),
    "unproven_clauses": (
        "免责条款号，用分号隔开",
        "exclusion clauses not proven to have been explained, with semicolons between",
    ),
    "insured": ("被保险人编号或姓名，全表一致", "who is insured: an identifier or name, the same throughout"),
    "insured_name": ("姓名", "name"),
    "born_on": ("出生日期", "day of birth"),
    "pre_existing": (
        "投保前已有疾病的 ICD-10 编码（前缀），每行一个",
        "ICD-10 prefix of an illness that was there before the cover, one a row",
    ),
    "pre_existing_evidence_on": ("证明材料的日期；不填为疑似", "day of the paper that proves it; suspected if empty"),
    "claim": ("赔案号，同一赔案的各行相同", "number of the claim"),
    "claimed_under": (
        "按选定顺序列出保单号，用分号隔开；不填则取本行保单",
        "policies in the chosen order, with semicolons between; the policy of its rows if empty",
    ),
    "registered_on": ("立案日期", "day of registration"),
    "settled_on": ("结案日期", "day of settlement"),
    "cause": ("疾病或意外；不填为疾病", "illness or accident; illness if empty"),
    "event": ("属于同一次事故的赔案填相同的号", "the same for claims of one event"),
    "trigger_on": (
        "意外发生、首次确诊或入组之日，时间范围由此起算",
        "accident, first diagnosis or enrolment, from which time windows count",
    ),
    "onset_on": ("首次发病或确诊日，用于判断等待期", "first diagnosis, judged against the waiting period"),
    "void": ("是：赔案作废，不参与计算", "yes: the claim is left out altogether"),
    "papers": ("已收到的材料，用分号隔开；不填视为齐全", "papers at hand, with semicolons between; complete if empty"),
    "advance": ("已向医院垫付的金额", "paid to the hospital in advance"),
    "prepaid": ("依保险法第二十五条已先予支付的金额", "paid already under Insurance Law art. 25"),
    "expect_payable": ("预期的应付赔款，用于核对", "payable as it should come out, to be compared"),
    "expect_paid_out": ("预期的实付金额，用于核对", "paid out as it should come out, to be compared"),
    "expect_recovery": ("预期应收回的金额，用于核对", "recovery as it should come out, to be compared"),
    "invoice": (
        "同一发票的各行相同；有票据号码时可不填",
        "the same on all rows of one invoice; not needed where invoice_number is given",
    ),
    "invoice_code": ("票据代码", "code of the e-invoice"),
    "invoice_number": ("票据号码", "number of the e-invoice"),
    "setting": (
        "住院、门诊、特殊门诊、门诊手术、药店",
        "inpatient, outpatient, special_outpatient, outpatient_surgery, pharmacy",
    ),
    "visited_on": ("门诊、药店的日期", "day of a visit"),
    "admitted_on": ("住院的入院日期", "day of admission of a stay"),
    "discharged_on": ("住院的出院日期", "day of discharge of a stay"),
    "leave_days": ("住院期间请假离院的天数", "days away from the hospital during the stay"),
    "hospital": ("医院名称", "name of the hospital"),
    "hospital_level": (
        "三级、二级、一级、未定级；不填为三级",
        "3 tertiary, 2 secondary, 1 primary, 0 not graded; 3 if empty",
    ),
    "ownership": ("公立或民营；不填为公立", "public or private; public if empty"),
    "department": (
        "普通部、特需部、国际部；不填为普通部",
        "ordinary, special_needs or international; ordinary if empty",
    ),
    "clinic": ("科室；同日同院同科为一次就诊", "department by name; same day, hospital and clinic is one visit"),
    "emergency": ("是否急诊抢救", "an emergency: yes or no"),
    "emergency_until": ("急诊抢救到哪天", "the emergency's last day"),
    "icd": ("ICD-10 编码", "ICD-10 code"),
    "patient": ("发票上的人与被保险人不同时填写", "who the invoice names, where it is not the insured"),
    "si_settled": ("是或否；不填为是", "settled through social insurance: yes or no; yes if empty"),
    "total": ("发票金额合计", "total of the invoice"),
    "fund": ("医保统筹基金支付", "paid by the pooled fund"),
    "other_public": ("大病保险、医疗救助、公务员补助等", "large-sum, assistance and civil-servant payments"),
    "account": ("个人账户支付，是本人的钱", "personal account: the person's own money"),
    "cash": ("个人现金支付", "paid in cash"),
    "used_elsewhere": ("曾在其他保单使用且未声明", "used before at another policy without being declared"),
    "category": ("床位费、检查费、西药费……", "bed, examination, western_drug, ..."),
    "item": ("项目名称", "what it is"),
    "amount": ("本行金额，元", "amount of the line in yuan"),
    "item_code": ("国家医保编码，仅用于核对", "national code of the item; serves as a check alone"),
    "quantity": ("天数或件数，可有小数；不填为 1", "days or pieces, decimals allowed; 1 if empty"),
    "unit": ("数量的单位，仅用于核对", "what the quantity counts; serves as a check alone"),
    "price": ("一个单位的价格，元，仅用于核对", "yuan for one unit; serves as a check alone"),
    "served_on": ("本行费用发生的日期", "day of the line"),
    "out_of_scope": ("医保目录外（自费）金额，或“全部”", "the part outside the social-insurance list, or all"),
    "line_public": ("结算单上本行的医保支付", "what public funds paid of this line, by the settlement sheet"),
    "disputed": ("是否合理必要尚待认定", "a person has not yet accepted it as reasonable and necessary"),
    "not_necessary": ("认定为不合理或不必要的金额", "the part found not reasonable or necessary"),
    "diagnosis": ("产品列明的病种代码，每行一个", "a condition of the product's list, one a row"),
    "diagnosed_on": ("确诊日期", "day of the diagnosis"),
    "diagnosis_icd": ("确诊疾病的 ICD-10 编码", "ICD-10 code of the diagnosis"),
    "other_source": (
        "其他保险公司、工作单位或团险、慈善救助、第三方，每行一个",
        "insurer, employer, charity or third_party, one a row",
    ),
    "other_amount": ("元", "in yuan"),
    "other_note": ("说明", "a note"),
    "used_of": ("之前已使用的免赔额或限额的代码，每行一个", "code of a deductible or limit used before, one a row"),
    "used_amount": ("元、天或次", "yuan, days or times"),
    "used_insured": ("谁用的；不填为保单第一个被保险人", "by whom; the policy's first insured if empty"),
    "used_on": ("按月或日计的额度：期间内的一天", "a day inside the span, for months and days"),
    "used_event": ("按事故计的额度：事故号", "the event, for events"),
    "remark": ("不参与计算", "not read"),
}

COLUMNS: tuple[Column, ...] = tuple(
    Column(name, zh, group, field, kind, *_SAYS[name]) for name, zh, group, field, kind in _TABLE
)
"""Every column, in the order of the template."""

ALWAYS = ("policy", "product", "policy_starts_on", "insured", "claim")
LINES = ("setting", "category", "amount")
"""Columns that a sheet needs: ALWAYS, and LINES unless it has a column `diagnosis`."""


def _plain(header: str) -> str:
    """A header without case, units in brackets, stars and spaces: " 金额（元） " and "Amount *" are found too."""
    bare = re.sub(r"[（(](元|yuan|RMB|CNY|人民币)[)）]|\*", "", header, flags=re.IGNORECASE)
    return re.sub(r"[\s_\-]+", "", bare).lower()


_BY_HEADER = {_plain(header): column for column in COLUMNS for header in (column.zh, column.name)}
_BY_FIELD = {(column.group, column.field): column for column in COLUMNS}


def column_of(header: str) -> Column | None:
    """The column of a header in Chinese or English."""
    return _BY_HEADER.get(_plain(header))


def column_for(group: str, field: str) -> Column | None:
    """The column that holds a field of a part of the case."""
    return _BY_FIELD.get((group, field))


def near(header: str) -> str | None:
    """A header like one that is not known, in its own language."""
    close = difflib.get_close_matches(_plain(header), _BY_HEADER, 1, cutoff=0.5)
    return _BY_HEADER[close[0]].header("en" if header.isascii() else "zh") if close else None


def choice(field: str, text: str) -> str | None:
    """The code name of a word of a list, told in Chinese, in English or by its code name."""
    return _WORDS[field].get(text.strip().lower().replace("-", "_").replace(" ", "_"))


def choices(field: str, lang: str) -> list[str]:
    """Every word that a field takes: Chinese words, or code names."""
    return [word(one, "zh") if lang == "zh" else one.name.lower() for one in _takes(field)]


def _takes(field: str) -> list[IntEnum]:
    never = {(Setting, "DIAGNOSIS"), (Category, "STAY_DAYS"), (Category, "DIAGNOSED")}
    return [one for one in CHOICES[field] if (type(one), one.name) not in never]


_WORDS = {
    field: {
        said.lower().replace("-", "_").replace(" ", "_"): one.name.lower()
        for one in _takes(field)
        for said in (word(one, "zh"), word(one, "zh").removesuffix("费"), word(one, "en"), one.name)
    }
    for field in CHOICES
}
