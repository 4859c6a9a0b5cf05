"""Where each statement stands in the European document, and where in the Open Badge: one table.

Council Recommendation 2022/C 243/02, Annex I (elements M1 to M11, O1 to O5); ELM 3.2; Open Badges
3.0 with our vocabulary. Tests hold it against composed documents; ``docs/reference/elm-mapping.md``
is made of it. Nothing is composed or read here.
"""

from dataclasses import dataclass

SHORT = {
    "S": "credentialSubject",
    "C": "credentialSubject.hasClaim",
    "Q": "credentialSubject.hasClaim.specifiedBy",
    "T": "credentialSubject.hasClaim.provenBy",
    "L": "credentialSubject.hasClaim.influencedBy",
    "A": "credentialSubject.achievement",
}
"""Letters at the head of a path: subject, claim, qualification, test, learning, achievement."""


@dataclass(frozen=True)
class Row:
    """One statement: its paths in both documents, as member names with dots after a letter."""

    element: str
    """Number in Annex I; empty for what stands beside it."""
    what: str
    elm: tuple[str, ...]
    ob3: tuple[str, ...] = ()
    """Empty: the Open Badge does not say it."""
    remark: str = ""


ROWS: tuple[Row, ...] = (
    Row(
        "M1",
        "learner",
        ("S.fullName", "S.givenName", "S.familyName", "S.identifier"),
        ("S.identifier",),
        "Identifiers in clear alone; hashed ones, birth date and e-mail address are left out.",
    ),
    Row("M2", "title", ("displayParameter.title", "C.title", "Q.title"), ("name", "A.name")),
    Row(
        "M3",
        "country, region, place",
        (
            "issuer.location.address.countryCode",
            "issuer.location.description",
            "issuer.location.geographicName",
        ),
        (
            "issuer.address.addressCountryCode",
            "issuer.address.addressRegion",
            "issuer.address.addressLocality",
        ),
        "A region in words is the description of the location: its codes are in a list of the EU.",
    ),
    Row(
        "M4",
        "awarding body",
        ("C.awardedBy.awardingBody.legalName", "issuer.legalName", "issuer.eIDASIdentifier"),
        ("issuer.name", "issuer.otherIdentifier"),
        "Without `identifiers.eidas` no European document is made.",
    ),
    Row(
        "M5",
        "date of issuing",
        ("issued", "issuanceDate", "validFrom", "C.awardedBy.awardingDate"),
        ("validFrom", "awardedDate"),
    ),
    Row(
        "M6",
        "learning outcomes",
        (
            "Q.learningOutcome.title",
            "Q.learningOutcome.dcType",
            "Q.learningOutcome.relatedESCOSkill",
            "Q.learningOutcomeSummary",
        ),
        ("A.learningOutcome", "A.alignment", "A.canDo"),
        "Skills of other frameworks than ESCO are `relatedSkill`.",
    ),
    Row(
        "M7",
        "workload",
        ("Q.creditPoint.point", "C.creditReceived.point", "Q.volumeOfLearning", "L.workload"),
        ("A.creditsAvailable", "S.creditsEarned", "A.workloadHours"),
        "Credits are a text, hours a duration (`PT75H`, `PT1H30M`).",
    ),
    Row(
        "M8",
        "level and cycle",
        ("Q.eqfLevel", "Q.educationLevel", "Q.additionalNote nationalLevel"),
        ("A.eqfLevel", "A.cycle", "A.nationalLevel"),
        "`levelNotApplicable` is a note. The cycle is a concept of our vocabulary.",
    ),
    Row(
        "M9",
        "type of assessment",
        ("T.dcType", "T.specifiedBy.dcType", "T.additionalNote assessmentNote"),
        ("A.assessmentType", "A.assessmentNote"),
        "The plan may have one type only, so all stand on the assessment itself.",
    ),
    Row(
        "M10",
        "form of participation",
        ("Q.mode", "L.specifiedBy.mode", "L.specifiedBy.additionalNote scheduleNote"),
        ("A.participation", "A.schedule", "A.scheduleNote"),
    ),
    Row(
        "M11",
        "quality assurance",
        ("issuer.accreditation", "Q.accreditation"),
        ("A.qualityAssurance",),
        "A DEQAR permalink is the id of the accreditation. What the offering states stands on the "
        "qualification, what its organisation states on the organisation.",
    ),
    Row("O1", "prerequisites", ("Q.entryRequirement",), ("A.prerequisites",)),
    Row(
        "O2",
        "supervision and identity verification",
        ("T.idVerification",),
        ("A.supervision", "S.result.identityVerified"),
        "Where this one assessment was done otherwise, a note says so and another keeps the plan.",
    ),
    Row(
        "O3",
        "grade",
        ("T.grade", "T.specifiedBy.gradingScheme.title"),
        ("S.result.value", "S.result.gradingScheme"),
        "ELM wants a grade: “Pass” stands where none was given, and is not read back as one.",
    ),
    Row(
        "O4",
        "stackability",
        ("Q.isPartOf.title", "Q.isPartialQualification", "Q.additionalNote stackable"),
        ("A.stacking", "A.stackableTowards"),
        "Each is named as “stackable towards this, according to the issuer”.",
    ),
    Row(
        "O5",
        "further information",
        ("Q.additionalNote furtherInformation", "Q.homepage", "Q.supplementaryDocument"),
        ("A.furtherInformation", "A.courseHomepage"),
    ),
    Row(
        "",
        "parts of a stacked award",
        (
            "C.hasPart.title",
            "C.hasPart.identifier",
            "C.hasPart.creditReceived",
            "C.hasPart.awardedBy.awardingDate",
            "C.hasPart.additionalNote digestMultibase",
            "C.hasPart.additionalNote partTier",
            "C.hasPart.additionalNote partHours",
            "C.hasPart.additionalNote partAchievement",
            "C.hasPart.additionalNote partName",
            "C.hasPart.additionalNote partIssuer",
            "C.hasPart.additionalNote partStandsFor",
            "C.additionalNote pathway",
            "C.additionalNote pathwayTitle",
            "C.additionalNote rule",
            "C.additionalNote ifPartRevoked",
            "C.additionalNote totalCredits",
            "C.additionalNote totalHours",
            "C.additionalNote partsNotOlderThan",
        ),
        ("credentialSubject.stackedFrom.part", "credentialSubject.stackedFrom.rule"),
        "Only where an award is built from others; each part by the digest of its sealed document. "
        "Read back, and checked as in a badge; `hasPart` without these notes is nobody's stack.",
    ),
    Row(
        "",
        "description and syllabus",
        (
            "Q.description",
            "L.specifiedBy.hasPart.title",
            "Q.additionalNote syllabusVersion",
            "Q.additionalNote syllabusDigest",
        ),
        ("A.description", "A.syllabus", "A.syllabusVersion", "A.syllabusDigest"),
        "Each unit is a learning activity with its hours.",
    ),
    Row(
        "",
        "tier",
        ("Q.additionalNote intermediate",),
        ("A.tier",),
        "A note about a concept of our vocabulary; never the EQF level.",
    ),
    Row("", "field of study", ("Q.thematicArea",), ("A.iscedField",)),
    Row("", "languages of instruction", ("Q.language",), ("A.instructionLanguage",)),
    Row("", "fee", ("Q.additionalNote feeStatement",), ("A.feeStatement",)),
    Row("", "assessor", ("T.additionalNote assessor",), ("S.result.assessor",)),
    Row(
        "",
        "evidence of work",
        ("C.supplementaryDocument.contentURL",),
        ("evidence.id",),
        "With its SHA-256 in the title. `evidence` in ELM is about the issuing, not the work.",
    ),
    Row("", "end of validity", ("validUntil", "expirationDate"), ("validUntil",)),
    Row(
        "",
        "status",
        ("credentialStatus.id",),
        ("credentialStatus.id",),
        "ELM has one entry: of the suspension list where there is one (what is revoked is set "
        "there as well), else of the revocation list.",
    ),
    Row(
        "",
        "the other document",
        ("identifier", "C.supplementaryDocument.contentURL"),
        ("id",),
        "Both lead to the public address of the award.",
    ),
    Row(
        "",
        "picture of the diploma",
        ("displayParameter.individualDisplay.displayDetail.image",),
    ),
)

