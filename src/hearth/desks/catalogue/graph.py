"""Graph: nodes and typed edges, each with its source; only what a list, a product or the company's claims say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.kernel.documents.audit.forms import ListKind
from hearth.kernel.documents.audit.match import holding
from hearth.kernel.documents.audit.rule import alternatives, plain
from hearth.kernel.product.terms import Terms
from hearth.store.access import Who, permit
from hearth.store.models import CatalogueList, CatalogueRow, GraphEdge, GraphNode
from hearth.store.shelf import load_products, ours_to_mend
from hearth.words.catalogue import EdgeKind, NodeKind

BATCH = 5_000
Rows = Iterable[tuple[int, Mapping[str, str]]]
Key = tuple[NodeKind, str]


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge before it is saved; names go with the nodes where the source gives them."""

    kind: EdgeKind
    start: Key
    end: Key
    start_name: str = ""
    end_name: str = ""
    row: int | None = None
    product: str = ""
    version: str = ""
    clause: str = ""
    count: int | None = None
    of: int | None = None
    end_name_en: str = ""


def of_list(made: CatalogueList, kind: ListKind, rows: Rows, at: datetime) -> int:
    """Replace the edges that earlier versions of a list told by those of this one; how many there are now.

    Inside the transaction of the load.
    """
    every = tuple(rows)
    GraphEdge.objects.filter(list__kind=kind.value).exclude(kind=EdgeKind.CALLED.value).delete()
    edges = list(_TOLD[kind](every)) if kind in _TOLD else []
    count = save(edges, at, told_by="list", of=made)
    if kind is ListKind.ICD10:
        _disease_names(every)
    if kind in (ListKind.ICD10, ListKind.DRUG_LIMITS, ListKind.TREATMENT_LIMITS):
        count += _rejoin(at)
    return count


def save(edges: Sequence[Edge], at: datetime, *, told_by: str, of: CatalogueList | None = None) -> int:
    """Save edges with their nodes; an edge that several rows tell is kept with the first of them."""
    names: dict[Key, tuple[str, str]] = {}
    for edge in edges:
        for key, name, name_en in ((edge.start, edge.start_name, ""), (edge.end, edge.end_name, edge.end_name_en)):
            names[key] = (names.get(key, ("", ""))[0] or name[:300], names.get(key, ("", ""))[1] or name_en[:300])
    ids = nodes(names)
    once: dict[object, GraphEdge] = {}
    for edge in edges:
        same = (edge.start, edge.kind, edge.end, edge.product, edge.clause)
        if same not in once:
            once[same] = GraphEdge(
                kind=edge.kind.value,
                start_id=ids[edge.start],
                end_id=ids[edge.end],
                told_by=told_by,
                list=of,
                row=edge.row,
                product=edge.product,
                version=edge.version,
                clause=edge.clause,
                count=edge.count,
                of=edge.of,
                made_at=at,
            )
    GraphEdge.objects.bulk_create(once.values(), batch_size=BATCH)
    return len(once)


