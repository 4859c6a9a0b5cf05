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


def test_a_row_that_takes_too_long_is_given_up() -> None:
    text = ",".join([r'"a\"'] * 400)
    patience = Patience(100)
    assert readings(text, separator=",", width=400, patience=patience) == []
    assert patience.left <= 0
