"""Random owner-years: a family, its chains of contracts and everything it claims, valid by construction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hearth.kernel.adjudication.case import Case
from hearth.kernel.product.terms import Terms
from hearth.words.days import add_months
from tests.twins.choices import Choices, Seeded, fen, some, yuan
from tests.twins.products import CATEGORIES, CONDITIONS, DISEASES, PAPERS, PREFIXES, SETTINGS, SOURCES, product

FAMILY = ("mei", "bo", "lan", "hui")
STARTS = (date(2025, 1, 1), date(2025, 3, 1), date(2024, 2, 29), date(2024, 12, 15), date(2025, 2, 28))
EVENTS = (None, "fall", "tumour")
HOSPITALS = ("First", "Second", "")
CLINICS = ("", "internal")
OFFSETS = (0, 29, 30, 31, 1, 59, 60, 89, 90, 364, 365, -1, 180, 200, 300)
DECLARABLE = ("policy_year", "life", "guaranteed", "event", "month", "day")


@dataclass(frozen=True, repr=False)
class Instance:
    """A case and the products it names."""

    case: Case
    products: dict[str, Terms]

    def __repr__(self) -> str:
        """The case and its products as JSON, without what is left at its default."""
        case = self.case.model_dump_json(exclude_defaults=True)
        return "\n".join([case, *(terms.model_dump_json(exclude_defaults=True) for terms in self.products.values())])


def seeded(seed: int) -> Instance:
    """The random owner-year of a seed, products included."""
    return instance(Seeded(seed), f"seed {seed}")


def instance(choose: Choices, name: str) -> Instance:
    """One or two random products and a random owner-year under them."""
    products = {code: product(choose, code) for code in ("p1", "p2")[: choose.integer(1, 2)]}
    return Instance(owner_year(choose, products, name), products)


@dataclass
class Contract:
    """A contract year while the case is being made up."""

    no: str
    chain: str
    starts_on: date
    ends_on: date
    written: dict[str, Any]


@dataclass(frozen=True)
class Earlier:
    """An invoice made up before, whose it was, and the chains it was claimed under."""

    member: str
    invoice: dict[str, Any]
    chains: tuple[str, ...]


def owner_year(choose: Choices, products: Mapping[str, Terms], name: str) -> Case:
    """A family of one to four, one or two chains of contracts, up to six claims."""
    family = FAMILY[: choose.pick((1, 2, 3, 4, 2))]
    chains = [chain(choose, letter, terms, family) for letter, terms in zip("AB", products.values(), strict=False)]
    if len(chains) == 1 and choose.chance(20):
        chains.append(chain(choose, "B", next(iter(products.values())), family))
    contracts = [contract for years in chains for contract in years]
    order = list(range(len(chains)))
    if choose.chance(50):
        order.reverse()
    earlier: list[Earlier] = []
    claims = [claim(choose, number, family, chains, order, earlier) for number in range(1, choose.integer(1, 6) + 1)]
    if len(chains) == 2 and choose.chance(30):
        claims += claimed_apart(choose, choose.pick(claims), chains)
    return Case.model_validate(
        {
            "case": name,
            "people": [person(choose, member, contracts) for member in family],
            "policies": [contract.written for contract in contracts],
            "used": declared(choose, chains, products),
            "claims": claims,
        }
    )


# --- people and policies ---------------------------------------------------------------------------------------------


def person(choose: Choices, member: str, contracts: list[Contract]) -> dict[str, Any]:
    written: dict[str, Any] = {"id": member}
    if choose.chance(40):
        known = []
        for _ in range(choose.integer(1, 2)):
            illness: dict[str, Any] = {"icd": choose.pick(PREFIXES)}
            if choose.chance(70):
                first = choose.pick(contracts).starts_on
                illness["evidence_on"] = first + timedelta(days=choose.pick((-1, 0, -400, 1, 200)))
            known.append(illness)
        written["pre_existing"] = known
    return written


def chain(choose: Choices, letter: str, terms: Terms, family: tuple[str, ...]) -> list[Contract]:
    """One to three contract years of one product, with or without gaps; members join, leave and come back."""
    years: list[Contract] = []
    starts_on = choose.pick(STARTS) if choose.chance(50) else STARTS[0]
    insured = family if choose.chance(50) else tuple(some(choose, family, at_least=1))
    for number in range(1, choose.pick((1, 2, 3, 2)) + 1):
        ends_on = add_months(starts_on, 12)
        no = f"{letter}{number}"
        written: dict[str, Any] = {
            "no": no,
            "product": terms.code,
            "starts_on": starts_on,
            "insured": insured,
            "with_social_insurance": choose.chance(80),
            "claim_free_years": choose.pick((0, 0, 1, 3, 12)),
            "sum_insured": yuan(choose.pick((50_000_000, 1, 333_333, 10**10))),
            "unproven_clauses": some(choose, [rule.clause for rule in terms.exclusions]) if choose.chance(25) else (),
        }
        if years:
            written["renews"] = years[-1].no
        if choose.chance(5 if years else 15):
            written["continuous_since"] = starts_on - timedelta(days=choose.pick((365, 1, 20)))
        if choose.chance(5 if years else 15):
            written["guaranteed_since"] = add_months(starts_on, -12 * choose.pick((1, 2, 5)))
        if choose.chance(70) or len(terms.plans) > 1:
            written["plan"] = choose.pick(terms.plans)
        if choose.chance(10):
            ends_on = starts_on + timedelta(days=choose.pick((366, 90, 30, 700)))
            written["ends_on"] = ends_on
        if choose.chance(20):
            paid, due = choose.pick(((300, 420), (1, 2), (999, 1_000), (0, 7), (5, 5)))
            written |= {"premium_paid": yuan(paid), "premium_due": yuan(due)}
        if choose.chance(15):
            written["arrears"] = yuan(fen(choose, 100_000))
        years.append(Contract(no, letter, starts_on, ends_on, written))
        insured = insured_next(choose, family, insured)
        starts_on = ends_on + timedelta(days=choose.pick((0, 0, 0, 1, 30, 31, 60, 61, 90)))
    return years


def insured_next(choose: Choices, family: tuple[str, ...], insured: tuple[str, ...]) -> tuple[str, ...]:
    """Whom the renewal insures: the same, all, or some others."""
    if choose.chance(70):
        return insured
    return family if choose.chance(50) else tuple(some(choose, family, at_least=1))


def declared(choose: Choices, chains: list[list[Contract]], products: Mapping[str, Terms]) -> list[dict[str, Any]]:
    """Use of deductibles and limits from before the case."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for years in chains:
        terms = products[years[0].written["product"]]
        for rule in (*terms.deductibles, *terms.limits):
            if rule.span not in DECLARABLE or not choose.chance(25):
                continue
            contract = choose.pick(years)
            member = choose.pick(contract.written["insured"])
            amount = yuan(fen(choose, 2_000_000)) if rule.unit in ("yuan", "sum_insured") else choose.pick((1, 2, 5))
            used: dict[str, Any] = {"policy": contract.no, "of": rule.code, "amount": amount}
            if rule.holder == "insured":
                used["insured"] = member
            if rule.span in ("month", "day"):
                used["on"] = contract.starts_on + timedelta(days=choose.pick(OFFSETS[:5]))
            if rule.span == "event":
                used["event"] = choose.pick(EVENTS[1:])
            found[years[0].no, rule.code, used.get("insured")] = used
    return list(found.values())


