"""Named reads of the catalogue: lists and their rows, the knowledge graph, what is usual in own claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from hearth.store.access.rows import NotThere, one, permit, rows
from hearth.store.access.who import Who
from hearth.store.models import CatalogueList, CatalogueRow, GraphEdge, GraphNode, JudgedFinding, UsualCourse
from hearth.words.catalogue import EdgeKind, Judgement, NodeKind

MOST_HOPS = 4
"""The longest path that is looked for."""

JUDGED_LEAST = 3
"""Judged findings below which a row is not said to do mostly anything."""

MOST_JUDGED = 500
"""Judgements that are told of one claim."""

MOST_PATHS = 200
"""So many paths are told."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A version of a list; of an audited one, how many rows are encoded, in part, text, or state nothing."""

    list_id: int
    kind: str
    version: str
    file: str
    sha256: str
    rows: int
    encoded: int
    partly: int
    text: int
    silent: int
    is_current: bool
    loaded_at: datetime
    loaded_by: str

    @property
    def is_audited(self) -> bool:
        """Whether rows of this list are checks."""
        return bool(self.encoded or self.partly or self.text or self.silent)

    @property
    def share_bp(self) -> int:
        """Of the rows that state something, the share encoded whole, in basis points."""
        stated = self.rows - self.silent
        return self.encoded * 10_000 // stated if stated and self.is_audited else 0


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of a list as it stands in the file."""

    number: int
    code: str
    name: str
    values: dict[str, str]
    state: str
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node of the graph."""

    node_id: int
    kind: NodeKind
    key: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Who says so: a list's version and row, a product's version and clause, or claims with their counts."""

    told_by: str
    list_kind: str
    version: str
    row: int | None
    product: str
    clause: str
    count: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """An edge with both its ends and its source."""

    kind: EdgeKind
    start: NodeRow
    end: NodeRow
    source: SourceRow


@dataclass(frozen=True, slots=True)
class UsualItem:
    """An item on bills of a disease: on how many of them, and the median of what it came to."""

    name: str
    category: str
    bills: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class UsualRow:
    """What bills of a disease in one setting usually come to: 5th, 25th, 50th, 75th, 95th percent of cost and days."""

    disease: str
    setting: str
    bills: int
    people: int
    cost_fen: tuple[int, ...]
    stay_days: tuple[int, ...]
    items: tuple[UsualItem, ...]
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class RowJudged:
    """A row of a list, and how often people said of its findings that they stand, are explained, or do not apply."""

    kind: str
    version: str
    number: int
    stands: int
    explained: int
    not_applicable: int

    @property
    def judged(self) -> int:
        """How many of its findings were judged."""
        return self.stands + self.explained + self.not_applicable

    @property
    def mostly_not(self) -> bool:
        """Whether it mostly does not apply, as far as enough findings tell."""
        return self.judged >= JUDGED_LEAST and 2 * self.not_applicable > self.judged


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A finding of the lists in a claim as a person judged it; `is_current`: nothing later was said of it."""

    kind: str
    version: str
    rows: tuple[int, ...]
    family: str
    invoice: int
    lines: tuple[int, ...]
    item: str
    judgement: Judgement
    why: str
    by: str
    at: datetime
    is_current: bool


def catalogue_lists(by: Who, at: datetime, *, current: bool = False) -> list[ListRow]:
    """Every version of every list, the newest of a kind first; `current`: those in force alone.  Raises: NotAllowed."""
    permit(by, "catalogue", "see")
    found = rows(by, "catalogue", "see", at).order_by("kind", "-loaded_at")
    return [_list(each) for each in (found.filter(is_current=True) if current else found)[:1_000]]


def entries(
    by: Who,
    list_id: int,
    at: datetime,
    *,
    numbers: Iterable[int] = (),
    state: str = "",
    after: int = 0,
    most: int = 100,
) -> list[EntryRow]:
    """Rows of a list in its order: of `numbers`, of a state, after a number.  Raises: NotAllowed, NotThere."""
    found = one(by, "catalogue", "see", at, pk=list_id).entries.filter(number__gt=after)
    chosen = tuple(numbers)
    if chosen:
        found = found.filter(number__in=chosen)
    if state:
        found = found.filter(state=state)
    return [
        EntryRow(each.number, each.code, each.name, dict(each.values), each.state, tuple(each.left))
        for each in found.order_by("number")[: min(most, 1_000)]
    ]


