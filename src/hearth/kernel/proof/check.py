"""Check: what a receipt, or two checkpoints and a proof, show and do not show; everything that is wrong, at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hearth.kernel.proof.canonical import canonical
from hearth.kernel.proof.checkpoint import Checkpoint, Key, moment, read_key, read_note
from hearth.kernel.proof.receipt import (
    Growth,
    digest,
    faults_of_receipt,
    hashes_of,
    kind_of,
    read_growth,
    read_receipt,
    short,
)
from hearth.kernel.proof.saying import Both, NotInForm, Said, SignatureWrong, named, said, shown
from hearth.kernel.proof.tree import leaf_hash, root_by_path, verify_consistency


@dataclass(frozen=True)
class Verdict:
    """What a check found: all that is wrong, what is proven, and what is not."""

    wrong: tuple[Said, ...]
    proven: tuple[Said, ...]
    open: tuple[Said, ...]
    record: Mapping[str, Any] | None = None
    opened: Mapping[str, Any] | None = None

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


def check(
    receipt: bytes,
    keys: Sequence[str] | None = None,
    checkpoint: str | None = None,
    proof: bytes | None = None,
    paper: str | None = None,
) -> Verdict:
    """Everything that a receipt shows.

    Needs:   the receipt's bytes; from elsewhere, where one has them: published key lines that one trusts, a checkpoint
             of the log, a consistency proof between the receipt's checkpoint and that one, the code on the paper
    Gives:   a verdict.  Raises: NotInForm where the bytes are no receipt as it was issued, where a trusted key is none,
             or where checkpoint or proof cannot be read: nothing can be said then
    Source:  docs/receipts.md, checking; RFC 9162, 2.1.3.2 and 2.1.4.2
    """
    trusted = None if keys is None else [read_key(line) for line in keys]
    between = None if proof is None else read_growth(proof)
    held = read_receipt(receipt)
    found = _Found(held)
    found.form()
    found.record()
    found.opened()
    mine = found.signed("checkpoint", trusted)
    found.path(mine)
    last = found.link(mine, trusted)
    if mine is not None and last is not None:
        if checkpoint is not None:
            lines = [mine.key.line] if trusted is None else [key.line for key in trusted]
            theirs = _signed(checkpoint, lines, found, Both("您给出的检查点", "Your checkpoint"))
            if theirs is not None:
                found.compare(mine, last, theirs, between)
        else:
            found.open.append(said("NOT_COMPARED"))
        if trusted is None:
            found.open.append(said("KEY_SELF_ASSERTED", key=mine.key.line))
    if paper is not None and not found.unsound:
        found.paper(paper.strip(), short(receipt))
    found.open.append(said("NOT_JUDGED"))
    record = held.get("record") if found.sound("record") else None
    opened = {name: one["value"] for name, one in held["opened"].items()} if found.sound("opened") else None
    return Verdict(tuple(found.wrong), tuple(found.proven), tuple(found.open), record, opened)


def audit(old: str, new: str, proof: bytes, keys: Sequence[str]) -> Verdict:
    """Whether a log only grew between two checkpoints that somebody kept.

    Needs:   both notes, the consistency proof between them, published key lines that one trusts
    Gives:   a verdict; a fork or a rewritten past is wrong.  Raises: NotInForm where one of them cannot be read
    Source:  RFC 6962, 2.1.2; RFC 9162, 2.1.4.2
    """
    between = read_growth(proof)
    found = _Found({})
    before = _signed(old, keys, found, Both("较旧的检查点", "The older checkpoint"))
    after = _signed(new, keys, found, Both("较新的检查点", "The newer checkpoint"))
    if before is not None and after is not None:
        for one in (before, after):
            found.proven.append(said("SIGNED_BY_TRUSTED", key=_told(one.key), size=one.size))
        if before.origin != after.origin:
            found.wrong.append(said("LOGS_DIFFER", got=before.origin, want=after.origin))
        elif before.size > after.size:
            found.wrong.append(said("SHRUNK", got=after.size, want=before.size))
        else:
            found.grown(before, after, between)
    return Verdict(tuple(found.wrong), tuple(found.proven), tuple(found.open))


def _signed(text: str, keys: Sequence[str], found: _Found, what: Both) -> Checkpoint | None:
    try:
        return read_note(text, keys)
    except SignatureWrong as fault:
        found.wrong.append(Said("SIGNATURE_WRONG", {**fault.data, "what": what}))
        return None


def _told(key: Key) -> str:
    return f"{key.name}+{key.mark.hex()}"


def _when(at: datetime | None) -> Both:
    return Both("", "") if at is None else Both(f"，时间为 {moment(at)}", f", on {moment(at)}")


class _Found:
    """A receipt being checked; a check whose parts are not in their form is left out: that fault is told."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        self.held = held
        self.wrong: list[Said] = []
        self.proven: list[Said] = []
        self.open: list[Said] = []
        self.unsound: set[str] = set()

    def sound(self, *names: str) -> bool:
        """Whether these fields are in their form."""
        return all(name in self.held and name not in self.unsound for name in names)

    def form(self) -> None:
        for fault in faults_of_receipt(self.held):
            place = str(fault.data["place"])
            self.unsound.add(place.split(".")[0])
            self.wrong.append(Said("NOT_IN_FORM", fault.data))

    def record(self) -> None:
        if not self.sound("record"):
            return
        record = self.held["record"]
        if self.sound("kind") and kind_of(record["kind"]) != self.held["kind"]:
            self.wrong.append(said("KIND_DIFFERS", got=shown(record["kind"]), want=_KINDS[self.held["kind"]]))
        if self.sound("leaf"):
            got = leaf_hash(canonical(record)).hex()
            if got != self.held["leaf"]:
                self.wrong.append(said("RECORD_CHANGED", got=got[:16], want=self.held["leaf"][:16]))

    def opened(self) -> None:
        if not self.sound("record", "opened"):
            return
        sealed, opened = self.held["record"]["data"].get("sealed", {}), self.held["opened"]
        for name, one in opened.items():
            if name not in sealed:
                self.wrong.append(said("OPENED_NOT_SEALED", name=named(name)))
                continue
            got = digest(bytes.fromhex(one["salt"]), one["value"])
            if got != sealed[name]:
                self.wrong.append(said("OPENED_CHANGED", name=named(name), got=got[:16], want=sealed[name][:16]))
        if withheld := [name for name in sealed if name not in opened]:
            self.open.append(said("NOT_SHOWN", names=_names(withheld)))

    def signed(self, field: str, trusted: Sequence[Key] | None) -> Checkpoint | None:
        """The checkpoint in a field, if its signature holds."""
        if not self.sound("key", field):
            return None
        try:
            key = read_key(self.held["key"])
        except NotInForm as fault:
            self.unsound.add("key")
            self.wrong.append(Said("NOT_IN_FORM", fault.data))
            return None
        if field == "checkpoint" and trusted is not None and key not in trusted:
            wanted = ", ".join(map(_told, trusted)) or "—"
            self.wrong.append(said("KEY_NOT_TRUSTED", got=_told(key), want=wanted))
        # A later checkpoint may be signed by the key that followed.
        lines = [self.held["key"], *(one.line for one in trusted or () if field != "checkpoint")]
        try:
            note = _signed(self.held[field], lines, self, _NOTES[field])
        except NotInForm as fault:
            self.unsound.add(field)
            self.wrong.append(Said("NOT_IN_FORM", fault.data))
            return None
        if note is not None and trusted is not None and note.key in trusted:
            self.proven.append(said("SIGNED_BY_TRUSTED", key=_told(note.key), size=note.size))
        return note

    def path(self, mine: Checkpoint | None) -> None:
        if mine is None or not self.sound("index", "leaf", "path"):
            return
        leaf, index = bytes.fromhex(self.held["leaf"]), self.held["index"]
        got = root_by_path(leaf, index, mine.size, hashes_of(self.held["path"]))
        if got != mine.root:
            led = Both("无法得出根", "no root") if got is None else got.hex()[:16]
            self.wrong.append(said("NOT_IN_LOG", got=led, want=mine.root.hex()[:16]))
        elif not self.wrong:
            record = self.held["record"]
            self.proven.append(
                said(
                    "IN_LOG",
                    id=record["id"],
                    subject=shown(record["subject"])[1:-1],
                    at=moment(datetime.fromisoformat(record["at"][:-1]).replace(tzinfo=UTC)),
                    number=index + 1,
                    origin=mine.origin,
                    size=mine.size,
                    when=_when(mine.at),
                )
            )
            # What is shown is only as good as the record that it agrees with.
            if self.held["opened"]:
                self.proven.append(said("OPENED_AS_RECORDED", names=_names(list(self.held["opened"]))))

    def link(self, mine: Checkpoint | None, trusted: Sequence[Key] | None) -> Checkpoint | None:
        """The latest checkpoint that the receipt itself is tied to."""
        if mine is None or "later" not in self.held or not self.sound("later", "consistency"):
            return mine
        later = self.signed("later", trusted)
        if later is None:
            return mine
        hashes = hashes_of(self.held["consistency"])
        tie = Growth(mine.origin, mine.size, later.size, hashes)
        if later.origin != mine.origin:
            self.wrong.append(said("LOGS_DIFFER", got=mine.origin, want=later.origin))
        elif self.grown(mine, later, tie):
            return later
        return mine

    def compare(self, mine: Checkpoint, last: Checkpoint, theirs: Checkpoint, between: Growth | None) -> None:
        """Hold the receipt against a checkpoint from elsewhere."""
        if theirs.origin != mine.origin:
            self.wrong.append(said("LOGS_DIFFER", got=mine.origin, want=theirs.origin))
            return
        same = next((one for one in (mine, last) if one.size == theirs.size), None)
        if same is not None:
            if same.root != theirs.root:
                self.wrong.append(said("FORKED", size=same.size, got=same.root.hex()[:16], want=theirs.root.hex()[:16]))
            else:
                self.proven.append(said("SAME_CHECKPOINT", size=same.size))
            return
        pairs = [(one, theirs) if one.size < theirs.size else (theirs, one) for one in (mine, last)]
        old, new = next((pair for pair in pairs if between and _sizes(pair) == between[1:3]), pairs[0])
        if between is None:
            self.wrong.append(said("NOT_LINKED", got=mine.size, want=theirs.size, old=old.size, new=new.size))
        else:
            self.grown(old, new, between)

    def grown(self, old: Checkpoint, new: Checkpoint, between: Growth) -> bool:
        """Whether the proof shows that one grew out of the other; says which it is."""
        if between.origin != old.origin:
            self.wrong.append(said("LOGS_DIFFER", got=shown(between.origin)[1:-1], want=old.origin))
            return False
        if old.size == new.size and old.root != new.root:
            self.wrong.append(said("FORKED", size=old.size, got=old.root.hex()[:16], want=new.root.hex()[:16]))
            return False
        if (between.old_size, between.new_size) != _sizes((old, new)):
            self.wrong.append(
                said(
                    "PROOF_OF_OTHER_SIZES",
                    got=f"{between.old_size} → {between.new_size}",
                    want=f"{old.size} → {new.size}",
                )
            )
            return False
        if not verify_consistency(old.size, old.root, new.size, new.root, between.hashes):
            self.wrong.append(said("NOT_GROWN", old=old.size, new=new.size))
            return False
        self.proven.append(said("GROWN", old=old.size, new=new.size))
        return True

    def paper(self, theirs: str, ours: str) -> None:
        if theirs == ours:
            self.proven.append(said("PAPER_AGREES"))
        else:
            self.wrong.append(said("PAPER_DIFFERS", got=shown(theirs), want=shown(ours)))


_NOTES = {
    "checkpoint": Both("凭证中的检查点", "The receipt's checkpoint"),
    "later": Both("凭证中较新的检查点", "The receipt's later checkpoint"),
}
_KINDS = {
    "decision": Both("理赔决定", "decision"),
    "payment": Both("赔款支付", "payment"),
    "consent": Both("同意书", "consent"),
    "guarantee": Both("担保函", "letter of guarantee"),
}


def _names(names: Sequence[str]) -> Both:
    both = [named(name) for name in names]
    return Both("、".join(one.zh for one in both), ", ".join(one.en for one in both))


def _sizes(pair: tuple[Checkpoint, Checkpoint]) -> tuple[int, int]:
    return pair[0].size, pair[1].size
