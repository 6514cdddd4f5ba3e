"""The matrix: which role may do what with which rows.  One literal table; everything else is refused."""

from __future__ import annotations

from enum import StrEnum

from hearth.words.claims import Role


class Rows(StrEnum):
    """Which rows of a kind."""

    OWN = "own"  # one's own
    WARDS = "wards"  # own, and of the children one is the proven guardian of
    FAMILY = "family"  # own, and of those one acts for by a proven relation
    BRANCH = "branch"  # of the branch of the grant; of every branch where the grant names none
    ALL = "all"


M, STEWARD, EXPERT, SENIOR = Role.MEMBER, Role.STEWARD, Role.CLAIM_EXPERT, Role.SENIOR_EXPERT
ASSESSOR, REVIEWER, FINANCE, MEDICAL = Role.ASSESSOR, Role.REVIEWER, Role.FINANCE, Role.MEDICAL_EXPERT
UNDERWRITER, CARE, AGENT, OPERATOR = Role.UNDERWRITER, Role.CARE_MANAGER, Role.SERVICE_AGENT, Role.OPERATOR
ANALYST, PRODUCT, AUDITOR, ADMIN = Role.ANALYST, Role.PRODUCT_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR
DESK = (STEWARD, EXPERT, SENIOR, ASSESSOR, REVIEWER)
"""Those who work on claims."""

Row = tuple[str, tuple[str, ...], tuple[Role, ...], Rows]

