from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from issuer.model.achievement import (
    Achievement,
    DocumentFormat,
    Level,
    OutcomeKind,
    Stacking,
    Syllabus,
    Tier,
)

Data = dict[str, Any]


def test_the_least_an_offering_needs(course: Data) -> None:
    made = Achievement.model_validate(course)
    assert made.version == 1
    assert made.formats == (DocumentFormat.OB3,)
    assert made.suspendable is False
    assert made.language == "en"
    assert Achievement.model_validate_json(made.model_dump_json()) == made


def test_the_examples_come_back_from_json_as_they_were(
    achievements: dict[str, Achievement],
) -> None:
    for made in achievements.values():
        again = Achievement.model_validate_json(made.model_dump_json())
        assert again == made
        assert again.syllabus is None or again.syllabus.digest == made.syllabus.digest  # type: ignore[union-attr]  # Equal to one that has a syllabus.


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("version", 0, "greater than or equal to 1"),
        ("workload_hours", 0, "greater than 0"),
        ("workload_hours", "0.001", "decimal places"),
        ("workload_hours", 10_001, "less than or equal"),
        ("workload_hours", "NaN", "finite"),
        ("workload_hours", "Infinity", "finite"),
        ("ects", -1, "greater than 0"),
        ("ects", 301, "less than or equal"),
        ("assessment_types", ["magic"], "not in the EU list 'assessment'"),
        ("assessment_types", ["portfolio", "portfolio"], "portfolio stands there twice"),
        ("supervision", "watched", "not in the EU list 'supervision'"),
        ("participation", ["telepathy"], "not in the EU list 'participation'"),
        ("participation", ["online", "online"], "stands there twice"),
        ("schedule", "sometimes", "synchronous"),
        ("languages", ["en", "en"], "stands there twice"),
        ("languages", ["English"], "not a BCP 47"),
        ("isced_f", ["0777"], "not in the EU list 'isced_f'"),
        ("isced_f", ["322"], "not in the EU list 'isced_f'"),
        ("isced_f", ["0322", "0322"], "stands there twice"),
        ("homepage", "javascript:alert(1)", "not an https address"),
        ("picture", "logo.png", "PNG in base64"),
        ("fee", {"amount": -1}, "greater than or equal to 0"),
        ("fee", {"amount": 1, "currency": "euro"}, "pattern"),
        ("formats", [], "at least 1"),
        ("formats", ["ob3", "ob3"], "stands there twice"),
        ("formats", ["pdf"], "ob3"),
        ("valid_months", 0, "greater than or equal to 1"),
        ("valid_months", 601, "less than or equal"),
        ("learning_outcomes", [{"text": {"en": "x"}}] * 61, "at most 60"),
        ("learning_outcomes", [{"text": {"en": "x"}, "kind": "wisdom"}], "knowledge"),
        (
            "learning_outcomes",
            [{"text": {"en": "x"}, "skills": [{"iri": "esco", "label": "x"}]}],
            "not an absolute",
        ),
        ("syllabus", {"version": "1", "units": []}, "at least 1"),
        ("syllabus", {"version": "1", "units": [{"title": {"en": "x"}}] * 101}, "at most 100"),
        ("title", {}, "1 to 40"),
        ("slug", "../etc", "pattern"),
    ],
)
def test_a_field_that_is_refused_and_why(
    course: Data, field: str, value: object, fault: str
) -> None:
    with pytest.raises(ValidationError, match=fault):
        Achievement.model_validate(course | {field: value})


@pytest.mark.parametrize(
    "stated", [{"eqf": 1}, {"eqf": 8}, {"national": "NQR 6"}, {"cycle": "first"}]
)
def test_a_level_is_stated_or_said_not_to_apply(stated: Data) -> None:
    assert Level.model_validate(stated).not_applicable is False
    with pytest.raises(ValidationError, match="and not both"):
        Level.model_validate(stated | {"not_applicable": True})


@pytest.mark.parametrize("stated", [{}, {"eqf": 0}, {"eqf": 9}, {"eqf": "six"}, {"cycle": "0"}])
def test_what_is_no_level(stated: Data) -> None:
    with pytest.raises(ValidationError):
        Level.model_validate(stated)


def test_a_level_that_does_not_apply_is_enough() -> None:
    assert Level(not_applicable=True).eqf is None


def test_the_three_tiers_are_one_two_three() -> None:
    assert [tier.number for tier in Tier] == [1, 2, 3]
    assert [str(tier) for tier in Tier] == ["basic", "intermediate", "professional"]


def test_what_stands_alone_leads_to_nothing() -> None:
    towards = [{"title": {"en": "Master"}, "link": "https://other.example/master"}]
    assert Stacking.model_validate({"mode": "stackable", "towards": towards}).towards
    assert Stacking.model_validate({"mode": "integrated", "towards": towards}).towards
    with pytest.raises(ValidationError, match="set mode to stackable"):
        Stacking.model_validate({"towards": towards})


@pytest.mark.parametrize(
    ("hours", "ects", "rate", "warned"),
    [
        ("75", "3", "25", False),
        ("90", "3", "30", False),
        ("74.99", "3", None, True),
        ("90.01", "3", None, True),
        ("10", "300", None, True),
        (None, "3", None, False),
        ("75", None, None, False),
    ],
)
def test_hours_outside_the_rule_are_warned_of(
    course: Data, hours: str | None, ects: str | None, rate: str | None, warned: bool
) -> None:
    made = Achievement.model_validate(course | {"workload_hours": hours, "ects": ects})
    assert bool(made.warnings()) is warned
    if rate is not None:
        assert made.hours_per_credit == Decimal(rate)
    if warned:
        assert "25 to 30" in made.warnings()[0]
    if hours is None or ects is None:
        assert made.hours_per_credit is None


def test_the_digest_of_a_syllabus_is_that_of_its_content() -> None:
    one = {"version": "2026-1", "units": [{"title": {"en": "A"}, "hours": "25"}]}
    digest = Syllabus.model_validate(one).digest
    assert digest.startswith("sha256:")
    assert len(digest) == 71
    assert Syllabus.model_validate(one).digest == digest
    for other in (
        one | {"version": "2026-2"},
        one | {"units": [{"title": {"en": "B"}, "hours": "25"}]},
        one | {"units": [{"title": {"en": "A"}, "hours": "26"}]},
        one | {"units": [{"title": {"en": "A"}}]},
        one | {"units": [{"title": {"en": "A", "de": "A"}, "hours": "25"}]},
    ):
        assert Syllabus.model_validate(other).digest != digest


def test_an_outcome_is_a_skill_unless_it_says_otherwise(course: Data) -> None:
    made = Achievement.model_validate(course | {"learning_outcomes": [{"text": {"en": "Do"}}]})
    assert made.learning_outcomes[0].kind is OutcomeKind.SKILL
