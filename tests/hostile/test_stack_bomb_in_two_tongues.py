"""Parts of parts of both kinds: ten are looked at in one verification, three deep, and no more."""

import pytest

from issuer.verify import Report, Verdict
from issuer.verify import parts as parts_room
from issuer.verify.parts import MOST_DEPTH
from issuer.verify.reading import Read, read
from tests.town.european import BENCH, UNI
from tests.town.european_stacks import Diploma, material, named, whole
from tests.town.papers import attachment, pages
from tests.town.stacks import Course, Stacked, stack_of
from tests.town.stacks import whole as badge_whole

MOST = 10


def _tree(levels: int, each: int) -> Stacked:
    """Levels take turns: European documents are built from badges, and badges from them."""
    held: dict[str, bytes] = {}

    def made(name: str, depth: int, *, european: bool) -> bytes:
        course = Course(name)
        if depth == 0:
            return Diploma(course).seal() if european else UNI.seal(course.badge(UNI))
        below = [Course(f"{name}-{number}") for number in range(each)]
        sealed = [(c, made(c.name, depth - 1, european=not european)) for c in below]
        free = {"ects": None, "hours": None}
        parts = [
            c.part(UNI, data, **free) if european else named(c, data, **free) for c, data in sealed
        ]
        held.update({p.documents[0].id: data for p, (_, data) in zip(parts, sealed, strict=True)})
        stack = stack_of(*parts)
        if european:
            return Diploma(course, stack).seal()
        return UNI.seal(badge_whole(UNI, stack, of=course))

    return Stacked(made("whole", levels, european=True), held)


def _looked_at(report: Report) -> int:
    there = [part.report for part in report.parts]
    return sum(1 + _looked_at(one) for one in there if one is not None)


def _depth(report: Report) -> int:
    there = [part.report for part in report.parts]
    return max((1 + _depth(one) for one in there if one is not None), default=0)


@pytest.mark.parametrize(("levels", "each"), [(3, 3), (2, 6), (5, 1)])
def test_a_tree_of_parts(levels: int, each: int) -> None:
    report = _tree(levels, each).verify(BENCH, material=material())
    assert report.check("rule").verdict is Verdict.PASSED
    assert 0 < _looked_at(report) <= MOST
    assert 0 < _depth(report) <= MOST_DEPTH
    assert report.verdict is Verdict.PASSED


def test_a_crowd_of_parts_in_each_file_of_a_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    # What else a PDF carries has ten of its own together, and takes none from the first.
    courses = [Course(f"part-{number}") for number in range(12)]
    held = {f"{UNI.base}/c/{one.name}": UNI.seal(one.badge(UNI)) for one in courses}
    parts = [one.part(UNI, held[f"{UNI.base}/c/{one.name}"]) for one in courses]
    badge, european = UNI.seal(badge_whole(UNI, stack_of(*parts))), whole(*parts)
    asked: list[bytes] = []

    def counted(data: bytes) -> Read:
        asked.append(data)
        return read(data)

    monkeypatch.setattr(parts_room, "read", counted)
    file = pages(attachment(badge), *(attachment(european, f"{n}.jsonld") for n in range(3)))
    report = Stacked(file, held).verify(BENCH, material=material())
    assert report.check("parts").sub == "parts.too_many"
    assert _looked_at(report) == MOST
    assert len(asked) == 2 * MOST
