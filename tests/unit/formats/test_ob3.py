"""What a composed Open Badge says, and that its schema and its expansion agree to all of it."""

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

import schemas
from issuer.errors import LintFailed
from issuer.formats import ob3
from issuer.formats.awarded import Awarded
from issuer.formats.json_schema import schema_problems
from issuer.formats.lint import lint
from issuer.formats.ob3 import compose, number
from issuer.formats.vocabulary import plain
from issuer.jsonld.rdfc10 import canonicalise
from issuer.model.achievement import Achievement, DocumentFormat, Level, SkillLink, Stacking
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Reservation, StatusSlot
from issuer.model.learner import Disclosure, LearnerIdentifier
from issuer.model.organisation import Identifiers

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # noqa: E501 # One picture, one line.
SCHEMES = (
    "identifier", "emailAddress", "userName", "accountId", "sourcedId", "systemId", "productId",
    "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiUserId", "nationalIdentityNumber",
    "studentId", "ext:x",
)  # fmt: skip


def with_course(awarded: Awarded, **changes: Any) -> Awarded:
    """The same award for a changed course; changes are validated as they would be at the door."""
    course = awarded.achievement.model_dump() | changes
    return replace(awarded, achievement=Achievement.model_validate(course))


def with_result(awarded: Awarded, **changes: Any) -> Awarded:
    result = awarded.result.model_dump() | changes
    return replace(awarded, result=AssessmentResult.model_validate(result))


def subject(awarded: Awarded, reservation: Reservation) -> Any:
    return compose(awarded, reservation=reservation).document["credentialSubject"]


def achievement(awarded: Awarded, reservation: Reservation) -> Any:
    return subject(awarded, reservation)["achievement"]


def full(awarded: Awarded) -> Awarded:
    """Every field of every noun is filled in."""
    organisation = awarded.organisation.model_copy(
        update={
            "logo": PIXEL,
            "identifiers": Identifiers(
                ror="https://ror.org/03yrm5c26",
                pic="999999999",
                erasmus="A  WIEN01",
                schac_home="uni.example",
                eidas="VATAT-U12345678",
            ),
        }
    )
    learner = awarded.result.learner.model_copy(
        update={
            "did": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
            "identifiers": tuple(
                LearnerIdentifier(scheme=scheme, value=f"value-{scheme}", disclosure=disclosure)
                for scheme in SCHEMES
                for disclosure in Disclosure
            ),
        }
    )
    whole = with_course(
        awarded,
        picture=PIXEL,
        ects="2.5",
        quality_assurance=[
            {"type": "programme_qa", "agency": "Another Agency"},
            {
                "type": "eqar_institutional",
                "agency": "Third Agency",
                "decision": "Accredited",
                "valid_from": "2024-01-01",
                "valid_until": "2030-12-31",
                "link": "https://agency.example/1",
            },
        ],
        stacking={
            "mode": "stackable",
            "tier": "professional",
            "towards": [
                {
                    "title": {"en": "Master of Data"},
                    "awarding_body": "Other University",
                    "link": "https://other.example/master",
                },
                {"title": {"en": "Second"}, "link": "https://other.example/second"},
                {"title": {"en": "Third"}},
            ],
        },
        isced_f=["0322", "0611"],
    )
    return replace(
        whole,
        organisation=organisation,
        result=awarded.result.model_copy(
            update={"learner": learner, "identity_check": "unsupervised_no_id"}
        ),
    )


def test_the_schema_and_the_linter_accept_every_course_of_the_examples(
    awarded: Awarded, reservation: Reservation, achievements: Mapping[str, Achievement]
) -> None:
    assert len(achievements) >= 3
    for slug, course in achievements.items():
        award = awarded.award.model_copy(update={"achievement": slug})
        other = replace(with_result(awarded, achievement=slug), award=award, achievement=course)
        slot = paired(reservation) if course.suspendable else reservation.slot
        draft = compose(other, reservation=reservation.model_copy(update={"slot": slot}))
        assert lint(draft).document == draft.document


def test_a_document_with_every_field_passes_the_schema_and_loses_nothing(
    awarded: Awarded, reservation: Reservation
) -> None:
    draft = compose(full(awarded), reservation=reservation)
    assert schema_problems(draft.document, url=ob3.SCHEMA) == ()
    assert lint(draft).document == draft.document
    nquads = canonicalise(draft.document).decode()
    for said in (
        "Another Agency",
        "value-studentId",
        "Ten evenings online",
        "https://www.uni.example/courses/data-stewardship",
        "data:image/png;base64,",
        "sha256-o/XB0uS2l4gSNFZ4kBI0VniQq83vq83vq83vq83vASM=",
        "https://other.example/master",
        '"2.5E0"',
    ):
        assert said in nquads, said


