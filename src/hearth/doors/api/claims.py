"""Claims: brought in, given their papers, sent, and followed through the eight steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import BaseModel, ConfigDict, Field, create_model

from hearth.desks import documents
from hearth.desks.claims import reporting, wanting
from hearth.doors.api.bodies import MAX_FORM_BYTES, checked, refuse_large, refuse_other, refuse_unwritable, stated
from hearth.doors.api.interface import answers, takes, takes_form
from hearth.doors.api.once import answered, once
from hearth.doors.api.people import ExternalId
from hearth.doors.api.problems import Both
from hearth.doors.api.tokens import Token, caller
from hearth.doors.feeds.taking import Taken, rules_for, taken
from hearth.kernel.adjudication import case
from hearth.kernel.documents.checklist import Wanted
from hearth.kernel.documents.sentences import QUALITY
from hearth.store.access import claims as reads
from hearth.store.access import partners as partner_reads
from hearth.words.faults import Malformed

router = Router(tags=["claims"])

MAX_PAGE = 50
ClaimKey = Annotated[str, Path(min_length=1, max_length=64, description="your external_id of it, else our number")]
STATED = ("cause", "event", "trigger_on", "onset_on", "invoices", "diagnoses", "other_payments")

ClaimFacts: type[BaseModel] = create_model(
    "ClaimFacts",
    __base__=case.Frozen,
    __doc__="What is claimed, as the case format states it (docs/cases.md): invoices with lines, diagnoses, payments.",
    **{name: (case.Claim.model_fields[name].annotation, case.Claim.model_fields[name]) for name in STATED},  # type: ignore[call-overload]
)


class ClaimIn(BaseModel):
    """A claim as a partner brings it in."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    external_id: ExternalId = Field(description="your number of this claim: it stands for one claim for ever")
    insured: str = Field(min_length=1, max_length=64, description="external_id of the person, else our number")
    policies: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(
        default_factory=list,
        max_length=12,
        description="in the order of claiming: your numbers, else ours; none: your own of that person in force, "
        "for a hospital all",
    )
    facts: ClaimFacts = Field(description="invoices may be left out while they are not known")
    story: str = Field("", max_length=4_000, description="what happened, in words")
    held: list[Annotated[str, Field(max_length=32)]] = Field(
        default_factory=list, max_length=40, description="kinds of papers that you hold and need not send"
    )
    has_no_more: bool = Field(False, description="there are no more papers than these")
    submit: bool = Field(True, description="false: only reported; papers follow, then POST .../submit")


class SubmitIn(BaseModel):
    """A claim is complete, as far as it can be."""

    model_config = ConfigDict(extra="forbid")

    has_no_more: bool = Field(False, description="there are no more papers than these")


class ClaimRef(Schema):
    """Which claim it is."""

    claim: str = Field(description="our number")
    external_id: str


class PaperFinding(Schema):
    """Something wrong with the picture of a paper."""

    code: str = Field(description="blurred, glare, too_dark, too_bright, cut_edge, tilted, too_small, ...")
    blocks: bool = Field(description="nobody can read it: it has to be taken again")
    says: Both
    retake: Both = Field(description="how to take it again")
    box: list[float] = Field(description="the bad place in pixels of the picture: left, top, right, bottom")


class PaperRef(Schema):
    """A paper that was added, and the verdict on its picture."""

    paper: int
    sha256: str
    verdict: str = Field(description="fine; warn: it may do; block: it is kept and counts as not given")
    findings: list[PaperFinding]


