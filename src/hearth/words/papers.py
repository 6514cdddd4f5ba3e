"""Papers: what kinds of papers there are, what was read of one, and how sure that is, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Four corners in pixels of the picture: upper left, upper right, lower right, lower left of the text."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the picture."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a run: how sure it is, where its middle stands (share of the run's length), what else it may be."""

    char: str
    score: float
    at: float
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A printed text as it was read: its corners, how sure it is (0 to 1), its signs where a reader tells them."""

    text: str
    box: Quad
    score: float
    signs: tuple[Sign, ...] = ()

    @property
    def around(self) -> Box:
        """The upright box around the run."""
        xs, ys = [x for x, _ in self.box], [y for _, y in self.box]
        return min(xs), min(ys), max(xs), max(ys)


class PaperKind(StrEnum):
    """What a paper is, as its print tells."""

    INVOICE = "invoice"
    ITEMISED_LIST = "itemised_list"
    SETTLEMENT_SHEET = "settlement_sheet"
    DISCHARGE_SUMMARY = "discharge_summary"
    DIAGNOSIS_CERTIFICATE = "diagnosis_certificate"
    PATHOLOGY = "pathology"
    PRESCRIPTION = "prescription"
    ID_CARD = "id_card"
    BANK_CARD = "bank_card"
    OTHER_INSURER_SHEET = "other_insurer_sheet"
    ACCIDENT_PROOF = "accident_proof"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """How far a field can be relied on."""

    PROVEN = "proven"
    """Other print on the paper says the same: a sum, capitals, a check digit."""
    READ = "read"
    """Read, and nothing contradicts it."""
    DOUBTFUL = "doubtful"
    """Read, but unsure, or something on the paper contradicts it."""
    MISSING = "missing"
    """This kind of paper carries it, and it was not found."""


STATUS_WORDS: dict[Status, tuple[str, str]] = {
    Status.PROVEN: ("已核对一致", "proven"),
    Status.READ: ("已识别", "read"),
    Status.DOUBTFUL: ("请核对", "please compare"),
    Status.MISSING: ("未找到", "not found"),
}
"""Status -> (zh, en)."""

KIND_WORDS: dict[PaperKind, tuple[str, str]] = {
    PaperKind.INVOICE: ("医疗收费票据", "medical invoice"),
    PaperKind.ITEMISED_LIST: ("费用清单", "itemised list"),
    PaperKind.SETTLEMENT_SHEET: ("医保结算单", "settlement sheet"),
    PaperKind.DISCHARGE_SUMMARY: ("出院小结", "discharge summary"),
    PaperKind.DIAGNOSIS_CERTIFICATE: ("诊断证明", "diagnosis certificate"),
    PaperKind.PATHOLOGY: ("病理报告", "pathology report"),
    PaperKind.PRESCRIPTION: ("处方", "prescription"),
    PaperKind.ID_CARD: ("身份证", "identity card"),
    PaperKind.BANK_CARD: ("银行卡", "bank card"),
    PaperKind.OTHER_INSURER_SHEET: ("保险理赔分割单", "other insurer's sheet"),
    PaperKind.ACCIDENT_PROOF: ("意外事故证明", "accident proof"),
    PaperKind.UNKNOWN: ("未能辨认", "not recognised"),
}
"""Kind -> (zh, en)."""
