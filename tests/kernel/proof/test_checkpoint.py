"""A checkpoint is signed text in one form, which other logs' tools read; any other form or signer is refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.kernel.proof.checkpoint import key_of, moment, note, read_key, read_note
from hearth.kernel.proof.saying import NotInForm, SignatureWrong
from hearth.kernel.proof.tree import EMPTY
from tests.kernel.proof.logs import KEY, ORIGIN, OTHER_KEY, OTHER_SECRET, SECRET, claims_log

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ROOT = bytes(range(32))
NOTE = note(ORIGIN, 42, ROOT, ORIGIN, SECRET, AT)


def test_a_checkpoint_says_origin_size_root_and_time() -> None:
    assert NOTE.splitlines()[:5] == [
        "log.hearth.example/claims",
        "42",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "at 2026-11-22T09:00:00Z",
        "",
    ]
    found = read_note(NOTE, KEY)
    assert (found.origin, found.size, found.root, found.at, found.key.line) == (ORIGIN, 42, ROOT, AT, KEY)


def test_without_a_time_it_is_three_lines() -> None:
    text = note(ORIGIN, 0, EMPTY, ORIGIN, SECRET)
    assert text.count("\n") == 5
    assert read_note(text, KEY).at is None


def test_a_moment_is_cut_to_seconds_and_told_in_utc() -> None:
    there = datetime(2026, 11, 22, 17, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=8)))
    assert note(ORIGIN, 42, ROOT, ORIGIN, SECRET, there) == NOTE
    assert moment(there) == "2026-11-22 17:00:00 (UTC+8)"
    with pytest.raises(NotInForm, match="time zone"):
        note(ORIGIN, 42, ROOT, ORIGIN, SECRET, there.replace(tzinfo=None))


def test_keys_are_those_of_other_logs() -> None:
    # The key of the examples of Go's package sumdb/note: its mark follows from its name and its public key.
    line = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = read_key(line)
    assert (key.name, key.mark.hex(), key.line) == ("PeterNeumann", "c74f20a3", line)


def test_any_of_several_keys_may_have_signed() -> None:
    assert read_note(NOTE, [OTHER_KEY, KEY]).key.line == KEY
    for keys in (OTHER_KEY, [OTHER_KEY], []):
        with pytest.raises(SignatureWrong) as refused:
            read_note(NOTE, keys)
        assert "密钥" in refused.value.sentence("zh") and "is not signed by" in refused.value.sentence("en")


SIGNED = NOTE.splitlines()[5]
MUTATIONS = {
    "a larger size": NOTE.replace("\n42\n", "\n43\n"),
    "another origin": NOTE.replace("claims\n42", "claimz\n42"),
    "another root": NOTE.replace("AAEC", "AAED"),
    "another time": NOTE.replace("09:00:00Z", "09:00:01Z"),
    "no time": NOTE.replace("at 2026-11-22T09:00:00Z\n", ""),
    "no day of the calendar": NOTE.replace("11-22", "02-30"),
    "hour 24": NOTE.replace("T09", "T24"),
    "a time with fractions": NOTE.replace("00Z", "00.5Z"),
    "a line more": NOTE.replace("Z\n\n", "Z\nmore\n\n"),
    "leading zero": NOTE.replace("\n42\n", "\n042\n"),
    "plus sign": NOTE.replace("\n42\n", "\n+42\n"),
    "other digits": NOTE.replace("\n42\n", "\n４２\n"),
    "a size that no tree has": NOTE.replace("\n42\n", "\n9999999999999999\n"),
    "root of an empty log": NOTE.replace("\n42\n", "\n0\n"),
    "root with stray bits": NOTE.replace("Hh8=", "Hh9="),
    "root without padding": NOTE.replace("Hh8=", "Hh8"),
    "root in the other alphabet": NOTE.replace("AAEC", "A-_C"),
    "short root": NOTE.replace("AAEC", ""),
    "windows line ends": NOTE.replace("\n", "\r\n"),
    "no last line end": NOTE[:-1],
    "two last line ends": NOTE + "\n",
    "two signatures": NOTE + SIGNED + "\n",
    "two empty lines": NOTE.replace("\n\n", "\n\n\n"),
    "no empty line": NOTE.replace("\n\n", "\n"),
    "a hyphen": NOTE.replace("\u2014", "-"),
    "an en dash": NOTE.replace("\u2014", "\u2013"),
    "another key name": NOTE.replace("\u2014 log", "\u2014 dog"),
    "two spaces": NOTE.replace("\u2014 ", "\u2014  "),
    "space in the origin": NOTE.replace("hearth.example/claims\n42", "hearth.example/ claims\n42"),
    "signature cut": NOTE[:-5] + "\n",
    "empty": "",
    "only line ends": "\n\n\n",
    "half a character": NOTE.replace("log", "\ud800", 1),
}


@pytest.mark.parametrize("text", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_note_in_any_other_form_is_refused(text: str) -> None:
    assert text != NOTE
    with pytest.raises((NotInForm, SignatureWrong)) as refused:
        read_note(text, KEY)
    assert all(refused.value.sentence(lang) for lang in ("zh", "en"))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_the_text_is_it_is_refused_and_nothing_else(text: str, key: str) -> None:
    for lines in (KEY, key):
        with pytest.raises((NotInForm, SignatureWrong)):
            read_note(text, lines)


@pytest.mark.parametrize(
    "line",
    [
        KEY.replace(KEY.split("+")[1], "00000000"),
        KEY.replace("log", "dog"),
        KEY.split("+")[0],
        KEY + "\n",
        KEY.replace("+A", "+B", 1),
        KEY.replace(KEY.split("+")[1], KEY.split("+")[1].upper()),
        f"{ORIGIN}+{KEY.split('+')[1]}+{base64.b64encode(bytes(33)).decode()}",
        "++",
        "",
    ],
)
def test_a_key_in_any_other_form_is_refused(line: str) -> None:
    assert line != KEY
    with pytest.raises(NotInForm):
        read_key(line)


def test_what_could_not_be_read_back_is_not_signed() -> None:
    for origin, size, root in [
        ("two words", 1, ROOT),
        ("a+b", 1, ROOT),
        ("a", -1, ROOT),
        ("a", 1, b"short"),
        ("", 1, ROOT),
    ]:
        with pytest.raises(NotInForm):
            note(origin, size, root, ORIGIN, SECRET, AT)
    with pytest.raises(NotInForm):
        note(ORIGIN, 1, ROOT, "a name", SECRET, AT)
    with pytest.raises(NotInForm):
        key_of(ORIGIN, b"short")


def test_keys_of_one_name_are_told_apart() -> None:
    assert key_of(ORIGIN, SECRET).mark != key_of(ORIGIN, OTHER_SECRET).mark


def test_the_log_of_the_cast_signs_what_it_holds() -> None:
    log = claims_log()
    for size in range(1, 14):
        assert read_note(log.note(size), KEY).root == log.root(size)
