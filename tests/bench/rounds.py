"""Rounds: one of each in turn, so that whatever else the machine does hits all alike.

A round of one contestant gives a `Sample`; what counts is the median over the rounds. A ratio of
two contestants is the median of the ratios of each round, so that a slow moment weighs on both.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.bench import meters

_V = TypeVar("_V")
Contestant = Callable[[], "Sample"]


@dataclass(frozen=True)
class Sample:
    """What one round of one contestant took."""

    count: int
    """How many things were done."""
    wall_s: float
    cpu_s: float
    """Of every process that took part."""


@dataclass(frozen=True)
class Series:
    """The samples of one contestant, in the order of the rounds."""

    samples: tuple[Sample, ...]

    @property
    def wall_s(self) -> float:
        """Median seconds for one thing."""
        return statistics.median(self._walls())

    @property
    def cpu_s(self) -> float:
        """Median seconds of CPU for one thing."""
        return statistics.median(self._cpus())

    @property
    def rate(self) -> float:
        """Median rate by the clock, a second."""
        return statistics.median(s.count / s.wall_s for s in self.samples)

    @property
    def cpu_rate(self) -> float:
        """Median rate of one core that does nothing else, a second."""
        return statistics.median(s.count / s.cpu_s for s in self.samples)

    @property
    def spread(self) -> float:
        """Half the distance between the slowest and the quickest round, as a share of the median.

        Of the CPU: the clock says more about what else the machine does.
        """
        found = self._cpus()
        return (max(found) - min(found)) / 2 / self.cpu_s

    def _walls(self) -> list[float]:
        return [s.wall_s / s.count for s in self.samples]

    def _cpus(self) -> list[float]:
        return [s.cpu_s / s.count for s in self.samples]


Results = Mapping[str, Series]


def by_cpu(ours: Series, theirs: Series) -> float:
    """How many times as many we do with the same CPU."""
    pairs = zip(ours.samples, theirs.samples, strict=True)
    return statistics.median((b.cpu_s / b.count) / (a.cpu_s / a.count) for a, b in pairs)


def by_wall(ours: Series, theirs: Series) -> float:
    """How many times as many we do in the same time."""
    pairs = zip(ours.samples, theirs.samples, strict=True)
    return statistics.median((b.wall_s / b.count) / (a.wall_s / a.count) for a, b in pairs)


def interleave(
    contestants: Mapping[str, Contestant], *, rounds: int, warm: int = 1, told: str = ""
) -> Results:
    """So many rounds after ``warm`` that do not count; ``told``: say so on the terminal."""
    found: dict[str, list[Sample]] = {name: [] for name in contestants}
    for number in range(warm + rounds):
        if told:
            meters.say(f"  {told}: round {number + 1 - warm} of {rounds}")
        for name, contestant in contestants.items():
            sample = contestant()
            if number >= warm:
                found[name].append(sample)
    return {name: Series(tuple(samples)) for name, samples in found.items()}


def here(work: Callable[[], object], *, count: int = 1) -> Contestant:
    """A contestant that is ``count`` calls in this very process."""

    def many() -> None:
        for _ in range(count):
            work()

    return whole(many, count=count)


def over(work: Callable[[_V], object], values: Sequence[_V]) -> Contestant:
    """A contestant that does each of the values once, in this very process."""

    def each() -> None:
        for value in values:
            work(value)

    return whole(each, count=len(values))


def whole(work: Callable[[], object], *, count: int) -> Contestant:
    """A contestant whose one call, in this very process, does ``count`` things."""

    def one_round() -> Sample:
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        return Sample(count, time.perf_counter() - wall, time.process_time() - cpu)

    return one_round
