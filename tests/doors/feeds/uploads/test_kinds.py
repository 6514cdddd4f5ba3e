"""Kinds: the name that is shown has no folder, no hidden sign, and ends as what the file is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.doors.feeds.uploads import (
    ENDINGS,
    MAX_NAME,
    Kind,
    plain_name,
)


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("../../etc/passwd", Kind.JPEG, "passwd.jpg"),
        ("C:\\Users\\hui\\发票.PDF", Kind.PDF, "发票.PDF"),
        ("gpj.\u202eexe", Kind.JPEG, "gpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.png", Kind.PNG, "aSet-Cookie_ x.png"),
        ("photo.html", Kind.JPEG, "photo.html.jpg"),
        ("..", Kind.PNG, "upload.png"),
        ("", None, "upload"),
        (".htaccess", Kind.PNG, "htaccess.png"),
        ('<img src="x">.jpeg', Kind.JPEG, "_img src=_x__.jpeg"),
        ("长" * 300 + ".jpg", Kind.JPEG, "长" * 116 + ".jpg"),
        ("x" * 300, Kind.PDF, "x" * 116 + ".pdf"),
    ],
)
def test_the_name_that_is_shown_has_no_folder_and_no_hidden_sign(name: str, kind: Kind | None, kept: str) -> None:
    assert plain_name(name, kind) == kept


@given(st.text(max_size=300), st.sampled_from([None, *Kind]))
def test_any_name_becomes_one_that_can_be_shown(name: str, kind: Kind | None) -> None:
    kept = plain_name(name, kind)
    assert 0 < len(kept) <= MAX_NAME
    assert not set(kept) & set('/\\<>:"|?*')
    assert all(unicodedata.category(sign)[0] != "C" for sign in kept)
    assert not kept.startswith(".")
    assert kind is None or kept.lower().endswith(ENDINGS[kind])
