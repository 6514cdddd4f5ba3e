"""Electronic invoices say their fields without pixels; hostile ones are refused with a reason, at once."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hearth.doors.feeds import einvoice
from hearth.doors.feeds.einvoice.code import told
from hearth.doors.feeds.uploads import UploadRefused
from hearth.kernel.documents.reading.check import checked
from hearth.kernel.documents.reading.paper import extract
from hearth.words.papers import Status

STATED = """<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EInvoiceData><Main>
 <EInvoiceName>示范省医疗门诊收费票据（电子）</EInvoiceName><EInvoiceCode>31060122</EInvoiceCode>
 <EInvoiceNumber>0034567812</EInvoiceNumber><RandomNumber>a3f9d2</RandomNumber><TotalAmount>62.50</TotalAmount>
 <IssueDate>20260314</IssueDate><InvoicingParty><InvoicingPartyName>云澜市第一人民医院</InvoicingPartyName></InvoicingParty>
 <PayerParty><PayerPartyName>钱波</PayerPartyName></PayerParty>
 <MainExt><MedicalDate>20260314</MedicalDate><FundPayAmount>40.00</FundPayAmount><OtherPayAmount>0.00</OtherPayAmount>
  <AccountPayAmount>10.00</AccountPayAmount><OwnPayAmount>12.50</OwnPayAmount></MainExt></Main>
 <Details><Item><ItemName>西药费</ItemName><ItemAmount>37.50</ItemAmount></Item>
  <Item><ItemName>化验费</ItemName><ItemAmount>25.00</ItemAmount></Item></Details>