def nodes(names: Mapping[Key, tuple[str, str]]) -> dict[Key, int]:
    """The ids of nodes, made where they are new; a node without a name takes the one it is given now."""
    GraphNode.objects.bulk_create(
        (GraphNode(kind=kind.value, key=key, name_zh=zh, name_en=en) for (kind, key), (zh, en) in names.items()),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    found: dict[Key, int] = {}
    unnamed = []
    for node in GraphNode.objects.filter(key__in={key for _, key in names}).iterator(chunk_size=BATCH):
        place = (NodeKind(node.kind), node.key)
        if place in names:
            found[place] = node.pk
            if not node.name_zh and names[place][0]:
                node.name_zh = names[place][0]
                unnamed.append(node)
    GraphNode.objects.bulk_update(unnamed, ["name_zh"], batch_size=BATCH)
    return found


# --- what each list tells --------------------------------------------------------------------------------------------

_EXAMINED = ("检查", "化验", "病理", "显像", "监测")
_BY = {NodeKind.OPERATION: EdgeKind.OPERATED_BY, NodeKind.EXAMINATION: EdgeKind.EXAMINED_BY}


def item_kind(code: str, field: str) -> NodeKind:
    """What an item is, by its code and the field that the list puts it in."""
    if code[:1].upper() in ("X", "Z"):
        return NodeKind.DRUG
    if code[:1].upper() == "C":
        return NodeKind.MATERIAL
    if field.endswith("手术"):
        return NodeKind.OPERATION
    return NodeKind.EXAMINATION if any(word in field for word in _EXAMINED) else NodeKind.TREATMENT


def _item(code: str, name: str, field: str) -> Key:
    # A bare class of materials is no item; what it is called is.
    key = f"{code} {name}" if len(code) <= 5 else code
    return item_kind(code, field), key[:120]


def _limits(code: str, name: str, rows: Rows) -> Iterable[Edge]:
    for number, values in rows:
        item = _item(values[code], values[name], values.get("领域标识", ""))
        for word in alternatives(values.get("疾病限制", "")):
            kind = _BY.get(item[0], EdgeKind.TREATED_BY)
            yield Edge(kind, (NodeKind.INDICATION, plain(word)), item, word, values[name], number)


def _pairs(kind: EdgeKind, codes: str, names: str, rows: Rows, *, both_ways: bool = False) -> Iterable[Edge]:
    for number, values in rows:
        field = values.get("领域标识", "")
        main = _item(values["主项编码"], values["主项名称"], field)
        named = alternatives(values.get(names, ""))
        others = alternatives(values[codes])
        for place, code in enumerate(others):
            # Codes and names stand side by side only where there are as many of both.
            name = named[place] if len(named) == len(others) else ""
            other = _item(code, name, field if kind is not EdgeKind.GOES_WITH else "")
            if main != other:
                edge = Edge(kind, main, other, values["主项名称"], name, number)
                yield edge
                if both_ways:
                    yield replace(edge, start=other, end=main, start_name=name, end_name=values["主项名称"])


def _surcharges(rows: Rows) -> Iterable[Edge]:
    for number, values in rows:
        field = values.get("领域标识", "")
        extra = _item(values["从项编码"], values["从项名称"], field)
        main = _item(values["主项编码"], values["主项名称"], field)
        if extra != main:
            yield Edge(EdgeKind.SURCHARGE_OF, extra, main, values["从项名称"], values["主项名称"], number)


def _ranks(rows: Rows) -> Iterable[Edge]:
    for number, values in rows:
        item = _item(values["主项编码"], values["主项名称"], values.get("领域标识", ""))
        group = f"{values['主次组别']} {values['主次折率']}"
        yield Edge(EdgeKind.RANKED_IN, item, (NodeKind.GROUP, group), values["主项名称"], values["主次组别"], number)


def _manifestations(rows: Rows) -> Iterable[Edge]:
    """The dagger and asterisk of ICD-10: a cause, and what it shows as."""
    for number, values in rows:
        cause, plus, shown = values["code"].partition("+")
        if plus and shown:
            start, end = shown.strip("*. ")[:5], cause[:5]
            yield Edge(EdgeKind.MANIFESTATION_OF, (NodeKind.DISEASE, start), (NodeKind.DISEASE, end), "", "", number)


_TOLD = {
    ListKind.DRUG_LIMITS: lambda rows: _limits("药品编码", "药品名称", rows),
    ListKind.TREATMENT_LIMITS: lambda rows: _limits("诊疗编码", "诊疗名称", rows),
    ListKind.DUPLICATES: lambda rows: _pairs(EdgeKind.EXCLUDES, "从项编码", "从项名称", rows, both_ways=True),
    ListKind.PANELS: lambda rows: _pairs(EdgeKind.HOLDS, "子项编码", "子项名称", rows),
    ListKind.SPLITS: lambda rows: _pairs(EdgeKind.HOLDS, "分项编码", "分项名称", rows),
    ListKind.SURCHARGES: _surcharges,
    ListKind.NEEDED: lambda rows: _pairs(EdgeKind.GOES_WITH, "关联编码", "关联名称", rows),
    ListKind.RANKS: _ranks,
    ListKind.SWAPS: lambda rows: _pairs(EdgeKind.BILLED_FOR, "小项编码", "小项名称", rows),
    ListKind.ICD10: _manifestations,
}


def _disease_names(rows: Rows) -> None:
    """Every code of the list is a node with its name."""
    names = {(NodeKind.DISEASE, values["code"]): (values["name"][:300], "") for _, values in rows}
    # E11.900 names E11.9, where no row is the shorter code itself.
    for _, values in rows:
        if values["code"].endswith("00") and len(values["code"]) == 7:
            names.setdefault((NodeKind.DISEASE, values["code"][:5]), (values["name"][:300], ""))
    nodes(names)


def _rejoin(at: datetime) -> int:
    """Say again which codes of the current list are called what the lists of limits call diseases."""
    GraphEdge.objects.filter(kind=EdgeKind.CALLED.value).delete()
    icd = CatalogueList.objects.filter(kind=ListKind.ICD10.value, is_current=True).first()
    if icd is None:
        return 0
    indications = GraphNode.objects.filter(kind=NodeKind.INDICATION.value, leads__isnull=False).distinct()
    words = sorted(indications.values_list("key", flat=True))
    stated = list(CatalogueRow.objects.filter(list=icd).values_list("number", "code", "name"))
    by_text: dict[str, list[tuple[int, str]]] = {}
    for number, code, name in stated:
        by_text.setdefault(plain(name), []).append((number, code))
    edges = [
        Edge(EdgeKind.CALLED, (NodeKind.DISEASE, code), (NodeKind.INDICATION, word), row=number)
        for text, word in holding(sorted(by_text), words).sort("text", "word").iter_rows()
        for number, code in by_text[text]
    ]
    return save(edges, at, told_by="list", of=icd)


# --- products --------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def tell_products(by: Who, *, at: datetime) -> int:
    """Say again which diseases the products on the shelf exclude and which their benefits are for; how many edges.

    Records:  catalogue.products_told.  Raises: NotAllowed, ProductBroken.
    """
    permit(by, "catalogue", "load")
    records.in_order("catalogue")
    GraphEdge.objects.filter(told_by="product").delete()
    with ours_to_mend():
        products = load_products(Terms)
    edges = [edge for terms in products.values() for edge in _of_terms(terms)]
    count = save(edges, at, told_by="product")
    data = {"products": sorted(products), "edges": count}
    records.append("catalogue.products_told", "catalogue:products", by=by, at=at, data=data)
    return count


def _of_terms(terms: Terms) -> Iterable[Edge]:
    said = [(EdgeKind.EXCLUDED_BY, one.clause, one.what, one.icd) for one in terms.exclusions]
    said += [(EdgeKind.COVERED_BY, one.clause, one.name, one.icd) for one in terms.benefits]
    for kind, clause, what, prefixes in said:
        for prefix in prefixes:
            key = f"{terms.code} {terms.version} {clause}"
            yield Edge(
                kind, (NodeKind.DISEASE, prefix), (NodeKind.CLAUSE, key), end_name=what.zh, end_name_en=what.en,
                product=terms.code, version=terms.version, clause=clause,
            )  # fmt: skip
