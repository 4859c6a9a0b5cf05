"""A document that was sealed elsewhere, taken in: compared with what went out, checked, and kept.

Steps 8 to 10 of ``docs/explanation/issuance-cycle.md`` where the seal is somebody else's. What a
sealing service writes may differ (`issuer.formats.elm3.sealed_elsewhere`) and is told; anything
else is refused, and nothing is stored. The bytes are kept exactly as they came.
"""

from collections.abc import Callable
from dataclasses import dataclass

from issuer.errors import Conflict, NotReady, NotWhatWasExported, UnusableInput
from issuer.formats import elm3
from issuer.formats.elm3 import Difference
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award, AwardState, DocumentState
from issuer.model.drafts import Json, Prepared
from issuer.proofs import elsewhere, jades, jcs
from issuer.registry import audit, awards, documents, organisations
from issuer.registry.database import Transaction
from issuer.registry.documents import DocumentRecord
from issuer.services import issue, publish, stack
from issuer.services.export_unsealed import composed_again
from issuer.services.workbench import Workbench
from issuer.verify import Report, Verdict

Check = Callable[[bytes], Report]
"""Our own verifier, with everything that the operator believes."""
_EDC = DocumentFormat.EDC
_MOST_NAMED = 5
_IN_FORCE = frozenset({AwardState.APPROVED, AwardState.ACTIVE})


@dataclass(frozen=True)
class Returned:
    """A file that belongs to an award and says what went out."""

    data: bytes
    award_id: str
    differences: tuple[Difference, ...]
    """What the sealing service has written; each is allowed."""
    prepared: Prepared | None
    """What went out; None where this very file is kept already."""


def compare(bench: Workbench, organisation: str, data: bytes) -> Returned:
    """Find the award of a sealed file and compare the payload with what went out; keeps nothing.

    Raises what `jades.read` raises, UnusableInput (of no award here), NotFound, NotWhatWasExported
    (anything but what a sealing service writes), NotReady, and Conflict where another file is kept
    already, the document is void, or it is sealed here.
    """
    sealed = jades.read(data)
    award_id = _award_of(bench, sealed.document)
    with bench.read() as tx:
        award = awards.get(tx, organisation, award_id)
        record = documents.get(tx, award_id, _EDC)
        if _is_kept(tx, record, data):
            return Returned(data, award_id, (), None)
    _require_waiting(award, record)
    _, prepared = composed_again(bench, record)
    ours = jcs.decode(prepared.to_be_signed, most_bytes=jades.MOST_BYTES)
    found = elm3.differences(ours, sealed.document)
    if changed := [one.path for one in found if not one.allowed]:
        # Names of members only: what stands in them may be personal.
        named = ", ".join(path[:80] for path in changed[:_MOST_NAMED])
        more = f" and {len(changed) - _MOST_NAMED} more" if len(changed) > _MOST_NAMED else ""
        msg = (
            f"{award_id}: this is not the document that went out. It differs in {named}{more}, "
            "which no sealing service has to write. Nothing was kept; have the exported file "
            "sealed as it is."
        )
        raise NotWhatWasExported(msg, award_id=award_id, members=changed[:_MOST_NAMED])
    return Returned(data, award_id, found, prepared)


def keep(
    bench: Workbench,
    organisation: str,
    returned: Returned,
    *,
    actor: str,
    check: Check,
    accept_differences: bool = False,
) -> Award:
    """Check the seal and keep the file; return the award, active. The same file again is kept.

    Raises Conflict where it names its issuer otherwise and ``accept_differences`` is not said or
    another process was faster, NotPassed where our verifier refuses it, NotReady where it doubts.
    """
    if returned.prepared is None:
        with bench.read() as tx:
            return awards.get(tx, organisation, returned.award_id)
    _require_agreed(returned, accept_differences=accept_differences)
    # The verifier asks the status lists.
    publish.publish(bench, organisation)
    _require_passed(returned, check(returned.data))
    sealed = elsewhere.take(returned.prepared, returned.data)
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        at = bench.moment
        record = documents.keep(tx, returned.award_id, _EDC, sealed=sealed, at=at)
        detail = {"written_there": [one.path for one in returned.differences]}
        entry = audit.Entry(
            organisation, at, actor, "import.sealed", returned.award_id, record.commitment, detail
        )
        audit.append(tx, entry)
        award = issue.activate(tx, awards.get(tx, organisation, returned.award_id), bench=bench)
    stack.after_issue(bench, organisation, award.id)
    return award


def _award_of(bench: Workbench, document: Json) -> str:
    address = elm3.award_url(document) if elm3.is_edc(document) else None
    prefix = f"{bench.base_url}/c/"
    if (
        address is None
        or not address.startswith(prefix)
        or document.get("id") != elm3.credential_id(address)
    ):
        msg = (
            "This file is no European Digital Credential of this installation: its id and its "
            "identifiers name no award here. Nothing was kept."
        )
        raise UnusableInput(msg)
    return address.removeprefix(prefix)


def _is_kept(tx: Transaction, record: DocumentRecord, data: bytes) -> bool:
    if record.state is not DocumentState.SEALED:
        return False
    if documents.sealed(tx, record.award_id, _EDC).data == data:
        return True
    msg = (
        f"{record.award_id} has its European Digital Credential already, and this is another file. "
        "What was given out is not replaced: revoke the award and issue it anew."
    )
    raise Conflict(msg, award_id=record.award_id)


def _require_waiting(award: Award, record: DocumentRecord) -> None:
    if record.state is DocumentState.VOID or award.state not in _IN_FORCE:
        msg = (
            f"{award.id} is {award.state} and its European Digital Credential {record.state}: "
            "nothing is taken in for it. Reinstate an award that is suspended first."
        )
        raise Conflict(msg, award_id=award.id)
    if not record.reservation.is_sealed_elsewhere:
        msg = f"{award.id} is sealed here, with the seal of the organisation, and not elsewhere."
        raise Conflict(msg, award_id=award.id)
    if record.state is DocumentState.RESERVED:
        msg = f"{award.id} was not written down yet; run `testamur recover` to finish it."
        raise NotReady(msg, award_id=award.id)


def _require_agreed(returned: Returned, *, accept_differences: bool) -> None:
    who = [one.path for one in returned.differences if one.identity]
    if who and not accept_differences:
        msg = (
            f"{returned.award_id}: the seal names the issuer otherwise than the document that went "
            f"out ({', '.join(who[:_MOST_NAMED])}). Nothing was kept. If that is your university, "
            "say --accept-differences."
        )
        raise Conflict(msg, award_id=returned.award_id, members=who[:_MOST_NAMED])


def _require_passed(returned: Returned, report: Report) -> None:
    if report.verdict is Verdict.INDETERMINATE:
        doubts = [c.detail for c in report.checks if c.counts and c.verdict != Verdict.PASSED]
        msg = (
            f"{returned.award_id} cannot be checked yet, and nothing was kept: {' '.join(doubts)} "
            "If the certificate of the seal is not anchored, add the certificate of the authority "
            "above it, or the trusted list that names it, to seal_anchors, and import again."
        )
        raise NotReady(msg, award_id=returned.award_id)
    report.require_passed()
