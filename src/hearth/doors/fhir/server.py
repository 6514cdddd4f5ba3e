"""Server: FHIR R4 at /fhir/: claims are submitted and followed, with the tokens and scopes of the interface."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

import hearth
from hearth.desks.claims import reporting
from hearth.desks.claims.sold import terms_of
from hearth.doors.api.bodies import BodyTooLarge, refuse_large, refuse_other
from hearth.doors.api.following import NotDecided, computed
from hearth.doors.api.problems import MethodNotAllowed, language
from hearth.doors.api.tokens import Caller, ScopeMissing, let_in
from hearth.doors.feeds.problems import Problems, told
from hearth.doors.fhir import server_reading as reading
from hearth.doors.fhir import server_writing as writing
from hearth.doors.fhir.bundle import read_resource
from hearth.store.access import NotThere
from hearth.store.access import partners as partner_reads
from hearth.store.access import people as people_reads
from hearth.store.access import policies as policy_reads
from hearth.store.access.claims_case import CaseFile, one_claim
from hearth.words.claims import STATE_WORDS
from hearth.words.faults import Fault, Malformed

MEDIA_TYPE = "application/fhir+json"
MAX_BYTES = 2_000_000
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")

ISSUES = {
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    409: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    429: "throttled",
    503: "transient",
}
"""Status -> code of an OperationOutcome's issue."""

READ = (
    # type, scope, interactions, searches
    ("Patient", "policies:read", ("read",), ()),
    ("Coverage", "policies:read", ("read",), ()),
    ("Claim", "claims:read", ("read",), ()),
    ("ClaimResponse", "claims:read", ("read",), ()),
    ("ExplanationOfBenefit", "claims:read", ("read", "search-type"), (("claim", "reference"),)),
)


class NoSuchResource(Fault):
    """The server has no such resource or operation."""

    code, status = "NO_SUCH_RESOURCE", 404
    says = "There is nothing at this address; /fhir/metadata lists what there is."
    says_zh = "此地址不存在；现有资源见 /fhir/metadata。"


View = Callable[..., HttpResponse]


def _answered(view: View, *methods: str) -> View:
    """A view whose every refusal is an OperationOutcome."""

    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            if request.method not in methods:
                raise MethodNotAllowed(allowed=", ".join(methods))
            refuse_large(request, MAX_BYTES)
            return view(request, **named)
        except Fault as fault:
            return outcome(request, fault)

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def metadata(request: HttpRequest) -> HttpResponse:
    """What the server can do.  It needs no token."""
    rest: dict[str, Any] = {
        "mode": "server",
        "documentation": "Bearer tokens of the interface (docs/api.md), with its scopes.",
        "security": {"description": "Authorization: Bearer hearth_..."},
        "resource": [],
    }
    for name, scope, interactions, searches in READ:
        resource: dict[str, Any] = {
            "type": name,
            "documentation": f"Scope: {scope}.",
            "interaction": [{"code": code} for code in interactions],
        }
        if searches:
            resource["searchParam"] = [{"name": param, "type": of} for param, of in searches]
        if name == "Claim":
            resource["operation"] = [
                {"name": "submit", "definition": "http://hl7.org/fhir/OperationDefinition/Claim-submit"}
            ]
        rest["resource"].append(resource)
    statement = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "software": {"name": "Hearth", "version": hearth.__version__},
        "implementation": {"description": "Hearth 恒温", "url": request.build_absolute_uri("/fhir")},
        "fhirVersion": "4.0.1",
        "format": [MEDIA_TYPE],
        "rest": [rest],
    }
    return _sent(statement)


def read_patient(request: HttpRequest, key: str) -> HttpResponse:
    """A person whom the partner brought in, or whom its policies cover."""
    asks = let_in(request, "policies:read")
    if not re.fullmatch(r"[1-9][0-9]{0,17}", key):
        raise NotThere(kind="person", key=_shown(key))
    return _sent(writing.patient(people_reads.person(asks.by, int(key), asks.at)))


def read_coverage(request: HttpRequest, key: str) -> HttpResponse:
    """A policy that the partner issued."""
    asks = let_in(request, "policies:read")
    _refuse_other_ids("policy", key)
    return _sent(writing.coverage(policy_reads.one_policy(asks.by, key.replace(".", "/"), asks.at)))


def read_claim(request: HttpRequest, key: str) -> HttpResponse:
    """A claim that the partner brought in."""
    return _sent(writing.claim(_found(let_in(request, "claims:read"), key)))


def read_claim_response(request: HttpRequest, key: str) -> HttpResponse:
    """Where such a claim stands."""
    found = _found(let_in(request, "claims:read"), key)
    return _sent(writing.claim_response(found, language(request)))


def read_explanation(request: HttpRequest, key: str) -> HttpResponse:
    """A decision of such a claim: its number and that of the decision, as C2600000001-1."""
    asks = let_in(request, "claims:read")
    claim_no, _, number = key.rpartition("-")
    found = _found(asks, claim_no)
    for resource in _explanations(asks, found, language(request)):
        if resource["id"] == f"{found.row.claim_no}-{number}":
            return _sent(resource)
    zh, en = STATE_WORDS[found.row.state]
    raise NotDecided(claim_no=found.row.claim_no, state=en, state_zh=zh)


def search_explanations(request: HttpRequest) -> HttpResponse:
    """The decisions of one claim: ?claim=Claim/C2600000001."""
    asks = let_in(request, "claims:read")
    strange = sorted(set(request.GET) - {"claim", "_format"})
    if strange:
        raise Malformed(file="query", place=_shown(strange[0]), got="a parameter", want="claim")
    wanted = request.GET.getlist("claim")
    if len(wanted) != 1:
        raise Malformed(file="query", place="claim", got=f"{len(wanted)} times", want="once: Claim/ and its id")
    try:
        found = _found(asks, wanted[0].rpartition("Claim/")[2])
    except NotThere:
        return _sent(writing.searchset([]))
    return _sent(writing.searchset(_explanations(asks, found, language(request))))


