"""Most texts take a short way through `clean`; it must come to what the long way comes to."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from issuer.model import texts


def long_way(text: str) -> str | None:
    """As `clean` without the short way; None: refused."""
    if texts._FORBIDDEN.search(text):
        return None
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in text):
        return None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def short_way(text: str) -> str | None:
    try:
        return texts.clean(text)
    except ValueError:
        return None


@given(
    st.text(max_size=12) | st.text("aZ1é\u0301\u00a0\u200b\u202e\ufffe\u00ad \t\r\n-", max_size=8)
)
def test_both_ways_come_to_the_same(text: str) -> None:
    assert short_way(text) == long_way(text)


def test_every_letter_alone_and_behind_another() -> None:
    for number in range(0x11000):
        for text in (chr(number), f"a{chr(number)}"):
            assert short_way(text) == long_way(text)


@given(st.text("ab\t\n\u2028\u2029\u0085", max_size=6))
def test_one_line_is_one_line_either_way(text: str) -> None:
    try:
        texts._one_line(text)
    except ValueError:
        return
    assert not set(text) & set("\t\n\u2028\u2029\u0085")
