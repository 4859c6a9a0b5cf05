"""A seal holder issues a certificate to somebody else: a seal is no authority."""

import pytest
from cryptography import x509

from keys.certificates import Anchor, ChainBroken, build_chain
from tests.town.authority import NOW, Holder, Paper, below, root

TOP = root()
MALLORY = Paper("Mallory", "Example University")


def why(holder: Holder) -> str:
    with pytest.raises(ChainBroken) as caught:
        build_chain(
            holder.certificate,
            candidates=holder.chain[1:],
            anchors=[Anchor(TOP.certificate, "Town", "the town says so")],
            at=NOW,
        )
    return caught.value.why


def test_a_seal_that_issues() -> None:
    assert why(below(below(TOP), MALLORY)) == "not_ca"


def test_one_whose_key_may_certify_but_which_is_no_authority() -> None:
    for paper in (Paper(usage="certify"), Paper(usage=None), Paper(usage="sign", authority=True)):
        assert why(below(below(TOP, paper), MALLORY)) == "not_ca"


def test_a_seal_that_is_believed_itself_makes_nobody_believed() -> None:
    seal = below(TOP)
    with pytest.raises(ChainBroken):
        build_chain(
            below(seal, MALLORY).certificate,
            candidates=seal.chain,
            anchors=[Anchor(seal.certificate, "A seal", "the operator named it")],
            at=NOW,
        )


def test_an_authority_below_one_that_allows_none() -> None:
    authority = Paper("Below", "Town", None, authority=True, usage="certify", path_length=0)
    lowest = Paper("Lowest", "Town", None, authority=True, usage="certify")
    assert why(below(below(below(TOP, authority), lowest), MALLORY)) == "not_ca"


def test_an_authority_for_some_names_only() -> None:
    names = x509.NameConstraints([x509.DNSName("mallory.example")], None)
    for critical in (True, False):
        bound = Paper(
            "Bound", "Town", None, authority=True, usage="certify", more=((names, critical),)
        )
        assert why(below(below(TOP, bound), MALLORY)) == "not_understood"
