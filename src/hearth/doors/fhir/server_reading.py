"""Server reading: a Claim (alone, in a Bundle or in Parameters) becomes a claim that the desk can take in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from hearth.doors.fhir.bundle import Bundle, Entry, Node, bundle_of, kind, short
from hearth.doors.fhir.listing import Listed
from hearth.doors.fhir.reading import Reader
from hearth.kernel.adjudication.case import Claim, Invoice, Line
from hearth.kernel.product.terms import Terms
from hearth.words.codes import Setting
from hearth.words.faults import Malformed

PERSON, POLICY, CLAIM = "urn:hearth:person", "urn:hearth:policy", "urn:hearth:claim"
PAPER = "urn:hearth:paper"
NO_MORE = "no-more-papers"
HOSPITAL_LEVEL = "urn:hearth:hospital-level"
"""Organization.type: 3 tertiary, 2 secondary, 1 primary, 0 not graded; where it is not said, 0: a person looks."""


@dataclass(frozen=True)
class Key:
    """What names a person or a policy: our resource's id, or a number, which may be the sender's own."""

    value: str
    is_id: bool = False


@dataclass(frozen=True)
class Submission:
    """A claim as it was submitted."""

    external_id: str
    patient: Key
    facts: dict[str, Any]
    story: str
    held: tuple[str, ...]
    has_no_more: bool
    listed: tuple[Listed, ...]


class _SubmittedReader(Reader):
    """Reads a Claim for the desk: nothing is taken for granted in the member's favour."""

    def __init__(self, bundle: Bundle, terms: Terms) -> None:
        super().__init__(bundle, terms, currency_as_product=False)
        self.hospital = {"level": 0, "ownership": "public", "department": "ordinary"}

    def grade(self, claim: Node) -> None:
        """Take the level of the hospital from its Organization, where it says one."""
        for name in ("facility", "provider"):
            pointer = claim.child(name)
            reference = pointer.text("reference") if pointer is not None else None
            found = self.bundle.find(reference) if reference else None
            for concept in found.node.children("type") if found is not None else ():
                for coding in concept.children("coding"):
                    if coding.text("system") == HOSPITAL_LEVEL and coding.text("code") in ("0", "1", "2", "3"):
                        self.hospital["level"] = int(coding.text("code") or 0)
                        return


def bundle_with_claim(value: dict[str, Any], file: str) -> tuple[Bundle, Entry]:
    """The one Claim of what was sent, and all that came with it.  Raises: Malformed."""
    name = value.get("resourceType")
    if name == "Parameters":
        value = _resource_of(Node(file, "", value))
        name = value.get("resourceType")
    if name == "Claim":
        value = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": value}]}
    elif name != "Bundle":
        raise Malformed(file=file, place="resourceType", got=kind(name), want="Claim, Bundle or Parameters")
    bundle = bundle_of(value, file)
    claims = list(bundle.of_type("Claim"))
    if len(claims) != 1:
        raise Malformed(file=file, place="entry", got=f"{len(claims)} Claims", want="exactly one Claim")
    return bundle, claims[0]


def policy_keys(bundle: Bundle, entry: Entry) -> tuple[Key, ...]:
    """The policies of a Claim in the order of their sequence: our numbers, or the partner's.  Raises: Malformed."""
    found: list[tuple[int, Key]] = []
    for insurance in entry.node.children("insurance"):
        coverage = insurance.child("coverage")
        if coverage is None:
            raise insurance.wrong("coverage", "nothing", "a reference to a Coverage")
        found.append((insurance.whole("sequence") or 0, _key(bundle, coverage, "Coverage", POLICY)))
    if not found:
        raise entry.node.wrong("insurance", "nothing", "at least one Coverage")
    return tuple(key for _, key in sorted(found, key=lambda one: one[0]))


def submission(bundle: Bundle, entry: Entry, terms: Terms) -> Submission:
    """What the desk needs of a Claim.  Raises: Malformed, OtherCurrency."""
    node = entry.node
    reader = _SubmittedReader(bundle, terms)
    reader.grade(node)
    # Unit price, quantity and factor of at most 40 digits each are multiplied without rounding.
    with localcontext() as exact:
        exact.prec = 150
        made = reader.read_claim(entry)
    if made is None:
        one = reader.listed[0]
        raise Malformed(file=node.file, place=one.place, got=str(one.data["value"]), want="an active claim")
    claim, read = made
    patient = node.child("patient")
    assert patient is not None
    papers = list(_papers(node))
    return Submission(
        external_id=_external_id(node),
        patient=_key(bundle, patient, "Patient", PERSON),
        facts=_facts(claim),
        story=_story(read.listed),
        held=tuple(paper for paper in papers if paper != NO_MORE),
        has_no_more=NO_MORE in papers,
        listed=read.listed,
    )


