"""Steps 3 to 10, issue: an award becomes sealed documents, and a crash loses or doubles nothing.

``docs/explanation/issuance-cycle.md``; Boulder's issuance cycle is the pattern: what is signed is
written down first. Three commits a document; between two of them everything is pure. Run again, it
finishes what is unfinished: a written-down document is composed anew from its own moments, and its
digest must be the same.
"""

import datetime as dt

from issuer.errors import IllegalTransition, ListFull, NotReady, SelfCheckFailed
from issuer.model.achievement import DocumentFormat
from issuer.model.award import (
    UNFINISHED,
    Award,
    AwardState,
    DocumentState,
    Reservation,
    StatusSlot,
)
from issuer.model.drafts import Prepared, Sealed
from issuer.registry import (
    achievements,
    audit,
    awards,
    documents,
    organisations,
    results,
    slots,
)
from issuer.registry.database import Transaction
from issuer.registry.documents import DocumentRecord, Written
from issuer.services import composing, consequences, material, publish, tongues
from issuer.services.tongues import Facts
from issuer.services.workbench import Workbench
from issuer.status import permutation
from issuer.verify import Policy, Verdict, verify

Formats = tuple[DocumentFormat, ...]


def issue(
    bench: Workbench,
    organisation: str,
    award_id: str,
    *,
    actor: str,
    formats: Formats | None = None,
) -> Award:
    """Seal the documents of an approved award and return it, active.

    ``formats`` are the achievement's unless a further one is asked for. Documents that are sealed
    already are left as they are. Raises NotFound, IllegalTransition (revoked, replaced), NotReady
    (no active key), SelfCheckFailed (our verifier refuses it: it is voided), CustodyError.
    """
    publish.ensure(bench, organisation)
    # 3. Reserve: id, slot and moments, committed before anything is composed.
    with bench.begin() as tx:
        facts = facts_of(tx, awards.get(tx, organisation, award_id))
        award = facts.award
        _require_open(award)
        there = _reserve(tx, facts, formats=formats or facts.achievement.formats, bench=bench)
    publish.ensure(bench, organisation)
    for record in there:
        if record.state in UNFINISHED and not record.waits_elsewhere:
            award = _seal_one(bench, facts, record=record, actor=actor)
    if award.state is not AwardState.APPROVED:
        return award
    with bench.begin() as tx:
        return activate(tx, awards.get(tx, organisation, award_id), bench=bench)


def _seal_one(bench: Workbench, facts: Facts, *, record: DocumentRecord, actor: str) -> Award:
    """Take one document from reserved to kept; return the award as it is then."""
    reservation = record.reservation
    # 4.–6. Compose, lint, prepare: the very bytes that will be signed.
    prepared = _prepare(bench, facts, record=record, actor=actor)
    if record.state is DocumentState.RESERVED:
        # 7. Write down what will be signed; from here on it exists, signed or not.
        written = Written(prepared.digest, prepared.suite, composing.versions())
        with bench.begin() as tx:
            _write_down(tx, facts, record=record, written=written, actor=actor, bench=bench)
        if reservation.is_sealed_elsewhere:
            # It goes out by `export_unsealed` and comes back by `import_sealed`.
            return facts.award
    elif record.digest != prepared.digest:
        _void(bench, facts, record=record, actor=actor, reason="it composes differently now")
        msg = f"{facts.award.id}: what was written down can no longer be composed. It was voided."
        raise SelfCheckFailed(msg, award_id=facts.award.id)
    # 8. Seal: only a Prepared can be.
    sealed = tongues.seal(bench, prepared, organisation=facts.award.organisation)
    # 9. Check ourselves: nobody gets what our own verifier would refuse.
    _check_ourselves(bench, facts, record=record, sealed=sealed, actor=actor)
    # 10. Keep the bytes as they are.
    with bench.begin() as tx:
        organisations.lock(tx, facts.award.organisation)
        kept = documents.keep(
            tx, facts.award.id, reservation.format, sealed=sealed, at=bench.moment
        )
        said = str(kept.commitment)
        _note(tx, facts.award, verb="issue.keep", commitment=said, actor=actor, bench=bench)
        award = awards.get(tx, facts.award.organisation, facts.award.id)
        return activate(tx, award, bench=bench)


