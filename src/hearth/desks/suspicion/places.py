"""Places: where hospitals are, by the names that bills give them, loaded by the company from a list of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hearth.desks.books import records
from hearth.store.access import NotAllowed, Who
from hearth.store.models import Hospital, HospitalPlace


@dataclass(frozen=True, slots=True)
class Place:
    """A hospital's name on bills and where it is, in degrees."""

    name: str
    latitude: float
    longitude: float


@transaction.atomic(durable=True)
def load_places(by: Who, places: Sequence[Place], *, source: str, at: datetime) -> int:
    """Load where hospitals are; a name that is known already gets its new place.

    Needs:   names without blanks as bills are compared; latitudes within 90, longitudes within 180 degrees
    Gives:   how many are new or moved
    Records:  hospital.placed, where there are any.  Raises: NotAllowed.
    """
    if not by.is_house:
        raise NotAllowed
    records.in_order("hospital places")
    wanted = {"".join(one.name.split())[:100]: (one.latitude, one.longitude) for one in places}
    known = {row.name: row for row in HospitalPlace.objects.filter(name__in=wanted)}
    hospitals = dict(Hospital.objects.filter(name__in=wanted).values_list("name", "pk"))
    changed = [
        name
        for name, where in wanted.items()
        if name not in known or (known[name].latitude, known[name].longitude) != where
    ]
    for name in changed:
        latitude, longitude = wanted[name]
        HospitalPlace.objects.update_or_create(
            name=name,
            defaults={
                "latitude": latitude,
                "longitude": longitude,
                "source": source[:120],
                "stated_at": at,
                "hospital_id": hospitals.get(name),
            },
        )
    if changed:
        records.append(
            "hospital.placed", "hospitals:places", by=by, at=at, data={"count": len(changed), "source": source[:120]}
        )
    return len(changed)
