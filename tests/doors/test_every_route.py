"""Every address of Hearth, asked for by nobody, by a member, by a stranger and by every role.

A new route is put into the table below, or this test fails: who may open it is decided when it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hearth.desks import disputes
from hearth.desks.people import give_totp
from hearth.doors.login.limits import FACTOR
from hearth.store.access import HOUSE, may, who
from hearth.store.models import BankAccount, Branch, Claim, Paper, Payment, Person, Record, RoleGrant
from hearth.words.claims import ClaimState, Role
from tests.desks.cast_rows import AT, Cast
from tests.desks.cast_rows import cast as made
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STORY = "CANARY-STORY-OF-MEI"
PAPER = "CANARY-PAPER-OF-MEI"
DISPUTE = "CANARY-DISPUTE-OF-MEI"
COMPLAINT = "CANARY-COMPLAINT-OF-MEI"


class To(StrEnum):
    """To whom a route is open."""

    ALL = "anybody"
    MEMBERS = "whoever is logged in, each to their own"
    STAFF = "those who work here, behind the second factor, as far as the matrix lets them"
    TOKENS = "partners with a token"


ROUTES: dict[To, tuple[str, ...]] = {
    To.ALL: (
        "",
        "alive",
        "explore",
        "language/setlang/",
        "print",
        "login/",
        "login/code/",
        "login/password/",
        "login/forgotten/",
        "login/signup/",
        "login/inactive/",
        "login/demo/",
        "login/demo/inbox/",
        "login/factor/",
        "logout/",
        "hospital/<link:token>",
        "receipts/verify",
        "receipts/key.txt",
        "api/v1/",
        "api/v1/^.*$",
        "api/v1/docs",
        "api/v1/openapi.json",
        "api/v1/log/checkpoint",
        "api/v1/log/consistency",
        "fhir/metadata",
        "fhir/^.*$",
    ),
    To.MEMBERS: (
        "login/again/",
        "login/landing/",
        "login/factor/again/",
        "me/password/",
        "me/password/set/",
        "me/phone/",
        "me/phone/verify/",
        "me/factor/",
        "me/factor/app/",
        "me/factor/app/off/",
        "me/factor/codes/",
        "me/factor/codes/new/",
        "me/factor/codes/download/",
        "home",
        "plain",
        "plain/off",
        "plain/report",
        "plain/claims/<claim:claim_no>",
        "plain/claims/<claim:claim_no>/tell",
        "plain/claims/<claim:claim_no>/agree",
        "inbox",
        "inbox/<int:notice_id>",
        "claims",
        "claims/new",
        "claims/<claim:claim_no>",
        "claims/<claim:claim_no>/fill",
        "claims/<claim:claim_no>/story",
        "claims/<claim:claim_no>/policies",
        "claims/<claim:claim_no>/order",
        "claims/<claim:claim_no>/bills",
        "claims/<claim:claim_no>/bills/import",
        "claims/<claim:claim_no>/bills/<int:number>",
        "claims/<claim:claim_no>/bills/<int:number>/out",
        "claims/<claim:claim_no>/diagnosis",
        "claims/<claim:claim_no>/others",
        "claims/<claim:claim_no>/papers",
        "claims/<claim:claim_no>/account",
        "claims/<claim:claim_no>/check",
        "claims/<claim:claim_no>/supplement",
        "claims/<claim:claim_no>/supplement/nothing",
        "claims/<claim:claim_no>/decision",
        "claims/<claim:claim_no>/agree",
        "claims/<claim:claim_no>/dispute",
        "claims/<claim:claim_no>/correct",
        "claims/<claim:claim_no>/message",
        "claims/<claim:claim_no>/thread",
        "claims/<claim:claim_no>/helped",
        "claims/<claim:claim_no>/originals",
        "claims/<claim:claim_no>/originals/<int:pickup_id>/cancel",
        "claims/<claim:claim_no>/withdraw",
        "claims/<claim:claim_no>/papers/<int:paper_id>",
        "claims/<claim:claim_no>/papers/<int:paper_id>/kind",
        "claims/<claim:claim_no>/papers/<int:paper_id>/read",
        "disputes/<claim:dispute_no>",
        "complaints",
        "complaints/new",
        "complaints/<claim:complaint_no>",
        "complaints/<claim:complaint_no>/named",
        "advances",
        "advances/new",
        "advances/<claim:advance_no>",
        "advances/<claim:advance_no>/sign",
        "advances/<claim:advance_no>/repay",
        "advances/<claim:advance_no>/cancel",
        "advances/<claim:advance_no>/letter.pdf",
        "papers/sample/<slug:kind>",
        "papers/<int:paper_id>",
        "papers/<int:paper_id>/large",
        "papers/<int:paper_id>/marked",
        "papers/<int:paper_id>/small",
        "policies",
        "policies/<policy:policy_no>",
        "family",
        "family/new",
        "family/<int:relation_id>/end",
        "me",
        "me/settings",
        "me/consents",
        "me/accounts",
        "me/reads",
        "me/data",
        "me/data/copy",
        "me/data/erase",
        "receipts/<int:record_id>",
        "receipts/<int:record_id>.json",
    ),
    To.STAFF: (
        "office/",
        "office/queue",
        "office/service",
        "office/claims/<number:claim_no>/thread",
        "office/claims/<number:claim_no>/thread/explain",
        "office/claims/<number:claim_no>/checkpoints/<slug:what>",
        "office/claims/<number:claim_no>/pickup",
        "office/claims/<number:claim_no>/originals/<slug:word>",
        "office/claims/<number:claim_no>/call",
        "office/search",
        "office/claims/<number:claim_no>",
        "office/claims/<number:claim_no>/live",
        "office/claims/<number:claim_no>/marks",
        "office/claims/<number:claim_no>/amend",
        "office/claims/<number:claim_no>/fits",
        "office/claims/<number:claim_no>/fits/judge",
        "office/claims/<number:claim_no>/papers/<id:paper_id>",
        "office/claims/<number:claim_no>/papers/<id:paper_id>/kind",
        "office/claims/<number:claim_no>/papers/<id:paper_id>/say",
        "office/claims/<number:claim_no>/adjustments/<id:adjustment_id>",
        "office/claims/<number:claim_no>/do/<slug:word>",
        "office/suspicions",
        "office/suspicions/<id:suspicion_id>",
        "office/suspicions/<id:suspicion_id>/do/<slug:word>",
        "office/investigations/<id:investigation_id>",
        "office/investigations/<id:investigation_id>/do/<slug:word>",
        "office/claims/<number:claim_no>/rescind",
        "office/rescissions/<id:rescission_id>",
        "office/rescissions/<id:rescission_id>/do/<slug:word>",
        "office/orders",
        "office/orders/<id:order_id>",
        "office/orders/<id:order_id>/do/<slug:word>",
        "office/orders/cases",
        "office/roster",
        "office/roster/absences/<id:absence_id>/back",
        "office/promises",
        "office/promises/board",
        "office/disputes",
        "office/disputes/<number:dispute_no>",
        "office/disputes/<number:dispute_no>/do/<slug:word>",
        "office/disputes/<number:dispute_no>/opinion",
        "office/complaints",
        "office/complaints/new",
        "office/complaints/<number:complaint_no>",
        "office/complaints/<number:complaint_no>/do/<slug:word>",
        "office/complaints/actions/<id:action_id>",
        "office/advances",
        "office/advances/new",
        "office/advances/<number:advance_no>",
        "office/advances/<number:advance_no>/letter.pdf",
        "office/advances/<number:advance_no>/do/<slug:word>",
        "office/advances/<number:advance_no>/instalments/<id:instalment_id>",
        "office/advances/<number:advance_no>/call",
        "office/advances/<number:advance_no>/tasks",
        "office/hospitals",
        "office/hospitals/new",
        "office/hospitals/<id:hospital_id>/account",
        "office/hospitals/<id:hospital_id>/confirm",
        "office/hospitals/<id:hospital_id>/link",
        "office/papers/<id:paper_id>/thumb",
        "office/papers/<id:paper_id>/large",
        "office/papers/<id:paper_id>/whole",
        "office/payrun",
        "office/payrun/<id:run_id>",
        "office/payments",
        "office/payments/<id:payment_id>",
        "office/books",
        "office/books/compare",
        "office/books/of/<code:code>",
        "office/audit",
        "office/audit/records/<id:record_id>",
        "office/audit/log",
        "office/audit/log/<id:size>.note",
        "office/audit/growth",
        "office/audit/reads",
        "office/sampling",
        "office/sampling/<number:claim_no>",
        "office/sampling/release/<slug:product>",
        "office/people",
        "office/people/new",
        "office/people/<id:person_id>",
        "office/people/<id:person_id>/edit",
        "office/people/<id:person_id>/roles",
        "office/people/<id:person_id>/roles/<id:grant_id>/end",
        "office/people/<id:person_id>/death",
        "office/people/<id:person_id>/heirs",
        "office/people/<id:person_id>/heirs/move",
        "office/people/<id:person_id>/relations",
        "office/relations",
        "office/relations/<id:relation_id>",
        "office/policies",
        "office/policies/new",
        "office/policies/of/<policy_no:policy_no>",
        "office/policies/end/<policy_no:policy_no>",
        "office/policies/void/<policy_no:policy_no>",
        "office/measures",
        "office/measures/new",
        "office/measures/<number:code>",
        "office/measures/<number:code>/decide",
        "office/measures/<number:code>/end",
        "office/partners",
        "office/partners/new",
        "office/partners/<slug:code>",
        "office/partners/<slug:code>/tokens",
        "office/partners/<slug:code>/tokens/<id:token_id>/revoke",
        "office/partners/<slug:code>/end",
    ),
    To.TOKENS: (
        "api/v1/persons",
        "api/v1/persons/<key>",
        "api/v1/policies",
        "api/v1/policies/<path:key>",
        "api/v1/claims",
        "api/v1/claims/<key>",
        "api/v1/claims/<key>/papers",
        "api/v1/claims/<key>/submit",
        "api/v1/claims/<key>/decision",
        "api/v1/claims/<key>/receipts",
        "api/v1/claims/<key>/receipts/<record>",
        "api/v1/claims/<key>/disputes",
        "api/v1/claims/<key>/thread",
        "api/v1/claims/<key>/pickups",
        "api/v1/claims/<key>/pickups/<pickup>/cancel",
        "api/v1/disputes/<dispute>",
        "api/v1/disputes/<dispute>/words",
        "api/v1/disputes/<dispute>/up",
        "api/v1/disputes/<dispute>/end",
        "api/v1/pickup-windows",
        "api/v1/advances",
        "api/v1/advances/<key>",
        "api/v1/advances/<key>/costs",
        "api/v1/advances/<key>/plan",
        "api/v1/advances/<key>/discharge",
        "api/v1/decide",
        "fhir/Claim/$submit",
        "fhir/Claim/<str:key>",
        "fhir/ClaimResponse/<str:key>",
        "fhir/Coverage/<str:key>",
        "fhir/ExplanationOfBenefit",
        "fhir/ExplanationOfBenefit/<str:key>",
        "fhir/Patient/<str:key>",
        "api/v1/webhooks",
        "api/v1/webhooks/<webhook>",
        "api/v1/webhooks/<webhook>/test",
        "api/v1/webhooks/<webhook>/deliveries",
    ),
}
"""Every route there is, and to whom it is open."""

OPEN = {route: to for to, routes in ROUTES.items() for route in routes}


def patterns(found: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every route as its pattern says it."""
    for each in (found or get_resolver()).url_patterns:
        place = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, place)
        else:
            assert isinstance(each, URLPattern)
            yield place


