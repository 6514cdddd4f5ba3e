"""Eligibility: every condition of an advance, each told with its result; none is hidden behind another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from hearth.words.advances import AdvanceConsentOf

Result = Literal["yes", "no", "person"]

ORDER = (
    "SERVICE", "HOSPITAL_NAMED", "HOSPITAL", "ACCOUNT", "COVER", "LIMIT", "ESTIMATE", "MEDICAL_DATA", "PAY_HOSPITAL",
    "REPAYMENT", "GUARDIAN", "PROGRAMME",
)  # fmt: skip
"""The checks in the order in which they are told."""

CHILD_MONTHS = 14 * 12
"""Under this age a guardian agrees to everything (PIPL art. 31)."""

MINOR_MONTHS = 18 * 12
"""Under this age a parent or guardian agrees to what binds (Civil Code arts. 17, 19); data are the minor's own."""

BINDING = frozenset({AdvanceConsentOf.PAY_HOSPITAL, AdvanceConsentOf.REPAYMENT})
"""What binds whoever agrees to it."""

MISSING_ONLY = frozenset(
    {"HOSPITAL_NAMED", "ACCOUNT", "ESTIMATE", "MEDICAL_DATA", "PAY_HOSPITAL", "REPAYMENT", "GUARDIAN"}
)
"""Checks that wait for somebody to bring or to sign something: open, never a reason to decline."""


@dataclass(frozen=True, slots=True)
class GateMet:
    """A gate of the policy's terms that a stay like this fails ("fail") or that a person looks at ("refer")."""

    gate: str
    result: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a request for an advance."""

    has_service: bool
    hospital_known: bool
    hospital_in_network: bool
    account_confirmed: bool
    gates: tuple[GateMet, ...]
    limit_left: int
    estimate: int
    consents: frozenset[AdvanceConsentOf]
    is_child: bool
    guardian_agreed: bool
    """Whether a guardian agreed to all that they have to agree to: everything for a child, what binds for a minor."""
    is_minor: bool = False
    is_hardship: bool = False
    programme: str = ""
    programme_fits: bool = True
    service_clause: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: met, not met, or for a person to decide, with the clause it rests on."""

    code: str
    result: Result
    clause: str = ""
    detail: str = ""


def checks(asked: Asked) -> tuple[Check, ...]:
    """Every condition of an advance with its result.

    Needs:   what is known of the request; amounts in fen
    Gives:   one check for each code of ORDER that applies, in that order: HOSPITAL_NAMED in the place of HOSPITAL
             while none is known, no LIMIT where the stay is not covered, GUARDIAN for a child or a minor alone,
             PROGRAMME where one was named; in hardship a hospital outside the network is for a person, not a no
    Source:  DOMAIN 6.6 (A1), S0.5, S0.12, S1.22; PIPL arts. 29, 31; Civil Code arts. 17, 19
    """
    found = {
        "SERVICE": Check("SERVICE", _yes(asked.has_service), asked.service_clause),
        **_hospital(asked),
        "ACCOUNT": Check("ACCOUNT", _yes(asked.account_confirmed)),
        "COVER": _cover(asked.gates),
        "LIMIT": Check("LIMIT", _yes(asked.limit_left > 0)),
        "ESTIMATE": Check("ESTIMATE", _yes(asked.estimate > 0)),
        "MEDICAL_DATA": Check("MEDICAL_DATA", _yes(AdvanceConsentOf.MEDICAL_DATA in asked.consents)),
        "PAY_HOSPITAL": Check("PAY_HOSPITAL", _yes(AdvanceConsentOf.PAY_HOSPITAL in asked.consents)),
        "REPAYMENT": Check("REPAYMENT", _yes(AdvanceConsentOf.REPAYMENT in asked.consents)),
    }
    if found["COVER"].result == "no":
        # What is not covered leaves nothing to pay; that says nothing of the limit.
        del found["LIMIT"]
    if asked.is_child or asked.is_minor:
        found["GUARDIAN"] = Check("GUARDIAN", _yes(asked.guardian_agreed))
    if asked.programme:
        found["PROGRAMME"] = Check("PROGRAMME", _yes(asked.programme_fits), detail=asked.programme)
    return tuple(found[code] for code in ORDER if code in found)


def signers(what: AdvanceConsentOf, *, is_child: bool, is_minor: bool) -> frozenset[str]:
    """Who may agree to one thing for one advance.

    Needs:   what is agreed to; whether the patient is under fourteen, and whether under eighteen
    Gives:   "self" and kinds of proven relations to the patient; data are agreed to by the person from fourteen on,
             what binds by a parent or guardian until eighteen
    Source:  PIPL arts. 29, 31; Civil Code arts. 17, 19, 23
    """
    if is_child:
        return frozenset({"guardian"})
    if what not in BINDING:
        return frozenset({"self"})
    return frozenset({"guardian", "parent"} if is_minor else {"self", "parent", "spouse", "child", "agent"})


def is_eligible(found: Iterable[Check]) -> bool:
    """Whether an advance can go on.

    Needs:   the checks of a request
    Gives:   whether none of them says no; what is for a person does not stop it
    Source:  DOMAIN 6.6 (A1)
    """
    return all(one.result != "no" for one in found)


def waits_for(found: Iterable[Check]) -> tuple[str, ...]:
    """What somebody still has to bring or to sign.

    Needs:   the checks of a request
    Gives:   codes of checks that say no and can still become a yes
    Source:  DOMAIN 6.6 (A1)
    """
    return tuple(one.code for one in found if one.result == "no" and one.code in MISSING_ONLY)


def cannot_be(found: Iterable[Check]) -> tuple[str, ...]:
    """What stands against an advance whatever is brought.

    Needs:   the checks of a request
    Gives:   codes of checks that say no for good: a person may decline with them, the right to claim stays
    Source:  DOMAIN 6.6 (A1, AX)
    """
    return tuple(one.code for one in found if one.result == "no" and one.code not in MISSING_ONLY)


def _yes(so: bool) -> Result:
    return "yes" if so else "no"


def _hospital(asked: Asked) -> dict[str, Check]:
    if not asked.hospital_known:
        return {"HOSPITAL_NAMED": Check("HOSPITAL_NAMED", "no")}
    outside: Result = "person" if asked.is_hardship else "no"
    return {"HOSPITAL": Check("HOSPITAL", "yes" if asked.hospital_in_network else outside)}


def _cover(gates: tuple[GateMet, ...]) -> Check:
    for result, told in (("fail", "no"), ("refer", "person")):
        met = [gate for gate in gates if gate.result == result]
        if met:
            clauses = ", ".join(dict.fromkeys(gate.clause for gate in met if gate.clause))
            names = " ".join(dict.fromkeys(gate.gate for gate in met))
            return Check("COVER", "no" if told == "no" else "person", clauses, names)
    return Check("COVER", "yes")
