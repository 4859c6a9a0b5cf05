"""A European document that somebody else seals: out of the house, back again, and kept."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import (
    Conflict,
    IllegalTransition,
    LintFailed,
    NotFound,
    NotPassed,
    NotReady,
    UnusableInput,
)
from issuer.formats import elm3
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award, AwardState, DocumentState
from issuer.model.organisation import Organisation
from issuer.registry import documents
from issuer.services import erase as erasing
from issuer.services import (
    export_unsealed,
    import_sealed,
    issue,
    offer,
    recover,
    reseal,
    revoke,
    tongues,
)
from issuer.services.import_sealed import Returned
from issuer.verify import Report, Verdict
from tests.integration.services.conftest import OpenWorkshop
from tests.integration.services.test_european import with_seal
from tests.town.authority import Paper, below
from tests.town.elsewhere import (
    BELIEVED,
    EIDAS,
    SERVICE,
    TOP,
    check_of,
    sealed_there,
    sealing_elsewhere,
)
from tests.town.workshop import Workshop
from tests.unit.keys.test_certificates import qualified

EDC, OB3 = DocumentFormat.EDC, DocumentFormat.OB3


@pytest.fixture
def elsewhere(workshop: Workshop) -> Workshop:
    return sealing_elsewhere(workshop)


def in_both(workshop: Workshop) -> Award:
    return workshop.issue(workshop.approve(), OB3, EDC)


def exported(workshop: Workshop, award: Award, folder: Path) -> bytes:
    done = export_unsealed.export_unsealed(workshop.bench, workshop.slug, folder)
    assert folder / f"{award.id}.unsealed.jsonld" in done.documents
    return (folder / f"{award.id}.unsealed.jsonld").read_bytes()


def take(workshop: Workshop, file: bytes, *, accept: bool = False, believed: bool = True) -> Award:
    returned = import_sealed.compare(workshop.bench, workshop.slug, file)
    return import_sealed.keep(
        workshop.bench,
        workshop.slug,
        returned,
        actor="operator",
        check=check_of(workshop, *([BELIEVED] if believed else [])),
        accept_differences=accept,
    )


def test_the_whole_way(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)
    assert award.state is AwardState.ACTIVE
    assert elsewhere.states(award) == {"edc": "written_down", "ob3": "sealed"}
    payload = exported(elsewhere, award, tmp_path / "out")
    file = sealed_there(payload, workshop=elsewhere)
    assert json.loads(file)["payload"].encode() == payload
    assert take(elsewhere, file).state is AwardState.ACTIVE
    assert elsewhere.sealed(award, EDC) == file
    assert elsewhere.states(award) == {"edc": "sealed", "ob3": "sealed"}
    assert check_of(elsewhere, BELIEVED)(file).verdict is Verdict.PASSED
    assert elsewhere.lines()[-1] == "import.sealed"
    # The same file again is fine; nothing waits any more.
    assert take(elsewhere, file).id == award.id
    assert elsewhere.lines().count("import.sealed") == 1
    assert not export_unsealed.export_unsealed(elsewhere.bench, elsewhere.slug, tmp_path).documents


def test_files_are_for_their_owner_alone(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / f".{award.id}.unsealed.jsonld.new").touch(0o644)
    done = export_unsealed.export_unsealed(
        elsewhere.bench, elsewhere.slug, folder, upload_form=True
    )
    assert [p.name for p in done.documents] == [f"{award.id}.unsealed.jsonld"]
    assert [p.name for p in done.forms] == [f"{award.id}.upload.json"]
    files = [*done.documents, *done.forms]
    assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}
    form = json.loads(done.forms[0].read_bytes())
    assert form["deliveryDetails"] == {"deliveryAddress": ["alex1@learner.example"]}
    assert form["credential"]["credentialSubject"]["fullName"] == {"en": "Alex Example 1"}
    assert "issuer" not in form["credential"]


def test_a_folder_that_cannot_be_written(elsewhere: Workshop, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnusableInput, match="--to"):
        export_unsealed.export_unsealed(elsewhere.bench, elsewhere.slug, tmp_path / "file")


def test_alone_it_waits_for_its_seal_and_then_is_in_force(
    elsewhere: Workshop, tmp_path: Path
) -> None:
    award = elsewhere.issue(elsewhere.approve(), EDC)
    assert award.state is AwardState.APPROVED
    # Neither recover nor the results file once more does anything about it.
    assert recover.recover(elsewhere.bench, elsewhere.slug, actor="a") == recover.Recovered((), ())
    assert elsewhere.issue(award, EDC).state is AwardState.APPROVED
    file = sealed_there(exported(elsewhere, award, tmp_path), workshop=elsewhere)
    assert take(elsewhere, file).state is AwardState.ACTIVE


def test_recover_finishes_the_badge_beside_it(elsewhere: Workshop) -> None:
    award = elsewhere.approve()

    class Killed(Exception):
        pass

    def killed(_uri: str) -> Any:
        raise Killed

    with pytest.raises(Killed):
        elsewhere.with_bench(signer=killed).issue(award, OB3, EDC)
    assert elsewhere.states(award) == {"edc": "written_down", "ob3": "reserved"}
    done = recover.recover(elsewhere.bench, elsewhere.slug, actor="a")
    assert done.finished == (award.id,)
    assert elsewhere.states(award) == {"edc": "written_down", "ob3": "sealed"}
    assert elsewhere.award(award).state is AwardState.ACTIVE


def test_recover_gives_a_further_form_up_and_lets_it_wait(
    elsewhere: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    award = in_both(elsewhere)

    def broken(*_: object, **__: object) -> None:
        raise LintFailed("It has no form.")

    prepare = tongues.prepare
    with monkeypatch.context() as patch:
        patch.setattr(tongues, "prepare", broken)
        with pytest.raises(LintFailed):
            elsewhere.issue(award, DocumentFormat.OB3_JWT)
        assert recover.recover(elsewhere.bench, elsewhere.slug, actor="a").voided == (award.id,)
    assert tongues.prepare is prepare
    assert elsewhere.states(award) == {"edc": "written_down", "ob3": "sealed", "ob3-jwt": "void"}


def test_what_the_service_writes_is_told(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)

    def write(document: dict[str, Any]) -> None:
        document["issuer"]["altLabel"] = {"en": "TEST SEAL of the service"}
        document["issued"] = document["issuanceDate"] = "2026-06-12T09:31:00Z"

    file = sealed_there(exported(elsewhere, award, tmp_path), write, workshop=elsewhere)
    returned = import_sealed.compare(elsewhere.bench, elsewhere.slug, file)
    said = {one.path: one.theirs for one in returned.differences}
    assert said["issued"] == said["issuanceDate"] == "2026-06-12T09:31:00Z"
    assert "issuer.altLabel.en" in said
    elsewhere.clock.pass_by(minutes=2)
    # Nobody has to agree to that.
    assert take(elsewhere, file).state is AwardState.ACTIVE
    assert elsewhere.sealed(award, EDC) == file


def test_another_name_of_the_issuer_wants_a_yes(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)

    def write(document: dict[str, Any]) -> None:
        document["issuer"]["legalName"] = {"en": "Name in the certificate"}

    file = sealed_there(exported(elsewhere, award, tmp_path), write, workshop=elsewhere)
    with pytest.raises(Conflict, match="--accept-differences"):
        take(elsewhere, file)
    assert elsewhere.states(award)["edc"] == "written_down"
    take(elsewhere, file, accept=True)
    assert elsewhere.sealed(award, EDC) == file


def test_a_seal_that_nobody_believes_waits(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)
    file = sealed_there(exported(elsewhere, award, tmp_path), workshop=elsewhere)
    with pytest.raises(NotReady, match="seal_anchors"):
        take(elsewhere, file, believed=False)
    assert elsewhere.states(award)["edc"] == "written_down"


def test_another_file_for_a_sealed_award(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)
    payload = exported(elsewhere, award, tmp_path)
    first = sealed_there(payload, workshop=elsewhere)
    take(elsewhere, first)
    elsewhere.clock.pass_by(minutes=1)
    second = sealed_there(payload, workshop=elsewhere)
    assert second != first
    with pytest.raises(Conflict, match="already"):
        take(elsewhere, second)
    assert elsewhere.sealed(award, EDC) == first


def test_of_two_that_come_at_once_one_is_kept(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)
    payload = exported(elsewhere, award, tmp_path)
    first = sealed_there(payload, workshop=elsewhere)
    late = import_sealed.compare(elsewhere.bench, elsewhere.slug, first)
    take(elsewhere, first)
    with pytest.raises(IllegalTransition):
        keep_late(elsewhere, late)
    assert elsewhere.sealed(award, EDC) == first


def keep_late(workshop: Workshop, returned: Returned) -> Award:
    check = check_of(workshop, BELIEVED)
    return import_sealed.keep(workshop.bench, workshop.slug, returned, actor="a", check=check)


def test_it_is_revoked_between_looking_and_keeping(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)
    file = sealed_there(exported(elsewhere, award, tmp_path), workshop=elsewhere)
    late = import_sealed.compare(elsewhere.bench, elsewhere.slug, file)
    passed = check_of(elsewhere, BELIEVED)

    def and_revoked_meanwhile(data: bytes) -> Report:
        report = passed(data)
        do(elsewhere, revoke.revoke, award)
        return report

    with pytest.raises(IllegalTransition):
        import_sealed.keep(
            elsewhere.bench, elsewhere.slug, late, actor="a", check=and_revoked_meanwhile
        )
    # Afterwards the lists say it too.
    with pytest.raises(NotPassed):
        keep_late(elsewhere, late)
    assert elsewhere.states(award)["edc"] == "void"


def do(workshop: Workshop, verb: Any, award: Award) -> None:
    with workshop.bench.begin() as tx:
        verb(tx, workshop.slug, award.id, reason="Why", actor="a", at=workshop.clock())


def test_what_is_revoked_takes_nothing_in(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)
    file = sealed_there(exported(elsewhere, award, tmp_path), workshop=elsewhere)
    do(elsewhere, revoke.revoke, award)
    assert elsewhere.states(award) == {"edc": "void", "ob3": "sealed"}
    assert "issue.void" in elsewhere.lines()
    with pytest.raises(Conflict, match="revoked"):
        take(elsewhere, file)
    assert not export_unsealed.waiting(elsewhere.bench, elsewhere.slug)


def test_what_is_suspended_is_reinstated_first(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)
    file = sealed_there(exported(elsewhere, award, tmp_path), workshop=elsewhere)
    do(elsewhere, revoke.suspend, award)
    with pytest.raises(Conflict, match="Reinstate"):
        take(elsewhere, file)
    do(elsewhere, revoke.reinstate, award)
    assert take(elsewhere, file).state is AwardState.ACTIVE


def test_what_is_replaced_takes_nothing_in(
    elsewhere: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    award = in_both(elsewhere)
    affected = (elsewhere.award(award),)
    monkeypatch.setattr("issuer.services.reseal.keyring.affected", lambda *_: affected)
    pairs = dict(reseal.reseal(elsewhere.bench, elsewhere.slug, actor="a"))
    assert elsewhere.states(award)["edc"] == "void"
    new = next(a for a in elsewhere.awards() if a.id == pairs[award.id])
    assert elsewhere.states(new)["ob3"] == "sealed"


def test_an_erased_learner_is_not_exported(elsewhere: Workshop, tmp_path: Path) -> None:
    award, alone = in_both(elsewhere), elsewhere.issue(elsewhere.approve(2), EDC)
    file = sealed_there(exported(elsewhere, award, tmp_path), workshop=elsewhere)
    with elsewhere.bench.begin() as tx:
        for key in ("S1", "S2"):
            erasing.erase(tx, elsewhere.slug, key, actor="a", at=elsewhere.clock())
    again = export_unsealed.export_unsealed(elsewhere.bench, elsewhere.slug, tmp_path / "again")
    assert not again.documents
    with pytest.raises(NotFound):
        take(elsewhere, file)
    done = recover.recover(elsewhere.bench, elsewhere.slug, actor="a")
    assert set(done.voided) == {award.id, alone.id}
    assert elsewhere.states(award)["edc"] == elsewhere.states(alone)["edc"] == "void"
    assert elsewhere.award(alone).state is AwardState.REVOKED


def test_what_was_not_written_down_yet(elsewhere: Workshop, tmp_path: Path) -> None:
    award = elsewhere.issue(elsewhere.approve(), EDC)
    file = sealed_there(exported(elsewhere, award, tmp_path), workshop=elsewhere)
    other = elsewhere.approve(2)
    with elsewhere.bench.begin() as tx:
        facts = issue.facts_of(tx, other)
        issue._reserve(tx, facts, formats=(EDC,), bench=elsewhere.bench)
    address = f"{elsewhere.bench.base_url}/c/{other.id}"

    def bend(document: dict[str, Any]) -> None:
        document["id"] = elm3.credential_id(address)
        document["identifier"][1]["notation"] = address

    early = sealed_there(json.loads(file)["payload"].encode(), bend, workshop=elsewhere)
    with pytest.raises(NotReady, match="recover"):
        take(elsewhere, early)


def test_what_is_sealed_here_is_not_sealed_elsewhere(workshop: Workshop) -> None:
    sealing = with_seal(workshop, SERVICE)
    done = sealing.issue(sealing.approve(), EDC)
    payload = json.loads(sealing.sealed(done, EDC))["payload"].encode()
    with pytest.raises(Conflict, match="already"):
        take(sealing, sealed_there(payload, lambda d: d.update(issued="x"), workshop=sealing))
    assert export_unsealed.waiting(sealing.bench, sealing.slug) == ()


def test_it_was_written_down_for_a_seal_of_our_own(workshop: Workshop, tmp_path: Path) -> None:
    class Broken(Exception):
        pass

    def broken(_data: bytes) -> bytes:
        raise Broken

    sealing = with_seal(workshop, SERVICE)
    award = sealing.approve()
    with pytest.raises(Broken):
        with_seal(sealing, SERVICE, timestamp=broken).issue(award, EDC)
    with sealing.bench.read() as tx:
        record = documents.get(tx, award.id, EDC)
        facts = issue.facts_of(tx, award)
    prepared = tongues.prepare(sealing.bench, facts, reservation=record.reservation)
    payload = prepared.to_be_signed.partition(b".")[2]
    with pytest.raises(Conflict, match="sealed here"):
        take(sealing, sealed_there(payload, workshop=sealing))
    # From the day on which somebody else seals, the old seal finishes nothing.
    other = sealing_elsewhere(with_seal(sealing, None))
    assert tongues.cannot_sign(other.bench, other.slug, record.reservation)


def test_it_still_waits_after_the_organisation_has_a_seal_of_its_own(
    elsewhere: Workshop, tmp_path: Path
) -> None:
    award = in_both(elsewhere)
    later = with_seal(elsewhere, SERVICE).with_bench(sealed_elsewhere=lambda _: False)
    assert later.issue(award, EDC).state is AwardState.ACTIVE
    assert later.states(award)["edc"] == "written_down"
    take(later, sealed_there(exported(later, award, tmp_path), workshop=later))
    assert later.states(award)["edc"] == "sealed"


def test_an_organisation_that_changed_meanwhile(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)
    file = sealed_there(exported(elsewhere, award, tmp_path), workshop=elsewhere)
    moved = elsewhere.organisation.model_copy(update={"code": "MOVED"})
    with elsewhere.bench.begin() as tx:
        offer.put_organisation(tx, moved, at=elsewhere.clock(), actor="operator")
    done = export_unsealed.export_unsealed(elsewhere.bench, elsewhere.slug, tmp_path / "again")
    assert (done.documents, done.left_out) == ((), (award.id,))
    with pytest.raises(Conflict, match="as it was"):
        take(elsewhere, file)
    with elsewhere.bench.begin() as tx:
        offer.put_organisation(tx, elsewhere.organisation, at=elsewhere.clock(), actor="operator")
    assert take(elsewhere, file).state is AwardState.ACTIVE


def test_an_organisation_without_the_identifier(
    open_workshop: OpenWorkshop, organisation: Organisation
) -> None:
    bare = organisation.model_copy(
        update={"identifiers": organisation.identifiers.model_copy(update={"eidas": None})}
    )
    workshop = sealing_elsewhere(open_workshop(organisation=bare).found())
    award = workshop.approve()
    with pytest.raises(LintFailed, match=r"identifiers\.eidas"):
        workshop.issue(award, EDC)
    assert workshop.states(award) == {"edc": "reserved"}
    assert DocumentState.WRITTEN_DOWN not in workshop.states(award).values()


def test_whose_seal_the_learner_is_told(elsewhere: Workshop, tmp_path: Path) -> None:
    award = in_both(elsewhere)
    bench, slug = elsewhere.bench, elsewhere.slug
    assert tongues.qualified_seal_of(bench, slug, award_id=award.id) == ""
    eseal = qualified("0.4.0.1862.1.1", kinds=("0.4.0.1862.1.6.2",))
    paper = Paper("Qualified seal", identifier=EIDAS, more=((eseal, False),))
    payload = exported(elsewhere, award, tmp_path)
    take(elsewhere, sealed_there(payload, by=below(TOP, paper), workshop=elsewhere))
    assert tongues.qualified_seal_of(bench, slug, award_id=award.id) == "Example University"
    assert tongues.qualified_seal_of(bench, slug) == ""
