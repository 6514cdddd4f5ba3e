"""Stories: the claims of the cast, each with a beginning that can be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hearth.doors.demo.bills import PAPERS, Facts, Till, drugs, found, injury, stay, visits
from hearth.doors.demo.fates import IN, PAID_AT_ONCE, TO_CUT, TO_DECISION, Fate
from hearth.store import shelf
from hearth.store.reading import read_yaml
from hearth.words.claims import ClaimState
from hearth.words.days import add_months

S = ClaimState
Bills = Callable[[Till, date, int], Facts]
STAY, VISIT = PAPERS["million-medical"], PAPERS["outpatient"]
CAN_BE_HEALED = (S.PAID, S.CLOSED, S.AGREED)


@dataclass(frozen=True, slots=True)
class Story:
    """One claim of somebody of the cast."""

    key: str
    person: str
    member: str
    policies: tuple[int, ...]
    """Places in the cast's list of policies, in the order in which the claim uses them."""
    facts: Bills
    papers: tuple[str, ...]
    words: str
    fate: Fate
    begun: date | None = None
    """A day of the cast's year; none: as late as the fate allows."""
    rests: float = 0.1
    same_picture_as: str = ""


def _fate(name: str, steps: tuple[str, ...], *ends: ClaimState, **more: Any) -> Fate:
    return Fate(name, steps, ends, (), 1, (0, 0), **more)


def example(product: str, name: str) -> Bills:
    """The first claim of a worked example, its days moved to the demo's year."""

    def facts(till: Till, on: date, years: int) -> Facts:
        path = shelf.products_folder() / product / "examples" / f"{name}.yaml"
        claim = read_yaml(path.read_bytes(), str(path))["claims"][0]
        kept = {key: claim[key] for key in ("cause", "event", "trigger_on", "invoices", "diagnoses") if key in claim}
        return dict(_moved(kept, years))

    return facts


def _moved(value: Any, years: int) -> Any:
    if isinstance(value, dict):
        return {key: _moved(one, years) for key, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, years) for one in value]
    if isinstance(value, date):
        return add_months(value, 12 * years).isoformat()
    return value if value is None or isinstance(value, int) else str(value)


def _stay(days: int, whole: float) -> Bills:
    return lambda till, on, years: stay(till, on, days=days, whole=whole)


def _visits(count: int) -> Bills:
    return lambda till, on, years: visits(till, on, on + timedelta(days=19), count=count)


def _early_stay(till: Till, on: date, years: int) -> Facts:
    """A stay that begins on the tenth day of Bo's cover."""
    return stay(till, add_months(date(2026, 6, 10), 12 * years), days=6, whole=21_000)


STRAIGHT = _fate("straight", (*IN, "told", "agree", "look", "told", "agree"), *CAN_BE_HEALED)
STORIES_OF_THE_CAST: tuple[Story, ...] = (
    Story("mei-stay", "mei", "mei", (2,), example("million-medical", "e01-personal-account-is-own-money"), STAY,
          "胆囊结石住院做了腹腔镜手术，医保结算后申请报销。",
          _fate("closed", (*TO_DECISION, "told", "agree"), S.CLOSED), date(2026, 4, 20)),
    Story("mei-visits", "mei", "mei", (4,), _visits(2), VISIT, "血糖复查，开了药。", STRAIGHT, date(2026, 5, 18)),
    Story("mei-drugs", "mei", "mei", (3,), lambda till, on, years: drugs(till, on, on - timedelta(days=12)),
          PAPERS["chronic-care"], "按处方买了降糖药。", STRAIGHT, date(2026, 6, 8)),
    Story("mei-again", "mei", "mei", (2,), _stay(8, 31_000), STAY, "血糖控制不好，住院调整用药。",
          _fate("asked", (*IN, "review", "ask", "delivered"), S.SUPPLEMENT, kept_back=("discharge_summary",)), rests=3),
    Story("bo-early", "bo", "bo", (12,), _early_stay, STAY, "肺炎住院，刚投保不久。",
          _fate("refused", (*TO_DECISION, "told", "agree"), S.CLOSED, refusal=("in_waiting", "1.5")),
          date(2026, 6, 22)),
    Story("bo-fall", "bo", "bo", (13,), lambda till, on, years: injury(till, on), PAPERS["accident-medical"],
          "打球时扭伤脚踝。", STRAIGHT, date(2026, 9, 14)),
    Story("yue-visits", "yue", "hui", (6,), _visits(2), VISIT, "女儿发烧咳嗽，去了两次儿科门诊。", STRAIGHT,
          date(2026, 3, 16)),
    Story("tian-fall", "tian", "hui", (7,), lambda till, on, years: injury(till, on), PAPERS["accident-medical"],
          "儿子在操场摔倒，缝了三针。", STRAIGHT, date(2026, 5, 11)),
    Story("yue-stay", "yue", "hui", (8, 5), _stay(7, 36_000), STAY, "女儿阑尾炎住院手术，两张保单一起申请。",
          _fate("decided", (*TO_DECISION, "told"), S.DECIDED), rests=0.5),
    Story("hui-review", "hui", "hui", (5,), _stay(5, 28_000), STAY, "甲状腺结节住院检查。",
          _fate("talked", (*IN, "review", "message", "answer"), S.REVIEW), rests=0.4),
    Story("tian-draft", "tian", "hui", (5,), _visits(1), (), "儿子换牙发炎，还在整理票据。",
          _fate("draft", ("draft",), S.DRAFT)),
    Story("qiang-severe", "qiang", "qiang", (9,), lambda till, on, years: found(on, "malignancy_mild", "C73"),
          PAPERS["critical-illness"], "Thyroid cancer found at a check-up.",
          _fate("held", (*TO_DECISION, "approve", "told", "agree"), S.AGREED), rests=0.5),
    Story("qiang-reported", "qiang", "qiang", (5,), _stay(4, 22_000), STAY, "Two nights in hospital after a fall.",
          _fate("reported", ("report",), S.REPORTED), rests=1),
    Story("song-stay", "songbo", "songbo", (10,),
          lambda till, on, years: stay(till, on, days=16, whole=290_000, out=0.3),
          PAPERS["city-supplement"], "心脏支架手术住院。",
          _fate("proposed", TO_DECISION, S.CALCULATED), rests=0.6),
    Story("song-cash", "songbo", "songbo", (11,), _stay(12, 11_000), PAPERS["hospital-cash"],
          "住院十二天，申请住院津贴。", STRAIGHT, date(2026, 7, 13)),
    Story("song-disputed", "songbo", "songbo", (10,),
          lambda till, on, years: stay(till, on, days=4, whole=96_000, out=0.3), PAPERS["city-supplement"],
          "心脏支架术后复查，又住了几天院。",
          _fate("with-a-senior", (*TO_CUT, "told", "dispute", "dispute_up", "dispute_up"), *PAID_AT_ONCE), rests=0.5),
    Story("mei-same-picture", "mei", "mei", (4,), _visits(1), VISIT, "感冒门诊。",
          _fate("submitted", ("report", "submit"), S.SUBMITTED, S.REVIEW, S.ACCEPTED, S.DECIDED), rests=0.2,
          same_picture_as="cast-mei-visits"),
)  # fmt: skip
"""Every claim of the cast."""
