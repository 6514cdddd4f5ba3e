"""Faults of the service desk: what was asked of a thread, a steward or a checkpoint and cannot be."""

from __future__ import annotations

from hearth.words.faults import Fault


class NothingWritten(Fault):
    """A line without words, or with too many."""

    code, status = "NOTHING_WRITTEN", 422
    says = "Write something first, at most {most} characters."
    says_zh = "请先填写内容，最多 {most} 个字。"


class NotAnswered(Fault):
    """The member asked something that nobody answered yet."""

    code, status = "NOT_ANSWERED", 409
    says = "The claim {claim_no} is not at its end yet; write to your steward if something is open."
    says_zh = "赔案 {claim_no} 还没有办完；有未解决的事项，请给您的理赔管家留言。"


class NothingToExplain(Fault):
    """The product's wording or the claim says nothing that this explanation could rest on."""

    code, status = "NOTHING_TO_EXPLAIN", 409
    says = "The wording of this claim's product has no clause for {what}; write it in your own words."
    says_zh = "该赔案的产品条款没有关于{what_zh}的约定，请用自己的话说明。"


class TooEarly(Fault):
    """A checkpoint whose step of the claim has not come."""

    code, status = "CHECKPOINT_TOO_EARLY", 409
    says = "The claim is not that far yet: “{what}” comes later."
    says_zh = "赔案还没有走到这一步：“{what_zh}”要晚一些。"


class NotASteward(Fault):
    """Somebody who is no steward here, or would look after their own family."""

    code, status = "NOT_A_STEWARD", 422
    says = "{name} cannot be this member's steward: a steward of the member's branch, who is not of their family."
    says_zh = "{name} 不能担任该客户的管家：须为客户所在机构的管家，且不是其亲属。"


class NoStewardFree(Fault):
    """Nobody could take somebody over."""

    code, status = "NO_STEWARD_FREE", 409
    says = "There is no other steward at this branch who could take over."
    says_zh = "该机构没有其他可以接手的管家。"


class ReasonNeeded(Fault):
    """A handover without a reason."""

    code, status = "HANDOVER_REASON_NEEDED", 422
    says = "Say why somebody else looks after them from now on: one of {known}."
    says_zh = "请选择转交原因：{known_zh}。"
