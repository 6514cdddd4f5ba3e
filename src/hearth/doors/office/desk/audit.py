"""Audit: the records, each with its proof worked through; checkpoints; who read whose health data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hearth.doors.office.desk.asking import Asked, go, page, show, typed, whole
from hearth.doors.office.desk.pieces import cell, iso, moment, pager, table
from hearth.doors.receipts import growth_between, key_line
from hearth.kernel.proof.check import audit as audit_growth
from hearth.kernel.proof.checkpoint import read_note
from hearth.kernel.proof.receipt import kind_of
from hearth.kernel.proof.tree import inclusion_path, inclusion_places, leaf_hash, node_hash, verify_inclusion
from hearth.store.access import NotThere, logs, permit
from hearth.store.access.logs import CheckpointRow, RecordRow
from hearth.store.access.search import newest_reads
from hearth.words.faults import Fault

PURPOSES: dict[str, tuple[str, str]] = {
    "claim": ("办理理赔", "a claim"),
    "audit": ("审计", "an audit"),
    "service": ("客户服务", "service"),
    "payment": ("付款", "a payment"),
    "advance": ("垫付", "an advance"),
}
"""What health data were read for (zh, en)."""


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One step from the leaf to the root: the hash from the tree, on which side it stands, what comes out."""

    number: int
    is_left: bool
    other: str
    gives: str


def _sections(current: str) -> list[dict[str, Any]]:
    shown = (
        ("records", _("Records"), "office-audit"),
        ("log", _("Checkpoints"), "office-log"),
        ("reads", _("Who read health data"), "office-reads"),
    )
    return [{"name": name, "url": reverse(address), "current": code == current} for code, name, address in shown]


