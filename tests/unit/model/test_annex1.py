"""The eleven elements are enforced one by one; the five others are counted."""

from typing import Any

import pytest

from issuer.errors import Incomplete
from issuer.model.achievement import Achievement
from issuer.model.annex1 import MANDATORY, OPTIONAL, Stated, completeness, require_complete
from issuer.model.assessment import AssessmentResult
from issuer.model.organisation import Organisation

Data = dict[str, Any]
WHOLE: Data = {
    "learning_outcomes": [{"text": {"en": "Do it"}}],
    "workload_hours": 75,
    "ects": 3,
    "level": {"eqf": 6},
    "assessment_types": ["portfolio"],
    "participation": ["online"],
    "quality_assurance": [{"type": "programme_qa", "agency": "A"}],
    "prerequisites": {"en": "None"},
    "supervision": "supervised_id",
    "stacking": {},
    "further_information": {"en": "More"},
}


def stated(university: Data, course: Data, result: Data | None = None) -> Stated:
    return Stated(
        Achievement.model_validate(course),
        Organisation.model_validate(university),
        AssessmentResult.model_validate(result) if result else None,
    )


def test_there_are_eleven_and_five_numbered_in_order() -> None:
    assert [e.id for e in MANDATORY] == [f"M{n}" for n in range(1, 12)]
    assert [e.id for e in OPTIONAL] == [f"O{n}" for n in range(1, 6)]


def test_a_whole_course_with_a_grade_has_all(university: Data, course: Data, result: Data) -> None:
    graded = result | {"grade": {"value": "1", "scheme": "1 to 5"}}
    found = require_complete(stated(university, course | WHOLE, graded))
    assert found.summary == "11/11 + 5/5"
    assert found.missing == {}
    assert found.optional == ("O1", "O2", "O3", "O4", "O5")


@pytest.mark.parametrize(
    ("without", "element", "field"),
    [
        (["learning_outcomes"], "M6", "achievement.learning_outcomes"),
        (["workload_hours", "ects"], "M7", "achievement.ects or achievement.workload_hours"),
        (["level"], "M8", "achievement.level"),
        (["assessment_types"], "M9", "achievement.assessment_types"),
        (["participation"], "M10", "achievement.participation"),
        (
            ["quality_assurance"],
            "M11",
            "achievement.quality_assurance or organisation.accreditations",
        ),
    ],
)
def test_a_course_that_lacks_one_cannot_issue_and_is_told_where_to_fill_it_in(
    university: Data, course: Data, without: list[str], element: str, field: str
) -> None:
    lacking = {name: value for name, value in WHOLE.items() if name not in without}
    at_hand = stated(university, course | lacking)
    with pytest.raises(Incomplete) as fault:
        require_complete(at_hand)
    name = next(e.name for e in MANDATORY if e.id == element)
    assert fault.value.details["elements"] == {name: field}
    assert f"{name} (fill in {field})" in fault.value.message
    assert fault.value.message.startswith("data: ")
    assert completeness(at_hand).summary.startswith("10/11")


def test_what_a_course_lacks_is_told_all_at_once(university: Data, course: Data) -> None:
    found = completeness(stated(university, course))
    assert found.present == ("M1", "M2", "M3", "M4", "M5")
    assert len(found.missing) == 6
    assert found.optional == ()
    assert found.summary == "5/11 + 0/5"


@pytest.mark.parametrize("left", ["workload_hours", "ects"])
def test_hours_or_credits_are_enough(university: Data, course: Data, left: str) -> None:
    other = {"workload_hours": "ects", "ects": "workload_hours"}[left]
    lacking = {name: value for name, value in WHOLE.items() if name != other}
    assert require_complete(stated(university, course | lacking)).missing == {}


def test_a_level_that_is_said_not_to_apply_is_stated(university: Data, course: Data) -> None:
    said = course | WHOLE | {"level": {"not_applicable": True}}
    assert require_complete(stated(university, said)).missing == {}


def test_accreditation_of_the_organisation_is_enough(university: Data, course: Data) -> None:
    lacking = {name: value for name, value in WHOLE.items() if name != "quality_assurance"}
    vouched = university | {"accreditations": [{"type": "institutional_qa", "agency": "A"}]}
    assert require_complete(stated(vouched, course | lacking)).missing == {}


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({}, ()),
        ({"grade": {"value": "1", "scheme": "s"}}, ("O3",)),
        ({"identity_check": "supervised_id"}, ("O2",)),
    ],
)
def test_what_a_result_adds_is_counted(
    university: Data, course: Data, result: Data, change: Data, counted: tuple[str, ...]
) -> None:
    assert completeness(stated(university, course, result | change)).optional == counted


@pytest.mark.parametrize(
    ("field", "element"),
    [("prerequisites", "O1"), ("supervision", "O2"), ("stacking", "O4"),
     ("further_information", "O5")],
)  # fmt: skip
def test_each_optional_element_is_counted(
    university: Data, course: Data, field: str, element: str
) -> None:
    found = completeness(stated(university, course | {field: WHOLE[field]}))
    assert found.optional == (element,)


def test_the_examples_may_all_issue(
    organisation: Organisation, achievements: dict[str, Achievement]
) -> None:
    for achievement in achievements.values():
        assert require_complete(Stated(achievement, organisation)).missing == {}
        assert achievement.warnings() == ()
