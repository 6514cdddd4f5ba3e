"""Faults of the desk of documents: what was asked of a paper and cannot be."""

from __future__ import annotations

from hearth.store.models import Claim
from hearth.words.claims import STATE_WORDS, ClaimState
from hearth.words.faults import Fault


class PaperNotNow(Fault):
    """Papers are neither added nor taken away in this state."""

    code, status = "PAPER_NOT_NOW", 409
    says = "Claim {claim_no} is at \u201c{state}\u201d; papers stay as they are. You may dispute with new ones."
    says_zh = "赔案 {claim_no} 目前为“{state_zh}”，不能再增减材料。如有新的材料，可以提出异议。"

    def __init__(self, claim: Claim) -> None:
        zh, en = STATE_WORDS[ClaimState(claim.state)]
        super().__init__(claim_no=claim.claim_no, state=en, state_zh=zh)


class UnknownPaper(Fault):
    """No such kind of paper."""

    code, status = "UNKNOWN_PAPER", 422
    says = "There is no kind of paper {kind}; there are {known}."
    says_zh = "没有材料类别 {kind}；现有 {known}。"


class TooManyPapers(Fault):
    """More papers than a claim takes."""

    code, status = "TOO_MANY_PAPERS", 422
    says = "A claim takes at most {most} papers. Put several pages into one PDF."
    says_zh = "一个赔案最多 {most} 份材料，可将多页合并为一个 PDF。"


class NoSuchField(Fault):
    """Nothing of that name was read of the paper."""

    code, status = "NO_SUCH_FIELD", 422
    says = "Nothing called {field} was read of this paper. Reload the page and choose a field that is shown."
    says_zh = "这份材料上没有识别到“{field}”。请刷新页面，从显示的项目中选择。"