CODES = {
    "elm.bad_duration": "A duration is not one, such as “60 hours” for `PT60H`.",
    "elm.bad_id": "An id is not one absolute identifier.",
    "elm.bad_value": "A text, address, number or truth value is of another kind.",
    "elm.concept_incomplete": "Note: a concept has no label or names no list.",
    "elm.concept_outside_list": "A concept is not in the list that it names. A note where the EU "
    "may add to that list.",
    "elm.date_without_zone": "A date is not a date and time with a zone.",
    "elm.described_twice": "Note: a thing is described twice, and not alike.",
    "elm.duplicate_id": "Two different things have one id: in RDF they would be one.",
    "elm.ends_before_it_begins": "It ends before it begins.",
    "elm.hours_credits": "Note: hours and credits are not 25 to 30 hours for one ECTS credit.",
    "elm.missing": "Something is missing that its class must have.",
    "elm.months_for_hours": "Note: work is stated in months, days or years; hours were probably "
    "meant (`P60M` is sixty months).",
    "elm.no_context": "The two contexts do not stand first, so no word means anything.",
    "elm.no_eidas": "The issuer has no eIDAS identifier.",
    "elm.no_language": "A text does not say its language.",
    "elm.no_name": "It does not say whose it is.",
    "elm.not_an_edc": "It does not call itself a European Digital Credential.",
    "elm.nothing_said": "It claims nothing about anybody.",
    "elm.other_context": "A further context may give every word another meaning.",
    "elm.other_schema": "It names no profile of the European Digital Credential.",
    "elm.too_large": "It holds more than 20 000 things; the rest was not looked at.",
    "elm.too_many": "Something stands there several times that may stand there once.",
    "elm.two_ends": "`validUntil` and `expirationDate` differ.",
    "elm.two_in_one_language": "A title or another text stands there twice in one language.",
    "elm.unknown_class": "A class does not exist in ELM.",
    "elm.unknown_property": "A property does not exist in ELM: nobody reads it.",
    "elm.wrong_class": "A thing is of another class than belongs at its place.",
    "elm.wrong_scheme": "A concept is of another list than belongs at its place.",
}
"""Code of `issuer.formats.elm3.problems` to what it means."""


