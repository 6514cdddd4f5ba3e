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


class NoCourier(Fault):
    """Pick-ups without a courier."""

    code, status = "NO_COURIER", 409
    says = "No courier can be booked here at present. Send the originals as you like, or ask your steward."
    says_zh = "目前不能预约上门取件。您可以自行寄送原件，或联系您的理赔管家。"


class NoPickupNow(Fault):
    """A claim of which no originals are fetched: not reported yet, or at its end."""

    code, status = "NO_PICKUP_NOW", 409
    says = "Claim {claim_no} needs no originals now; ask your steward if you are not sure."
    says_zh = "理赔申请 {claim_no} 现在不需要原件；不确定时请联系您的理赔管家。"


class UnderWayAlready(Fault):
    """A second pick-up while one is under way."""

    code, status = "PICKUP_UNDER_WAY", 409
    says = "A pick-up of these originals is under way; cancel it first if the time does not suit."
    says_zh = "这些原件已有一次取件在进行中；时间不合适请先取消。"


class WindowGone(Fault):
    """A time that is not offered, or not any more."""

    code, status = "WINDOW_GONE", 422
    says = "That time can no longer be booked; choose another one."
    says_zh = "这个时间已不能预约，请另选一个时间。"


class AddressNeeded(Fault):
    """A pick-up without a name, a telephone or an address that a courier can use."""

    code, status = "PICKUP_ADDRESS", 422
    says = "The courier needs a name, a telephone of digits alone and an address of at most 200 characters."
    says_zh = "快递需要联系人、电话（只含数字）和地址（最多 200 个字）。"


class NothingToFetch(Fault):
    """A pick-up of no paper."""

    code, status = "NOTHING_TO_FETCH", 422
    says = "Choose the originals that the courier is to fetch."
    says_zh = "请选择要交给快递的原件。"


class TooLateToCancel(Fault):
    """The courier has the parcel, or the trip is over."""

    code, status = "PICKUP_TOO_LATE", 409
    says = "The courier has the originals already, or the trip is over; it cannot be cancelled any more."
    says_zh = "快递已取走原件，或这次取件已结束，不能再取消。"


class NothingToReturn(Fault):
    """Originals that are not here, or on their way back already."""

    code, status = "NOTHING_TO_RETURN", 409
    says = "No originals of claim {claim_no} are with us, or they are on their way back already."
    says_zh = "理赔申请 {claim_no} 没有原件在我们这里，或已在寄还途中。"


class CallIncomplete(Fault):
    """A call with a hospital of which something is not written down."""

    code, status = "CALL_INCOMPLETE", 422
    says = "Write down {what}."
    says_zh = "请填写{what_zh}。"
