import datetime as dt
from decimal import Decimal

import pytest
from pydantic import ValidationError

from issuer.model.mapping import AtLeast, Filled, Mapping, NameOrder, Platform, Worded

FULL = Mapping(
    platform=Platform.MOODLE,
    key="ID number",
    names=("First name", "Last name"),
    email="Email address",
    dates=("Done", "Also done"),
    time_zone="Europe/Vienna",
    passed=AtLeast(column="Course total", threshold=Decimal(60), percent_of=Decimal(150)),
    decimal=".",
    grade="Course total",
    grade_scheme="points of 150",
)


def test_a_mapping_is_kept_as_json_and_read_back() -> None:
    assert Mapping.model_validate_json(FULL.model_dump_json()) == FULL


def test_what_it_says_in_words() -> None:
    said = dict(FULL.in_words())
    assert said["learner"] == "“ID number”"
    assert said["name"] == "“First name”, “Last name” (given_family)"
    assert said["date"] == "the latest of “Done”, “Also done” (Europe/Vienna)"
    assert said["passed, if"] == "“Course total” is at least 60 % of 150"
    assert said["grade"] == "“Course total”, points of 150"
    bare = dict(Mapping(platform=Platform.OTHER).in_words())
    assert set(bare.values()) == {"other", "not said yet", "none"}
    by_hand = Mapping(platform=Platform.OTHER, date=dt.date(2026, 7, 3), grade="G", dates=())
    assert dict(by_hand.in_words())["date"] == "2026-07-03"
    assert dict(by_hand.in_words())["grade"] == "“G”, scheme not said"
    one = Mapping(platform=Platform.OTHER, dates=("Done",))
    assert dict(one.in_words())["date"] == "the latest of “Done”"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (AtLeast(column="M", threshold=Decimal("59.5"), above=True), "“M” is more than 59.5"),
        (Filled(column="D"), "“D” holds a date"),
        (Worded(columns=("A", "B"), passed=("x", "y")), "“A” and “B” says x or y"),
        (
            Worded(columns=("A",), passed=("x",), not_passed=("n",)),
            "“A” says x (not passed: n)",
        ),
    ],
)
def test_a_rule_in_words(rule: AtLeast | Filled | Worded, said: str) -> None:
    assert str(rule) == said


@pytest.mark.parametrize(
    ("value", "holds"), [("60", True), ("59.99", False), ("60.000000000000000001", True)]
)
def test_a_threshold_is_exact(value: str, holds: bool) -> None:
    assert AtLeast(column="M", threshold=Decimal(60)).holds(Decimal(value)) is holds
    above = AtLeast(column="M", threshold=Decimal(60), above=True)
    assert above.holds(Decimal(value)) is (holds and value != "60")


def test_the_columns_of_a_mapping() -> None:
    assert FULL.columns() == (
        "ID number", "Email address", "Course total", "First name", "Last name", "Done",
        "Also done",
    )  # fmt: skip
    worded = Worded(columns=("A", "B"), passed=("x",))
    assert Mapping(platform=Platform.OTHER, passed=worded).columns() == ("A", "B")
    assert Mapping(platform=Platform.OTHER).columns() == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": ("A",)},
        {"names": ("A", "B"), "order": NameOrder.WHOLE},
        {"time_zone": "Europe/Nowhere"},
        {"time_zone": "../etc/passwd"},
        {"decimal": ";"},
        {"passed": {"kind": "worded", "columns": ["A"], "passed": ["x"], "not_passed": ["X"]}},
        {"passed": {"kind": "at_least", "column": "A", "threshold": "1", "percent_of": "0"}},
        {"more": 1},
    ],
)
def test_what_is_no_mapping_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Mapping.model_validate({"platform": "other", **wrong})