def markdown() -> str:
    """The reference page, whole."""
    letters = ", ".join(f"`{letter}` = `{path}`" for letter, path in SHORT.items())
    rows = [
        f"| {row.element} | {row.what} | {_paths(row.elm)} | {_paths(row.ob3)} | {row.remark} |"
        for row in ROWS
    ]
    codes = [f"| `{code}` | {meaning} |" for code, meaning in CODES.items()]
    return _PAGE.format(letters=letters, rows="\n".join(rows), codes="\n".join(codes))


_PAGE = """\
# From the award to the European document

Made of `issuer/formats/elm3/mapping.py`; a test compares the two.

One award is sealed as an Open Badge 3.0 and, where its offering says so, as a European Digital \
Credential (ELM 3.2, profile EDC generic full). This page says where each statement stands in \
either. Numbers are those of Annex I of the Council Recommendation 2022/C 243/02.

Paths begin at the document, or with a letter: {letters}. A word after `additionalNote` is the \
term of [our vocabulary](vocabulary.md) that the note is about.

| Nr. | What | European document | Open Badge | Remark |
|---|---|---|---|---|
{rows}

## What is checked

The Commission's shapes (SHACL) are applied in the tests. The service checks the same from a \
table, and beyond them what the shapes cannot see. A note stops nothing.

| Code | Meaning |
|---|---|
{codes}
"""


def _paths(paths: tuple[str, ...]) -> str:
    return "<br>".join(f"`{path}`" for path in paths) or "–"
