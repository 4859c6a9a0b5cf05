"""A stack that comes back to itself through the other tongue: badge, European document, badge.

One award has one id as a badge and another one as a European document.
"""

import pytest

from issuer.verify import Report, Verdict
from tests.town.european import BENCH, UNI
from tests.town.european_stacks import Diploma, document_id, material, named, whole
from tests.town.stacks import WHOLE, Course, Stacked, stack_of
from tests.town.stacks import whole as badge_whole

ITSELF = Course(WHOLE)
INNER = Course("inner")


def _inside(report: Report) -> Report:
    (part,) = report.parts
    assert part.report is not None
    return part.report


@pytest.mark.parametrize("european", [True, False])
def test_a_european_document_names_itself(*, european: bool) -> None:
    # As what it is, and as the badge of the same award.
    unknown = b"its own digest cannot be known before it is sealed"
    part = named(ITSELF, unknown) if european else ITSELF.part(UNI, unknown)
    data = whole(part)
    held = {document_id(WHOLE): data, f"{UNI.base}/c/{WHOLE}": data}
    report = Stacked(data, held).verify(BENCH, material=material())
    assert report.check("rule").sub == "rule.cycle"
    assert report.parts == ()
    assert report.verdict is Verdict.FAILED


def test_a_badge_names_its_own_european_document() -> None:
    data = UNI.seal(badge_whole(UNI, stack_of(named(ITSELF, b"unknown"))))
    report = Stacked(data, {}).verify(BENCH, material=material())
    assert report.check("rule").sub == "rule.cycle"


def test_its_part_of_the_other_kind_names_it() -> None:
    badge = UNI.seal(badge_whole(UNI, stack_of(named(ITSELF, b"unknown")), of=INNER))
    outer = whole(INNER.part(UNI, badge, hours=None))
    report = Stacked(outer, {f"{UNI.base}/c/inner": badge}).verify(BENCH, material=material())
    assert _inside(report).check("rule").sub == "rule.cycle"
    assert _inside(report).parts == ()
    assert report.check("parts").sub == "parts.failed"
    assert report.verdict is Verdict.FAILED


def test_a_european_part_names_the_badge_around_it() -> None:
    stack = stack_of(ITSELF.part(UNI, b"unknown"))
    inner = Diploma(INNER, stack).seal()
    outer = UNI.seal(badge_whole(UNI, stack_of(named(INNER, inner, hours=None))))
    report = Stacked(outer, {document_id("inner"): inner}).verify(BENCH, material=material())
    assert _inside(report).check("rule").sub == "rule.cycle"
    assert report.verdict is Verdict.FAILED
