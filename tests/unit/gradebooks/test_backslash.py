import pytest

from issuer.gradebooks import backslash
from issuer.gradebooks.backslash import readings


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
    assert readings(text, separator=",", width=width) == found


def test_a_row_of_very_many_readings_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    text = ",".join([r'"a\"'] * 40)
    monkeypatch.setattr(backslash, "_MOST_STEPS", 20)
    assert readings(text, separator=",", width=40) == []