MATRIX: tuple[Row, ...] = (
    # kind, verbs, roles, rows
    ("claim", ("see", "report", "edit", "submit", "withdraw", "agree", "dispute", "message"), (M,), Rows.FAMILY),
    ("claim", ("see",), (*DESK, MEDICAL, FINANCE, AGENT), Rows.BRANCH),
    ("claim", ("see",), (AUDITOR,), Rows.ALL),
    ("claim", ("report", "edit", "submit"), (STEWARD, AGENT), Rows.BRANCH),
    ("claim", ("message",), (*DESK, AGENT), Rows.BRANCH),
    ("claim", ("note", "accept", "send_back", "assign"), DESK, Rows.BRANCH),
    ("claim", ("ask", "receive"), (EXPERT, SENIOR, ASSESSOR, REVIEWER, STEWARD), Rows.BRANCH),
    ("claim", ("ask_again", "reopen"), (REVIEWER, SENIOR), Rows.BRANCH),
    ("claim", ("review", "investigate", "calculate", "decide", "refuse"), (ASSESSOR, REVIEWER, SENIOR), Rows.BRANCH),
    ("claim", ("approve", "adjust"), (REVIEWER, SENIOR), Rows.BRANCH),
    ("claim", ("judge",), (EXPERT, SENIOR, ASSESSOR, REVIEWER), Rows.BRANCH),
    # The four checkpoints of a claim are its steward's.
    ("claim", ("steward",), (STEWARD, EXPERT), Rows.BRANCH),
    ("claim", ("rescind",), (EXPERT, SENIOR, ASSESSOR, REVIEWER), Rows.BRANCH),
    # What looks wrong, and what people found of it: never told to who it is about.
    ("suspicion", ("see", "judge"), (EXPERT, SENIOR, ASSESSOR, REVIEWER), Rows.BRANCH),
    ("suspicion", ("see",), (AUDITOR,), Rows.ALL),
    ("investigation", ("see", "work"), (SENIOR, ASSESSOR, REVIEWER), Rows.BRANCH),
    ("investigation", ("see",), (EXPERT,), Rows.BRANCH),
    ("investigation", ("see",), (AUDITOR,), Rows.ALL),
    ("rescission", ("see", "prepare", "drop"), (EXPERT, SENIOR, ASSESSOR, REVIEWER), Rows.BRANCH),
    # Who may void a policy is the second person.
    ("rescission", ("see", "approve", "drop"), (UNDERWRITER,), Rows.BRANCH),
    ("rescission", ("see",), (AUDITOR,), Rows.ALL),
    ("policy", ("see",), (M,), Rows.FAMILY),
    ("policy", ("see",), (*DESK, MEDICAL, FINANCE, AGENT, UNDERWRITER, CARE, OPERATOR), Rows.BRANCH),
    ("policy", ("see",), (AUDITOR, ADMIN), Rows.ALL),
    ("policy", ("issue", "end"), (UNDERWRITER, OPERATOR), Rows.BRANCH),
    ("policy", ("void",), (UNDERWRITER,), Rows.BRANCH),
    ("person", ("see",), (M,), Rows.FAMILY),
    # Not for a spouse or an agent: who changes a telephone or takes a copy of everything takes the person's place.
    ("person", ("edit", "export", "erase"), (M,), Rows.WARDS),
    ("person", ("see",), (*DESK, MEDICAL, FINANCE, AGENT, UNDERWRITER, CARE, OPERATOR), Rows.BRANCH),
    ("person", ("see",), (AUDITOR, ADMIN), Rows.ALL),
    ("person", ("create", "edit"), (AGENT, STEWARD, UNDERWRITER, OPERATOR), Rows.BRANCH),
    ("person", ("create", "edit", "erase"), (ADMIN,), Rows.ALL),
    ("person", ("hand_over",), (STEWARD, REVIEWER, SENIOR, OPERATOR), Rows.BRANCH),
    ("person", ("hand_over",), (ADMIN,), Rows.ALL),
    ("person", ("death",), (STEWARD, EXPERT, REVIEWER), Rows.BRANCH),
    ("person", ("death",), (ADMIN,), Rows.ALL),
    ("relation", ("see", "state", "end"), (M,), Rows.OWN),
    ("relation", ("see", "prove", "end"), (STEWARD, EXPERT, AGENT, UNDERWRITER), Rows.BRANCH),
    ("relation", ("see",), (AUDITOR,), Rows.ALL),
    ("consent", ("see", "give", "withdraw"), (M,), Rows.WARDS),
    ("consent", ("see",), (AGENT, STEWARD, CARE), Rows.BRANCH),
    ("consent", ("see",), (AUDITOR,), Rows.ALL),
    ("account", ("see", "add"), (M,), Rows.FAMILY),
    ("account", ("see",), (STEWARD, FINANCE), Rows.BRANCH),
    ("account", ("add",), (STEWARD,), Rows.BRANCH),
    ("paper", ("see", "add", "remove", "sort"), (M,), Rows.FAMILY),
    ("paper", ("see", "add"), (*DESK, MEDICAL), Rows.BRANCH),
    ("paper", ("sort",), DESK, Rows.BRANCH),
    ("paper", ("see",), (AUDITOR,), Rows.ALL),
    ("decision", ("see",), (M,), Rows.FAMILY),
    ("decision", ("see",), (*DESK, MEDICAL, FINANCE, AGENT), Rows.BRANCH),
    ("decision", ("see",), (AUDITOR,), Rows.ALL),
    ("payment", ("see",), (M,), Rows.FAMILY),
    ("payment", ("see",), (*DESK, AGENT), Rows.BRANCH),
    ("payment", ("see", "prepare", "release"), (FINANCE,), Rows.BRANCH),
    ("payment", ("see",), (AUDITOR,), Rows.ALL),
    ("payment", ("correct",), (M,), Rows.FAMILY),
    ("payment", ("correct",), (STEWARD, FINANCE), Rows.BRANCH),
    ("receipt", ("see",), (M,), Rows.FAMILY),
    ("receipt", ("see",), (*DESK, FINANCE), Rows.BRANCH),
    ("receipt", ("see",), (AUDITOR,), Rows.ALL),
    ("record", ("see",), (AUDITOR,), Rows.ALL),
    ("health_read", ("see",), (M,), Rows.WARDS),
    ("health_read", ("see",), (AUDITOR,), Rows.ALL),
    ("ledger", ("see",), (FINANCE, AUDITOR), Rows.ALL),
    ("sample", ("see",), (REVIEWER, SENIOR, AUDITOR, ANALYST), Rows.ALL),
    ("sample", ("judge", "release"), (REVIEWER, SENIOR), Rows.ALL),
    ("notice", ("see",), (M,), Rows.OWN),
    ("notice", ("see",), (*DESK, AGENT), Rows.BRANCH),
    ("notice", ("see",), (AUDITOR,), Rows.ALL),
    ("data_request", ("see",), (M,), Rows.WARDS),
    ("data_request", ("see",), (ADMIN, AUDITOR), Rows.ALL),
    ("role", ("see", "grant", "end"), (ADMIN,), Rows.ALL),
    ("role", ("see",), (AUDITOR,), Rows.ALL),
    ("partner", ("see", "edit"), (ADMIN,), Rows.ALL),
    ("partner", ("see",), (AUDITOR,), Rows.ALL),
    # Work orders of promises in danger, and who works when.
    ("order", ("see", "take", "note", "close", "escalate"), (*DESK, MEDICAL, FINANCE), Rows.BRANCH),
    ("order", ("see",), (AUDITOR,), Rows.ALL),
    *((kind, ("see", "edit"), (REVIEWER, SENIOR, OPERATOR, ADMIN), Rows.ALL) for kind in ("shift", "absence", "skill")),
    *((kind, ("see",), (AUDITOR,), Rows.ALL) for kind in ("shift", "absence", "skill")),
    # Originals: fetched at the door, kept, sent back.
    ("pickup", ("see", "book", "cancel"), (M,), Rows.FAMILY),
    ("pickup", ("see",), (*DESK, AGENT), Rows.BRANCH),
    ("pickup", ("book", "cancel", "receive", "send_back"), (STEWARD, EXPERT), Rows.BRANCH),
    ("pickup", ("see",), (AUDITOR,), Rows.ALL),
    # What was said with hospitals; whom it is about has it in a copy of their data.
    ("hospital_call", ("see", "note"), (*DESK, MEDICAL, CARE), Rows.BRANCH),
    ("hospital_call", ("see",), (AUDITOR,), Rows.ALL),
    # How what was somebody's who died is divided: stated by one, confirmed by another.
    ("succession", ("see",), (M,), Rows.FAMILY),
    ("succession", ("see",), (*DESK, FINANCE), Rows.BRANCH),
    ("succession", ("state", "end"), (STEWARD, EXPERT, REVIEWER), Rows.BRANCH),
    ("succession", ("confirm", "end"), (REVIEWER, SENIOR, FINANCE), Rows.BRANCH),
    ("succession", ("see",), (AUDITOR,), Rows.ALL),
    ("advance", ("see", "ask", "consent", "cancel", "repay"), (M,), Rows.FAMILY),
    ("advance", ("see",), (*DESK, MEDICAL, FINANCE, AGENT, CARE), Rows.BRANCH),
    ("advance", ("see",), (AUDITOR,), Rows.ALL),
    ("advance", ("ask", "call", "check", "track", "discharge"), (STEWARD, EXPERT, REVIEWER, CARE), Rows.BRANCH),
    ("advance", ("cancel",), (STEWARD, EXPERT), Rows.BRANCH),
    ("advance", ("risk",), (EXPERT, SENIOR, REVIEWER), Rows.BRANCH),
    ("advance", ("opine",), (MEDICAL,), Rows.BRANCH),
    ("advance", ("guarantee",), (EXPERT, SENIOR, REVIEWER), Rows.BRANCH),
    ("advance", ("approve", "decline"), (SENIOR, REVIEWER), Rows.BRANCH),
    ("advance", ("pay", "recover"), (FINANCE,), Rows.BRANCH),
    ("advance", ("repay",), (STEWARD,), Rows.BRANCH),
    ("advance", ("waive",), (STEWARD, FINANCE, SENIOR, REVIEWER), Rows.BRANCH),
    ("advance", ("let_off",), (SENIOR, REVIEWER), Rows.BRANCH),
    # Hospitals and where their money goes: of the house, not of anybody.
    ("hospital", ("see",), (*DESK, MEDICAL, FINANCE, AGENT, CARE, OPERATOR, AUDITOR, ADMIN), Rows.ALL),
    ("hospital", ("register", "enter_account"), (OPERATOR, ADMIN), Rows.ALL),
    ("hospital", ("enter_account", "confirm_account"), (FINANCE,), Rows.ALL),
    ("hospital", ("link",), (STEWARD, EXPERT, CARE), Rows.ALL),
    # Disputes: each tier has its own; whoever disputes goes on or settles.
    ("claim", ("dispute",), (STEWARD, AGENT), Rows.BRANCH),
    ("dispute", ("see", "say", "move", "settle"), (M,), Rows.FAMILY),
    ("dispute", ("see",), (*DESK, MEDICAL, AGENT), Rows.BRANCH),
    ("dispute", ("see",), (AUDITOR,), Rows.ALL),
    # How many, how long and what they changed: without a word that was said.
    ("dispute", ("count",), DESK, Rows.BRANCH),
    ("dispute", ("count",), (AUDITOR, ANALYST), Rows.ALL),
    ("dispute", ("say",), (STEWARD, EXPERT, SENIOR, AGENT), Rows.BRANCH),
    ("dispute", ("answer", "move"), (STEWARD, EXPERT), Rows.BRANCH),
    ("dispute", ("opine",), (SENIOR, MEDICAL), Rows.BRANCH),
    ("complaint", ("see", "register", "ask_review", "withdraw"), (M,), Rows.FAMILY),
    ("complaint", ("see", "register"), (STEWARD, AGENT, EXPERT, OPERATOR), Rows.BRANCH),
    ("complaint", ("see",), (AUDITOR,), Rows.ALL),
    ("complaint", ("count",), (AGENT, REVIEWER, SENIOR, OPERATOR), Rows.BRANCH),
    ("complaint", ("count",), (AUDITOR, ANALYST), Rows.ALL),
    ("complaint", ("see", "answer", "act"), (AGENT, REVIEWER, SENIOR, OPERATOR), Rows.BRANCH),
    ("complaint", ("extend", "review"), (REVIEWER, SENIOR, OPERATOR), Rows.BRANCH),
    # Lists, what is known from them, and counts of claims: of the field and the house, not of anybody.
    ("catalogue", ("see",), (*DESK, MEDICAL, UNDERWRITER, CARE, AGENT, ANALYST, FINANCE, AUDITOR), Rows.ALL),
    ("catalogue", ("see", "load"), (PRODUCT, ADMIN), Rows.ALL),
    # What the insurer waives in an emergency: proposed by whoever answers for the product, approved by another person.
    ("measure", ("see",), (*DESK, MEDICAL, UNDERWRITER, AGENT, OPERATOR, AUDITOR), Rows.ALL),
    ("measure", ("see", "propose", "end"), (PRODUCT,), Rows.ALL),
    ("measure", ("see", "approve", "end"), (SENIOR, ADMIN), Rows.ALL),
)