def codes_named(by: Who, text: str, at: datetime, most: int = 20) -> list[EntryRow]:
    """Codes of the current list of diseases that begin with a text or whose name holds it.  Raises: NotAllowed."""
    permit(by, "catalogue", "see")
    asked = text.strip()
    if not asked:
        return []
    found = CatalogueRow.objects.filter(list__in=rows(by, "catalogue", "see", at), list__is_current=True)
    found = found.filter(list__kind="icd10").filter(Q(code__startswith=asked.upper()) | Q(name__contains=asked))
    return [
        EntryRow(each.number, each.code, each.name, dict(each.values), each.state, tuple(each.left))
        for each in found.order_by("code")[: min(most, 100)]
    ]


# --- what people said of findings ------------------------------------------------------------------------------------


def rows_judged(by: Who, at: datetime, *, kind: str = "", version: str = "") -> list[RowJudged]:
    """How often the findings of each list row stood, those that do not apply most often first.  Raises: NotAllowed.

    Counts over all claims, of nobody by name; what was said first and changed later is not counted.
    """
    permit(by, "catalogue", "see")
    with connection.cursor() as cursor:
        cursor.execute(_ROWS_JUDGED, {"kind": kind, "version": version})
        found = [RowJudged(*each) for each in cursor.fetchall()]
    return sorted(found, key=lambda one: (-one.not_applicable, one.kind, one.version, one.number))


_ROWS_JUDGED = """
    SELECT kind, version, number, count(*) FILTER (WHERE judgement = 'stands'),
        count(*) FILTER (WHERE judgement = 'explained'), count(*) FILTER (WHERE judgement = 'not_applicable')
    FROM store_judgedfinding, unnest(rows) AS number
    WHERE is_current AND %(kind)s IN ('', kind) AND %(version)s IN ('', version)
    GROUP BY kind, version, number
"""


def judged_of(by: Who, claim_no: str, at: datetime) -> list[JudgedRow]:
    """What people said of the findings in a claim, newest first; the claim's own read is logged by its page.

    Raises: NotAllowed.
    """
    permit(by, "catalogue", "see")
    claims = rows(by, "claim", "see", at).filter(claim_no=claim_no)
    found = JudgedFinding.objects.filter(claim__in=claims.values("pk")).select_related("by").order_by("-pk")
    return [
        JudgedRow(
            kind=each.kind,
            version=each.version,
            rows=tuple(each.rows),
            family=each.family,
            invoice=each.invoice,
            lines=tuple(each.lines),
            item=each.item,
            judgement=Judgement(each.judgement),
            why=each.why,
            by=each.by.full_name,
            at=each.at,
            is_current=each.is_current,
        )
        for each in found[:MOST_JUDGED]
    ]


# --- the graph -------------------------------------------------------------------------------------------------------


def node(by: Who, kind: NodeKind, key: str) -> NodeRow:
    """A node.  Raises: NotAllowed, NotThere."""
    permit(by, "catalogue", "see")
    found = GraphNode.objects.filter(kind=kind.value, key=key).first()
    if found is None:
        raise NotThere(kind="catalogue", key=key)
    return _node(found)


def edges_at(
    by: Who, kind: NodeKind, key: str, *, kinds: Sequence[EdgeKind] = (), backwards: bool = False, most: int = 200
) -> list[EdgeRow]:
    """The edges that leave a node (or, backwards, lead to it); empty where nothing is known.  Raises: NotAllowed.

    A disease is also what its category is: E11.9 has the edges of E11.9, E11, E1 and E.
    """
    permit(by, "catalogue", "see")
    ids = _starts(kind, key)
    found = _edges().filter(**{"end__in" if backwards else "start__in": ids})
    if kinds:
        found = found.filter(kind__in=[each.value for each in kinds])
    chosen = found.order_by("kind", "end__key", "pk").values_list(*_EDGE)[: min(most, 1_000)]
    return [_edge(each) for each in chosen]


def paths(
    by: Who, kind: NodeKind, key: str, *, kinds: Sequence[EdgeKind], to: NodeKind | None = None, hops: int = 2,
    most: int = 50,
) -> list[tuple[EdgeRow, ...]]:  # fmt: skip
    """Paths from a node along edges of these kinds, the shortest first; `to`: those that end at a node of that kind.

    At most MOST_HOPS edges and MOST_PATHS paths; none is "no data".  Raises: NotAllowed.
    """
    permit(by, "catalogue", "see")
    ids = _starts(kind, key)
    if not ids or not kinds:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _WALK,
            {
                "starts": ids, "kinds": [each.value for each in kinds], "hops": max(1, min(hops, MOST_HOPS)),
                "to": "" if to is None else to.value, "most": max(1, min(most, MOST_PATHS)),
            },
        )  # fmt: skip
        found = sorted(([*taken] for (taken,) in cursor.fetchall()), key=lambda taken: (len(taken), taken))
    taken = _edges().filter(pk__in={each for path in found for each in path}).values_list(*_EDGE)
    by_id = {int(each[0]): _edge(each) for each in taken}
    return [tuple(by_id[each] for each in path) for path in found]


