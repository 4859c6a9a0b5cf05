"""A stacked credential that is a part of itself, or of a part of itself: it fails, and soon."""

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.stacks import WHOLE, Course, Stacked, stack_of, whole
from tests.town.university import NOW, Bench, Document, University

ITSELF = "its own digest cannot be known before it is sealed"


def _naming(uni: University, name: str, *, of: Course | None = None) -> Document:
    """A stacked badge whose one part is, by its id, another; with any digest."""
    course = Course(name)
    return whole(uni, stack_of(course.part(uni, ITSELF.encode())), of=of)


def test_it_names_itself(uni: University, bench: Bench) -> None:
    document = _naming(uni, WHOLE)
    document["credentialSubject"]["stackedFrom"]["part"][0]["id"] = document["id"]
    data = uni.token(document)
    report = Stacked(data, {document["id"]: data}).verify(bench)
    assert report.check("rule").sub == "rule.cycle"
    assert report.parts == ()
    assert report.verdict is Verdict.FAILED


def test_its_part_names_it(uni: University, bench: Bench) -> None:
    # The inner one is sealed first, so it cannot know the digest; it names the id all the same.
    inner = uni.seal(_naming(uni, WHOLE, of=Course("inner")))
    outer = uni.seal(whole(uni, stack_of(Course("inner").part(uni, inner, hours=None))))
    parts = {f"{uni.base}/c/inner": inner, f"{uni.base}/c/{WHOLE}": outer}
    report = Stacked(outer, parts).verify(bench)
    assert report.check("rule").verdict is Verdict.PASSED
    assert report.check("parts").sub == "parts.failed"
    there = report.parts[0].report
    assert there is not None
    assert there.check("rule").sub == "rule.cycle"
    assert there.parts == ()
    assert report.verdict is Verdict.FAILED
    assert report.at > NOW


def test_a_cycle_that_comes_back_to_a_part(uni: University, bench: Bench) -> None:
    # whole -> a -> b -> a: what is above is remembered, not only the outermost.
    b = uni.seal(_naming(uni, "a", of=Course("b")))
    a = uni.seal(whole(uni, stack_of(Course("b").part(uni, b, hours=None)), of=Course("a")))
    outer = uni.seal(whole(uni, stack_of(Course("a").part(uni, a, hours=None))))
    parts = {f"{uni.base}/c/{name}": data for name, data in (("a", a), ("b", b))}
    report = Stacked(outer, parts).verify(bench)
    assert report.verdict is Verdict.FAILED
    middle = report.parts[0].report
    assert middle is not None
    assert middle.parts[0].sub == "parts.failed"
    assert "names itself among its parts" in middle.parts[0].detail
    assert jcs.decode(outer)["id"].endswith(WHOLE)