@page()
def records(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Records, newest first, of one subject or one kind."""
    number = whole(typed(request, "id"))
    if number is not None:
        return go("office-record", number)
    subject, kind = typed(request, "subject"), typed(request, "kind")
    if subject and ":" not in subject:
        subject = f"{'policy' if subject[:1] in 'Pp' else 'claim'}:{subject.upper()}"
    found = logs.records(asked.by, asked.at, subject=subject, kind=kind, before_id=whole(typed(request, "before")))
    kinds = logs.kinds_of_records(asked.by, asked.at)
    rows = [
        [
            cell(one.id, url=reverse("office-record", args=[one.id])),
            cell(moment(one.at, asked.lang, now=asked.at), kind="day"),
            cell(one.kind, url=f"?{urlencode({'kind': one.kind})}"),
            cell(one.subject, url=f"?{urlencode({'subject': one.subject})}"),
            cell(one.by, **_person_link(one.by)),
            cell(_("waits") if one.index is None else f"{one.index:,}", kind="money"),
        ]
        for one in found
    ]
    columns = [_("Record"), _("When"), _("Kind"), _("Subject"), _("By"), (_("Leaf"), "money")]
    more = f"?{urlencode({'subject': subject, 'kind': kind, 'before': found[-1].id})}" if len(found) == 50 else None
    state = logs.log_state()
    return show(
        request, asked, "office/records.html", "audit", _("Records"), tabs=_sections("records"),
        table=table(_("Records"), columns, rows, rows_move=True) if rows else None, subject=subject, kind=kind,
        kinds=[(name, f"{name} ({count:,})", name == kind) for name, count in kinds],
        pager=pager("", more) if more else None, state=state,
    )  # fmt: skip


def _person_link(by: str) -> dict[str, str]:
    kind, _colon, number = by.partition(":")
    return {"url": reverse("office-person", args=[int(number)])} if kind == "person" else {}


@page()
def record(request: HttpRequest, asked: Asked, record_id: int) -> HttpResponse:
    """One record with its proof: leaf, path, checkpoint, each step worked through here and now."""
    permit(asked.by, "record", "see")
    (one,) = logs.records(asked.by, asked.at, before_id=record_id + 1, most=1) or (None,)
    if one is None or one.id != record_id:
        raise NotThere(kind="record", key=record_id)
    body: dict[str, Any] = json.loads(one.body)
    return show(
        request, asked, "office/record.html", "audit", _("Record %(id)s") % {"id": one.id}, tabs=_sections("records"),
        one=one, body=json.dumps(body, ensure_ascii=False, indent=2), canonical=one.body.decode(),
        facts=[
            (_("Kind"), one.kind),
            (_("Subject"), one.subject),
            (_("When"), moment(one.at, asked.lang)),
            (_("By"), one.by),
            (_("Leaf"), _("waits for its place") if one.index is None else f"{one.index:,}"),
            (_("Receipt"), kind_of(one.kind) or _("none of this kind")),
        ],
        at_iso=iso(one.at), subject_url=f"{reverse('office-audit')}?{urlencode({'subject': one.subject})}",
        **(_proof(one, asked) if one.index is not None else {}),
    )  # fmt: skip


def _proof(one: RecordRow, asked: Asked) -> dict[str, Any]:
    """The proof of a record as the page shows it: worked through, and checked once more by the kernel."""
    assert one.index is not None
    try:
        checkpoint = logs.checkpoint_over(one.index)
    except Fault:
        return {}
    held = logs.nodes([place for places in inclusion_places(one.index, checkpoint.size) for place in places])
    path = inclusion_path(one.index, checkpoint.size, lambda level, index: held[level, index])
    leaf = leaf_hash(one.body)
    return {
        "leaf": leaf.hex(),
        "steps": _worked(leaf, one.index, checkpoint.size, path),
        "root": checkpoint.root.hex(),
        "is_in": verify_inclusion(leaf, one.index, checkpoint.size, path, checkpoint.root),
        **_signature(checkpoint, asked),
    }


def _worked(leaf: bytes, index: int, size: int, path: tuple[bytes, ...]) -> list[ProofStep]:
    """The path folded step by step (RFC 9162, 2.1.3.2)."""
    at, last, found = index, size - 1, leaf
    steps = []
    for number, other in enumerate(path, 1):
        is_left = bool(at & 1) or at == last
        found = node_hash(other, found) if is_left else node_hash(found, other)
        if is_left:
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
        steps.append(ProofStep(number, is_left, other.hex(), found.hex()))
    return steps


def _signature(checkpoint: CheckpointRow, asked: Asked) -> dict[str, Any]:
    try:
        read = read_note(checkpoint.note, key_line())
        wrong = "" if (read.size, read.root) == (checkpoint.size, checkpoint.root) else _("It signs another root.")
    except Fault as fault:
        wrong = fault.sentence(asked.lang)
    return {
        "checkpoint": checkpoint,
        "checkpoint_at": moment(checkpoint.at, asked.lang, now=asked.at),
        "checkpoint_size": f"{checkpoint.size:,}",
        "signature_wrong": wrong,
        "key": key_line(),
    }


# --- checkpoints -----------------------------------------------------------------------------------------------------


@page()
def log(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The signed checkpoints; and the proof that the log only grew between two of them."""
    permit(asked.by, "record", "see")
    state = logs.log_state()
    found = logs.checkpoints(50)
    rows = [
        [
            cell(f"{one.size:,}", url=reverse("office-checkpoint", args=[one.size])),
            cell(moment(one.at, asked.lang, now=asked.at), kind="day"),
            cell(one.root.hex()[:32] + "…"),
        ]
        for one in found
    ]
    old, new = typed(request, "old"), typed(request, "new")
    return show(
        request, asked, "office/log.html", "audit", _("Checkpoints"), tabs=_sections("log"), state=state,
        size=f"{state.size:,}", waiting=f"{state.waiting:,}", key=key_line(),
        table=table(_("Checkpoints"), [_("Size"), _("When"), _("Root")], rows) if rows else None,
        old=old or (str(found[1].size) if len(found) > 1 else ""), new=new or (str(found[0].size) if found else ""),
        **(_grown(asked, old, new) if old or new else {}),
    )  # fmt: skip


def _grown(asked: Asked, old: str, new: str) -> dict[str, Any]:
    """Whether the log only grew between two sizes: the proof, and the verdict on it."""
    before, after = whole(old), whole(new)
    if before is None or after is None:
        return {"wrong": _("Name two sizes of the log.")}
    try:
        proof = growth_between(before, after)
        verdict = audit_growth(logs.checkpoint_of(before).note, logs.checkpoint_of(after).note, proof, [key_line()])
    except Fault as fault:
        return {"wrong": fault.sentence(asked.lang)}
    return {
        "verdict": verdict,
        "told": [said.sentence(asked.lang) for said in (*verdict.wrong, *verdict.proven)],
        "proof": json.loads(proof),
        "proof_url": f"{reverse('office-growth')}?{urlencode({'old': before, 'new': after})}",
    }


@page()
def checkpoint(request: HttpRequest, asked: Asked, size: int) -> HttpResponse:
    """A signed checkpoint as a file."""
    permit(asked.by, "record", "see")
    found = logs.checkpoint_of(size)
    answer = HttpResponse(found.note, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{size}.note"'
    return answer


@page()
def growth(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The proof that the log only grew between two sizes, as a file."""
    permit(asked.by, "record", "see")
    old, new = whole(typed(request, "old")) or 0, whole(typed(request, "new")) or 0
    answer = HttpResponse(growth_between(old, new), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="growth-{old}-to-{new}.json"'
    return answer


# --- reads of health data --------------------------------------------------------------------------------------------


@page()
def reads(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Who read whose health data, and what for."""
    permit(asked.by, "record", "see")
    person_id = whole(typed(request, "person"))
    found = newest_reads(asked.by, asked.at, person_id=person_id, before=whole(typed(request, "before")))
    rows = [
        [
            cell(moment(one.at, asked.lang, now=asked.at), kind="day"),
            cell(one.reader),
            cell(one.full_name, url=f"?{urlencode({'person': one.person_id})}"),
            cell(one.key, aside=one.kind),
            cell(asked.says(PURPOSES.get(one.purpose, (one.purpose, one.purpose)))),
        ]
        for one in found
    ]
    columns = [_("When"), _("Who read"), _("Whose"), _("What"), _("What for")]
    more = {"before": found[-1].id} | ({"person": person_id} if person_id else {}) if len(found) == 50 else None
    return show(
        request, asked, "office/reads.html", "audit", _("Who read health data"), tabs=_sections("reads"),
        table=table(_("Reads of health data"), columns, rows) if rows else None, person_id=person_id,
        pager=pager("", f"?{urlencode(more)}") if more else None,
    )  # fmt: skip
