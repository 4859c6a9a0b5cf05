"""Who of the other workers is dead: told by silence, not by what their clocks say.

A worker is alive while what it says changes. Its own clock counts only at first sight, when nothing
is known of it yet; a clock that jumps back makes nobody dead. That somebody is wrongly given up
does no harm: two never finish the same chunk (`issuer.jobs.chunk`).
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from issuer.registry.workers import Worker


@dataclass
class Watch:
    """What one worker has seen of the others."""

    dead_after_s: float
    monotonic: Callable[[], float]
    """Seconds that only ever grow."""
    is_gone: Callable[[str], bool] = lambda _executor: False
    """Whether an executor is known to have ended: a process of this machine that is not there."""
    _seen: dict[str, tuple[dt.datetime, float]] = field(default_factory=dict)

    def dead(self, workers: Iterable[Worker], *, now: dt.datetime) -> frozenset[str]:
        """Those of ``workers`` that have said nothing for too long."""
        there = {worker.executor: worker for worker in workers}
        self._seen = {name: seen for name, seen in self._seen.items() if name in there}
        at = self.monotonic()
        for name, worker in there.items():
            before = self._seen.get(name)
            if before is None:
                silent_s = (now - worker.seen_at).total_seconds()
                heard = at - min(max(silent_s, 0.0), self.dead_after_s)
                self._seen[name] = (worker.seen_at, heard)
            elif before[0] != worker.seen_at:
                self._seen[name] = (worker.seen_at, at)
        return frozenset(
            name
            for name, (_, heard) in self._seen.items()
            if at - heard >= self.dead_after_s or self.is_gone(name)
        )
