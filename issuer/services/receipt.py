"""The receipt of a batch that has ended: counted, signed, kept, time-stamped; and proofs from it.

ADR 0027. What is counted is read in one transaction, signed, and kept only if the batch is still as
it was read: a receipt that is kept never changes, and no other one leaves the house. A time-stamp
authority that does not answer costs nothing but the time-stamp, which can follow. Nothing here
names a person. A batch whose failed rows are tried again has not ended, and gets another receipt.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from issuer.errors import Conflict, NotFound, NotReady, SelfCheckFailed, TimestampMissing
from issuer.model.award import Award
from issuer.model.batch import UNFINISHED, RowState
from issuer.model.receipt import BatchReceipt, Counts, InclusionProof, Tree
from issuer.proofs import merkle
from issuer.proofs import receipt as receipts
from issuer.registry import (
    audit,
    awards,
    batch_papers,
    batches,
    documents,
    learners,
    organisations,
)
from issuer.registry.batch_papers import Leaf, Papers
from issuer.registry.batches import Batch
from issuer.registry.database import Transaction
from issuer.services import material, stamp
from issuer.services.signing import active_key, signer_of
from issuer.services.workbench import Workbench
from issuer.verify import Material, Verdict
from issuer.verify.receipt import ReceiptReport, verify_receipt
from keys.lifecycle import KeyPurpose


@dataclass(frozen=True)
class Kept:
    """A receipt as it is kept."""

    batch: str
    """Id of the batch."""
    receipt: bytes
    """The compact JWS."""
    stamp: bytes | None
    """The time-stamp over its root (DER)."""
    unstamped: str = ""
    """Why there is no time-stamp, where one was asked for and not to be had."""

    @property
    def content(self) -> BatchReceipt:
        """What the receipt says; it is our own."""
        return receipts.read(self.receipt).receipt


@dataclass(frozen=True)
class _Counted:
    """What was read of a batch, and how the receipt of it is to be signed."""

    batch: Batch
    receipt: BatchReceipt
    method: str
    material: Material


def write_receipt(bench: Workbench, batch_id: str) -> Kept:
    """Sign the receipt of a batch that has ended, keep it, and ask for a time-stamp over its root.

    Where there is one already it is returned as it is; only a missing time-stamp is asked for
    again. Raises NotFound, Conflict (it has not ended, or was changed meanwhile), NotReady (no
    active key), CustodyError, SelfCheckFailed.
    """
    with bench.read() as tx:
        there = batch_papers.get(tx, batch_id)
        counted = None if there.receipt is not None else _counted(tx, batch_id, bench=bench)
    kept = there if counted is None else _signed(bench, counted)
    found = _require(kept, batch_id)
    if found.stamp is not None or bench.timestamp is None or not found.content.tree.leaves:
        return found
    try:
        return stamp_receipt(bench, batch_id, actor=_approver(bench, batch_id))
    except TimestampMissing as fault:
        return Kept(batch_id, found.receipt, None, fault.message)


def stamp_receipt(bench: Workbench, batch_id: str, *, actor: str) -> Kept:
    """Have the root of a receipt time-stamped, if it is not yet.

    Raises NotFound, Conflict (no receipt yet, or nothing was issued), NotReady (no authority),
    TimestampMissing (it did not answer; the receipt stays as it is).
    """
    with bench.read() as tx:
        kept = _require(batch_papers.get(tx, batch_id), batch_id)
    if kept.stamp is not None:
        return kept
    tree = kept.content.tree
    if not tree.leaves:
        raise Conflict(f"In {batch_id} nothing was issued, so there is nothing to be time-stamped.")
    if bench.timestamp is None:
        raise NotReady("No time-stamp authority is asked here. Name one in timestamp_url.")
    try:
        token = bench.timestamp(bytes.fromhex(tree.root))
    except TimestampMissing as fault:
        said = fault.message.removesuffix(stamp.WAITS)
        msg = f"{said} The receipt is kept without; `testamur batch receipt stamp` asks again."
        raise TimestampMissing(msg) from fault
    with bench.begin() as tx:
        # Of two who asked at once the first one's is kept.
        batch = batches.find(tx, batch_id)
        organisations.lock(tx, batch.organisation)
        if batch_papers.keep_stamp(tx, batch_id, receipt=kept.receipt, stamp=token):
            detail = {"batch": batch_id, "root": tree.root}
            entry = audit.Entry(
                batch.organisation, bench.moment, actor, "batch.stamp", detail=detail
            )
            audit.append(tx, entry)
        return _require(batch_papers.get(tx, batch_id), batch_id)


def read(tx: Transaction, organisation: str, batch_id: str) -> Kept:
    """The receipt as it is kept; raises NotFound, Conflict where there is none yet."""
    batch = batches.get(tx, organisation, batch_id)
    return _require(batch_papers.get(tx, batch.id), batch.id)


def require_owned(tx: Transaction, organisation: str, batch_id: str) -> None:
    """Return nothing if the batch is the organisation's; raises NotFound."""
    batches.get(tx, organisation, batch_id)


def verify(bench: Workbench, kept: Kept) -> ReceiptReport:
    """Ask the offline verifier, with our own material."""
    with bench.read() as tx:
        own = material.present(tx, base_url=bench.base_url)
    return verify_receipt(kept.receipt, material=own, at=bench.now(), stamp=kept.stamp)


# --- Proofs of inclusion ----------------------------------------------------------------------


