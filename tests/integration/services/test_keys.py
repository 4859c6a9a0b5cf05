"""Keys are rotated, stolen, destroyed: what they signed is judged by proven time alone."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from issuer.errors import Conflict, NotFound, NotReady
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award, AwardState
from issuer.registry import keyring as rows
from issuer.services import erase, export, issue, keyring, look, offer, revoke, share, signing
from issuer.services.reseal import REASON, reseal
from issuer.services.workbench import Limits
from issuer.verify import Material, Obtained, Verdict
from keys.algorithms import Algorithm, CustodyError, LifecycleError
from keys.lifecycle import KeyPurpose, KeyState
from tests.integration.services.conftest import OpenWorkshop
from tests.town.killed import KINDS, Killed, Point, die_here, mortal
from tests.town.workshop import DID, LINK_KEY, Workshop

AWARD, STATUS = KeyPurpose.AWARD, KeyPurpose.STATUS


def _rotate(workshop: Workshop, purpose: KeyPurpose = AWARD, **how: Any) -> None:
    keyring.rotate(workshop.bench, workshop.vault, workshop.slug, purpose=purpose, **how)


def _compromise(workshop: Workshop, since: dt.datetime, kid: str = "award-1") -> keyring.Affected:
    return keyring.compromise(workshop.bench, workshop.vault, workshop.slug, kid=kid, since=since)


def _versions(workshop: Workshop) -> list[tuple[dt.datetime, Mapping[str, Any]]]:
    with workshop.bench.read() as tx:
        found = rows.did_documents(tx, workshop.slug)
    return [(version.published_at, version.document) for version in found]


def _method(document: Mapping[str, Any], kid: str) -> Mapping[str, Any]:
    (found,) = (m for m in document["verificationMethod"] if m["id"] == f"{DID}#{kid}")
    return dict(found)


def _secrets(workshop: Workshop) -> set[str]:
    return {place.name.removeprefix("euas-") for place in workshop.vault.folder.iterdir()}


# --- Rotating --------------------------------------------------------------------------------


def test_a_retired_key_stays_published_as_it_was(workshop: Workshop) -> None:
    old = workshop.issued(1)
    before = _versions(workshop)[-1][1]
    at = workshop.clock.pass_by(days=30)
    _rotate(workshop)
    published_at, after = _versions(workshop)[-1]
    assert published_at == at
    # Old documents must verify for ever: no expiry, not a letter of it changes.
    assert _method(after, "award-1") == _method(before, "award-1")
    assert "expires" not in _method(after, "award-1")
    assert f"{DID}#award-2" in str(after["assertionMethod"])
    assert f"{DID}#award-1" in str(after["assertionMethod"])
    assert _secrets(workshop) == {"award-2", "status-1"}
    workshop.publish()
    new = workshop.issued(2)
    for award, kid in ((old, "award-1"), (new, "award-2")):
        data = workshop.sealed(award)
        assert f"{DID}#{kid}".encode() in data
        assert workshop.check(data).verdict is Verdict.PASSED


def test_every_version_of_the_did_document_is_kept_with_its_date(workshop: Workshop) -> None:
    moments = [workshop.clock.at]
    for purpose in (AWARD, STATUS):
        moments.append(workshop.clock.pass_by(days=1))
        _rotate(workshop, purpose)
    versions = _versions(workshop)
    # Two at the founding, one for each key.
    assert [at for at, _ in versions] == [moments[0], moments[0], moments[1], moments[2]]
    counted = [len(document["verificationMethod"]) for _, document in versions]
    assert counted == [1, 2, 3, 4]
    with workshop.bench.read() as tx:
        address = "https://credentials.uni.example/.well-known/did.json"
        assert look.did_document(tx, address) == versions[-1][1]
        kids = [key["kid"] for key in look.jwks(tx, workshop.slug)["keys"]]
    assert sorted(kid.rpartition("#")[2] for kid in kids) == [
        "award-1",
        "award-2",
        "status-1",
        "status-2",
    ]


def test_a_key_can_be_planned_before_it_signs(workshop: Workshop) -> None:
    bench, vault, slug = workshop.bench, workshop.vault, workshop.slug
    planned = keyring.plan(bench, vault, slug, purpose=AWARD)
    assert planned.state is KeyState.PLANNED
    assert b"#award-1" in workshop.sealed(workshop.issued(1))
    with pytest.raises(Conflict, match="still needed"):
        keyring.destroy(bench, vault, slug, kid="award-1")
    with pytest.raises(Conflict, match="planned"):
        keyring.destroy(bench, vault, slug, kid="award-2")
    keyring.activate(bench, vault, slug, kid="award-2")
    assert b"#award-2" in workshop.sealed(workshop.issued(2))
    with pytest.raises(LifecycleError):
        keyring.activate(bench, vault, slug, kid="award-2")
    # It was destroyed with the rotation; asking again does no harm.
    keyring.destroy(bench, vault, slug, kid="award-1")
    lines = workshop.lines()
    assert lines.count("keys.destroy") == lines.count("keys.retire") == 1


def test_a_key_is_not_retired_while_a_document_waits_for_it(workshop: Workshop) -> None:
    award = workshop.approve()
    point = Point("after", 1, die_here)
    with pytest.raises(Killed):
        workshop.with_bench(**mortal(workshop.bench, point)).issue(award)
    with pytest.raises(NotReady, match="testamur recover"):
        _rotate(workshop)
    with workshop.bench.read() as tx:
        states = {record.kid: record.state for record in keyring.records(tx, workshop.slug)}
    assert states["award-1"] is KeyState.ACTIVE
    assert "award-1" in _secrets(workshop)
    # The status key signs no documents.
    _rotate(workshop, STATUS)


def test_a_destroyed_award_key_does_not_keep_lists_from_being_published(
    workshop: Workshop,
) -> None:
    award = workshop.issued()
    workshop.vault.destroy(str(workshop.vault.folder / "euas-award-1"))
    with workshop.bench.begin() as tx:
        revoke.revoke(
            tx, workshop.slug, award.id, reason="A mistake", actor="x", at=workshop.clock()
        )
    assert workshop.publish() == 1
    assert workshop.check(workshop.sealed(award)).verdict is Verdict.FAILED
    waiting = workshop.approve(2)
    with pytest.raises(CustodyError):
        workshop.issue(waiting)
    # It is not lost: the key may only be away.
    assert workshop.award(waiting).state is AwardState.APPROVED


# --- Stolen ----------------------------------------------------------------------------------


def test_what_a_stolen_key_signed_is_judged_by_proven_time(workshop: Workshop) -> None:
    early = workshop.issued(1)
    since = workshop.clock.pass_by(days=10)
    workshop.publish()
    late = workshop.issued(2)
    workshop.clock.pass_by(days=1)
    affected = _compromise(workshop, since)
    assert {record.award_id for record in affected.sealed} == {early.id, late.id}
    assert affected.proven == (early.id,)
    assert _secrets(workshop) == {"status-1"}
    method = _method(_versions(workshop)[-1][1], "award-1")
    assert method["revoked"] == "2026-06-22T09:30:00Z"
    workshop.publish()
    with_times = export.material(workshop.bench)
    without = Material(
        did_documents=with_times.did_documents,
        status_lists=with_times.status_lists,
        trusted=with_times.trusted,
    )
    for tongue in (DocumentFormat.OB3, DocumentFormat.OB3_JWT):
        # Our record proves that it existed before the theft.
        assert workshop.check(workshop.sealed(early, tongue)).verdict is Verdict.PASSED
        # It says itself that it is younger.
        report = workshop.check(workshop.sealed(late, tongue))
        assert report.verdict is Verdict.FAILED
        assert report.check("key_status").verdict is Verdict.FAILED
        # Whoever has no record of ours knows only what the document says, which proves nothing.
        doubted = workshop.check(workshop.sealed(early, tongue), material=without)
        assert doubted.verdict is Verdict.INDETERMINATE
        assert "issue it again" in doubted.check("key_status").detail


def test_a_stolen_key_signs_no_more(workshop: Workshop) -> None:
    award = workshop.issued(1)
    _compromise(workshop, workshop.clock())
    with pytest.raises(NotReady, match="no active award key"):
        workshop.issued(2)
    _rotate(workshop)
    fresh = workshop.issued(2)
    assert workshop.check(workshop.sealed(fresh)).verdict is Verdict.PASSED
    assert workshop.check(workshop.sealed(award)).verdict is not Verdict.PASSED
    with pytest.raises(LifecycleError, match="in the future"):
        _compromise(workshop, workshop.clock() + dt.timedelta(days=1))


def test_a_retired_key_can_be_stolen_too_and_earlier_than_was_thought(workshop: Workshop) -> None:
    award = workshop.issued(1)
    workshop.clock.pass_by(days=1)
    _rotate(workshop)
    noticed = workshop.clock.pass_by(days=1)
    assert _compromise(workshop, noticed).proven == (award.id,)
    assert workshop.check(workshop.sealed(award)).verdict is Verdict.PASSED
    assert _compromise(workshop, noticed - dt.timedelta(days=9)).proven == ()
    assert workshop.check(workshop.sealed(award)).verdict is Verdict.FAILED
    with pytest.raises(LifecycleError, match="only an earlier date"):
        _compromise(workshop, noticed)


def test_a_stolen_status_key_is_replaced(workshop: Workshop) -> None:
    award = workshop.issued(1)
    _compromise(workshop, workshop.clock(), kid="status-1")
    with pytest.raises(NotReady, match="no active status key"):
        workshop.publish()
    # A list that a thief may have signed says nothing.
    assert workshop.check(workshop.sealed(award)).verdict is Verdict.INDETERMINATE
    _rotate(workshop, STATUS)
    assert workshop.publish() == 2
    assert workshop.check(workshop.sealed(award)).verdict is Verdict.PASSED


# --- Issued again ----------------------------------------------------------------------------


def _stolen(workshop: Workshop) -> None:
    _compromise(workshop, workshop.clock.pass_by(days=1))
    _rotate(workshop)


def _reseal(workshop: Workshop) -> dict[str, str]:
    return dict(reseal(workshop.bench, workshop.slug, actor="operator"))


def test_what_was_stolen_is_issued_again(workshop: Workshop) -> None:
    shared, hidden = workshop.issued(1), workshop.issued(2)
    with workshop.bench.begin() as tx:
        share.set_sharing(tx, shared, shared=True, actor="learner", at=workshop.clock())
    _stolen(workshop)
    pairs = _reseal(workshop)
    workshop.publish()
    assert set(pairs) == {shared.id, hidden.id}
    for old, is_shared in ((shared, True), (hidden, False)):
        with workshop.bench.read() as tx:
            new = look.award(tx, workshop.slug, pairs[old.id])
        assert (new.state, new.replaces, new.shared) == (AwardState.ACTIVE, old.id, is_shared)
        assert (new.awarded_on, new.valid_until) == (old.awarded_on, old.valid_until)
        was = workshop.award(old)
        assert (was.state, was.reason) == (AwardState.REPLACED, REASON)
        for tongue in (DocumentFormat.OB3, DocumentFormat.OB3_JWT):
            assert workshop.check(workshop.sealed(new, tongue)).verdict is Verdict.PASSED
            report = workshop.check(workshop.sealed(old, tongue))
            assert report.verdict is Verdict.FAILED
            assert REASON.rstrip(".") in report.check("revocation").detail
        links = [share.link_secret(award, link_key=LINK_KEY) for award in (old, new)]
        assert links[0] != links[1]
        places = [workshop.slot(award) for award in (old, new)]
        assert all(places)
        assert places[0] != places[1]
        assert places[0] is not None
        assert places[0].revoked
    assert _reseal(workshop) == {}
    # The same results again find the new awards.
    decision = workshop.decide(workshop.result(1))
    assert decision.award is not None
    assert decision.award.id == pairs[shared.id]


def test_a_theft_is_no_pardon(workshop: Workshop) -> None:
    suspended, revoked = workshop.issued(1), workshop.issued(2)
    with workshop.bench.begin() as tx:
        for verb, award in ((revoke.suspend, suspended), (revoke.revoke, revoked)):
            verb(tx, workshop.slug, award.id, reason="A dispute", actor="x", at=workshop.clock())
    _stolen(workshop)
    pairs = _reseal(workshop)
    workshop.publish()
    assert set(pairs) == {suspended.id}
    with workshop.bench.read() as tx:
        new = look.award(tx, workshop.slug, pairs[suspended.id])
    assert (new.state, new.reason) == (AwardState.SUSPENDED, "A dispute")
    report = workshop.check(workshop.sealed(new))
    assert report.check("suspension").verdict is Verdict.FAILED
    assert workshop.award(revoked).state is AwardState.REVOKED


def test_who_was_erased_holds_up_nobody(workshop: Workshop) -> None:
    gone, kept = workshop.issued(1), workshop.issued(2)
    with workshop.bench.begin() as tx:
        erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())
    _stolen(workshop)
    assert set(_reseal(workshop)) == {kept.id}
    assert workshop.award(gone).state is AwardState.ACTIVE


def test_without_a_new_key_nothing_is_issued_again(workshop: Workshop) -> None:
    award = workshop.issued(1)
    _compromise(workshop, workshop.clock.pass_by(days=1))
    with pytest.raises(NotReady):
        _reseal(workshop)
    assert workshop.award(award).state is AwardState.ACTIVE
    _rotate(workshop)
    assert set(_reseal(workshop)) == {award.id}
    assert len(workshop.awards()) == 2


@pytest.mark.parametrize("kind", ["after", "signed"])
def test_resealing_goes_on_where_it_was_killed(workshop: Workshop, kind: str) -> None:
    assert kind in KINDS
    first, second = workshop.issued(1), workshop.issued(2)
    _stolen(workshop)
    for number in range(1, 30):
        dying = workshop.with_bench(**mortal(workshop.bench, Point(kind, number, die_here)))
        try:
            _reseal(dying)
        except Killed:
            continue
        break
    assert _reseal(workshop) == {}
    everything = workshop.awards()
    assert len(everything) == 4
    assert {a.replaces for a in everything if a.replaces} == {first.id, second.id}
    for old in (first, second):
        assert workshop.award(old).state is AwardState.REPLACED
    new = [a for a in everything if a.replaces]
    assert {a.state for a in new} == {AwardState.ACTIVE}
    assert {_index(workshop, old) for old in (first, second)} == _bits(workshop)


def test_what_could_not_be_issued_again_is_tried_anew(workshop: Workshop) -> None:
    award = workshop.issued(1)
    _stolen(workshop)
    dying = workshop.with_bench(**mortal(workshop.bench, Point("signed", 1, die_here)))
    with pytest.raises(Killed):
        _reseal(dying)
    (begun,) = workshop.awards(AwardState.APPROVED)
    record = workshop.documents(begun)
    with workshop.bench.begin() as tx:
        for one in record.values():
            issue.void(tx, begun, record=one, actor="x", reason="a test", bench=workshop.bench)
    pairs = _reseal(workshop)
    assert set(pairs) == {award.id}
    assert pairs[award.id] != begun.id
    assert workshop.award(award).state is AwardState.REPLACED


def _index(workshop: Workshop, award: Award) -> int:
    place = workshop.slot(award)
    assert place is not None
    return place.index


def _bits(workshop: Workshop) -> set[int]:
    workshop.publish()
    return workshop.bits()


# --- Other keys, other suites ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("algorithm", "suite"),
    [
        (Algorithm.P256, "ecdsa-rdfc-2019"),
        (Algorithm.P256, "ecdsa-jcs-2019"),
        (Algorithm.ED25519, "eddsa-jcs-2022"),
    ],
)
def test_an_installation_may_sign_in_another_way(
    open_workshop: OpenWorkshop, algorithm: Algorithm, suite: str
) -> None:
    workshop = open_workshop(limits=Limits(suite=suite)).found(algorithm)
    award = workshop.issued()
    assert suite.encode() in workshop.sealed(award)
    for tongue in (DocumentFormat.OB3, DocumentFormat.OB3_JWT):
        assert workshop.check(workshop.sealed(award, tongue)).verdict is Verdict.PASSED
    # A new key is of the kind of the one before.
    _rotate(workshop)
    fresh = workshop.issued(2)
    assert workshop.check(workshop.sealed(fresh)).verdict is Verdict.PASSED
    with workshop.bench.read() as tx:
        assert {r.public_key.algorithm for r in keyring.records(tx, workshop.slug)} == {algorithm}


def test_a_key_that_cannot_sign_with_the_suite_is_not_made(workshop: Workshop) -> None:
    secrets = _secrets(workshop)
    with pytest.raises(Conflict, match="award_suite"):
        _rotate(workshop, algorithm=Algorithm.P256)
    assert _secrets(workshop) == secrets
    # Lists are signed with the suite that fits their key.
    _rotate(workshop, STATUS, algorithm=Algorithm.P256)
    assert workshop.publish() == 2
    assert workshop.check(workshop.sealed(workshop.issued())).verdict is Verdict.PASSED


def test_keys_that_changed_without_overlap_are_doubted(workshop: Workshop) -> None:
    award = workshop.issued()
    material = export.material(workshop.bench)
    stranger = Obtained({**material.did_documents[DID].value}, workshop.clock(), "somewhere")
    doubted = Material(
        did_documents={DID: stranger},
        status_lists=material.status_lists,
        trusted=material.trusted,
        changed_keys=frozenset([DID]),
    )
    assert workshop.check(workshop.sealed(award), material=doubted).verdict is Verdict.INDETERMINATE


def test_only_an_active_key_is_opened(workshop: Workshop) -> None:
    _rotate(workshop)
    keyring.plan(workshop.bench, workshop.vault, workshop.slug, purpose=AWARD)
    signing.signer_of(workshop.bench, workshop.slug, method=f"{DID}#award-2")
    for kid, state in (("award-1", "retired"), ("award-3", "planned")):
        with pytest.raises(NotReady, match=state):
            signing.signer_of(workshop.bench, workshop.slug, method=f"{DID}#{kid}")


def test_an_organisation_without_a_document_on_the_web_has_none(workshop: Workshop) -> None:
    home = workshop.organisation
    with workshop.bench.read() as tx:
        key = keyring.records(tx, home.slug)[0].public_key
    for slug, did in (("key", key.did_key()), ("bare", "did:web:bare.example")):
        other = home.model_copy(update={"slug": slug, "code": slug.upper(), "did": did})
        with workshop.bench.begin() as tx:
            offer.put_organisation(tx, other, at=workshop.clock(), actor="operator")
    address = "https://bare.example/.well-known/did.json"
    with workshop.bench.read() as tx, pytest.raises(NotFound):
        look.did_document(tx, address)
