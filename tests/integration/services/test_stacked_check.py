"""A stacked award of an installation: its own parts are at hand, others are fetched."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import FieldsInvalid, UnusableInput
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.proofs import jcs
from issuer.registry import learners
from issuer.services import erase, export, material, parts, revoke, stack
from issuer.services.check import Checker
from issuer.services.handed_in import HandedIn, check, read_json
from issuer.services.pictures import Pictures
from issuer.verify import Material, Policy, Report, Verdict
from issuer.verify.material import decode, joined
from issuer.verify.report import PartReport
from tests.town import paths
from tests.town.loopback import Asked, Town, reply
from tests.town.stacks import named, stack_of
from tests.town.workshop import BASE_URL, DID, Workshop, canonicalise

HOST = "credentials.uni.example"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind is enough: what is asked here is no question of the database."""
    return sqlite_database_url


def _of(key: str) -> dict[str, Any]:
    """To one person under several numbers, so that each can be erased alone."""
    return {"learner": {"organisation": "euas", "key": key, "display_name": "Alex Example"}}


@pytest.fixture
def built(workshop: Workshop) -> tuple[Award, tuple[Award, ...]]:
    """An award that is built from two others; none of them is shared."""
    two = (workshop.issued(1, **_of("S1")), workshop.issued(2, **_of("S2")))
    stated = [named(f"part-{n}", workshop.sealed(award)) for n, award in enumerate(two)]
    return workshop.issued(3, stack=stack_of(*stated), **_of("S3")), two


Built = tuple[Award, tuple[Award, ...]]


def _checker(workshop: Workshop, **changes: Any) -> Checker:
    """That of the installation, as it is put together for its pages."""
    known = export.material(workshop.bench)

    def own_parts(report: Report) -> Material:
        with workshop.bench.read() as tx:
            return material.parts_of(tx, report, base_url=BASE_URL, at=workshop.clock())

    def recall(report: Report) -> Material:
        with workshop.bench.read() as tx:
            return material.about(tx, report, base_url=BASE_URL)

    wired: dict[str, Any] = {"known": lambda: known, "recall": recall, "own_parts": own_parts}
    return Checker(canonicalise, workshop.clock, **wired | changes)


def test_its_own_parts_are_looked_at_without_any_network(workshop: Workshop, built: Built) -> None:
    award, two = built
    report = _checker(workshop).check(workshop.sealed(award))
    assert report.verdict is Verdict.PASSED
    assert report.check("rule").verdict is Verdict.PASSED
    assert report.check("parts").detail == (
        "All two parts were looked at: each is genuine and in force."
    )
    assert [part.id for part in report.parts] == [f"{BASE_URL}/c/{one.id}" for one in two]
    assert report.needs == ()
    # As a token it names the same parts.
    token = workshop.sealed(award, DocumentFormat.OB3_JWT)
    assert _checker(workshop).check(token).check("parts").verdict is Verdict.PASSED


def test_a_revoked_part_is_named_with_the_reason(workshop: Workshop, built: Built) -> None:
    award, two = built
    with workshop.bench.begin() as tx:
        revoke.revoke(tx, workshop.slug, two[1].id, reason="Copied", actor="x", at=workshop.clock())
    workshop.publish()
    report = _checker(workshop).check(workshop.sealed(award))
    assert report.verdict is Verdict.FAILED
    assert report.check("parts").sub == "parts.revoked"
    assert "Reason: Copied." in report.check("parts").detail
    assert report.check("revocation").verdict is Verdict.PASSED


def test_an_erased_part_is_not_at_hand(workshop: Workshop, built: Built) -> None:
    award, _ = built
    with workshop.bench.begin() as tx:
        erase.erase(tx, workshop.slug, "S2", actor="operator", at=workshop.clock())
    report = _checker(workshop).check(workshop.sealed(award))
    assert report.verdict is Verdict.PASSED
    assert report.check("parts").detail.startswith("One of its two parts was not looked at")


def test_somebody_elses_document_learns_nothing_of_our_parts(
    workshop: Workshop, built: Built
) -> None:
    award, _ = built
    checker = _checker(workshop, own_parts=None)
    report = checker.check(workshop.sealed(award))
    assert len(report.needs) == 2
    assert report.document is not None
    theirs = replace(report, document={**report.document, "issuer": "did:web:evil.example"})
    elsewhere = replace(report, needs=(replace(report.needs[0], id="https://evil.example/c/1"),))
    with workshop.bench.read() as tx:
        for said in (theirs, elsewhere, replace(report, document=None)):
            found = material.parts_of(tx, said, base_url=BASE_URL, at=workshop.clock())
            assert found == Material()


def test_a_presentation_of_it_has_its_parts(workshop: Workshop, built: Built) -> None:
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [jcs.decode(workshop.sealed(built[0]))],
    }
    said = _checker(workshop).presentation(jcs.encode(presentation), policy=Policy())
    assert [part.verdict for part in said.credentials[0].parts] == [Verdict.PASSED] * 2


