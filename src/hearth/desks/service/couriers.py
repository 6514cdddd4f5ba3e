"""Couriers: the courier is asked outside every transaction, and its news is heard, each piece once."""

from __future__ import annotations

import json
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from hearth.desks.books import records
from hearth.desks.service.pickups import arrived, held_by, lost, over, stop_waiting, under_way
from hearth.store.access import HOUSE
from hearth.store.models import CourierNews, Pickup, Record
from hearth.wires import couriers
from hearth.wires.couriers.contract import NEWS_AT_ONCE
from hearth.wires.faults import KeyReused, NoAnswer
from hearth.words.calendar import CHINA_TIME
from hearth.words.faults import Malformed
from hearth.words.service import Direction, Holder, PickupState

_S = PickupState


def tell_courier(record_id: int, *, at: datetime, wire: couriers.Couriers | None = None) -> PickupState:
    """Bring the trip of a record forward.  Follows claim.pickup_asked, claim.pickup_cancelled, claim.return_asked.

    Gives:   where the trip stands then
    Records: as `tell`.
    """
    data = json.loads(bytes(Record.objects.get(pk=record_id).body))["data"]
    return tell(data["pickup"], at=at, wire=wire)


def tell(pickup_id: int, *, at: datetime, wire: couriers.Couriers | None = None) -> PickupState:
    """Ask the courier for a trip, or take it back.  (1) read the intent (2) the courier (3) write down what it said.

    A courier that does not answer is asked again later under the same key, which is at most one trip.
    Records: claim.pickup_taken or claim.pickup_refused; claim.return_taken or claim.return_refused.
    """
    pickup = Pickup.objects.get(pk=pickup_id)
    courier = wire or couriers.opened(settings.COURIERS_WIRE)
    if courier is None or pickup.state not in (_S.BOOKED, _S.CANCELLED):
        return PickupState(pickup.state)
    try:
        if pickup.state == _S.CANCELLED:
            courier.cancel(pickup.key, at)
            return _S.CANCELLED
        answer = courier.book(_trip(pickup))
    except NoAnswer:
        return PickupState(pickup.state)
    except (KeyReused, Malformed):
        return _written(pickup_id, None, at)
    state = _written(pickup_id, None if answer.state is couriers.State.REFUSED else answer, at)
    if state is _S.CANCELLED:
        # Taken back while the courier was asked.
        try:
            courier.cancel(pickup.key, at)
        except NoAnswer:
            return state
    return state


def look_again(*, at: datetime, most: int = 200) -> int:
    """Ask again about trips that the courier has not answered, and hear its news.

    Gives:   how many trips were brought forward, and pieces of news that were new
    """
    courier = couriers.opened(settings.COURIERS_WIRE)
    if courier is None:
        return 0
    waiting = Pickup.objects.filter(state=_S.BOOKED.value).order_by("pk").values_list("pk", flat=True)
    moved = sum(tell(one, at=at, wire=courier) is not _S.BOOKED for one in list(waiting[:most]))
    return moved + learn(at=at, wire=courier)


def learn(*, at: datetime, wire: couriers.Couriers | None = None) -> int:
    """Hear the courier's news after what was heard before, piece by piece, each in its own transaction.

    Gives:   how many pieces were new; a courier that does not answer is heard another time
    Records: claim.originals_collected, claim.originals_back, claim.originals_received, claim.originals_home,
             claim.parcel_lost for those that changed where a trip stands.
    """
    courier = wire or couriers.opened(settings.COURIERS_WIRE)
    if courier is None:
        return 0
    heard = 0
    after = CourierNews.objects.aggregate(no=Max("no"))["no"] or 0
    while True:
        try:
            news = courier.news(after, at)
        except NoAnswer:
            return heard
        for piece in news:
            heard += _hear(piece, at)
            after = piece.no
        if len(news) < NEWS_AT_ONCE:
            return heard


