"""The tables, a file a subject."""

from hearth.store.models.cached import Cached
from hearth.store.models.claims import (
    Claim,
    ClaimNote,
    ClaimPolicy,
    InvoiceKey,
    Message,
    Paper,
    PaperContent,
    Supplement,
    Transition,
)
from hearth.store.models.decisions import (
    Adjustment,
    AutomaticDeciding,
    Calculation,
    Decision,
    Proposal,
    Sample,
    SoldTerms,
)
from hearth.store.models.money import BankEvent, Entry, LedgerAccount, Payment, PayRun, Posting
from hearth.store.models.notices import Notice
from hearth.store.models.partners import ApiRequest, Delivery, Partner, Token, Webhook
from hearth.store.models.people import (
    BankAccount,
    Branch,
    Consent,
    DataRequest,
    HealthRead,
    Household,
    Person,
    Relation,
    RoleGrant,
)
from hearth.store.models.policies import Cover, Policy
from hearth.store.models.records import Checkpoint, Deadline, Leaf, Node, Record, Salt, Unsequenced

__all__ = [
    "Adjustment",
    "ApiRequest",
    "AutomaticDeciding",
    "BankAccount",
    "BankEvent",
    "Branch",
    "Cached",
    "Calculation",
    "Checkpoint",
    "Claim",
    "ClaimNote",
    "ClaimPolicy",
    "Consent",
    "Cover",
    "DataRequest",
    "Deadline",
    "Decision",
    "Delivery",
    "Entry",
    "HealthRead",
    "Household",
    "InvoiceKey",
    "Leaf",
    "LedgerAccount",
    "Message",
    "Node",
    "Notice",
    "Paper",
    "PaperContent",
    "Partner",
    "PayRun",
    "Payment",
    "Person",
    "Policy",
    "Posting",
    "Proposal",
    "Record",
    "Relation",
    "RoleGrant",
    "Salt",
    "Sample",
    "SoldTerms",
    "Supplement",
    "Token",
    "Transition",
    "Unsequenced",
    "Webhook",
]
