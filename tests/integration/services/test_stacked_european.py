"""A stacked award as a European document: its parts are found here, by their own ids."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from issuer.formats import elm3, stacking
from issuer.model.achievement import DocumentFormat, Stacking, StackingMode, Tier
from issuer.model.award import Award
from issuer.model.stack import PartDocument
from issuer.proofs.digest_multibase import of_bytes
from issuer.registry import learners, recognitions, stack_parts
from issuer.registry.recognitions import Decision
from issuer.registry.stack_parts import StackPart
from issuer.services import erase, export, material, offer, own_parts, parts, stack
from issuer.services.check import Checker
from issuer.services.pictures import Pictures
from issuer.verify import Material, Report, Verdict
from issuer.verify.material import decode, joined
from issuer.verify.reading import read
from keys.signer import SealSigner
from tests.town import paths, stacked, standings
from tests.town.authority import Paper, below, root
from tests.town.stacks import stack_of
from tests.town.workshop import BASE_URL, Workshop, canonicalise

EDC, OB3 = DocumentFormat.EDC, DocumentFormat.OB3
SEAL = below(root(), Paper("TEST SEAL of the town", identifier="VATAT-U99999999"))
TOLD = "All two parts were looked at: each is genuine and in force."


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind is enough: what is asked here is no question of the database."""
    return sqlite_database_url


@pytest.fixture
def house(workshop: Workshop) -> Workshop:
    """A pathway whose parts and steps are sealed in both tongues."""

    def seal(_organisation: str) -> SealSigner | None:
        return SEAL

    found = paths.found(workshop.with_bench(seal=seal))
    with found.bench.begin() as tx:
        for course in paths.courses(found.courses["python-basics"]):
            both = course.model_copy(update={"formats": (OB3, EDC)})
            offer.put_achievement(tx, both, at=found.clock(), actor="registrar")
    return found


def _stacked(
    house: Workshop, number: int = 1, slugs: Sequence[str] = ("tables", "sources")
) -> Award:
    """The award that two parts of a learner complete, of which these are earned now."""
    paths.earn(house, number, slugs)
    with house.bench.read() as tx:
        learner = learners.lookup(tx, house.slug, f"S{number}")
    (done,) = stack.consider(house.bench, house.slug, learner)
    house.publish(force=True)
    return next(award for award in house.awards() if award.id == done.award_id)


def _checker(house: Workshop) -> Checker:
    """That of the installation, as it is put together for its pages."""
    known = export.material(house.bench)

    def own(report: Report) -> Material:
        with house.bench.read() as tx:
            return material.parts_of(tx, report, base_url=BASE_URL, at=house.clock())

    def recall(report: Report) -> Material:
        with house.bench.read() as tx:
            return material.about(tx, report, base_url=BASE_URL)

    return Checker(canonicalise, house.clock, known=lambda: known, recall=recall, own_parts=own)


def _parts(house: Workshop) -> list[Award]:
    return [award for award in house.awards() if award.achievement in {"tables", "sources"}]


def _kinds(report: Report) -> list[str]:
    """Of what kind each part is that was looked at."""
    return sorted(part.report.kind for part in report.parts if part.report is not None)


def test_its_own_parts_are_found_by_their_ids(house: Workshop) -> None:
    award = _stacked(house)
    european = house.sealed(award, EDC)
    document = read(european).document or {}
    expected = {elm3.credential_id(f"{BASE_URL}/c/{one.id}") for one in _parts(house)}
    assert {one.id for one in stacking.parse(document).parts} == expected
    report = _checker(house).check(european)
    assert report.verdict is Verdict.PASSED
    assert report.check("rule").verdict is Verdict.PASSED
    assert report.check("parts").detail == TOLD
    assert _kinds(report) == ["edc", "edc"]
    assert report.needs == ()
    badge = _checker(house).check(house.sealed(award, OB3))
    assert badge.check("parts").detail == TOLD


def test_a_revoked_part_is_named_with_the_reason(house: Workshop) -> None:
    european = house.sealed(_stacked(house), EDC)
    standings.do(house, "revoke", _parts(house)[0], reason="Copied")
    house.publish(force=True)
    report = _checker(house).check(european)
    assert report.check("parts").sub == "parts.revoked"
    assert "Reason: Copied." in report.check("parts").detail
    assert report.verdict is Verdict.FAILED
    # Somebody without our record sees it on a list that shows suspensions, too.
    listed = replace(export.material(house.bench), revocation_reasons={})
    stranger = replace(_checker(house), recall=None, known=lambda: listed)
    bare = stranger.check(european)
    assert bare.check("parts").sub == "parts.suspended"
    assert bare.check("parts").verdict is Verdict.INDETERMINATE
    assert "suspended it, or revoked it" in bare.check("parts").detail


def test_a_suspended_part_is_in_doubt(house: Workshop) -> None:
    european = house.sealed(_stacked(house), EDC)
    standings.do(house, "suspend", _parts(house)[0], reason="Looked into")
    house.publish(force=True)
    report = _checker(house).check(european)
    assert report.check("parts").sub == "parts.suspended"
    assert "Reason: Looked into." in report.check("parts").detail
    assert report.check("parts").verdict is Verdict.INDETERMINATE


def test_what_is_not_handed_in_is_found_here(house: Workshop) -> None:
    award = _stacked(house)
    one = house.sealed(_parts(house)[0], EDC)
    handed = parts.handed_in([("one", one)], at=house.clock())
    report = _checker(house).check(house.sealed(award, EDC), material=handed)
    assert report.check("parts").detail == TOLD


