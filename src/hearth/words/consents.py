"""Consents: what people are asked to agree to, each purpose and class of data apart, in versions with their words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hearth.words.faults import Fault


class Purpose(StrEnum):
    """What data are used for."""

    CLAIM = "claim"
    PASS_ON = "pass_on"
    CARE = "care"
    SERVICE = "service"


class DataClass(StrEnum):
    """Which data.  Health, accounts and the data of children are sensitive (PIPL art. 28)."""

    HEALTH = "health"
    ACCOUNT = "account"
    CHILD = "child"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """One thing to agree to, in one version: what is said, word for word, in both languages."""

    purpose: Purpose
    data_class: DataClass
    version: str
    from_on: date
    title_zh: str
    title_en: str
    zh: str
    en: str
    source: str

    def title(self, lang: str) -> str:
        """What it is called, in "zh" or "en"."""
        return self.title_zh if lang.startswith("zh") else self.title_en

    def words(self, lang: str) -> str:
        """What is agreed to, word for word, in "zh" or "en"."""
        return self.zh if lang.startswith("zh") else self.en

    def digest(self, lang: str) -> str:
        """The digest of what was shown: what the ledger of consents keeps."""
        return hashlib.sha256(self.words(lang).encode()).hexdigest()


class UnknownConsent(Fault):
    """Nothing of that purpose, class and version is asked of anybody."""

    code, status = "UNKNOWN_CONSENT", 422
    says = "There is nothing to agree to for {purpose} of {data_class} data in version {version}."
    says_zh = "没有用途为 {purpose}、数据类别为 {data_class}、版本为 {version} 的授权同意书。"


CONSENTS: tuple[ConsentWords, ...] = (
    ConsentWords(
        Purpose.CLAIM,
        DataClass.HEALTH,
        "2026-1",
        date(2026, 1, 1),
        "使用健康信息办理理赔",
        "Use of health data for a claim",
        "我同意保险公司为办理我的理赔申请，使用我提交的病历、票据、诊断和检查结果等健康信息。"
        "不提供这些信息，将无法核定赔款，但不影响我使用其他服务。我可以随时撤回同意，撤回前已经完成的处理不受影响。",
        "I agree that the insurer uses the health data I hand in (records, invoices, diagnoses, test results) to "
        "decide my claim. Without them the claim cannot be decided; other services stay open to me. I may take this "
        "back at any time; what was done before stays as it is.",
        "PIPL arts. 14, 15, 28-30",
    ),
    ConsentWords(
        Purpose.PASS_ON,
        DataClass.HEALTH,
        "2026-1",
        date(2026, 1, 1),
        "向他方提供健康信息",
        "Health data handed to others",
        "我单独同意保险公司为核实和结算我的理赔，向就诊医院、再保险公司和公估机构提供本次理赔所必需的健康信息，"
        "接收方只能用于上述目的。不同意不影响理赔的受理，可能需要我自行补充证明。我可以随时撤回同意。",
        "I agree separately that, to check and settle my claim, the insurer hands the health data this claim needs to "
        "the hospital, the reinsurer and the loss adjuster, who may use them for nothing else. If I do not agree my "
        "claim is still taken in; I may have to bring proofs myself. I may take this back at any time.",
        "PIPL arts. 23, 29",
    ),
    ConsentWords(
        Purpose.CLAIM,
        DataClass.CHILD,
        "2026-1",
        date(2026, 1, 1),
        "使用未满十四周岁儿童的信息",
        "Data of a child under 14",
        "我是该儿童的监护人，同意保险公司为办理其理赔申请，使用其身份信息和健康信息。"
        "孩子年满十四周岁后，由其本人另行同意。我可以随时撤回同意。",
        "I am this child's guardian and agree that the insurer uses the child's identity and health data to decide the "
        "child's claims. From the 14th birthday the child agrees for itself. I may take this back at any time.",
        "PIPL arts. 28, 31",
    ),
    ConsentWords(
        Purpose.CLAIM,
        DataClass.ACCOUNT,
        "2026-1",
        date(2026, 1, 1),
        "使用银行账户收取赔款",
        "Use of a bank account for the benefit",
        "我同意保险公司保存我的银行账号，仅用于支付赔款和核对户名。我可以随时更换账户或撤回同意。",
        "I agree that the insurer keeps my account number, to pay benefits and to check the holder's name and for "
        "nothing else. I may change the account or take this back at any time.",
        "PIPL arts. 28-30",
    ),
    ConsentWords(
        Purpose.CARE,
        DataClass.HEALTH,
        "2026-1",
        date(2026, 1, 1),
        "使用健康信息提供健康管理服务",
        "Use of health data for care",
        "我单独同意保险公司使用我的健康信息，为我提供慢病管理和健康提醒服务。"
        "这是自愿的，不同意不影响保险保障和理赔。我可以随时撤回同意。",
        "I agree separately that the insurer uses my health data to look after a long-term illness and to remind me. "
        "This is of my free will: cover and claims do not depend on it. I may take this back at any time.",
        "PIPL arts. 14-16, 29",
    ),
    ConsentWords(
        Purpose.SERVICE,
        DataClass.CONTACT,
        "2026-1",
        date(2026, 1, 1),
        "服务回访和满意度调查",
        "Calls about our service",
        "我同意保险公司在理赔结束后，通过电话或短信了解我对服务的意见。不同意不影响任何服务。我可以随时撤回同意。",
        "I agree that the insurer asks me by telephone or text message, after a claim, how the service was. "
        "No service depends on it. I may take this back at any time.",
        "PIPL arts. 14-16",
    ),
)
"""Everything anybody is asked to agree to, in every version."""

REQUIRED_OF_A_CLAIM: tuple[tuple[Purpose, DataClass], ...] = ((Purpose.CLAIM, DataClass.HEALTH),)
"""Without these a claim cannot be decided; for a child under 14 its guardian gives (claim, child) too."""


def consent_words(purpose: str, data_class: str, version: str) -> ConsentWords:
    """What was or is agreed to under these names.  Raises: UnknownConsent."""
    for one in CONSENTS:
        if (one.purpose, one.data_class, one.version) == (purpose, data_class, version):
            return one
    raise UnknownConsent(purpose=purpose, data_class=data_class, version=version)


def version_on(purpose: str, data_class: str, day: date) -> ConsentWords | None:
    """The version asked for on a day: a change of words asks for a new yes (PIPL art. 14); None where there is none."""
    known = [one for one in CONSENTS if (one.purpose, one.data_class) == (purpose, data_class) and one.from_on <= day]
    return max(known, key=lambda one: one.from_on, default=None)
