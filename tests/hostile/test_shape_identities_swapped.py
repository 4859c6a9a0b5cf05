"""Values exchanged between objects of a known shape: whose hash, whose salt, which of two."""

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.alike import Alike


def test_two_identities_swapped_in_one_badge(alike: Alike) -> None:
    document = jcs.decode(alike.sealed())
    one, two = document["credentialSubject"]["identifier"]
    one["identityHash"], two["identityHash"] = two["identityHash"], one["identityHash"]
    assert alike.is_known(document)
    assert alike.judged(jcs.encode_document(document)).verdict is Verdict.FAILED


def test_identities_of_one_person_in_the_badge_of_another(alike: Alike) -> None:
    document, other = jcs.decode(alike.sealed(7)), jcs.decode(alike.sealed(8))
    subject = document["credentialSubject"]
    subject["identifier"] = other["credentialSubject"]["identifier"]
    assert alike.is_known(document)
    assert alike.judged(jcs.encode_document(document)).verdict is Verdict.FAILED


def test_the_order_of_identities_says_nothing(alike: Alike) -> None:
    # In RDF it is a set, so the proof still fits; the full way says so too.
    document = jcs.decode(alike.sealed())
    document["credentialSubject"]["identifier"].reverse()
    assert alike.judged(jcs.encode_document(document)).verdict is Verdict.PASSED


def test_a_salt_exchanged(alike: Alike) -> None:
    place = ("credentialSubject", "identifier", 1, "salt")
    assert alike.judged(alike.changed(place, "0" * 31 + "8")).verdict is Verdict.FAILED