_WALK = """
    WITH RECURSIVE walk(node, seen, taken) AS (
        SELECT id, ARRAY[id], ARRAY[]::bigint[] FROM store_graphnode WHERE id = ANY(%(starts)s)
        UNION ALL
        SELECT e.end_id, w.seen || e.end_id, w.taken || e.id
        FROM walk w CROSS JOIN LATERAL (
            SELECT id, end_id FROM store_graphedge
            WHERE start_id = w.node AND kind = ANY(%(kinds)s) AND NOT end_id = ANY(w.seen)
            ORDER BY kind, end_id OFFSET 0
        ) e
        WHERE cardinality(w.taken) < %(hops)s
    )
    SELECT w.taken FROM walk w
    WHERE cardinality(w.taken) > 0
        AND (%(to)s = '' OR (SELECT n.kind FROM store_graphnode n WHERE n.id = w.node) = %(to)s)
    LIMIT %(most)s
"""
# The walk gives shorter paths first and stops at the limit; sorted it would have to be walked to its end.
# OFFSET 0 keeps the edges of one node a question of its own, along an index, whatever the table's statistics are.


def _starts(kind: NodeKind, key: str) -> list[int]:
    keys = {key[:n] for n in (1, 2, 3, 5)} | {key} if kind is NodeKind.DISEASE else {key}
    if kind is NodeKind.DISEASE and len(key) == 5:
        # E11.9 is the list's E11.900.
        keys.add(f"{key}00")
    return list(GraphNode.objects.filter(kind=kind.value, key__in=keys).values_list("pk", flat=True))


_NODE = ("pk", "kind", "key", "name_zh", "name_en")
_SAID = ("told_by", "list__kind", "list__version", "version", "row", "product", "clause", "count", "of")
_EDGE = ("pk", "kind", *(f"start__{name}" for name in _NODE), *(f"end__{name}" for name in _NODE), *_SAID)
"""Columns of an edge: plain values, since a page asks for hundreds."""


def _edges() -> QuerySet[GraphEdge]:
    return GraphEdge.objects.order_by()


def _edge(found: tuple[Any, ...]) -> EdgeRow:
    kind, start, end = EdgeKind(found[1]), found[2:7], found[7:12]
    told_by, list_kind, list_version, version, row, product, clause, count, of = found[12:]
    source = SourceRow(told_by, list_kind or "", list_version or version, row, product, clause, count, of)
    return EdgeRow(kind, _ends(start), _ends(end), source)


def _ends(found: tuple[Any, ...]) -> NodeRow:
    return NodeRow(found[0], NodeKind(found[1]), *found[2:])


def _node(found: GraphNode) -> NodeRow:
    return NodeRow(found.pk, NodeKind(found.kind), found.key, found.name_zh, found.name_en)


# --- what is usual ---------------------------------------------------------------------------------------------------


def usual_course(by: Who, disease: str, at: datetime) -> list[UsualRow]:
    """What is usual for a disease, a row a setting, by its category; empty is "no data".  Raises: NotAllowed."""
    permit(by, "catalogue", "see")
    found = UsualCourse.objects.filter(disease=disease.strip().upper()[:3]).order_by("setting")
    return [_usual(each) for each in found]


def usual_cost(by: Who, disease: str, setting: str, at: datetime) -> UsualRow | None:
    """What is usual in one setting; None is "no data": fewer than USUAL_LEAST people.  Raises: NotAllowed."""
    return next((each for each in usual_course(by, disease, at) if each.setting == setting), None)


def _usual(found: UsualCourse) -> UsualRow:
    items: list[dict[str, Any]] = found.items
    return UsualRow(
        disease=found.disease,
        setting=found.setting,
        bills=found.bills,
        people=found.people,
        cost_fen=tuple(found.cost_fen),
        stay_days=tuple(found.stay_days),
        items=tuple(UsualItem(**each) for each in items),
        counted_at=found.counted_at,
    )


def _list(found: CatalogueList) -> ListRow:
    return ListRow(
        list_id=found.pk,
        kind=found.kind,
        version=found.version,
        file=found.file,
        sha256=found.sha256,
        rows=found.rows,
        encoded=found.encoded,
        partly=found.partly,
        text=found.text,
        silent=found.silent,
        is_current=found.is_current,
        loaded_at=found.loaded_at,
        loaded_by=found.loaded_by,
    )
