"""Codes: the six digits that let somebody in, sent by a job so that a known and an unknown number look the same."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta

from django.conf import settings
from procrastinate.contrib.django import app

from hearth.desks.people.faults import NoCode
from hearth.store.sealed import seal, unseal
from hearth.wires import messages
from hearth.wires.messages import Channel, Message, State
from hearth.wires.messages.outbox import Outbox, Sent
from hearth.words.numbers import phone_form

TASK = "people.send_code"
PLACE = "people.codes"
HOLDS = timedelta(minutes=5)
TEXTS = {
    "zh-Hans": "【Hearth 恒温】您的验证码是 {code}，5 分钟内有效。请勿告诉任何人，工作人员不会向您索要。",
    "en": "Hearth: your code is {code}. It holds for 5 minutes. Tell it to nobody; our staff never ask for it.",
}


def ask_code(phone: str, code: str, language: str, *, at: datetime) -> None:
    """Have a code sent by a job; an empty code sends nothing and takes as long.

    The job's arguments lie in the database: number and code lie there sealed.
    """
    told = json.dumps({"phone": phone_form(phone), "code": code, "language": language, "at": at.isoformat()})
    # One length, whatever is in it.
    sealed = base64.b64encode(seal(told.ljust(240).encode(), PLACE)).decode()
    app.configure_task(TASK, allow_unknown=True).defer(sealed=sealed)


def send_code(sealed: str, *, at: datetime) -> str | None:
    """Send what `ask_code` sealed, while the code still holds; what became of it.

    Gives:    the carrier's state; None where there was nothing to send or it is too late
    Raises:   NoCode where the carrier takes no more just now, NoAnswer: send again; the carrier sends it once.
    """
    told = json.loads(unseal(base64.b64decode(sealed), PLACE))
    asked_at = datetime.fromisoformat(told["at"])
    if not told["code"] or at - asked_at > HOLDS:
        return None
    lang = "zh-Hans" if told["language"].startswith("zh") else "en"
    answer = messages.opened(settings.MESSAGES_WIRE).send(
        Message(
            key=f"code:{hashlib.sha256(sealed.encode()).hexdigest()[:40]}",
            to=told["phone"],
            channel=Channel.SMS,
            text=TEXTS[lang].format(code=told["code"]),
            lang=lang,
            at=asked_at,
        )
    )
    if answer.state is State.THROTTLED:
        raise NoCode
    return answer.state.value


def outbox(limit: int = 50) -> list[Sent]:
    """What the demo's outbox holds, newest first; nothing where messages really go out."""
    wire = messages.opened(settings.MESSAGES_WIRE)
    return wire.sent(limit=limit) if isinstance(wire, Outbox) else []
