"""XML of the bank: no document types, no entities, UTF-8 alone, within limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearth.wires.payments.iso20022.xml import MAX_BYTES, MAX_DEPTH, MAX_TEXT, read_xml
from hearth.words.faults import Malformed

LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><lolz>&lol9;</lolz>"
)


@pytest.mark.parametrize(
    ("named", "held", "says"),
    [
        ("a billion laughs", LAUGHS, "document type"),
        ("a quadratic blow-up", f'<!DOCTYPE a [<!ENTITY x "{"x" * 9999}">]><a>{"&x;" * 99}</a>', "document type"),
        ("a file of this machine", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "document type"),
        ("a far document type", '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', "document type"),
        ("a parameter entity", '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]><a/>', "document type"),
        ("an empty document type", "<!DOCTYPE a><a/>", "document type"),
        ("an unknown entity", "<a>&nbsp;</a>", "entity"),
        ("an instruction", '<?xml-stylesheet href="x"?><a/>', "instruction"),
        ("a deep nest", "<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1), "levels"),
        ("a long text", f"<a>{'x' * (MAX_TEXT + 1)}</a>", "characters"),
        ("text beside elements", "<a>x<b/></a>", "beside"),
        ("text after elements", "<a><b/>x</a>", "beside"),
        ("two roots", "<a/><a/>", "junk"),
        ("another encoding", '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "UTF-8"),
        ("another version", '<?xml version="1.1"?><a/>', "1.0"),
    ],
)
def test_hostile_xml_is_refused(named: str, held: str, says: str) -> None:
    with pytest.raises(Malformed) as fault:
        read_xml(held.encode(), "f.xml")
    assert says in str(fault.value)
    assert "root:" not in str(fault.value)


def test_a_file_that_is_too_large_is_not_even_parsed() -> None:
    with pytest.raises(Malformed, match="bytes"):
        read_xml(b"<a>" + b" " * MAX_BYTES + b"</a>", "f.xml")


def test_elements_keep_their_line_and_namespace() -> None:
    root = read_xml(
        '<D xmlns="urn:x">\n <A>1</A>\n <A>慧&amp;&#24800;</A>\n <y:A xmlns:y="urn:y">3</y:A>\n</D>'.encode(), "f"
    )
    assert [(a.value(), a.line, a.path) for a in root.every("A")] == [("1", 2, "/D/A"), ("慧&惠", 3, "/D/A")]
    with pytest.raises(Malformed, match=r"line 3, /D/A: got A more than once"):
        root.one("A")
    with pytest.raises(Malformed, match="one B"):
        root.one("B")
    with pytest.raises(Malformed, match="elements"):
        root.value()


def test_a_long_list_written_over_many_lines_is_read() -> None:
    held = "<a>" + "\n    <b>1</b>" * 20_000 + "\n</a>"
    assert sum(1 for _ in read_xml(held.encode(), "f").every("b")) == 20_000


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode) | st.from_regex(rb"<[a-c!?/]+>.*<", fullmatch=True)
)
def test_any_bytes_are_a_tree_or_malformed(held: bytes) -> None:
    try:
        read_xml(held, "f")
    except Malformed as fault:
        assert fault.sentence("zh")