def test_every_route_is_in_the_table() -> None:
    there = set(patterns())
    assert there - set(OPEN) == set(), "decide to whom these are open"
    assert set(OPEN) - there == set(), "these are gone"
    assert sum(len(routes) for routes in ROUTES.values()) == len(OPEN), "a route stands in two places"


class Town:
    """Mei's closed claim with canaries in it, and everybody's browsers."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.claim_no = claim_at(cast, ClaimState.CLOSED)
        claim = Claim.objects.get(claim_no=self.claim_no)
        Claim.objects.filter(pk=claim.pk).update(story=STORY)
        Paper.objects.filter(claim=claim).update(name=PAPER)
        mei = cast.id("mei")
        complaint_no = disputes.complain(
            cast.who("mei"), mei, at=AT, stage="claim", cause="slow", words=COMPLAINT, claim_no=self.claim_no
        )
        dispute_no = disputes.dispute(cast.who("mei"), self.claim_no, at=AT, reason="other", words=DISPUTE)
        self.canaries = (
            STORY,
            PAPER,
            DISPUTE,
            COMPLAINT,
            "13800000001",
            BankAccount.objects.get(person=mei).number,
            Person.objects.get(pk=mei).id_number,
        )
        self.values = {
            "claim_no": self.claim_no,
            "key": self.claim_no,
            "policy_no": "OP-MEI",
            "paper_id": Paper.objects.filter(claim=claim).values_list("pk", flat=True)[0],
            "notice_id": 1,
            "record_id": Record.objects.filter(subject=f"claim:{self.claim_no}", kind="claim.decided").get().pk,
            "record": Record.objects.filter(subject=f"claim:{self.claim_no}", kind="claim.decided").get().pk,
            "payment_id": Payment.objects.filter(claim=claim).get().pk,
            "person_id": mei,
            "relation_id": 1,
            "grant_id": 1,
            "adjustment_id": 1,
            "run_id": 1,
            "token_id": 1,
            "size": 1,
            "number": 1,
            "kind": "no-such-paper",
            "word": "note",
            "what": "report",
            "pickup_id": 1,
            "absence_id": 1,
            "product": "outpatient",
            "code": "ping",
            "webhook": 1,
            "pickup": 1,
            "dispute": dispute_no,
            "advance_no": "A2600000001",
            "dispute_no": dispute_no,
            "complaint_no": complaint_no,
            "action_id": 1,
            "hospital_id": 1,
            "order_id": 1,
            "suspicion_id": 1,
            "investigation_id": 1,
            "rescission_id": 1,
            "instalment_id": 1,
            "token": "1." + "0" * 40,
        }

    def address(self, route: str) -> str:
        """A route with Mei's things in it."""
        plain = "anything" if route.endswith("^.*$") else ""
        path = re.sub(r"<(?:[a-z_]+:)?([a-z_]+)>", lambda found: str(self.values[found.group(1)]), route)
        return "/" + path.replace("^.*$", plain)

    def browser(self, person: Person | None, factor: bool = True) -> Client:
        """A browser in which somebody is logged in."""
        browser = Client(headers={"host": "localhost", "accept-language": "en"}, raise_request_exception=False)
        if person is not None:
            browser.force_login(person, backend=BACKEND)
            if factor:
                session = browser.session
                session[FACTOR] = person.pk
                session.save()
        return browser

    def worker(self, role: Role, branch: str) -> Person:
        """Somebody who works here in one role at one branch."""
        person = Person.objects.create(username=f"{role.value}-{branch}", full_name=role.value)
        place = Branch.objects.get_or_create(code=branch, defaults={"name_zh": branch, "name_en": branch})[0]
        RoleGrant.objects.create(
            person=person, role=role.value, branch=place, from_at=datetime(2020, 1, 1, tzinfo=UTC), authority_fen=0
        )
        give_totp(HOUSE, person.pk, "JBSWY3DPEHPK3PXP", at=datetime(2020, 1, 1, tzinfo=UTC))
        return person

    def leaks(self, answer: Any) -> list[str]:
        """Which of Mei's things stand in an answer."""
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return [canary for canary in self.canaries if canary.encode() in content]


