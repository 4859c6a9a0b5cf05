"""More credits or hours than were earned: in the sums, in the whole, in a part as it is named."""

from decimal import Decimal

import pytest

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.stacks import Course, Stacked, stack_of, stacked_badge, whole
from tests.town.university import Bench, University


@pytest.mark.parametrize(
    "stated", [{"totalCredits": "60"}, {"totalHours": "1500"}, {"totalCredits": 60}]
)
def test_the_sums(uni: University, bench: Bench, stated: dict[str, object]) -> None:
    # A number is read as a number, however it is written.
    document = jcs.decode(stacked_badge(uni).data)
    document.pop("proof")
    document["credentialSubject"]["stackedFrom"] |= stated
    report = bench.verify(uni.token(document))
    assert report.check("rule").sub == "rule.totals"
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize("claimed", [12.5, 60, "60"])
def test_the_whole_claims_more_than_its_parts_carry(
    uni: University, bench: Bench, claimed: object
) -> None:
    courses = [Course(name) for name in ("ethics", "law", "statistics", "project")]
    parts = [course.part(uni, uni.seal(course.badge(uni))) for course in courses]
    document = whole(uni, stack_of(*parts))
    document["credentialSubject"]["creditsEarned"] = claimed
    report = bench.verify(uni.token(document))
    assert report.check("rule").sub == "rule.credits"
    assert report.check("rule").detail.endswith("its parts have 12.")
    assert report.verdict is Verdict.FAILED


def test_a_part_is_named_with_more_than_it_has(uni: University, bench: Bench) -> None:
    data = uni.seal(Course("ethics").badge(uni))
    part = Course("ethics").part(uni, data, ects=Decimal(30))
    made = Stacked(uni.seal(whole(uni, stack_of(part))), {part.documents[0].id: data})
    # The sums are right, so only the part itself gives it away.
    assert bench.verify(made.data).check("rule").verdict is Verdict.PASSED
    report = made.verify(bench)
    assert report.check("parts").sub == "parts.other_credits"
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize("term", ["partCredits", "partHours", "totalCredits", "totalHours"])
@pytest.mark.parametrize(
    "value", ["-3", "NaN", "Infinity", "1e9", "three", "", -3, True, {}, [], {"@value": "three"}]
)
def test_numbers_that_are_none(uni: University, bench: Bench, term: str, value: object) -> None:
    made = stacked_badge(uni)
    document = dict(whole(uni, stack_of(Course("ethics").part(uni, made.data))))
    node = document["credentialSubject"]["stackedFrom"]
    (node if term in node else node["part"][0])[term] = value
    report = bench.verify(uni.token(document))
    assert report.check("rule").sub == "rule.malformed"
    assert report.verdict is Verdict.FAILED
