"""The other side of the pool: a process that canonicalises until its pipe is closed.

Started by `issuer.jsonld.pool` as ``python -c``, never by hand. It loads this room and nothing
else, so that it starts quickly and holds no secret.
"""

import signal
from multiprocessing.connection import Connection
from typing import Protocol

from issuer.errors import PoisonGraph, TestamurError
from issuer.jsonld.rdfc10 import canonicalise

READY = b"ready"
DONE = b"done\n"
REFUSED = b"refused\n"
_LAST_RESORT_S = 60


class Line(Protocol):
    """One end of a pipe: `multiprocessing.connection.Connection`, or a list in a test."""

    def recv(self) -> tuple[dict[str, object], str]:
        """The next document and hash name; raises EOFError when there is none."""
        ...

    def send_bytes(self, data: bytes, /) -> None:
        """Answer."""
        ...


def serve(requests: Line, answers: Line) -> None:
    """Say READY, then answer each (document, hash name) with DONE or REFUSED and its content."""
    answers.send_bytes(READY)
    while True:
        try:
            document, hash_name = requests.recv()
        except EOFError:
            return
        # Should the parent be gone, nobody ends a process that is lost in poison: the system does.
        signal.alarm(_LAST_RESORT_S)
        answers.send_bytes(answer(document, hash_name))
        signal.alarm(0)


def answer(document: dict[str, object], hash_name: str) -> bytes:
    """DONE and the canonical N-Quads, or REFUSED, the error's code and its message."""
    try:
        return DONE + canonicalise(document, hash_name)
    except TestamurError as fault:
        return REFUSED + f"{fault.code}\n{fault.message}".encode("utf-8", "backslashreplace")
    except (MemoryError, RecursionError):
        return REFUSED + f"{PoisonGraph.code}\nThe document exhausts memory or stack.".encode()


def main(request_fd: int, answer_fd: int) -> None:  # pragma: no cover  # Runs in its own process.
    """Serve on two inherited pipe ends."""
    with (
        Connection(request_fd, writable=False) as requests,
        Connection(answer_fd, readable=False) as answers,
    ):
        serve(requests, answers)