def test_an_erased_learner_leaves_its_parts_missing(house: Workshop) -> None:
    european = house.sealed(_stacked(house), EDC)
    with house.bench.begin() as tx:
        erase.erase(tx, house.slug, "S1", actor="operator", at=house.clock())
    report = _checker(house).check(european)
    assert report.check("parts").sub == "parts.not_at_hand"
    assert report.verdict is Verdict.PASSED


def test_a_part_that_has_no_european_document_is_named_as_a_badge(house: Workshop) -> None:
    with house.bench.begin() as tx:
        for course in paths.courses(house.courses["python-basics"]):
            if course.slug == "tables":
                offer.put_achievement(tx, course, at=house.clock(), actor="registrar")
    report = _checker(house).check(house.sealed(_stacked(house), EDC))
    assert _kinds(report) == ["edc", "json"]
    assert report.check("parts").detail == TOLD


def test_somebody_elses_document_learns_nothing_of_our_parts(house: Workshop) -> None:
    bare = replace(_checker(house), own_parts=None)
    report = bare.check(house.sealed(_stacked(house), EDC))
    assert len(report.needs) == 2
    document = report.document or {}
    issuer = {"eIDASIdentifier": {"notation": "VATDE-1"}, "identifier": document["issuer"]}
    theirs = replace(report, document={**document, "issuer": {**document["issuer"], **issuer}})
    nameless = replace(report, document={**document, "identifier": []})
    elsewhere = replace(report, needs=(replace(report.needs[0], id="urn:credential:1"),))
    liars = []
    for address in (f"{BASE_URL}/c/EUAS-0000-0000-0000-0000", f"{BASE_URL}/c/\0"):
        alias = [{"schemeName": "Open Badges 3.0", "notation": address}]
        liar = {**document, "id": elm3.credential_id(address), "identifier": alias}
        liars.append(replace(report, document=liar))
    with house.bench.read() as tx:
        for said in (theirs, nameless, elsewhere, *liars):
            found = material.parts_of(tx, said, base_url=BASE_URL, at=house.clock())
            assert found == Material()


def test_what_is_exported_says_the_same_offline(house: Workshop, tmp_path: Path) -> None:
    award = _stacked(house)
    exported = export.export(house.bench, tmp_path / "out", pictures=Pictures())
    kept = decode((tmp_path / "out" / "parts" / f"{award.id}.json").read_bytes())
    # Both forms of each part: those that the badge names, and those that the other one names.
    assert len(kept.parts) == 4
    held = joined(decode(exported.material.read_bytes()), kept)
    for form in (OB3, EDC):
        assert house.check(house.sealed(award, form), material=held).check("parts").detail == TOLD


def test_which_awards_the_parts_are(house: Workshop) -> None:
    award = _stacked(house)
    for form in (OB3, EDC):
        document = read(house.sealed(award, form)).document or {}
        ids = [one.id for one in stacking.parse(document).parts]
        with house.bench.read() as tx:
            found = own_parts.awards_of(tx, document, ids, base_url=BASE_URL)
            assert own_parts.awards_of(tx, {}, ["urn:credential:1"], base_url=BASE_URL) == {}
        assert set(found.values()) == {one.id for one in _parts(house)}


def test_a_part_counts_on_the_tier_that_it_states(house: Workshop) -> None:
    # The course is on another tier since; what was awarded states the one of its time.
    paths.earn(house, 1, ["tables"])
    with house.bench.begin() as tx:
        for course in paths.courses(house.courses["python-basics"]):
            if course.slug == "tables":
                higher = Stacking(mode=StackingMode.STACKABLE, tier=Tier.INTERMEDIATE)
                raised = course.model_copy(update={"stacking": higher, "formats": (OB3, EDC)})
                offer.put_achievement(tx, raised, at=house.clock(), actor="registrar")
    tiers = {}
    for number, slugs in ((1, ["sources"]), (2, ["tables", "sources"])):
        award = _stacked(house, number, slugs)
        report = _checker(house).check(house.sealed(award, EDC))
        assert report.check("parts").detail == TOLD
        stated = stacking.parse(report.document or {}).parts
        tiers[number] = {one.name: one.tier for one in stated}["tables"]
    assert tiers == {1: Tier.BASIC, 2: Tier.INTERMEDIATE}


def test_what_was_recognised_is_held_here(house: Workshop) -> None:
    foreign, address = b"{}", "urn:credential:5e0f7c1e-8c0b-4b3a-9d5e-1d3f1f0c0009"
    form = PartDocument(format=EDC, id=address, digest=of_bytes(foreign))
    law = stacked.part(
        "law", Tier.BASIC, 3, earned=dt.date(2026, 3, 1), issuer="Other", documents=(form,)
    )
    whole = house.issued(1, stack=stack_of(law), achievement="data-basic")
    decision = Decision("board", "Mira Example", house.clock())
    with house.bench.begin() as tx:
        learner = learners.lookup(tx, house.slug, "S1")
        number = recognitions.add(
            tx, house.slug, learner, pathway="data", accepted=(law, foreign), decision=decision
        )
        rows = [StackPart("law", None, number), StackPart("gone", None, None)]
        stack_parts.add(tx, house.slug, whole.id, parts=rows)
    document = read(house.sealed(whole, EDC)).document or {}

    def held(*ids: str) -> dict[str, bytes]:
        with house.bench.read() as tx:
            return dict(own_parts.held(tx, document, ids, base_url=BASE_URL))

    assert held(address) == {address: foreign}
    assert held("urn:credential:1") == {}
    # It is looked at, and no credential at all.
    report = _checker(house).check(house.sealed(whole, EDC))
    assert report.check("parts").sub == "parts.failed"
    with house.bench.begin() as tx:
        erase.erase(tx, house.slug, "S1", actor="operator", at=house.clock())
    assert held(address) == {}
