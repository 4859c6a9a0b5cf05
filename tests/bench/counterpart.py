"""Another process that is asked in lines of JSON, one answer a question: Node, a peer, a hand.

It lives through all the rounds, so that its start is in none of them. It answers what it did in
``{"count", "wall_s", "cpu_s"}``, by its own clock, or ``{"error"}``.
"""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.bench.rounds import Contestant, Sample


class DoesNotRun(Exception):
    """It cannot be started, or answers with an error; the message says what."""


class Counterpart:
    """One such process."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        # A file, so that who says much there is never kept waiting.
        self._words = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 # `close` closes it.
        try:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=dict(environment) if environment is not None else None,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                text=True,
                encoding="utf-8",
            )
        except OSError as fault:
            raise DoesNotRun(f"{command[0]} cannot be started: {fault.strerror}") from fault

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Ask and wait; raises DoesNotRun."""
        self.tell(question)
        return self.hear()

    def tell(self, question: Mapping[str, Any]) -> None:
        """Ask and do not wait; raises DoesNotRun."""
        if self._process.stdin is None:
            raise DoesNotRun("it has no ear")
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as fault:
            raise DoesNotRun(self._last_words()) from fault

    def hear(self) -> dict[str, Any]:
        """The next answer; raises DoesNotRun."""
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise DoesNotRun(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise DoesNotRun(str(answer["error"])[:300])
        return answer

    def contestant(self, question: Mapping[str, Any]) -> Contestant:
        """A contestant whose rounds are this question."""

        def one_round() -> Sample:
            answer = self.ask(question)
            return Sample(answer["count"], answer["wall_s"], answer["cpu_s"])

        return one_round

    def _last_words(self) -> str:
        self._process.wait(timeout=30)
        self._words.seek(0)
        said = self._words.read()
        return said.strip().rpartition("\n")[2][:300] or "it ended without a word"

    def close(self) -> None:
        """Let it end."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._words.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