def test_every_term_of_ours_that_can_be_stated_is_stated(
    awarded: Awarded, reservation: Reservation
) -> None:
    nquads = canonicalise(compose(full(awarded), reservation=reservation).document).decode()
    # What only stacked credentials state is asked in test_stacked.
    ours = [t for t in schemas.vocabulary_terms() if t.name not in schemas.stacking_context()]
    unused = {term.name for term in ours if f"<{term.iri}>" not in nquads}
    values = {
        "synchronous", "asynchronous", "standalone", "integrated", "basic", "intermediate",
        "short-cycle", "second-cycle", "third-cycle",
    }  # fmt: skip
    assert unused == values | {"levelNotApplicable"}


def paired(reservation: Reservation) -> StatusSlot:
    slot = reservation.slot
    listed = slot.revocation_list.replace("revocation", "suspension")
    return StatusSlot(
        revocation_list=slot.revocation_list,
        index=slot.index,
        suspension_list=listed,
        suspension_index=slot.index,
    )


def test_a_suspendable_one_breaks_the_schema_in_credential_status_alone(
    awarded: Awarded, reservation: Reservation
) -> None:
    slot = paired(reservation)
    draft = compose(awarded, reservation=reservation.model_copy(update={"slot": slot}))
    revocation, suspension = draft.document["credentialStatus"]
    assert (revocation["statusPurpose"], suspension["statusPurpose"]) == (
        "revocation",
        "suspension",
    )
    assert suspension["statusListCredential"] == slot.suspension_list
    assert suspension["id"] == f"{slot.suspension_list}#94567"
    assert "credentialSchema" not in draft.document
    problems = schema_problems(draft.document, url=ob3.SCHEMA)
    assert [p.split(":")[0] for p in problems] == ["credentialStatus"]
    assert lint(draft).document == draft.document


