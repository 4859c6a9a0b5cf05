"""The full form: twenty thousand rows, ten kills at moments of chance, on both databases.

``make test-long``. The short form is in `test_workers`.
"""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from issuer.registry.database import Database
from tests.integration.jobs.conftest import Process, kept, until
from tests.integration.jobs.test_workers import is_whole
from tests.town import shift

ROWS, KILLS = 20_000, 10


def _has(database: Database, batch_id: str, rows: int) -> bool:
    return kept(database, batch_id) >= rows


@pytest.mark.long
def test_killed_ten_times_twenty_thousand_rows_are_done_once(
    shop: Database, organisation: Any, worker: Callable[..., Process]
) -> None:
    batch_id = shift.queue(shop, organisation.slug, rows=ROWS, size=100)
    moments = sorted(random.Random(0x7E57).sample(range(ROWS // 100), KILLS))  # noqa: S311 # Moments are no secret.
    for moment in moments:
        one, other = worker(0.05), worker(0.05)
        until(partial(_has, shop, batch_id, moment * 100))
        one.kill()
        other.kill()
    assert worker(0.0).ended() == 0
    assert is_whole(shop, batch_id, ROWS)
