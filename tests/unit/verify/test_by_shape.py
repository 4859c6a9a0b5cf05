"""Many credentials that are alike: the same reports as one by one, in full."""

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from issuer.errors import MalformedDocument
from issuer.jsonld import rdfc10
from issuer.jsonld.shapes import Shape, Shapes
from issuer.verify import Material, Obtained, Policy, ShapeVerifier, Verdict, verify_many
from issuer.verify.case import Apart, Once, Remembered
from issuer.verify.material import joined
from tests.town.alike import Alike
from tests.town.stacks import Course, stack_of, stacked_badge, whole
from tests.town.university import LATER, Bench, University

Document = dict[str, Any]


@pytest.fixture
def alike(uni: University, bench: Bench) -> Alike:
    return Alike(uni, bench)


def test_many_are_judged_as_each_is(alike: Alike) -> None:
    items = [
        *(alike.sealed(number) for number in range(4)),
        alike.changed(("evidence", 0, "name"), "Another"),
        b"nothing",
        alike.university.token(alike.badge()),
        *(alike.sealed(number, name="Another course") for number in range(3)),
    ]
    material = alike.bench.material()
    found = list(
        verify_many(
            items,
            material=material,
            policy=Policy(),
            at=LATER,
            canonicalise=rdfc10.canonicalise,
        )
    )
    assert found == [alike.bench.verify(item) for item in items]
    assert [report.verdict for report in found[:6]] == [
        *[Verdict.PASSED] * 4,
        Verdict.FAILED,
        Verdict.FAILED,
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"awardedDate": "no day"},
        {"validFrom": "2026-06-12T09:30:00Z", "awardedDate": ""},
        {"name": " "},
        {"issuer": {"id": "did:web:uni.example", "type": ["Profile"]}},
        {},
    ],
)
def test_what_the_eu_asks_for_is_counted_of_each(alike: Alike, changes: Document) -> None:
    for number in range(3):
        alike.judged(alike.sealed(number, **changes))
    nameless = alike.badge(4, **changes)
    nameless["credentialSubject"]["identifier"][0]["identityHash"] = " "
    found = alike.judged(alike.university.seal(nameless))
    assert "identification of the learner" in found.check("completeness").detail


def test_a_document_is_taken_apart_once_a_verification() -> None:
    seen = []

    class Counting(Shapes):
        def of(self, document: Mapping[str, Any]) -> Shape | None:
            seen.append(document)
            return super().of(document)

    apart = Apart(Counting({("id",): "iri"}))
    one = {"id": "urn:example:1", "name": "one"}
    other = {"id": "urn:example:2", "name": "one"}
    # A copy has the same members.
    assert apart(one) == apart(dict(one)) != apart(other)
    assert apart({"id": "no address"}) is None
    assert seen == [one, other, {"id": "no address"}]


def test_they_are_judged_when_they_are_asked_for(alike: Alike) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield alike.sealed()

    reports = verify_many(
        endless(),
        material=alike.bench.material(),
        policy=Policy(),
        at=LATER,
        canonicalise=rdfc10.canonicalise,
    )
    assert next(reports).verdict is Verdict.PASSED


def test_a_difference_that_nobody_listens_to_empties_the_memory(alike: Alike) -> None:
    def wrong(document: Mapping[str, Any], hash_name: str) -> bytes:
        return rdfc10.canonicalise(document, hash_name).replace(b"Ethics", b"Morals")

    quick = ShapeVerifier(wrong)
    for number in range(3):
        report = quick.verify(
            alike.sealed(number),
            material=alike.bench.material(),
            policy=Policy(),
            at=LATER,
            canonicalise=rdfc10.canonicalise,
        )
        assert report.verdict is Verdict.PASSED
    assert quick.shapes == 0


def test_our_own_form_with_a_value_that_is_not_plain_teaches_nothing(alike: Alike) -> None:
    known = alike.quick.shapes
    evidence = [{"id": "mailto:alex@uni.example", "type": ["Evidence"], "name": "By mail"}]
    for number in range(3):
        assert alike.judged(alike.sealed(number, evidence=evidence)).verdict is Verdict.PASSED
    assert alike.quick.shapes == known


def test_lists_are_learnt_where_each_verification_has_material_of_its_own(alike: Alike) -> None:
    for number in range(4):
        assert alike.judged(alike.sealed(number)).verdict is Verdict.PASSED
    # Badge, its proof; a list that was checked is not asked again of the same material.
    assert alike.quick.shapes == 2
    for _ in range(3):
        fresh = dataclasses.replace(alike.bench.material())
        assert (
            alike.quick.verify(
                alike.sealed(),
                material=fresh,
                policy=Policy(),
                at=LATER,
                canonicalise=rdfc10.canonicalise,
            ).verdict
            is Verdict.PASSED
        )
    # The list, and its proof.
    assert alike.quick.shapes == 4


