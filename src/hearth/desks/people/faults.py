"""Faults of the people desk."""

from __future__ import annotations

from hearth.words.faults import Fault


class AlreadyKnown(Fault):
    """Somebody with this number is known already."""

    code, status = "ALREADY_KNOWN", 409
    says = "The {what} belongs to somebody who is known already. Look them up instead of adding them again."
    says_zh = "该{what_zh}已有人使用。请查找已有人员，不要重复建档。"


class BadPerson(Fault):
    """Something stated of a person cannot be."""

    code, status = "BAD_PERSON", 422
    says = "{place}: got {got}; want {want}."
    says_zh = "{place_zh}：收到的是 {got}，应为{want_zh}。"


class OwnRole(Fault):
    """Nobody gives themself a role."""

    code, status = "OWN_ROLE", 403
    says = "Nobody grants or ends a role of their own. Ask another administrator."
    says_zh = "不能为自己授予或终止岗位。请由另一位管理员操作。"


class RoleHeld(Fault):
    """The role is held already, with another limit."""

    code, status = "ROLE_HELD", 409
    says = "{name} holds the role {role} here already, with a limit of {yuan} yuan. End it before granting it anew."
    says_zh = "{name}在此已担任{role_zh}，权限额为 {yuan} 元。如需变更，请先终止再重新授予。"


class RelationCannotBe(Fault):
    """A relation that the law or the facts do not allow."""

    code, status = "RELATION_CANNOT_BE", 422
    says = "This relation cannot be stated: {why}."
    says_zh = "无法登记此关系：{why_zh}。"


class NotProvable(Fault):
    """A relation that has ended cannot be proven any more."""

    code, status = "RELATION_ENDED", 409
    says = "This relation has ended; state it again if it holds."
    says_zh = "该关系已终止；如仍成立，请重新登记。"


class OtherWords(Fault):
    """What was shown is not what this version says."""

    code, status = "OTHER_WORDS", 409
    says = "The words have changed since the page was opened. Read them again and agree to the words that hold now."
    says_zh = "同意书的内容在您打开页面后有更新。请重新阅读后再表示同意。"


class ForTheGuardian(Fault):
    """The consent of a child under 14 is its guardian's."""

    code, status = "FOR_THE_GUARDIAN", 403
    says = "For a child under 14 the guardian agrees, once the guardianship is proven."
    says_zh = "未满十四周岁的儿童，须由已核实身份的监护人表示同意。"


class ForThemself(Fault):
    """Nobody agrees for another adult."""

    code, status = "FOR_THEMSELF", 403
    says = "{name} agrees for themself: ask them to log in and read it."
    says_zh = "须由{name}本人表示同意：请本人登录阅读。"


class DeathCannotBe(Fault):
    """A death that cannot be written down as it is told."""

    code, status = "DEATH_CANNOT_BE", 422
    says = "This cannot be written down: {why}."
    says_zh = "无法登记：{why_zh}。"


class HolderDiffers(Fault):
    """Money goes to an account in the person's own name."""

    code, status = "HOLDER_DIFFERS", 422
    says = "The account is in the name of {holder}; money for {name} goes to an account in their own name."
    says_zh = "账户户名为 {holder}；{name}的赔款只能转入本人名下的账户。"


class StillKept(Fault):
    """The law still keeps these data."""

    code, status = "STILL_KEPT", 409
    says = "These data are locked and kept by law until {kept_until} (Insurance Law art. 87); then they are erased."
    says_zh = "这些信息已锁定，依照《保险法》第八十七条须保存至 {kept_until}，届时删除。"


class NoErasureAsked(Fault):
    """Nobody asked for this person's erasure."""

    code, status = "NO_ERASURE_ASKED", 409
    says = "Nobody has asked for the erasure of this person's data."
    says_zh = "没有人请求删除此人的信息。"


class TooManyCodes(Fault):
    """A number was sent as many codes as it may be."""

    code, status = "TOO_MANY_CODES", 429
    says = "This number was sent several codes. Wait a while, or log in with your password."
    says_zh = "该号码获取验证码过于频繁。请稍后再试，或使用密码登录。"


class NoCode(Fault):
    """The carrier did not take the message."""

    code, status = "NO_CODE", 503
    says = "The code could not be sent just now. Try again in a minute, or log in with your password."
    says_zh = "验证码暂时无法发送。请一分钟后重试，或使用密码登录。"


class SharesCannotBe(Fault):
    """Shares of heirs that the law or the facts do not allow."""

    code, status = "SHARES_CANNOT_BE", 422
    says = "It cannot be divided like this: {why}."
    says_zh = "不能这样分配：{why_zh}。"


class SharesOfOne(Fault):
    """Shares that were confirmed already."""

    code, status = "SHARES_CONFIRMED", 409
    says = "How what {name} left is divided is confirmed already. End it first, with a reason."
    says_zh = "{name}的遗产分配已确认。如需变更，请先填写原因并终止原分配。"
