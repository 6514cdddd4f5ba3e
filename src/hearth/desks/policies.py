"""Policies: contracts issued, ended and voided, in their simplest true form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from pydantic import ValidationError

from hearth.desks.books import records
from hearth.desks.books.numbers import next_number
from hearth.kernel.adjudication import case
from hearth.kernel.product.terms import Terms
from hearth.store import shelf
from hearth.store.access import NotAllowed, NotThere, Who, branch_for, one, people_for
from hearth.store.models import Cover, Household, Person, Policy
from hearth.words.days import add_months
from hearth.words.faults import Fault, UnknownProduct

MOST_INSURED = 2_000
_POLICY_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9/-]{1,31}")
_COLUMNS = frozenset({"no", "product", "plan", "starts_on", "ends_on", "insured", "renews", "premium"})


class BadPolicy(Fault):
    """Something stated of a policy cannot be."""

    code, status = "BAD_POLICY", 422
    says = "{place}: got {got}; want {want}."
    says_zh = "{place_zh}：收到的是 {got}，应为{want_zh}。"

    def __init__(self, place: str, place_zh: str, *, got: object, want: str, want_zh: str) -> None:
        super().__init__(place=place, place_zh=place_zh, got=str(got)[:200], want=want, want_zh=want_zh)


class PolicyKnown(Fault):
    """The number stands for another policy already."""

    code, status = "POLICY_KNOWN", 409
    says = "Policy {policy_no} exists already. Give this one another number."
    says_zh = "保单 {policy_no} 已存在，请使用其他编号。"


class PolicyEnded(Fault):
    """The policy is not in force any more."""

    code, status = "POLICY_ENDED", 409
    says = "Policy {policy_no} is {state} already; this cannot be done with it."
    says_zh = "保单 {policy_no} 已{state_zh}，无法办理。"


STATE_WORDS = {
    "in_force": ("有效", "in force"),
    "lapsed": ("失效", "lapsed"),
    "surrendered": ("退保", "surrendered"),
    "void": ("无效", "void"),
}


@transaction.atomic(durable=True)
def issue_policy(
    by: Who,
    *,
    at: datetime,
    product: str,
    plan: str,
    holder_id: int,
    insured_ids: Sequence[int],
    starts_on: date,
    ends_on: date | None = None,
    premium_fen: int,
    facts: Mapping[str, Any] | None = None,
    renews: str | None = None,
    branch: int | None = None,
    partner: int | None = None,
    external_id: str = "",
    policy_no: str | None = None,
) -> str:
    """Issue one contract.  (1) who may (2) once (3) whom (4) the case format's rules (5) rows (6) record.

    Needs:    `ends_on`: the first day not covered, one year after the start if absent; `facts`: fields of the case
              format beyond the columns (docs/cases.md); `plan` "" is the product's first
    Gives:    the policy's number; a partner's external id stands for one policy, however often it is sent
    Records:  policy.issued.  Raises: NotAllowed, NotThere, UnknownProduct, BadPolicy, PolicyKnown.
    """
    # 1. Where, and for which partner.
    place = branch_for(by, "policy", "issue", branch)
    if by.partner_id is not None and partner not in (None, by.partner_id):
        raise NotAllowed
    brought_by = by.partner_id if by.partner_id is not None else partner
    # 2. Sent twice, it is one policy.
    external_id = external_id.strip()[:64]
    if brought_by is not None and external_id:
        known = Policy.objects.filter(partner_id=brought_by, external_id=external_id).first()
        if known is not None:
            return known.policy_no
    # 3. People who are known to who asks.
    terms = _terms(product)
    insured = list(dict.fromkeys(insured_ids))
    if not 1 <= len(insured) <= MOST_INSURED:
        raise BadPolicy(
            "insured",
            "被保险人",
            got=len(insured),
            want=f"1 to {MOST_INSURED} people",
            want_zh=f" 1 至 {MOST_INSURED} 人",
        )
    people = {
        person.pk: person for person in people_for(by, "policy", "issue", at).filter(pk__in={holder_id, *insured})
    }
    for wanted in (holder_id, *insured):
        if wanted not in people or people[wanted].locked_at is not None:
            raise NotThere(kind="person", key=wanted)
    before = None if renews is None else _renewed(by, renews, product, starts_on, at)
    # 4. What a case file may say of a policy, and nothing else.
    no = policy_no or next_number("policy", at)
    last = ends_on or add_months(starts_on, 12)
    stated = _stated(terms, no, plan, starts_on, last, insured, premium_fen, dict(facts or {}))
    # 5. The rows.
    policy = Policy(
        policy_no=no,
        product=product,
        plan=stated.plan or terms.plans[0],
        holder=people[holder_id],
        household=_household(people[holder_id], len(insured), before),
        starts_on=starts_on,
        ends_on=last,
        renews=before,
        state_at=at,
        premium_fen=premium_fen,
        facts=dict(facts or {}),
        branch_id=place if place is not None else people[holder_id].branch_id,
        partner_id=brought_by,
        external_id=external_id,
        issued_at=at,
    )
    try:
        with transaction.atomic():
            policy.save(force_insert=True)
    except IntegrityError as refused:
        if "policy_no" in str(refused):
            raise PolicyKnown(policy_no=no) from None
        if "renews" in str(refused):
            raise BadPolicy(
                "renews", "续保", got=renews, want="a policy that no other renews", want_zh="尚未续保的保单"
            ) from None
        raise
    Cover.objects.bulk_create(Cover(policy=policy, person_id=person_id) for person_id in insured)
    # 6. Ids, days and money.
    records.append(
        "policy.issued",
        f"policy:{no}",
        by=by,
        at=at,
        data={
            "policy": no,
            "product": product,
            "version": terms.version,
            "plan": policy.plan,
            "holder": holder_id,
            "insured": insured,
            "starts_on": starts_on.isoformat(),
            "ends_on": last.isoformat(),
            "premium_fen": premium_fen,
            "renews": renews,
            "partner": brought_by,
        },
        sealed={"facts": policy.facts} if policy.facts else None,
    )
    return no


@transaction.atomic(durable=True)
def end_policy(by: Who, policy_no: str, *, at: datetime, on: date, how: str = "surrendered") -> None:
    """End a contract from a day on: given up by its holder, or lapsed.  Asked twice for the same, it is done once.

    Records:  policy.ended.  Raises: NotAllowed, NotThere, PolicyEnded, BadPolicy.
    """
    policy: Policy = one(by, "policy", "end", at, lock=True, policy_no=policy_no)
    if how not in ("surrendered", "lapsed"):
        raise BadPolicy("how", "方式", got=how, want="surrendered or lapsed", want_zh=" surrendered 或 lapsed")
    if (policy.state, policy.ended_on) == (how, on):
        return
    if policy.state != "in_force":
        raise _ended(policy)
    if not policy.starts_on <= on <= policy.ends_on:
        raise BadPolicy(
            "on",
            "日期",
            got=on,
            want=f"a day from {policy.starts_on} to {policy.ends_on}",
            want_zh=f" {policy.starts_on} 至 {policy.ends_on} 之间的日期",
        )
    policy.state, policy.state_at, policy.ended_on = how, at, on
    policy.save(update_fields=["state", "state_at", "ended_on"])
    records.append(
        "policy.ended",
        f"policy:{policy_no}",
        by=by,
        at=at,
        data={"policy": policy_no, "how": how, "on": on.isoformat()},
    )


@transaction.atomic(durable=True)
def void_policy(by: Who, policy_no: str, *, at: datetime, why: str) -> int:
    """Void a contract from its start.  A job that follows the record proposes what this changes in settled claims.

    Needs:    `why`: the legal ground and what it rests on (Insurance Law art. 16, 27); a person, never a machine
    Gives:    the record's id
    Records:  policy.voided.  Raises: NotAllowed, NotThere, PolicyEnded, BadPolicy.
    """
    if by.person_id is None:
        # No machine rescinds a contract.
        raise NotAllowed
    policy: Policy = one(by, "policy", "void", at, lock=True, policy_no=policy_no)
    why = " ".join(why.split())
    if not 4 <= len(why) <= 1_000:
        raise BadPolicy(
            "why", "理由", got=f"{len(why)} characters", want="the legal ground in words", want_zh="法律依据和理由"
        )
    if policy.state == "void":
        raise _ended(policy)
    policy.state, policy.state_at = "void", at
    policy.save(update_fields=["state", "state_at"])
    record = records.append(
        "policy.voided", f"policy:{policy_no}", by=by, at=at, data={"policy": policy_no}, sealed={"why": why}
    )
    return int(record.pk)


def _ended(policy: Policy) -> PolicyEnded:
    zh, en = STATE_WORDS[policy.state]
    return PolicyEnded(policy_no=policy.policy_no, state=en, state_zh=zh)


def _terms(product: str) -> Terms:
    """The terms of a product of the shelf.  Raises: UnknownProduct, ProductBroken."""
    known = {path.parent.name: path for path in sorted(shelf.products_folder().glob("*/terms.yaml"))}
    if product not in known:
        raise UnknownProduct(product=product, known=", ".join(known))
    with shelf.ours_to_mend():
        return _terms_at(known[product], known[product].stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _terms_at(path: Path, changed: int) -> Terms:
    return shelf.parse_model(Terms, shelf.read_file(path), str(path))


def _renewed(by: Who, policy_no: str, product: str, starts_on: date, at: datetime) -> Policy:
    before: Policy = one(by, "policy", "issue", at, policy_no=policy_no)
    if before.product != product or before.starts_on >= starts_on or before.state == "void":
        raise BadPolicy(
            "renews",
            "续保",
            got=policy_no,
            want=f"an earlier policy of {product} that is not void",
            want_zh=f"同一产品（{product}）更早的有效保单",
        )
    return before


def _stated(
    terms: Terms,
    no: str,
    plan: str,
    starts_on: date,
    ends_on: date,
    insured: Sequence[int],
    premium_fen: int,
    facts: dict[str, Any],
) -> case.Policy:
    if not _POLICY_NO.fullmatch(no):
        raise BadPolicy(
            "number", "保单号", got=no, want="2 to 32 letters, digits, / and -", want_zh=" 2 至 32 位字母或数字"
        )
    if plan and plan not in terms.plans:
        raise BadPolicy(
            "plan", "计划", got=plan, want=f"one of {', '.join(terms.plans)}", want_zh=f" {'、'.join(terms.plans)} 之一"
        )
    if not 0 <= premium_fen <= 10**12:
        raise BadPolicy("premium", "保费", got=premium_fen, want="0 fen or more", want_zh="不小于 0")
    if twice := sorted(_COLUMNS & set(facts)):
        raise BadPolicy("facts", "其他约定", got=", ".join(twice), want="fields beside the columns", want_zh="其他字段")
    try:
        return case.Policy.model_validate(
            {
                **facts,
                "no": no,
                "product": terms.code,
                "plan": plan or None,
                "starts_on": starts_on,
                "ends_on": ends_on,
                "insured": [str(person) for person in insured],
            }
        )
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=True)[0]
        place = ".".join(str(part) for part in first["loc"]) or "policy"
        raise BadPolicy(place, place, got=first["input"], want=first["msg"], want_zh=f"：{first['msg']}") from None


def _household(holder: Person, insured: int, before: Policy | None) -> Household | None:
    """Whom the policy binds together: the household of the one it renews, the holder's, or a new one for a family."""
    if before is not None:
        return before.household
    known = Household.objects.filter(policies__holder=holder).order_by("pk").first()
    if known is None and insured > 1:
        known = Household.objects.create(name=holder.full_name[:60])
    return known
