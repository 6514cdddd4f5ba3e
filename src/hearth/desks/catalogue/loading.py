"""Loading: a list is taken in, version by version; its rows stay, its edges are those of the current version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.desks.catalogue import graph
from hearth.kernel.documents.audit.encode import RowState, encode
from hearth.kernel.documents.audit.forms import ListKind, form_of
from hearth.store.access import Who, permit
from hearth.store.models import CatalogueList, CatalogueRow
from hearth.words.faults import Fault, Malformed

BATCH = 5_000
MAX_NAME = 300

Rows = Sequence[tuple[int, Mapping[str, str]]]


class VersionTaken(Fault):
    """A version of a list is there already, with other content."""

    code, status = "LIST_VERSION_TAKEN", 409
    says = "{file}: version {version} of this list is loaded with other content. Give this one another version name."
    says_zh = "{file}：该清单的版本 {version} 已载入且内容不同，请使用其他版本名。"


@dataclass(frozen=True, slots=True)
class ListLoaded:
    """What came of loading one list: `is_new` is false where the same was loaded before."""

    list_id: int
    kind: ListKind
    version: str
    rows: int
    encoded: int
    partly: int
    text: int
    silent: int
    edges: int
    is_new: bool


@transaction.atomic(durable=True)
def load_list(by: Who, kind: ListKind, version: str, rows: Rows, *, at: datetime, file: str, sha256: str) -> ListLoaded:
    """Load one version of a list.  (1) once (2) rows and what is encoded of them (3) current (4) edges (5) record.

    Needs:    rows as the feed read them, of the kind's form; the same version and bytes again change nothing
    Records:  catalogue.loaded.  Raises: NotAllowed, Malformed, VersionTaken.
    """
    permit(by, "catalogue", "load")
    if not version.strip() or len(version) > 40 or not version.isprintable():
        raise Malformed(file=file, place="version", got=repr(version[:60]), want="a name of at most 40 characters")
    records.in_order("catalogue")
    known = CatalogueList.objects.filter(kind=kind.value, version=version).first()
    if known is not None:
        if known.sha256 != sha256:
            raise VersionTaken(file=file, version=version)
        return _report(known, edges=0, is_new=False)
    states = _states(kind, version, rows)
    counted = {state: sum(one.state == state for one in states.values()) for state in ("encoded", "partly", "text")}
    CatalogueList.objects.filter(kind=kind.value, is_current=True).update(is_current=False)
    made = CatalogueList.objects.create(
        kind=kind.value,
        version=version,
        file=file[:120],
        sha256=sha256,
        rows=len(rows),
        silent=sum(one.state == "silent" for one in states.values()),
        loaded_at=at,
        loaded_by=by.actor,
        **counted,
    )
    form = form_of(kind)
    CatalogueRow.objects.bulk_create(
        (
            CatalogueRow(
                list=made,
                number=number,
                code=values[form.code][:48],
                name=values[form.name][:MAX_NAME],
                values={heading: text for heading, text in values.items() if text},
                state=states[number].state if number in states else "",
                left=list(states[number].left) if number in states else [],
            )
            for number, values in rows
        ),
        batch_size=BATCH,
    )
    edges = graph.of_list(made, kind, rows, at)
    data = {"kind": kind.value, "version": version, "sha256": sha256, "rows": len(rows), "edges": edges, **counted}
    records.append("catalogue.loaded", f"catalogue:{kind.value}", by=by, at=at, data=data)
    return _report(made, edges=edges, is_new=True)


def _states(kind: ListKind, version: str, rows: Rows) -> dict[int, RowState]:
    if not form_of(kind).is_audited:
        return {}
    return {state.row: state for state in encode(kind, version, rows).rows}


def _report(found: CatalogueList, *, edges: int, is_new: bool) -> ListLoaded:
    return ListLoaded(
        list_id=found.pk,
        kind=ListKind(found.kind),
        version=found.version,
        rows=found.rows,
        encoded=found.encoded,
        partly=found.partly,
        text=found.text,
        silent=found.silent,
        edges=edges,
        is_new=is_new,
    )