def prove(tx: Transaction, organisation: str, award_id: str) -> tuple[InclusionProof, ...]:
    """Prove of each document of an award that it is counted in the receipt of its batch.

    Raises NotFound (another organisation's, issued by no batch, or the learner was erased: then the
    leaf says nothing any more), Conflict where the registry is not as it was counted.
    """
    award = awards.get(tx, organisation, award_id)
    batch_id = batch_papers.batch_of(tx, award.id)
    if batch_id is None:
        msg = f"{award.id} was issued by no batch that has its receipt, so there is none to prove."
        raise NotFound(msg, award_id=award.id)
    tree = read(tx, organisation, batch_id).content.tree
    leaves = tuple(batch_papers.leaves(tx, batches.find(tx, batch_id)))
    data = [bytes.fromhex(leaf.commitment) for leaf in leaves]
    if (len(data), merkle.root(data).hex()) != (tree.leaves, tree.root):
        msg = (
            f"The registry does not hold the documents of {batch_id} that its receipt counts: "
            "something was changed. Compare with a backup."
        )
        raise Conflict(msg, batch=batch_id)
    return tuple(
        _proof(
            tx, award, leaf, batch_id=batch_id, way=merkle.inclusion(data, index=index), tree=tree
        )
        for index, leaf in enumerate(leaves)
        if leaf.award_id == award.id
    )


def _proof(  # A proof says all that it is about.
    tx: Transaction,
    award: Award,
    leaf: Leaf,
    *,
    batch_id: str,
    way: merkle.Inclusion,
    tree: Tree,
) -> InclusionProof:
    digest = hashlib.sha256(documents.sealed(tx, award.id, leaf.format).data).digest()
    key = learners.data_key(tx, award.learner_id)
    if tx.cipher.commitment(key, digest) != leaf.commitment:
        msg = (
            f"The document of {award.id} that is kept is not the one that was counted. Compare "
            "with a backup."
        )
        raise Conflict(msg, award_id=award.id)
    return InclusionProof(
        batch=batch_id,
        award=award.id,
        format=str(leaf.format),
        document_sha256=digest.hex(),
        leaf=leaf.commitment,
        index=way.index,
        leaves=way.size,
        path=tuple(one.hex() for one in way.path),
        root=tree.root,
    )


# --- Counting and signing ---------------------------------------------------------------------


def _counted(tx: Transaction, batch_id: str, *, bench: Workbench) -> _Counted:
    batch = batches.find(tx, batch_id)
    counts = batches.counts(tx, batch_id)
    if batch.ended_at is None or any(counts.get(state) for state in UNFINISHED):
        msg = f"{batch_id} has not ended ({batch.state}), so there is nothing to give a receipt of."
        raise Conflict(msg, batch=batch_id)
    organisation = organisations.get(tx, batch.organisation)
    leaves = [bytes.fromhex(leaf.commitment) for leaf in batch_papers.leaves(tx, batch)]
    receipt = BatchReceipt(
        organisation=organisation.did,
        batch=batch.id,
        counts=_counts(counts),
        input_sha256=batch.input_sha256,
        tree=Tree(leaves=len(leaves), root=merkle.root(leaves).hex()),
        approved_by=batch.approved_by,
        created_at=batch.created_at,
        started_at=batch.started_at,
        ended_at=batch.ended_at,
        software=f"testamur {version('testamur')}",
    )
    key = active_key(tx, batch.organisation, KeyPurpose.AWARD)
    own = material.own(tx, organisation, base_url=bench.base_url)
    return _Counted(batch, receipt, f"{organisation.did}#{key.kid}", own)


_NAMES = {
    RowState.KEPT: "issued",
    RowState.ALREADY: "already",
    RowState.NOT_PASSED: "not_passed",
    RowState.UNKNOWN: "unknown",
    RowState.FAILED: "failed",
    RowState.REFUSED: "refused",
    RowState.VOIDED: "voided",
}


def _counts(found: Mapping[RowState, int]) -> Counts:
    numbers = {name: found.get(state, 0) for state, name in _NAMES.items()}
    return Counts(rows=sum(numbers.values()), **numbers)


def _signed(bench: Workbench, counted: _Counted) -> Papers:
    batch, at = counted.batch, bench.moment
    signer = signer_of(bench, batch.organisation, method=counted.method)
    data = receipts.seal(
        counted.receipt, signer=signer, verification_method=counted.method, created=at
    )
    report = verify_receipt(data, material=counted.material, at=bench.now())
    if report.verdict is not Verdict.PASSED:
        doubts = " ".join(c.detail for c in report.checks if c.counts and c.verdict != "PASSED")
        msg = f"Our own verifier does not pass the receipt of {batch.id}; it is not kept. {doubts}"
        raise SelfCheckFailed(msg, batch=batch.id)
    with bench.begin() as tx:
        organisations.lock(tx, batch.organisation)
        if batch_papers.keep_receipt(tx, batch, receipt=data):
            detail = {
                "batch": batch.id,
                "root": counted.receipt.tree.root,
                "leaves": counted.receipt.tree.leaves,
                "sha256": hashlib.sha256(data).hexdigest(),
            }
            actor = batch.approved_by
            entry = audit.Entry(batch.organisation, at, actor, "batch.receipt", detail=detail)
            audit.append(tx, entry)
        # Somebody else may have been first: then theirs is the receipt.
        return batch_papers.get(tx, batch.id)


def _require(papers: Papers, batch_id: str) -> Kept:
    if papers.receipt is None:
        msg = (
            f"{batch_id} has no receipt yet: it is written when the batch has ended. "
            "`testamur batch receipt show` writes one that is missing."
        )
        raise Conflict(msg, batch=batch_id)
    return Kept(batch_id, papers.receipt, papers.stamp)


def _approver(bench: Workbench, batch_id: str) -> str:
    with bench.read() as tx:
        return batches.find(tx, batch_id).approved_by
