"""Whatever is changed in a receipt is seen, down to a single bit, and what is not proven is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.kernel.proof.canonical import canonical
from hearth.kernel.proof.check import Verdict, audit, check
from hearth.kernel.proof.receipt import leaf, short
from hearth.kernel.proof.saying import NotInForm
from tests.kernel.proof.logs import KEY, OTHER_KEY, RECORDS, Log, claims_log, receipt_of

LOG = claims_log()
GOOD = receipt_of(LOG, "decision", 4)
LINKED = receipt_of(LOG, "decision", 4, later=13)


def codes(found: Any) -> list[str]:
    return [one.code for one in found]


def is_caught(held: bytes, keys: list[str] | None) -> bool:
    try:
        return not check(held, keys).is_valid
    except NotInForm:
        return True


def test_a_good_receipt_says_what_it_proves_and_what_it_does_not() -> None:
    verdict = check(GOOD, [KEY])
    assert verdict.is_valid
    assert codes(verdict.proven) == ["SIGNED_BY_TRUSTED", "IN_LOG", "OPENED_AS_RECORDED"]
    assert codes(verdict.open) == ["NOT_COMPARED", "NOT_JUDGED"]
    in_log = verdict.proven[1]
    assert in_log.sentence("en") == (
        "Record 5 (HC26-000001, 2026-11-22 17:00:05 (UTC+8)) is entry 5 of the log log.hearth.example/claims, "
        "signed when it had 11 entries, on 2026-11-22 17:11:00 (UTC+8)."
    )
    assert verdict.record is not None and verdict.record["subject"] == "HC26-000001"
    assert verdict.opened is not None and verdict.opened["payable"] == 324_000


def test_without_a_key_from_elsewhere_it_is_said_that_the_key_proves_nothing() -> None:
    verdict = check(GOOD)
    assert verdict.is_valid
    assert "KEY_SELF_ASSERTED" in codes(verdict.open)
    assert "SIGNED_BY_TRUSTED" not in codes(verdict.proven)
    assert KEY in verdict.open[1].sentence("zh")


# The key is not given: whoever changes a receipt may change its key too.
@pytest.mark.parametrize("byte", range(0, len(GOOD), 256))
def test_every_bit_of_a_receipt_counts(byte: int) -> None:
    missed = []
    for at in range(byte, min(byte + 256, len(GOOD))):
        for bit in range(8):
            changed = bytearray(GOOD)
            changed[at] ^= 1 << bit
            if not is_caught(bytes(changed), None):
                missed.append((at, bit))
    assert missed == []


def test_every_bit_of_the_tie_to_a_later_checkpoint_counts() -> None:
    began, ended = LINKED.index(b'"consistency"'), LINKED.index(b'"index"')
    later = LINKED.index(b'"later"')
    places = [*range(began, ended), *range(later, LINKED.index(b'"leaf"', later))]
    missed = []
    for at in places:
        for bit in range(8):
            changed = bytearray(LINKED)
            changed[at] ^= 1 << bit
            if not is_caught(bytes(changed), None):
                missed.append((at, bit))
    assert missed == []


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_bytes_cut_out_put_in_or_moved_are_seen(data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(GOOD)))
    last = data.draw(st.integers(first, min(first + 40, len(GOOD))))
    instead = data.draw(st.binary(max_size=8) | st.sampled_from([GOOD[first:last] * 2, GOOD[first:last][::-1]]))
    changed = GOOD[:first] + instead + GOOD[last:]
    assert changed == GOOD or is_caught(changed, None)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**53 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(json.loads(LINKED))), values)
def test_a_field_with_any_other_value_is_told_and_nothing_breaks(name: str, value: Any) -> None:
    fields = json.loads(LINKED)
    kept = fields[name]
    fields[name] = value
    if name == "opened" and value == {}:
        return  # showing nothing is nobody's attack
    assert kept == value or is_caught(canonical(fields), None)
    del fields[name]
    assert is_caught(canonical(fields), None)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(RECORDS[4][0])), values)
def test_a_record_with_any_other_value_is_told_and_nothing_breaks(name: str, value: Any) -> None:
    fields = json.loads(GOOD)
    kept = fields["record"][name]
    fields["record"][name] = value
    assert kept == value or is_caught(canonical(fields), None)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    fields = json.loads(GOOD)
    fields["opened"]["payable"]["value"] = 999
    fields["record"]["subject"] = "HC26-000009"
    fields["path"][0] = "00" * 32
    fields["kind"] = "payment"
    fields["why"] = "because"
    assert set(codes(check(canonical(fields), [OTHER_KEY]).wrong)) == {
        "NOT_IN_FORM", "KIND_DIFFERS", "RECORD_CHANGED", "OPENED_CHANGED", "KEY_NOT_TRUSTED", "NOT_IN_LOG",
    }  # fmt: skip


def test_a_changed_amount_is_told_by_its_name() -> None:
    verdict = check(GOOD.replace(b'"value":324000', b'"value":924000'), [KEY])
    assert codes(verdict.wrong) == ["OPENED_CHANGED"]
    assert verdict.wrong[0].sentence("en").startswith("The amount payable in the receipt is not what was recorded")
    assert verdict.wrong[0].sentence("zh").startswith("凭证中显示的应付赔款不是当时记录的应付赔款")
    assert "IN_LOG" not in codes(verdict.proven), "nothing is claimed of a receipt that was changed"


def test_a_part_may_be_kept_back_and_that_is_said() -> None:
    fields = json.loads(GOOD)
    del fields["opened"]["insured"]
    verdict = check(canonical(fields), [KEY])
    assert verdict.is_valid
    assert "Recorded, but not shown in this receipt: insured person." in [one.sentence("en") for one in verdict.open]


def test_every_bit_of_a_stored_leaf_counts() -> None:
    stored = leaf(RECORDS[4][0])
    fields = json.loads(GOOD)
    for at in range(len(stored)):
        for bit in range(8):
            changed = bytearray(stored)
            changed[at] ^= 1 << bit
            try:
                fields["record"] = json.loads(bytes(changed))
                held = canonical(fields)
            except (ValueError, RecursionError, NotInForm):
                continue
            assert is_caught(held, None) or canonical(fields["record"]) == stored, (at, bit)


def test_receipts_of_every_entry_hold_at_every_size() -> None:
    for size in range(1, 14):
        for index in range(size):
            if index in (4, 5, 6):
                kind = ("decision", "payment", "consent")[index - 4]
                assert check(receipt_of(LOG, kind, index, size=size), [KEY]).is_valid
                assert check(receipt_of(LOG, kind, index, later=13, size=size), [KEY]).is_valid


def against(note: str, proof: bytes | None = None, held: bytes = GOOD) -> Verdict:
    return check(held, [KEY], note, proof)


def test_an_older_checkpoint_shows_that_nothing_before_was_rewritten() -> None:
    rewritten = Log([leaf(record) if number != 1 else b"{}" for number, (record, _) in enumerate(RECORDS)])
    assert against(LOG.note(7), LOG.growth(7, 11)).is_valid
    assert codes(against(rewritten.note(7), LOG.growth(7, 11)).wrong) == ["NOT_GROWN"]
    assert codes(against(rewritten.note(7), rewritten.growth(7, 11)).wrong) == ["NOT_GROWN"]
    assert codes(against(rewritten.note(11)).wrong) == ["FORKED"]
    assert codes(against(rewritten.note(13), held=LINKED).wrong) == ["FORKED"]


def test_a_checkpoint_that_nothing_ties_to_the_receipt_is_said_to_be_none() -> None:
    verdict = against(LOG.note(13))
    assert codes(verdict.wrong) == ["NOT_LINKED"]
    assert "from 11 to 13" in verdict.wrong[0].sentence("en")
    assert codes(against(LOG.note(7)).wrong) == ["NOT_LINKED"]


def test_the_paper_and_the_file_are_compared() -> None:
    assert check(GOOD, [KEY], paper=short(GOOD) + "\n").is_valid
    other = short(receipt_of(LOG, "payment", 5))
    assert codes(check(GOOD, [KEY], paper=other).wrong) == ["PAPER_DIFFERS"]


def test_trusting_nobody_is_not_the_same_as_not_asking() -> None:
    assert codes(check(GOOD, []).wrong) == ["KEY_NOT_TRUSTED"]


def test_what_a_check_is_given_wrongly_is_refused() -> None:
    for given_wrongly in [{"keys": ["no key"]}, {"checkpoint": "no note"}, {"proof": b"no proof"}]:
        with pytest.raises(NotInForm):
            check(GOOD, **given_wrongly)  # type: ignore[arg-type]
    with pytest.raises(NotInForm):
        audit("", LOG.note(13), LOG.growth(7, 13), [KEY])


def test_an_auditor_sees_growth_between_any_two_checkpoints() -> None:
    for old in range(1, 14):
        for new in range(old, 14):
            assert audit(LOG.note(old), LOG.note(new), LOG.growth(old, new), [KEY]).is_valid


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=60), st.binary(max_size=60), st.text(max_size=30))
def test_whatever_is_given_only_a_fault_of_form_is_raised(held: bytes, note: str, proof: bytes, paper: str) -> None:
    for receipt in (held, GOOD):
        for one in (proof, None):
            try:
                check(receipt, None, note, one, paper)
            except NotInForm as fault:
                assert fault.sentence("zh") and fault.sentence("en")