# --- claims ----------------------------------------------------------------------------------------------------------


def claim(
    choose: Choices,
    number: int,
    family: tuple[str, ...],
    chains: list[list[Contract]],
    order: list[int],
    earlier: list[Earlier],
) -> dict[str, Any]:
    """One application: invoices and diagnoses around one day, other payments, papers, the chosen order."""
    member = choose.pick([one for one in family if any(insures(years, one) for years in chains)])
    mine = [years for years in chains if insures(years, member)]
    contract = contract_claimed_on(choose, member, mine)
    day = contract.starts_on + timedelta(days=choose.pick(OFFSETS) if choose.chance(60) else choose.integer(0, 330))
    stays = [one for one in earlier if one.member == member and one.invoice["setting"] == "inpatient"]
    again = choose.pick(stays) if stays and choose.chance(25) else None
    if again is not None:
        day = again.invoice["admitted_on"]
    written: dict[str, Any] = {"no": f"c{number}", "insured": member, "event": choose.pick(EVENTS)}
    if choose.chance(30):
        written["cause"] = "accident"
    if choose.chance(60):
        written["trigger_on"] = day - timedelta(days=choose.pick((0, 1, 30, 29, 31, 180, 181, -1)))
    if choose.chance(20):
        written["onset_on"] = day - timedelta(days=choose.pick((0, 1, 30, 60, 90)))
    if choose.chance(60):
        written["registered_on"] = day + timedelta(days=choose.pick((0, 10, 40, 200)))
    if choose.chance(40):
        written["settled_on"] = day + timedelta(days=choose.pick((20, 60, 10)))
    if choose.chance(10):
        written["void"] = True
    if choose.chance(20):
        written["papers"] = some(choose, PAPERS)
    if choose.chance(20):
        written["measures"] = [measure(choose, number, day) for number in range(choose.pick((1, 2, 3)))]
    listed = [chains[place] for place in order if chains[place] in mine]
    if choose.chance(50):
        listed = chosen(choose, listed, again.chains if again is not None else ())
        written["policies"] = [choose.pick(years).no for years in listed]
    under = tuple(years[0].chain for years in listed)
    if choose.chance(10):
        written["advance"] = yuan(fen(choose, 500_000))
    if choose.chance(10):
        written["prepaid"] = yuan(fen(choose, 500_000))
    written["other_payments"] = [
        {"source": choose.pick(SOURCES), "amount": yuan(fen(choose, choose.pick((100_000, 10**9))))}
        for _ in range(choose.pick((0, 0, 0, 1, 2, 4)))
    ]
    diagnoses = choose.pick((0, 0, 0, 1, 2))
    written["diagnoses"] = [
        {
            "on": day + timedelta(days=choose.pick((0, 0, 1, 40))),
            "condition": choose.pick(CONDITIONS),
            "icd": choose.pick(DISEASES),
        }
        for _ in range(diagnoses)
    ]
    invoices = choose.integer(0 if diagnoses else 1, 4)
    written["invoices"] = [invoice(choose, day, member, under, earlier) for _ in range(invoices)]
    if again is not None:
        written["invoices"].append(once_more(choose, again.invoice))
    return written


