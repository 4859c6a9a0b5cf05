"""The shape of one issuer, used by another: the issuer is part of it."""

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.alike import Alike
from tests.town.university import University


def test_another_issuer_has_another_shape(alike: Alike, mallory: University) -> None:
    badge = alike.badge()
    badge["issuer"] = mallory.badge()["issuer"]
    assert not alike.is_known(badge)
    material = alike.bench.material(
        documents={
            alike.university.did: alike.university.did_document(),
            mallory.did: mallory.did_document(),
        },
        lists={**alike.university.lists(), **mallory.lists()},
    )
    known = alike.quick.shapes
    for _ in range(3):
        # His list is his own, so that his credential is in perfect order.
        badge["credentialStatus"] = mallory.entry("revocation")
        report = alike.judged(mallory.seal(badge), material=material)
        assert report.check("proof").verdict is Verdict.PASSED
        assert report.verdict is Verdict.INDETERMINATE
    # Nobody says who he is, so nothing of his is learnt.
    assert not alike.is_known(badge)
    assert alike.quick.shapes == known


def test_the_issuer_exchanged_in_a_badge_of_a_known_shape(
    alike: Alike, mallory: University
) -> None:
    report = alike.judged(alike.changed(("issuer", "id"), mallory.did))
    assert report.verdict is Verdict.FAILED


def test_a_known_badge_signed_by_somebody_else(alike: Alike, mallory: University) -> None:
    badge = alike.badge()
    assert alike.is_known(badge)
    forged = mallory.seal(badge, method=f"{alike.university.did}#award-1")
    assert alike.judged(forged).check("proof").sub == "proof.invalid"
    proof = jcs.decode(alike.sealed(8))["proof"]
    moved = jcs.encode_document({**badge, "proof": proof})
    assert alike.judged(moved).check("proof").sub == "proof.invalid"
