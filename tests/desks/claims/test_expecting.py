"""Expected days rest on this company's own claims, or say that they do not; every change is kept with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.test import Client

from hearth.desks.claims import intake, reviewing
from hearth.desks.claims.expecting import expect, measure
from hearth.kernel.promises.forecast import KNOTS
from hearth.store.access import NotThere
from hearth.store.access.promises import expected_days
from hearth.store.models import Claim, ExpectedDay, StepCurve
from hearth.words.calendar import day_in_china
from hearth.words.claims import ClaimState
from tests.desks.cast_rows import AT, DAY, HOUR, Cast
from tests.desks.claims.way import claim_at

pytestmark = pytest.mark.django_db

S = ClaimState


def curve(product: str, state: str, last: float, *, band: int = -1, season: int = 0) -> StepCurve:
    """History by which claims were done evenly within so many working days."""
    return StepCurve.objects.create(
        product=product, state=state, band=band, season=season, ended=480, seen=500,
        knots=[round(last * number / KNOTS, 3) for number in range(1, KNOTS + 1)], early=0.0, late=0.0, calibrated=160,
        measured_at=AT,
    )  # fmt: skip


def claim(no: str) -> Claim:
    return Claim.objects.get(claim_no=no)


def test_without_history_the_promised_days_are_expected_and_called_so(cast: Cast) -> None:
    no = claim_at(cast, S.SUBMITTED)
    found = expected_days(cast.who("mei"), no, AT)
    assert found[0].basis == "promised"
    assert found[0].last_on == claim(no).expected_on
    with pytest.raises(NotThere):
        expected_days(cast.who("bo"), no, AT)


def test_with_history_the_days_are_those_in_which_eight_in_ten_were_done(cast: Cast) -> None:
    curve("outpatient", "submitted", 20)
    no = claim_at(cast, S.SUBMITTED)
    # Monday 1 June: a tenth was done within a little more than 2 working days, nine tenths
    # within a little more than 18, of which the 19 June is none: a holiday.
    now = expected_days(cast.who("mei"), no, AT)[0]
    assert (now.basis, now.seen, now.because) == ("claims", 480, "submitted")
    assert (now.first_on.isoformat(), now.last_on.isoformat()) == ("2026-06-04", "2026-06-26")
    assert claim(no).expected_on == now.last_on


def test_the_nearest_history_speaks_for_a_claim(cast: Cast) -> None:
    curve("", "submitted", 60)
    no = claim_at(cast, S.SUBMITTED)
    held = claim(no)
    far = expect(held, S.SUBMITTED, AT)
    curve("outpatient", "submitted", 20)
    near = expect(held, S.SUBMITTED, AT)
    curve("outpatient", "submitted", 5, season=2)
    nearest = expect(held, S.SUBMITTED, AT)
    assert far is not None and near is not None and nearest is not None
    assert far.last_on > near.last_on > nearest.last_on


def test_every_change_is_kept_with_what_made_it_and_cannot_be_rewritten(cast: Cast) -> None:
    curve("outpatient", "submitted", 20)
    curve("outpatient", "review", 40)
    no = claim_at(cast, S.ACCEPTED)
    reviewing.begin_review(cast.who("ai"), no, at=AT + DAY)
    told = expected_days(cast.who("mei"), no, AT + DAY)
    assert [one.because for one in told][:2] == ["review", "accepted"]
    assert told[0].last_on > told[1].last_on
    with pytest.raises(Error), transaction.atomic():
        ExpectedDay.objects.update(last_on=told[0].last_on + timedelta(days=9))


def test_a_claim_that_outlives_its_days_is_given_others_once_a_night(cast: Cast) -> None:
    curve("outpatient", "submitted", 20)
    no = claim_at(cast, S.SUBMITTED)
    last = claim(no).expected_on
    assert last is not None
    late = AT + (last - day_in_china(AT)) + DAY
    measure(late)
    StepCurve.objects.all().delete()
    curve("outpatient", "submitted", 20)
    again = expected_days(cast.who("mei"), no, late)[0]
    assert again.because == "longer" and again.last_on > last
    count = ExpectedDay.objects.count()
    measure(late + HOUR)
    assert ExpectedDay.objects.count() == count


def test_while_the_member_is_waited_for_no_other_days_are_said_every_night(cast: Cast) -> None:
    no = claim_at(cast, S.DECIDED)
    count = ExpectedDay.objects.filter(claim__claim_no=no).count()
    measure(AT + 60 * DAY)
    assert ExpectedDay.objects.filter(claim__claim_no=no).count() == count


def test_history_is_learned_from_the_claims_themselves(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hearth.kernel.promises.forecast.LEAST_CLAIMS", 3)
    for _one in range(3):
        claim_at(cast, S.PAID, at=AT - 30 * DAY)
    open_one = claim_at(cast, S.SUBMITTED, at=AT - 20 * DAY)
    measure(AT)
    learned = StepCurve.objects.get(product="outpatient", state="submitted", band=-1, season=0)
    assert (learned.ended, learned.seen) == (3, 4)
    assert not StepCurve.objects.filter(state="draft").exists()
    intake.accept(cast.who("an"), open_one, at=AT)
    assert expected_days(cast.who("mei"), open_one, AT)[0].basis == "claims"


def test_the_member_reads_the_days_and_how_they_changed(cast: Cast) -> None:
    curve("outpatient", "submitted", 20)
    curve("outpatient", "review", 40)
    no = claim_at(cast, S.ACCEPTED)
    reviewing.begin_review(cast.who("ai"), no, at=AT + DAY)
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.people["mei"], backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/claims/{no}").content.decode()
    assert "Eight in ten of claims like this one were done in such days; we looked at 480." in page
    assert "because the papers are complete and it is under review." in page