def measure(choose: Choices, number: int, day: date) -> dict[str, Any]:
    """An emergency measure around the claim's day."""
    starts_on = day - timedelta(days=choose.pick((0, 30, 1, -1, 90)))
    return {
        "code": f"m{number}",
        "what": {"zh": "取消限制", "en": "a limit taken away"},
        "waives": choose.pick((("hospital", "waiting"), ("hospital",), ("waiting",))),
        "starts_on": starts_on,
        "until_on": starts_on + timedelta(days=choose.pick((60, 0, 1, 30, 365))),
        "products": choose.pick(((), ("p1",), ("p2",))),
        "icd": choose.pick(((), ("J",), ("J18", "C34.1"))),
    }


def claimed_apart(choose: Choices, one: dict[str, Any], chains: list[list[Contract]]) -> list[dict[str, Any]]:
    """The same bills in another claim under the other chain; the claim itself runs under one chain alone then."""
    here, there = chains if choose.chance(50) else chains[::-1]
    if not one["invoices"] or not (insures(here, one["insured"]) and insures(there, one["insured"])):
        return []
    one["policies"] = [choose.pick(here).no]
    other = one | {"no": "apart", "policies": [choose.pick(there).no], "void": False}
    if choose.chance(30):
        other["registered_on"] = choose.pick(there).starts_on + timedelta(days=choose.pick((0, 200, 400)))
    return [other]


def contract_claimed_on(choose: Choices, member: str, mine: list[list[Contract]]) -> Contract:
    """Any contract of the member's chains, now and then that with which the member joined."""
    if choose.chance(40):
        return next(contract for contract in choose.pick(mine) if member in contract.written["insured"])
    return choose.pick([contract for years in mine for contract in years])


def insures(years: list[Contract], member: str) -> bool:
    return any(member in contract.written["insured"] for contract in years)


def chosen(choose: Choices, listed: list[list[Contract]], before: tuple[str, ...]) -> list[list[Contract]]:
    """Chains in the family's usual order, the other way round, or one: rather one not claimed under before."""
    if choose.chance(5):
        return listed[::-1]
    if len(listed) > 1 and choose.chance(60):
        fresh = [years for years in listed if years[0].chain not in before]
        return [choose.pick(fresh or listed)]
    return listed


