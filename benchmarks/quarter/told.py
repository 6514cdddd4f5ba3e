"""Told: what came of a quarter, as values, as a table, and as figures of `make bench`."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Figure
from benchmarks.quarter.checks import checked, limits_kept
from benchmarks.quarter.left import Left
from benchmarks.quarter.played import Played


def told(played: Played, left: Left) -> dict[str, Any]:
    """What was played and what the checks say."""
    rows = left.rows("SELECT chaser, level, count(*) FROM store_firing GROUP BY 1, 2 ORDER BY 1, 2")
    orders = left.rows(
        "SELECT chaser, count(*), count(*) FILTER (WHERE state = 'settled'), count(*) FILTER (WHERE state = 'closed'),"
        " count(*) FILTER (WHERE level > 1) FROM store_workorder GROUP BY 1 ORDER BY 1"
    )
    return {
        "claims": played.claims,
        "states": dict(left.rows("SELECT state, count(*) FROM store_claim GROUP BY 1 ORDER BY 1")),
        "world": dict(sorted(played.world.counts.items())),
        "refused": dict(sorted(played.world.refused.items())),
        "milliseconds": dict(played.world.spent.most_common()),
        "failed_jobs": played.world.failed,
        "firings": {f"{chaser} {level}": count for chaser, level, count in rows},
        "orders": {chaser: dict(zip(("all", "settled", "closed", "escalated"), counts, strict=True))
                   for chaser, *counts in orders},
        "legal": {f"{name} {'kept' if kept else 'late'}": count
                  for (name, kept), count in sorted(limits_kept(left).items())},
        "promised": {f"{code} {state}": count for code, state, count in left.rows(
            "SELECT code, state, count(*) FROM store_deadline WHERE state IN ('met', 'late') AND code LIKE 'P%'"
            " GROUP BY 1, 2 ORDER BY 1, 2")},
        "payments": {f"{what.partition(':')[0]} {state}": count for what, state, count in left.rows(
            "SELECT split_part(what, ':', 1), state, count(*) FROM store_payment GROUP BY 1, 2 ORDER BY 1, 2")},
        "originals": {f"{way} {state}": count for way, state, count in left.rows(
            "SELECT direction, state, count(*) FROM store_pickup GROUP BY 1, 2 ORDER BY 1, 2")},
        "disputes": {f"{state} on tier {tier}": count for state, tier, count in left.rows(
            "SELECT state, tier, count(*) FROM store_dispute GROUP BY 1, 2 ORDER BY 1, 2")},
        "complaints": {f"{state} within {days} days": count for state, days, count in left.rows(
            "SELECT CASE WHEN review_finding <> '' THEN 'reviewed' ELSE state END, limit_days, count(*)"
            " FROM store_complaint GROUP BY 1, 2 ORDER BY 1, 2")},
        "advances": {f"{state} {how}": count for state, how, count in left.rows(
            "SELECT state, CASE WHEN written_off_fen > 0 THEN 'let off' WHEN recovered_fen > 0 THEN 'paid back'"
            " WHEN offset_fen > 0 THEN 'covered' ELSE 'unpaid' END, count(*) FROM store_advance GROUP BY 1, 2"
            " ORDER BY 1, 2")},
        "instalments": dict(left.rows("SELECT state, count(*) FROM store_instalment GROUP BY 1 ORDER BY 1")),
        "case_orders": {f"{code} {level}": count for code, level, count in left.rows(
            "SELECT code, level, count(*) FROM store_caseorder GROUP BY 1, 2 ORDER BY 1, 2")},
        "checks": checked(left),
    }  # fmt: skip


def shown(found: dict[str, Any]) -> None:
    """The table."""
    console = Console(width=max(120, Console().width))
    table = Table(title=f"A quarter of {found['claims']:,} claims", title_justify="left")
    for column in ("what", "how many"):
        table.add_column(column)
    world = found["world"]
    table.add_row("acts of people; jobs; rounds", f"{world['acts']:,}; {world['jobs']:,}; {world['rounds']:,}")
    table.add_row(
        "killed: acts, jobs, rounds; times without a worker",
        ", ".join(str(world.get(f"{one} killed", 0)) for one in ("acts", "jobs", "rounds"))
        + f"; {world.get('outages', 0)}",
    )
    for title, key in (
        ("claims by state", "states"), ("refused to people, asked again", "refused"), ("payments", "payments"),
        ("trips of originals", "originals"), ("disputes", "disputes"), ("complaints", "complaints"),
        ("advances", "advances"), ("instalments to hospitals", "instalments"),
        ("orders of disputes and complaints, by the level they came to", "case_orders"),
        ("chasers fired, by level", "firings"), ("limits of the law", "legal"), ("promises", "promised"),
    ):  # fmt: skip
        table.add_row(title, ", ".join(f"{name} {count:,}" for name, count in found[key].items()))
    for chaser, counts in found["orders"].items():
        table.add_row(f"orders: {chaser}", ", ".join(f"{name} {count:,}" for name, count in counts.items()))
    table.add_row(
        "seconds; of the processor, without the database's", f"{found['seconds']}; {found['processor_seconds']}"
    )
    for name, troubles in found["checks"].items():
        table.add_row(name.replace("_", " "), "holds" if not troubles else f"{len(troubles)} NOT: {troubles[:5]}")
    table.add_row("jobs that failed", "none" if not found["failed_jobs"] else str(found["failed_jobs"][:5]))
    console.print(table, markup=False)


def figures(found: dict[str, Any]) -> list[Figure]:
    """The figures of a quarter: how long it took, and how many of its checks hold."""
    holding = sum(not troubles for troubles in found["checks"].values())
    says = f"a quarter of {found['claims']:,} claims through the desks, with faults and deaths of programs"
    whole = holding == len(found["checks"]) and not found["failed_jobs"]
    return [
        Figure("quarter", says, found["seconds"], "s", "<= 150 s", found["seconds"] <= 150),
        Figure(
            "quarter_checks", f"checks of it that hold, of {len(found['checks'])}: chasers by an oracle, the law's "
            "limits, the books, payments, clocks", holding, "checks", f"= {len(found['checks'])}", whole,
        ),
    ]  # fmt: skip
