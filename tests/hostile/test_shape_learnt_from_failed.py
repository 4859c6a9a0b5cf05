"""Poison for the memory: documents that failed, of strangers, or of another form, teach nothing."""

import copy
from collections.abc import Mapping
from typing import Any

from issuer.jsonld import rdfc10
from issuer.proofs import jcs
from issuer.verify import Policy, ShapeVerifier, Verdict
from tests.town.alike import Alike
from tests.town.university import LATER, Bench, University


def _fresh(bench: Bench) -> Alike:
    found = Alike.__new__(Alike)
    found.university, found.bench, found.alarms = bench.university, bench, []
    found.quick = ShapeVerifier(rdfc10.canonicalise, alarm=found.alarms.append)
    return found


def test_a_document_that_failed_teaches_nothing(bench: Bench) -> None:
    alike = _fresh(bench)
    for number in range(4):
        data = alike.changed(("evidence", 0, "name"), "Another", number=number)
        assert alike.judged(data).verdict is Verdict.FAILED
    assert alike.quick.shapes == 0
    # Once is not twice.
    assert alike.judged(alike.sealed()).verdict is Verdict.PASSED
    assert alike.quick.shapes == 0


def test_a_revoked_document_teaches_nothing(uni: University, bench: Bench) -> None:
    alike = _fresh(bench)
    revoked = uni.status_list("revocation", revoked=[94567])
    material = bench.material(lists={**uni.lists(), uni.list_url("revocation"): revoked})
    for number in range(4):
        assert alike.judged(alike.sealed(number), material=material).verdict is not Verdict.PASSED
    assert alike.quick.shapes == 0


def test_a_stranger_teaches_nothing(mallory: University, bench: Bench) -> None:
    alike = _fresh(bench)
    material = bench.material(
        documents={mallory.did: mallory.did_document()}, lists=mallory.lists()
    )
    policy = Policy(issuer_established=False)
    for number in range(4):
        badge = {**mallory.badge(), "id": f"https://evil.example/c/{number}"}
        report = alike.quick.verify(
            mallory.seal(badge),
            material=material,
            policy=policy,
            at=LATER,
            canonicalise=rdfc10.canonicalise,
        )
        assert report.verdict is Verdict.PASSED
    assert alike.quick.shapes == 0


def test_another_form_teaches_nothing(uni: University, bench: Bench) -> None:
    # Of a trusted issuer, but with one more context: which values may differ nobody has said.
    alike = _fresh(bench)
    for number in range(4):
        badge = copy.deepcopy(alike.badge(number))
        badge["@context"].append({"more": "https://more.example/"})
        assert alike.judged(uni.seal(badge)).verdict is Verdict.PASSED
        assert not alike.is_known(badge)


def test_a_memory_that_is_wrong_is_emptied_and_told(bench: Bench) -> None:
    def wrong(document: Mapping[str, Any], hash_name: str) -> bytes:
        # A template is made of what this says; the full way of each verification is right.
        return rdfc10.canonicalise(document, hash_name).replace(b"Ethics", b"Morals")

    alarms: list[str] = []
    alike = _fresh(bench)
    quick = ShapeVerifier(wrong, alarm=alarms.append)

    def judged(number: int) -> Verdict:
        return quick.verify(
            alike.sealed(number),
            material=bench.material(),
            policy=Policy(),
            at=LATER,
            canonicalise=rdfc10.canonicalise,
        ).verdict

    assert [judged(number) for number in range(2)] == [Verdict.PASSED] * 2
    assert quick.shapes > 0
    # By shape it FAILED, and that counts for nothing.
    assert judged(2) is Verdict.PASSED
    assert alarms == ["A document was judged otherwise by its shape than in full."]
    assert quick.shapes == 0


def test_a_hit_now_and_then_is_asked_both_ways(bench: Bench) -> None:
    full: list[object] = []

    def counted(document: Mapping[str, Any], hash_name: str) -> bytes:
        full.append(document)
        return rdfc10.canonicalise(document, hash_name)

    alike = _fresh(bench)
    quick = ShapeVerifier(rdfc10.canonicalise, every=3, alarm=alike.alarms.append)
    counts = []
    for number in range(10):
        before = len(full)
        material = bench.material()
        report = quick.verify(
            alike.sealed(number), material=material, policy=Policy(), at=LATER, canonicalise=counted
        )
        assert report.verdict is Verdict.PASSED
        counts.append(len(full) - before)
    # Two are learnt from, then each third goes both ways.
    assert counts == [4, 4, 0, 0, 4, 0, 0, 4, 0, 0]
    assert not alike.alarms


def test_the_same_by_shape_and_in_full_for_a_member_more(alike: Alike) -> None:
    document = jcs.decode(alike.sealed())
    document["credentialSubject"]["role"] = "Director"
    assert not alike.is_known(document)
    assert alike.judged(jcs.encode_document(document)).verdict is Verdict.FAILED
