"""Company: the demo's people, policies and claims, planned from a seed and a moment, then played through the desks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import numpy as np

from hearth.desks import founding, partners, people, policies
from hearth.desks.partners.organisations import PartnerThere
from hearth.doors.demo import cast, following
from hearth.doors.demo.beside import Beside
from hearth.doors.demo.bills import BILLS, PAPERS, Facts, Till, at_hospital, dear_stay, with_invoice
from hearth.doors.demo.cast import account_number, identity_number
from hearth.doors.demo.fates import FATES, Fate, beginning, script
from hearth.doors.demo.house import CAST_KEYS, PARTNER, House
from hearth.doors.demo.logins import password, totp_secret
from hearth.doors.demo.past import Act, Script
from hearth.doors.demo.pictures import Insured
from hearth.doors.demo.stays import open_hospitals, stays
from hearth.doors.demo.steps import REVIEWER, Claim
from hearth.doors.demo.stories import STORIES_OF_THE_CAST
from hearth.store.access import HOUSE
from hearth.words.calendar import CHINA_TIME, day_in_china
from hearth.words.consents import version_on
from hearth.words.days import add_months

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱林郭马梁谢韩唐冯于董萧程曹袁邓许傅沈曾吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国文博思雨子涵欣怡浩然梓萱志远晓峰雪梅海燕"
STORIES = {
    "outpatient": "感冒发热去门诊看了医生，开了药。",
    "million-medical": "因病住院治疗，已出院，申请报销自付部分。",
    "accident-medical": "下楼时不慎摔伤，到医院处理了伤口。",
    "hospital-cash": "住院治疗，申请住院津贴。",
    "city-supplement": "住院费用较高，医保报销后仍有较多自付。",
    "chronic-care": "按处方购买了慢病用药。",
    "critical-illness": "确诊后申请重大疾病保险金。",
}
PREMIUMS = {
    "outpatient": 68_000,
    "million-medical": 31_600,
    "accident-medical": 9_900,
    "hospital-cash": 19_900,
    "city-supplement": 6_900,
    "chronic-care": 12_900,
    "critical-illness": 268_000,
}
WAITING = {"critical-illness": 92, "million-medical": 32, "outpatient": 32, "hospital-cash": 32, "chronic-care": 32}
SHARED = 9_000
"""The account that people of different families say is theirs."""

FIRST_DAY = date(2026, 1, 1)
"""The products' terms begin here."""


