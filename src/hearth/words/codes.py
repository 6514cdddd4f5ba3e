"""Codes: the closed lists that arrays hold as small integers, with their words in both languages.

A code is never reused or renumbered; new ones go to the end.
"""

from __future__ import annotations

from enum import IntEnum


class Setting(IntEnum):
    """Where the treatment took place."""

    OUTPATIENT = 0
    INPATIENT = 1
    SPECIAL_OUTPATIENT = 2
    OUTPATIENT_SURGERY = 3
    PHARMACY = 4
    DIAGNOSIS = 5


class Category(IntEnum):
    """What a line of an invoice is for (the national e-invoice's fee items, and those that clauses single out)."""

    BED = 0
    CONSULTATION = 1
    EXAMINATION = 2
    LABORATORY = 3
    TREATMENT = 4
    SURGERY = 5
    NURSING = 6
    MATERIAL = 7
    WESTERN_DRUG = 8
    PATENT_DRUG = 9
    HERBAL_DRUG = 10
    GENERAL_CONSULTATION = 11
    OTHER = 12
    REGISTRATION = 13
    ANAESTHESIA = 14
    BLOOD = 15
    AMBULANCE = 16
    IMPLANT = 17
    ESCORT_BED = 18
    MEALS = 19
    PROTON_THERAPY = 20
    RADIOTHERAPY = 21
    CHEMOTHERAPY = 22
    TARGETED_DRUG = 23
    DIALYSIS = 24
    ANTI_REJECTION = 25
    REHABILITATION = 26
    DENTAL = 27
    VISION = 28
    COSMETIC = 29
    CHECK_UP = 30
    VACCINE = 31
    MATERNITY = 32
    GLUCOSE_DRUG = 33
    PRESSURE_DRUG = 34
    SUPPLEMENTS = 35
    TRANSPORT = 36
    DEVICE = 37
    STAY_DAYS = 62
    DIAGNOSED = 63


class Scope(IntEnum):
    """Whether a line lies inside the social-insurance list."""

    IN = 0
    OUT = 1


class Ownership(IntEnum):
    """Who runs the hospital."""

    PUBLIC = 0
    PRIVATE = 1


class Department(IntEnum):
    """The kind of ward or clinic."""

    ORDINARY = 0
    SPECIAL_NEEDS = 1
    INTERNATIONAL = 2


class Source(IntEnum):
    """Who else paid; personal accounts are the person's own money and are not among them."""

    INSURER = 0
    EMPLOYER = 1
    CHARITY = 2
    THIRD_PARTY = 3


class Cause(IntEnum):
    """Why treatment was needed."""

    ILLNESS = 0
    ACCIDENT = 1


class Kind(IntEnum):
    """How a benefit is reckoned."""

    INDEMNITY = 0
    DAILY = 1
    LUMP_SUM = 2


class Per(IntEnum):
    """The unit of computing: what is summed before deductible, ratio and limits are applied."""

    CLAIM = 0
    VISIT = 1
    DAY = 2
    LINE = 3


class Holder(IntEnum):
    """Whose deductible or limit it is."""

    INSURED = 0
    FAMILY = 1


class Unit(IntEnum):
    """What a deductible or a limit counts."""

    FEN = 0
    DAYS = 1
    TIMES = 2
    SUM_INSURED_BP = 3


class Span(IntEnum):
    """How far one deductible or limit reaches before it starts anew."""

    VISIT = 0
    STAY = 1
    DAY = 2
    MONTH = 3
    EVENT = 4
    TRIGGER = 5
    POLICY_YEAR = 6
    GUARANTEED = 7
    LIFE = 8


class RatioClass(IntEnum):
    """Which ratio applies: how the bill was settled; +3 where the treated illness was there before the cover."""

    SETTLED = 0
    UNSETTLED = 1
    NO_SOCIAL_INSURANCE = 2
    PRE_EXISTING_SETTLED = 3
    PRE_EXISTING_UNSETTLED = 4
    PRE_EXISTING_NO_SOCIAL_INSURANCE = 5


