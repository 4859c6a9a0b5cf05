"""The European document of an award: sealed beside the badge, with the same answers about it."""

import json
from typing import Any

import pytest

from issuer.errors import LintFailed, NotReady, SelfCheckFailed
from issuer.formats import elm3
from issuer.formats.portrait import portrait
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.model.organisation import Organisation
from issuer.proofs import jades
from issuer.registry import documents
from issuer.services import material, publish, recover, revoke, tongues
from issuer.services.workbench import Limits
from issuer.verify import Material, Verdict
from keys.algorithms import CustodyError
from keys.signer import SealSigner
from tests.integration.services.conftest import OpenWorkshop
from tests.town.authority import TSA, Bend, Holder, Paper, below, root, token
from tests.town.workshop import Workshop

EDC = DocumentFormat.EDC
EIDAS = "VATAT-U99999999"
TOP = root()
SEAL = below(TOP, Paper("TEST SEAL of the town", identifier=EIDAS))
TIME = below(TOP, TSA)


def with_seal(workshop: Workshop, holder: Holder | None = SEAL, **more: Any) -> Workshop:
    def seal(_organisation: str) -> SealSigner | None:
        return holder

    return workshop.with_bench(seal=seal, **more)


@pytest.fixture
def sealing(workshop: Workshop) -> Workshop:
    return with_seal(workshop)


def award_in_both(workshop: Workshop) -> Award:
    return workshop.issue(workshop.approve(), DocumentFormat.OB3, EDC)


def test_it_is_sealed_and_says_the_same(sealing: Workshop) -> None:
    award = award_in_both(sealing)
    assert set(sealing.states(award).values()) == {"sealed"}
    european, badge = (sealing.sealed(award, t) for t in (EDC, DocumentFormat.OB3))
    report = sealing.check(european)
    assert report.verdict is Verdict.PASSED
    assert "It is a test seal" in report.check("certificate").detail
    document = report.document or {}
    assert document["id"] == elm3.credential_id(f"{sealing.bench.base_url}/c/{award.id}")
    assert elm3.award_url(document) == json.loads(badge)["id"]
    said, other = portrait(document), portrait(json.loads(badge))
    assert (said.title, said.learner_name) == (other.title, other.learner_name)
    picture = document["displayParameter"]["individualDisplay"]["displayDetail"]["image"]
    assert picture["content"].startswith("iVBORw0KGgo")
    assert len(picture["content"]) < 200_000


def test_what_befalls_the_award_befalls_both(sealing: Workshop) -> None:
    award = award_in_both(sealing)
    tongues_of = (EDC, DocumentFormat.OB3)

    def verdicts() -> set[Verdict]:
        sealing.publish()
        return {sealing.check(sealing.sealed(award, t)).verdict for t in tongues_of}

    def do(verb: Any) -> None:
        with sealing.bench.begin() as tx:
            verb(tx, sealing.slug, award.id, reason="Why", actor="a", at=sealing.clock())

    assert verdicts() == {Verdict.PASSED}
    do(revoke.suspend)
    assert verdicts() == {Verdict.FAILED}
    do(revoke.reinstate)
    assert verdicts() == {Verdict.PASSED}
    do(revoke.revoke)
    assert verdicts() == {Verdict.FAILED}
    report = sealing.check(sealing.sealed(award, EDC))
    assert "Reason: Why" in report.check("revocation").detail


def test_our_registry_knows_it_by_its_own_id(sealing: Workshop) -> None:
    award = award_in_both(sealing)
    report = sealing.check(sealing.sealed(award, EDC))
    base = sealing.bench.base_url
    with sealing.bench.read() as tx:
        known = material.about(tx, report, base_url=base)
        assert list(known.proven_times) == [report.digest]
        liar = dict(report.document or {}) | {"id": "urn:credential:0"}
        from dataclasses import replace  # noqa: PLC0415 # For this alone.

        assert material.about(tx, replace(report, document=liar), base_url=base) == Material()
        nameless = {k: v for k, v in (report.document or {}).items() if k != "identifier"}
        assert material.about(tx, replace(report, document=nameless), base_url=base) == Material()


