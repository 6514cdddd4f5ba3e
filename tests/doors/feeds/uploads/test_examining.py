"""Examining: whatever bytes are sent, they are taken or refused with a sentence, never a crash."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hearth.doors.feeds.uploads import (
    Kind,
    UploadRefused,
    examined,
    thumbnail,
)
from tests.doors.feeds.papers import locked_pdf, pdf, pdf_with_picture, turned
from tests.doors.feeds.uploads.sent import JPEG, PDF, PNG, WHOLE, looked_at


def test_a_thumbnail_of_another_kind_than_said_is_refused() -> None:
    with pytest.raises(UploadRefused):
        thumbnail(PNG, Kind.JPEG)


def test_many_people_can_send_papers_at_once() -> None:
    def sent(n: int) -> tuple[int, bytes]:
        return examined(f"{n}.pdf", pdf(n % 5 + 1)).pages, thumbnail(PDF, Kind.PDF)

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(sent, range(80)))
    assert [pages for pages, _ in answers] == [n % 5 + 1 for n in range(80)]
    assert len({small for _, small in answers}) == 1


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([*WHOLE.values(), turned(6), pdf_with_picture(9, 9), locked_pdf()]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 40)), max_size=4),
)
@example(JPEG, [(0.0, b"", 0)])
def test_a_paper_changed_anywhere_is_taken_or_refused_and_never_breaks(
    content: bytes, changes: list[tuple[float, bytes, int]]
) -> None:
    for where, put, gone in changes:
        at = int(where * len(content))
        content = content[:at] + put + content[at + gone :]
    looked_at(content)


@settings(max_examples=300)
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\0\0\0WEBPVP8X", b"%PDF-1.4\n"]),
    st.binary(max_size=400),
)
def test_any_bytes_are_taken_or_refused_and_never_break(beginning: bytes, rest: bytes) -> None:
    looked_at(beginning + rest)
    looked_at(beginning + rest + b"%%EOF")
