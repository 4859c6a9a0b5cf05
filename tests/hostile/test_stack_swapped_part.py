"""A part is exchanged for another document: the digest in the whole tells."""

import pytest

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.stacks import Course, Stacked, stacked_badge
from tests.town.university import Bench, University


def _with(made: Stacked, part_id: str, data: bytes) -> Stacked:
    return Stacked(made.data, {**made.parts, part_id: data})


def test_another_genuine_badge_of_the_same_university(uni: University, bench: Bench) -> None:
    made = stacked_badge(uni)
    law = made.parts[f"{uni.base}/c/law"]
    report = _with(made, f"{uni.base}/c/ethics", law).verify(bench)
    assert report.check("parts").sub == "parts.other_document"
    assert "“Ethics”" in report.check("parts").detail
    assert report.verdict is Verdict.FAILED


def test_the_same_award_of_another_person(uni: University, bench: Bench) -> None:
    document = Course("ethics").badge(uni)
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Robin Example"
    report = _with(stacked_badge(uni), document["id"], uni.seal(document)).verify(bench)
    assert report.check("parts").sub == "parts.other_document"
    assert report.verdict is Verdict.FAILED


def test_a_part_that_somebody_else_signed_under_its_id(
    uni: University, mallory: University, bench: Bench
) -> None:
    document = Course("ethics").badge(uni)
    report = _with(stacked_badge(uni), document["id"], mallory.seal(document)).verify(bench)
    assert report.check("parts").sub == "parts.other_document"


@pytest.mark.parametrize("member", ["validFrom", "name", "credentialStatus", "proof"])
def test_a_changed_member_of_a_part(uni: University, bench: Bench, member: str) -> None:
    made = stacked_badge(uni)
    address = f"{uni.base}/c/ethics"
    document = jcs.decode(made.parts[address])
    # That a part names no list any more must not make a revoked one fine.
    document.pop(member)
    report = _with(made, address, jcs.encode_document(document)).verify(bench)
    assert report.check("parts").sub == "parts.other_document"
    assert report.verdict is Verdict.FAILED


def test_a_part_of_mallorys_that_a_forged_whole_names(
    uni: University, mallory: University, bench: Bench
) -> None:
    made = stacked_badge(mallory)
    document = jcs.decode(made.data)
    document["issuer"]["id"] = uni.did
    report = Stacked(jcs.encode_document(document), made.parts).verify(bench)
    assert report.verdict is Verdict.FAILED
    # Nobody is shown to have named them, so nobody looks at them.
    assert report.parts == ()
