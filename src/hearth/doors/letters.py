"""Letters: a letter of guarantee as a PDF in both languages, with the code by which its receipt is checked."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import segno
from django.http import HttpResponse
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hearth.doors.receipts import NotSequenced, receipt_of
from hearth.kernel.proof.receipt import short
from hearth.store.access import NotThere, Who
from hearth.store.access import advances as reads
from hearth.words.calendar import day_in_china
from hearth.words.money import yuan

FONT = "STSong-Light"
"""One of the fonts that every reader of PDF has for Chinese: no font file is carried."""


class _Code(Flowable):
    """A square code, drawn as squares."""

    def __init__(self, text: str, size: float) -> None:
        super().__init__()
        self.text, self.width, self.height = text, size, size

    def draw(self) -> None:
        """Draw it where the page puts it."""
        rows = list(segno.make(self.text, error="m").matrix)
        side = self.width / len(rows)
        for down, row in enumerate(rows):
            for along, dark in enumerate(row):
                if dark:
                    self.canv.rect(along * side, self.height - (down + 1) * side, side, side, stroke=0, fill=1)


def letter_pdf(by: Who, advance_no: str, at: datetime) -> HttpResponse:
    """The letter that holds, for whoever may see the advance; it names no illness.

    Raises: NotThere, NotAllowed; NotSequenced while its record has no place in the log yet.
    """
    file = reads.advance_file(by, advance_no, at)
    letter = file.letter
    if letter is None:
        raise NotThere(kind="advance", key=advance_no)
    try:
        code = short(receipt_of(by, letter.record_id, at))
    except NotThere:
        raise NotSequenced from None
    answer = HttpResponse(_drawn(file, letter, code), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="guarantee-{advance_no}-{letter.number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _drawn(file: reads.AdvanceFile, letter: reads.LetterRow, code: str) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    said = ParagraphStyle("said", fontName=FONT, fontSize=10.5, leading=16, wordWrap="CJK")
    small = ParagraphStyle("small", parent=said, fontSize=8.5, leading=12, textColor="#555555")
    head = ParagraphStyle("head", parent=said, fontSize=17, leading=24, spaceAfter=2 * mm)
    row = file.row
    facts = [
        ("担保函编号", "Letter", f"{row.advance_no}-{letter.number}"),
        ("致（医院）", "To (hospital)", f"{row.hospital} {row.hospital_en}".strip()),
        ("患者（被保险人）", "Patient (insured)", row.person),
        ("保单号", "Policy", file.policy_no),
        ("入院日期", "Admitted on", row.admitted_on.isoformat()),
        ("担保额度（人民币元）", "Guaranteed up to (yuan)", yuan(letter.cap_fen)),
        ("出具日期", "Issued on", _day(letter.issued_at)),
        ("有效期至", "Holds until", letter.valid_until.isoformat()),
        ("收款账户尾号", "Paid to the account ending in", file.account_tail),
    ]
    table = Table(
        [[Paragraph(f"{zh}<br/>{en}", small), Paragraph(_plain(value), said)] for zh, en, value in facts],
        colWidths=[58 * mm, 112 * mm],
        style=TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, "#BBBBBB"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]),
    )
    parts: list[Flowable] = [
        Paragraph("住院垫付担保函 / Letter of guarantee", head),
        Spacer(1, 3 * mm),
        table,
        Spacer(1, 6 * mm),
        Paragraph(
            "我公司承诺：在上述额度和有效期内，按保单约定，向贵院登记账户支付上述患者本次住院中经医学专家认定为合理且必要的费用。"
            "以下费用不在担保范围：与本次住院无关的项目、保单除外责任、陪护、膳食等非医疗费用。"
            "治疗方案或费用估算变更的，请及时通知我公司；超出额度的部分须另行出具担保函。",
            said,
        ),
        Spacer(1, 2 * mm),
        Paragraph(
            "Within this amount and until this day we pay, under the policy, to your registered account what a medical "
            "expert found reasonable and necessary in this stay. Not guaranteed: items that have nothing to do with "
            "the stay, what the policy excludes, and what is not medical (escort, meals). Tell us of a change of the "
            "plan or of the estimate; above this amount another letter is needed.",
            said,
        ),
        Spacer(1, 8 * mm),
        Table(
            [[
                _Code(code, 34 * mm),
                Paragraph(
                    "本函可验证：扫描左侧二维码，与凭证文件核对；命令 hearth verify 凭证.json --paper 二维码内容。<br/>"
                    "This letter can be checked: the code stands for its receipt in the log; "
                    f"hearth verify RECEIPT.json --paper CODE. Record {letter.record_id}.<br/>{code}",
                    small,
                ),
            ]],
            colWidths=[40 * mm, 130 * mm],
        ),
    ]  # fmt: skip
    held = BytesIO()
    SimpleDocTemplate(
        held, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=22 * mm, bottomMargin=18 * mm,
        title=f"Letter of guarantee {row.advance_no}-{letter.number}", author="Hearth",
    ).build(parts)  # fmt: skip
    return held.getvalue()


def _day(at: datetime) -> str:
    return day_in_china(at).isoformat()


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
