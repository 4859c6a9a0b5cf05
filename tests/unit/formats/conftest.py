"""An award of the demo university, ready to be composed."""

import datetime as dt
from collections.abc import Callable, Mapping

import pytest

from issuer.formats.awarded import Awarded
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.assessment import AssessmentResult, Evidence, Grade
from issuer.model.award import Award, Reservation, StatusSlot, award_id
from issuer.model.learner import Learner
from issuer.model.organisation import Organisation

BASE = "https://credentials.uni.example"


@pytest.fixture
def awarded(
    organisation: Organisation,
    achievements: Mapping[str, Achievement],
    chance: Callable[[int], bytes],
    moment: dt.datetime,
) -> Awarded:
    """Alex Example completed Data Stewardship with a grade and a piece of evidence."""
    course = achievements["data-stewardship"]
    result = AssessmentResult(
        organisation=organisation.slug,
        achievement=course.slug,
        learner=Learner(organisation=organisation.slug, key="S1001", display_name="Alex Example"),
        date=moment.date(),
        passed=True,
        grade=Grade(value="1.7, good", scheme="Austrian scale, 1.0 is best, 4.0 the lowest pass"),
        evidence=(
            Evidence(
                title="Data management plan",
                url="https://repository.uni.example/plan-1001",
                sha256="a3f5c1d2e4b6978812345678901234567890abcdefabcdefabcdefabcdef0123",
            ),
        ),
        assessor="Department of Information Science, two examiners",
    )
    award = Award(
        id=award_id(organisation.code, chance(10)),
        organisation=organisation.slug,
        achievement=course.slug,
        achievement_version=course.version,
        learner_id=1,
        approved_by="registrar",
        approved_at=moment,
        awarded_on=result.date,
    )
    return Awarded(award, course, organisation, result, BASE)


@pytest.fixture
def reservation(
    awarded: Awarded, chance: Callable[[int], bytes], moment: dt.datetime
) -> Reservation:
    """Its place in the first revocation list."""
    return Reservation(
        award_id=awarded.award.id,
        format=DocumentFormat.OB3,
        credential_id=f"{BASE}/c/{awarded.award.id}",
        slot=StatusSlot(revocation_list=f"{BASE}/status/euas/revocation/1", index=94567),
        valid_from=moment,
        created=moment,
        salt=chance(16).hex(),
        verification_method="did:web:localhost%3A8000#award-1",
    )