PARTNER_SCOPES: dict[str, tuple[tuple[str, str], ...]] = {
    # scope of a token: kinds and verbs, always of the partner's own rows alone
    "claims:write": (("claim", "report"), ("claim", "edit"), ("claim", "submit"), ("paper", "add")),
    "claims:read": (("claim", "see"), ("decision", "see"), ("paper", "see"), ("payment", "see")),
    "receipts:read": (("receipt", "see"),),
    # A hospital tells of admissions and of what stays cost; of an advance it sees its own alone, without the patient.
    "advances:write": (("advance", "ask"), ("advance", "track"), ("advance", "discharge")),
    "advances:read": (("advance", "see"),),
    # For the member whose claim it brought in; a hospital acts for nobody (`partners.acts_for`).
    "disputes:write": (("claim", "dispute"), ("dispute", "say"), ("dispute", "move"), ("dispute", "settle")),
    "disputes:read": (("dispute", "see"),),
    "threads:write": (("claim", "message"),),
    "threads:read": (("claim", "see"),),
    "pickups:write": (("claim", "see"), ("pickup", "book"), ("pickup", "cancel")),
    "pickups:read": (("claim", "see"), ("pickup", "see")),
    # A partner never changes a person: with another telephone it could log in as them.
    "policies:write": (("policy", "issue"), ("person", "create")),
    "policies:read": (("policy", "see"), ("person", "see")),
    "webhooks": (("webhook", "see"), ("webhook", "edit")),
}
"""What a partner's token may be given."""

