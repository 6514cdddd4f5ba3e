"""Reading: the Claim resources of a bundle become one case; what is missing is listed, never guessed."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path
from typing import Any

from fhir.resources.R4B.claim import Claim as ClaimResource
from pydantic import ValidationError

from hearth.doors.fhir.bundle import MAX_CLAIMS, Bundle, Entry, Node, kind, short
from hearth.doors.fhir.listing import OPEN, Listed, OtherCurrency, Premise
from hearth.doors.fhir.mapping import ACT_CODE, CLAIM_TYPE, CLASSES, ICD_10, NATIONAL_ITEM, TYPES, category_of
from hearth.doors.fhir.premises import backdated, first_day_of, policies, premises, span_of, years_of
from hearth.kernel.adjudication.case import Case, Claim, Hospital, Invoice, Line, Person
from hearth.kernel.product.terms import Terms
from hearth.words.codes import Category, Cause, Setting
from hearth.words.faults import Malformed
from hearth.words.money import MAX_FEN, yuan
from hearth.words.quantities import price_from, quantity_from

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_ICD = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Za-z]{1,12})?[*+]?")
_LEFT_OUT = {"status": ("cancelled", "draft", "entered-in-error"), "use": ("preauthorization", "predetermination")}
_DAYS_AROUND = 90
_CENT = Decimal("0.01")

_POINTERS = {
    "diagnosisSequence": "diagnosis",
    "procedureSequence": "procedure",
    "informationSequence": "supportingInfo",
    "careTeamSequence": "careTeam",
}


@dataclass(frozen=True)
class ItemRead:
    """One item of a Claim: its line in the invoice (from 1), None where it is not billed."""

    node: Node
    sequence: int
    line: int | None
    category: Category
    is_mapped: bool
    billed: int | None


@dataclass(frozen=True)
class ClaimRead:
    """One Claim as it was read."""

    no: str
    entry: Entry
    insured: str
    setting: Setting
    items: tuple[ItemRead, ...]
    listed: tuple[Listed, ...]
    is_open: bool
    """Something about the amounts or their categories was left open: a person has to say."""


@dataclass(frozen=True)
class Reading:
    """A bundle read: the case to decide, and what must be said about it."""

    case: Case
    currency: str
    claims: tuple[ClaimRead, ...]
    premises: tuple[Premise, ...]
    listed: tuple[Listed, ...]


def read_case(bundle: Bundle, terms: Terms, currency_as_product: bool) -> Reading:
    """The case of a bundle under one product.  Raises: Malformed, OtherCurrency."""
    # Unit price, quantity and factor of at most 40 digits each are multiplied without rounding.
    with localcontext() as exact:
        exact.prec = 150
        return Reader(bundle, terms, currency_as_product).read()


class Reader:
    """Reads claim by claim, keeping patients, currencies and the list of what is open."""

    def __init__(self, bundle: Bundle, terms: Terms, currency_as_product: bool) -> None:
        self.bundle, self.terms, self.as_product = bundle, terms, currency_as_product
        self.listed: list[Listed] = []
        self.patients: dict[str, str] = {}
        self.people: dict[str, Person] = {}
        self.currency: tuple[str, str] | None = None
        self.claim: str | None = None
        self.numbers: set[str] = set()
        self.hospital = {"level": 0, "ownership": "public", "department": "ordinary"}
        if terms.hospitals is not None:
            accepted = terms.hospitals
            self.hospital = {
                "level": max(accepted.levels, default=3),
                "ownership": accepted.ownership[0] if accepted.ownership else "public",
                "department": accepted.departments[0] if accepted.departments else "ordinary",
            }

    def read(self) -> Reading:
        entries = list(self.bundle.of_type("Claim"))
        if not entries:
            kinds = sorted({entry.type for entry in self.bundle.entries})
            raise Malformed(
                file=self.bundle.file, place="entry", got=f"no Claim ({short(', '.join(kinds)) or 'no resource'})",
                want="at least one Claim resource",
            )  # fmt: skip
        if len(entries) > MAX_CLAIMS:
            raise Malformed(
                file=self.bundle.file, place="entry", got=f"{len(entries):,} Claims", want=f"at most {MAX_CLAIMS:,}"
            )
        claims, reads = [], []
        for entry in entries:
            made = self.read_claim(entry)
            if made is not None:
                claims.append(made[0])
                reads.append(made[1])
        if not claims:
            raise Malformed(
                file=self.bundle.file, place="entry", got="drafts, cancelled Claims and estimates alone",
                want="a Claim with status active and use claim",
            )  # fmt: skip
        years = years_of(claims, self.bundle.file)
        first_on = date(span_of(years)[0], 1, 1)
        terms = self.terms
        known_from = first_day_of(terms)
        if known_from > first_on:
            terms = backdated(terms, first_on)
        case = Case(
            case=short(Path(self.bundle.file).name),
            people=tuple(self.people.values()),
            policies=tuple(policies(terms.code, years)),
            terms=(terms,),
            claims=tuple(claims),
        )
        currency = self.currency[0] if self.currency else terms.currency
        taken = tuple(premises(self.bundle, terms, currency, years, known_from))
        return Reading(case, currency, tuple(reads), taken, tuple(self.listed))

    def _list(self, id: str, place: str, item: int | None = None, amount: int | None = None, **data: Any) -> None:
        self.listed.append(Listed(id, place, self.claim, item, amount, data))

    # -- one claim ----------------------------------------------------------------------------------------------------

    def read_claim(self, entry: Entry) -> tuple[Claim, ClaimRead] | None:
        """One Claim as a claim of a case, and as it was read; None where it is not one to be decided."""
        node, before = entry.node, len(self.listed)
        self._validate(node)
        own = node.text("id")
        if own is not None and not _ID.fullmatch(own):
            raise node.wrong("id", kind(own), "letters, digits, - and . (at most 64)")
        self.claim = no = own or f"entry {entry.place}"
        if no in self.numbers:
            raise node.wrong("id", f"{short(no)} a second time", "each Claim once")
        self.numbers.add(no)
        for name, values in _LEFT_OUT.items():
            value = node.text(name)
            if value in values:
                self._list("LEFT_OUT", node.at(name), field=f"Claim.{name}", value=value)
                return None
        insured = self._patient(node)
        first, last = self._days(node)
        setting, emergency = self._setting(node, first, last)
        if setting is Setting.INPATIENT and last is None:
            raise node.wrong("billablePeriod.end", "nothing", "the last day of the stay")
        until = last or first
        accident = node.child("accident")
        accident_on = accident.day("date") if accident else None
        icd = self._icd(node)
        lines, items = self._items(node, first, until)
        billed = sum(line.amount for line in lines)
        total = self._total(node, billed)
        if billed > MAX_FEN:
            raise node.wrong("item", f"{yuan(billed)} in all", f"at most {yuan(MAX_FEN)}")
        stay = setting is Setting.INPATIENT
        invoice = Invoice(
            setting=setting,
            visited_on=None if stay else first,
            admitted_on=first if stay else None,
            discharged_on=until if stay else None,
            hospital=Hospital(name=self._hospital(node), **self.hospital),
            emergency=emergency,
            icd=icd,
            si_settled=False,
            total=None if total is None else _in_yuan(total),
            lines=tuple(lines),
        )
        claim = Claim(
            no=no,
            insured=insured,
            registered_on=node.day("created"),
            cause=Cause.ACCIDENT if accident else Cause.ILLNESS,
            trigger_on=accident_on,
            invoices=(invoice,),
        )
        mine = tuple(self.listed[before:])
        ids = {one.id for one in mine}
        is_open = bool(ids & OPEN) or (total is None and "ITEM_WITHOUT_AMOUNT" in ids)
        return claim, ClaimRead(no, entry, insured, setting, tuple(items), mine, is_open)

    def _validate(self, node: Node) -> None:
        try:
            ClaimResource.model_validate(copy.deepcopy(node.fields))
        except ValidationError as invalid:
            first = invalid.errors(include_url=False, include_context=False)[0]
            place, value = "", node.fields
            for step in first["loc"]:
                place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
                try:
                    value = value[step]  # type: ignore[index]
                except (KeyError, IndexError, TypeError):
                    value = None  # type: ignore[assignment]
            says = short(" ".join(str(first["msg"]).split()).rstrip("."))
            raise node.wrong(place, kind(value), f"a Claim of FHIR R4 ({says})") from invalid

    def _follow(self, claim: Node, pointer: Node, wanted: str) -> tuple[str | None, Node | None]:
        """A reference and what it points at; what the bundle says to hold itself must be there."""
        reference = pointer.text("reference")
        if reference is None:
            return None, None
        if reference.startswith("#"):
            for each in claim.children("contained"):
                if f"#{each.fields.get('id')}" == reference and each.fields.get("resourceType") == wanted:
                    return reference, each
            raise pointer.wrong("reference", f"{short(reference)}, which is not contained", f"a contained {wanted}")
        found = self.bundle.find(reference)
        if found is not None:
            if found.type != wanted:
                raise pointer.wrong("reference", f"{short(reference)}, a {short(found.type)}", f"a {wanted}")
            return reference, found.node
        if reference.startswith(("urn:uuid:", "urn:oid:")):
            got = f"{short(reference)}, which is not in the bundle"
            raise pointer.wrong("reference", got, f"a {wanted} of the bundle")
        self._list("REFERENCE_ELSEWHERE", pointer.at("reference"), reference=short(reference))
        return reference, None

    def _patient(self, node: Node) -> str:
        patient = node.child("patient")
        assert patient is not None
        reference, person = self._follow(node, patient, "Patient")
        if person is not None:
            key = person.place
        elif reference is not None:
            key = reference
        else:
            identifier = patient.child("identifier")
            value = identifier.text("value") if identifier else None
            if identifier is None or value is None:
                raise patient.wrong("reference", "nothing", "a reference to a Patient, or an identifier")
            key = f"{identifier.text('system') or ''}|{value}"
        if key not in self.patients:
            tail = str((person.fields.get("id") if person else None) or (reference or "").rsplit("/", 1)[-1])
            name = tail if _ID.fullmatch(tail) and tail not in self.people else f"patient {len(self.people) + 1}"
            self.patients[key] = name
            self.people[name] = Person(id=name)
        return self.patients[key]

    def _days(self, node: Node) -> tuple[date, date | None]:
        """First and last day: of the billable period, else of the days of service."""
        period = node.child("billablePeriod")
        if period is not None:
            first, last = period.day("start"), period.day("end")
            if first is None:
                raise period.wrong("start", "nothing", "the first day")
            if last is not None and last < first:
                raise period.wrong("end", f"{last}, before the start {first}", "an end that is not before the start")
            return first, last
        served = [self._served(item) for item in node.children("item")]
        days = [day for pair in served if pair for day in pair]
        if not days:
            raise node.wrong("billablePeriod", "nothing", "a billable period, or days of service of the items")
        return min(days), max(days)

    def _served(self, item: Node) -> tuple[date, date] | None:
        day = item.day("servicedDate")
        if day is not None:
            return day, day
        period = item.child("servicedPeriod")
        if period is None:
            return None
        first, last = period.day("start"), period.day("end")
        if first is None:
            raise period.wrong("start", "nothing", "the first day")
        if last is not None and last < first:
            raise period.wrong("end", f"{last}, before the start {first}", "an end that is not before the start")
        return first, last or first

    def _setting(self, node: Node, first: date, last: date | None) -> tuple[Setting, bool]:
        """Pharmacy by Claim.type; else by the class of the encounters; else institutional over days is a stay."""
        types = [
            (coding.text("system"), coding.text("code"))
            for concept in (node.child("type"),)
            if concept is not None
            for coding in concept.children("coding")
        ]
        known = [code for system, code in types if system in (CLAIM_TYPE, None) and code in TYPES]
        if not known:
            system, code = types[0] if types else (None, None)
            self._list("TYPE_UNMAPPED", node.at("type"), system=short(system or "-"), code=short(code or "-"))
        settings: list[Setting] = []
        emergency = False
        for place, encounter in self._encounters(node):
            grade = encounter.child("class")
            system, code = (grade.text("system"), grade.text("code")) if grade else (None, None)
            if code in CLASSES and system in (ACT_CODE, None):
                settings.append(CLASSES[code])
                emergency = emergency or code == "EMER"
            else:
                self._list("CLASS_UNMAPPED", place, system=short(system or "-"), code=short(code or "-"))
        if "pharmacy" in known:
            return Setting.PHARMACY, emergency
        if settings:
            return (Setting.INPATIENT if Setting.INPATIENT in settings else settings[0]), emergency
        over_days = last is not None and last > first
        return (Setting.INPATIENT if "institutional" in known and over_days else Setting.OUTPATIENT), False

    def _encounters(self, node: Node) -> Iterable[tuple[str, Node]]:
        seen: set[str] = set()
        for item in node.children("item"):
            for encounter in item.children("encounter"):
                reference = encounter.text("reference")
                if reference is None or reference in seen:
                    continue
                seen.add(reference)
                _, found = self._follow(node, encounter, "Encounter")
                if found is not None:
                    yield encounter.at("reference"), found

    def _hospital(self, node: Node) -> str:
        """The name as the claim shows it, else that of the organisation in the bundle, else the reference."""
        for name in ("facility", "provider"):
            place = node.child(name)
            if place is None:
                continue
            if place.text("display"):
                return place.shown("display")
            reference = place.text("reference")
            found = self.bundle.find(reference) if reference else None
            if found is not None and found.node.fields.get("name") and isinstance(found.node.fields["name"], str):
                return found.node.shown("name")
            if reference:
                return place.shown("reference")
        return ""

    def _icd(self, node: Node) -> str:
        """The first ICD-10 diagnosis, a principal one before the others; all others are listed."""
        found: list[tuple[bool, int, str, str]] = []
        for diagnosis in node.children("diagnosis"):
            sequence = diagnosis.whole("sequence") or 0
            principal = any(
                coding.text("code") == "principal"
                for concept in diagnosis.children("type")
                for coding in concept.children("coding")
            )
            concept, place = diagnosis.child("diagnosisCodeableConcept"), diagnosis.at("diagnosisCodeableConcept")
            if concept is None:
                pointer = diagnosis.child("diagnosisReference")
                if pointer is None:
                    continue
                _, condition = self._follow(node, pointer, "Condition")
                place = pointer.at("reference")
                if condition is None:
                    continue
                concept = condition.child("code")
            codings = concept.children("coding") if concept is not None else []
            coded = (c.text("code") or "" for c in codings if c.text("system") in ICD_10)
            icd = next((code for code in coded if _ICD.fullmatch(code)), None)
            if icd is None:
                named = codings[0] if codings else Node(node.file, place, {})
                self._list(
                    "DIAGNOSIS_UNMAPPED", place, system=short(named.text("system") or "-"),
                    code=short(named.text("code") or "-"),
                    display=named.shown("display") or (concept.shown("text") if concept else "") or "-",
                )  # fmt: skip
            else:
                found.append((not principal, sequence, icd, place))
        if not found:
            self._list("NO_ICD", node.at("diagnosis"))
            return ""
        found.sort()
        for _, _, icd, place in found[1:]:
            self._list("DIAGNOSIS_NOT_USED", place, code=short(icd), used=short(found[0][2]))
        return found[0][2]

    # -- items and amounts --------------------------------------------------------------------------------------------

    def _items(self, node: Node, first: date, until: date) -> tuple[list[Line], list[ItemRead]]:
        lines: list[Line] = []
        items: list[ItemRead] = []
        known = {
            pointer: (name, {each.whole("sequence") for each in node.children(name)})
            for pointer, name in _POINTERS.items()
        }
        seen: set[int] = set()
        for item in node.children("item"):
            sequence = item.whole("sequence")
            if sequence is None or sequence in seen:
                raise item.wrong("sequence", kind(sequence), "a number that no other item of the claim has")
            seen.add(sequence)
            for pointer, (name, there) in known.items():
                for each in item.fields.get(pointer) or ():
                    if each not in there:
                        raise item.wrong(pointer, kind(each), f"a sequence number of the claim's {name}")
            billed = self._billed(item, sequence)
            mapped = self._category(item, sequence, billed)
            category = Category.OTHER if mapped is None else mapped
            served = self._served(item)
            line: int | None = None
            if billed is not None:
                lines.append(
                    Line(
                        category=category, name=_name(item), amount=_in_yuan(billed),
                        quantity=self._quantity(item, sequence), **self._beside(item),
                        on=self._served_on(item, sequence, served, first, until),
                    )
                )  # fmt: skip
                line = len(lines)
            items.append(ItemRead(item, sequence, line, category, mapped is not None, billed))
        return lines, items

    def _served_on(
        self, item: Node, sequence: int, served: tuple[date, date] | None, first: date, until: date
    ) -> date | None:
        if served is None:
            return None
        day = served[0]
        if not first <= day <= until:
            place = item.at("servicedDate" if "servicedDate" in item.fields else "servicedPeriod.start")
            if (first - day).days > _DAYS_AROUND or (day - until).days > _DAYS_AROUND:
                raise Malformed(
                    file=item.file, place=place, got=f"{day}",
                    want=f"a day within {_DAYS_AROUND} days of the billable period {first} to {until}",
                )  # fmt: skip
            self._list(
                "OUTSIDE_PERIOD", place, sequence, day=day.isoformat(), first=first.isoformat(), last=until.isoformat()
            )
        return day

    def _category(self, item: Node, sequence: int, billed: int | None) -> Category | None:
        """The category that every mapped coding of the item agrees on; None, and listed, where there is none."""
        codings = [
            coding
            for name in ("category", "productOrService")
            if (concept := item.child(name)) is not None
            for coding in concept.children("coding")
        ]
        mapped = {
            category
            for coding in codings
            if (category := category_of(coding.text("system") or "", coding.text("code") or "")) is not None
        }
        if len(mapped) == 1:
            return mapped.pop()
        place = item.at("productOrService")
        if mapped:
            names = ", ".join(sorted(category.name.lower() for category in mapped))
            self._list("CATEGORY_CONFLICT", place, sequence, billed, categories=names)
            return None
        product = item.child("productOrService")
        own = product.children("coding") if product is not None else []
        for coding in own:
            self._list(
                "CATEGORY_UNMAPPED", place, sequence, billed if coding is own[0] else None,
                system=short(coding.text("system") or "-"), code=short(coding.text("code") or "-"),
                display=coding.shown("display") or _name(item) or "-",
            )  # fmt: skip
        if not own:
            self._list("CATEGORY_UNMAPPED", place, sequence, billed, system="-", code="-", display=_name(item) or "-")
        return None

    def _beside(self, item: Node) -> dict[str, Any]:
        """National code, unit and unit price, which serve as checks alone; what is none of these is left out."""
        found: dict[str, Any] = {}
        product, quantity, price = item.child("productOrService"), item.child("quantity"), item.child("unitPrice")
        for coding in product.children("coding") if product is not None else ():
            code = coding.text("code") or ""
            if coding.text("system") == NATIONAL_ITEM and 0 < len(code) <= 48:
                found.setdefault("code", code)
        unit = (quantity.text("unit") or "").strip() if quantity is not None else ""
        if 0 < len(unit) <= 16:
            found["unit"] = unit
        value = price.number("value") if price is not None else None
        with suppress(ValueError):
            found |= {} if value is None else {"price": price_from(value)}
        return found

    def _quantity(self, item: Node, sequence: int) -> int | Decimal:
        quantity = item.child("quantity")
        value = quantity.number("value") if quantity else None
        if quantity is None or value is None:
            return 1
        if value == value.to_integral_value() and 1 <= value <= 100_000:
            return int(value)
        self._list("QUANTITY_NOT_WHOLE", quantity.at("value"), sequence, quantity=str(value))
        try:
            return quantity_from(value)
        except ValueError:
            return 1

    def _billed(self, item: Node, sequence: int) -> int | None:
        """net; else unit price × quantity × factor (1 each where absent, as FHIR says); else None."""
        net = self._money(item, "net")
        price = self._money(item, "unitPrice")
        product: Decimal | None = None
        formula = ""
        if price is not None:
            quantity = item.child("quantity")
            count = quantity.number("value") if quantity else None
            factor = item.number("factor")
            for number, place in ((count, "quantity.value"), (factor, "factor")):
                if number is not None and number < 0:
                    raise item.wrong(place, kind(number), "a number not below zero")
            product = price
            formula = f"{price}"
            for number in (count, factor):
                if number is not None:
                    product *= number
                    formula += f" × {number}"
            formula += f" = {product}"
        if net is not None:
            if product is not None and product.quantize(_CENT, ROUND_HALF_UP) != net.quantize(_CENT, ROUND_HALF_UP):
                self._list("NET_DIFFERS", item.at("net"), sequence, net=str(net), formula=formula)
            return self._fen(item, "net", net, sequence)
        if product is not None:
            fen = self._fen(item, "unitPrice", product, sequence)
            self._list("AMOUNT_FROM_UNIT_PRICE", item.at("unitPrice"), sequence, fen, formula=formula)
            return fen
        self._list("ITEM_WITHOUT_AMOUNT", item.place, sequence)
        return None

    def _total(self, node: Node, billed: int) -> int | None:
        stated = self._money(node, "total")
        if stated is None:
            return None
        total = self._fen(node, "total", stated, None)
        if total != billed:
            self._list("TOTAL_DIFFERS", node.at("total"), amount=total - billed, total=yuan(total), sum=yuan(billed))
        return total

    def _money(self, node: Node, name: str) -> Decimal | None:
        """The value of a Money in the one currency of the bundle."""
        money = node.child(name)
        value = money.number("value") if money else None
        if money is None or value is None:
            return None
        if value < 0:
            raise money.wrong("value", kind(value), "an amount not below zero")
        if value > MAX_FEN // 100:
            raise money.wrong("value", kind(value), f"an amount of at most {yuan(MAX_FEN)}")
        currency = money.text("currency")
        ours = self.terms.currency
        if currency != ours and not self.as_product:
            raise OtherCurrency(
                file=node.file, place=money.at("currency"), currency=short(currency or "no currency"), ours=ours
            )
        if currency is None:
            self._list("CURRENCY_NOT_STATED", money.place)
        elif self.currency is None:
            self.currency = (short(currency), money.at("currency"))
        elif self.currency[0] != currency:
            raise money.wrong("currency", kind(currency), f"{self.currency[0]}, as at {self.currency[1]}")
        return value

    def _fen(self, node: Node, name: str, value: Decimal, sequence: int | None) -> int:
        """Whole fen, rounded half up; what is rounded is listed."""
        rounded = value.quantize(_CENT, ROUND_HALF_UP)
        if rounded * 100 > MAX_FEN:
            raise node.wrong(name, kind(value), f"an amount of at most {yuan(MAX_FEN)}")
        fen = int(rounded.scaleb(2))
        if rounded != value:
            self._list("ROUNDED", node.at(name), sequence, fen, value=format(value, "f"), rounded=yuan(fen))
        return fen


def _in_yuan(fen: int) -> Any:
    """Fen as a case file writes them, in yuan; the case holds fen again."""
    return Decimal(fen).scaleb(-2)


def _name(item: Node) -> str:
    concept = item.child("productOrService")
    if concept is None:
        return ""
    names = [coding.shown("display") for coding in concept.children("coding")]
    return concept.shown("text") or next((name for name in names if name), "")
