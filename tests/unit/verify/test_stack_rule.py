"""The rule of a stacked credential: asked of what is stated alone, without any part at hand."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from issuer.proofs import jcs
from issuer.verify import Check, Policy, Report, Verdict
from issuer.verify.report import CHECK_IDS, STACK_CHECK_IDS
from tests.town.stacks import WHOLE, Course, stack_of, stacked_badge, whole
from tests.town.university import Bench, University


def _stated(uni: University, **changes: Any) -> list[dict[str, Any]]:
    """What a whole of two parts says of them; of the second with some changes."""
    document = jcs.decode(stacked_badge(uni, Course("ethics"), Course("law")).data)
    first, second = document["credentialSubject"]["stackedFrom"]["part"]
    return [first, second | changes]


def _rule(bench: Bench, uni: University, *courses: Course, **stated: Any) -> Check:
    taken = courses or (Course("ethics"), Course("law"))
    return bench.verify(stacked_badge(uni, *taken, stated=stated).data).check("rule")


def _token(bench: Bench, uni: University, part: list[dict[str, Any]], rule: str) -> Check:
    # As a token, which is signed as it is written: linked data allows no two things of one id.
    document = jcs.decode(stacked_badge(uni, Course("ethics"), Course("law")).data)
    document.pop("proof")
    document["credentialSubject"]["stackedFrom"] |= {"part": part, "rule": rule}
    return bench.verify(uni.token(document)).check("rule")


def test_a_stacked_credential_is_asked_two_questions_more(bench: Bench, uni: University) -> None:
    report = bench.verify(stacked_badge(uni).data)
    assert [check.id for check in report.checks] == [*CHECK_IDS, *STACK_CHECK_IDS]
    check = report.check("rule")
    assert check.verdict is Verdict.PASSED
    assert check.counts
    assert check.detail == (
        "Its four parts fulfil the rule that it states: 12 ECTS, 320 hours, nothing counted twice."
    )
    assert report.verdict is Verdict.PASSED


def test_of_a_token_it_is_asked_alike(bench: Bench, uni: University) -> None:
    document = jcs.decode(stacked_badge(uni).data)
    document.pop("proof")
    report = bench.verify(uni.token(document))
    assert report.kind == "jwt"
    assert report.check("rule").verdict is Verdict.PASSED


def test_an_ordinary_badge_is_not_asked(bench: Bench, sealed: bytes) -> None:
    report = bench.verify(sealed)
    assert [check.id for check in report.checks] == list(CHECK_IDS)
    assert report.parts == ()
    assert "parts" not in report.as_json()


def test_it_is_said_of_one_part_and_of_what_is_not_counted(bench: Bench, uni: University) -> None:
    one = Course("ethics").part(uni, uni.seal(Course("ethics").badge(uni)))
    alone = stack_of(one.model_copy(update={"ects": None, "hours": Decimal(1)}))
    check = bench.verify(uni.seal(whole(uni, alone))).check("rule")
    assert (
        check.detail
        == "Its one part fulfils the rule that it states: 1 hour, nothing counted twice."
    )


def test_where_no_part_has_credits_those_of_the_whole_are_its_own(
    bench: Bench, uni: University
) -> None:
    one = Course("ethics").part(uni, uni.seal(Course("ethics").badge(uni)), ects=None)
    document = whole(uni, stack_of(one))
    document["credentialSubject"]["creditsEarned"] = 3
    assert bench.verify(uni.seal(document)).check("rule").verdict is Verdict.PASSED


def test_what_cannot_be_read_fails(bench: Bench, uni: University) -> None:
    check = _rule(bench, uni, rule='{"none_of": []}')
    assert (check.verdict, check.sub) == (Verdict.FAILED, "rule.malformed")


def test_a_rule_that_is_not_fulfilled(bench: Bench, uni: University) -> None:
    check = _rule(bench, uni, rule='{"all_of":["ethics","law","chemistry"]}')
    assert (check.verdict, check.sub) == (Verdict.FAILED, "rule.not_fulfilled")


@pytest.mark.parametrize(
    ("term", "what"), [("partName", "name"), ("id", "id"), ("digestMultibase", "digest")]
)
def test_no_part_is_counted_twice(bench: Bench, uni: University, term: str, what: str) -> None:
    first = _stated(uni)[0]
    check = _token(bench, uni, _stated(uni, **{term: first[term]}), '"ethics"')
    assert (check.verdict, check.sub) == (Verdict.FAILED, "rule.counted_twice")
    assert f"(by its {what})" in check.detail


def test_it_is_no_part_of_itself(bench: Bench, uni: University) -> None:
    check = _token(bench, uni, _stated(uni, id=f"{uni.base}/c/{WHOLE}"), '"ethics"')
    assert (check.verdict, check.sub) == (Verdict.FAILED, "rule.cycle")


def _of_age(bench: Bench, uni: University, months: int, *earned: dt.date) -> Check:
    courses = [Course(f"part-{n}", earned=day) for n, day in enumerate(earned)]
    return _rule(bench, uni, *courses, partsNotOlderThan=months)


def test_parts_may_be_as_old_as_the_rule_says(bench: Bench, uni: University) -> None:
    young = _of_age(bench, uni, 12, dt.date(2025, 3, 1), dt.date(2026, 3, 1))
    assert young.verdict is Verdict.PASSED
    old = _of_age(bench, uni, 12, dt.date(2025, 2, 28), dt.date(2026, 3, 1))
    assert (old.verdict, old.sub) == (Verdict.FAILED, "rule.too_old")
    assert old.detail == (
        "Its part “Part 0” was earned on 28 February 2025. By its rule a part is not older than "
        "12 months on 1 March 2026."
    )


def test_before_the_calendar_nothing_is_too_old(bench: Bench, uni: University) -> None:
    check = _of_age(bench, uni, 100_000, dt.date(1, 1, 1), dt.date(2026, 3, 1))
    assert check.verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("term", "said", "sentence"),
    [
        ("totalCredits", "12", "It states 12 credits in all; its parts have 6."),
        ("totalHours", "159.5", "It states 159.5 hours in all; its parts have 160."),
    ],
)
def test_the_sums_are_those_of_the_parts(
    bench: Bench, uni: University, *, term: str, said: str, sentence: str
) -> None:
    check = _rule(bench, uni, **{term: said})
    assert (check.verdict, check.sub, check.detail) == (Verdict.FAILED, "rule.totals", sentence)
    assert _rule(bench, uni, **{term: None}).verdict is Verdict.PASSED


def test_proof_alone_is_not_asked_for_parts(bench: Bench, uni: University) -> None:
    made = stacked_badge(uni)
    report: Report = made.verify(bench, policy=Policy(proof_only=True))
    assert report.check("parts").sub == "parts.not_asked"
    assert report.parts == ()
    assert not report.check("rule").counts
    assert report.verdict is Verdict.PASSED
