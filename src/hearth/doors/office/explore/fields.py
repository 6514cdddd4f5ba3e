"""Fields: what the form of a case asks for, group by group, as one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from hearth.words.codes import Category, Cause, Department, Ownership, Setting, Source, word

Kind = Literal["text", "name", "money", "part", "count", "day", "whole", "number", "truth", "choice", "ids"]
Text = Any
"""A sentence in the reader's language, turned into text when it is shown."""

Choices = Callable[[str], list[tuple[str, str]]]
"""Language -> (value, words) of a list to choose from."""


def of_codes(codes: type[IntEnum], without: tuple[IntEnum, ...] = ()) -> Choices:
    """The members of a closed list by their lower-case names."""
    return lambda lang: [(code.name.lower(), word(code, lang)) for code in codes if code not in without]


def _levels(lang: str) -> list[tuple[str, str]]:
    return [
        ("3", str(_("tertiary"))),
        ("2", str(_("secondary"))),
        ("1", str(_("primary"))),
        ("0", str(_("not graded"))),
    ]


@dataclass(frozen=True)
class Box:
    """One input.  `name` is the field of the case file; `default` is what the case file means by leaving it out."""

    name: str
    kind: Kind
    label: Text
    hint: Text = ""
    default: str = ""
    choices: Choices | None = None
    must: bool = False
    inside: str | None = None

    @property
    def key(self) -> str:
        """Its name in the form: fields of a nested object carry the object's name."""
        return f"{self.inside}_{self.name}" if self.inside else self.name


@dataclass(frozen=True)
class Group:
    """Boxes that belong together, and the lists below them; `most` bounds a list."""

    name: str
    boxes: tuple[Box, ...]
    lists: tuple[Group, ...] = ()
    most: int = 1
    may_be_blank: bool = False


LINE = Group(
    "lines",
    (
        Box("category", "choice", _("Category"), default="", must=True,
            choices=of_codes(Category, (Category.STAY_DAYS, Category.DIAGNOSED))),
        Box("name", "text", _("Name on the bill")),
        Box("amount", "money", _("Amount"), must=True),
        Box("out_of_scope", "part", _("Of it outside the list"), _("yuan, or “all”")),
        Box("public", "money", _("Of it public funds"), _("only where the settlement sheet says so line by line")),
        Box("quantity", "number", _("Quantity"), _("days or pieces"), default="1"),
        Box("unit", "text", _("Unit")),
        Box("price", "number", _("Price of one"), _("serves as a check alone")),
        Box("code", "text", _("National code of the item"), _("serves as a check alone")),
        Box("on", "day", _("Day of service")),
        Box("not_necessary", "money", _("Found not necessary")),
        Box("disputed", "truth", _("Still to be accepted as reasonable and necessary")),
    ),
    most=80,
    may_be_blank=True,
)  # fmt: skip

INVOICE = Group(
    "invoices",
    (
        Box("setting", "choice", _("Kind of treatment"), must=True, choices=of_codes(Setting, (Setting.DIAGNOSIS,))),
        Box("admitted_on", "day", _("Admitted on")),
        Box("discharged_on", "day", _("Discharged on")),
        Box("visited_on", "day", _("Visited on")),
        Box("fund", "money", _("Pooled fund paid")),
        Box("other_public", "money", _("Other public payments"), _("large-sum, assistance, civil servants")),
        Box("account", "money", _("Personal account"), _("the person’s own money")),
        Box("cash", "money", _("Cash")),
        Box("total", "money", _("Total on the invoice")),
        Box("si_settled", "truth", _("Settled through social insurance"), default="1"),
        Box("icd", "text", _("Diagnosis (ICD-10)")),
        Box("name", "text", _("Hospital"), inside="hospital"),
        Box("level", "choice", _("Hospital level"), default="3", inside="hospital", choices=_levels),
        Box("ownership", "choice", _("Run by"), default="public", inside="hospital", choices=of_codes(Ownership)),
        Box("department", "choice", _("Ward"), default="ordinary", inside="hospital", choices=of_codes(Department)),
        Box("clinic", "text", _("Clinic"), inside="hospital"),
        Box("emergency", "truth", _("Emergency")),
        Box("emergency_until", "day", _("Emergency until")),
        Box("leave_days", "whole", _("Days on leave"), default="0"),
        Box("code", "text", _("Invoice code")),
        Box("number", "text", _("Invoice number")),
        Box("patient", "text", _("Person named, if another")),
        Box("used_elsewhere", "truth", _("Used at another policy without being declared")),
    ),
    (LINE,),
    most=20,
)

