"""Steps 8 and 9 for a chunk: sign, verify every signature, and check a sample in full.

Every signature is verified by another implementation than the one that made it. In full, by the
full path and our own offline verifier, are checked: the first document of every shape that a
process sees, the last of every shape of each chunk, and at least one in so many. What it refuses
stops the batch.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from issuer.errors import BatchStopped, IllegalTransition, NotReady
from issuer.model.award import SEALED_ELSEWHERE
from issuer.model.drafts import Sealed, Unsigned
from issuer.proofs import data_integrity
from issuer.registry import batches, chunks, organisations
from issuer.registry.chunks import Begun, Kept
from issuer.services import material, tongues
from issuer.services.cohort.preparing import PreparedChunk
from issuer.services.composing_many import Composed, Failed, Ready, Whole
from issuer.services.signing import signer_of
from issuer.services.workbench import Workbench
from issuer.verify import Material, Policy, Report, Verdict, verify
from keys import second_opinion
from keys.signer import Signer

_MOST_SHAPES = 10_000


@dataclass(frozen=True)
class SealedChunk:
    """The sealed bytes of a chunk, each with its row."""

    kept: tuple[tuple[int, Kept], ...]
    """(number of the row, bytes)."""
    checked: int
    """How many were checked in full."""


def seal(bench: Workbench, batch_id: str, *, chunk: int, prepared: PreparedChunk) -> SealedChunk:
    """Sign and check; nothing is kept yet.

    Raises NotReady, CustodyError, TimestampMissing, EvidenceMissing (it waits), BatchStopped where
    our own check finds a difference, IllegalTransition where something else was written down.
    """
    with bench.read() as tx:
        organisation = batches.find(tx, batch_id).organisation
        _require_written_down(chunks.salts(tx, batch_id, chunk=chunk), prepared)
        house = organisations.get(tx, organisation)
        own = material.own(tx, house, base_url=bench.base_url, seals=bench.seal)
    # What is sealed elsewhere goes out by `export_unsealed` and comes back by `import_sealed`.
    here = [pair for pair in prepared.sound if pair[0].method != SEALED_ELSEWHERE]
    sealed = _signed(bench, organisation, here)
    chosen = _chosen(here, every=bench.limits.check_every, before=bench.sampled)
    for index in chosen:
        _check(bench, sealed[index], own=own, where=f"{batch_id}, chunk {chunk}")
    # Only now: what could not be checked yet is the first of its shape again.
    _remember(bench.sampled, here)
    return SealedChunk(
        tuple(
            (one.number, Kept(one, s.data, s.media_type))
            for (one, _), s in zip(here, sealed, strict=True)
        ),
        len(chosen),
    )


def _require_written_down(
    salts: AbstractSet[tuple[str, str, str]], prepared: PreparedChunk
) -> None:
    # The engine may tell a worker that comes back late that its step is done: by another one, who
    # composed anew. What is signed is what stands in the registry, or nothing is.
    if {(o.award_id, o.format, o.reservation["salt"]) for o, _ in prepared.sound} - salts:
        msg = "What was composed here is not what was written down: another worker has this chunk."
        raise IllegalTransition(msg)


def _signed(
    bench: Workbench, organisation: str, here: Sequence[tuple[Begun, Composed]]
) -> list[Sealed]:
    signers: dict[str, Signer] = {}
    sealed: list[Sealed] = []
    for one, what in here:
        if isinstance(what, Whole):
            sealed.append(tongues.seal(bench, what.prepared, organisation=organisation))
            continue
        if one.method not in signers:
            signers[one.method] = signer_of(bench, organisation, method=one.method)
        signer = signers[one.method]
        sealed.append(
            data_integrity.sign(_unsigned(what), signer=signer, verify=second_opinion.verify)
        )
    return sealed


def _unsigned(what: Composed) -> Unsigned:
    if not isinstance(what, Ready):
        msg = "only what is complete but for its signature is signed in bulk"
        raise TypeError(msg)
    return what.unsigned


def _chosen(
    here: Sequence[tuple[Begun, Composed]], *, every: int, before: AbstractSet[str]
) -> list[int]:
    """Which documents are checked in full: first and last of each shape, and one in ``every``."""
    chosen = set()
    first: set[str] = set()
    last: dict[str, int] = {}
    for index, (_, what) in enumerate(here):
        if isinstance(what, Failed):
            continue
        if what.shape not in before and what.shape not in first:
            first.add(what.shape)
            chosen.add(index)
        last[what.shape] = index
    chosen |= set(last.values())
    chosen |= set(_spread(len(here), wanted=-(-len(here) // every) - len(chosen)))
    return sorted(chosen)


def _remember(sampled: set[str], here: Sequence[tuple[Begun, Composed]]) -> None:
    if len(sampled) > _MOST_SHAPES:
        sampled.clear()
    sampled |= {what.shape for _, what in here if not isinstance(what, Failed)}


def _spread(count: int, *, wanted: int) -> Iterator[int]:
    for step in range(max(0, wanted)):
        yield step * count // wanted


def _check(bench: Workbench, sealed: Sealed, *, own: Material, where: str) -> None:
    report = verify(
        sealed.data,
        material=own,
        policy=Policy(),
        at=bench.now(),
        canonicalise=bench.canonicalise,
    )
    if report.verdict is Verdict.PASSED:
        return
    said = _said(report)
    if report.verdict is Verdict.INDETERMINATE:
        # A list or key is not there: nothing is wrong with the document, so it waits.
        msg = f"What was sealed cannot be checked yet, so nothing was released: {said}"
        raise NotReady(msg)
    msg = (
        f"Our own verifier refuses a document that was just sealed ({where}): {said} Nothing of "
        "this chunk was released. Keep the database and ask whoever maintains the software."
    )
    raise BatchStopped(msg)


def _said(report: Report) -> str:
    return " ".join(c.detail for c in report.checks if c.counts and c.verdict != Verdict.PASSED)
