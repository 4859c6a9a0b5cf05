"""Somebody writes a pickled job, a pickled answer of a step, into the engine's tables: not run."""

import base64
import importlib
import os
import pickle
import threading
from collections.abc import Callable
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.jobs.serializer import IdsAndNumbers
from issuer.registry import organisations
from issuer.registry.database import Database
from tests.town import shift
from tests.town.shift import Pretended

_LONGEST_S = 60


class Payload:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.mkdir, (str(self.mark),)


def pickled(mark: Path) -> str:
    return base64.b64encode(pickle.dumps(Payload(mark))).decode()


def test_the_payload_works(tmp_path: Path) -> None:
    pickle.loads(base64.b64decode(pickled(tmp_path / "mark")))  # noqa: S301 # It is ours.
    assert (tmp_path / "mark").exists()


def test_an_answer_of_a_step_that_is_pickled_is_refused(tmp_path: Path) -> None:
    importlib.import_module("issuer.jobs.engine")
    reading = importlib.import_module("dbos._serialization")
    for read in (reading.deserialize_value, reading.deserialize_exception):
        with pytest.raises(TypeError, match="this is pickled"):
            read(pickled(tmp_path / "mark"), "py_pickle", IdsAndNumbers())
    assert not (tmp_path / "mark").exists()


def test_a_job_that_is_pickled_is_not_run(tmp_path: Path, organisation: Any) -> None:
    mark, url = tmp_path / "mark", f"sqlite:///{tmp_path / 'testamur.sqlite'}"
    met = threading.Event()

    def meddle(verb: str, number: int) -> None:
        # While the first chunk is in hand: the second waits in the queue, and may be written to.
        if (verb, number) != ("prepare", 1) or met.is_set():
            return
        met.set()
        jobs = sa.create_engine(f"sqlite:///{tmp_path / 'jobs.sqlite'}")
        with jobs.begin() as connection:
            change = sa.text("UPDATE workflow_input SET inputs = :value")
            connection.execute(change, {"value": pickled(mark)})
            connection.execute(sa.text("UPDATE workflow_status SET serialization='py_pickle'"))
        jobs.dispose()

    with shift.disposing(shift.opened(url)) as database:
        database.upgrade()
        _work(database, organisation, meddle)
    assert met.is_set()
    assert not mark.exists()


def _work(database: Database, organisation: Any, meddle: Callable[[str, int], None]) -> None:
    with database.begin() as tx:
        organisations.put(tx, organisation)
    batch_id = shift.queue(database, organisation.slug, rows=20, size=2)
    foreman = shift.foreman(database, Pretended(0.01, hindrance=meddle))
    # In a thread of its own, so that one that waits for ever ends this test and not all of them.
    with futures.ThreadPoolExecutor(1) as alone:
        ended = shift.has_ended(database, batch_id)
        alone.submit(foreman.run, until=ended).result(_LONGEST_S)
    assert shift.account(database, batch_id).rows == {"kept": 20}