DIAGNOSIS = Group(
    "diagnoses",
    (
        Box("on", "day", _("Diagnosed on"), must=True),
        Box("condition", "text", _("Condition"), _("as the product lists it"), must=True),
        Box("icd", "text", _("Diagnosis (ICD-10)")),
    ),
    most=10,
    may_be_blank=True,
)

OTHER_PAYMENT = Group(
    "other_payments",
    (
        Box("source", "choice", _("Who paid"), must=True, choices=of_codes(Source)),
        Box("amount", "money", _("Amount"), must=True),
        Box("note", "text", _("Note")),
    ),
    most=12,
    may_be_blank=True,
)

CLAIM = Group(
    "claims",
    (
        Box("no", "text", _("Claim number"), must=True),
        Box("insured", "text", _("For whom"), must=True),
        Box("cause", "choice", _("Cause"), default="illness", choices=of_codes(Cause)),
        Box("registered_on", "day", _("Registered on")),
        Box("settled_on", "day", _("Settled on")),
        Box("onset_on", "day", _("First diagnosed on"), _("judged against the waiting period")),
        Box("trigger_on", "day", _("Accident or enrolment on"), _("time windows count from it")),
        Box("event", "text", _("Event"), _("claims of one event share its limits")),
        Box("policies", "ids", _("Policies in the order chosen"), _("numbers with commas; empty: as listed")),
        Box("advance", "money", _("Advanced to the hospital")),
        Box("prepaid", "money", _("Prepaid already")),
        Box("void", "truth", _("Void: as if it had never been")),
    ),
    (INVOICE, DIAGNOSIS, OTHER_PAYMENT),
    most=12,
)

POLICY = Group(
    "policies",
    (
        Box("no", "text", _("Policy number"), must=True),
        Box("product", "choice", _("Product"), must=True),
        Box("plan", "choice", _("Plan")),
        Box("starts_on", "day", _("Starts on"), must=True),
        Box("insured", "ids", _("Who is insured"), _("people’s ids, with commas"), must=True),
        Box("with_social_insurance", "truth", _("Bought with social insurance"), default="1"),
        Box("claim_free_years", "whole", _("Claim-free years"), default="0"),
        Box("sum_insured", "money", _("Sum insured")),
        Box("ends_on", "day", _("Ends on"), _("first day without cover; empty: after one year")),
        Box("renews", "text", _("Renews policy")),
        Box("continuous_since", "day", _("Unbroken cover since")),
        Box("guaranteed_since", "day", _("Guaranteed period since")),
        Box("premium", "money", _("Premium")),
        Box("premium_paid", "money", _("Premium paid"), _("for the age stated")),
        Box("premium_due", "money", _("Premium due"), _("for the true age")),
        Box("arrears", "money", _("Overdue premium")),
        Box("unproven_clauses", "ids", _("Exclusions not proven explained"), _("clauses with commas")),
    ),
    most=8,
)

KNOWN = Group(
    "pre_existing",
    (
        Box("icd", "text", _("Illness before the cover (ICD-10)"), must=True),
        Box("evidence_on", "day", _("Proven by a paper of"), _("empty: suspected only")),
    ),
    most=12,
    may_be_blank=True,
)

PERSON = Group(
    "people",
    (
        Box("id", "text", _("Id"), must=True),
        Box("name", "name", _("Name"), _("Chinese / English")),
        Box("born_on", "day", _("Born on")),
    ),
    (KNOWN,),
    most=12,
    may_be_blank=True,
)

USED = Group(
    "used",
    (
        Box("policy", "text", _("Policy number"), must=True),
        Box("of", "text", _("Deductible or limit"), _("its code in the terms"), must=True),
        Box("amount", "count", _("Used before"), _("yuan, days or times"), must=True),
        Box("insured", "text", _("For whom")),
        Box("on", "day", _("On a day of"), _("for months and days")),
        Box("event", "text", _("Event")),
    ),
    most=30,
    may_be_blank=True,
)

CASE = Group("", (Box("case", "text", _("Name of this case"), must=True),), (PERSON, POLICY, USED, CLAIM))

MOST_LINES = 300
"""Lines of all invoices together; larger cases are for `hearth decide`."""
