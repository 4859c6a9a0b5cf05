"""A town to fetch in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.town.loopback import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path) as opened:
        yield opened
