"""Checklist: every paper that a claim needs, all at once, with who asks for it and why; before invoices and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from hearth.kernel.adjudication.case import Claim, Diagnosis, Invoice, Line
from hearth.kernel.product.terms import Benefit, Bilingual, RequiredPaper, Terms
from hearth.words.codes import Category, Cause, Paper, Setting, Source, word
from hearth.words.days import add_months

About = Literal["claim", "invoice", "visit", "stay", "diagnosis"]

GUARDIANSHIP = "guardianship"
AUTHORISATION = "authorisation"

NAMES: dict[str, Bilingual] = {
    **{paper.name.lower(): Bilingual(zh=word(paper, "zh"), en=word(paper, "en")) for paper in Paper},
    GUARDIANSHIP: Bilingual(zh="监护关系证明", en="proof of guardianship"),
    AUTHORISATION: Bilingual(zh="授权委托书", en="written authority"),
}
"""Key of a paper -> its name."""

ORDER: tuple[str, ...] = (
    "application", "identity", GUARDIANSHIP, AUTHORISATION, "relation_proof", "bank_account",
    "invoice", "itemised_list", "settlement_sheet", "other_insurer_sheet",
    "discharge_summary", "medical_record", "diagnosis_certificate", "pathology", "prescription", "accident_proof",
)  # fmt: skip
"""The order in which papers are asked for: who applies, what it cost, what was treated."""

_OF_INVOICE = {Paper.INVOICE, Paper.ITEMISED_LIST, Paper.SETTLEMENT_SHEET, Paper.PRESCRIPTION}
_OF_VISIT = {Paper.DISCHARGE_SUMMARY, Paper.MEDICAL_RECORD}


@dataclass(frozen=True)
class Contract:
    """A policy that the claim runs under: its number, first day and terms."""

    no: str
    starts_on: date
    terms: Terms


@dataclass(frozen=True)
class AtHand:
    """A paper that is there, or that the insurer holds already; for the whole claim where no invoice is named."""

    paper: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What is known of a claim so far.  None, and an empty `settings` or `icd`, say that it is not known yet."""

    invoices: tuple[Invoice, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    settings: tuple[Setting, ...] = ()
    cause: Cause | None = None
    icd: str = ""
    trigger_on: date | None = None
    is_settled: bool | None = None
    other_sources: tuple[Source, ...] | None = None
    at_hand: tuple[AtHand, ...] = ()
    for_somebody_else: bool = False
    under_14: bool = False
    under_18: bool = False


@dataclass(frozen=True)
class Need:
    """Why a paper is asked for: by a benefit, by a clause of a policy, or by the law."""

    why: Bilingual
    policy: str | None = None
    product: str | None = None
    version: str | None = None
    clause: str | None = None
    benefit: str | None = None
    benefit_name: Bilingual | None = None
    law: Bilingual | None = None
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A paper, what it is about (`numbers`: invoices or diagnoses from 1), and whether it is there.

    `condition` says when the paper is wanted at all; None: always (`is_obligatory`).  `instead`: papers that stand in
    for it, since all who ask for it take them.
    """

    paper: str
    name: Bilingual
    about: About
    numbers: tuple[int, ...]
    is_obligatory: bool
    condition: Bilingual | None
    is_at_hand: bool
    needs: tuple[Need, ...]
    instead: tuple[str, ...] = ()


def facts_of(claim: Claim, *, for_somebody_else: bool = False, under_14: bool = False, under_18: bool = False) -> Facts:
    """The facts that a claim of a case states.

    Needs:   a claim; whether somebody else than the insured applies, and whether the insured is a minor
    Gives:   its facts; papers that are absent are taken as complete, other payments as stated
    Source:  docs/cases.md
    """
    papers = tuple(Paper) if claim.papers is None else claim.papers
    return Facts(
        invoices=claim.invoices,
        diagnoses=claim.diagnoses,
        cause=claim.cause,
        trigger_on=claim.trigger_on,
        other_sources=tuple(dict.fromkeys(payment.source for payment in claim.other_payments)),
        at_hand=tuple(AtHand(paper.name.lower()) for paper in papers),
        for_somebody_else=for_somebody_else,
        under_14=under_14,
        under_18=under_18,
    )


def checklist(contracts: Sequence[Contract], facts: Facts) -> tuple[Wanted, ...]:
    """Every paper of a claim, at once.

    Needs:   the policies that the claim runs under, in the chosen order; what is known of it
    Gives:   each paper once for what it is about, in the order of ORDER; obligatory where every benefit that may take
             what is claimed asks for it, else with the condition under which it is wanted
    Source:  Insurance Law art. 22; DOMAIN 6.3; docs/computing.md 2 (which benefit takes a row); docs/invoices.md
    """
    gathered = _Gathered()
    for contract in contracts:
        for rows in _claimed(contract.terms, facts):
            _ask_of_benefits(gathered, contract, facts, rows)
    _ask_of_everybody(gathered, facts)
    _ask_for_others(gathered, contracts, facts)
    wanted = []
    for (paper, about, numbers), entry in gathered.entries.items():
        needs = tuple(entry.needs.values())
        instead = tuple(one for one in needs[0].instead if all(one in need.instead for need in needs))
        there = any(
            one.paper in (paper, *instead) and (not one.numbers or not numbers or set(one.numbers) & set(numbers))
            for one in facts.at_hand
        )
        condition = None if entry.is_obligatory else entry.condition()
        wanted.append(
            Wanted(paper, NAMES[paper], about, numbers, entry.is_obligatory, condition, there, needs, instead)
        )
    return tuple(sorted(wanted, key=lambda one: (ORDER.index(one.paper), one.numbers)))


def missing(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """The obligatory papers that are not there: what a supplement notice has to name, all of it.

    Needs:   a checklist
    Gives:   its entries that are obligatory and not at hand; none means complete
    Source:  Insurance Law art. 22
    """
    return tuple(one for one in wanted if one.is_obligatory and not one.is_at_hand)


def papers_at_hand(wanted: Iterable[Wanted]) -> tuple[Paper, ...]:
    """The papers of a claim as adjudication takes them (`papers` of a case): those there for all that asks for them.

    Needs:   a checklist
    Gives:   papers in the order of their codes; what no list entry asks for is left out
    Source:  docs/computing.md 2, gate papers
    """
    there: dict[str, bool] = {}
    for one in wanted:
        there[one.paper] = there.get(one.paper, True) and one.is_at_hand
    return tuple(paper for paper in Paper if there.get(paper.name.lower(), False))


# --- what is gathered ------------------------------------------------------------------------------------------------

_Key = tuple[str, About, tuple[int, ...]]


@dataclass
class _Entry:
    needs: dict[tuple[str | None, ...], Need] = field(default_factory=dict)
    is_obligatory: bool = False
    benefits: dict[str, Bilingual] = field(default_factory=dict)
    conditions: list[Bilingual] = field(default_factory=list)

    def condition(self) -> Bilingual:
        said = list(dict.fromkeys((one.zh, one.en) for one in self.conditions))
        if self.benefits:
            names = self.benefits.values()
            said.append(
                ("仅申请以下保障时需要：" + "、".join(name.zh for name in names),
                 "only for: " + ", ".join(name.en for name in names))
            )  # fmt: skip
        return Bilingual(zh="；".join(zh for zh, _ in said), en="; ".join(en for _, en in said))


class _Gathered:
    def __init__(self) -> None:
        self.entries: dict[_Key, _Entry] = {}

    def ask(self, key: _Key, need: Need, *, condition: Bilingual | None = None, of: Benefit | None = None) -> None:
        """Notes a need; obligatory unless it has a condition or is that `of` a benefit that only may apply."""
        entry = self.entries.setdefault(key, _Entry())
        entry.needs.setdefault((need.policy, need.benefit, need.clause, need.why.en), need)
        if of is not None:
            entry.benefits.setdefault(f"{need.policy} {of.code}", of.name)
        elif condition is not None:
            entry.conditions.append(condition)
        else:
            entry.is_obligatory = True

    def asks_for(self, paper: str) -> bool:
        return any(key[0] == paper for key in self.entries)


# --- papers that benefits ask for ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """What a benefit is chosen by: a line, a stay, a diagnosis, or something not known yet (None, "")."""

    kind: str
    setting: Setting | None = None
    category: Category | None = None
    scope: Literal["in", "out"] | None = None
    icd: str = ""
    condition: str | None = None
    number: int = 0
    invoice: Invoice | None = None


def _claimed(terms: Terms, facts: Facts) -> Iterator[tuple[_Row, ...]]:
    """What is claimed under a policy, row by row; where nothing of its kind is known yet, what it may be, together."""
    kinds = [kind for kind in ("indemnity", "daily", "lump_sum") if any(one.kind == kind for one in terms.benefits)]
    known = [row for row in dict.fromkeys(_stated(facts)) if row.kind in kinds]
    if known:
        yield from ((row,) for row in known)
    else:
        for setting in facts.settings or (None,):
            yield tuple(_Row(kind, setting=setting, icd=facts.icd) for kind in kinds)


def _stated(facts: Facts) -> Iterator[_Row]:
    for number, invoice in enumerate(facts.invoices, 1):
        icd = invoice.icd or facts.icd
        for line in invoice.lines:
            for scope in _scopes(line):
                yield _Row("indemnity", invoice.setting, line.category, scope, icd, None, number, invoice)
        if not invoice.lines:
            yield _Row("indemnity", invoice.setting, None, None, icd, None, number, invoice)
        if invoice.setting is Setting.INPATIENT:
            yield _Row("daily", invoice.setting, None, None, icd, None, number, invoice)
    for number, diagnosis in enumerate(facts.diagnoses, 1):
        yield _Row("lump_sum", Setting.DIAGNOSIS, None, None, "", diagnosis.condition, number)


def _scopes(line: Line) -> tuple[Literal["in", "out"], ...]:
    outside = line.amount if line.out_of_scope == "all" else line.out_of_scope
    if outside == 0:
        return ("in",)
    return ("out",) if outside == line.amount else ("in", "out")


def _ask_of_benefits(gathered: _Gathered, contract: Contract, facts: Facts, rows: tuple[_Row, ...]) -> None:
    """What the benefits ask for that may take one of the rows: what all of them ask for is obligatory."""
    found = [(row, benefit, is_sure) for row in rows for benefit, is_sure in _possible(contract, facts, row)]
    for row, benefit, is_sure in found:
        for required in benefit.requires:
            by_all = all(any(one.paper == required.paper for one in other.requires) for _, other, _ in found)
            gathered.ask(
                _key(required.paper, facts, row),
                _need(contract, benefit, required),
                of=None if by_all and is_sure else benefit,
            )


def _possible(contract: Contract, facts: Facts, row: _Row) -> Iterator[tuple[Benefit, bool]]:
    """The benefits that may be a row's, and whether it surely is one of theirs."""
    fits = [
        (benefit, takes, _in_window(benefit, contract, facts, row))
        for benefit in contract.terms.benefits
        if benefit.kind == row.kind and (takes := _takes(benefit, facts.cause, row)) is not False
    ]
    possible: list[Benefit] = []
    for benefit, takes, passes in fits:
        if passes is not False:
            possible.append(benefit)
        if takes and passes:
            break
    # Where no window passes the first benefit is the row's, though its window then fails.
    possible = possible or [benefit for benefit, _, _ in fits[:1]]
    is_sure = row.number == 0 or any(takes for _, takes, _ in fits)
    yield from ((benefit, is_sure) for benefit in possible)


def _takes(benefit: Benefit, cause: Cause | None, row: _Row) -> bool | None:
    """Whether a benefit takes a row, its time window aside; None where that is not known yet."""
    found: list[bool | None] = [_within(cause, benefit.causes, len(benefit.causes) == len(Cause))]
    if row.kind == "lump_sum":
        found.append(_within(row.condition, benefit.conditions))
    else:
        settings = benefit.settings or (Setting.INPATIENT,)
        found.append(_within(row.setting, settings))
        found.append(not benefit.conditions and (not benefit.icd or (row.icd.startswith(benefit.icd) or None)))
        if benefit.icd and row.icd and not row.icd.startswith(benefit.icd):
            found.append(False)
    if row.kind == "indemnity":
        found.append(_within(row.scope, benefit.scope, len(set(benefit.scope)) == 2))
        if row.category is None:
            found.append(None if benefit.categories else True)
        else:
            listed = not benefit.categories or row.category in benefit.categories
            found.append(listed and row.category not in benefit.except_categories)
    if False in found:
        return False
    return None if None in found else True


def _within(value: object, among: Sequence[object], is_all: bool = False) -> bool | None:
    if is_all:
        return True
    return None if value is None else value in among


def _in_window(benefit: Benefit, contract: Contract, facts: Facts, row: _Row) -> bool | None:
    """Whether a row lies in the time window of a benefit; None where a stay or trigger may yet be told."""
    found: list[bool | None] = [True]
    if row.invoice is None:
        return None if benefit.around_stay is not None or benefit.since_trigger is not None else True
    day = row.invoice.event_on
    if benefit.around_stay is not None and row.setting is not Setting.INPATIENT:
        around, first = benefit.around_stay, contract.starts_on
        before, after = around.before.at(first), around.after.at(first)
        least = 0 if around.inclusive else 1
        most = (before, after) if not around.inclusive else (before - 1, after - 1)
        stays = [stay for stay in facts.invoices if stay.setting is Setting.INPATIENT]
        near = any(
            least <= (stay.event_on - day).days <= most[0] or least <= (day - stay.until_on).days <= most[1]
            for stay in stays
        )
        # The stay may belong to an earlier claim of the same event.
        found.append(True if near else None)
    if benefit.since_trigger is not None:
        within = benefit.since_trigger.within
        if facts.trigger_on is None:
            found.append(None)
        else:
            length, start = within.at(contract.starts_on), facts.trigger_on
            last = add_months(start, length) if within.unit == "months" else start + timedelta(days=length)
            found.append(start <= day <= last)
    if False in found:
        return False
    return None if None in found else True


def _key(paper: Paper, facts: Facts, row: _Row) -> _Key:
    name = paper.name.lower()
    if row.kind == "lump_sum" and row.number and paper is Paper.DIAGNOSIS_CERTIFICATE:
        return name, "diagnosis", (row.number,)
    if row.invoice is None:
        return name, "claim", ()
    if paper in _OF_INVOICE:
        return name, "invoice", (row.number,)
    if paper not in _OF_VISIT:
        return name, "claim", ()
    mine = _visit(row.invoice)
    numbers = tuple(number for number, one in enumerate(facts.invoices, 1) if _visit(one) == mine)
    return name, "stay" if row.invoice.setting is Setting.INPATIENT else "visit", numbers


def _visit(invoice: Invoice) -> tuple[object, ...]:
    place = invoice.hospital
    if invoice.setting is Setting.INPATIENT:
        return "stay", invoice.event_on, place.name, place.level
    return "visit", invoice.event_on, place.name, place.clinic


def _need(contract: Contract, benefit: Benefit, required: RequiredPaper) -> Need:
    terms = contract.terms
    return Need(
        required.why, contract.no, terms.code, terms.version, required.clause, benefit.code, benefit.name,
        instead=tuple(paper.name.lower() for paper in required.instead),
    )  # fmt: skip


# --- papers that the claim itself asks for ---------------------------------------------------------------------------


def _law(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


_ART_22 = _law("《保险法》第二十二条", "Insurance Law art. 22")
_ART_23 = _law("《保险法》第二十三条", "Insurance Law art. 23")
_GUARDIAN = _law("《民法典》第二十三条、第二十七条", "Civil Code art. 23, 27")
_AGENT = _law("《民法典》第一百六十五条", "Civil Code art. 165")

_OF_CLAIM: tuple[tuple[str, Callable[[Facts], bool], Bilingual, Bilingual], ...] = (
    # paper, when, why, law
    (
        "application", lambda facts: True,
        _law("申请人签名的申请是理赔的开始", "the signed application opens the claim"), _ART_22,
    ),
    ("identity", lambda facts: True, _law("核对被保险人身份", "shows who the insured is"), _ART_22),
    (
        GUARDIANSHIP, lambda facts: facts.under_14 or facts.under_18,
        _law("未成年人由监护人代为申请：出生医学证明、户口簿或其他监护证明",
             "a guardian applies for a minor: birth certificate, household register or another proof of guardianship"),
        _GUARDIAN,
    ),
    (
        AUTHORISATION, lambda facts: facts.for_somebody_else and not (facts.under_14 or facts.under_18),
        _law("代他人申请须有其签名的授权", "applying for somebody else needs the authority they signed"), _AGENT,
    ),
    (
        "relation_proof", lambda facts: facts.for_somebody_else and not (facts.under_14 or facts.under_18),
        _law("证明申请人与被保险人的关系", "shows how the applicant and the insured are related"), _ART_22,
    ),
    (
        "bank_account", lambda facts: True,
        _law("用于支付赔款，户名须与领款人一致",
             "where the money is paid; the account is in the payee's name"),
        _ART_23,
    ),
)  # fmt: skip

_IF_ACCIDENT = Bilingual(zh="如有事故证明（交警、单位、学校等出具）", en="if there is one (police, employer, school)")
_IF_SHEET = Bilingual(
    zh="经医保结算且医院出具了结算单的", en="if social insurance settled the bill and a sheet was given"
)
_IF_OTHERS = Bilingual(zh="如其他保险公司、单位等已经赔付", en="if another insurer, employer or somebody else has paid")


def _ask_of_everybody(gathered: _Gathered, facts: Facts) -> None:
    for paper, when, why, law in _OF_CLAIM:
        asked = gathered.entries.get((paper, "claim", ()))
        if when(facts) and (asked is None or not asked.is_obligatory):
            gathered.ask((paper, "claim", ()), Need(why, law=law))
    if facts.cause is Cause.ACCIDENT and not gathered.asks_for("accident_proof"):
        why = Bilingual(zh="证明事故的日期与经过", en="proves day and course of the accident")
        gathered.ask(("accident_proof", "claim", ()), Need(why, law=_ART_22), condition=_IF_ACCIDENT)


def _ask_for_others(gathered: _Gathered, contracts: Sequence[Contract], facts: Facts) -> None:
    """The sheets of those who paid a part: social insurance (for each invoice) and others (for the claim)."""
    for contract in contracts:
        terms = contract.terms
        if all(benefit.kind != "indemnity" for benefit in terms.benefits):
            continue
        public = Need(
            Bilingual(zh="说明医保已支付的各部分", en="shows what social insurance paid of it"),
            contract.no, terms.code, terms.version, terms.public_payments.clause if terms.public_payments else None,
        )  # fmt: skip
        settled = [n for n, invoice in enumerate(facts.invoices, 1) if invoice.si_settled]
        if not facts.invoices and not facts.diagnoses and facts.is_settled is not False:
            gathered.ask(("settlement_sheet", "claim", ()), public, condition=_IF_SHEET)
        for number in settled:
            gathered.ask(("settlement_sheet", "invoice", (number,)), public, condition=_IF_SHEET)
        if facts.other_sources is None or facts.other_sources:
            others = Need(
                Bilingual(zh="说明其他途径已赔付的金额", en="shows what others have paid"),
                contract.no, terms.code, terms.version, terms.other_payments.clause if terms.other_payments else None,
            )  # fmt: skip
            condition = None if facts.other_sources else _IF_OTHERS
            gathered.ask(("other_insurer_sheet", "claim", ()), others, condition=condition)
