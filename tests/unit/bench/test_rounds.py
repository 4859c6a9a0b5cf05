"""Medians and ratios of rounds, and the words in which they are told."""

import pytest

from tests.bench import report, rounds
from tests.bench.report import Aim, Section, Table
from tests.bench.rounds import Sample, Series


def series(*cpu_s: float) -> Series:
    return Series(tuple(Sample(10, 2 * cpu, cpu) for cpu in cpu_s))


def test_medians_are_of_one_thing() -> None:
    found = series(1.0, 4.0, 2.0)
    assert (found.cpu_s, found.wall_s) == (0.2, 0.4)
    assert (found.cpu_rate, found.rate) == (5.0, 2.5)
    assert found.spread == pytest.approx(0.75)


def test_a_ratio_is_of_the_same_round() -> None:
    # The machine was slow in the second round: for both.
    ours, theirs = series(1.0, 5.0, 1.0), series(30.0, 150.0, 33.0)
    assert rounds.by_cpu(ours, theirs) == rounds.by_wall(ours, theirs) == 30.0


def test_each_is_done_in_turn_and_what_warms_up_does_not_count() -> None:
    done: list[str] = []

    def contestant(name: str) -> rounds.Contestant:
        return rounds.here(lambda: done.append(name), count=2)

    found = rounds.interleave({name: contestant(name) for name in ("a", "b")}, rounds=2, warm=1)
    assert done == ["a", "a", "b", "b"] * 3
    assert [len(found[name].samples) for name in ("a", "b")] == [2, 2]


@pytest.mark.parametrize(
    ("value", "shown", "verdict"),
    [(30.0, "30.0×", "reached"), (29.9, "29.9×", "not reached"), (None, "–", "not measured")],
)
def test_an_aim_is_told_in_plain_words(value: float | None, shown: str, verdict: str) -> None:
    found = report.at_least("≥ 30×", value, least=30, shown="{:.1f}×")
    assert (found.found, found.verdict) == (shown, verdict)


def test_what_was_not_measured_is_on_the_page() -> None:
    section = Section(
        "issue",
        "Issue",
        told=["One."],
        tables=[Table(["", "each"], [["a|b", "1 µs"]])],
        aims=[Aim("≤ 2 µs", "1 µs", reached=True)],
        missing=["Node is not there."],
    )
    text = report.page([section], about={"Node": "not there"}, short=True)
    for line in (
        "**This was a short run**, which shows that everything works. Its numbers say little.",
        "`make bench BENCH=issue`",
        "| a\\|b | 1 µs |",
        "| ≤ 2 µs | 1 µs | reached |",
        "**Not measured:** Node is not there.",
    ):
        assert line in text.split("\n")
    assert "NOT MEASURED: Node is not there." in report.terminal(section)
