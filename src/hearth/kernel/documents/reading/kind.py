"""Kind: what a paper is, by the words it prints; the words of a title count most."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hearth.kernel.documents.reading.beside import told
from hearth.kernel.documents.reading.found import Found
from hearth.kernel.documents.reading.row import Row
from hearth.words.papers import PaperKind, Run

TOLD_BY: tuple[tuple[PaperKind, tuple[tuple[str, float], ...]], ...] = (
    # kind, words with the weight that each has; a title counts three times
    (PaperKind.INVOICE, (("收费票据", 3), ("票据代码", 2), ("票据号码", 2), ("校验码", 1.5), ("医疗电子票据", 3),
                         ("财政票据", 2), ("医疗票据", 3),
                         ("开票日期", 1), ("交款人", 1), ("收款单位", 1), ("发票代码", 2), ("医疗收费", 1))),
    (PaperKind.ITEMISED_LIST, (("费用清单", 3), ("费用明细", 2.5), ("明细清单", 3), ("一日清单", 3), ("收费明细",
                                                                                                      2.5),
                               ("汇总清单", 3),
                               ("日清单", 2), ("费用明细清单", 3), ("单价", 0.5), ("规格", 0.5), ("本页小计", 1),
                               ("清单", 1))),
    (PaperKind.SETTLEMENT_SHEET, (("结算单", 3), ("医保结算", 2), ("医疗保险结算", 3), ("费用结算", 2), ("起付标准",
                                                                                                         1),
                                  ("统筹基金支付", 0.6),
                                  ("结算清单", 2.5), ("结算日期", 0.5))),
    (PaperKind.DISCHARGE_SUMMARY, (("出院小结", 3), ("出院记录", 3), ("出院总结", 3), ("出院医嘱", 1.5), ("入院情况",
                                                                                                          1),
                                   ("诊疗经过", 1),
                                   ("出院情况", 1), ("出院诊断", 0.5), ("入院诊断", 0.5))),
    (PaperKind.DIAGNOSIS_CERTIFICATE, (("诊断证明", 3), ("疾病证明", 3), ("病情证明", 3), ("疾病诊断书", 3),
                                       ("医学证明", 2), ("兹证明", 0.8),
                                       ("处理意见", 0.8))),
    (PaperKind.PATHOLOGY, (("病理报告", 3), ("病理检查", 3), ("病理诊断", 2), ("镜下所见", 1.5), ("大体所见", 1),
                           ("肉眼所见", 1), ("免疫组化", 1),
                           ("病理号", 1.5), ("组织学", 0.5))),
    (PaperKind.PRESCRIPTION, (("处方笺", 3), ("处方", 1.8), ("rp", 1.2), ("调配", 0.6), ("核对发药", 0.8), ("用法",
                                                                                                            0.5),
                              ("r:", 0.6))),
    (PaperKind.ID_CARD, (("公民身份号码", 3), ("住址", 1), ("民族", 0.6), ("居民身份证", 3), ("签发机关", 2),
                         ("有效期限", 1))),
    (PaperKind.BANK_CARD, (("银联", 1.5), ("unionpay", 1.5), ("借记卡", 2), ("储蓄卡", 2), ("银行卡", 1.5), ("debit",
                                                                                                             1),
                           ("银行", 0.8),
                           ("validthru", 1), ("atm", 0.5), ("卡号", 0.5), ("信用卡", 1.5))),
    (PaperKind.OTHER_INSURER_SHEET, (("分割单", 3), ("理赔决定通知", 3), ("赔付通知", 2.5), ("理赔结案", 3),
                                     ("理赔通知书", 3), ("赔案号", 1.5),
                                     ("赔付金额", 1.5), ("保险公司", 1), ("保险股份有限公司", 1))),
    (PaperKind.ACCIDENT_PROOF, (("意外事故证明", 3), ("事故证明", 3), ("事故认定书", 3), ("接处警", 2.5),
                                ("事故情况", 2), ("情况证明", 1), ("简要经过", 1), ("发生地点", 1),
                                ("道路交通事故", 2), ("事故经过", 1.5),
                                ("事故地点", 1), ("出险经过", 1.5), ("受案回执", 2))),
)  # fmt: skip

LEAST_WEIGHT = 2.0
"""Less than that and nothing is said of the kind."""

_TITLE = re.compile(r"票据|发票|清单|结算单|小结|记录|证明|报告|处方|分割单|通知书|认定书")


def kind_of(page_rows: Sequence[Row]) -> PaperKind:
    """What a page is.

    Needs:   rows of a page
    Gives:   the kind whose words weigh most; unknown where none weighs enough
    Source:  docs/papers.md
    """
    scores = weights_of(page_rows)
    kind, weight = max(scores.items(), key=lambda item: item[1])
    return kind if weight >= LEAST_WEIGHT else PaperKind.UNKNOWN


def weights_of(page_rows: Sequence[Row]) -> dict[PaperKind, float]:
    """How much the words of a page weigh for each kind.

    Needs:   rows of a page
    Gives:   kind -> weight, in the order of TOLD_BY
    Source:  docs/papers.md
    """
    usual = sorted(row.height for row in page_rows)[len(page_rows) // 2] if page_rows else 0.0
    # Titles are set in larger print and stand in the upper third.
    top = page_rows[: max(4, len(page_rows) // 3)]
    large = " ".join(
        piece.text.replace(" ", "").lower() for row in top for piece in row.pieces if piece.height > 1.25 * usual
    )
    whole = " ".join(row.text.replace(" ", "").lower() for row in page_rows)
    return {
        kind: sum(weight * (3.0 if word in large else 1.0) for word, weight in words if word in whole)
        for kind, words in TOLD_BY
    }


def title_of(page_rows: Sequence[Row], runs: Sequence[Run]) -> Found | None:
    """The title of a paper.

    Needs:   rows of a page and its runs
    Gives:   the largest print in the upper third that names a paper; None where there is none
    Source:  docs/papers.md
    """
    best = None
    for row in page_rows[: max(5, len(page_rows) // 3)]:
        for piece in row.pieces:
            text = piece.text.replace(" ", "")
            if (
                _TITLE.search(text)
                and ":" not in text
                and 3 <= len(text) <= 40
                and (not best or piece.height > best.height)
            ):
                best = piece
    return None if best is None else told("title", "text", [best], runs)
