"""Writing: one order as one pain.001.001.09 file, the same bytes whenever it is written."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone
from xml.sax.saxutils import escape

from hearth.wires.payments.contract import Order

SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
CHINA = timezone(timedelta(hours=8))
_CNAPS = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose account pays: the insurer as its bank knows it."""

    name: str
    account_no: str
    bank: str


def reference(key: str) -> str:
    """The message, payment and end-to-end id of a key: 33 letters and digits, the same for ever.

    ISO 20022 allows 35 characters there; keys may be longer and hold other characters.
    """
    return "H" + base64.b32encode(hashlib.sha256(key.encode()).digest()[:20]).decode("ascii")


def pain_001(order: Order, payer: Payer) -> bytes:
    """The file that asks the bank for one credit transfer, all charges on the payer so that the payee gets it whole."""
    amount = f"{order.amount_fen // 100}.{order.amount_fen % 100:02d}"
    made = order.at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    own = reference(order.key)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<Document xmlns="{SPACE}">',
        "<CstmrCdtTrfInitn>",
        "<GrpHdr>",
        f"<MsgId>{own}</MsgId>",
        f"<CreDtTm>{made}</CreDtTm>",
        "<NbOfTxs>1</NbOfTxs>",
        f"<CtrlSum>{amount}</CtrlSum>",
        f"<InitgPty><Nm>{escape(payer.name)}</Nm></InitgPty>",
        "</GrpHdr>",
        "<PmtInf>",
        f"<PmtInfId>{own}</PmtInfId>",
        "<PmtMtd>TRF</PmtMtd>",
        "<BtchBookg>false</BtchBookg>",
        "<NbOfTxs>1</NbOfTxs>",
        f"<CtrlSum>{amount}</CtrlSum>",
        f"<ReqdExctnDt><Dt>{order.at.astimezone(CHINA).date().isoformat()}</Dt></ReqdExctnDt>",
        f"<Dbtr><Nm>{escape(payer.name)}</Nm></Dbtr>",
        f"<DbtrAcct><Id><Othr><Id>{payer.account_no}</Id></Othr></Id><Ccy>CNY</Ccy></DbtrAcct>",
        f"<DbtrAgt>{_bank(payer.bank)}</DbtrAgt>",
        "<ChrgBr>DEBT</ChrgBr>",
        "<CdtTrfTxInf>",
        f"<PmtId><InstrId>{own}</InstrId><EndToEndId>{own}</EndToEndId></PmtId>",
        f'<Amt><InstdAmt Ccy="CNY">{amount}</InstdAmt></Amt>',
        f"<CdtrAgt>{_bank(order.bank)}</CdtrAgt>",
        f"<Cdtr><Nm>{escape(order.payee_name)}</Nm></Cdtr>",
        f"<CdtrAcct><Id><Othr><Id>{order.account_no}</Id></Othr></Id><Ccy>CNY</Ccy></CdtrAcct>",
        f"<RmtInf><Ustrd>{escape(order.purpose)}</Ustrd></RmtInf>",
        "</CdtTrfTxInf>",
        "</PmtInf>",
        "</CstmrCdtTrfInitn>",
        "</Document>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _bank(bank: str) -> str:
    """A bank by its CNAPS number, else by its name."""
    if _CNAPS.fullmatch(bank):
        member = f"<ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>{bank}</MmbId></ClrSysMmbId>"
    else:
        member = f"<Nm>{escape(bank)}</Nm>"
    return f"<FinInstnId>{member}</FinInstnId>"