class Attribution(IntEnum):
    """How public payments are shared between eligible and other lines when the settlement sheet does not say."""

    ELIGIBLE_FIRST = 0
    PRO_RATA = 1


class PreExisting(IntEnum):
    """What the terms do with treatment of an illness that was there before the cover."""

    EXCLUDE = 0
    LOWER_RATIO = 1
    COVER = 2


class ClaimOrder(IntEnum):
    """The first key of the order in which claims use deductibles and limits up."""

    EVENT_DAY = 0
    REGISTRATION = 1
    SETTLEMENT = 2


class Gate(IntEnum):
    """The checks of step 1 and 2, in the order of the wording; each is a bit in the `gates` column."""

    IN_FORCE = 0
    PERSON = 1
    WAITING = 2
    HOSPITAL = 3
    EXCLUSION = 4
    PRE_EXISTING = 5
    TIME_WINDOW = 6
    DUPLICATE = 7
    NECESSARY = 8
    PAPERS = 9
    ENDED = 10
    BENEFIT = 11
    SUMS = 12


MEASURE_SHIFT = 8
"""Bit k + 8 of an invoice's flags says that measure k of its claim holds on its day and for its illness."""

MAX_MEASURES = 16
"""Measures that one claim may fall under."""

REFER_SHIFT = 16
"""Bit g of `gates` says that gate g failed; bit g + 16 that a person has to look at it."""


class Reason(IntEnum):
    """What decided a line, one code a line (`reason`); 1 + Gate for a failed gate."""

    PAID_IN_FULL = 0
    NOT_IN_FORCE = 1
    OTHER_PERSON = 2
    IN_WAITING = 3
    HOSPITAL_NOT_ACCEPTED = 4
    EXCLUDED = 5
    THERE_BEFORE = 6
    OUTSIDE_WINDOW = 7
    COUNTED_ALREADY = 8
    NOT_NECESSARY = 9
    PAPER_MISSING = 10
    CONTRACT_ENDED = 11
    NOT_A_BENEFIT = 12
    NOTHING_LEFT = 20
    DEDUCTIBLE_TOOK = 21
    OWN_SHARE_TOOK = 22
    LIMIT_TOOK = 23
    AGE_TOOK = 24
    ITEM_CAP_TOOK = 25


class Paper(IntEnum):
    """Papers a benefit may require; each is a bit in a claim's `papers`."""

    APPLICATION = 0
    IDENTITY = 1
    INVOICE = 2
    ITEMISED_LIST = 3
    SETTLEMENT_SHEET = 4
    DISCHARGE_SUMMARY = 5
    DIAGNOSIS_CERTIFICATE = 6
    PATHOLOGY = 7
    PRESCRIPTION = 8
    ACCIDENT_PROOF = 9
    OTHER_INSURER_SHEET = 10
    BANK_ACCOUNT = 11
    RELATION_PROOF = 12
    MEDICAL_RECORD = 13


ALL_PAPERS = (1 << 62) - 1


class RowFlag(IntEnum):
    """Bits of a row's `flags`."""

    DISPUTED = 1
    CUT = 2


class InvoiceFlag(IntEnum):
    """Bits of an invoice's `flags`."""

    DUPLICATE = 1
    OTHER_PERSON = 2
    SUMS_DIFFER = 4
    PRE_EXISTING_SUSPECTED = 16
    USED_ELSEWHERE = 32
    ON_ADMISSION = 64
    ON_DISCHARGE = 128


