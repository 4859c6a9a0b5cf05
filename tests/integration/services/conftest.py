"""An installation of `tests.town.workshop` before a database of either kind."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from issuer.model.achievement import Achievement
from issuer.model.organisation import Organisation
from tests.town import workshop as town
from tests.town.workshop import Workshop

OpenWorkshop = Callable[..., Workshop]


@pytest.fixture
def open_workshop(
    database_url: str,
    tmp_path: Path,
    organisation: Organisation,
    achievements: Mapping[str, Achievement],
) -> Iterator[OpenWorkshop]:
    """Open the installation of this test's database and folder, as one process does."""
    with ExitStack() as stack:

        def open_it(**how: Any) -> Workshop:
            known: dict[str, Any] = {"organisation": organisation, "courses": achievements}
            return stack.enter_context(town.opened(database_url, tmp_path, **known | how))

        yield open_it


@pytest.fixture
def workshop(open_workshop: OpenWorkshop) -> Workshop:
    """The demo university with keys, courses and one status list."""
    return open_workshop().found()