def test_without_a_seal_it_says_what_to_do(workshop: Workshop) -> None:
    award = workshop.approve()
    with pytest.raises(NotReady, match=r"\[seals\] euas"):
        workshop.issue(award, EDC)
    assert workshop.states(award) == {}


def test_an_organisation_without_the_identifier(
    open_workshop: OpenWorkshop, organisation: Organisation
) -> None:
    bare = organisation.model_copy(
        update={"identifiers": organisation.identifiers.model_copy(update={"eidas": None})}
    )
    workshop = with_seal(open_workshop(organisation=bare).found())
    with pytest.raises(LintFailed, match=r"identifiers\.eidas"):
        workshop.issue(workshop.approve(), EDC)


def test_a_seal_of_somebody_else_releases_nothing(workshop: Workshop) -> None:
    other = below(TOP, Paper("TEST SEAL of others", identifier="VATAT-U99999998"))
    sealing = with_seal(workshop, other)
    award = sealing.approve()
    with pytest.raises(Exception, match="sealed by"):
        sealing.issue(award, EDC)
    assert sealing.states(award) == {"edc": "void"}


def test_what_was_written_down_is_finished_by_the_same_seal(sealing: Workshop) -> None:
    award = begun(sealing)
    assert recover.recover(sealing.bench, sealing.slug, actor="a").finished == (award.id,)
    assert sealing.check(sealing.sealed(award, EDC)).verdict is Verdict.PASSED


def begun(sealing: Workshop) -> Award:
    """An award whose European document was written down and not sealed."""
    award = sealing.approve()

    class Broken(Exception):
        pass

    def broken(_data: bytes) -> bytes:
        raise Broken

    with pytest.raises(Broken):
        with_seal(sealing, timestamp=broken).issue(award, EDC)
    assert sealing.states(award) == {"edc": "written_down"}
    return award


def test_another_seal_cannot_finish_it(sealing: Workshop) -> None:
    award = begun(sealing)
    renewed = below(TOP, Paper("TEST SEAL renewed", identifier=EIDAS))
    with pytest.raises(SelfCheckFailed, match="its seal was replaced"):
        with_seal(sealing, renewed).issue(award, EDC)
    assert sealing.states(award) == {"edc": "void"}


def test_while_there_is_no_seal_it_waits(sealing: Workshop) -> None:
    award = begun(sealing)
    with pytest.raises(NotReady):
        with_seal(sealing, None).issue(award, EDC)
    assert sealing.states(award) == {"edc": "written_down"}


def test_a_time_stamp_makes_it_level_t(sealing: Workshop) -> None:
    def stamp(digest: bytes) -> bytes:
        return token(TIME, b"", at=sealing.clock(), bend=Bend(imprint=digest))

    award = award_in_both(with_seal(sealing, timestamp=stamp))
    signature = jades.read(sealing.sealed(award, EDC)).signatures[0]
    assert jades.level_of(signature) == "T"
    assert sealing.check(sealing.sealed(award, EDC)).verdict is Verdict.PASSED


def test_the_old_way_to_say_when(workshop: Workshop) -> None:
    sealing = with_seal(workshop, limits=Limits(signing_time="sigT"))
    award = sealing.issue(sealing.approve(), EDC)
    assert "sigT" in jades.read(sealing.sealed(award, EDC)).signatures[0].header


def test_a_seal_that_cannot_be_opened_hinders_no_check(sealing: Workshop) -> None:
    award = award_in_both(sealing)

    def broken(_organisation: str) -> SealSigner | None:
        raise CustodyError("its file is away")

    away = sealing.with_bench(seal=broken)
    assert away.check(sealing.sealed(award)).verdict is Verdict.PASSED
    report = away.check(sealing.sealed(award, EDC))
    assert report.check("certificate").sub == "certificate.not_anchored"
    with pytest.raises(CustodyError):
        tongues.seal_of(away.bench, away.slug)


def test_a_further_tongue_is_sealed_later(sealing: Workshop) -> None:
    award = sealing.issued()
    sealing.issue(award, EDC)
    with sealing.bench.read() as tx:
        assert documents.sealed(tx, award.id, EDC).media_type == "application/ld+json"
    publish.publish(sealing.bench, sealing.slug)
    assert sealing.check(sealing.sealed(award, EDC)).verdict is Verdict.PASSED
