from decimal import Decimal

import pytest

from issuer import gradebooks
from issuer.errors import UnusableInput
from issuer.gradebooks import platforms, wishes
from issuer.gradebooks.layout import Layout
from issuer.model.mapping import AtLeast, Filled, Worded

MOODLE = (
    "First name,Last name,Quiz: Exam (Real),Quiz: Exam (Percentage),Essay (Real),Word,Other,Done\n"
    'A,B,50.00,"50.00 %",9.00,Pass,ja,2026-06-20\n'
    "C,D,40.00,x,9.00,Fail,nein,\n"
)


def laid_out(text: str = MOODLE) -> Layout:
    return platforms.lay_out(gradebooks.read(text.encode()), key="email")


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("Exam >= 60", AtLeast(column="Quiz: Exam (Real)", threshold=Decimal(60))),
        ("Exam ≥ 49,5", AtLeast(column="Quiz: Exam (Real)", threshold=Decimal("49.5"))),
        ("Exam > 60", AtLeast(column="Quiz: Exam (Real)", threshold=Decimal(60), above=True)),
        ("Exam >= 60%", AtLeast(column="Quiz: Exam (Percentage)", threshold=Decimal(60))),
        ("#5 >= -1", AtLeast(column="Essay (Real)", threshold=Decimal(-1))),
        ("Done is filled", Filled(column="Done")),
        (
            "Word is Pass",
            Worded(columns=("Word",), passed=("Pass",), not_passed=("Fail", "Failed", "F")),
        ),
        (
            "Word = Pass or Merit, not Fail",
            Worded(columns=("Word",), passed=("Pass", "Merit"), not_passed=("Fail",)),
        ),
        ("Word is 'A' | \"B\"", Worded(columns=("Word",), passed=("A", "B"))),
        (
            "Word is A or P or F",
            Worded(columns=("Word",), passed=("A", "P", "F"), not_passed=("Fail", "Failed")),
        ),
        (
            "all passed: Word; Other",
            Worded(
                columns=("Word", "Other"),
                passed=("Pass", "Passed", "P", "ja"),
                not_passed=("Fail", "Failed", "F", "nein"),
            ),
        ),
    ],
)
def test_a_line_becomes_a_rule(said: str, rule: object) -> None:
    assert wishes.rule(said, layout=laid_out()) == rule


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Exam", "no rule for what counts as passed. Say 'COLUMN >= 60'"),
        ("Portfolio >= 3", "no column “Portfolio”"),
        ("Essay >= 60%", "How many points “Essay .Real.” has at most is not in this file"),
        ("all passed: Word; First name", "Not every word in Word, First name says"),
        ("all passed: ;", "Not every word"),
        ("Word is ''", "No word is named that counts as passed in “Word”. Say 'COLUMN >= 60'"),
        ("Word is Pass, not pass", "cannot be a rule .* 'pass' cannot count as passed and as not"),
    ],
)
def test_a_line_that_is_none_says_how_to_say_it(said: str, sentence: str) -> None:
    with pytest.raises(UnusableInput, match=sentence):
        wishes.rule(said, layout=laid_out())


def test_a_percentage_of_points_needs_the_most_points() -> None:
    text = 'Last Name,First Name,Username,"Exam [Total Pts: 80 Score] |1"\nA,B,c,40\n'
    rule = wishes.rule("Exam >= 50%", layout=laid_out(text))
    assert isinstance(rule, AtLeast)
    assert rule.percent_of == Decimal(80)
    assert rule.holds(Decimal(40))
    assert not rule.holds(Decimal("39.99"))


def test_the_most_points_may_be_said() -> None:
    rule = wishes.rule("Essay >= 50%", layout=laid_out(), maximum=Decimal(18))
    assert isinstance(rule, AtLeast)
    assert rule.percent_of == Decimal(18)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Student,ID,Section,Final Score\nA,1,S,50\n", None),
        ("Name,Exam (Percentage)\nA,50\n", None),
        ("Name,Exam\nA,50 %\nB,-\nC,absent\nD,7%\n", Decimal(100)),
    ],
)
def test_a_column_that_is_in_per_cent_needs_none(text: str, whole: Decimal | None) -> None:
    layout = laid_out(text)
    rule = wishes.rule(f"{layout.header.names[-1]} >= 50%", layout=layout, maximum=Decimal(80))
    assert isinstance(rule, AtLeast)
    assert rule.percent_of == whole


@pytest.mark.parametrize(
    "text",
    [
        # Only Canvas's scores are known to be in per cent.
        "Name,Final Score\nA,50\n",
        "Name,Exam\nA,50 %\nB,50\n",
        "Name,Exam\nA,absent\n",
    ],
)
def test_a_column_that_may_be_in_points_is_not_taken_for_per_cent(text: str) -> None:
    layout = laid_out(text)
    with pytest.raises(UnusableInput, match="a percentage cannot be told"):
        wishes.rule(f"{layout.header.names[1]} >= 50%", layout=layout)


def test_more_columns_than_a_mapping_holds_are_refused_in_our_words() -> None:
    names = [f"T{number}" for number in range(101)]
    layout = laid_out(f"{','.join(names)}\n{','.join(['yes'] * 101)}\n")
    with pytest.raises(UnusableInput, match="This cannot be a rule"):
        wishes.rule(f"all passed: {';'.join(names)}", layout=layout)


def test_words_of_moodles_overrides_leave_it_open() -> None:
    text = "Name,Exam\nA,Completed\nB,Completed (set by C)\nD,\n"
    rule = wishes.told_by_words(laid_out(text), ["Exam"])
    assert rule is not None
    assert rule.undecided == wishes.UNDECIDED
    rule = wishes.told_by_words(laid_out("Name,Exam\nA,\n"), ["Exam"])
    assert rule is None


def test_a_word_that_says_both_says_nothing() -> None:
    # In Spanish and in French "no"/"non" and "si" mean what they mean; "P" and "F" are English.
    assert wishes.told_by_words(laid_out("Name,Exam\nA,ja\nB,perhaps\n"), ["Exam"]) is None