</EInvoiceData></Header></EInvoice>"""

ENTRY = """<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>
</ofd:DocBody></ofd:OFD>"""
DOCUMENT = """<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData><ofd:PageArea>
<ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea><ofd:TemplatePage ID="1" BaseLoc="Tpls/Tpl_0/Content.xml"/>
</ofd:CommonData><ofd:Pages><ofd:Page ID="2" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>"""


def text(x: float, y: float, said: str) -> str:
    wide = sum(4 if ord(sign) > 255 else 2.1 for sign in said)
    code = f'<ofd:TextCode X="0" Y="3.4">{said}</ofd:TextCode>'
    return f'<ofd:TextObject Boundary="{x} {y} {wide} 4.2" Font="1" Size="4">{code}</ofd:TextObject>'


def content(*objects: str, template: str = "") -> str:
    return (
        f'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016">{template}<ofd:Content><ofd:Layer>'
        f"{''.join(objects)}</ofd:Layer></ofd:Content></ofd:Page>"
    )


def packed(parts: dict[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return held.getvalue()


def parts(**more: str | bytes) -> dict[str, str | bytes]:
    labels = content(text(10, 10, "票据代码："), text(120, 10, "票据号码："), text(10, 100, "（小写）"))
    filled = content(
        text(31, 10, "31060122"), text(141, 10, "0034567812"), text(27, 100, "62.50"), text(60, 4, "医疗门诊收费票据"),
        template='<ofd:Template TemplateID="1"/>',
    )  # fmt: skip
    return {
        "OFD.xml": ENTRY,
        "Doc_0/Document.xml": DOCUMENT,
        "Doc_0/Tpls/Tpl_0/Content.xml": labels,
        "Doc_0/Pages/Page_0/Content.xml": filled,
        **more,
    }


# --- what they say ---------------------------------------------------------------------------------------------------


def test_the_print_of_an_ofd_page_is_read_with_that_of_its_template() -> None:
    (sheet,) = einvoice.opened("票据.ofd", packed(parts()))
    found = extract(sheet.runs).fields
    assert (sheet.width, sheet.height) == (1488, 992)
    assert {key: found[key].value for key in ("code", "number", "total")} == {
        "code": "31060122",
        "number": "0034567812",
        "total": "62.50",
    }


def test_the_invoice_inside_an_ofd_file_is_taken_before_its_print() -> None:
    (sheet,) = einvoice.opened("票据.ofd", packed(parts(**{"Doc_0/Attachs/einvoice.xml": STATED})))
    assert sheet.states is not None
    paper = checked(sheet.states)
    assert (paper.fields["payer"].value, paper.fields["issued_on"].value) == ("钱波", "2026-03-14")
    assert paper.fields["total"].status is Status.PROVEN
    assert [line["amount"].value for line in paper.lines] == ["37.50", "25.00"]


def test_xml_and_json_say_the_same() -> None:
    (of_xml,) = einvoice.opened("票据.xml", STATED.encode())
    same = {
        "invoiceCode": "31060122",
        "eInvoiceNumber": "0034567812",
        "totalAmount": 62.5,
        "payerPartyName": "钱波",
        "issueDate": "2026-03-14",
        "basicExt": {"fundPayAmount": 40, "ownPayAmount": "12.50", "accountPayAmount": 10},
        "details": [{"itemName": "西药费", "itemAmount": 37.5}, {"itemName": "化验费", "itemAmount": 25}],
    }
    (of_json,) = einvoice.opened("票据.json", json.dumps(same).encode())
    assert of_xml.states is not None and of_json.states is not None
    for key in ("code", "number", "total", "payer", "issued_on", "fund", "cash", "account"):
        assert of_xml.states.fields[key].value == of_json.states.fields[key].value
    assert len(of_json.states.lines) == 2


@pytest.mark.parametrize(
    ("payload", "want"),
    [
        (
            "01,01,31060122,0034567812,a3f9d2,20260314,62.50",
            {"code": "31060122", "number": "0034567812", "check_code": "a3f9d2", "issued_on": "2026-03-14",
             "total": "62.50"},
        ),
        (
            "https://pj.example.org/q?invoiceCode=31060122&invoiceNumber=0034567812&randomNumber=a3f9d2",
            {"code": "31060122", "number": "0034567812", "check_code": "a3f9d2"},
        ),
        ("https://example.org/menu", {}),
        ("你好", {}),
        ("01,31060122,123", {}),
    ],
)  # fmt: skip
def test_the_code_on_an_invoice_says_its_numbers(payload: str, want: dict[str, str]) -> None:
    assert told(payload) == want


# --- what is refused -------------------------------------------------------------------------------------------------

CIRCLE = DOCUMENT.replace("Pages/Page_0/Content.xml", "../OFD.xml")
BEGUN, ENDED = b"<EInvoice><EInvoiceCode>31060122</EInvoiceCode>", b"</EInvoice>"


def zipped_hard(method: int) -> bytes:
    """Packed in a way that may ask for gigabytes to be unpacked."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, part in parts().items():
            archive.writestr(name, part)
    return held.getvalue()


