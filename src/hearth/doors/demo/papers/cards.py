"""Cards: made-up identity and bank cards, plainly marked as samples; their numbers have right check digits."""

from __future__ import annotations

from hearth.doors.demo.papers.bill import Bill
from hearth.doors.demo.papers.sheet import BLUE, FAINT, GREY, INK, RED, Sheet

NATIONS = ("汉", "回", "满", "壮", "苗")
BANKS = ("样例银行", "测试商业银行", "示范农商银行")


def luhn(first: str) -> str:
    """The last digit of a card number from those before it (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(first)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def card_number(bill: Bill) -> str:
    """A number of 19 digits that no bank gives: 62 99 is followed by the digits of the bill's numbers."""
    first = "629900" + (bill.number + bill.visit_no)[:12]
    return first + luhn(first)


def id_card(bill: Bill, layout: str, scale: float = 1.0) -> list[Sheet]:
    """The side of a resident card with the portrait; as a card, or copied in grey on a page."""
    if layout == "copy":
        sheet = Sheet(1654, 2339, scale)
        sheet.text(827, 180, "身份证复印件（样张）", 34, look="serif_bold", align="middle")
        sheet.sample(827, 2300, "middle", 16)
        _resident(sheet, bill, 320, 420, grey=True)
        return [sheet]
    sheet = Sheet(1054, 680, scale, paper=(226, 236, 240))
    _resident(sheet, bill, 20, 15, grey=False)
    return [sheet]


def _resident(sheet: Sheet, bill: Bill, x: float, y: float, *, grey: bool) -> None:
    who = bill.person
    ink = INK if grey else BLUE
    sheet.frame(x, y, x + 1014, y + 650, FAINT, 2)
    number, nation = who.number, NATIONS[int(who.number[5]) % 5 if int(who.number[5]) < 2 else 0]
    rows = (("姓名", who.name, "payer", who.name), ("性别", who.sex, "sex", who.sex))
    sheet.label(x + 60, y + 90, rows[0][0] + "  ", rows[0][1], "payer", 32, label_ink=ink, gap=10)
    after = sheet.label(x + 60, y + 170, "性别  ", who.sex, "sex", 30, label_ink=ink, gap=10)
    sheet.label(after + 80, y + 170, "民族  ", nation, "民族", 30, label_ink=ink, gap=10)
    born = who.born_on
    at = x + 60 + sheet.measure("出生  ", 30) + 10
    sheet.text(x + 60, y + 250, "出生", 30, ink=ink)
    runs = []
    for text, sign in ((str(born.year), "年"), (str(born.month), "月"), (str(born.day), "日")):
        runs.append(sheet.text(at, y + 250, text, 30))
        at += sheet.measure(text, 30) + 14
        runs.append(sheet.text(at, y + 250, sign, 30, ink=ink))
        at += sheet.measure(sign, 30) + 14
    sheet.told("出生日期", f"{born.year}年{born.month}月{born.day}日", runs, born.isoformat())
    home = f"{bill.place}省{bill.place}市样例区测试路{int(bill.record_no[:3]) + 1}号{int(bill.record_no[3:5]) + 1}室"
    sheet.text(x + 60, y + 330, "住址", 30, ink=ink)
    lines, _below = sheet.wrapped(x + 60 + sheet.measure("住址  ", 30) + 10, y + 330, home, 470, 30)
    sheet.told("住址", home, lines)
    sheet.label(x + 60, y + 560, "公民身份号码   ", number, "公民身份号码", 36, label_ink=ink)
    sheet.band(x + 700, y + 90, x + 960, y + 410, (206, 210, 214))
    left, top = sheet.px(x + 775), sheet.px(y + 150)
    sheet.pen.ellipse([left, top, left + sheet.px(110), top + sheet.px(130)], fill=(150, 154, 160))
    sheet.band(x + 740, y + 320, x + 920, y + 410, (150, 154, 160))
    sheet.text(x + 830, y + 250, "样 本", 60, look="sans_bold", ink=RED, align="middle")
    sheet.text(x + 60, y + 622, "样本：号码不存在，仅供测试，不是真实证件", 17, ink=GREY)


def bank_card(bill: Bill, layout: str, scale: float = 1.0) -> list[Sheet]:
    """The front of a bank card: light with printed digits, or dark with raised ones."""
    dark = layout == "dark"
    sheet = Sheet(1054, 664, scale, paper=(38, 54, 92) if dark else (232, 224, 206))
    ink = (236, 232, 220) if dark else INK
    bank = BANKS[int(bill.record_no[0]) % 3]
    sheet.told("发卡行", bank, sheet.text(70, 90, bank, 42, look="sans_bold", ink=ink))
    sheet.text(984, 90, "借记卡", 28, ink=ink, align="right")
    sheet.band(80, 190, 220, 300, (206, 176, 96))
    for place in (0.33, 0.66):
        sheet.rule(80 + 140 * place, 190, 80 + 140 * place, 300, (150, 120, 50))
    number = card_number(bill)
    printed = " ".join(number[place : place + 4] for place in range(0, 19, 4))
    if dark:
        sheet.text(74, 384, printed, 58, look="sans_bold", ink=(18, 26, 48))
        del sheet.runs[-1]
    run = sheet.text(72, 380, printed, 58, look="sans_bold", ink=(238, 228, 196) if dark else INK)
    sheet.told("卡号", printed, run, number)
    until = f"{bill.issued_on.month:02d}/{(bill.issued_on.year + 6) % 100:02d}"
    sheet.label(72, 470, "有效期至  ", until, "有效期", 28, ink=ink)
    sheet.told("持卡人", bill.person.name, sheet.text(72, 540, bill.person.name, 32, ink=ink))
    sheet.text(800, 560, "样 本", 60, look="sans_bold", ink=RED, align="middle")
    sheet.text(72, 624, "样本：卡号不存在，仅供测试，不是真实银行卡", 17, ink=(180, 186, 200) if dark else GREY)
    return [sheet]