def _prepare(  # As `_note`.
    bench: Workbench, facts: Facts, *, record: DocumentRecord, actor: str
) -> Prepared:
    if record.format in composing.EUROPEAN:
        # Another seal would compose another document.
        _require_key(bench, facts, record=record, actor=actor)
    try:
        return tongues.prepare(bench, facts, reservation=record.reservation)
    except NotReady:
        _require_key(bench, facts, record=record, actor=actor)
        raise


def _require_key(  # As `_note`.
    bench: Workbench, facts: Facts, *, record: DocumentRecord, actor: str
) -> None:
    """Void a document whose key signs no more: nothing could ever finish it."""
    organisation = facts.award.organisation
    reason = tongues.cannot_sign(bench, organisation, record.reservation)
    if reason is not None:
        _void(bench, facts, record=record, actor=actor, reason=reason)
        msg = f"{facts.award.id}: {reason}, and signs no more. It was voided."
        raise SelfCheckFailed(msg, award_id=facts.award.id)


def facts_of(tx: Transaction, award: Award) -> Facts:
    """Read what the documents of an award are composed from; raises NotFound."""
    staged = awards.staged_of(tx, award.id)
    if staged is None:
        msg = f"Award {award.id} rests on no result that is still kept."
        raise NotReady(msg)
    return Facts(
        award,
        achievements.get(
            tx, award.organisation, award.achievement, version=award.achievement_version
        ),
        organisations.get(tx, award.organisation),
        results.get(tx, staged),
    )


def _require_open(award: Award) -> None:
    if award.state not in {AwardState.APPROVED, AwardState.ACTIVE, AwardState.SUSPENDED}:
        msg = f"{award.id} is {award.state}, which is final: nothing more is sealed for it."
        raise IllegalTransition(msg, now=str(award.state))


def _reserve(
    tx: Transaction, facts: Facts, *, formats: Formats, bench: Workbench
) -> list[DocumentRecord]:
    """Reserve what is missing; return every document of the award, by format."""
    award, at = facts.award, bench.moment
    # Whoever rotates a key waits: it sees this reservation, or this one takes the new key.
    organisations.lock(tx, award.organisation)
    there = {record.format: record for record in documents.of_award(tx, award.id)}
    missing = [f for f in formats if f not in there]
    if not missing:
        return list(there.values())
    slot = _slot(tx, facts, bench=bench)
    for document_format in missing:
        reservation = Reservation(
            award_id=award.id,
            format=document_format,
            credential_id=tongues.credential_id(bench, award.id, tongue=document_format),
            slot=slot,
            valid_from=at,
            created=at,
            salt=bench.chance(16).hex(),
            verification_method=tongues.method_of(
                tx, bench, facts.organisation, tongue=document_format
            ),
        )
        there[document_format] = documents.reserve(tx, reservation, at=at)
    return [there[one] for one in sorted(there)]


def _slot(tx: Transaction, facts: Facts, *, bench: Workbench) -> StatusSlot:
    award = facts.award
    place = awards.slot_of(tx, award.id)
    if place is None:
        number, index = lease(tx, award.organisation, bench=bench)
        slots.assign(tx, award.organisation, list_number=number, index=index, award_id=award.id)
    else:
        number, index = place.list_number, place.index
    pair = facts.achievement.suspendable

    def address(purpose: str) -> str:
        return material.list_url(bench.base_url, award.organisation, purpose=purpose, number=number)

    return StatusSlot(
        revocation_list=address("revocation"),
        index=index,
        suspension_list=address("suspension") if pair else None,
        suspension_index=index if pair else None,
    )


def lease(tx: Transaction, organisation: str, *, bench: Workbench) -> tuple[int, int]:
    """Lease one place and return list number and index; opens a list where all are full."""
    try:
        leased = slots.lease(tx, organisation, count=1)
    except ListFull:
        slots.open_list(
            tx,
            organisation,
            length=bench.limits.status_list_length,
            seed=bench.chance(32),
            at=bench.moment,
        )
        leased = slots.lease(tx, organisation, count=1)
    one = leased[0]
    return one.list_number, permutation.slot(one.first, seed=one.seed, length=one.length)


