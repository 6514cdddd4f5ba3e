"""The bank's side in tests: reads pain.001 as strictly as its schema, answers with pain.002 and camt.054.

The tables name the elements in the order of the published schemas, as far as Hearth uses them.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from xml.sax.saxutils import escape

PAIN = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

# parent: (child, least, most) in schema order; a name that stands alone below is a text of that form.
SHAPE: dict[str, list[tuple[str, int, int]]] = {
    "Document": [("CstmrCdtTrfInitn", 1, 1)],
    "CstmrCdtTrfInitn": [("GrpHdr", 1, 1), ("PmtInf", 1, 1)],
    "GrpHdr": [("MsgId", 1, 1), ("CreDtTm", 1, 1), ("NbOfTxs", 1, 1), ("CtrlSum", 0, 1), ("InitgPty", 1, 1)],
    "PmtInf": [
        ("PmtInfId", 1, 1),
        ("PmtMtd", 1, 1),
        ("BtchBookg", 0, 1),
        ("NbOfTxs", 0, 1),
        ("CtrlSum", 0, 1),
        ("ReqdExctnDt", 1, 1),
        ("Dbtr", 1, 1),
        ("DbtrAcct", 1, 1),
        ("DbtrAgt", 1, 1),
        ("ChrgBr", 0, 1),
        ("CdtTrfTxInf", 1, 1),
    ],
    "CdtTrfTxInf": [
        ("PmtId", 1, 1),
        ("Amt", 1, 1),
        ("CdtrAgt", 1, 1),
        ("Cdtr", 1, 1),
        ("CdtrAcct", 1, 1),
        ("RmtInf", 0, 1),
    ],
    "PmtId": [("InstrId", 0, 1), ("EndToEndId", 1, 1)],
    "Amt": [("InstdAmt", 1, 1)],
    "InitgPty": [("Nm", 1, 1)],
    "Dbtr": [("Nm", 1, 1)],
    "Cdtr": [("Nm", 1, 1)],
    "DbtrAcct": [("Id", 1, 1), ("Ccy", 0, 1)],
    "CdtrAcct": [("Id", 1, 1), ("Ccy", 0, 1)],
    "DbtrAgt": [("FinInstnId", 1, 1)],
    "CdtrAgt": [("FinInstnId", 1, 1)],
    "FinInstnId": [("ClrSysMmbId", 0, 1), ("Nm", 0, 1)],
    "ClrSysMmbId": [("ClrSysId", 0, 1), ("MmbId", 1, 1)],
    "ClrSysId": [("Cd", 1, 1)],
    "ReqdExctnDt": [("Dt", 1, 1)],
    "RmtInf": [("Ustrd", 1, 1)],
}
TEXTS = {
    "MsgId": r"[A-Z0-9]{1,35}",
    "PmtInfId": r"[A-Z0-9]{1,35}",
    "InstrId": r"[A-Z0-9]{1,35}",
    "EndToEndId": r"[A-Z0-9]{1,35}",
    "CreDtTm": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "Dt": r"\d{4}-\d\d-\d\d",
    "NbOfTxs": r"1",
    "CtrlSum": r"\d{1,16}\.\d\d",
    "InstdAmt": r"\d{1,16}\.\d\d",
    "PmtMtd": r"TRF",
    "BtchBookg": r"false",
    "ChrgBr": r"DEBT",
    "Ccy": r"CNY",
    "Cd": r"CNAPS",
    "MmbId": r"\d{12}",
    "Nm": r"(?s).{1,140}",
    "Ustrd": r"(?s).{1,140}",
}


@dataclass(frozen=True)
class Read:
    """What the bank understands of a file."""

    message: str
    end_to_end: str
    amount: str
    payee: str
    account: str
    bank: str
    purpose: str


def read_pain_001(held: bytes) -> Read:
    """The one payment of a file; whatever is not in its place is an AssertionError."""
    root = ET.fromstring(held)
    assert root.tag == f"{{{PAIN}}}Document"

    def walk(element: ET.Element, above: str) -> None:
        name = element.tag.removeprefix(f"{{{PAIN}}}")
        shape = SHAPE.get(name)
        if name == "Id":
            # Id > Othr > Id: an account by its number.
            shape = {"DbtrAcct": [("Othr", 1, 1)], "CdtrAcct": [("Othr", 1, 1)]}.get(above)
        if name == "Othr":
            shape = [("Id", 1, 1)]
        if shape is None:
            form = r"[0-9A-Za-z]{1,34}" if name == "Id" else TEXTS[name]
            assert re.fullmatch(form, element.text or ""), (name, element.text)
            assert element.attrib == ({"Ccy": "CNY"} if name == "InstdAmt" else {})
            assert not list(element)
            return
        assert not (element.text or "").strip()
        assert element.attrib == {}
        children = [child.tag.removeprefix(f"{{{PAIN}}}") for child in element]
        order = [child for child, _, _ in shape]
        assert children == sorted(children, key=order.index), (name, children)
        for child, least, most in shape:
            assert least <= children.count(child) <= most, (name, child)
        for child in element:
            walk(child, name)

    walk(root, "")

    def text(path: str) -> str:
        found = root.find("/".join(f"{{{PAIN}}}{step}" for step in path.split("/")))
        assert found is not None
        return found.text or ""

    payment = "CstmrCdtTrfInitn/PmtInf"
    transaction = f"{payment}/CdtTrfTxInf"
    bank = root.find(".//{*}CdtrAgt/{*}FinInstnId/{*}ClrSysMmbId/{*}MmbId")
    named = root.find(".//{*}CdtrAgt/{*}FinInstnId/{*}Nm")
    chosen = bank if bank is not None else named
    assert chosen is not None
    amounts = {text(f"{payment}/CtrlSum"), text("CstmrCdtTrfInitn/GrpHdr/CtrlSum"), text(f"{transaction}/Amt/InstdAmt")}
    assert len(amounts) == 1
    return Read(
        message=text("CstmrCdtTrfInitn/GrpHdr/MsgId"),
        end_to_end=text(f"{transaction}/PmtId/EndToEndId"),
        amount=amounts.pop(),
        payee=text(f"{transaction}/Cdtr/Nm"),
        account=text(f"{transaction}/CdtrAcct/Id/Othr/Id"),
        bank=chosen.text or "",
        purpose=text(f"{transaction}/RmtInf/Ustrd"),
    )


def pain_002(
    message: str, status: str, reason: str = "", words: str = "", *, level: str = "TxSts", bank_ref: str = ""
) -> str:
    """A status report on one message of ours."""
    why = ""
    if reason:
        said = f"<AddtlInf>{escape(words)}</AddtlInf>" if words else ""
        why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn>{said}</StsRsnInf>"
    group = f"<GrpSts>{status}</GrpSts>{why}" if level == "GrpSts" else ""
    payment = f"<PmtInfSts>{status}</PmtInfSts>{why}" if level == "PmtInfSts" else ""
    transaction = ""
    if level == "TxSts":
        ref = f"<AcctSvcrRef>{bank_ref}</AcctSvcrRef>" if bank_ref else ""
        transaction = (
            f"<TxInfAndSts><OrgnlInstrId>{message}</OrgnlInstrId><OrgnlEndToEndId>{message}</OrgnlEndToEndId>"
            f"<TxSts>{status}</TxSts>{why}<AccptncDtTm>2026-11-22T12:30:00+08:00</AccptncDtTm>{ref}</TxInfAndSts>"
        )
    below = ""
    if level != "GrpSts":
        below = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{message}</OrgnlPmtInfId>{payment}{transaction}</OrgnlPmtInfAndSts>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>\n'
        "<GrpHdr><MsgId>BANK-1</MsgId><CreDtTm>2026-11-22T12:31:00+08:00</CreDtTm></GrpHdr>\n"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}"
        f"</OrgnlGrpInfAndSts>\n{below}\n</CstmrPmtStsRpt></Document>\n"
    )


def entry(
    end_to_end: str | None,
    amount: str,
    way: str = "DBIT",
    *,
    returned: str = "",
    status: str = "BOOK",
    reversal: bool = False,
    currency: str = "CNY",
) -> str:
    """One entry of the account with one transaction."""
    refs = f"<EndToEndId>{end_to_end}</EndToEndId>" if end_to_end else ""
    back = f"<RtrInf><Rsn><Cd>{returned}</Cd></Rsn></RtrInf>" if returned else ""
    flag = "<RvslInd>true</RvslInd>" if reversal else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{flag}<Sts><Cd>{status}</Cd></Sts>'
        "<BookgDt><Dt>2026-11-23</Dt></BookgDt><BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>REF9</AcctSvcrRef>{refs}</Refs>"
        f'<Amt Ccy="{currency}">{amount}</Amt>{back}</TxDtls></NtryDtls></Ntry>'
    )


def camt_054(*entries: str) -> str:
    """A notification of entries."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>\n'
        "<GrpHdr><MsgId>BANK-2</MsgId><CreDtTm>2026-11-23T09:00:00+08:00</CreDtTm></GrpHdr>\n"
        "<Ntfctn><Id>N1</Id><Acct><Id><Othr><Id>110060149012345678</Id></Othr></Id></Acct>\n"
        + "\n".join(entries)
        + "\n</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n"
    )
