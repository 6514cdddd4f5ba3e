"""Electronic invoices say their fields without pixels; hostile ones are refused with a reason, at once."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given
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
        ("circle", packed({**parts(), "Doc_0/Document.xml": CIRCLE}), "no_fields"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_its_reason_at_once(name: str, data: bytes, reason: str) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(einvoice.EInvoiceRefused) as refused:
        einvoice.opened(f"{name}.ofd", data)
    seconds = time.perf_counter() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.reason == reason
    assert seconds < 3 and peak < 120_000_000
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