def _resource_of(parameters: Node) -> dict[str, Any]:
    for parameter in parameters.children("parameter"):
        resource = parameter.child("resource")
        if parameter.text("name") == "resource" and resource is not None:
            return resource.fields
    raise parameters.wrong("parameter", "no resource", "a parameter named resource that holds a Claim or a Bundle")


def _external_id(node: Node) -> str:
    """The sender's number of the claim: its first identifier."""
    for identifier in node.children("identifier"):
        value = identifier.text("value")
        if value is not None:
            if len(value) > 64 or value != value.strip():
                raise identifier.wrong("value", kind(value), "at most 64 characters without blanks around them")
            return value
    raise node.wrong("identifier", "nothing", "your number of the claim: the same number is the same claim for ever")


def _key(bundle: Bundle, pointer: Node, wanted: str, system: str) -> Key:
    """Who or what a reference names: an identifier, our own resource, or one of the bundle by its identifier."""
    identifier = pointer.child("identifier")
    value = identifier.text("value") if identifier is not None else None
    if value is not None:
        return Key(value[:64])
    reference = pointer.text("reference")
    if reference is None:
        raise pointer.wrong("reference", "nothing", f"a {wanted}, by reference or identifier")
    found = bundle.find(reference)
    if found is not None:
        return _own_number(found, system)
    own = reference.rpartition(f"{wanted}/")[2]
    if not own or "/" in own or reference.startswith(("urn:", "#")):
        raise pointer.wrong("reference", short(reference), f"{wanted}/ and its id, or a {wanted} of the bundle")
    return Key(own[:64], is_id=True)


def _own_number(entry: Entry, system: str) -> Key:
    """The number that a resource of the bundle is known by here: ours, else its first identifier, else its id."""
    known = [(one.text("system"), one.text("value")) for one in entry.node.children("identifier")]
    ours = [value for of, value in known if of == system and value]
    others = [value for _, value in known if value]
    if ours or others:
        return Key(str((ours or others)[0])[:64])
    own = entry.node.text("id")
    if own is None:
        raise entry.node.wrong("identifier", "nothing", "a number by which it is known here")
    return Key(own[:64])


def _papers(node: Node) -> Iterable[str]:
    """Kinds of papers that the sender says it holds."""
    for info in node.children("supportingInfo"):
        for name in ("category", "code"):
            concept = info.child(name)
            for coding in concept.children("coding") if concept is not None else ():
                if coding.text("system") == PAPER and coding.text("code"):
                    yield str(coding.text("code"))


def _facts(claim: Claim) -> dict[str, Any]:
    """The claim as a case file would state it: yuan as text."""
    facts: dict[str, Any] = {"cause": claim.cause.name.lower(), "invoices": [_invoice(one) for one in claim.invoices]}
    if claim.trigger_on is not None:
        facts["trigger_on"] = claim.trigger_on.isoformat()
    return facts


def _invoice(invoice: Invoice) -> dict[str, Any]:
    stay = invoice.setting is Setting.INPATIENT
    days = ("admitted_on", "discharged_on") if stay else ("visited_on",)
    hospital = invoice.hospital
    return {
        "setting": invoice.setting.name.lower(),
        **{name: getattr(invoice, name).isoformat() for name in days},
        "hospital": {"name": hospital.name, "level": hospital.level},
        "emergency": invoice.emergency,
        "icd": invoice.icd,
        "si_settled": invoice.si_settled,
        **({} if invoice.total is None else {"total": _yuan(invoice.total)}),
        "lines": [_line(line) for line in invoice.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "category": line.category.name.lower(),
        "name": line.name,
        "amount": _yuan(line.amount),
        "quantity": line.quantity if isinstance(line.quantity, int) else f"{line.quantity:f}",
        **({"code": line.code} if line.code else {}),
        **({"unit": line.unit} if line.unit else {}),
        **({} if line.price is None else {"price": f"{line.price:f}"}),
        **({} if line.on is None else {"on": line.on.isoformat()}),
    }


def _yuan(fen: int) -> str:
    return format(Decimal(fen).scaleb(-2), "f")


def _story(listed: tuple[Listed, ...]) -> str:
    """What could not be mapped, for whoever looks at the claim."""
    lines = [f"{one.says('zh')} [{one.place}]" for one in listed]
    return "\n".join(["由 FHIR Claim/$submit 提交。", *lines])[:4_000]
