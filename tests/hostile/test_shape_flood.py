"""A flood of shapes: the memory is bounded, whoever sends what."""

from issuer.jsonld.kept import MOST_BYTES
from issuer.verify import Verdict
from tests.town.alike import Alike


def test_a_trusted_issuer_with_many_courses(alike: Alike) -> None:
    for course in range(12):
        for number in range(2):
            data = alike.sealed(number, name=f"Course {course}")
            assert alike.judged(data).verdict is Verdict.PASSED
    assert alike.quick.shapes <= 8
    assert len(alike.quick._seen) <= 8


def test_strangers_leave_nothing(alike: Alike) -> None:
    known = alike.quick.shapes
    seen = len(alike.quick._seen)
    for number in range(20):
        alike.judged(alike.changed(("name",), f"Flood {number}"))
    assert (alike.quick.shapes, len(alike.quick._seen)) == (known, seen)


def test_a_large_document_is_not_kept(alike: Alike) -> None:
    known = alike.quick.shapes
    large = "x" * MOST_BYTES
    for number in range(3):
        assert alike.judged(alike.sealed(number, name=large)).verdict is Verdict.PASSED
    assert alike.quick.shapes == known