def _write_down(  # What is written down is what it is.
    tx: Transaction,
    facts: Facts,
    *,
    record: DocumentRecord,
    written: Written,
    actor: str,
    bench: Workbench,
) -> None:
    at = bench.moment
    organisations.lock(tx, facts.award.organisation)
    said = documents.write_down(tx, record.award_id, record.format, written=written, at=at)
    _note(tx, facts.award, verb="issue.write_down", commitment=said, actor=actor, bench=bench)


def _note(  # An audit line says who did what with what.
    tx: Transaction, award: Award, *, verb: str, commitment: str, actor: str, bench: Workbench
) -> None:
    audit.append(
        tx, audit.Entry(award.organisation, bench.moment, actor, verb, award.id, commitment)
    )


def _check_ourselves(  # As `_note`.
    bench: Workbench, facts: Facts, *, record: DocumentRecord, sealed: Sealed, actor: str
) -> None:
    with bench.read() as tx:
        own = material.own(tx, facts.organisation, base_url=bench.base_url, seals=bench.seal)
    # By shape only what is like others that passed in full; one in so many is asked both ways.
    ask = bench.shapes.verify if bench.shapes else verify
    report = ask(
        sealed.data,
        material=own,
        policy=Policy(),
        at=bench.now(),
        canonicalise=bench.canonicalise,
    )
    if report.verdict is Verdict.PASSED:
        return
    if report.verdict is Verdict.INDETERMINATE:
        # A list or key is not there: nothing is wrong with the document, so it waits.
        doubts = [c.detail for c in report.checks if c.counts and c.verdict != Verdict.PASSED]
        msg = f"{facts.award.id} cannot be checked yet and was not released: {' '.join(doubts)}"
        raise NotReady(msg, award_id=facts.award.id)
    _void(bench, facts, record=record, actor=actor, reason="our own verifier refused it")
    report.require_passed()


def _void(
    bench: Workbench, facts: Facts, *, record: DocumentRecord, actor: str, reason: str
) -> None:
    with bench.begin() as tx:
        award = awards.get(tx, facts.award.organisation, facts.award.id)
        void(tx, award, record=record, actor=actor, reason=reason, bench=bench)
        rest = documents.of_award(tx, award.id)
        if any(other.state is DocumentState.SEALED for other in rest):
            return
        # Nothing was released: the award ends, and its place with it. Another format must not
        # keep alive what was signed for this one and is in nobody's hands.
        for other in (other for other in rest if other.state in UNFINISHED):
            void(tx, award, record=other, actor=actor, reason=reason, bench=bench)


def void(  # As `_note`.
    tx: Transaction,
    award: Award,
    *,
    record: DocumentRecord,
    actor: str,
    reason: str,
    bench: Workbench,
) -> None:
    """Give a document up. Where the award has no sealed one, its slot is burnt and its bit set."""
    at = bench.moment
    organisations.lock(tx, award.organisation)
    documents.void(tx, record.award_id, record.format, at=at)
    states = {r.state for r in documents.of_award(tx, award.id)}
    place = awards.slot_of(tx, award.id)
    if states == {DocumentState.VOID} and place is not None:
        burnt = slots.Bits(burnt=True)
        slots.set_bits(
            tx, award.organisation, list_number=place.list_number, index=place.index, bits=burnt
        )
        give_up(tx, award, reason=reason, at=at)
    detail = {"format": str(record.format), "reason": reason}
    audit.append(
        tx, audit.Entry(award.organisation, at, actor, "issue.void", award.id, None, detail)
    )


def give_up(tx: Transaction, award: Award, *, reason: str, at: dt.datetime) -> None:
    """End an award of which nothing was sealed; one that was revoked meanwhile has ended."""
    now = awards.get(tx, award.organisation, award.id)
    if now.state is AwardState.APPROVED:
        consequences.end_unissued(tx, now, reason=f"never issued: {reason}", at=at)


def activate(tx: Transaction, award: Award, *, bench: Workbench) -> Award:
    """Put an approved award into force once everything that is sealed here is sealed."""
    records = documents.of_award(tx, award.id)
    states = {record.state for record in records if not record.waits_elsewhere}
    # One format may have been voided: the others are in force all the same.
    complete = states - {DocumentState.VOID} == {DocumentState.SEALED}
    if award.state is AwardState.APPROVED and complete:
        return consequences.bring_into_force(tx, award, at=bench.moment)
    return award