def test_the_end_of_validity_is_written_in_utc(awarded: Awarded, reservation: Reservation) -> None:
    end = dt.datetime(2029, 6, 12, 23, 59, 59, 999, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    award = awarded.award.model_copy(update={"valid_until": end})
    document = compose(replace(awarded, award=award), reservation=reservation).document
    assert document["validUntil"] == "2029-06-12T21:59:59Z"


def test_composing_twice_gives_the_same_document(
    awarded: Awarded, reservation: Reservation
) -> None:
    assert compose(awarded, reservation=reservation) == compose(awarded, reservation=reservation)


@pytest.mark.parametrize(
    ("field", "value", "names"),
    [
        ("organisation", "other", "organisation"),
        ("achievement", "other", "achievement"),
        ("achievement_version", 2, "version"),
        ("id", "EUAS-0000-0000-0000-0000", "award"),
    ],
)
def test_what_belongs_to_different_decisions_is_not_composed(
    awarded: Awarded, reservation: Reservation, field: str, value: object, names: str
) -> None:
    award = awarded.award.model_copy(update={field: value})
    with pytest.raises(LintFailed) as fault:
        compose(replace(awarded, award=award), reservation=reservation)
    assert fault.value.details["problems"] == [names]


def test_a_result_of_another_course_is_not_composed(
    awarded: Awarded, reservation: Reservation
) -> None:
    with pytest.raises(LintFailed, match="achievement"):
        compose(with_result(awarded, achievement="other"), reservation=reservation)


# --- The learner ----------------------------------------------------------------------------


def test_the_name_stands_in_clear_and_nothing_else_of_the_learner_by_default(
    awarded: Awarded, reservation: Reservation
) -> None:
    learner = awarded.result.learner.model_copy(
        update={"email": "alex@learner.example", "birth_date": dt.date(2001, 2, 3)}
    )
    private = replace(awarded, result=awarded.result.model_copy(update={"learner": learner}))
    document = compose(private, reservation=reservation).document
    assert "id" not in document["credentialSubject"]
    assert [i["identityHash"] for i in document["credentialSubject"]["identifier"]] == [
        "Alex Example"
    ]
    for secret in ("alex@learner.example", "2001-02-03", "S1001"):
        assert secret not in str(document)


def test_a_did_of_the_learner_is_the_id_of_the_subject(
    awarded: Awarded, reservation: Reservation
) -> None:
    did = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    learner = awarded.result.learner.model_copy(update={"did": did})
    holder = replace(awarded, result=awarded.result.model_copy(update={"learner": learner}))
    assert subject(holder, reservation)["id"] == did


def test_an_identifier_is_hashed_with_the_salt_behind_it_or_stands_in_clear(
    awarded: Awarded, reservation: Reservation
) -> None:
    identifiers = (
        LearnerIdentifier(scheme="emailAddress", value="zoë@learner.example"),
        LearnerIdentifier(scheme="studentId", value="S1001", disclosure=Disclosure.CLEAR),
    )
    learner = awarded.result.learner.model_copy(update={"identifiers": identifiers})
    known = replace(awarded, result=awarded.result.model_copy(update={"learner": learner}))
    _, hashed, clear = subject(known, reservation)["identifier"]
    digest = hashlib.sha256(b"zo\xc3\xab@learner.example" + reservation.salt.encode()).hexdigest()
    assert hashed == {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "emailAddress",
        "salt": reservation.salt,
    }
    assert clear == {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": "S1001",
        "identityType": "ext:studentId",
    }


# --- The result -----------------------------------------------------------------------------


def test_without_a_grade_the_result_says_completed_and_the_assessment_type_is_still_shown(
    awarded: Awarded, reservation: Reservation
) -> None:
    ungraded = with_result(awarded, grade=None, assessor=None, evidence=[])
    document = compose(ungraded, reservation=reservation).document
    assert "evidence" not in document
    shown = document["credentialSubject"]
    assert shown["result"] == [
        {
            "type": ["Result"],
            "resultDescription": f"{awarded.achievement_url}#result",
            "status": "Completed",
        }
    ]
    description = shown["achievement"]["resultDescription"][0]
    assert (description["name"], description["resultType"]) == ("Passed", "Status")
    assert len(shown["achievement"]["assessmentType"]) == 2


def test_how_identity_was_checked_this_time_is_stated(
    awarded: Awarded, reservation: Reservation
) -> None:
    checked = with_result(awarded, identity_check="unsupervised_no_id")
    assert subject(checked, reservation)["result"][0]["identityVerified"] == (
        "http://data.europa.eu/snb/supervision-verification/c598449d64"
    )


def test_the_digest_of_evidence_is_a_subresource_integrity_value(
    awarded: Awarded, reservation: Reservation
) -> None:
    content = b"the work itself"
    evidence = [
        {"title": "A", "url": "https://r.example/a", "sha256": hashlib.sha256(content).hexdigest()},
        {"title": "B", "url": "https://r.example/b"},
    ]
    proven = with_result(awarded, evidence=evidence)
    first, second = compose(proven, reservation=reservation).document["evidence"]
    expected = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert first["digestSRI"] == f"sha256-{expected}"
    assert second == {"id": "https://r.example/b", "type": ["Evidence"], "name": "B"}


# --- The offering ---------------------------------------------------------------------------


def test_a_course_with_hours_alone_states_no_credits(
    awarded: Awarded, reservation: Reservation
) -> None:
    shown = subject(with_course(awarded, ects=None), reservation)
    assert "creditsEarned" not in shown
    assert "creditsAvailable" not in shown["achievement"]
    assert shown["achievement"]["workloadHours"] == "135"


def test_a_bare_course_states_no_empty_member(awarded: Awarded, reservation: Reservation) -> None:
    bare = Achievement.model_validate(
        {
            "slug": awarded.achievement.slug,
            "organisation": awarded.achievement.organisation,
            "title": {"de": "Kurs"},
            "description": {"de": "Ein Kurs."},
        }
    )
    organisation = awarded.organisation.model_copy(
        update={"accreditations": (), "identifiers": Identifiers()}
    )
    document = compose(
        replace(awarded, achievement=bare, organisation=organisation), reservation=reservation
    ).document
    shown = document["credentialSubject"]["achievement"]
    assert set(shown) == {
        "id", "type", "achievementType", "name", "description", "criteria", "inLanguage",
        "version", "humanCode", "resultDescription",
    }  # fmt: skip
    assert shown["criteria"]["narrative"] == "Ein Kurs."
    assert document["inLanguage"] == "de"
    assert document["issuer"]["name"] == "Beispielhochschule für Angewandte Wissenschaften"
    assert "otherIdentifier" not in document["issuer"]
    assert canonicalise(document)


def test_a_unit_without_text_and_hours_has_its_title(
    awarded: Awarded, reservation: Reservation
) -> None:
    syllabus = {"version": "1", "units": [{"title": {"en": "One"}}]}
    shown = achievement(with_course(awarded, syllabus=syllabus), reservation)
    address = f"{awarded.achievement_url}#unit-1"
    assert shown["syllabus"] == [
        {"id": address, "type": ["SyllabusUnit"], "unitTitle": "One"},
    ]


def test_a_level_that_does_not_apply_is_said(awarded: Awarded, reservation: Reservation) -> None:
    shown = achievement(
        with_course(awarded, level=Level(not_applicable=True).model_dump()), reservation
    )
    assert shown["levelNotApplicable"] is True
    assert not {"eqfLevel", "nationalLevel", "cycle"} & set(shown)
    assert all(a["targetType"] != "ext:EQF" for a in shown["alignment"])


def test_a_national_level_alone_has_no_eqf_alignment(
    awarded: Awarded, reservation: Reservation
) -> None:
    shown = achievement(with_course(awarded, level={"national": "NQR 5"}), reservation)
    assert shown["nationalLevel"] == "NQR 5"
    assert "eqfLevel" not in shown


def test_one_skill_in_two_outcomes_is_aligned_once_and_named_in_both(
    awarded: Awarded, reservation: Reservation
) -> None:
    skill = SkillLink(iri="http://data.europa.eu/esco/skill/x", label="x").model_dump()
    outcome = {"text": {"en": "Do it"}, "skills": [skill]}
    shown = achievement(
        with_course(awarded, learning_outcomes=[outcome, outcome | {"kind": "knowledge"}]),
        reservation,
    )
    aligned = [a for a in shown["alignment"] if a["targetFramework"] == "ESCO"]
    assert len(aligned) == 1
    assert [o["skill"] for o in shown["learningOutcome"]] == [[skill["iri"]]] * 2


def test_a_stand_alone_course_is_stackable_towards_nothing(
    awarded: Awarded, reservation: Reservation
) -> None:
    shown = achievement(with_course(awarded, stacking=Stacking().model_dump()), reservation)
    assert shown["stacking"] == "https://w3id.org/testamur/vocab#standalone"
    assert shown["tier"] == "https://w3id.org/testamur/vocab#basic"
    assert "stackableTowards" not in shown


def test_a_target_with_a_page_is_an_alignment_and_one_without_a_title(
    awarded: Awarded, reservation: Reservation
) -> None:
    shown = achievement(full(awarded), reservation)
    assert shown["stackableTowards"] == ["Master of Data", "Second", "Third"]
    targets = [a for a in shown["alignment"] if a["targetType"] == "ceterms:Credential"]
    assert [(t["targetUrl"], t.get("targetFramework")) for t in targets] == [
        ("https://other.example/master", "Other University"),
        ("https://other.example/second", None),
    ]


def test_quality_assurance_of_the_offering_wins_over_the_organisation(
    awarded: Awarded, reservation: Reservation
) -> None:
    bare, whole = achievement(full(awarded), reservation)["qualityAssurance"]
    assert bare["agency"] == "Another Agency"
    assert set(bare) == {"type", "qualityType", "agency"}
    assert (whole["qualityFrom"], whole["qualityUntil"]) == ("2024-01-01", "2030-12-31")


def test_a_small_picture_is_carried_and_a_large_one_is_not(
    awarded: Awarded, reservation: Reservation
) -> None:
    document = compose(full(awarded), reservation=reservation).document
    image = {"id": f"data:image/png;base64,{PIXEL}", "type": "Image"}
    assert document["credentialSubject"]["achievement"]["image"] == image
    assert document["issuer"]["image"] == image
    large = base64.b64encode(base64.b64decode(PIXEL) + bytes(24_600)).decode()
    assert "image" not in achievement(with_course(awarded, picture=large), reservation)


def test_the_language_of_the_course_is_the_language_of_the_document(
    awarded: Awarded, reservation: Reservation
) -> None:
    title = {"de": "Datenkompetenz", "en": "Data Stewardship"}
    document = compose(with_course(awarded, title=title), reservation=reservation).document
    assert document["name"] == "Datenkompetenz"
    assert document["inLanguage"] == "de"
    shown = document["credentialSubject"]["achievement"]
    assert shown["syllabus"][0]["unitTitle"] == "Planung"
    # What has no German text is said in the language it has.
    assert shown["canDo"].startswith("Looks after")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("5", 5), ("5.00", 5), ("2.5", 2.5), ("0.25", 0.25)],
)
def test_a_number_is_an_integer_where_it_is_one(value: str, expected: float) -> None:
    found = number(Decimal(value))
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("135", "135"), ("135.00", "135"), ("12.50", "12.5"), ("1E+2", "100"), ("0.00", "0")],
)
def test_a_decimal_is_written_without_exponent_and_trailing_zeros(
    value: str, expected: str
) -> None:
    assert plain(Decimal(value)) == expected


def test_the_format_of_the_reservation_does_not_change_the_document(
    awarded: Awarded, reservation: Reservation
) -> None:
    jwt = reservation.model_copy(update={"format": DocumentFormat.OB3_JWT})
    assert compose(awarded, reservation=jwt) == compose(awarded, reservation=reservation)
