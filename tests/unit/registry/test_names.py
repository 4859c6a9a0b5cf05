"""Names from addresses that no row can have."""

import pytest

from issuer.errors import NotFound
from issuer.registry.names import require_name, require_number


@pytest.mark.parametrize(
    "name", ["euas", "EUAS-7Q4M-2KXD-9RVT-5HZC", "did:web:uni.example", "~" * 300]
)
def test_a_name_of_visible_ascii_passes(name: str) -> None:
    require_name(name, what="award")


@pytest.mark.parametrize(
    "name", ["", "\0", "a\0b", "a b", "euas\n", "é", "\ud800", "\u202e", "x" * 301, "\x7f"]
)
def test_any_other_finds_nothing_and_can_be_printed(name: str) -> None:
    with pytest.raises(NotFound) as caught:
        require_name(name, what="award")
    assert caught.value.message.isascii()
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 120


@pytest.mark.parametrize("number", [-1, 2**31, 2**64, 10**30])
def test_a_number_beyond_a_column_finds_nothing(number: int) -> None:
    with pytest.raises(NotFound):
        require_number(number, what="version")


def test_a_number_that_fits_passes() -> None:
    require_number(0, what="version")
    require_number(2**31 - 1, what="version")
