"""Rows: the rows of a kind that somebody may use for a verb.  "Not yours" sounds like "not there"."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat, Substr

from hearth.store.access.matrix import MATRIX, PARTNER_SCOPES, RECEIPTS, RECUSED, SEE_LOCKED, Rows
from hearth.store.access.who import Who
from hearth.store.models import (
    Advance,
    BankAccount,
    CatalogueList,
    Claim,
    Complaint,
    Consent,
    DataRequest,
    Decision,
    Dispute,
    EmergencyMeasure,
    Entry,
    HealthRead,
    Hospital,
    HospitalCall,
    Introduction,
    Investigation,
    Notice,
    Paper,
    Partner,
    Payment,
    Person,
    Pickup,
    Policy,
    Record,
    Relation,
    Rescission,
    RoleGrant,
    Sample,
    StaffAbsence,
    StaffShift,
    StaffSkill,
    Succession,
    Suspicion,
    SuspicionClaim,
    Webhook,
    WorkOrder,
)
from hearth.words.calendar import day_in_china
from hearth.words.claims import Role
from hearth.words.faults import Fault

Some = TypeVar("Some", bound=models.Model)


class NotThere(Fault):
    """There is no such row for who asks: it does not exist, or it is not theirs."""

    code, status = "NOT_THERE", 404
    says = "There is no {what} {key} here for you. Check the number; if somebody sent it to you, ask them."
    says_zh = "没有找到{what_zh} {key}。请核对编号；若是他人发给您的，请向对方确认。"

    def __init__(self, *, kind: str, key: object) -> None:
        what, what_zh = (KIND_WORDS | PART_WORDS).get(kind, (kind.replace("_", " "), kind))
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
    "catalogue": CatalogueList,
    "measure": EmergencyMeasure,
    "advance": Advance,
    "hospital": Hospital,
    "pickup": Pickup,
    "order": WorkOrder,
    "dispute": Dispute,
    "complaint": Complaint,
    "shift": StaffShift,
    "absence": StaffAbsence,
    "skill": StaffSkill,
    "suspicion": Suspicion,
    "investigation": Investigation,
    "rescission": Rescission,
    "hospital_call": HospitalCall,
    "succession": Succession,
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
    "catalogue": ("list", "清单"),
    "measure": ("measure", "应急措施"),
    "advance": ("advance", "垫付"),
    "hospital": ("hospital", "医院"),
    "pickup": ("pick-up", "取件预约"),
    "order": ("work order", "工单"),
    "dispute": ("dispute", "异议"),
    "complaint": ("complaint", "投诉"),
    "shift": ("shift", "班次"),
    "absence": ("absence", "缺勤"),
    "skill": ("skill", "专长"),
    "suspicion": ("suspicion", "疑点"),
    "investigation": ("investigation", "调查"),
    "rescission": ("rescission", "合同解除"),
    "hospital_call": ("call with a hospital", "医院通话记录"),
    "succession": ("division among heirs", "继承分配"),
}
PART_WORDS: dict[str, tuple[str, str]] = {"checkpoint": ("checkpoint", "管家节点")}
"""What stands in a row of another kind."""


def family_of(person_id: int, at: datetime) -> tuple[int, ...]:
    """The person and everyone they act for by a proven relation that holds at `at`."""
    return (person_id, *_held(person_id, at, kinds=None))


def wards_of(person_id: int, at: datetime) -> tuple[int, ...]:
    """The person and the children whose proven guardian they are at `at` (PIPL art. 31)."""
    return (person_id, *_held(person_id, at, kinds=("guardian",)))


def _held(person_id: int, at: datetime, *, kinds: tuple[str, ...] | None) -> tuple[int, ...]:
    """Whom somebody acts for by relations that hold, of some kinds or of any: asked with nearly every question."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT other_id FROM store_relation WHERE person_id = %s AND proven_at <= %s"
            " AND (ended_at IS NULL OR ended_at > %s) AND (until_on IS NULL OR until_on > %s)"
            " AND (%s::text[] IS NULL OR kind = ANY(%s::text[])) ORDER BY other_id",
            [person_id, at, at, day_in_china(at), *(None if kinds is None else list(kinds),) * 2],
        )
        return tuple(int(other_id) for (other_id,) in cursor.fetchall())


def may(by: Who, kind: str, verb: str) -> bool:
    """Whether some rows of that kind could be used for that verb by who asks."""
    return by.is_house or bool(_grants(by, kind, verb)) or _partner_may(by, kind, verb)


def rows(by: Who, kind: str, verb: str, at: datetime) -> models.QuerySet[Any]:
    """The rows of a kind that `by` may use for `verb` at `at`: a query set, empty where nothing is allowed.

    What is locked is there for an auditor or an administrator alone; nobody works on what is their own.
    """
    known: Known = {}
    found = _granted(by, kind, verb, kind, at, known)
    if verb in RECUSED.get(kind, ()) and by.person_id is not None:
        found = found.exclude(_RECUSED[kind](_people(by.person_id, Rows.FAMILY, at, known)))
    return found


