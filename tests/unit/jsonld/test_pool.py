import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from issuer.errors import Busy, DeadlineExceeded, DroppedTerm, NotReady, PoisonGraph, UnknownContext
from issuer.jsonld import pool as pool_module
from issuer.jsonld import rdfc10, worker
from issuer.jsonld.pool import Pool

Document = dict[str, Any]

CONTEXT = {"a": "urn:x:a"}
HONEST: Document = {"@context": CONTEXT, "@id": "urn:x:1", "a": "x"}


def _clique(size: int) -> Document:
    others = [
        {"@id": f"_:p{i}", "a": [{"@id": f"_:p{j}"} for j in range(size) if j != i]}
        for i in range(size)
    ]
    return {"@context": CONTEXT, "@id": "urn:x:1", "a": others}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(processes=2, deadline_s=5) as opened:
        yield opened


def test_it_answers_as_this_process_does(pool: Pool) -> None:
    for name in ("sha256", "sha384"):
        assert pool.canonicalise(HONEST, name) == rdfc10.canonicalise(HONEST, name)


def test_it_refuses_as_this_process_does(pool: Pool) -> None:
    with pytest.raises(DroppedTerm, match="'b'"):
        pool.canonicalise({**HONEST, "b": 1})
    with pytest.raises(UnknownContext, match=r"mallory\.example"):
        pool.canonicalise({"@context": "https://mallory.example/", "a": 1})
    with pytest.raises(PoisonGraph, match="look alike"):
        pool.canonicalise(_clique(30))


def test_many_threads_share_it(pool: Pool) -> None:
    documents = [{**HONEST, "@id": f"urn:x:{i}"} for i in range(100)]
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(pool.canonicalise, documents))
    assert found == [f'<urn:x:{i}> <urn:x:a> "x" .\n'.encode() for i in range(100)]


def test_when_all_are_busy_the_next_is_told_when_to_come_back() -> None:
    with Pool(processes=1, deadline_s=2, queue_length=0) as small:
        assert small.canonicalise(HONEST)
        poison = threading.Thread(target=_swallow, args=(small, _clique(12)))
        poison.start()
        while small._free:
            pass
        with pytest.raises(Busy) as caught:
            small.canonicalise(HONEST)
        assert caught.value.retry_after_s == 1
        poison.join()
        assert small.canonicalise(HONEST)


def _swallow(pool: Pool, document: Document) -> None:
    with pytest.raises(DeadlineExceeded):
        pool.canonicalise(document)


def test_a_worker_that_died_idle_costs_nobody_an_answer(pool: Pool) -> None:
    for dead in list(pool._free):
        dead.kill()
    for _ in range(4):
        assert pool.canonicalise(HONEST) == rdfc10.canonicalise(HONEST)


def test_a_document_that_breaks_every_worker_is_poison(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_START", "raise SystemExit(1)")
    with Pool(processes=1) as broken, pytest.raises(PoisonGraph, match="broke down"):
        broken.canonicalise(HONEST)


def test_closed_it_says_so_and_leaves_no_process() -> None:
    opened = Pool(processes=2)
    workers = list(opened._workers)
    assert opened.canonicalise(HONEST)
    opened.close()
    opened.close()
    assert all(w._process.poll() is not None for w in workers)
    with pytest.raises(NotReady, match="closed"):
        opened.canonicalise(HONEST)


def test_closing_wakes_those_who_wait_and_those_who_are_served() -> None:
    opened = Pool(processes=1, deadline_s=60, queue_length=4)
    assert opened.canonicalise(HONEST)
    with ThreadPoolExecutor(3) as threads:
        served = threads.submit(opened.canonicalise, _clique(12))
        while opened._free:
            pass
        waiting = [threads.submit(opened.canonicalise, HONEST) for _ in range(2)]
        while opened._waiting < len(waiting):
            pass
        opened.close()
        for asked in (served, *waiting):
            with pytest.raises(NotReady):
                asked.result()


def test_a_worker_loads_no_web_no_database_and_no_key() -> None:
    code = (
        "import sys, issuer.jsonld.worker; "
        "print([m for m in sys.modules if m.partition('.')[0] in "
        "{'fastapi', 'sqlalchemy', 'pydantic', 'requests', 'aiohttp', 'httpx2', 'keys'}])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert shown.stdout.strip() == "[]"


class _Script:
    """Both ends of the pipes of a worker, as lists."""

    def __init__(self, *questions: tuple[Document, str]) -> None:
        self.questions = list(questions)
        self.answers: list[bytes] = []

    def recv(self) -> tuple[Document, str]:
        if not self.questions:
            raise EOFError
        return self.questions.pop(0)

    def send_bytes(self, data: bytes, /) -> None:
        self.answers.append(data)


def test_a_worker_serves_until_its_pipe_ends() -> None:
    script = _Script((HONEST, "sha256"), ({**HONEST, "b": 1}, "sha256"))
    worker.serve(script, script)
    ready, done, refused = script.answers
    assert ready == worker.READY
    assert done == worker.DONE + rdfc10.canonicalise(HONEST)
    assert refused.startswith(worker.REFUSED + b"jsonld.dropped_term\n")


@pytest.mark.parametrize("fault", [MemoryError, RecursionError])
def test_exhaustion_is_told_as_poison(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_arguments: object) -> bytes:
        raise fault

    monkeypatch.setattr(worker, "canonicalise", exhausted)
    assert worker.answer(HONEST, "sha256").startswith(worker.REFUSED + b"jsonld.poison_graph\n")
