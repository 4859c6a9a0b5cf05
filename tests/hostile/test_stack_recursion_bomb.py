"""Parts of parts of parts, many of each: a verification looks at ten in all, and stops."""

import pytest

from issuer.verify import Report, Verdict
from issuer.verify.parts import MOST_DEPTH
from tests.town.stacks import Course, nested, stacked_badge
from tests.town.university import Bench, University

MOST = 10


def _looked_at(report: Report) -> int:
    there = [part.report for part in report.parts]
    return sum(1 + _looked_at(one) for one in there if one is not None)


def _depth(report: Report) -> int:
    there = [part.report for part in report.parts]
    return max((1 + _depth(one) for one in there if one is not None), default=0)


@pytest.mark.parametrize(("levels", "each"), [(3, 4), (2, 10), (6, 1), (4, 2)])
def test_a_tree_of_parts(uni: University, bench: Bench, levels: int, each: int) -> None:
    report = nested(uni, levels, each=each).verify(bench)
    assert _looked_at(report) <= MOST
    assert _depth(report) <= MOST_DEPTH
    # That there were too many of them is no fault of the whole, and is said.
    assert report.verdict is Verdict.PASSED
    assert report.as_json()["parts"]


def test_a_crowd_of_parts(uni: University, bench: Bench) -> None:
    report = stacked_badge(uni, *(Course(f"part-{number}") for number in range(40))).verify(bench)
    assert _looked_at(report) == MOST
    assert "30 of its 40 parts were not looked at" in report.check("parts").detail


@pytest.mark.parametrize("depth", [100, 190, 3_000])
def test_a_rule_that_is_nested_without_end(uni: University, bench: Bench, depth: int) -> None:
    rule = '{"all_of":[' * depth + '"ethics"' + "]}" * depth
    report = bench.verify(stacked_badge(uni, stated={"rule": rule}).data)
    assert report.check("rule").verdict in {Verdict.PASSED, Verdict.FAILED}
    assert report.check("rule").sub in {None, "rule.malformed"}


def test_a_rule_of_combinations_of_everything(uni: University, bench: Bench) -> None:
    names = ",".join(f'"part-{number}"' for number in range(190))
    choice = f'{{"n":95,"of":[{names}]}}'
    rule = f'{{"all_of":[{",".join([choice] * 20)}]}}'
    report = bench.verify(stacked_badge(uni, stated={"rule": rule}).data)
    assert report.check("rule").sub == "rule.not_fulfilled"