def crowded() -> bytes:
    """A page of more words than fit on any."""
    crowd = content(*(text(n % 200, n // 200, "元") for n in range(4_000)))
    return packed({**parts(), "Doc_0/Pages/Page_0/Content.xml": crowd})


def repeated() -> bytes:
    """One large page, named fifty times."""
    page = '<ofd:Page ID="2" BaseLoc="Pages/Page_0/Content.xml"/>'
    large = content(*(text(n % 200, n // 200, "元") for n in range(2_900)))
    named = {"Doc_0/Document.xml": DOCUMENT.replace(page, page * 50), "Doc_0/Pages/Page_0/Content.xml": large}
    return packed({**parts(), **named})


BOMB = b"<a>" * 60 + b"</a>" * 60
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    b"<EInvoice><EInvoiceCode>&b;</EInvoiceCode></EInvoice>"
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def slipped(name: str) -> bytes:
    return packed({**parts(), name: "x"})


def lying() -> bytes:
    """A part that says it is small and unpacks to 40 MB."""
    held = bytearray(packed({**parts(), "Doc_0/Attachs/invoice.xml": b" " * 40_000_000}))
    for sign in (b"PK\x01\x02", b"PK\x03\x04"):
        at = (
            held.find(b"Doc_0/Attachs/invoice.xml")
            if sign == b"PK\x03\x04"
            else held.rfind(b"Doc_0/Attachs/invoice.xml")
        )
        head = held.rfind(sign, 0, at)
        offset = 24 if sign == b"PK\x01\x02" else 22
        held[head + offset : head + offset + 4] = (100).to_bytes(4, "little")
    return bytes(held)


def _reading_seconds() -> float:
    """What 300,000 plain elements take to be read here and now, a third of a second: the measure of "at once"."""
    began = time.process_time()
    ElementTree.fromstring(b"<a>" + b"<b/>" * 300_000 + b"</a>")
    return time.process_time() - began


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("zip-slip", slipped("../../etc/cron.d/x"), "outside"),
        ("absolute", slipped("/etc/passwd"), "outside"),
        ("drive", slipped("C:/x"), "outside"),
        ("backslash", slipped("..\\x"), "outside"),
        ("bomb", packed({**parts(), "Doc_0/a.xml": b" " * 14_000_000}), "unpacks"),
        ("lying size", lying(), "damaged"),
        ("many", packed({f"{n}.xml": "<a/>" for n in range(500)}), "many"),
        ("no document", packed({"a.txt": "x"}), "not_ofd"),
        ("missing page", packed({key: part for key, part in parts().items() if "Page_0" not in key}), "damaged"),
        ("cut short", packed(parts())[:400], "damaged"),
        ("entities", LAUGHS, "entities"),
        ("outside entity", OUTSIDE, "entities"),
        ("deep", BOMB, "deep"),
        ("another xml", b"<svg><script>alert(1)</script></svg>", "no_fields"),
        ("a page", b"<html><body>x</body></html>", "no_fields"),
        ("not xml", b"<<<<", "damaged"),
        ("entities within", packed({**parts(), "OFD.xml": LAUGHS}), "entities"),
        ("another json", b'{"a": [1, 2]}', "no_fields"),
        ("deep json", b"[" * 100_000, "damaged"),
        ("huge json", b"[" + b"{}," * 3_000_000 + b"{}]", "large"),
        ("many elements", BEGUN + b"<a/>" * 1_000_000 + ENDED, "deep"),
        ("elements in many parts", packed({**parts(), **{
            f"Doc_0/Attachs/{n}.xml": b"<a>" + b"<b/>" * 30_000 + b"</a>" for n in range(300)}}), "deep"),
        ("a crowded page", crowded(), "deep"),
        ("one page fifty times", repeated(), "deep"),
        ("another packing", zipped_hard(zipfile.ZIP_LZMA), "damaged"),
        ("another packing yet", zipped_hard(zipfile.ZIP_BZIP2), "damaged"),
        ("something behind", packed(parts()) + b"<html><script>x()</script>", "damaged"),
        ("two packed files", packed(parts()) + packed(parts()), "damaged"),
        ("endless directory", packed(parts())[:-22] + (b"PK\x01\x02" + b"\0" * 42) * 200_000, "many"),
        ("circle", packed({**parts(), "Doc_0/Document.xml": CIRCLE}), "no_fields"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_its_reason_at_once(name: str, data: bytes, reason: str) -> None:
    began = time.process_time()
    with pytest.raises(einvoice.EInvoiceRefused):
        einvoice.opened(f"{name}.ofd", data)
    seconds = time.process_time() - began
    tracemalloc.start()
    with pytest.raises(einvoice.EInvoiceRefused) as refused:
        einvoice.opened(f"{name}.ofd", data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.reason == reason
    assert seconds < 4 * _reading_seconds() and peak < 120_000_000
    assert refused.value.sentence("zh") != refused.value.sentence("en")


@given(st.binary(max_size=300), st.integers(0, 2000), st.integers(0, 255))
def test_no_damage_whatever_is_anything_but_refused_or_read(junk: bytes, at: int, value: int) -> None:
    whole = bytearray(packed(parts(**{"Doc_0/Attachs/einvoice.xml": STATED})))
    whole[at % len(whole)] = value
    for data in (junk, b"PK\x03\x04" + junk, b"<" + junk, b"{" + junk, bytes(whole)):
        try:
            sheets = einvoice.opened("x.ofd", data)
        except UploadRefused:
            continue
        assert sheets


# --- as it is shown --------------------------------------------------------------------------------------------------


def test_what_has_no_print_is_laid_out_with_the_place_of_each_value() -> None:
    (sheet,) = einvoice.opened("票据.xml", STATED.encode())
    assert sheet.states is not None and sheet.width > 0 and sheet.height > 0
    printed = {run.text: run.box for run in sheet.runs}
    for key in ("code", "number", "total", "payer"):
        found = sheet.states.fields[key]
        corner, _, opposite, _ = printed[found.text]
        assert found.box == (*corner, *opposite)
    boxes = [one.box for one in sheet.states.fields.values()]
    assert len(set(boxes)) == len(boxes)
    assert all(0 <= x0 < x1 <= sheet.width and 0 <= y0 < y1 <= sheet.height for x0, y0, x1, y1 in boxes)
    assert {"西药费", "化验费", "37.50", "25.00"} <= printed.keys()


def test_lines_without_end_go_on_over_several_sheets() -> None:
    items = "".join(f"<Item><ItemName>第{n}项</ItemName><ItemAmount>1.00</ItemAmount></Item>" for n in range(2_500))
    sheets = einvoice.opened("a.xml", STATED.replace("<Details>", f"<Details>{items}").encode())
    assert len(sheets) == 20
    assert [len(one.states.lines) for one in sheets if one.states] == [100] * 20
    assert [(one.states.page, one.states.pages) for one in sheets if one.states][-1] == (20, 20)


def test_the_places_of_what_an_ofd_file_states_are_those_of_its_print() -> None:
    (sheet,) = einvoice.opened("票据.ofd", packed(parts(**{"Doc_0/Attachs/einvoice.xml": STATED})))
    assert sheet.states is not None
    code, payer = sheet.states.fields["code"], sheet.states.fields["payer"]
    printed = next(run for run in sheet.runs if run.text == "31060122")
    assert code.box == pytest.approx((*printed.box[0], *printed.box[2]), abs=10)
    assert not any(payer.box), "its print does not say it"


def test_a_drawing_holds_words_at_their_places_and_nothing_that_runs() -> None:
    evil = STATED.replace("钱波", "&lt;script&gt;alert(1)&lt;/script&gt;&amp;")
    (sheet,) = einvoice.opened("a.xml", evil.encode())
    seen = einvoice.drawn(sheet)
    root = ElementTree.fromstring(seen)
    assert {one.tag.rpartition("}")[2] for one in root.iter()} == {"svg", "rect", "g", "text"}
    assert "<script>alert(1)</script>&" in [one.text for one in root.iter() if one.text]
    assert not any("href" in name or name.startswith("on") for one in root.iter() for name in one.attrib)


@pytest.mark.parametrize("code", ["GBK", "gb2312", "GB18030"])
def test_an_invoice_written_in_a_chinese_code_is_read(code: str) -> None:
    (sheet,) = einvoice.opened("a.xml", STATED.replace("UTF-8", code).encode("gb18030"))
    assert sheet.states is not None and sheet.states.fields["payer"].value == "钱波"


@settings(max_examples=200)
@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.integers(),
    lambda inner: st.lists(inner, max_size=5)
    | st.dictionaries(st.sampled_from(["invoiceCode", "total", "details", "itemName", "金额", "x"]), inner, max_size=5),
    max_leaves=40,
))  # fmt: skip
def test_any_json_is_drawn_or_refused(value: object) -> None:
    try:
        sheets = einvoice.opened("a.json", json.dumps({"票据代码": "31060122", "more": value}).encode())
    except UploadRefused:
        return
    for sheet in sheets:
        ElementTree.fromstring(einvoice.drawn(sheet))