@dataclass
class Plan:
    """Everything that will happen, as scripts; made again from the same seed and moment it is the same."""

    seed: int
    until: datetime
    is_small: bool
    house: House = field(default_factory=House)
    expected: dict[str, Fate] = field(default_factory=dict)
    """What becomes of each claim, by its key."""
    bills: dict[str, Facts] = field(default_factory=dict)
    """What each claim of somebody made up is for, by its key."""
    _numbers: int = 0

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.till = Till(np.random.default_rng(self.seed + 1))
        self.today = day_in_china(self.until)
        shift = max(0, (self.until - timedelta(days=90)).year - 2026)
        self.years = shift
        self.first = add_months(date(2026, 1, 1), 12 * shift)

    @property
    def begins(self) -> datetime:
        """The first moment of the demo."""
        return self._moment(add_months(self.first, -13))

    def morning(self, at: datetime) -> None:
        """What is done as days go by."""
        following.morning(at, self.house.who(REVIEWER, at))

    @property
    def claims_begin(self) -> datetime:
        """Before it nobody has a claim."""
        return self._moment(self.first)

    def scripts(self) -> list[Script]:
        """Every script of the plan."""
        return [self._founding(), *self._cast(), *self._others(), *self._stays(), *self._beside()]

    def acts(self) -> int:
        """How many acts a plan like this one has."""
        again = Plan(self.seed, self.until, self.is_small)
        return sum(1 for script in again.scripts() for act in script if act.at <= self.until)

    # --- the company -------------------------------------------------------------------------------------------------

    def _founding(self) -> Script:
        """Branches, the people who work here, their roles and log-ins, the broker."""
        at = self.begins
        for branch in cast.BRANCHES:
            at += timedelta(seconds=1)
            yield Act(at, partial(self._open, branch))
        for worker in cast.WORKERS:
            at += timedelta(seconds=1)
            yield Act(at, partial(self._hire, worker))
        at += timedelta(seconds=1)
        yield Act(at, self._broker)
        yield from open_hospitals(self.house, at)

    def _open(self, branch: cast.Branch, at: datetime) -> None:
        self.house.branches[branch.code] = founding.open_branch(
            HOUSE, branch.code, branch.zh, branch.en, at=at, is_headquarters=branch.is_headquarters
        )

    def _hire(self, worker: cast.Worker, at: datetime) -> None:
        branch = self.house.branches[worker.branch or cast.HEADQUARTERS]
        phone = f"1380000{1_001 + cast.WORKERS.index(worker)}"
        who = self._person(worker.code, worker.zh, at, branch=branch, phone=phone)
        for role in worker.roles:
            people.grant_role(
                HOUSE, who, role, at=at, branch=branch if worker.branch else None, authority_fen=worker.authority * 100
            )
        founding.give_password(HOUSE, who, password(), at=at)
        people.give_totp(HOUSE, who, totp_secret(worker.code), at=at)

    def _broker(self, at: datetime) -> None:
        with suppress(PartnerThere):
            partners.add_partner(
                HOUSE, at=at, code=PARTNER, name="东湖互联网保险经纪（演示）", kind="broker", branch=cast.HEADQUARTERS
            )

    def _person(self, username: str, name: str, at: datetime, *, by: str = "", **stated: object) -> int:
        if username not in self.house.people:
            made = people.create_person(
                self.house.who(by, at),
                at=at,
                full_name=name,
                username=username,
                **stated,  # type: ignore[arg-type]
            )
            self.house.people[username] = made
        return self.house.people[username]

    # --- the cast ----------------------------------------------------------------------------------------------------

    def _cast(self) -> Iterator[Script]:
        yield self._cast_people()
        yield from (self._cast_cover(count, *row) for count, row in enumerate(self._cast_policies()))
        yield from self._cast_claims()

    def _day(self, day: date) -> date:
        """A day of the cast's story in the demo's year."""
        return add_months(day, 12 * self.years)

    def _cast_people(self) -> Script:
        at = self._moment(self._day(date(2024, 12, 10)))
        for count, member in enumerate(cast.MEMBERS):
            at += timedelta(minutes=3)
            yield Act(at, partial(self._member, member, count))
        at = self._moment(self.first) + timedelta(hours=1)
        yield Act(at, self._family)
        for member in cast.MEMBERS:
            at += timedelta(minutes=2)
            yield Act(at, partial(self._consents_and_account, member))
        at += timedelta(hours=2)
        yield Act(at, self._lapse)

    def _member(self, member: cast.Member, count: int, at: datetime) -> None:
        who = self._person(
            member.code,
            member.zh,
            at,
            branch=self.house.branches[cast.SHENZHEN],
            born_on=member.born_on,
            sex=member.sex,
            phone=member.phone,
            id_number=identity_number(member.born_on, member.sex, count),
            language=member.language,
        )
        if member.large_print:
            people.edit_person(HOUSE, who, at=at, large_print=True)
        if member.can_log_in:
            founding.give_password(HOUSE, who, password(), at=at)

    def _cast_policies(self) -> Iterator[tuple[str, str, str, str, tuple[str, ...], date, dict[str, str]]]:
        family = tuple(one.code for one in cast.FAMILY)
        rows: tuple[tuple[str, str, str, str, tuple[str, ...], date, dict[str, str]], ...] = (
            ("lan-1", "million-medical", "standard", "lan", ("lan",), date(2025, 1, 1), {}),
            ("mei-1", "million-medical", "standard", "mei", ("mei",), date(2026, 1, 1), {}),
            ("mei-2", "chronic-care", "standard", "mei", ("mei",), date(2026, 1, 1), {}),
            ("mei-3", "outpatient", "standard", "mei", ("mei",), date(2026, 1, 1), {}),
            ("hui-1", "million-medical", "family", "hui", family, date(2026, 1, 1), {}),
            ("hui-2", "outpatient", "standard", "hui", ("yue",), date(2026, 1, 1), {}),
            ("hui-3", "accident-medical", "", "hui", ("tian",), date(2026, 1, 1), {}),
            ("hui-4", "hospital-cash", "", "hui", ("yue",), date(2026, 1, 1), {}),
            ("qiang-1", "critical-illness", "", "qiang", ("qiang",), date(2026, 1, 1), {"sum_insured": "300000.00"}),
            ("song-1", "city-supplement", "", "songbo", ("songbo",), date(2026, 1, 1), {}),
            ("song-2", "hospital-cash", "", "songbo", ("songbo",), date(2026, 1, 1), {}),
            ("bo-1", "million-medical", "standard", "bo", ("bo",), date(2026, 6, 1), {}),
            ("bo-2", "accident-medical", "", "bo", ("bo",), date(2026, 6, 1), {}),
        )
        for place, (_, product, plan, holder, insured, start, facts) in enumerate(rows, 1):
            begins = self._day(start)
            no = f"P{begins:%y}{80_000_000 + place}"
            yield no, product, plan, holder, insured, begins, facts
            ends = add_months(begins, 12)
            if holder != "lan" and self.today >= ends - timedelta(days=20):
                yield f"P{ends:%y}{80_000_000 + place}", product, plan, holder, insured, ends, {**facts, "renews": no}

    def _cast_cover(
        self, count: int, no: str, product: str, plan: str, holder: str, insured: tuple[str, ...], start: date,
        facts: dict[str, str],
    ) -> Script:  # fmt: skip
        at = self._moment(start - timedelta(days=12)) + timedelta(minutes=7 * count)
        yield Act(at, lambda at: self._issue(no, product, plan, holder, insured, start, at, facts))

    def cast_policy(self, place: int) -> str:
        """The number of a policy of the cast: its place in the list, from 1."""
        return next(no for no, *_ in self._cast_policies() if no.endswith(f"{80_000_000 + place}"))

    def _issue(
        self, no: str, product: str, plan: str, holder: str, insured: tuple[str, ...], start: date, at: datetime,
        facts: dict[str, str], by: str = "he", external_id: str = "",
    ) -> None:  # fmt: skip
        stated = dict(facts)
        renews = stated.pop("renews", None)
        with suppress(policies.PolicyKnown):
            policies.issue_policy(
                self.house.who(by, at), at=at, product=product, plan=plan, holder_id=self.house.of(holder),
                insured_ids=[self.house.of(one) for one in insured], starts_on=start, premium_fen=PREMIUMS[product],
                facts=stated, renews=renews, policy_no=no, external_id=external_id,
            )  # fmt: skip

    def _family(self, at: datetime) -> None:
        for parent in ("hui", "qiang"):
            for child in ("yue", "tian"):
                born_on = next(one.born_on for one in cast.FAMILY if one.code == child)
                kind = "guardian" if add_months(born_on, 14 * 12) > day_in_china(at) else "parent"
                self._relate(parent, child, kind, f"户口簿第 3 页（{parent}-{child}）", at)
        self._relate("hui", "qiang", "spouse", "结婚证 L440305-2012-001186", at)
        self._relate("qiang", "hui", "spouse", "结婚证 L440305-2012-001186", at)
        until = add_months(self.first, 24)
        self._relate("mei", "songbo", "agent", "授权委托书 2026-03", at, until)

    def _relate(self, person: str, other: str, kind: str, proof: str, at: datetime, until: date | None = None) -> None:
        made = people.state_relation(HOUSE, self.house.of(person), self.house.of(other), kind, at=at, until_on=until)
        people.prove_relation(self.house.who("an", at), made, proof, at=at)

    def _consents_and_account(self, member: cast.Member, at: datetime) -> None:
        house = self.house
        who = house.of(member.code)
        guardian = "hui" if member in (cast.YUE, cast.TIAN) else member.code
        self._consent(guardian, who, (("claim", "health"), ("claim", "account"), ("pass_on", "health")), at)
        if guardian != member.code:
            self._consent(guardian, who, (("claim", "child"),), at)
            return
        self._account(member.code, member.zh, cast.MEMBERS.index(member), at)

    def _consent(self, by: str, person_id: int, asked: tuple[tuple[str, str], ...], at: datetime) -> None:
        for purpose, data_class in asked:
            words = version_on(purpose, data_class, day_in_china(at))
            if words is not None:
                people.give_consent(
                    self.house.who(by, at),
                    person_id,
                    purpose,
                    data_class,
                    words.version,
                    at=at,
                    words=words.words("zh"),
                )

    def _account(self, username: str, name: str, count: int, at: datetime, prefix: str = "62220000") -> None:
        made = people.add_account(
            self.house.who(username, at),
            self.house.of(username),
            name,
            "演示银行",
            account_number(count, prefix),
            at=at,
        )
        self.house.accounts[username] = made

    def _lapse(self, at: datetime) -> None:
        policies.end_policy(
            self.house.who("he", at), self.cast_policy(1), at=at, on=self._day(date(2026, 1, 1)), how="lapsed"
        )

    def _cast_claims(self) -> Iterator[Script]:
        facts: dict[str, dict[str, Any]] = {}
        for count, story in enumerate(STORIES_OF_THE_CAST, 1):
            seed = 1_000_000 + count
            if story.begun is None:
                began = beginning(story.fate, self.until - timedelta(days=story.rests), seed)
            else:
                began = self._moment(self._day(story.begun))
            if began < self._moment(self.first + timedelta(days=14)) or began > self.until:
                continue
            claim = Claim(
                key=f"{CAST_KEYS}{story.key}",
                person=story.person,
                member=story.member,
                policy_nos=tuple(self.cast_policy(place) for place in story.policies),
                facts=story.facts(self.till, day_in_china(began) - timedelta(days=20), self.years),
                papers=story.papers,
                story=story.words,
                fate=story.fate.name,
                branch=cast.SHENZHEN,
                refusal=story.fate.refusal,
                kept_back=story.fate.kept_back,
                same_picture_as=story.same_picture_as,
            )
            facts[claim.key] = dict(claim.facts)
            claim.more["printed"] = facts.get(story.same_picture_as)
            self.expected[claim.key] = story.fate
            yield script(self.house, claim, story.fate, began, seed)

    # --- what is not a claim -----------------------------------------------------------------------------------------

    def _stays(self) -> Iterator[Script]:
        begins = {member.code: self._day(member.covered_from) for member in cast.MEMBERS}
        yield from stays(self.house, begins.__getitem__, self.first, self.until, self.seed)

    def _beside(self) -> Iterator[Script]:
        return Beside(self.house, self.until, self.today).scripts()

    # --- everybody else ----------------------------------------------------------------------------------------------

    def _others(self) -> Iterator[Script]:
        for fate in FATES:
            for number in range(fate.few if self.is_small else fate.many):
                made = self._other(fate, number)
                if made is not None:
                    yield made

    def _other(self, fate: Fate, number: int) -> Script | None:
        """A person, a policy and a claim with one fate."""
        self._numbers += 1
        count = self._numbers
        rng = np.random.default_rng((self.seed, count))
        till = Till(rng, count * 40)
        products = fate.products
        product = products[number % len(products)] if len(products) > 1 else products[0]
        last = self.until - timedelta(days=float(rng.uniform(*fate.rests)))
        began = beginning(fate, last, count)
        waits = WAITING.get(product, 0)
        room = (day_in_china(began) - self.first).days - waits - 22
        if room < 1:
            last = self.until - timedelta(days=fate.rests[0])
            began = beginning(fate, last, count)
            room = (day_in_china(began) - self.first).days - waits - 22
            if room < 1:
                return None
        start = self.first + timedelta(days=int(rng.integers(0, min(room, 200))))
        ill_on = day_in_china(began) - timedelta(days=21)
        username = f"d{count:04d}"
        name = SURNAMES[int(rng.integers(len(SURNAMES)))] + "".join(
            GIVEN[int(place)] for place in rng.integers(len(GIVEN), size=int(rng.integers(1, 3)))
        )
        born_on = date(1948, 1, 1) + timedelta(days=int(rng.integers(0, 365 * 58)))
        brought = bool(rng.random() < fate.by_broker)
        branch = cast.SHENZHEN if not brought and rng.random() < 0.6 else cast.HEADQUARTERS
        no = f"P{start:%y}{90_000_000 + count}"
        facts = dear_stay(till, ill_on) if fate.is_dear else BILLS[product](till, ill_on, day_in_china(began))
        if fate.account == "shared":
            facts = at_hospital(facts)
        if number == 0 and fate.bill_of in self.bills:
            facts = with_invoice(facts, self.bills[fate.bill_of])
        key = f"{PARTNER if brought else 'demo'}-{fate.name}-{number + 1}"
        self.bills[key] = facts
        claim = Claim(
            key=key,
            person=username,
            member=PARTNER if brought else username,
            policy_nos=(no,),
            facts=facts,
            papers=PAPERS[product],
            story=STORIES[product],
            fate=fate.name,
            branch=branch,
            refusal=fate.refusal,
            kept_back=tuple(paper for paper in fate.kept_back if paper in PAPERS[product]),
        )
        claim.more["external"] = f"ext-{count:04d}"
        self.expected[claim.key] = fate
        sex = "FM"[int(rng.integers(2))]
        claim.more["insured"] = Insured(name, sex, born_on)
        newcomer = _Newcomer(username, name, born_on, sex, branch, product, no, start, brought, count)
        return self._newcomers_claim(newcomer, claim, fate, began)

    def _newcomers_claim(self, new: _Newcomer, claim: Claim, fate: Fate, began: datetime) -> Script:
        first = self._moment(new.start - timedelta(days=6)) + timedelta(seconds=new.count % 7_000)
        first = min(first, began - timedelta(days=1))
        yield Act(first, partial(self._arrive, new))
        yield Act(first + timedelta(minutes=9), partial(self._cover, new))
        yield Act(began - timedelta(minutes=20), partial(self._prepare, new, fate))
        yield from script(self.house, claim, fate, began, new.count)

    def _arrive(self, new: _Newcomer, at: datetime) -> None:
        self._person(
            new.username, new.name, at,
            by=PARTNER if new.brought else "ye",
            born_on=new.born_on,
            sex=new.sex,
            branch=None if new.brought else self.house.branches[new.branch],
            phone="" if new.brought else f"139{new.count:08d}",
            id_number=identity_number(new.born_on, new.sex, new.count % 450 + 20),
            external_id=f"ext-{new.count:04d}" if new.brought else "",
        )  # fmt: skip

    def _cover(self, new: _Newcomer, at: datetime) -> None:
        facts = {"sum_insured": "100000.00"} if new.product == "critical-illness" else {}
        self._issue(
            new.no, new.product, "", new.username, (new.username,), new.start, at, facts,
            by=PARTNER if new.brought else "he", external_id=f"{PARTNER}-{new.no}" if new.brought else "",
        )  # fmt: skip

    def _prepare(self, new: _Newcomer, fate: Fate, at: datetime) -> None:
        """Consent and account, before the claim."""
        if not new.brought:
            self._consent(new.username, self.house.of(new.username), (("claim", "health"),), at)
        prefix = {"returning": founding.RETURNING, "refused": "95588"}.get(fate.account, "62220001")
        if fate.account in ("returning", "refused"):
            self._account(new.username, new.name, new.count + 5_000, at)
        self._account(new.username, new.name, SHARED if fate.account == "shared" else new.count, at, prefix)

    def _moment(self, day: date) -> datetime:
        """Ten in the morning in China."""
        return datetime.combine(day, time(10), CHINA_TIME).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """Somebody with one policy, made up for one claim."""

    username: str
    name: str
    born_on: date
    sex: str
    branch: str
    product: str
    no: str
    start: date
    brought: bool
    count: int
