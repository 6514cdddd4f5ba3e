"""Advances: a hospital tells of admissions and of what stays cost, and hears where its letter and its money stand."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import BaseModel, ConfigDict, Field

from hearth.desks import advances
from hearth.doors.api.bodies import stated
from hearth.doors.api.interface import answers, takes
from hearth.doors.api.once import answered, once
from hearth.doors.api.people import ExternalId, Key
from hearth.doors.api.tokens import Token, caller
from hearth.kernel.adjudication.case import Day, Fen
from hearth.store.access import advances as reads

router = Router(tags=["advances"])


class AdmissionIn(BaseModel):
    """An admission as a hospital tells of it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    external_id: ExternalId = Field(description="your number of this stay: it stands for one stay for ever")
    name: str = Field(min_length=1, max_length=100, description="the patient's name")
    id_number: str = Field(min_length=1, max_length=40, description="the patient's identity number")
    admitted_on: Day
    is_emergency: bool = False
    icd: str = Field("", max_length=20, description="diagnosis on admission, ICD-10")
    illness: str = Field("", max_length=1_000)
    plan: str = Field("", max_length=2_000, description="plan of treatment")
    estimate: Fen = Field(0, description="estimate of the whole cost, in yuan")


class CostIn(BaseModel):
    """What a day of a stay cost."""

    model_config = ConfigDict(extra="forbid")

    on: Day
    cost: Fen = Field(description="of that day, in yuan; sent again for a day, the last one counts")


class PlanIn(BaseModel):
    """A plan of treatment, or an estimate, that is not the one of before."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    plan: str = Field(min_length=1, max_length=2_000)
    estimate: Fen = Field(gt=0, description="estimate of the whole cost, in yuan")


class DischargeIn(BaseModel):
    """The patient has left."""

    model_config = ConfigDict(extra="forbid")

    on: Day


class AdvanceRef(Schema):
    """Which advance a stay became."""

    advance: str = Field(description="our number")
    external_id: str


class AdvanceOut(Schema):
    """Where an advance stands: nothing of the patient."""

    advance: str
    external_id: str
    state: str = Field(description="notified, eligibility, risk_check, necessity, guarantee, paying, tracking, ...")
    admitted_on: date
    guaranteed_fen: int = Field(description="of the letter that holds; 0 while there is none")
    valid_until: date | None
    paid_fen: int


class CostOut(Schema):
    """Where the cost of a stay stands against its letter."""

    total_fen: int
    guaranteed_fen: int
    share_bp: int = Field(description="cost as a share of the letter, in basis points")


@router.post(
    "/advances",
    auth=Token("advances:write"),
    response=answers({200: AdvanceRef, 201: AdvanceRef}, 409, 413, 415),
    openapi_extra=takes(AdmissionIn),
    summary="Tell of an admission",
)
def tell_of_admission(request: HttpRequest) -> HttpResponse:
    """A new request for an advance (201), or the one that this external_id stands for already (200).

    The patient is found by name and identity number together; where they are nobody insured here, it says so.
    """
    told, _ = stated(request, AdmissionIn)
    asks = caller(request)

    def work() -> HttpResponse:
        known = reads.advance_by_external(asks.by, told.external_id, asks.at)
        no = known or advances.notify_as_partner(
            asks.by,
            at=asks.at,
            name=told.name,
            id_number=told.id_number,
            external_id=told.external_id,
            admission=advances.Admission(
                admitted_on=told.admitted_on,
                illness=told.illness,
                icd=told.icd.upper(),
                plan=told.plan,
                estimate_fen=told.estimate,
                is_emergency=told.is_emergency,
            ),
        )
        return answered(201 if known is None else 200, AdvanceRef(advance=no, external_id=told.external_id))

    return once(request, request.body, work)


@router.get(
    "/advances/{key}", auth=Token("advances:read"), response=answers({200: AdvanceOut}, 404), summary="An advance"
)
def get_advance(request: HttpRequest, key: Key) -> AdvanceOut:
    """Where an advance stands, by your external_id or our number."""
    asks = caller(request)
    return _out(reads.hospitals_view(asks.by, key, asks.at))


@router.post(
    "/advances/{key}/costs",
    auth=Token("advances:write"),
    response=answers({200: CostOut}, 404, 409, 413, 415),
    openapi_extra=takes(CostIn),
    summary="Tell what a day cost",
)
def tell_cost(request: HttpRequest, key: Key) -> HttpResponse:
    """The cost of one day of the stay; above the watch of the letter our medical expert looks at the plan again."""
    told, _ = stated(request, CostIn)
    asks = caller(request)

    def work() -> HttpResponse:
        no = reads.advance_to_track(asks.by, key, asks.at)
        seen = advances.tell_cost(asks.by, no, told.on, told.cost, at=asks.at)
        return answered(200, CostOut(total_fen=seen.cost, guaranteed_fen=seen.cap, share_bp=seen.share_bp))

    return once(request, request.body, work)


@router.post(
    "/advances/{key}/plan",
    auth=Token("advances:write"),
    response=answers({200: AdvanceOut}, 404, 409, 413, 415),
    openapi_extra=takes(PlanIn),
    summary="Tell of a changed plan",
)
def change_plan(request: HttpRequest, key: Key) -> HttpResponse:
    """Our medical expert looks again; the letter that holds stays meanwhile."""
    told, _ = stated(request, PlanIn)
    asks = caller(request)

    def work() -> HttpResponse:
        no = reads.advance_to_track(asks.by, key, asks.at)
        advances.change_plan(asks.by, no, at=asks.at, plan=told.plan, estimate_fen=told.estimate)
        return answered(200, _out(reads.advance_told(asks.by, no, asks.at)))

    return once(request, request.body, work)


@router.post(
    "/advances/{key}/discharge",
    auth=Token("advances:write"),
    response=answers({200: AdvanceOut}, 404, 409, 413, 415),
    openapi_extra=takes(DischargeIn),
    summary="Tell of a discharge",
)
def discharge(request: HttpRequest, key: Key) -> HttpResponse:
    """The patient has left: we open the claim of the stay, and nothing more is paid under the letter."""
    told, _ = stated(request, DischargeIn)
    asks = caller(request)

    def work() -> HttpResponse:
        no = reads.advance_to_track(asks.by, key, asks.at)
        advances.discharge(asks.by, no, told.on, at=asks.at)
        return answered(200, _out(reads.advance_told(asks.by, no, asks.at)))

    return once(request, request.body, work)


def _out(found: reads.HospitalsView) -> AdvanceOut:
    return AdvanceOut(
        advance=found.advance_no,
        external_id=found.external_id,
        state=found.state.value,
        admitted_on=found.admitted_on,
        guaranteed_fen=found.cap_fen,
        valid_until=found.valid_until,
        paid_fen=found.paid_fen,
    )