@pytest.fixture
def town(db: None) -> Town:
    cache.clear()
    return Town(made())


def test_nobody_is_asked_to_log_in_or_for_a_token_and_sees_nothing_of_anybody(town: Town) -> None:
    browser = town.browser(None)
    for route, to in OPEN.items():
        for method in (browser.get, browser.post):
            answer = method(town.address(route))
            told = (route, to, method.__name__, answer.status_code, answer.headers.get("Location"))
            assert answer.status_code < 500 and not town.leaks(answer), told
            if to is To.TOKENS:
                assert answer.status_code in (401, 405), told
            elif to in (To.MEMBERS, To.STAFF):
                sent_on = answer.status_code == 302 and answer.headers["Location"].startswith(("/login/", "/office/"))
                assert sent_on or answer.status_code in (403, 404, 405), told


def test_a_member_finds_nothing_of_another_member_and_nothing_of_the_office(town: Town) -> None:
    before = Record.objects.count()
    browser = town.browser(town.cast.people["bo"])
    for route, to in OPEN.items():
        if route == "logout/":
            continue
        cache.clear()
        of_mei = "<" in route
        for method in (browser.get, browser.post) if of_mei else (browser.get,):
            answer = method(town.address(route))
            told = (route, to, method.__name__, answer.status_code, answer.headers.get("Location"))
            assert answer.status_code < 500 and not town.leaks(answer), told
            if to is To.STAFF:
                assert answer.status_code in (403, 404, 405) or route == "office/", told
            if to is To.MEMBERS and of_mei:
                # A link that only a button follows leads back to the list.
                assert answer.status_code in (404, 405) or answer.headers.get("Location") == "/family", told
    assert Record.objects.count() == before, "nothing happened"


