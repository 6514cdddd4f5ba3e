"""Pages for these tests: print put down by hand, as a reader would tell it."""

from __future__ import annotations

from collections.abc import Sequence

from hearth.words.papers import Run, Sign

HIGH = 24.0


def run(x: float, y: float, text: str, score: float = 0.999, high: float = HIGH) -> Run:
    """A run with its upper left corner at (x, y); a Chinese sign is as wide as it is high, others half of that."""
    wide = sum(high if ord(sign) > 255 else high * 0.55 for sign in text)
    return Run(text, ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), score)


def unsure(one: Run, at: int, score: float, others: Sequence[tuple[str, float]] = ()) -> Run:
    """The run with signs, of which one was read unsurely."""
    count = len(one.text)
    signs = tuple(
        Sign(char, score if n == at else 0.999, (n + 0.5) / count, tuple(others) if n == at else ())
        for n, char in enumerate(one.text)
    )
    return Run(one.text, one.box, one.score, signs)


def sure(one: Run) -> Run:
    """The run with signs that were all surely read."""
    return unsure(one, -1, 0.999)


def invoice() -> list[Run]:
    """Bo's e-invoice: two lines, all figures agree."""
    rows = [
        (500, 20, "示范省医疗门诊收费票据（电子）"),
        (60, 90, "票据代码：31060122"),
        (900, 90, "票据号码：0034567812"),
        (60, 130, "交款人：钱波"),
        (900, 130, "校验码：a3f9d2"),
        (900, 170, "开票日期：2026-03-14"),
        (60, 230, "项目名称"),
        (420, 230, "数量"),
        (560, 230, "单价"),
        (700, 230, "金额(元)"),
        (60, 270, "氨氯地平片"),
        (430, 270, "3"),
        (560, 270, "12.50"),
        (700, 270, "37.50"),
        (60, 310, "血常规"),
        (430, 310, "1"),
        (560, 310, "25.00"),
        (700, 310, "25.00"),
        (60, 380, "金额合计（大写）陆拾贰元伍角整"),
        (900, 380, "（小写）62.50"),
        (60, 440, "业务流水号：2026031400123"),
        (500, 440, "就诊日期：20260314"),
        (900, 440, "性别：男"),
        (60, 480, "医保统筹基金支付：40.00"),
        (500, 480, "其他支付：0.00"),
        (900, 480, "个人账户支付：10.00"),
        (60, 520, "个人现金支付：12.50"),
        (500, 520, "个人自付：12.50"),
        (900, 520, "个人自费：10.00"),
        (60, 580, "收款单位（章）：云澜市第一人民医院"),
        (700, 580, "复核人：萧华"),
    ]
    return [sure(run(x, y, text, high=36 if y == 20 else HIGH)) for x, y, text in rows]


def with_text(runs: Sequence[Run], old: str, new: Run) -> list[Run]:
    """The page with one run in the place of the one that says `old`."""
    assert any(one.text == old for one in runs)
    return [new if one.text == old else one for one in runs]


def place(runs: Sequence[Run], text: str) -> tuple[float, float]:
    """The upper left corner of the run that says it."""
    return next(one.box[0] for one in runs if one.text == text)