class PaperForm(BaseModel):
    """A paper of a claim."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(min_length=1, max_length=32, description="invoice, discharge_summary, ... or other")
    numbers: str = Field(
        "", pattern=r"^([1-9][0-9]{0,2}(,[1-9][0-9]{0,2}){0,49})?$", description="the invoices it is about, as in 1,2"
    )


class PaperWanted(Schema):
    """A paper of the complete list."""

    paper: str
    name: Both
    about: str
    numbers: list[int] = Field(description="the invoices or diagnoses it is about, from 1; none: the whole claim")
    is_obligatory: bool
    condition: Both | None = Field(description="when it is wanted at all; null: always")
    is_at_hand: bool
    why: list[Both]


class PaperList(Schema):
    """Every paper that the claim needs, at once."""

    claim: str
    papers: list[PaperWanted]


class ClaimShort(Schema):
    """A claim in a list."""

    claim: str
    external_id: str
    state: str
    step: str
    state_at: datetime
    event_on: date | None
    expected_on: date | None
    claimed_fen: int
    outcome: str
    payable_fen: int
    paid_out_fen: int
    policies: list[str]


class ClaimPage(Schema):
    """A page of claims; `cursor` leads to the next one, null on the last."""

    claims: list[ClaimShort]
    cursor: str | None


@router.post(
    "/claims",
    auth=Token("claims:write"),
    response=answers({200: ClaimRef, 201: ClaimRef}, 404, 409, 413, 415),
    openapi_extra=takes(ClaimIn),
    summary="Bring a claim in",
)
def bring_claim_in(request: HttpRequest) -> HttpResponse:
    """A new claim (201), or the one that this external_id stands for already (200): nothing of it is changed.

    It is reported and sent in one call. Missing obligatory papers are a fault (PAPERS_MISSING names all of them) unless
    you hold them, say that there are no more, or send it later (`submit` false). Figures of an invoice that do not add
    up stop nothing: a person looks at them.
    """
    claim, sent = stated(request, ClaimIn)
    asks = caller(request)

    def work() -> HttpResponse:
        brought = reporting.Brought(
            external_id=claim.external_id,
            person=claim.insured,
            policies=tuple(claim.policies),
            # The values as they were written: yuan, with their digits.
            facts=sent["facts"],
            story=claim.story,
            held=tuple(claim.held),
            has_no_more=claim.has_no_more,
            submit=claim.submit,
        )
        is_new = not partner_reads.has_claim(asks.by, claim.external_id)
        no = reporting.bring_in(asks.by, brought, at=asks.at)
        return answered(201 if is_new else 200, ClaimRef(claim=no, external_id=claim.external_id))

    return once(request, request.body, work)


@router.get("/claims", auth=Token("claims:read"), response=answers({200: ClaimPage}), summary="Your claims")
def list_claims(
    request: HttpRequest,
    cursor: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = MAX_PAGE,
) -> ClaimPage:
    """Claims that you brought in, newest first."""
    asks = caller(request)
    found = reads.partner_claims(asks.by, asks.at, before=cursor, limit=limit)
    before = str(found[-1].claim_id) if len(found) == limit else None
    return ClaimPage(claims=[_short(row) for row in found], cursor=before)


@router.get(
    "/claims/{key}/papers",
    auth=Token("claims:read"),
    response=answers({200: PaperList}, 404),
    summary="Which papers a claim needs",
)
def list_papers(request: HttpRequest, key: ClaimKey) -> PaperList:
    """The complete list at once: which papers, for which invoices, why, and whether they are there."""
    asks = caller(request)
    no = partner_reads.own_claim_no(asks.by, key)
    return PaperList(claim=no, papers=[_wanted(one) for one in wanting.wanted_of(asks.by, no, at=asks.at)])


@router.post(
    "/claims/{key}/papers",
    auth=Token("claims:write"),
    response=answers({201: PaperRef}, 404, 409, 413, 415),
    openapi_extra=takes_form(PaperForm, "file"),
    summary="Add a paper",
)
def add_paper(request: HttpRequest, key: ClaimKey) -> HttpResponse:
    """A JPEG, PNG, WebP, HEIC, PDF or e-invoice (OFD, XML, JSON) of at most 10 MB; the same bytes are one paper."""
    asks = caller(request)
    form, name, content = _form(request)
    no = partner_reads.own_claim_no(asks.by, key)
    found = taken(name, content, rules_for(partner_reads.own_claim_products(asks.by, no)))
    numbers = [int(number) for number in form.numbers.split(",") if number]

    def work() -> HttpResponse:
        paper_id = documents.add_paper(
            asks.by,
            no,
            at=asks.at,
            kind=form.kind,
            upload=found,
            content=found.content,
            thumbnail=found.thumbnail,
            numbers=numbers,
            look=found.look,
        )
        ref = PaperRef(paper=paper_id, sha256=found.sha256, verdict=found.look.worst, findings=_findings(found))
        return answered(201, ref)

    return once(request, f"{form.kind} {form.numbers} {found.name} {found.sha256}".encode(), work)


@router.post(
    "/claims/{key}/submit",
    auth=Token("claims:write"),
    response=answers({200: ClaimRef}, 404, 409, 413, 415),
    openapi_extra=takes(SubmitIn),
    summary="Send a claim",
)
def submit_claim(request: HttpRequest, key: ClaimKey) -> HttpResponse:
    """Send a claim that was reported; sent again it stays as it is."""
    wanted, _ = stated(request, SubmitIn)
    asks = caller(request)

    def work() -> HttpResponse:
        no = partner_reads.own_claim_no(asks.by, key)
        reporting.submit(asks.by, no, at=asks.at, has_no_more=wanted.has_no_more)
        return answered(200, ClaimRef(claim=no, external_id=partner_reads.external_id_of(asks.by, no)))

    return once(request, request.body, work)


def _findings(found: Taken) -> list[PaperFinding]:
    told = []
    for one in found.look.findings:
        says_zh, says_en, retake_zh, retake_en = QUALITY[one["code"]]
        told.append(
            PaperFinding(
                code=one["code"],
                blocks=one["severity"] == "block",
                says=Both(zh=says_zh, en=says_en),
                retake=Both(zh=retake_zh, en=retake_en),
                box=one["box"],
            )
        )
    return told


def _form(request: HttpRequest) -> tuple[PaperForm, str, bytes]:
    """What a form states, the name of its file, and the file.  Raises: BodyTooLarge, NotJson, Malformed, Problems."""
    refuse_large(request, MAX_FORM_BYTES)
    refuse_other(request, "multipart/form-data")
    fields: dict[str, Any] = {name: request.POST[name] for name in request.POST}
    refuse_unwritable(fields, "form")
    form = checked(fields, PaperForm)
    uploaded = request.FILES.get("file")
    if not isinstance(uploaded, UploadedFile):
        raise Malformed(file="form", place="file", got="nothing", want="a file")
    name = uploaded.name or "paper"
    refuse_unwritable(name, "name of the file")
    content: bytes = uploaded.read()
    return form, name, content


def _short(row: reads.ClaimRow) -> ClaimShort:
    return ClaimShort(
        claim=row.claim_no,
        external_id=row.external_id,
        state=row.state.value,
        step=row.step.value,
        state_at=row.state_at,
        event_on=row.event_on,
        expected_on=row.expected_on,
        claimed_fen=row.claimed_fen,
        outcome=row.outcome,
        payable_fen=row.payable_fen,
        paid_out_fen=row.paid_out_fen,
        policies=[policy.policy_no for policy in row.policies],
    )


def _wanted(one: Wanted) -> PaperWanted:
    condition = one.condition
    return PaperWanted(
        paper=one.paper,
        name=Both(zh=one.name.zh, en=one.name.en),
        about=one.about,
        numbers=list(one.numbers),
        is_obligatory=one.is_obligatory,
        condition=None if condition is None else Both(zh=condition.zh, en=condition.en),
        is_at_hand=one.is_at_hand,
        why=[Both(zh=need.why.zh, en=need.why.en) for need in one.needs],
    )
