"""Who is dead is told by silence, whatever clocks say."""

import datetime as dt

from issuer.jobs.liveness import Watch
from issuer.registry.workers import Worker

AT = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)


class Passing:
    """Seconds that only grow."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def worker(seen_s: float, name: str = "worker/a/1/x") -> Worker:
    return Worker(name, "0", AT, AT + dt.timedelta(seconds=seen_s))


def test_whoever_speaks_lives_also_when_their_clock_jumps_back() -> None:
    passing = Passing()
    watch = Watch(15.0, passing)
    assert watch.dead([worker(0)], now=AT) == frozenset()
    for seen_s in (5, -3600, -3595):
        passing.at += 10
        assert watch.dead([worker(seen_s)], now=AT) == frozenset()


def test_whoever_is_silent_is_dead_after_a_while_also_when_our_clock_stands() -> None:
    passing = Passing()
    watch = Watch(15.0, passing)
    watch.dead([worker(0)], now=AT)
    passing.at += 14.9
    assert watch.dead([worker(0)], now=AT) == frozenset()
    passing.at += 0.1
    assert watch.dead([worker(0)], now=AT) == {"worker/a/1/x"}
    assert watch.dead([worker(1)], now=AT) == frozenset()


def test_at_first_sight_the_clocks_count() -> None:
    watch = Watch(15.0, Passing())
    there = [worker(-15), worker(-14, "worker/b/1/x"), worker(99, "worker/c/1/x")]
    assert watch.dead(there, now=AT) == {"worker/a/1/x"}
    assert watch.dead([], now=AT) == frozenset()


def test_a_process_that_is_known_to_have_ended_is_not_waited_for() -> None:
    watch = Watch(15.0, Passing(), lambda executor: executor.endswith("/x"))
    assert watch.dead([worker(0), worker(0, "worker/b/1/y")], now=AT) == {"worker/a/1/x"}
