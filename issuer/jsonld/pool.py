"""A small pool of worker processes that can be killed, because poison cannot be interrupted.

RDFC-1.0 §7.1 (https://www.w3.org/TR/rdf-canon/#security-considerations): a small graph can keep
canonicalisation busy for ever, inside native code that hears no signal. pyld is not thread-safe
either; a process of its own cures both. This module canonicalises nothing itself.
"""

import subprocess
import sys
from collections import deque
from multiprocessing import Pipe
from pathlib import Path
from threading import Condition
from types import TracebackType
from typing import Self

from issuer.errors import (
    Busy,
    DeadlineExceeded,
    DocumentTooLarge,
    DroppedTerm,
    ForbiddenCharacter,
    MalformedDocument,
    NotReady,
    PoisonGraph,
    TestamurError,
    UnknownContext,
)
from issuer.jsonld.canonical import Json

_ROOT = Path(__file__).parents[2]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from issuer.jsonld.worker import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)
_START_S = 60.0
_READY = b"ready"
_DONE = b"done"
_ERRORS: dict[str, type[TestamurError]] = {
    kind.code: kind
    for kind in (
        DocumentTooLarge,
        DroppedTerm,
        ForbiddenCharacter,
        MalformedDocument,
        PoisonGraph,
        UnknownContext,
    )
}


class Pool:
    """Canonicalises in ``processes`` workers; usable from many threads; close it when done.

    A document may take ``deadline_s`` seconds of a worker's time; ``queue_length`` callers may
    wait for a worker, further ones are told that the pool is Busy.
    """

    def __init__(self, processes: int = 2, deadline_s: float = 1.5, queue_length: int = 32) -> None:
        self._deadline_s = deadline_s
        self._queue_length = queue_length
        self._turn = Condition()
        self._waiting = 0
        self._closed = False
        self._workers = {_Worker() for _ in range(processes)}
        self._free = deque(self._workers)

    def canonicalise(self, document: Json, hash_name: str = "sha256") -> bytes:
        """As `issuer.jsonld.rdfc10.canonicalise`, in a worker.

        Also raises DeadlineExceeded (the worker was killed and replaced), Busy (ask again in
        ``retry_after_s``) and NotReady (the pool is closed).
        """
        question = (dict(document), hash_name)
        worker = self._take()
        try:
            try:
                answer = worker.ask(question, deadline_s=self._deadline_s)
            except PoisonGraph:
                # It may have died before, of something else: the document gets a second chance.
                worker = self._replace(worker)
                answer = worker.ask(question, deadline_s=self._deadline_s)
        except BaseException:
            # Whatever went wrong, an answer may still be on its way: nobody else must read it.
            worker = self._replace(worker)
            self._require_open()
            raise
        finally:
            self._give_back(worker)
        return _opened(answer)

    def _take(self) -> "_Worker":
        with self._turn:
            if self._waiting >= self._queue_length and not self._free:
                raise Busy("Too many documents are being checked at once.", retry_after_s=1)
            self._waiting += 1
            try:
                self._turn.wait_for(lambda: self._closed or self._free)
            finally:
                self._waiting -= 1
            self._require_open()
            return self._free.popleft()

    def _require_open(self) -> None:
        if self._closed:
            raise NotReady("The pool of workers is closed.")

    def _replace(self, worker: "_Worker") -> "_Worker":
        worker.kill()
        with self._turn:
            self._require_open()
            fresh = _Worker()
            self._workers.remove(worker)
            self._workers.add(fresh)
        worker.release()
        return fresh

    def _give_back(self, worker: "_Worker") -> None:
        with self._turn:
            self._free.append(worker)
            self._turn.notify()
            if self._closed:
                worker.release()

    def close(self) -> None:
        """Kill the workers; callers that wait are told NotReady."""
        with self._turn:
            self._closed = True
            self._turn.notify_all()
            for worker in self._workers:
                worker.kill()
            # The pipe of a worker that is being asked is closed by whoever asks.
            for worker in self._free:
                worker.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Worker:
    """One process and the two pipes to it."""

    def __init__(self) -> None:
        there, self._requests = Pipe(duplex=False)
        self._answers, back = Pipe(duplex=False)
        self._started = False
        # Not `multiprocessing`: its children import the parent's main module, web and all.
        with there, back:
            self._process = subprocess.Popen(  # noqa: S603 # Our own code, no shell.
                [sys.executable, "-c", _START, str(_ROOT), str(there.fileno()), str(back.fileno())],
                pass_fds=(there.fileno(), back.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # An interrupt at the terminal is the parent's business.
                start_new_session=True,
            )

    def ask(self, question: tuple[dict[str, object], str], *, deadline_s: float) -> bytes:
        """Send a question and wait for the answer; raises DeadlineExceeded or PoisonGraph."""
        try:
            if not self._started:
                self._await(_START_S)
                self._started = True
            self._requests.send(question)
            return self._await(deadline_s)
        except (EOFError, OSError) as fault:
            raise PoisonGraph("The process that checked this document broke down.") from fault

    def _await(self, seconds: float) -> bytes:
        if not self._answers.poll(seconds):
            raise DeadlineExceeded(
                f"Reading this document takes longer than {seconds:g} seconds, so it was stopped."
            )
        return self._answers.recv_bytes()

    def kill(self) -> None:
        """End the process; its pipes stay open, so that whoever reads them sees their end."""
        self._process.kill()
        self._process.wait()

    def release(self) -> None:
        """Close the pipes."""
        self._requests.close()
        self._answers.close()


def _opened(answer: bytes) -> bytes:
    kind, _, content = answer.partition(b"\n")
    if kind == _DONE:
        return content
    code, _, message = content.decode().partition("\n")
    raise _ERRORS[code](message)
