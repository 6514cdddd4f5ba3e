"""Persons: people whom a partner brings in, and finds again by its own number or by ours."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import BaseModel, ConfigDict, Field

from hearth.desks import people
from hearth.doors.api.bodies import stated
from hearth.doors.api.interface import answers, takes
from hearth.doors.api.once import answered, once
from hearth.doors.api.tokens import Caller, Token, caller
from hearth.kernel.adjudication.case import Day
from hearth.store.access import partners as partner_reads
from hearth.store.access import people as reads

router = Router(tags=["persons and policies"])

MAX_PAGE = 50
ExternalId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]
Key = Annotated[str, Path(min_length=1, max_length=64, description="your external_id of it, else our number")]


class PersonIn(BaseModel):
    """A person as a partner knows them."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    external_id: ExternalId = Field(description="your number of this person: it stands for one person for ever")
    full_name: str = Field(min_length=1, max_length=100)
    id_number: str = Field("", max_length=40, description="resident identity number or passport")
    phone: str = Field("", max_length=30)
    email: str = Field("", max_length=254)
    born_on: Day | None = None
    sex: Literal["", "F", "M"] = ""
    language: Literal["zh-hans", "en"] = "zh-hans"


class PersonRef(Schema):
    """Who was brought in."""

    person: str = Field(description="our number")
    external_id: str


class PersonOut(Schema):
    """A person; numbers are shown in part."""

    person: str = Field(description="our number")
    external_id: str
    full_name: str
    id_number: str
    phone: str
    born_on: date | None
    sex: str
    language: str


class PersonPage(Schema):
    """A page of persons; `cursor` leads to the next one, null on the last."""

    persons: list[PersonOut]
    cursor: str | None


@router.post(
    "/persons",
    auth=Token("policies:write"),
    response=answers({200: PersonRef, 201: PersonRef}, 409, 413, 415),
    openapi_extra=takes(PersonIn),
    summary="Bring a person in",
)
def bring_person_in(request: HttpRequest) -> HttpResponse:
    """A new person (201), or the one whom this external_id stands for already (200): nothing of theirs is changed."""
    person, _ = stated(request, PersonIn)
    asks = caller(request)

    def work() -> HttpResponse:
        known = partner_reads.brought_person(asks.by, person.external_id)
        if known is None:
            bring_in(asks, person)
        found = known or partner_reads.brought_person(asks.by, person.external_id)
        assert found is not None
        return answered(201 if known is None else 200, PersonRef(person=found[1], external_id=person.external_id))

    return once(request, request.body, work)


@router.get(
    "/persons", auth=Token("policies:read"), response=answers({200: PersonPage}), summary="Persons, oldest first"
)
def list_persons(
    request: HttpRequest,
    cursor: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = MAX_PAGE,
) -> PersonPage:
    """Persons whom you brought in or whom your policies cover."""
    asks = caller(request)
    found = reads.people(asks.by, asks.at, after=cursor, limit=limit)
    after = str(found[-1].person_id) if len(found) == limit else None
    return PersonPage(persons=[_out(card) for card in found], cursor=after)


@router.get("/persons/{key}", auth=Token("policies:read"), response=answers({200: PersonOut}, 404), summary="A person")
def get_person(request: HttpRequest, key: Key) -> PersonOut:
    """A person by your external_id, else by our number."""
    asks = caller(request)
    return _out(reads.person(asks.by, partner_reads.person_by_key(asks.by, key, asks.at), asks.at))


def bring_in(asks: Caller, person: PersonIn) -> int:
    """The id of a person who is brought in, or was before."""
    return people.create_person(
        asks.by,
        at=asks.at,
        full_name=person.full_name,
        phone=person.phone,
        id_number=person.id_number,
        email=person.email,
        born_on=person.born_on,
        sex=person.sex,
        language=person.language,
        branch=partner_reads.branch_of(asks.by),
        external_id=person.external_id,
    )


def _out(card: reads.PersonCard) -> PersonOut:
    return PersonOut(
        person=card.username,
        external_id=card.external_id,
        full_name=card.full_name,
        id_number=card.id_number,
        phone=card.phone,
        born_on=card.born_on,
        sex=card.sex,
        language=card.language,
    )