def people_for(by: Who, kind: str, verb: str, at: datetime) -> models.QuerySet[Any]:
    """The people for whom `by` may make rows of a kind: a claim to report, an account to add, a consent to give."""
    return _granted(by, kind, verb, "person", at, {})


def person_for(by: Who, kind: str, verb: str, at: datetime, person_id: int, *, lock: bool = False) -> Any:
    """The one person for whom `by` makes a row of a kind.  Raises: NotAllowed, NotThere."""
    permit(by, kind, verb)
    found = people_for(by, kind, verb, at).filter(pk=person_id)
    person = (found.select_for_update(of=("self",)) if lock else found).first()
    if person is None:
        if rows(by, "person", "see", at).filter(pk=person_id).exists():
            raise NotAllowed
        raise NotThere(kind="person", key=person_id)
    return person


Known = dict[Rows, tuple[int, ...]]
"""Whom a member stands for, asked for once within one question."""


def _granted(by: Who, kind: str, verb: str, of: str, at: datetime, known: Known) -> models.QuerySet[Any]:
    """Rows of the sort `of` that the grants for a kind and verb reach."""
    every: models.QuerySet[Any] = KINDS[of]._default_manager.all()
    if by.is_house:
        return every
    if by.partner_id is not None:
        if not _partner_may(by, kind, verb):
            return every.none()
        return every.filter(_PARTNER[of](by.partner_id) & _unlocked(of))
    granted = {
        (which, branch_id, role in SEE_LOCKED or which not in (Rows.BRANCH, Rows.ALL))
        for role, which, branch_id in _grants(by, kind, verb)
    }
    if not granted:
        return every.none()
    return every.filter(reduce(operator.or_, (_part(by, of, *part, at, known) for part in sorted(granted, key=repr))))


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


def branch_for(by: Who, kind: str, verb: str, wanted: int | None) -> int | None:
    """The branch that a new row of a kind belongs to: the one wanted, else the one the role was granted at.

    Raises: NotAllowed where no role of theirs makes such rows at the wanted branch.
    """
    permit(by, kind, verb)
    if by.is_house:
        return wanted
    if by.partner_id is not None:
        return Partner.objects.values_list("branch_id", flat=True).get(pk=by.partner_id)
    places = {
        None if which is Rows.ALL else branch_id
        for _, which, branch_id in _grants(by, kind, verb)
        if which in (Rows.BRANCH, Rows.ALL)
    }
    if None in places or wanted in places:
        return wanted
    if wanted is None and len(places) == 1:
        return places.pop()
    raise NotAllowed