def _trip(pickup: Pickup) -> couriers.Trip:
    return couriers.Trip(
        key=pickup.key, is_fetched=pickup.direction == Direction.IN, contact=pickup.contact, phone=pickup.phone,
        address=pickup.address, window_from=pickup.window_from, window_to=pickup.window_to, at=pickup.booked_at,
    )  # fmt: skip


@transaction.atomic(durable=True)
def _written(pickup_id: int, answer: couriers.Answer | None, at: datetime) -> PickupState:
    """What the courier said; None: it does not come."""
    pickup = Pickup.objects.select_related("claim").select_for_update(of=("self",)).get(pk=pickup_id)
    if pickup.state != _S.BOOKED:
        return PickupState(pickup.state)
    name = "pickup" if pickup.direction == Direction.IN else "return"
    data: dict[str, object] = {"pickup": pickup.pk}
    if answer is None:
        over(pickup, _S.REFUSED, at)
        if name == "pickup":
            stop_waiting(pickup.claim)
    else:
        pickup.state, pickup.courier_ref = _S.TAKEN.value, (answer.ref or "")[:64]
        pickup.save(update_fields=["state", "courier_ref"])
        first, last = pickup.window_from.astimezone(CHINA_TIME), pickup.window_to.astimezone(CHINA_TIME)
        data |= {"day": first.date().isoformat(), "from": f"{first:%H:%M}", "to": f"{last:%H:%M}"}
    code = {
        ("pickup", True): "claim.pickup_taken",
        ("pickup", False): "claim.pickup_refused",
        ("return", True): "claim.return_taken",
        ("return", False): "claim.return_refused",
    }[name, answer is not None]
    records.append(code, f"claim:{pickup.claim.claim_no}", by=HOUSE, at=at, data=data)
    return PickupState(pickup.state)


@transaction.atomic(durable=True)
def _hear(news: couriers.News, at: datetime) -> int:
    pickup = Pickup.objects.select_related("claim").select_for_update(of=("self",)).filter(key=news.key).first()
    known = CourierNews.objects.filter(key=news.key, kind=news.kind.value, is_told=True).exists()
    changes = pickup is not None and not known and _changes(PickupState(pickup.state), news.kind)
    try:
        with transaction.atomic():
            CourierNews.objects.create(
                no=news.no, key=news.key, kind=news.kind.value, happened_at=news.at, learnt_at=at, pickup=pickup,
                is_told=changes,
            )  # fmt: skip
    except IntegrityError:
        return 0
    if pickup is not None and changes:
        _follow(pickup, news, at)
    return 1


def _changes(state: PickupState, kind: couriers.Kind) -> bool:
    """Whether news says something that is not known where a trip stands so."""
    if kind is couriers.Kind.COLLECTED:
        return state in (_S.BOOKED, _S.TAKEN, _S.CANCELLED)
    if kind is couriers.Kind.LOST:
        # Also what was fetched although it was taken back.
        return state in (_S.BOOKED, _S.TAKEN, _S.COLLECTED, _S.CANCELLED)
    # What was lost, or fetched although it was taken back, may turn up after all.
    return state not in (_S.ARRIVED, _S.REFUSED)


def _follow(pickup: Pickup, news: couriers.News, at: datetime) -> None:
    subject, data = f"claim:{pickup.claim.claim_no}", {"pickup": pickup.pk}
    if news.kind is couriers.Kind.ARRIVED:
        arrived(pickup, HOUSE, news.at, at)
    elif news.kind is couriers.Kind.LOST:
        over(pickup, _S.LOST, at)
        held_by(pickup, Holder.NOBODY, news.at, at, None)
        lost(pickup, at)
        records.append("claim.parcel_lost", subject, by=HOUSE, at=at, data=data)
    else:
        held_by(pickup, Holder.COURIER, news.at, at, None)
        if pickup.state != _S.CANCELLED:
            pickup.state = _S.COLLECTED.value
            pickup.save(update_fields=["state"])
        is_in = pickup.direction == Direction.IN
        under_way(pickup, at)
        code = "claim.originals_collected" if is_in else "claim.originals_back"
        records.append(code, subject, by=HOUSE, at=at, data=data)
