import datetime as dt
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from keys.certificates import Anchor, Certificate, Chain, ChainBroken, build_chain
from keys.certificates.issuance import require_issued
from tests.town.authority import (
    DAY,
    NOW,
    ROOT,
    Holder,
    Paper,
    below,
    p256,
    root,
    rsa_key,
    signed_with_sha1,
)

MIDDLE = Paper("Town Middle", "Town", None, authority=True, usage="certify")


def anchor(holder: Holder) -> Anchor:
    return Anchor(holder.certificate, "Town", "the town says so")


def climb(holder: Holder, top: Holder, *others: Certificate, at: dt.datetime = NOW) -> Chain:
    return build_chain(
        holder.certificate, candidates=(*holder.chain[1:], *others), anchors=[anchor(top)], at=at
    )


def broken(holder: Holder, top: Holder, *, at: dt.datetime = NOW) -> str:
    with pytest.raises(ChainBroken) as caught:
        climb(holder, top, at=at)
    assert caught.value.message
    return caught.value.why


def test_from_a_seal_to_its_authority() -> None:
    top = root()
    leaf = below(top)
    found = climb(leaf, top)
    assert found.certificates == (leaf.certificate, top.certificate)
    assert found.anchor.name == "Town"


def test_over_one_that_stands_between() -> None:
    top = root()
    middle = below(top, MIDDLE)
    leaf = below(middle)
    assert len(climb(leaf, top).certificates) == 3
    # One in the middle may be believed as well.
    assert len(climb(leaf, middle).certificates) == 2


def test_a_seal_may_be_believed_itself() -> None:
    leaf = below(root())
    assert climb(leaf, leaf).certificates == (leaf.certificate,)


def test_nobody_is_believed() -> None:
    leaf = below(root())
    assert broken(leaf, root(Paper("Other", "Other", None, authority=True))) == "not_anchored"
    with pytest.raises(ChainBroken):
        build_chain(leaf.certificate, candidates=(), anchors=(), at=NOW)


def test_dates_of_the_seal_and_of_those_between() -> None:
    top = root()
    leaf = below(top, Paper(start=NOW - DAY, end=NOW + DAY))
    assert broken(leaf, top, at=NOW + 2 * DAY) == "expired"
    assert broken(leaf, top, at=NOW - 2 * DAY) == "not_yet_valid"
    old = below(below(top, replace(MIDDLE, end=NOW - DAY)))
    assert broken(old, top) == "expired"
    # One that is believed itself is asked for its dates, as there is nothing else to ask.
    assert broken(leaf, leaf, at=NOW + 2 * DAY) == "expired"


def test_an_anchor_is_not_asked_for_its_dates() -> None:
    top = root(replace(ROOT, end=NOW - DAY))
    assert climb(below(top), top).anchor.name == "Town"


def test_a_hash_that_can_be_forged() -> None:
    top = root()
    leaf = below(top)
    assert isinstance(top.key, ec.EllipticCurvePrivateKey)
    weak = Certificate(signed_with_sha1(leaf.certificate.der, top.key))
    assert broken(Holder(leaf.key, (weak, *leaf.chain[1:])), top) == "weak"


def test_keys_of_the_kinds_that_issue() -> None:
    edwards = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    for key in (p256("any"), rsa_key("any"), edwards, ec.derive_private_key(7, ec.SECP521R1())):
        top = root(key=key)
        assert climb(below(top), top).anchor.certificate == top.certificate


def test_an_anchor_is_believed_for_the_time_for_which_somebody_vouches() -> None:
    top = root()
    leaf = below(top)
    spans = [
        Anchor(top.certificate, "Town", "before", until=NOW - 10 * DAY),
        Anchor(top.certificate, "Town", "since", since=NOW - DAY),
    ]

    def at(moment: dt.datetime) -> str:
        found = build_chain(leaf.certificate, candidates=(), anchors=spans, at=moment)
        return found.anchor.how

    assert at(NOW - 11 * DAY) == "before"
    assert at(NOW - DAY) == "since"
    for days in (10, 5):
        with pytest.raises(ChainBroken):
            at(NOW - days * DAY)


def test_too_many_stand_below() -> None:
    top = root(replace(ROOT, path_length=0))
    assert broken(below(below(top, MIDDLE)), top) == "not_ca"
    assert climb(below(top), top).anchor.certificate == top.certificate


def test_several_ways_and_one_is_good() -> None:
    top = root()
    # The same name and key, expired and renewed.
    old = below(top, replace(MIDDLE, end=NOW - DAY, serial=1))
    new = below(top, replace(MIDDLE, serial=2))
    leaf = below(old)
    found = climb(leaf, top, new.certificate)
    assert found.certificates[1] == new.certificate


def test_those_that_issue_each_other_end_somewhere() -> None:
    one, other = (Paper(n, "Town", None, authority=True, usage="certify") for n in ("One", "Two"))
    key_one, key_other = p256("One"), p256("Two")
    first = below(Holder(key_other, root(other).chain), one, key=key_one)
    second = below(Holder(key_one, root(one).chain), other, key=key_other)
    leaf = below(first)
    with pytest.raises(ChainBroken) as caught:
        build_chain(
            leaf.certificate,
            candidates=(first.certificate, second.certificate),
            anchors=[anchor(root())],
            at=NOW,
        )
    assert caught.value.why == "not_anchored"


def test_a_tower_is_not_climbed_without_end() -> None:
    top = holder = root()
    for number in range(9):
        holder = below(holder, replace(MIDDLE, common_name=f"Middle {number}"))
    assert broken(below(holder), top) == "not_anchored"


def test_a_crowd_of_one_name_is_looked_at_in_part() -> None:
    leaf = below(below(root(), MIDDLE))
    crowd = [below(root(), replace(MIDDLE, serial=n)).certificate for n in range(2, 70)]
    with pytest.raises(ChainBroken):
        build_chain(leaf.certificate, candidates=crowd, anchors=[], at=NOW)


def test_a_crowd_that_issues_each_other_is_looked_at_in_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = []

    def counted(lower: Certificate, *, by: Certificate) -> None:
        looks.append(by)
        require_issued(lower, by=by)

    monkeypatch.setattr("keys.certificates.chain.require_issued", counted)
    # One name and one key, so that each of them made each other one.
    crowd = [root(replace(MIDDLE, serial=n)) for n in range(1, 40)]
    leaf = below(crowd[0])
    with pytest.raises(ChainBroken):
        build_chain(
            leaf.certificate,
            candidates=[c.certificate for c in crowd],
            anchors=[anchor(root())],
            at=NOW,
        )
    assert len(looks) == 256


def test_another_authority_of_the_same_name() -> None:
    top = root()
    mallory = root(key=p256("mallory"))
    assert broken(below(mallory), top) == "not_anchored"


def test_what_a_certificate_demands_has_to_be_understood() -> None:
    top = root()
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    assert broken(below(top, Paper(more=((odd, True),))), top) == "not_understood"
    names = x509.NameConstraints([x509.DNSName("town.example")], None)
    between = below(top, replace(MIDDLE, more=((names, True),)))
    assert broken(below(between), top) == "not_understood"
    # An authority that forgot to say that it is critical is bound by it all the same.
    quiet = below(top, replace(MIDDLE, more=((names, False),)))
    assert broken(below(quiet), top) == "not_understood"
