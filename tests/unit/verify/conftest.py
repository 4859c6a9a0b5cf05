"""A university with keys and lists, and somebody who verifies what it signed."""

import pytest

from tests.town.university import Bench, Document, University


@pytest.fixture(scope="session")
def uni() -> University:
    return University()


@pytest.fixture(scope="session")
def bench(uni: University) -> Bench:
    return Bench(uni)


@pytest.fixture(scope="session")
def sealed(uni: University) -> bytes:
    """A badge with an ``eddsa-rdfc-2022`` proof."""
    return uni.seal(uni.badge())


@pytest.fixture
def badge(uni: University) -> Document:
    """The same badge, unsigned; a fresh copy."""
    return uni.badge()