def submit(request: HttpRequest) -> HttpResponse:
    """Claim/$submit: (1) read (2) the policies and their terms (3) the desk takes it in (4) where it stands."""
    asks = let_in(request, "claims:write")
    if "claims:read" not in asks.by.scopes:
        # The answer says where the claim stands.
        raise ScopeMissing(scope="claims:read", held=", ".join(sorted(asks.by.scopes)))
    # 1.
    refuse_other(request, MEDIA_TYPE, "application/json")
    bundle, entry = reading.bundle_with_claim(_body(request), "body")
    # 2.
    numbers = tuple(_policy_no(asks, key) for key in reading.policy_keys(bundle, entry))
    terms = terms_of(partner_reads.own_product(asks.by, numbers[0]))
    stated = reading.submission(bundle, entry, terms)
    # 3.
    brought = reporting.Brought(
        external_id=stated.external_id,
        person=_person(asks, stated.patient),
        policies=numbers,
        facts=stated.facts,
        story=stated.story,
        held=stated.held,
        has_no_more=stated.has_no_more,
    )
    no = reporting.bring_in(asks.by, brought, at=asks.at)
    # 4.
    found = one_claim(asks.by, no, asks.at, purpose="claim")
    return _sent(writing.claim_response(found, language(request), stated.listed))


def _found(asks: Caller, key: str) -> CaseFile:
    _refuse_other_ids("claim", key)
    return one_claim(asks.by, partner_reads.own_claim_no(asks.by, key), asks.at, purpose="claim")


def _explanations(asks: Caller, found: CaseFile, lang: str) -> list[writing.Resource]:
    made = []
    for decision in found.decisions:
        mine = computed(decision.result)
        own = partner_reads.own_policies(asks.by, (policy.policy for policy in mine.policies))
        made.append(writing.explanation(found, decision, mine, own, lang))
    return made


def _policy_no(asks: Caller, key: reading.Key) -> str:
    return partner_reads.own_policy_no(asks.by, key.value.replace(".", "/") if key.is_id else key.value)


def _person(asks: Caller, key: reading.Key) -> str:
    if not key.is_id:
        return key.value
    if not re.fullmatch(r"[1-9][0-9]{0,17}", key.value):
        raise NotThere(kind="person", key=_shown(key.value))
    return partner_reads.own_person_number(asks.by, int(key.value))


def _body(request: HttpRequest) -> dict[str, Any]:
    body = request.body
    if len(body) > MAX_BYTES:
        raise BodyTooLarge(got=f"{len(body):,}", most=f"{MAX_BYTES:,}")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise Malformed(file="body", got=f"a byte that is not text at {broken.start}", want="UTF-8") from broken
    if "\0" in text or "\\u0000" in text:
        raise Malformed(file="body", got="the character U+0000", want="text without it")
    return read_resource(text, "body", "a Claim, a Bundle or Parameters")


def _refuse_other_ids(kind: str, key: str) -> None:
    if not _ID.fullmatch(key):
        raise NotThere(kind=kind, key=_shown(key))


def _shown(key: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in key)[:64]


def _sent(resource: writing.Resource, status: int = 200) -> HttpResponse:
    response = HttpResponse(writing.checked(resource), status=status, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def outcome(request: HttpRequest, fault: Fault) -> HttpResponse:
    """A fault as an OperationOutcome."""
    lang = language(request)
    faults = fault.faults if isinstance(fault, Problems) else (fault,)
    issues = []
    for each in faults:
        details = {"coding": [{"system": "urn:hearth:fault", "code": each.code}], "text": told(each, lang)}
        issue = {"severity": "error", "code": ISSUES.get(fault.status, "processing"), "details": details}
        place = str(each.data.get("place") or "") if isinstance(each, Malformed) else ""
        if place and place != "whole file":
            issue["expression"] = [place]
        issues.append(issue)
    for paper in getattr(fault, "wanted", ()):
        text = f"{paper.name.zh if lang == 'zh' else paper.name.en} ({paper.paper})"
        issues.append({"severity": "error", "code": "required", "details": {"text": text}})
    response = _sent({"resourceType": "OperationOutcome", "issue": issues}, fault.status)
    if fault.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="hearth"'
    if isinstance(fault, MethodNotAllowed):
        response["Allow"] = str(fault.data["allowed"])
    if "seconds" in fault.data:
        response["Retry-After"] = str(fault.data["seconds"])
    return response


def _nowhere(request: HttpRequest) -> HttpResponse:
    return outcome(request, NoSuchResource())


_nowhere.csrf_exempt = True  # type: ignore[attr-defined]

urlpatterns = [
    path("metadata", _answered(metadata, "GET")),
    path("Patient/<str:key>", _answered(read_patient, "GET")),
    path("Coverage/<str:key>", _answered(read_coverage, "GET")),
    path("Claim/$submit", _answered(submit, "POST")),
    path("Claim/<str:key>", _answered(read_claim, "GET")),
    path("ClaimResponse/<str:key>", _answered(read_claim_response, "GET")),
    path("ExplanationOfBenefit", _answered(search_explanations, "GET")),
    path("ExplanationOfBenefit/<str:key>", _answered(read_explanation, "GET")),
    re_path(r"^.*$", _nowhere),
]
"""The addresses under /fhir/."""