class _Counted:
    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, document: Mapping[str, Any], hash_name: str) -> bytes:
        self.asked += 1
        if "bad" in document:
            raise MalformedDocument("it is bad")
        return f"{sorted(document)} {hash_name}".encode()


@pytest.mark.parametrize("kind", [Once, Remembered])
def test_a_document_is_canonicalised_once(kind: type[Once] | type[Remembered]) -> None:
    counted = _Counted()
    once = kind(counted)
    document: Document = {"a": {"b": 1}, "c": "d"}
    again = dict(document)
    assert once(document, "sha256") == once(again, "sha256") == once(document, "sha256")
    assert counted.asked == 1
    once(document, "sha384")
    once({**document, "e": "f"}, "sha256")
    assert counted.asked == 3
    for _ in range(2):
        with pytest.raises(MalformedDocument):
            once({"bad": None}, "sha256")
    assert counted.asked == 4


def test_the_same_bytes_read_again_are_remembered() -> None:
    counted = _Counted()
    remembered = Remembered(counted)
    document = {"a": {"b": [1, 2]}, "c": "d"}
    assert remembered(document, "sha256") == remembered(copy.deepcopy(document), "sha256")
    assert counted.asked == 1
    # What no quick way writes has a slower one, or none.
    with pytest.raises(MalformedDocument):
        remembered({"a": object()}, "sha256")


def test_a_copy_of_material_begins_anew(alike: Alike) -> None:
    material = alike.bench.material()
    alike.bench.verify(alike.sealed(), material=material)
    assert material.read
    assert material.checked
    other = dataclasses.replace(material)
    assert not other.read
    assert not other.checked
    assert other == material


def test_one_piece_of_material_answers_differently_at_other_moments(alike: Alike) -> None:
    material = alike.bench.material()
    data = alike.sealed()
    assert alike.bench.verify(data, material=material).verdict is Verdict.PASSED
    late = LATER.replace(year=LATER.year + 1)
    stale = alike.bench.verify(data, material=material, at=late)
    assert stale.check("revocation").verdict is Verdict.INDETERMINATE


def test_what_stays_open_is_asked_the_full_way(alike: Alike) -> None:
    # Without its keys nothing of the proof is known, by shape or in full.
    report = alike.judged(alike.sealed(), material=alike.bench.material(documents={}))
    assert report.check("proof").verdict is Verdict.INDETERMINATE
    assert report.needs


def test_an_issuer_of_whom_nobody_says_who_it_is_teaches_nothing(alike: Alike) -> None:
    quick = ShapeVerifier(rdfc10.canonicalise)
    for number in range(3):
        report = quick.verify(
            alike.sealed(number),
            material=alike.bench.material(trusted=()),
            policy=Policy(issuer_established=False),
            at=LATER,
            canonicalise=rdfc10.canonicalise,
        )
        assert report.verdict is Verdict.PASSED
    assert quick.shapes == 0


def test_a_stacked_credential_goes_the_full_way(alike: Alike) -> None:
    uni, bench = alike.university, alike.bench
    parts = [Course("ethics", index=17), Course("law"), Course("statistics")]
    material = bench.material()
    for number, course in enumerate(parts):
        # The parts themselves are known by their shape.
        for _ in range(2):
            data = uni.seal(dataclasses.replace(course, ects=number + 1).badge(uni))
            assert alike.judged(data).verdict is Verdict.PASSED
    made = stacked_badge(uni, *parts)
    known = alike.quick.shapes
    for held in (
        joined(material, made.at_hand()),
        joined(material, made.at_hand("law")),
        material,
    ):
        assert alike.judged(made.data, material=held).verdict is Verdict.PASSED
    url = uni.list_url("revocation")
    revoked = bench.material(
        lists={**uni.lists(), url: uni.status_list("revocation", revoked=[17])}
    )
    report = alike.judged(made.data, material=joined(revoked, made.at_hand()))
    assert report.check("parts").sub == "parts.revoked"
    assert alike.quick.shapes == known


def test_a_shape_is_not_learnt_from_a_part(alike: Alike) -> None:
    uni = alike.university
    # Its own issuer is unknown here, so nobody has asked whether its proof fits.
    other = University("other.example", name="Other University")
    course = Course("chemistry")
    data = other.seal(course.badge(other))
    part = course.part(other, data, issuer=other.name)
    known = alike.quick.shapes
    sealed = uni.seal(whole(uni, stack_of(part)))
    held = joined(
        alike.bench.material(), Material(parts={part.documents[0].id: Obtained(data, LATER, "x")})
    )
    for _ in range(3):
        report = alike.judged(sealed, material=held)
        assert report.verdict is Verdict.PASSED
        assert report.check("parts").sub == "parts.open"
    assert alike.quick.shapes == known
    assert not alike.is_known(course.badge(other))
