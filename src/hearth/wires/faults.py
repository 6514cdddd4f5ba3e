"""Faults of wires: no answer, a key used twice for different things, and what a wire does not carry."""

from __future__ import annotations

from hearth.words.faults import Fault


class NoAnswer(Fault):
    """The other side did not answer: whether it happened is not known.  The same key may be sent again at any time."""

    code, status = "NO_ANSWER", 504
    says = (
        "{wire} gave no answer about {key}: whether it happened is not known. Ask for its state, or send the same key."
    )
    says_zh = "{wire}没有就 {key} 答复：尚不知是否已经办理。请查询其状态，或以同一编号重发。"

    def __init__(self, *, wire: str, key: str) -> None:
        super().__init__(wire=wire, key=key)


class KeyReused(Fault):
    """One key was sent with two different contents; the first one stands and nothing was done for the second."""

    code, status = "KEY_REUSED", 409
    says = "{key} was sent before with other contents; the first stands. A changed order needs a key of its own."
    says_zh = "编号 {key} 此前已用于其他内容，以首次为准；内容有变须使用新的编号。"

    def __init__(self, *, key: str) -> None:
        super().__init__(key=key)


class NotCarried(Fault):
    """No message wire of the settings carries this channel."""

    code, status = "NOT_CARRIED", 422
    says = "No message wire carries {channel}; there are wires for {carried}."
    says_zh = "没有可发送 {channel} 的消息通道；现有通道：{carried}。"

    def __init__(self, *, channel: str, carried: str) -> None:
        super().__init__(channel=channel, carried=carried)