_WORDS: tuple[tuple[IntEnum, str, str], ...] = (
    (Setting.OUTPATIENT, "门诊", "outpatient"),
    (Setting.INPATIENT, "住院", "inpatient"),
    (Setting.SPECIAL_OUTPATIENT, "特殊门诊", "special outpatient"),
    (Setting.OUTPATIENT_SURGERY, "门诊手术", "outpatient surgery"),
    (Setting.PHARMACY, "药店", "pharmacy"),
    (Setting.DIAGNOSIS, "确诊", "diagnosis"),
    (Category.BED, "床位费", "bed"),
    (Category.CONSULTATION, "诊察费", "consultation"),
    (Category.EXAMINATION, "检查费", "examination"),
    (Category.LABORATORY, "化验费", "laboratory"),
    (Category.TREATMENT, "治疗费", "treatment"),
    (Category.SURGERY, "手术费", "surgery"),
    (Category.NURSING, "护理费", "nursing"),
    (Category.MATERIAL, "卫生材料费", "medical material"),
    (Category.WESTERN_DRUG, "西药费", "western drug"),
    (Category.PATENT_DRUG, "中成药费", "Chinese patent drug"),
    (Category.HERBAL_DRUG, "中草药费", "herbal drug"),
    (Category.GENERAL_CONSULTATION, "一般诊疗费", "general consultation"),
    (Category.OTHER, "其他费用", "other"),
    (Category.REGISTRATION, "挂号费", "registration"),
    (Category.ANAESTHESIA, "麻醉费", "anaesthesia"),
    (Category.BLOOD, "输血费", "blood"),
    (Category.AMBULANCE, "救护车费", "ambulance"),
    (Category.IMPLANT, "植入材料费", "implant"),
    (Category.ESCORT_BED, "陪护床费", "escort bed"),
    (Category.MEALS, "膳食费", "meals"),
    (Category.PROTON_THERAPY, "质子重离子治疗费", "proton and heavy-ion therapy"),
    (Category.RADIOTHERAPY, "放疗费", "radiotherapy"),
    (Category.CHEMOTHERAPY, "化疗费", "chemotherapy"),
    (Category.TARGETED_DRUG, "靶向药费", "targeted drug"),
    (Category.DIALYSIS, "透析费", "dialysis"),
    (Category.ANTI_REJECTION, "抗排异治疗费", "anti-rejection treatment"),
    (Category.REHABILITATION, "康复费", "rehabilitation"),
    (Category.DENTAL, "牙科费", "dental"),
    (Category.VISION, "视力矫正费", "vision correction"),
    (Category.COSMETIC, "美容整形费", "cosmetic"),
    (Category.CHECK_UP, "体检费", "check-up"),
    (Category.VACCINE, "疫苗费", "vaccine"),
    (Category.MATERNITY, "生育费", "maternity"),
    (Category.GLUCOSE_DRUG, "降糖药费", "glucose-lowering drug"),
    (Category.PRESSURE_DRUG, "降压药费", "pressure-lowering drug"),
    (Category.SUPPLEMENTS, "保健品", "supplements"),
    (Category.TRANSPORT, "交通费", "transport"),
    (Category.DEVICE, "医疗器械费", "device"),
    (Category.STAY_DAYS, "住院天数", "days in hospital"),
    (Category.DIAGNOSED, "确诊疾病", "diagnosed condition"),
    (Scope.IN, "医保目录内", "inside the social-insurance list"),
    (Scope.OUT, "医保目录外（自费）", "outside the social-insurance list"),
    (Ownership.PUBLIC, "公立", "public"),
    (Ownership.PRIVATE, "民营", "private"),
    (Department.ORDINARY, "普通部", "ordinary ward"),
    (Department.SPECIAL_NEEDS, "特需部", "special-needs ward"),
    (Department.INTERNATIONAL, "国际部", "international ward"),
    (Source.INSURER, "其他保险公司", "another insurer"),
    (Source.EMPLOYER, "工作单位或团险", "employer or group cover"),
    (Source.CHARITY, "慈善救助", "charity"),
    (Source.THIRD_PARTY, "第三方", "third party"),
    (Cause.ILLNESS, "疾病", "illness"),
    (Cause.ACCIDENT, "意外", "accident"),
    (Kind.INDEMNITY, "费用补偿", "indemnity"),
    (Kind.DAILY, "定额津贴", "daily allowance"),
    (Kind.LUMP_SUM, "定额给付", "lump sum"),
    (Per.CLAIM, "每次赔案", "claim"),
    (Per.VISIT, "每次就诊", "visit"),
    (Per.DAY, "每日", "day"),
    (Per.LINE, "每条费用", "line"),
    (Holder.INSURED, "被保险人", "insured"),
    (Holder.FAMILY, "家庭共享", "family"),
    (Unit.FEN, "元", "yuan"),
    (Unit.DAYS, "天", "days"),
    (Unit.TIMES, "次", "times"),
    (Unit.SUM_INSURED_BP, "基本保额的比例", "share of the sum insured"),
    (Span.VISIT, "每次就诊", "each visit"),
    (Span.STAY, "每次住院", "each stay"),
    (Span.DAY, "每日", "each day"),
    (Span.MONTH, "每月", "each calendar month"),
    (Span.EVENT, "每次事故", "each event"),
    (Span.TRIGGER, "触发之日起的期间", "the days from the trigger"),
    (Span.POLICY_YEAR, "保单年度", "policy year"),
    (Span.GUARANTEED, "保证续保期间", "guaranteed period"),
    (Span.LIFE, "终身", "life of the cover"),
    (RatioClass.SETTLED, "经医保结算", "settled through social insurance"),
    (RatioClass.UNSETTLED, "未经医保结算", "not settled through social insurance"),
    (RatioClass.NO_SOCIAL_INSURANCE, "无医保版本", "version without social insurance"),
    (RatioClass.PRE_EXISTING_SETTLED, "既往症，经医保结算", "there before, settled through social insurance"),
    (RatioClass.PRE_EXISTING_UNSETTLED, "既往症，未经医保结算", "there before, not settled"),
    (RatioClass.PRE_EXISTING_NO_SOCIAL_INSURANCE, "既往症，无医保版本", "there before, without social insurance"),
    (Paper.APPLICATION, "理赔申请书", "claim application"),
    (Paper.IDENTITY, "身份证明", "proof of identity"),
    (Paper.INVOICE, "医疗发票", "medical invoice"),
    (Paper.ITEMISED_LIST, "费用清单", "itemised list"),
    (Paper.SETTLEMENT_SHEET, "医保结算单", "social-insurance settlement sheet"),
    (Paper.DISCHARGE_SUMMARY, "出院小结", "discharge summary"),
    (Paper.DIAGNOSIS_CERTIFICATE, "诊断证明", "diagnosis certificate"),
    (Paper.PATHOLOGY, "病理报告", "pathology report"),
    (Paper.PRESCRIPTION, "处方", "prescription"),
    (Paper.ACCIDENT_PROOF, "意外事故证明", "accident proof"),
    (Paper.OTHER_INSURER_SHEET, "其他保险公司分割单", "other insurer's settlement sheet"),
    (Paper.BANK_ACCOUNT, "银行账户", "bank account"),
    (Paper.RELATION_PROOF, "关系证明", "proof of relation"),
    (Paper.MEDICAL_RECORD, "门诊病历", "outpatient record"),
    (Gate.IN_FORCE, "保单有效", "policy in force"),
    (Gate.PERSON, "就诊人身份", "right person"),
    (Gate.WAITING, "等待期", "waiting period"),
    (Gate.HOSPITAL, "医院范围", "accepted hospital"),
    (Gate.EXCLUSION, "责任免除", "exclusions"),
    (Gate.PRE_EXISTING, "既往症", "pre-existing condition"),
    (Gate.TIME_WINDOW, "时间范围", "time window"),
    (Gate.DUPLICATE, "发票重复", "invoice used once"),
    (Gate.NECESSARY, "合理且必要", "reasonable and necessary"),
    (Gate.PAPERS, "理赔材料", "papers"),
    (Gate.ENDED, "合同已终止", "contract not ended"),
    (Gate.BENEFIT, "保障项目", "covered benefit"),
    (Gate.SUMS, "发票金额核对", "invoice adds up"),
)

WORDS: dict[tuple[type[IntEnum], int], tuple[str, str]] = {(type(code), int(code)): (zh, en) for code, zh, en in _WORDS}
"""(list, number) -> (zh, en); keyed by list too because members of different lists with one number are equal."""


def word(code: IntEnum, lang: str) -> str:
    """The word of a code in "zh" or "en"."""
    zh, en = WORDS[type(code), int(code)]
    return zh if lang.startswith("zh") else en
