"""Cases: owners of a line file as the case files a clerk would work from, and one claim of eight lines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from hearth.kernel.adjudication.case import Case
from hearth.words.codes import Paper
from tests.doors.kill.partner import HELD, insured

SOURCES = ("insurer", "employer", "charity", "third_party")


def yuan(fen: int) -> str:
    """Fen as a case file writes it."""
    return f"{fen // 100}.{fen % 100:02d}"


def eight_lines(product: str) -> Case:
    """One claim: a stay of eight lines, settled through social insurance."""
    return Case.model_validate(eight_lines_written(product))


def eight_lines_written(product: str) -> dict[str, Any]:
    """The same claim as a case file states it."""
    items = (
        ("bed", 60_000), ("consultation", 12_000), ("examination", 185_000), ("laboratory", 96_050),
        ("western_drug", 812_345), ("surgery", 1_260_000), ("material", 433_210), ("nursing", 21_000),
    )  # fmt: skip
    outside = ("material", "nursing")
    lines = [
        {"category": category, "amount": yuan(fen), "out_of_scope": "all" if category in outside else "0"}
        for category, fen in items
    ]
    return {
        "case": "eight lines",
        "policies": [{"no": "P-1", "product": product, "starts_on": "2027-01-01", "insured": ["mei"]}],
        "claims": [
            {"no": "C-1", "insured": "mei", "registered_on": "2027-06-20", "invoices": [
                {"setting": "inpatient", "admitted_on": "2027-06-01", "discharged_on": "2027-06-11",
                 "icd": "K80.2", "fund": "9000.00", "lines": lines},
            ]},
        ],
    }  # fmt: skip


def case_of(rows: pl.DataFrame, product: str) -> Case:
    """One owner's lines as a case.  The file must give every column that a synthetic year has."""
    policies: dict[Any, dict[str, Any]] = {}
    people: dict[str, dict[str, Any]] = {}
    claims: dict[Any, dict[str, Any]] = {}
    for row in rows.iter_rows(named=True):
        insured = str(row["insured"])
        policy = policies.setdefault(
            (row["policy"]),
            {
                "no": str(row["policy"]), "product": product, "starts_on": row["starts_on"], "ends_on": row["ends_on"],
                "insured": [], "with_social_insurance": row["with_social_insurance"],
                "claim_free_years": row["claim_free_years"], "sum_insured": yuan(row["sum_insured"]),
                "continuous_since": row["continuous_since"], "chain": row["chain"], "plan": row.get("plan"),
                "premium_paid": _paid(row["premium_paid"]), "premium_due": _paid(row["premium_due"]),
            },
        )  # fmt: skip
        if insured not in policy["insured"]:
            policy["insured"].append(insured)
        person = people.setdefault(insured, {"id": insured, "pre_existing": []})
        known = {"icd": row["icd"], "evidence_on": row["known_on"]}
        if (row["known_on"] or row["suspected"]) and known not in person["pre_existing"]:
            person["pre_existing"].append(known)
        claim = claims.setdefault(
            row["claim"],
            {
                "no": str(row["claim"]), "insured": insured, "registered_on": row["registered_on"],
                "settled_on": row["settled_on"], "cause": row["cause"], "event": str(row["event"]),
                "trigger_on": row["trigger_on"], "policies": [str(row["policy"])], "invoices": {},
                "papers": None if row["papers"] is None else [p.name.lower() for p in Paper if row["papers"] >> p & 1],
                "other_payments": [
                    {"source": source, "amount": yuan(row[f"{source}_paid"])} for source in SOURCES
                    if row[f"{source}_paid"]
                ],
            },
        )  # fmt: skip
        stay = row["setting"] == "inpatient"
        days = (
            {"admitted_on": row["event_on"], "discharged_on": row["until_on"], "leave_days": row["leave_days"]}
            if stay else {"visited_on": row["event_on"]}
        )  # fmt: skip
        invoice = claim["invoices"].setdefault(
            row["invoice"],
            {
                **days, "code": "1", "number": str(row["invoice_no"]), "setting": row["setting"], "icd": row["icd"],
                "hospital": {"name": str(row["hospital"]), "level": row["level"], "ownership": row["ownership"],
                             "department": row["department"]},
                "emergency": row["emergency_until"] is not None, "emergency_until": row["emergency_until"],
                "si_settled": row["settled"], "fund": yuan(row["public"]), "used_elsewhere": row["used_elsewhere"],
                "lines": {},
            },
        )  # fmt: skip
        line = invoice["lines"].setdefault(
            row["line"],
            {"category": row["category"], "amount": 0, "quantity": row["quantity"], "on": row["served_on"],
             "out_of_scope": 0, "public": None},
        )  # fmt: skip
        line["amount"] += row["billed"]
        if row["scope"] == "out":
            line["out_of_scope"] += row["billed"]
        if row["public_of_line"] is not None:
            line["public"] = (line["public"] or 0) + row["public_of_line"]
    return Case.model_validate(
        {
            "case": f"owner {rows['owner'][0]}",
            "people": list(people.values()),
            "policies": _linked(policies),
            "claims": [
                {**claim, "invoices": [_written(one) for one in claim["invoices"].values()]}
                for claim in claims.values()
            ],
        }
    )


def _paid(fen: int | None) -> str | None:
    return None if fen is None else yuan(fen)


def _linked(policies: dict[Any, dict[str, Any]]) -> list[dict[str, Any]]:
    """Contracts of a chain renew one another, by their first day."""
    written, last = [], {}
    for policy in sorted(policies.values(), key=lambda policy: policy["starts_on"]):
        chain = policy.pop("chain")
        policy["renews"] = last.get(chain)
        last[chain] = policy["no"]
        written.append(policy)
    return written


def _written(invoice: dict[str, Any]) -> dict[str, Any]:
    lines = [
        {**line, "amount": yuan(line["amount"]), "out_of_scope": yuan(line["out_of_scope"]),
         "public": _paid(line["public"])}
        for line in invoice["lines"].values()
    ]  # fmt: skip
    return {**invoice, "lines": lines}


def outpatient_policy_written(number: int, today: date) -> dict[str, Any]:
    """The policy of one insured person as a partner's program posts it; its waiting period is over."""
    return {
        "external_id": f"outpatient-{number}",
        "product": "outpatient",
        "plan": "standard",
        "holder": insured(number),
        "insured": [f"I-{number}"],
        "starts_on": (today - timedelta(days=200)).isoformat(),
        "premium": "365.00",
    }


def visit_written(number: int, person: int, today: date) -> dict[str, Any]:
    """One visit to a doctor as a partner's program posts it, which holds its papers: what a machine may decide."""
    amount, fund, day = 120 + number % 400, 40, today - timedelta(days=10 + number % 100)
    invoice = {
        "code": f"440601{day:%y}",
        "number": f"{number + 1:010d}",
        "hospital": {"name": "市第一人民医院", "level": 3},
        "total": f"{amount}.00",
        "fund": f"{fund}.00",
        "account": "0.00",
        "cash": f"{amount - fund}.00",
        "setting": "outpatient",
        "visited_on": day.isoformat(),
        "lines": [{"category": "western_drug", "name": "阿莫西林胶囊", "amount": f"{amount}.00"}],
        "icd": "J06.9",
    }
    return {
        "external_id": f"K-{number}",
        "insured": f"I-{person}",
        "policies": [f"outpatient-{person}"],
        "facts": {"cause": "illness", "invoices": [invoice]},
        "story": "看病",
        "held": list(HELD),
    }
