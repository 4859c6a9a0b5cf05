import pytest

from issuer.gradebooks.backslash import Patience, readings


@pytest.mark.parametrize(
    ("text", "width", "found"),
    [
        ('a,"b c"', 2, [["a", "b c"]]),
        ('a,"b ""c"""', 2, [["a", 'b "c"']]),
        (r'"a\"b"', 1, [[r"a\"b"]]),
        (r'"a\""""' + "\r\n", 1, [[r"a\"" + '"']]),
        ("a,", 2, [["a", ""]]),
        ("a,b", 3, []),
        ("a,b,c", 2, []),
        ("a b,c", 2, []),
        ('"a"b,c', 2, []),
        ('"a', 1, []),
    ],
)
def test_readings(text: str, width: int, found: list[list[str]]) -> None:
    assert readings(text, separator=",", width=width, patience=Patience(1_000)) == found


def test_a_line_break_outside_of_quotation_marks_ends_a_row() -> None:
    text = '"a\\",b\nc,d'
    assert readings(text, separator=",", width=3, patience=Patience(1_000)) == []


@pytest.mark.parametrize("empty", ["", '""'])
def test_empty_cells_take_patience_too(empty: str) -> None:
    text = f"{empty}," * 1_999 + r'"\"'
    patience = Patience(3_000)
    assert readings(text, separator=",", width=2_000, patience=patience) == [[*[""] * 1_999, "\\"]]
    assert 0 < patience.left <= 1_000
    assert readings(text, separator=",", width=2_000, patience=patience) == []
    assert patience.left == 0


def test_a_row_that_takes_too_long_is_given_up() -> None:
    text = ",".join([r'"a\"'] * 400)
    patience = Patience(100)
    assert readings(text, separator=",", width=400, patience=patience) == []
    assert patience.left <= 0