def _grants(by: Who, kind: str, verb: str) -> list[tuple[Role, Rows, int | None]]:
    held = _with_member(by)
    return [
        (role, which, branch_id)
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


def _part(by: Who, kind: str, which: Rows, branch_id: int | None, sees_locked: bool, at: datetime, known: Known) -> Q:
    """The condition for one grant."""
    if which in _PEOPLE:
        assert by.person_id is not None
        return _OF[kind](_people(by.person_id, which, at, known)) & _unlocked(kind)
    where = _EVERY if which is Rows.ALL or branch_id is None else _BRANCH[kind](branch_id)
    if kind == "receipt":
        where &= _RECEIPT
    return where if sees_locked else where & _unlocked(kind)


def _people(person_id: int, which: Rows, at: datetime, known: Known) -> tuple[int, ...]:
    if which not in known:
        known[which] = _PEOPLE[which](person_id, at)
    return known[which]


_PEOPLE: dict[Rows, Callable[[int, datetime], tuple[int, ...]]] = {
    Rows.OWN: lambda own, at: (own,),
    Rows.WARDS: wards_of,
    Rows.FAMILY: family_of,
}
_EVERY = Q(pk__isnull=False)
_RECEIPT = Q(kind__in=sorted(RECEIPTS))


def _are(*fields: str) -> Callable[[tuple[int, ...]], Q]:
    """A condition: one of the fields names one of these people."""
    return lambda people: reduce(operator.or_, (Q(**{f"{field}__in": people}) for field in fields))


def _is(field: str) -> Callable[[int], Q]:
    """A condition: the field names this branch or this partner."""
    return lambda key: Q(**{field: key})


def _about_claims(found: models.QuerySet[Any, Any]) -> Q:
    """A condition on records: they are about one of these claims."""
    number = Substr(OuterRef("subject"), len("claim:") + 1)
    return Q(subject__startswith="claim:") & Q(Exists(found.filter(claim_no=number)))


def _about_advances(found: models.QuerySet[Any, Any]) -> Q:
    """A condition on records: they are about one of these advances."""
    number = Substr(OuterRef("subject"), len("advance:") + 1)
    return Q(subject__startswith="advance:") & Q(Exists(found.filter(advance_no=number)))


def _about_people(found: models.QuerySet[Any, Any]) -> Q:
    """A condition on records: they are about one of these people."""
    named = Concat(Value("person:"), Cast("pk", models.CharField()), output_field=models.CharField())
    return Q(subject__in=found.annotate(subject=named).values("subject"))


def _locked() -> models.QuerySet[Any, Any]:
    return Person.objects.filter(locked_at__isnull=False)


def _unlocked(kind: str) -> Q:
    """A condition: nobody whom the row is about is locked."""
    if kind == "receipt":
        return (
            ~_about_claims(Claim.objects.filter(person__in=_locked()))
            & ~_about_advances(Advance.objects.filter(person__in=_locked()))
            & ~_about_people(_locked())
        )
    return reduce(
        operator.and_, (~Q(**{f"{field}__in": _locked().values("pk")}) for field in _ABOUT.get(kind, ())), Q()
    )


def _covers(people: tuple[int, ...]) -> models.QuerySet[Any, Any]:
    return Policy.objects.filter(covers__person__in=people).values("pk")


_ABOUT: dict[str, tuple[str, ...]] = {
    "claim": ("person",),
    "policy": ("holder",),
    "person": ("pk",),
    "relation": ("person", "other"),
    "consent": ("person",),
    "account": ("person",),
    "paper": ("claim__person",),
    "decision": ("claim__person",),
    "payment": ("claim__person",),
    "health_read": ("person",),
    "sample": ("claim__person",),
    "notice": ("person",),
    "data_request": ("person",),
    "advance": ("person",),
    "pickup": ("claim__person",),
    "order": ("claim__person",),
    "dispute": ("claim__person",),
    "complaint": ("person",),
    "shift": ("person",),
    "absence": ("person",),
    "skill": ("person",),
    "suspicion": ("claims__claim__person",),
    "investigation": ("claim__person",),
    "rescission": ("claim__person", "policy__holder"),
    "hospital_call": ("person",),
    "succession": ("person",),
}
"""Whom a row is about."""

_OF: dict[str, Callable[[tuple[int, ...]], Q]] = {
    **{kind: _are(*fields) for kind, fields in _ABOUT.items()},
    "policy": lambda people: Q(holder__in=people) | Q(pk__in=_covers(people)),
    "receipt": lambda people: (
        (
            _about_claims(Claim.objects.filter(person__in=people))
            | _about_advances(Advance.objects.filter(person__in=people))
            | _about_people(Person.objects.filter(pk__in=people))
        )
        & _RECEIPT
    ),
}

_RECUSED: dict[str, Callable[[tuple[int, ...]], Q]] = {kind: _are(*_ABOUT[kind]) for kind in RECUSED}

_BRANCH: dict[str, Callable[[int], Q]] = {
    "claim": _is("branch"),
    "policy": _is("branch"),
    "person": _is("branch"),
    "relation": _is("other__branch"),
    "consent": _is("person__branch"),
    "account": _is("person__branch"),
    "paper": _is("claim__branch"),
    "decision": _is("claim__branch"),
    "payment": _is("claim__branch"),
    "receipt": lambda branch: (
        _about_claims(Claim.objects.filter(branch=branch)) | _about_advances(Advance.objects.filter(branch=branch))
    ),
    "notice": _is("person__branch"),
    "advance": _is("branch"),
    "pickup": _is("claim__branch"),
    "order": _is("claim__branch"),
    "suspicion": lambda branch: Q(pk__in=SuspicionClaim.objects.filter(claim__branch=branch).values("suspicion")),
    "investigation": _is("claim__branch"),
    "rescission": _is("policy__branch"),
    "dispute": _is("claim__branch"),
    "complaint": _is("branch"),
    "hospital_call": lambda branch: Q(claim__branch=branch) | Q(advance__branch=branch),
    "succession": _is("person__branch"),
}

_PARTNER: dict[str, Callable[[int], Q]] = {
    "claim": _is("partner"),
    "policy": _is("partner"),
    "paper": _is("claim__partner"),
    "decision": _is("claim__partner"),
    "payment": _is("claim__partner"),
    "dispute": _is("claim__partner"),
    "pickup": _is("claim__partner"),
    "receipt": lambda partner: _about_claims(Claim.objects.filter(partner=partner)) & _RECEIPT,
    "webhook": _is("partner"),
    # A hospital sees the stays in its own house.
    "advance": lambda partner: Q(partner=partner) | Q(hospital__partner=partner),
    "person": lambda partner: (
        Q(partner=partner)
        | Q(pk__in=Introduction.objects.filter(partner=partner).values("person"))
        | Q(pk__in=Policy.objects.filter(partner=partner).values("holder"))
        | Q(pk__in=Policy.objects.filter(partner=partner).values("covers__person"))
    ),
}
