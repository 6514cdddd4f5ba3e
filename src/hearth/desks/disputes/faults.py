"""Faults of the dispute desk: what was asked of a dispute or a complaint and cannot be."""

from __future__ import annotations

from collections.abc import Iterable

from hearth.words.complaints import COMPLAINT_STATES, MOST_REPRESENTATIVES, ComplaintState
from hearth.words.disputes import DISPUTE_STATES, DisputeState
from hearth.words.faults import Fault


class DisputeNotNow(Fault):
    """The dispute is in a state in which this does not happen."""

    code, status = "DISPUTE_NOT_NOW", 409
    says = "Dispute {dispute_no} stands at: {state}. This is done at: {wanted}."
    says_zh = "异议 {dispute_no} 目前：{state_zh}。此操作只能在以下阶段进行：{wanted_zh}。"

    def __init__(self, dispute_no: str, state: str, wanted: Iterable[DisputeState]) -> None:
        states = tuple(wanted)
        zh, en = DISPUTE_STATES[DisputeState(state)]
        super().__init__(
            dispute_no=dispute_no,
            state=en,
            state_zh=zh,
            wanted_zh="、".join(DISPUTE_STATES[one][0] for one in states),
            wanted="; ".join(DISPUTE_STATES[one][1] for one in states),
        )


class NoDecisionToDispute(Fault):
    """There is no decision that stands."""

    code, status = "NO_DECISION_TO_DISPUTE", 409
    says = "Claim {claim_no} has no decision that can be disputed now."
    says_zh = "赔案 {claim_no} 目前没有可以提出异议的结论。"


class DisputedAlready(Fault):
    """One dispute a claim at a time."""

    code, status = "DISPUTED_ALREADY", 409
    says = "The decision on claim {claim_no} is disputed already ({dispute_no})."
    says_zh = "赔案 {claim_no} 的结论已提出异议（{dispute_no}），正在处理。"


class ReasonWanted(Fault):
    """Nothing is disputed, passed on or answered without words."""

    code, status = "DISPUTE_REASON_WANTED", 422
    says = "Please choose a reason and say it in words, {most} characters at most."
    says_zh = "请选择理由并用文字说明，最多 {most} 字。"


class WasInvolved(Fault):
    """An independent reviewer, or whoever looks into a complaint, had nothing to do with the claim before."""

    code, status = "WAS_INVOLVED", 403
    says = "You had to do with claim {claim_no} before; somebody who never had looks into it."
    says_zh = "您曾参与赔案 {claim_no}，须由从未参与的同事处理。"


class AboutYourself(Fault):
    """Nobody looks into a complaint about their own act."""

    code, status = "COMPLAINT_ABOUT_YOURSELF", 403
    says = "This complaint is about your own act, or you took part in it before; somebody else looks into it."
    says_zh = "该投诉涉及您本人的行为，或您已参与前一步处理，须由他人办理。"


class NotTheReviewer(Fault):
    """The opinion is for the reviewer who took the dispute."""

    code, status = "NOT_THE_REVIEWER", 409
    says = "Take dispute {dispute_no} first: its opinion is for whoever took it."
    says_zh = "请先接手异议 {dispute_no}：意见须由接手的评审人出具。"


class OpinionIncomplete(Fault):
    """An opinion needs a verdict, reasons and a clause of the wording."""

    code, status = "DISPUTE_OPINION_INCOMPLETE", 422
    says = "The opinion lacks: {what}."
    says_zh = "意见缺少：{what_zh}。"


class NotEvidence(Fault):
    """A paper that is not of this claim."""

    code, status = "DISPUTE_NOT_EVIDENCE", 422
    says = "That paper is not of claim {claim_no}."
    says_zh = "该材料不属于赔案 {claim_no}。"


class ComplaintNotNow(Fault):
    """The complaint is in a state in which this does not happen."""

    code, status = "COMPLAINT_NOT_NOW", 409
    says = "Complaint {complaint_no} stands at: {state}. This is not done there."
    says_zh = "投诉 {complaint_no} 目前：{state_zh}，不能进行此操作。"

    def __init__(self, complaint_no: str, state: str) -> None:
        zh, en = COMPLAINT_STATES[ComplaintState(state)]
        super().__init__(complaint_no=complaint_no, state=en, state_zh=zh)


class ComplaintIncomplete(Fault):
    """A complaint, or what is said of one, lacks something."""

    code, status = "COMPLAINT_INCOMPLETE", 422
    says = "This lacks: {what}."
    says_zh = "缺少：{what_zh}。"


class TooManyRepresentatives(Fault):
    """A group complaint is represented by five people at most."""

    code, status = "TOO_MANY_REPRESENTATIVES", 422
    says = f"At most {MOST_REPRESENTATIVES} people represent a group complaint; {{got}} were named."
    says_zh = f"共同投诉的代表人最多 {MOST_REPRESENTATIVES} 人，现有 {{got}} 人。"


class NamedAlready(Fault):
    """A representative is named once."""

    code, status = "REPRESENTATIVE_NAMED", 409
    says = "That telephone is on this complaint already; {name} need not be named again."
    says_zh = "该手机号已在此投诉中，无需再次填写{name}。"


class ReviewTooLate(Fault):
    """The days in which a review can be asked for are over."""

    code, status = "REVIEW_TOO_LATE", 409
    says = "A review of complaint {complaint_no} could be asked for until {until}. You may still call 12378."
    says_zh = "投诉 {complaint_no} 的核查申请期限为 {until}，已过期；您仍可拨打 12378。"
