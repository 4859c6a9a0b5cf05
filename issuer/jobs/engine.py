"""dbos, held at arm's length: the only module that knows it, loaded when there is work to do.

dbos 3.4, https://docs.dbos.dev. There is one dbos in a process: it keeps its instance and what is
registered in globals of its own, so a second `Engine` is opened only when the first was closed. Its
tables: `jobs.sqlite` beside our database, or the schema ``dbos`` of our PostgreSQL; the checkpoints
of steps stand in our database and are committed with our rows. No admin server, no telemetry, no
listening; what it logs is ours to say. This module decides nothing about a batch.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SetWorkflowID, SQLAlchemyDatasource
from dbos._serialization import DBOSDefaultSerializer, Serializer

from issuer.jobs.chunk import SHAPE, Step
from issuer.jobs.serializer import IdsAndNumbers
from issuer.registry.database import Database

VERSION = f"testamur-jobs-{SHAPE}"
"""What dbos calls the version of the application: that of the shape, not of the program."""
_QUEUE = "testamur"
_SCHEMA = "dbos"
# What a worker has in hand or finds queued keeps it busy for longer; each look costs milliseconds.
_POLL_S = 0.2
_CLOSE_S = 0.05
_LIVING = ["ENQUEUED", "PENDING"]
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_PAGE = 1_000
# A process that was stopped in the middle of a transaction keeps its locks no longer than this.
_IDLE_MS = 10_000
_LOCKS_END = f"SET LOCAL idle_in_transaction_session_timeout = {_IDLE_MS}"
_FINISH = "finish"
_SLICE = "slice-"
_LEFT = "left"
"""Answer of a job that came when the process was about to end."""


class _Ids(IdsAndNumbers, Serializer):
    """Our serializer, of the class that dbos asks for."""


def _refuse(_pickled: str) -> Any:
    msg = "The durable engine reads ids and numbers only; this is pickled."
    raise TypeError(msg)


# A value says in its own row how it is to be read. dbos would unpickle one that says so, and run
# what stands in it: whoever can write into its tables could run anything here. What dbos itself
# would pickle, the error of such a job, is written as we write.
setattr(DBOSDefaultSerializer, "deserialize", _refuse)  # noqa: B010 # It is not ours to declare.
setattr(DBOSDefaultSerializer, "serialize", IdsAndNumbers().serialize)  # noqa: B010 # As above.


@dataclass(frozen=True)
class Flight:
    """A job that is enqueued, or that a worker has in hand."""

    id: str
    batch_id: str
    number: int | None
    """Of the chunk or slice; None: the end of the batch."""
    executor: str | None
    """Who has it in hand; None: nobody yet."""
    is_slice: bool = False


@dataclass(frozen=True)
class Doing:
    """What is done in a job; ``tries`` counts those before."""

    chunk: Callable[..., str]
    """``(steps, batch_id, number=, tries=)``."""
    finish: Callable[..., str]
    """``(batch_id, tries=)``."""
    stack: Callable[..., str]
    """``(batch_id, number=, tries=)``."""


class Engine:
    """The jobs of one process; make one, `open` it, `close` it."""

    def __init__(
        self, database: Database, doing: Doing, *, executor: str, concurrency: int
    ) -> None:
        self._database = database
        self._doing = doing
        self._executor = executor
        self._concurrency = concurrency
        self._in_hand: set[str] = set()
        self._closing = threading.Event()
        self._isolation = "SERIALIZABLE"  # SQLite knows no other; it begins IMMEDIATE.
        # SQLite has one writer, and whoever waits for it sleeps too long: here they queue.
        self._writing: AbstractContextManager[object] = threading.Lock()

    def open(self) -> None:
        """Make the tables where they are missing, and begin to take jobs from the queue."""
        own = self._database.engine
        self._system = _server(own) if own.dialect.name == "postgresql" else _beside(own)
        if own.dialect.name == "postgresql":
            # As everywhere in the house: our own locks do the work.
            self._isolation = "READ COMMITTED"
            self._writing = nullcontext()
        try:
            self._launch(own)
        except BaseException:
            self.close(patience_s=0)
            raise

    def _launch(self, own: sa.Engine) -> None:
        # Its lines may hold what people sent; what matters is in the batch and in our own log.
        said = logging.getLogger("dbos")
        said.handlers, said.propagate = [logging.NullHandler()], False
        DBOS(config=self._config())
        self._source = SQLAlchemyDatasource.create(
            str(own.url), engine=own, schema=_SCHEMA, serializer=_Ids()
        )
        self._chunk = DBOS.workflow(name="testamur.chunk", max_recovery_attempts=None)(
            self._registered_chunk()
        )
        self._finish = DBOS.workflow(name="testamur.finish", max_recovery_attempts=None)(
            self._registered_finish()
        )
        self._stack = DBOS.workflow(name="testamur.stack", max_recovery_attempts=None)(
            self._registered_stack()
        )
        DBOS.launch()
        DBOS.register_queue(
            _QUEUE,
            worker_concurrency=self._concurrency,
            polling_interval_sec=_POLL_S,
            on_conflict="always_update",
        )

    def close(self, *, patience_s: float = 60.0) -> None:
        """Finish what is in hand, begin nothing, and let go; others take what is left."""
        self._closing.set()
        until = time.monotonic() + patience_s
        while self._in_hand and time.monotonic() < until:
            time.sleep(_CLOSE_S)
        DBOS.destroy(destroy_registry=True)
        self._system.dispose()

    @property
    def in_hand(self) -> frozenset[str]:
        """Ids of the jobs that this process does at this moment."""
        return frozenset(self._in_hand)

    def flights(self) -> tuple[Flight, ...]:
        """Every living job, of all workers."""
        listed = DBOS.list_workflows(
            status=_LIVING,
            queue_name=_QUEUE,
            app_version=VERSION,
            load_input=False,
            load_output=False,
        )
        return tuple(_flight(one.workflow_id, one.status, one.executor_id) for one in listed)

    def enqueue(self, batch_id: str, numbers: Iterable[int]) -> None:
        """Give chunks to whoever comes first; two who do it at once make one job of each."""
        begun = {f"{batch_id}/{number}/{SHAPE}.": [batch_id, number] for number in numbers}
        self._enqueue(self._chunk, begun)

    def enqueue_slices(self, batch_id: str, numbers: Iterable[int]) -> None:
        """Give slices of a batch that has ended to whoever comes first."""
        begun = {f"{batch_id}/{_SLICE}{number}/{SHAPE}.": [batch_id, number] for number in numbers}
        self._enqueue(self._stack, begun)

    def enqueue_finish(self, batch_id: str) -> None:
        """Give the end of a batch to whoever comes first."""
        self._enqueue(self._finish, {f"{batch_id}/{_FINISH}/{SHAPE}.": [batch_id]})

    def take_over(self, executors: Collection[str]) -> None:
        """Let others have what dead workers had in hand; those who ask twice change nothing."""
        # Only where the dead one still has it, unlike the public `resume_workflow`: two who notice
        # at once must not take it from each other.
        DBOS._recover_pending_workflows(sorted(executors))  # noqa: SLF001 # It has no public name.

    def begin_again(self, job_id: str) -> None:
        """Enqueue a job anew that this worker took and does not do."""
        DBOS.resume_workflow(job_id, queue_name=_QUEUE)

    def sweep(self) -> None:
        """Forget the jobs that are at their end; our own rows say what came of them."""
        while ended := DBOS.list_workflows(
            status=_ENDED, limit=_PAGE, load_input=False, load_output=False
        ):
            DBOS.delete_workflows([one.workflow_id for one in ended])

    def _enqueue(self, job: Callable[..., str], begun: Mapping[str, list[Any]]) -> None:
        for prefix, tries in self._tries(list(begun)).items():
            # Two who counted the same make the same id, and dbos keeps one of it.
            with SetWorkflowID(f"{prefix}{tries}"):
                DBOS.enqueue_workflow(_QUEUE, job, *begun[prefix])

    def _tries(self, begun: list[str]) -> dict[str, int]:
        """How often each was tried; without those that are enqueued or in somebody's hand."""
        if not begun:
            # Asked for no prefix, dbos lists whatever it has.
            return {}
        listed = DBOS.list_workflows(workflow_id_prefix=begun, load_input=False, load_output=False)
        found = dict.fromkeys(begun, 0)
        for one in listed:
            found[one.workflow_id.rpartition(".")[0] + "."] += 1
        for one in listed:
            if one.status in _LIVING:
                found.pop(one.workflow_id.rpartition(".")[0] + ".", None)
        return found

    def _registered_chunk(self) -> Callable[[str, int], str]:
        def chunk(batch_id: str, number: int) -> str:
            return self._do(
                lambda tries: self._doing.chunk(self._step, batch_id, number=number, tries=tries)
            )

        return chunk

    def _registered_finish(self) -> Callable[[str], str]:
        def finish(batch_id: str) -> str:
            return self._do(lambda tries: self._doing.finish(batch_id, tries=tries))

        return finish

    def _registered_stack(self) -> Callable[[str, int], str]:
        def stack(batch_id: str, number: int) -> str:
            return self._do(lambda tries: self._doing.stack(batch_id, number=number, tries=tries))

        return stack

    def _do(self, job: Callable[[int], str]) -> str:
        job_id = str(DBOS.workflow_id)
        if self._closing.is_set():
            return _LEFT
        self._in_hand.add(job_id)
        try:
            return job(int(job_id.rpartition(".")[2]))
        finally:
            self._in_hand.discard(job_id)

    def _step(self, name: str, step: Step) -> Any:
        def body() -> object:
            connection = self._source.sql_session().connection()
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(_LOCKS_END)
            return step(self._database.joined(connection))

        options: Any = {"name": name, "isolation_level": self._isolation}
        with self._writing:
            return self._source.run_tx_step(options, body)

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name="testamur",
            system_database_engine=self._system,
            system_database_url=str(self._system.url),
            dbos_system_schema=_SCHEMA,
            application_version=VERSION,
            executor_id=self._executor,
            serializer=_Ids(),
            enable_otlp=False,
            use_listen_notify=False,
            log_level="CRITICAL",
        )


def _flight(job_id: str, status: str, executor: str | None) -> Flight:
    batch_id, named, _ = job_id.split("/")
    return Flight(
        job_id,
        batch_id,
        None if named == _FINISH else int(named.removeprefix(_SLICE)),
        executor if status == "PENDING" else None,
        named.startswith(_SLICE),
    )


def _server(own: sa.Engine) -> sa.Engine:
    """Connections of the engine's own to the same PostgreSQL: a worker has a few beside ours."""
    options = f"-c timezone=UTC -c idle_in_transaction_session_timeout={_IDLE_MS}"
    return sa.create_engine(
        own.url,
        pool_size=3,
        max_overflow=7,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": options, "application_name": "testamur jobs"},
    )


def _beside(own: sa.Engine) -> sa.Engine:
    """The file of the engine's own tables, beside the file of our database."""
    place = Path(str(own.url.database)).with_name("jobs.sqlite")
    engine = sa.create_engine(f"sqlite:///{place}", hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    # A power cut may undo the last of what is written here: our own rows know better, and a job
    # that is done again finds that there is nothing to do.
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 30000"):
        connection.execute(f"PRAGMA {pragma}")