def invoice(choose: Choices, day: date, member: str, under: tuple[str, ...], earlier: list[Earlier]) -> dict[str, Any]:
    """A stay or a visit near the claim's day; now and then another invoice of an earlier one, or a copy."""
    if earlier and choose.chance(10):
        return once_more(choose, choose.pick(earlier).invoice)
    setting = choose.pick(("inpatient", *SETTINGS))
    first = day + timedelta(days=choose.pick((0, 0, 1, 3, 0, -7, -6, -1, 30)))
    last = first + timedelta(days=choose.pick((7, 0, 1, 2, 31, 100))) if setting == "inpatient" else first
    written: dict[str, Any] = {
        "setting": setting,
        "visited_on": None if setting == "inpatient" else first,
        "admitted_on": first if setting == "inpatient" else None,
        "discharged_on": last if setting == "inpatient" else None,
        "icd": choose.pick(DISEASES),
        "hospital": {
            "name": choose.pick(HOSPITALS),
            "level": choose.pick((3, 3, 3, 3, 2, 2, 1, 0)),
            "ownership": "private" if choose.chance(10) else "public",
            "department": choose.pick(("special_needs", "international")) if choose.chance(8) else "ordinary",
            "clinic": choose.pick(CLINICS),
        },
    }
    if setting == "inpatient" and choose.chance(20):
        written["leave_days"] = choose.integer(0, (last - first).days)
    if choose.chance(15):
        written["emergency"] = True
        if choose.chance(50):
            written["emergency_until"] = first + timedelta(days=choose.pick((0, 1, 3)))
    if choose.chance(3):
        written["patient"] = "somebody else"
    if choose.chance(3):
        written["used_elsewhere"] = True
    if choose.chance(12):
        written |= {"code": "0440", "number": choose.pick(("1", "2", "3"))}
    written |= bill(choose, first, last)
    earlier.append(Earlier(member, written, under))
    return written


def once_more(choose: Choices, again: dict[str, Any]) -> dict[str, Any]:
    """A copy of an invoice, or another invoice of the same stay or visit."""
    if choose.chance(50):
        return again
    first, last = again["admitted_on"] or again["visited_on"], again["discharged_on"] or again["visited_on"]
    other = again | {"number": ""} | bill(choose, first, last)
    if again["setting"] == "inpatient" and choose.chance(20):
        other |= {"leave_days": 0, "discharged_on": last + timedelta(days=choose.pick((0, 1, 3)))}
    return other


def bill(choose: Choices, first: date, last: date) -> dict[str, Any]:
    """Lines and how they were settled."""
    lines = [line(choose, first, last) for _ in range(choose.pick((1, 2, 3, 5, 0)))]
    billed = sum(cents(written["amount"]) for written in lines)
    fund = 0
    if choose.chance(60):
        fund = choose.pick((billed // 3, billed // 2, fen(choose, max(1, billed)), billed // 10, billed, billed + 1))
    written: dict[str, Any] = {"lines": lines, "fund": yuan(fund), "si_settled": choose.chance(75)}
    other = 0
    if choose.chance(25):
        other = choose.pick((0, billed // 7, fen(choose, max(1, billed))))
        written["other_public"] = yuan(other)
    total = max(0, billed + choose.pick((0, 0, 0, 1, -1, 2, -2)))
    if choose.chance(40):
        written["total"] = yuan(total)
    if choose.chance(25):
        own = max(0, total - fund - other + choose.pick((0, 0, 0, 1, 2, -1)))
        account = choose.integer(0, own)
        written |= {"account": yuan(account), "cash": yuan(own - account)}
    return written


def line(choose: Choices, first: date, last: date) -> dict[str, Any]:
    amount = fen(choose) if choose.chance(95) else 0
    written: dict[str, Any] = {"category": choose.pick(CATEGORIES), "amount": yuan(amount)}
    if choose.chance(30):
        written["quantity"] = choose.pick((1, 2, 8, 30))
    if choose.chance(50):
        written["on"] = choose.pick((first, last, min(first + timedelta(days=1), last), first - timedelta(days=1)))
    if choose.chance(40):
        written["out_of_scope"] = choose.pick(("all", yuan(amount // 2), yuan(choose.integer(0, amount))))
    if choose.chance(20):
        written["public"] = yuan(choose.pick((amount // 2, 0, amount, choose.integer(0, amount))))
    if choose.chance(3):
        written["disputed"] = True
    if choose.chance(10):
        written["not_necessary"] = yuan(choose.pick((amount // 3, amount, choose.integer(0, amount))))
    return written


def cents(written: str) -> int:
    whole, _, part = written.partition(".")
    return int(whole) * 100 + int(part)