def test_mei_opens_every_page_of_hers(town: Town) -> None:
    browser = town.browser(town.cast.people["mei"])
    opened = 0
    for route, to in OPEN.items():
        if to is To.MEMBERS and route not in ("family/<int:relation_id>/end",):
            cache.clear()
            answer = browser.get(town.address(route))
            assert answer.status_code < 500, route
            opened += answer.status_code == 200
    assert opened >= 25


def test_who_works_here_reaches_nothing_before_the_second_factor(town: Town) -> None:
    for role in (Role.STEWARD, Role.AUDITOR):
        person = town.worker(role, "sz")
        browser = town.browser(person, factor=False)
        for route, to in OPEN.items():
            if to in (To.STAFF, To.MEMBERS) and not route.startswith(("login/", "me/factor", "me/password")):
                answer = browser.get(town.address(route))
                told = (role, route, answer.status_code, answer.headers.get("Location"))
                assert answer.status_code == 302 and answer.headers["Location"].startswith("/login/factor/again/"), told


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MEMBER])
def test_every_role_sees_no_more_than_the_matrix_says(town: Town, role: Role) -> None:
    for branch in ("sz", "far") if role in (Role.STEWARD, Role.REVIEWER) else ("sz",):
        person = town.worker(role, branch)
        browser, by = town.browser(person), who(person, datetime.now(UTC))
        sees = branch == "sz" or role in (Role.AUDITOR, Role.ADMINISTRATOR)
        for route, to in OPEN.items():
            if to is not To.STAFF and "<" not in route:
                continue
            answer = browser.get(town.address(route))
            told = (role, branch, route, answer.status_code)
            assert answer.status_code < 500, told
            if to is To.MEMBERS:
                # A colleague on a member's page is a member.
                back = answer.headers.get("Location") == "/family"
                assert (answer.status_code in (404, 405) or back) and not town.leaks(answer), told
            elif not sees or not (may(by, "claim", "see") and role_sees_claims(role)):
                assert STORY not in town.leaks(answer), told
            if not sees:
                assert not town.leaks(answer), told


def role_sees_claims(role: Role) -> bool:
    """Those in whose work a claim is read."""
    return role not in (
        Role.UNDERWRITER, Role.CARE_MANAGER, Role.OPERATOR, Role.ANALYST, Role.PRODUCT_MANAGER, Role.ADMINISTRATOR,
    )  # fmt: skip