def test_what_is_exported_says_the_same_offline(
    workshop: Workshop, built: Built, tmp_path: Path
) -> None:
    award, two = built
    exported = export.export(workshop.bench, tmp_path / "out", pictures=Pictures())
    of_parts = tmp_path / "out" / "parts" / f"{award.id}.json"
    # It is material, and no document that is checked by itself.
    assert of_parts not in exported.documents
    assert list(of_parts.parent.iterdir()) == [of_parts]
    held = joined(decode(exported.material.read_bytes()), decode(of_parts.read_bytes()))
    assert set(held.parts) == {f"{BASE_URL}/c/{one.id}" for one in two}
    assert workshop.check(workshop.sealed(award), material=held).parts[1].verdict is Verdict.PASSED


def test_parts_are_handed_in(workshop: Workshop, built: Built) -> None:
    award, two = built
    alone = _checker(workshop, own_parts=None)
    documents = [jcs.decode(workshop.sealed(one)) for one in two]
    whole = jcs.decode(workshop.sealed(award))
    handed = read_json(jcs.encode({"credential": whole, "parts": documents}))
    report = check(workshop.bench, alone, handed)
    assert [part.verdict for part in report.parts] == [Verdict.PASSED] * 2
    token = workshop.sealed(two[0], DocumentFormat.OB3_JWT)
    wrong = check(workshop.bench, alone, HandedIn(handed.what, parts=(token,)))
    # It is the same award, and another document than the one that is named.
    assert wrong.check("parts").sub == "parts.other_document"
    assert read_json(jcs.encode({"credential": whole, "parts": [token.decode()]})).parts == (token,)
    refused: tuple[Any, ...] = ("x", [5], [{}] * 11, {"a": 1})
    for bad in refused:
        with pytest.raises(FieldsInvalid):
            read_json(jcs.encode({"credential": whole, "parts": bad}))


def test_a_part_that_nobody_named_is_known_by_its_name(workshop: Workshop, built: Built) -> None:
    award, two = built
    whole, stranger = workshop.sealed(award), workshop.sealed(workshop.issued(9))
    files = [*((one.id, workshop.sealed(one)) for one in two), ("x", stranger), ("x", b"{}")]
    report = _checker(workshop).check(whole)
    assert parts.unnamed(report, files) == ("x", "x")
    # What is a part of a part is named, too.
    inside = PartReport("urn:uuid:1", "", Verdict.PASSED, "", None, report)
    assert parts.unnamed(replace(report, parts=(inside,)), files) == ("x", "x")
    named = HandedIn(whole, parts=(b"{}",), part_names=("“a.json”",))
    with pytest.raises(UnusableInput, match=r"“a\.json” is no credential with an id"):
        check(workshop.bench, _checker(workshop), named)


def test_what_has_no_id_is_no_part(workshop: Workshop) -> None:
    for data in (b"nothing", b"{}", b'{"id": 5}'):
        with pytest.raises(UnusableInput, match="part 1 is no credential with an id"):
            parts.handed_in([("part 1", data)], at=workshop.clock())
    many = [("x", b'{"id": "urn:%d"}' % number) for number in range(11)]
    with pytest.raises(UnusableInput, match="At most 10"):
        parts.handed_in(many, at=workshop.clock())


def test_somebody_else_fetches_the_parts(workshop: Workshop, built: Built, tmp_path: Path) -> None:
    award, two = built
    own = export.material(workshop.bench)

    def respond(asked: Asked) -> list[bytes]:
        if asked.target == "/.well-known/did.json":
            return reply(jcs.encode(own.did_documents[DID].value))
        held = own.status_lists.get(BASE_URL + asked.target)
        if held is not None:
            return reply(held.value, media_type="application/vc")
        there = {f"/c/{one.id}": one for one in two}
        return reply(workshop.sealed(there[asked.target]), media_type="application/vc")

    folder = tmp_path / "town"
    folder.mkdir()
    with Town(folder) as town:
        town.host(HOST, respond)
        stranger = Checker(
            canonicalise,
            workshop.clock,
            fetcher=town.fetcher(),
            known=lambda: Material(trusted=own.trusted),
        )
        report = stranger.check(workshop.sealed(award))
        asked = [one.target for one in town.asked(HOST)]
    assert report.verdict is Verdict.PASSED
    assert [part.verdict for part in report.parts] == [Verdict.PASSED] * 2
    assert len(asked) == len(set(asked)) == 5
    assert report.parts[0].report is not None
    assert report.needs == ()


def test_what_stacking_states_is_what_a_check_finds(workshop: Workshop) -> None:
    paths.found(workshop)
    paths.earn(workshop, 1, ["tables-online", "sources", "sharing", "project"])
    with workshop.bench.read() as tx:
        learner = learners.lookup(tx, workshop.slug, "S1")
    made = [one.award_id for one in stack.consider(workshop.bench, workshop.slug, learner)]
    assert made
    workshop.publish(force=True)
    for award in (one for one in workshop.awards() if one.id in made):
        report = _checker(workshop).check(workshop.sealed(award))
        assert report.check("rule").verdict is Verdict.PASSED
        assert {part.detail for part in report.parts if part.verdict is not Verdict.PASSED} == set()
        assert report.verdict is Verdict.PASSED
