"""A credential that states a rule and does not keep to it, and rules that mean nothing."""

import pytest

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.stacks import stacked_badge
from tests.town.university import Bench, University


@pytest.mark.parametrize(
    "rule",
    [
        '"final-project"',
        '{"all_of":["ethics","law","statistics","project","thesis"]}',
        '{"n":3,"of":["ethics","a","b","c"]}',
        '{"credits":"12.5","of":["ethics","law","statistics","project"]}',
        '{"credits":"4","of":["ethics"]}',
        '{"tier":"professional"}',
        '{"capstone":"thesis"}',
    ],
)
def test_parts_that_do_not_fulfil_it(uni: University, bench: Bench, rule: str) -> None:
    made = stacked_badge(uni, stated={"rule": rule})
    report = made.verify(bench)
    assert report.check("rule").sub == "rule.not_fulfilled"
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "true",
        "null",
        "[]",
        "{}",
        '{"all_of":[]}',
        '{"n":0,"of":["ethics"]}',
        '{"n":-1,"of":["ethics"]}',
        '{"n":1e9,"of":["ethics"]}',
        '{"credits":"0","of":["ethics"]}',
        '{"all_of":["ethics"],"n":1}',
        "__import__('os')",
        "x" * 50_001,
    ],
)
def test_rules_that_mean_nothing(uni: University, bench: Bench, rule: str) -> None:
    report = bench.verify(stacked_badge(uni, stated={"rule": rule}).data)
    assert report.check("rule").sub == "rule.malformed"
    assert report.verdict is Verdict.FAILED


def test_somebody_elses_part_is_no_capstone(uni: University, bench: Bench) -> None:
    document = jcs.decode(stacked_badge(uni).data)
    document.pop("proof")
    node = document["credentialSubject"]["stackedFrom"]
    node["rule"] = '{"capstone":"project"}'
    assert bench.verify(uni.seal(document)).check("rule").verdict is Verdict.PASSED
    node["part"][3]["partIssuer"] = "Other University"
    assert bench.verify(uni.seal(document)).check("rule").sub == "rule.not_fulfilled"