RECUSED: dict[str, frozenset[str]] = {
    "claim": frozenset(
        {"accept", "send_back", "assign", "ask", "ask_again", "receive", "review", "investigate", "calculate"}
        | {"decide", "refuse", "approve", "adjust", "reopen", "note", "judge", "steward", "rescind"}
    ),
    "suspicion": frozenset({"see", "judge"}),
    "investigation": frozenset({"see", "work"}),
    "rescission": frozenset({"see", "prepare", "approve", "drop"}),
    "payment": frozenset({"release"}),
    "person": frozenset({"hand_over", "death"}),
    "pickup": frozenset({"receive", "send_back"}),
    "hospital_call": frozenset({"note"}),
    "succession": frozenset({"state", "confirm", "end"}),
    "relation": frozenset({"prove"}),
    "sample": frozenset({"judge"}),
    "advance": frozenset(
        {"check", "risk", "opine", "guarantee", "approve", "decline", "pay", "recover", "waive", "let_off"}
    ),
    "order": frozenset({"take", "note", "close", "escalate"}),
    "dispute": frozenset({"answer", "opine"}),
    "complaint": frozenset({"answer", "extend", "review", "act"}),
}
"""What nobody does, whatever their role, with rows of themselves or of those they act for."""

SEE_LOCKED = (AUDITOR, ADMIN)
"""Who still sees what is locked: kept for the law alone (PIPL art. 47)."""

RECEIPTS = frozenset(
    {"claim.reported", "claim.submitted", "claim.accepted", "claim.decided", "claim.agreed", "claim.adjusted"}
    | {"claim.paid", "claim.returned", "claim.closed", "claim.withdrawn", "claim.reopened"}
    | {"advance.guaranteed", "advance.paid"}
    | {"payment.sent", "payment.confirmed", "payment.returned", "consent.given", "consent.withdrawn"}
)
"""Kinds of record that a customer is given a receipt of; the house's own work on a claim is not among them."""


def reaches_others(role: Role, kind: str, verb: str) -> bool:
    """Whether a role uses rows of a kind for a verb beyond those of its holder and their family."""
    return any(
        of == kind and verb in verbs and role in roles and which in (Rows.BRANCH, Rows.ALL)
        for of, verbs, roles, which in MATRIX
    )
