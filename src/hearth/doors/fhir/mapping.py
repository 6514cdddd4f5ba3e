"""Mapping: which codes of other code systems are which of ours; what is not here is listed, never guessed."""

from __future__ import annotations

from hearth.words.codes import Category, Setting

OWN_CATEGORY = "urn:hearth:category"
"""A bundle may say our own category of an item: a coding of this system, the code being its lower-case name."""

NATIONAL_ITEM = "urn:hearth:national-item"
"""The national code of a drug, service or material (国家医保编码), for which FHIR has no name of its own."""

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CLAIM_TYPE = "http://terminology.hl7.org/CodeSystem/claim-type"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"

SYSTEMS: dict[str, Category] = {
    "http://hl7.org/fhir/sid/cvx": Category.VACCINE,
    "http://www.nlm.nih.gov/research/umls/rxnorm": Category.WESTERN_DRUG,
    "http://hl7.org/fhir/sid/ndc": Category.WESTERN_DRUG,
}
"""Code systems that hold one category alone: vaccines administered; clinical drugs; packaged drugs."""

_CODES: tuple[tuple[str, Category, str], ...] = (
    (
        SNOMED,
        Category.CONSULTATION,
        # encounter for problem, for symptom; patient encounter; asthma follow-up; consultation for treatment
        "185347001 185345009 308335008 394701000 698314001",
    ),
    (SNOMED, Category.CHECK_UP, "185349003 410620009"),  # encounter for check up; well child visit
    (
        SNOMED,
        Category.EXAMINATION,
        # clavicle X-ray; chest X-ray; hearing examination; high-resolution CT of chest; respiratory function
        "168594001 399208008 398171003 16335031000119103 23426006",
    ),
    (
        SNOMED,
        Category.LABORATORY,
        # blood counts, cultures, antigens, antibodies, urine tests, blood group, blood smear
        "104091002 117015009 117010004 118001005 47758006 31676001 310861008 165829005 269828009 104375008 "
        "169690007 104326007 268556000 395123002 167271000 44608003 14768001",
    ),
    # panels: basic metabolic, lipid, blood count, influenza antigen, SARS-CoV-2 RNA
    (LOINC, Category.LABORATORY, "51990-0 57698-3 58410-2 80381-7 94531-1"),
    (SNOMED, Category.NURSING, "410401003"),  # nursing care
    (SNOMED, Category.REHABILITATION, "52052004 84478008 91251008"),  # rehabilitation, occupational, physical therapy
    (SNOMED, Category.TREATMENT, "76601001"),  # intramuscular injection
    (SNOMED, Category.VACCINE, "33879002 399014008"),  # giving a vaccine
    (
        SNOMED,
        Category.MATERNITY,
        # prenatal and postnatal visits, fundal height, fetal heart, fetal ultrasound and anatomy, antenatal tests,
        # induction of labour, childbirth
        "424441002 424619006 169762003 274804006 225158009 169230002 271442007 275833003 169673001 443529005 "
        "31208007 66348005",
    ),
    (SNOMED, Category.MATERIAL, "337388004 1137596000 261352009"),  # glucose test strips, lancets, face mask
    (SNOMED, Category.DEVICE, "337414009 170615005 228869008"),  # glucose meter, nebulizer, wheelchair
)

CODES: dict[tuple[str, str], Category] = {
    (system, code): category for system, category, codes in _CODES for code in codes.split()
}
"""(system, code) -> category."""

ICD_10 = (
    "http://hl7.org/fhir/sid/icd-10",
    "http://hl7.org/fhir/sid/icd-10-cm",
    "urn:oid:2.16.840.1.113883.6.3",
    "urn:oid:2.16.840.1.113883.6.90",
)
"""Code systems whose codes begin as the ICD-10 prefixes of the terms do."""

INPATIENT, OUTPATIENT = Setting.INPATIENT, Setting.OUTPATIENT
CLASSES: dict[str, Setting] = {
    "IMP": INPATIENT, "ACUTE": INPATIENT, "NONAC": INPATIENT,
    "AMB": OUTPATIENT, "EMER": OUTPATIENT, "HH": OUTPATIENT, "VR": OUTPATIENT, "FLD": OUTPATIENT,
    "OBSENC": OUTPATIENT,
}  # fmt: skip
"""Encounter class (v3-ActCode) -> setting."""

TYPES = ("institutional", "professional", "pharmacy", "oral", "vision")
"""Claim types: pharmacy is a pharmacy; institutional over several days is a stay; all else is a visit."""


def category_of(system: str, code: str) -> Category | None:
    """Our category of a code, None where the tables do not say."""
    if system == OWN_CATEGORY:
        own = Category.__members__.get(code.upper()) if code == code.lower() else None
        return None if own in (Category.STAY_DAYS, Category.DIAGNOSED) else own
    return SYSTEMS.get(system, CODES.get((system, code)))
