"""Rows: the rows of a kind that somebody may use for a verb.  "Not yours" sounds like "not there"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q

from hearth.store.access.matrix import MATRIX, PARTNER_SCOPES, Rows
from hearth.store.access.who import Who
from hearth.store.models import (
    BankAccount,
    Claim,
    Consent,
    DataRequest,
    Decision,
    Entry,
    HealthRead,
    Notice,
    Paper,
    Partner,
    Payment,
    Person,
    Policy,
    Record,
    Relation,
    RoleGrant,
    Sample,
    Webhook,
)
from hearth.words.claims import Role
from hearth.words.faults import Fault

Some = TypeVar("Some", bound=models.Model)


class NotThere(Fault):
    """There is no such row for who asks: it does not exist, or it is not theirs."""

    code, status = "NOT_THERE", 404
    says = "There is no {what} {key} here for you. Check the number; if somebody sent it to you, ask them."
    says_zh = "没有找到{what_zh} {key}。请核对编号；若是他人发给您的，请向对方确认。"

    def __init__(self, *, kind: str, key: object) -> None:
        what, what_zh = KIND_WORDS.get(kind, (kind.replace("_", " "), kind))
        super().__init__(what=what, what_zh=what_zh, key=key, kind=kind)


class NotAllowed(Fault):
    """Whoever asks has no role that may do this at all."""

    code, status = "NOT_ALLOWED", 403
    says = "Your roles do not include this. Ask whoever runs your branch if you need it."
    says_zh = "您的岗位没有此项权限。如有需要，请联系所在机构的管理员。"


KINDS: dict[str, type[models.Model]] = {
    "claim": Claim,
    "policy": Policy,
    "person": Person,
    "relation": Relation,
    "consent": Consent,
    "account": BankAccount,
    "paper": Paper,
    "decision": Decision,
    "payment": Payment,
    "receipt": Record,
    "record": Record,
    "health_read": HealthRead,
    "ledger": Entry,
    "sample": Sample,
    "notice": Notice,
    "data_request": DataRequest,
    "role": RoleGrant,
    "partner": Partner,
    "webhook": Webhook,
}
"""The kinds of row that the matrix speaks of."""

KIND_WORDS: dict[str, tuple[str, str]] = {
    "claim": ("claim", "赔案"),
    "policy": ("policy", "保单"),
    "person": ("person", "人员"),
    "relation": ("relation", "关系"),
    "consent": ("consent", "授权同意"),
    "account": ("account", "账户"),
    "paper": ("paper", "材料"),
    "decision": ("decision", "理赔决定"),
    "payment": ("payment", "付款"),
    "receipt": ("receipt", "凭证"),
    "record": ("record", "记录"),
    "health_read": ("reading", "查阅记录"),
    "ledger": ("entry", "分录"),
    "sample": ("sample", "抽检"),
    "notice": ("notice", "通知"),
    "data_request": ("request", "请求"),
    "role": ("role", "岗位"),
    "partner": ("partner", "合作机构"),
    "webhook": ("webhook", "回调地址"),
}


def family_of(person_id: int, at: datetime) -> tuple[int, ...]:
    """The person and everyone they act for by a proven relation that holds at `at`."""
    held = (
        Relation.objects.filter(person_id=person_id, proven_at__isnull=False, proven_at__lte=at)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=at.date()))
    )
    return (person_id, *sorted(set(held.values_list("other_id", flat=True))))


def may(by: Who, kind: str, verb: str) -> bool:
    """Whether some rows of that kind could be used for that verb by who asks."""
    return by.is_house or bool(_grants(by, kind, verb)) or _partner_may(by, kind, verb)


def rows(by: Who, kind: str, verb: str, at: datetime) -> models.QuerySet[Any]:
    """The rows of a kind that `by` may use for `verb` at `at`: a query set, empty where nothing is allowed."""
    every: models.QuerySet[Any] = KINDS[kind]._default_manager.all()
    if by.is_house:
        return every
    if by.partner_id is not None:
        return every.filter(_of_partner(kind, by.partner_id)) if _partner_may(by, kind, verb) else every.none()
    wanted: Q | None = None
    for which, branch_id in _grants(by, kind, verb):
        part = _part(by, kind, which, branch_id, at)
        if part is None:
            return every
        wanted = part if wanted is None else wanted | part
    return every.none() if wanted is None else every.filter(wanted)


def one(by: Who, kind: str, verb: str, at: datetime, *, lock: bool = False, **key: Any) -> Any:
    """The one row of that key that `by` may use for `verb`; NotThere where there is none for them."""
    if not may(by, kind, verb) and not may(by, kind, "see"):
        raise NotAllowed
    found = rows(by, kind, verb, at).filter(**key)
    if lock:
        found = found.select_for_update(of=("self",))
    try:
        return found.get()
    except ObjectDoesNotExist:
        if verb != "see" and rows(by, kind, "see", at).filter(**key).exists():
            raise NotAllowed from None
        raise NotThere(kind=kind, key=next(iter(key.values()))) from None


def permit(by: Who, kind: str, verb: str) -> None:
    """NotAllowed unless `by` may do this with some rows (for verbs that make a row)."""
    if not may(by, kind, verb):
        raise NotAllowed


def log_read(by: Who, person_ids: Iterable[int], kind: str, key: object, purpose: str, at: datetime) -> None:
    """Write down that somebody's health data was read, by whom and for which purpose (one's own is not logged)."""
    HealthRead.objects.bulk_create(
        HealthRead(
            reader_id=by.person_id,
            partner_id=by.partner_id,
            person_id=person_id,
            kind=kind,
            key=str(key)[:40],
            purpose=purpose,
            at=at,
        )
        for person_id in person_ids
        if person_id != by.person_id and not by.is_house
    )


def _grants(by: Who, kind: str, verb: str) -> list[tuple[Rows, int | None]]:
    held = _with_member(by)
    return [
        (which, branch_id)
        for of, verbs, roles, which in MATRIX
        if of == kind and verb in verbs
        for role, branch_id in held
        if role in roles
    ]


def _with_member(by: Who) -> list[tuple[Role, int | None]]:
    # Staff are members too, of their own policies and claims.
    held = [(grant.role, grant.branch_id) for grant in by.grants]
    if by.person_id is not None and held and (Role.MEMBER, None) not in held:
        held.append((Role.MEMBER, None))
    return held


def _partner_may(by: Who, kind: str, verb: str) -> bool:
    return any((kind, verb) in PARTNER_SCOPES.get(scope, ()) for scope in by.scopes)


def _part(by: Who, kind: str, which: Rows, branch_id: int | None, at: datetime) -> Q | None:
    """The condition for one grant; None means every row."""
    if which is Rows.ALL or (which is Rows.BRANCH and branch_id is None):
        return None
    if which is Rows.BRANCH:
        return _BRANCH[kind](branch_id)
    assert by.person_id is not None
    people = family_of(by.person_id, at) if which is Rows.FAMILY else (by.person_id,)
    return _OF[kind](people, by.person_id)


def _people_are(field: str) -> Callable[[tuple[int, ...], int], Q]:
    return lambda people, own: Q(**{f"{field}__in": people})


_OF: dict[str, Callable[[tuple[int, ...], int], Q]] = {
    "claim": lambda people, own: Q(person__in=people),
    "policy": lambda people, own: Q(holder=own) | Q(pk__in=_covers(people)),
    "person": _people_are("pk"),
    "relation": lambda people, own: Q(person=own) | Q(other=own),
    "consent": _people_are("person"),
    "account": _people_are("person"),
    "paper": _people_are("claim__person"),
    "decision": _people_are("claim__person"),
    "payment": _people_are("claim__person"),
    "receipt": lambda people, own: Q(subject__in=_subjects(people)),
    "health_read": _people_are("person"),
    "notice": lambda people, own: Q(person=own),
    "data_request": _people_are("person"),
}

_BRANCH: dict[str, Callable[[int | None], Q]] = {
    "claim": lambda branch: Q(branch=branch),
    "policy": lambda branch: Q(branch=branch),
    "person": lambda branch: Q(branch=branch),
    "relation": lambda branch: Q(other__branch=branch),
    "consent": lambda branch: Q(person__branch=branch),
    "account": lambda branch: Q(person__branch=branch),
    "paper": lambda branch: Q(claim__branch=branch),
    "decision": lambda branch: Q(claim__branch=branch),
    "payment": lambda branch: Q(claim__branch=branch),
    "receipt": lambda branch: Q(decision__claim__branch=branch),
    "notice": lambda branch: Q(person__branch=branch),
}

_PARTNER: dict[str, str] = {
    "claim": "partner",
    "policy": "partner",
    "paper": "claim__partner",
    "decision": "claim__partner",
    "payment": "claim__partner",
    "receipt": "decision__claim__partner",
    "webhook": "partner",
    "person": "covers__policy__partner",
}


def _of_partner(kind: str, partner_id: int) -> Q:
    if kind == "person":
        return Q(pk__in=Person.objects.filter(covers__policy__partner=partner_id).values("pk"))
    return Q(**{_PARTNER[kind]: partner_id})


def _covers(people: tuple[int, ...]) -> models.QuerySet[Any, Any]:
    return Policy.objects.filter(covers__person__in=people).values("pk")


def _subjects(people: tuple[int, ...]) -> list[str]:
    numbers = Claim.objects.filter(person__in=people).values_list("claim_no", flat=True)
    return [f"claim:{number}" for number in numbers] + [f"person:{person}" for person in people]
