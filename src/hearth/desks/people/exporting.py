"""Exporting: all that is kept about somebody, as plain values and as a page one can read (PIPL art. 45)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from hearth.desks.books import records
from hearth.store.access import Who, log_read, one
from hearth.store.models import (
    Adjustment,
    Advance,
    AdvanceConsent,
    AdvanceCost,
    AdvanceEntry,
    AdvanceOpinion,
    AdvanceStep,
    AdvanceWaiver,
    BankAccount,
    Claim,
    ClaimTrace,
    Complaint,
    ComplaintEvent,
    ComplaintParty,
    Consent,
    Custody,
    DataRequest,
    Decision,
    Dispute,
    DisputeEvent,
    DisputeOpinion,
    ExpectedDay,
    Guarantee,
    HealthRead,
    HospitalCall,
    Introduction,
    Message,
    Notice,
    Paper,
    PaperReading,
    Payment,
    Person,
    Pickup,
    Policy,
    Record,
    Relation,
    RepaymentPlan,
    Stewardship,
    StewardStep,
    Succession,
    SuccessionShare,
    Supplement,
    Transition,
)
from hearth.words.calendar import day_in_china
from hearth.words.claims import STATE_WORDS, ClaimState
from hearth.words.money import yuan

FORM = "hearth-export-1"
ANSWER_DAYS = 15
"""Days to answer a request in (DOMAIN 2.7); an export is answered at once."""


@transaction.atomic(durable=True)
def export_data(by: Who, person_id: int, *, at: datetime) -> dict[str, Any]:
    """Everything that is kept about somebody, as values that JSON holds; papers by name and digest.

    Gives:    a table of sections, amounts in fen, moments in UTC; `readable` makes a page of it
    Records:  data.exported.  Raises: NotAllowed, NotThere.
    """
    person: Person = one(by, "person", "export", at, pk=person_id)
    exported = _everything(person, at)
    digest = hashlib.sha256(json.dumps(exported, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    DataRequest.objects.create(
        person=person,
        asked_by_id=by.person_id or person_id,
        kind="export",
        state="done",
        asked_at=at,
        due_on=day_in_china(at) + timedelta(days=ANSWER_DAYS),
        done_at=at,
        outcome={"sha256": digest},
    )
    log_read(by, [person_id], "person", person_id, "export", at)
    records.append(
        "data.exported", f"person:{person_id}", by=by, at=at, data={"person": person_id}, sealed={"sha256": digest}
    )
    return exported


def _everything(person: Person, at: datetime) -> dict[str, Any]:
    claims = Claim.objects.filter(person=person).order_by("pk")
    held = Policy.objects.filter(Q(holder=person) | Q(covers__person=person)).distinct().order_by("pk")
    advances = Advance.objects.filter(person=person).order_by("pk")
    complaints = Complaint.objects.filter(person=person).order_by("pk")
    subjects = [
        f"person:{person.pk}",
        *(f"claim:{no}" for no in claims.values_list("claim_no", flat=True)),
        *(f"advance:{no}" for no in advances.values_list("advance_no", flat=True)),
        *(f"complaint:{no}" for no in complaints.values_list("complaint_no", flat=True)),
    ]
    return {
        "form": FORM,
        "exported_at": _plain(at),
        "person": _columns(
            person,
            "username full_name phone phone_verified email id_number born_on died_on sex language large_print "
            "quiet_from quiet_to joined_at last_login external_id",
        ),
        "introductions": _rows(Introduction.objects.filter(person=person).order_by("pk"), "partner_id external_id at"),
        "relations": _rows(
            Relation.objects.filter(Q(person=person) | Q(other=person)).order_by("pk"),
            "person_id other_id kind proof proven_at until_on ended_at",
        ),
        "consents": _rows(
            Consent.objects.filter(person=person).order_by("pk"),
            "purpose data_class version words_digest given_by_id given_at withdrawn_at",
        ),
        "accounts": _rows(
            BankAccount.objects.filter(person=person).order_by("pk"), "holder_name bank number added_at ended_at"
        ),
        "policies": _rows(held, "policy_no product plan starts_on ends_on ended_on state premium_fen facts issued_at"),
        "claims": [_claim(claim) for claim in claims],
        "advances": [_advance(advance) for advance in advances],
        "complaints": [_complaint(complaint) for complaint in complaints],
        "complaints_joined": _rows(
            ComplaintParty.objects.filter(person=person).order_by("pk"),
            "complaint_id is_representative confirmed_at declined_at",
        ),
        "successions": _rows(
            Succession.objects.filter(person=person).order_by("pk"), "ground whole stated_at confirmed_at ended_at"
        ),
        "inherited": _rows(
            SuccessionShare.objects.filter(heir=person).order_by("pk"), "succession_id parts account_id"
        ),
        "calls": _rows(
            HospitalCall.objects.filter(person=person).order_by("called_at", "pk"),
            "way topic outcome hospital spoke_with words called_at next_on",
        ),
        "notices": _rows(
            Notice.objects.filter(person=person).order_by("pk"), "what channel language text made_at sent_at state"
        ),
        "read_by": _rows(
            HealthRead.objects.filter(person=person).order_by("pk"), "reader_id partner_id kind key purpose at"
        ),
        "stewards": _rows(
            Stewardship.objects.filter(person=person).order_by("pk"), "steward_id from_at to_at why words"
        ),
        "requests": _rows(
            DataRequest.objects.filter(person=person).order_by("pk"), "kind state asked_at done_at kept_until outcome"
        ),
        "records": _rows(Record.objects.filter(subject__in=subjects).order_by("pk"), "id kind subject at by"),
    }


def _advance(advance: Advance) -> dict[str, Any]:
    return {
        **_columns(
            advance,
            "advance_no state source admitted_on discharged_on is_emergency is_hardship hardship illness icd plan "
            "programme intake estimate_fen reason words cap_fen cost_fen paid_fen offset_fen recovered_fen "
            "written_off_fen balance_fen notified_at",
        ),
        "consents": _rows(
            AdvanceConsent.objects.filter(advance=advance).order_by("pk"),
            "what version words_digest given_by_id given_at withdrawn_at",
        ),
        "entries": _rows(AdvanceEntry.objects.filter(advance=advance).order_by("seq"), "what fen payer at"),
        "steps": _rows(AdvanceStep.objects.filter(advance=advance).order_by("seq"), "from_state to_state at by"),
        "opinions": _rows(
            AdvanceOpinion.objects.filter(advance=advance).order_by("number"),
            "number verdict estimate_fen approved_fen reasons reference signed_at",
        ),
        "letters": _rows(
            Guarantee.objects.filter(advance=advance).order_by("number"),
            "number cap_fen valid_until issued_at ended_at",
        ),
        "costs": _rows(AdvanceCost.objects.filter(advance=advance).order_by("pk"), "on cost_fen told_by at"),
        "plans": _rows(
            RepaymentPlan.objects.filter(advance=advance).order_by("pk"),
            "owed_fen instalments may_set_off signed_by_id signed_at ended_at",
        ),
        "waivers": _rows(
            AdvanceWaiver.objects.filter(advance=advance).order_by("pk"), "amount_fen why state proposed_at"
        ),
    }


def _dispute(dispute: Dispute) -> dict[str, Any]:
    return {
        **_columns(dispute, "dispute_no reason state tier opened_by_id opened_at why changed_fen ended_at"),
        "said": _rows(
            DisputeEvent.objects.filter(dispute=dispute).order_by("seq"), "what to_state tier is_staff by_id at words"
        ),
        "opinions": _rows(
            DisputeOpinion.objects.filter(dispute=dispute), "verdict clause reasons signed_by_id signed_at"
        ),
    }


def _complaint(complaint: Complaint) -> dict[str, Any]:
    return {
        **_columns(
            complaint,
            "complaint_no stage cause channel words is_group registered_at state limit_days finding review_finding "
            "ended_at",
        ),
        "said": _rows(
            ComplaintEvent.objects.filter(complaint=complaint).order_by("seq"), "what to_state is_staff by_id at words"
        ),
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        **_columns(
            claim,
            "claim_no state facts story event_on claimed_fen channel external_id reported_at submitted_at accepted_at "
            "decided_at agreed_at paid_at closed_at",
        ),
        "policies": [link.policy.policy_no for link in claim.policies.select_related("policy").order_by("position")],
        "steps": _rows(Transition.objects.filter(claim=claim).order_by("seq"), "from_state to_state at by visible"),
        "papers": _rows(
            Paper.objects.filter(claim=claim).order_by("pk"), "kind name content_type size sha256 added_at removed_at"
        ),
        "read": [
            {
                **_columns(reading, "paper_id kind read_at"),
                "answer": json.loads(reading.answer) if reading.answer else None,
            }
            for reading in PaperReading.objects.filter(paper__claim=claim).order_by("pk")
        ],
        "supplements": _rows(
            Supplement.objects.filter(claim=claim).order_by("number"), "number items asked_at delivered_at ended_at"
        ),
        "disputes": [_dispute(dispute) for dispute in Dispute.objects.filter(claim=claim).order_by("pk")],
        "decisions": [
            {
                **_columns(
                    decision,
                    "number outcome payable_fen paid_out_fen is_automatic reason clause evidence words decided_at",
                ),
                "lines": decision.calculation.result,
            }
            for decision in Decision.objects.filter(claim=claim).select_related("calculation").order_by("number")
        ],
        "adjustments": _rows(
            Adjustment.objects.filter(claim=claim).order_by("pk"), "cause old_fen new_fen state proposed_at decided_at"
        ),
        "payments": _rows(
            Payment.objects.filter(claim=claim).order_by("pk"), "what amount_fen state bank_ref intended_at settled_at"
        ),
        "messages": _rows(Message.objects.filter(claim=claim).order_by("pk"), "by_id at side text cites"),
        "expected": _rows(ExpectedDay.objects.filter(claim=claim).order_by("pk"), "at first_on last_on basis because"),
        "traces": _rows(ClaimTrace.objects.filter(claim=claim).order_by("pk"), "kind at"),
        "checkpoints": _rows(StewardStep.objects.filter(claim=claim).order_by("pk"), "what done_at done_by_id words"),
        "pickups": [
            {
                **_columns(
                    pickup, "direction papers contact phone address window_from window_to state booked_at ended_at"
                ),
                "custody": _rows(Custody.objects.filter(pickup=pickup).order_by("seq"), "holder at"),
            }
            for pickup in Pickup.objects.filter(claim=claim).order_by("pk")
        ],
    }


def _rows(found: Iterable[models.Model], names: str) -> list[dict[str, Any]]:
    return [_columns(row, names) for row in found]


def _columns(row: models.Model, names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names.split()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


# --- a page one can read ----------------------------------------------------------------------------------------------

Heading = tuple[str, str, str, Sequence[tuple[str, str, str]]]

HEADINGS: tuple[Heading, ...] = (
    # section, in Chinese, in English, its columns
    (
        "relations",
        "您与他人的关系",
        "Relations",
        (("kind", "关系", "kind"), ("proven_at", "核实时间", "proven at"), ("until_on", "截止", "until")),
    ),
    (
        "consents",
        "您的授权同意",
        "Consents",
        (
            ("purpose", "用途", "purpose"),
            ("data_class", "数据类别", "data"),
            ("version", "版本", "version"),
            ("given_at", "同意时间", "given at"),
            ("withdrawn_at", "撤回时间", "taken back at"),
        ),
    ),
    (
        "accounts",
        "您的收款账户",
        "Accounts",
        (("bank", "开户银行", "bank"), ("holder_name", "户名", "holder"), ("number", "账号", "number")),
    ),
    (
        "policies",
        "您的保单",
        "Policies",
        (
            ("policy_no", "保单号", "policy"),
            ("product", "产品", "product"),
            ("starts_on", "起", "from"),
            ("ends_on", "止", "to"),
            ("state", "状态", "state"),
            ("premium_fen", "保费（元）", "premium (yuan)"),
        ),
    ),
    (
        "complaints",
        "您的投诉",
        "Complaints",
        (
            ("complaint_no", "编号", "number"),
            ("registered_at", "登记时间", "registered"),
            ("words", "内容", "what you said"),
            ("ended_at", "办结时间", "ended"),
        ),
    ),
    (
        "advances",
        "为您垫付的住院费用",
        "Hospital paid in advance",
        (
            ("advance_no", "编号", "number"),
            ("admitted_on", "入院日期", "admitted on"),
            ("illness", "疾病", "illness"),
            ("paid_fen", "已垫付（元）", "paid (yuan)"),
            ("balance_fen", "尚欠（元）", "outstanding (yuan)"),
        ),
    ),
    (
        "notices",
        "我们发给您的通知",
        "Notices sent to you",
        (("made_at", "时间", "at"), ("channel", "方式", "by"), ("text", "内容", "text")),
    ),
    (
        "read_by",
        "谁查阅过您的健康信息",
        "Who read your health data",
        (("at", "时间", "at"), ("purpose", "用途", "purpose"), ("kind", "内容", "what"), ("key", "编号", "number")),
    ),
    (
        "records",
        "与您有关的记录",
        "Records about you",
        (("id", "序号", "number"), ("at", "时间", "at"), ("kind", "事项", "what")),
    ),
)

OF_PERSON = (
    ("full_name", "姓名", "name"),
    ("phone", "手机", "telephone"),
    ("email", "邮箱", "e-mail"),
    ("id_number", "证件号码", "identity number"),
    ("born_on", "出生日期", "birthday"),
    ("died_on", "身故日期", "day of death"),
    ("sex", "性别", "sex"),
)
OF_CLAIM = (
    ("reported_at", "报案", "reported"),
    ("accepted_at", "受理", "accepted"),
    ("decided_at", "核定", "decided"),
    ("paid_at", "支付", "paid"),
    ("claimed_fen", "申请金额（元）", "claimed (yuan)"),
    ("story", "经过", "what happened"),
)


def readable(exported: dict[str, Any], lang: str) -> str:
    """An export as a page in Markdown, "zh" or "en": the same values, in words, without what only machines need."""
    zh = lang.startswith("zh")

    def title(zh_words: str, en_words: str) -> str:
        return zh_words if zh else en_words

    out = [f"# {title('您的个人信息', 'Your data')}", ""]
    out += [f"{title('导出时间', 'Taken at')}: {exported['exported_at']}", ""]
    out += _list(exported["person"], OF_PERSON, zh)
    for section, zh_words, en_words, columns in HEADINGS:
        out += ["", f"## {title(zh_words, en_words)}", "", *_table(exported[section], columns, zh)]
    out += ["", f"## {title('您的赔案', 'Claims')}", ""]
    for claim in exported["claims"]:
        state_zh, state_en = STATE_WORDS[ClaimState(claim["state"])]
        out += [f"### {claim['claim_no']}: {title(state_zh, state_en)}", "", *_list(claim, OF_CLAIM, zh)]
        for decision in claim["decisions"]:
            told = title("决定：应付", "Decision: payable")
            out.append(f"- {told} {yuan(decision['payable_fen'])} ({decision['outcome']}) {_cell(decision['words'])}")
        for dispute in claim["disputes"]:
            told = title("异议", "dispute")
            out.append(f"- {told} {dispute['dispute_no']}: {_cell(dispute['said'][0]['words'])}")
        for paper in claim["papers"]:
            out.append(
                f"- {title('材料', 'paper')}: {_cell(paper['name'])} ({paper['size']:,} B, {paper['sha256'][:16]})"
            )
        out.append("")
    if not exported["claims"]:
        out += [title("没有。", "None."), ""]
    return "\n".join(out)


def _list(values: dict[str, Any], names: Sequence[tuple[str, str, str]], zh: bool) -> list[str]:
    return [
        f"- {zh_words if zh else en_words}: {_shown(name, values[name])}"
        for name, zh_words, en_words in names
        if values[name] not in (None, "")
    ]


def _table(rows: list[dict[str, Any]], columns: Sequence[tuple[str, str, str]], zh: bool) -> list[str]:
    if not rows:
        return ["没有。" if zh else "None."]
    head = [zh_words if zh else en_words for _, zh_words, en_words in columns]
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(columns)}",
        *(f"| {' | '.join(_shown(name, row[name]) for name, _, _ in columns)} |" for row in rows),
    ]


def _shown(name: str, value: Any) -> str:
    return yuan(value) if name.endswith("_fen") else _cell(value)


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
