"""The outbox: keeps a key once, can be read, and goes wrong as carriers do."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from hearth.wires.faults import KeyReused, NoAnswer, NotCarried
from hearth.wires.messages import Channel, Message, Messages, State, opened
from hearth.wires.messages.outbox import Habits, Outbox
from hearth.words.faults import Malformed
from tests.wires.orders import NOON, message


def sent_until_answered(wire: Messages, each: Message) -> State:
    for _ in range(200):
        try:
            answer = wire.send(each)
        except NoAnswer:
            continue
        if answer.state is not State.THROTTLED:
            return answer.state
    raise AssertionError("the carrier never answered")


def test_a_message_sent_can_be_read_by_its_recipient() -> None:
    box = Outbox()
    answer = box.send(message())
    box.send(message("claim-8/paid", to="13900000002", text="Paid.", lang="en", at=NOON + timedelta(hours=1)))
    assert (answer.state, box.status("claim-7/paid", NOON)) == (State.SENT, answer)
    [read] = box.sent("13800000001")
    assert (read.text, read.lang, read.channel, read.at, read.key) == (
        "您的理赔款 3,240.00 元已支付。",
        "zh-Hans",
        Channel.SMS,
        NOON,
        "claim-7/paid",
    )
    assert [each.to for each in box.sent()] == ["13900000002", "13800000001"]
    assert [each.to for each in box.sent(limit=1)] == ["13900000002"]
    assert box.status("claim-9/paid", NOON) is None


def test_a_key_sent_again_is_one_message_and_other_contents_are_refused() -> None:
    box = Outbox()
    assert box.send(message()) == box.send(message(at=NOON + timedelta(days=1)))
    with pytest.raises(KeyReused):
        box.send(message(text="别的话"))
    assert len(box.sent()) == 1


def test_a_time_out_after_success_is_a_message_that_went_out() -> None:
    box = Outbox(habits=Habits(timeout_after_success=1.0))
    for _ in range(2):
        with pytest.raises(NoAnswer):
            box.send(message())
    assert len(box.sent()) == 1


def test_a_time_out_before_is_a_message_that_did_not() -> None:
    box = Outbox(habits=Habits(timeout_before=1.0))
    with pytest.raises(NoAnswer):
        box.send(message())
    assert box.sent() == []
    assert box.status("claim-7/paid", NOON) is None


def test_a_throttled_message_may_go_out_later_under_its_key() -> None:
    assert Outbox(habits=Habits(throttled=1.0)).send(message()).state is State.THROTTLED
    box = Outbox(habits=Habits(seed=7, throttled=0.5))
    first = [box.send(message(f"k{number}")).state for number in range(60)]
    assert set(first) == {State.SENT, State.THROTTLED}
    assert len(box.sent()) == first.count(State.SENT)
    for number in range(60):
        assert sent_until_answered(box, message(f"k{number}")) is State.SENT
    assert len({each.key for each in box.sent()}) == len(box.sent()) == 60


def test_a_number_out_of_reach_stays_out_of_reach() -> None:
    box = Outbox(habits=Habits(seed=1, unreachable=0.5))
    numbers = [f"138000000{number:02}" for number in range(40)]
    away = {to for to in numbers if box.send(message(f"a-{to}", to=to)).state is State.UNREACHABLE}
    assert 5 < len(away) < 35
    assert away == {to for to in numbers if box.send(message(f"b-{to}", to=to)).state is State.UNREACHABLE}
    assert not away & {each.to for each in box.sent()}


ROUGH = "timeout_after_success=0.2&timeout_before=0.1&throttled=0.2&seed=3"
KEYS = [f"claim-{number}/paid" for number in range(200)]


def _send_all(spec: str) -> None:
    box = opened(spec)
    for key in KEYS:
        sent_until_answered(box, message(key))


def test_four_processes_sending_the_same_two_hundred_keys_send_each_once(tmp_path: Path) -> None:
    spec = f"memory:{tmp_path}/outbox.sqlite3?{ROUGH}"
    spawn = multiprocessing.get_context("spawn")
    senders = [spawn.Process(target=_send_all, args=(spec,)) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(120)
    assert [sender.exitcode for sender in senders] == [0] * 4
    assert sorted(each.key for each in Outbox(tmp_path / "outbox.sqlite3").sent(limit=1000)) == sorted(KEYS)


def test_a_killed_sender_leaves_each_key_sent_at_most_once(tmp_path: Path) -> None:
    spec = f"memory:{tmp_path}/outbox.sqlite3?{ROUGH}"
    box = Outbox(tmp_path / "outbox.sqlite3")
    sender = multiprocessing.get_context("spawn").Process(target=_send_all, args=(spec,))
    sender.start()
    until = time.monotonic() + 60
    while len(box.sent(limit=1000)) < 30 and time.monotonic() < until:
        time.sleep(0.002)
    assert sender.pid is not None
    os.kill(sender.pid, signal.SIGKILL)
    sender.join(60)
    assert 30 <= len(box.sent(limit=1000)) < 200
    _send_all(spec)
    assert sorted(each.key for each in box.sent(limit=1000)) == sorted(KEYS)


def test_several_wires_carry_each_their_channels(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret of the gateway\n")
    both = opened(
        f"https://gateway.example/m?secret_file={secret}&channels=sms smtps://mail.example?sender=a@b.example"
    )
    assert both.carries() == {Channel.SMS, Channel.EMAIL}
    with pytest.raises(NotCarried, match="sms"):
        both.send(message(to="hui", channel=Channel.APP))


@pytest.mark.parametrize(
    ("place", "changed"),
    [
        ("to", {"to": "138 0000"}),
        ("to", {"channel": Channel.EMAIL}),
        ("to", {"channel": Channel.EMAIL, "to": "a@b.example\r\nBcc: c@d.example"}),
        ("text", {"text": " \n"}),
        ("text", {"text": "x" * 4001}),
        ("text", {"text": "a\x00b"}),
        ("text", {"text": "a\r\nb"}),
        ("subject", {"subject": "a\nBcc: x"}),
        ("lang", {"lang": "fr"}),
        ("key", {"key": "-"}),
        ("at", {"at": NOON.replace(tzinfo=None)}),
    ],
)
def test_a_message_that_no_carrier_takes_cannot_be_made(place: str, changed: dict[str, object]) -> None:
    with pytest.raises(Malformed) as fault:
        message(**changed)
    assert fault.value.data["place"] == place


def test_a_message_does_not_print_whom_it_tells_what() -> None:
    assert "138" not in repr(message())
    assert "理赔款" not in repr(message())
