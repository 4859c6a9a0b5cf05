import pytest

from issuer.errors import UnusableInput
from issuer.gradebooks.columns import PERCENT, POINTS, Header, aliases, display

MOODLE = Header(
    [
        "First name", "Quiz: Final exam (Real)", "Quiz: Final exam (Percentage)",
        "Test:\u00a0Abschlussprüfung (Punkte)", "Essay (Real)", "Essay (Real)", "", "#3",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("named", "liked", "at"),
    [
        ("first NAME", frozenset(), 0),
        ("Quiz:Final exam (Real)", frozenset(), 1),
        ("Final exam", POINTS, 1),
        ("Quiz: Final exam", PERCENT, 2),
        ("Test: Abschlussprüfung", frozenset(), 3),
        ("#6", frozenset(), 5),
        ("#3", frozenset(), 7),
    ],
)
def test_a_column_is_found_by_name_by_what_it_is_called_and_by_place(
    named: str, liked: frozenset[str], at: int
) -> None:
    assert MOODLE.find(named, liked=liked) == at


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ("Essay (Real)", "2 columns may be meant .* #5 .* #6 "),
        ("Final exam", "2 columns may be meant"),
        ("Portfolio", "There is no column “Portfolio” in this file. There are: “First name”"),
        ("#99", "There is no column #99: the file has 8"),
    ],
)
def test_a_column_that_is_not_clear_is_refused(named: str, sentence: str) -> None:
    with pytest.raises(UnusableInput, match=sentence):
        MOODLE.find(named)


def test_of_many_columns_the_first_are_named() -> None:
    with pytest.raises(UnusableInput, match="and 8 more"):
        Header([f"c{n}" for n in range(20)]).find("x")


def test_a_column_is_said_so_that_it_is_found_again() -> None:
    said = [MOODLE.said(at) for at in range(8)]
    assert said[0] == "First name"
    assert said[4:] == ["#5", "#6", "#7", "#8"]
    assert [MOODLE.find(one) for one in said] == [*range(8)]


def test_the_first_of_several_words_is_taken() -> None:
    assert MOODLE.first("Vorname", "First name") == "First name"
    assert MOODLE.first("Vorname") is None
    assert MOODLE.has("essay (real)")


@pytest.mark.parametrize(
    ("header", "short"),
    [
        ("Quiz: Final exam (Real)", ("quiz: final exam", "final exam")),
        ("Final exam (90211)", ("final exam",)),
        ("Final exam [Total Pts: 100 Score] |660463", ("final exam",)),
        ("Final exam Points Grade <Numeric MaxPoints:100 Weight:60>", ("final exam",)),
    ],
)
def test_what_a_teacher_calls_a_column(header: str, short: tuple[str, ...]) -> None:
    assert aliases(header) == short


def test_what_stands_in_brackets_is_the_display() -> None:
    assert display("Essay (Punkte)") == "punkte"
    assert display("Essay") == ""
