"""Receipts of batches on either database: counted, signed once, time-stamped, proven from."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.errors import Conflict, NotFound, NotReady, SelfCheckFailed, TimestampMissing
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.model.receipt import InclusionProof
from issuer.proofs import jcs, merkle, timestamps
from issuer.proofs import receipt as receipts
from issuer.registry import audit, documents
from issuer.registry.tables import batch_rows, batches
from issuer.registry.tables import documents as document_rows
from issuer.services import erase, export, keyring, receipt, stamp
from issuer.verify import Verdict
from issuer.verify.receipt import verify_receipt
from keys.lifecycle import KeyPurpose
from tests.town import authority, ended
from tests.town.ended import BATCH, Row
from tests.town.workshop import START, Workshop

OB3, JWT = DocumentFormat.OB3, DocumentFormat.OB3_JWT
OTHERS = [Row(s) for s in ("already", "not_passed", "unknown", "failed", "refused", "voided")]
CLOCK = authority.below(authority.root(), authority.TSA)


def batch(workshop: Workshop, rows: list[Row], **changes: Any) -> str:
    with workshop.bench.begin() as tx:
        return ended.keep(tx, workshop.slug, rows, at=workshop.clock(), **changes)


def stamped(workshop: Workshop, timestamp: Callable[[bytes], bytes]) -> Workshop:
    return workshop.with_bench(timestamp=timestamp)


def granted(digest: bytes) -> bytes:
    return authority.token(CLOCK, b"", at=START, bend=authority.Bend(imprint=digest))


def silent(_digest: bytes) -> bytes:
    raise TimestampMissing(f"The authority slept.{stamp.WAITS}")


def commitments(workshop: Workshop, *awards: Award) -> list[bytes]:
    with workshop.bench.read() as tx:
        return [
            bytes.fromhex(str(record.commitment))
            for award in awards
            for record in documents.of_award(tx, award.id)
        ]


def entries(workshop: Workshop) -> list[audit.Entry]:
    with workshop.bench.read() as tx:
        lines = [line.entry for line in audit.lines(tx, workshop.slug)]
    return [entry for entry in lines if entry.verb.startswith("batch.")]


def proofs(workshop: Workshop, award: Award) -> tuple[InclusionProof, ...]:
    with workshop.bench.read() as tx:
        return receipt.prove(tx, workshop.slug, award.id)


def test_a_receipt_counts_every_row_and_every_document(workshop: Workshop) -> None:
    first, second = (
        workshop.issue(workshop.approve(1), JWT, OB3),
        workshop.issue(workshop.approve(2), OB3),
    )
    batch(workshop, [Row("kept", first), *OTHERS, Row("kept", second)], formats=["ob3", "ob3-jwt"])
    workshop.clock.pass_by(minutes=3)
    kept = receipt.write_receipt(workshop.bench, BATCH)
    said = kept.content
    assert said.counts.model_dump() == {
        "rows": 8, "issued": 2, "already": 1, "not_passed": 1, "unknown": 1, "failed": 1,
        "refused": 1, "voided": 1,
    }  # fmt: skip
    assert said.input_sha256 == hashlib.sha256(ended.FILE).hexdigest()
    # By row, then by format: of the first award ob3 before ob3-jwt, whichever was sealed first.
    leaves = commitments(workshop, first, second)
    assert (said.tree.leaves, said.tree.root) == (3, merkle.root(leaves).hex())
    assert (said.organisation, said.approved_by) == (workshop.organisation.did, "registrar")
    assert (said.created_at, said.ended_at) == (START, START)
    assert said.software.startswith("testamur ")
    report = receipt.verify(workshop.bench, kept)
    assert report.verdict is Verdict.PASSED
    assert report.require_passed() == said
    [line] = entries(workshop)
    assert (line.verb, line.actor) == ("batch.receipt", "registrar")
    assert line.detail["sha256"] == hashlib.sha256(kept.receipt).hexdigest()
    assert workshop.lines()[-1] == "batch.receipt"


def test_a_receipt_once_kept_never_changes(workshop: Workshop) -> None:
    batch(workshop, [Row("kept", workshop.issued())])
    first = receipt.write_receipt(workshop.bench, BATCH)
    workshop.clock.pass_by(days=1)
    keyring.rotate(workshop.bench, workshop.vault, workshop.slug, purpose=KeyPurpose.AWARD)
    assert receipt.write_receipt(workshop.bench, BATCH) == first
    assert [entry.verb for entry in entries(workshop)] == ["batch.receipt"]


def test_of_two_who_write_at_once_one_receipt_is_kept(workshop: Workshop) -> None:
    batch(workshop, [Row("kept", workshop.issued())])
    signer = workshop.bench.signer
    others: list[receipt.Kept | None] = []

    def second(uri: str) -> Any:
        # While one has counted and not kept yet, the other does all of it, a second later.
        if not others:
            others.append(None)
            workshop.clock.pass_by(seconds=1)
            others.append(receipt.write_receipt(workshop.bench, BATCH))
        return signer(uri)

    kept = receipt.write_receipt(workshop.with_bench(signer=second).bench, BATCH)
    assert kept == others[1]
    assert [entry.verb for entry in entries(workshop)] == ["batch.receipt"]


def test_a_batch_that_changed_meanwhile_keeps_no_receipt(workshop: Workshop) -> None:
    batch(workshop, [Row("kept", workshop.issued())])
    signer = workshop.bench.signer

    def retried(uri: str) -> Any:
        with workshop.bench.begin() as tx:
            tx.connection.execute(batches.update().values(version=2, ended_at=None))
        return signer(uri)

    with pytest.raises(Conflict, match="no receipt yet"):
        receipt.write_receipt(workshop.with_bench(signer=retried).bench, BATCH)
    assert entries(workshop) == []


@pytest.mark.parametrize("state", ["waiting", "reserved", "written"])
def test_a_batch_that_has_not_ended_has_none(workshop: Workshop, state: str) -> None:
    award = workshop.approve()
    batch(workshop, [Row(state, award)])
    with pytest.raises(Conflict, match="has not ended"):
        receipt.write_receipt(workshop.bench, BATCH)
    batch(workshop, [], batch_id="batch-2", ended_at=None, state="running")
    with pytest.raises(Conflict, match=r"has not ended \(running\)"):
        receipt.write_receipt(workshop.bench, "batch-2")


def test_a_batch_that_is_not_there_or_somebody_elses(workshop: Workshop) -> None:
    with pytest.raises(NotFound):
        receipt.write_receipt(workshop.bench, "batch-9")
    with pytest.raises(NotFound):
        receipt.write_receipt(workshop.bench, "\x00")
    batch(workshop, [])
    receipt.write_receipt(workshop.bench, BATCH)
    with workshop.bench.read() as tx:
        assert receipt.read(tx, workshop.slug, BATCH).stamp is None
        with pytest.raises(NotFound):
            receipt.read(tx, "rival", BATCH)


def test_without_a_key_there_is_none_and_later_there_is(workshop: Workshop) -> None:
    batch(workshop, [Row("kept", workshop.issued())])
    with workshop.bench.read() as tx:
        kid = keyring.records(tx, workshop.slug)[0].kid
    keyring.retire(workshop.bench, workshop.vault, workshop.slug, kid=kid)
    with pytest.raises(NotReady, match="no active award key"):
        receipt.write_receipt(workshop.bench, BATCH)
    keyring.rotate(workshop.bench, workshop.vault, workshop.slug, purpose=KeyPurpose.AWARD)
    kept = receipt.write_receipt(workshop.bench, BATCH)
    assert receipt.verify(workshop.bench, kept).verdict is Verdict.PASSED


def test_what_our_own_verifier_refuses_is_not_kept(workshop: Workshop) -> None:
    batch(workshop, [])
    moments = iter([START, START.replace(year=2020)])
    jumping = workshop.with_bench(now=lambda: next(moments)).bench
    with pytest.raises(SelfCheckFailed, match="in the future"):
        receipt.write_receipt(jumping, BATCH)
    assert entries(workshop) == []


def test_what_is_sealed_later_is_not_counted(workshop: Workshop) -> None:
    award = workshop.issue(workshop.approve(), OB3)
    batch(workshop, [Row("kept", award)], formats=["ob3"])
    before = receipt.write_receipt(workshop.bench, BATCH)
    workshop.issue(award, JWT)
    [proof] = proofs(workshop, award)
    assert (proof.format, proof.leaves) == ("ob3", 1)
    assert proof.root == before.content.tree.root


# --- Time-stamps ------------------------------------------------------------------------------


def test_the_root_is_time_stamped(workshop: Workshop) -> None:
    batch(workshop, [Row("kept", workshop.issued())])
    made = stamped(workshop, granted)
    kept = receipt.write_receipt(made.bench, BATCH)
    assert kept.stamp is not None
    assert kept.unstamped == ""
    timestamps.open_token_of(kept.stamp, digest=bytes.fromhex(kept.content.tree.root))
    assert [entry.verb for entry in entries(workshop)] == ["batch.receipt", "batch.stamp"]
    # It is asked once, whoever asks again.
    again = stamped(workshop, silent)
    assert receipt.write_receipt(again.bench, BATCH) == kept
    assert receipt.stamp_receipt(again.bench, BATCH, actor="operator") == kept


def test_an_authority_that_does_not_answer_loses_nothing(workshop: Workshop) -> None:
    batch(workshop, [Row("kept", workshop.issued())])
    without = receipt.write_receipt(stamped(workshop, silent).bench, BATCH)
    assert without.stamp is None
    assert "The authority slept. The receipt is kept without" in without.unstamped
    assert stamp.WAITS not in without.unstamped
    with pytest.raises(TimestampMissing, match="batch receipt stamp"):
        receipt.stamp_receipt(stamped(workshop, silent).bench, BATCH, actor="operator")
    with pytest.raises(NotReady, match="timestamp_url"):
        receipt.stamp_receipt(workshop.bench, BATCH, actor="operator")
    kept = receipt.stamp_receipt(stamped(workshop, granted).bench, BATCH, actor="operator")
    assert kept.receipt == without.receipt
    assert kept.stamp is not None
    assert entries(workshop)[-1].actor == "operator"


def test_writing_again_asks_for_the_time_stamp_again(workshop: Workshop) -> None:
    batch(workshop, [Row("kept", workshop.issued())])
    without = receipt.write_receipt(stamped(workshop, silent).bench, BATCH)
    kept = receipt.write_receipt(stamped(workshop, granted).bench, BATCH)
    assert (kept.receipt, kept.stamp is not None) == (without.receipt, True)


def test_of_two_time_stamps_the_first_is_kept(workshop: Workshop) -> None:
    batch(workshop, [Row("kept", workshop.issued())])
    receipt.write_receipt(workshop.bench, BATCH)
    first: list[receipt.Kept] = []

    def slow(digest: bytes) -> bytes:
        first.append(receipt.stamp_receipt(stamped(workshop, granted).bench, BATCH, actor="a"))
        return authority.token(
            CLOCK, b"", at=START + dt.timedelta(minutes=1), bend=authority.Bend(imprint=digest)
        )

    kept = receipt.stamp_receipt(stamped(workshop, slow).bench, BATCH, actor="b")
    assert kept == first[0]
    assert [entry.actor for entry in entries(workshop)] == ["registrar", "a"]


def test_nothing_issued_is_nothing_to_stamp(workshop: Workshop) -> None:
    batch(workshop, OTHERS, started_at=None)
    kept = receipt.write_receipt(stamped(workshop, silent).bench, BATCH)
    assert (kept.stamp, kept.unstamped) == (None, "")
    assert kept.content.tree.root == merkle.root([]).hex()
    assert kept.content.started_at is None
    with pytest.raises(Conflict, match="nothing was issued"):
        receipt.stamp_receipt(stamped(workshop, granted).bench, BATCH, actor="operator")
    batch(workshop, [], batch_id="batch-2")
    with pytest.raises(Conflict, match="no receipt yet"):
        receipt.stamp_receipt(workshop.bench, "batch-2", actor="operator")


# --- Proofs of inclusion ------------------------------------------------------------------------


def test_each_document_is_proven_to_be_counted(workshop: Workshop) -> None:
    awards = [workshop.issue(workshop.approve(n), OB3, JWT) for n in range(1, 4)]
    batch(workshop, [Row("kept", a) for a in awards], formats=["ob3-jwt", "ob3"])
    kept = receipt.write_receipt(workshop.bench, BATCH)
    material = export.material(workshop.bench)
    for award in awards:
        found = proofs(workshop, award)
        assert [one.format for one in found] == ["ob3", "ob3-jwt"]
        for one, tongue in zip(found, (OB3, JWT), strict=True):
            sealed = workshop.sealed(award, tongue)
            assert one.document_sha256 == hashlib.sha256(sealed).hexdigest()
            report = verify_receipt(
                kept.receipt,
                material=material,
                at=workshop.clock(),
                inclusion=jcs.encode_document(one.model_dump(mode="json")),
            )
            assert report.verdict is Verdict.PASSED
            assert report.check("inclusion").verdict is Verdict.PASSED


def test_a_long_batch_is_read_page_by_page(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuer.registry.batch_papers._PAGE", 2)
    awards = [workshop.issued(n) for n in range(1, 4)]
    batch(workshop, [Row("kept", awards[0]), *OTHERS, *(Row("kept", a) for a in awards[1:])])
    said = receipt.write_receipt(workshop.bench, BATCH).content
    assert said.tree.root == merkle.root(commitments(workshop, *awards)).hex()


def test_an_award_of_no_batch_has_no_proof(workshop: Workshop) -> None:
    alone, unsigned, before = (workshop.issued(n) for n in range(1, 4))
    batch(workshop, [Row("kept", unsigned), Row("already", before)])
    for award in (alone, unsigned):
        with pytest.raises(NotFound, match="no batch"):
            proofs(workshop, award)
    receipt.write_receipt(workshop.bench, BATCH)
    with pytest.raises(NotFound, match="no batch"):
        proofs(workshop, before)
    assert [one.format for one in proofs(workshop, unsigned)] == ["ob3", "ob3-jwt"]
    with workshop.bench.read() as tx, pytest.raises(NotFound):
        receipt.prove(tx, "rival", unsigned.id)


def test_of_an_erased_learner_nothing_is_proven_and_the_tree_stays(workshop: Workshop) -> None:
    gone, there = workshop.issued(1), workshop.issued(2)
    batch(workshop, [Row("kept", gone), Row("kept", there)])
    kept = receipt.write_receipt(workshop.bench, BATCH)
    before = proofs(workshop, there)
    with workshop.bench.begin() as tx:
        erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())
    with pytest.raises(NotFound):
        proofs(workshop, gone)
    assert proofs(workshop, there) == before
    assert receipt.verify(workshop.bench, kept).verdict is Verdict.PASSED


def test_a_registry_that_was_changed_proves_nothing(workshop: Workshop) -> None:
    first, second = workshop.issued(1), workshop.issued(2)
    batch(workshop, [Row("kept", first), Row("kept", second)])
    receipt.write_receipt(workshop.bench, BATCH)
    with workshop.bench.begin() as tx:
        swapped = {
            "award_id": sa.case((batch_rows.c.award_id == first.id, second.id), else_=first.id)
        }
        tx.connection.execute(batch_rows.update().values(swapped))
    with pytest.raises(Conflict, match="something was changed"):
        proofs(workshop, first)


def test_a_document_that_was_exchanged_is_not_the_one_that_was_counted(workshop: Workshop) -> None:
    first, second = workshop.issued(1), workshop.issued(2)
    batch(workshop, [Row("kept", first), Row("kept", second)])
    with workshop.bench.begin() as tx:
        # Before it was counted: the commitment of another document stands there.
        theirs = commitments(workshop, second)[0].hex()
        change = document_rows.update().where(document_rows.c.award_id == first.id)
        tx.connection.execute(change.values(sealed_commitment=theirs))
    receipt.write_receipt(workshop.bench, BATCH)
    with pytest.raises(Conflict, match="not the one that was counted"):
        proofs(workshop, first)
    assert receipts.TYPE == "testamur-batch-receipt+jwt"
