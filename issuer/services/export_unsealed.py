"""European documents that somebody else seals, out of the house: the very bytes of each payload.

``{id}.unsealed.jsonld`` is what has to be sealed; ``{id}.upload.json`` the form that the
Commission's hosted issuer takes (EDC 2.0.6). Nothing is sealed or changed: `import_sealed` takes
the answer in. File names hold no personal data; the files do.
"""

from dataclasses import dataclass
from pathlib import Path

from issuer.errors import Conflict, UnusableInput
from issuer.formats import elm3
from issuer.model.drafts import Prepared
from issuer.proofs import jcs
from issuer.registry import awards, documents
from issuer.registry.documents import DocumentRecord
from issuer.services import issue, private_file, tongues
from issuer.services.tongues import Facts
from issuer.services.workbench import Workbench


@dataclass(frozen=True)
class Unsealed:
    """What was written."""

    documents: tuple[Path, ...]
    forms: tuple[Path, ...]
    """Upload forms; none unless they were asked for."""
    left_out: tuple[str, ...]
    """Ids of awards whose document is no longer what was written down."""


def export_unsealed(
    bench: Workbench, organisation: str, to: Path, *, upload_form: bool = False
) -> Unsealed:
    """Write each document of the organisation that waits for a seal into the folder ``to``.

    Files are replaced whole, for their owner alone. Raises UnusableInput where the folder cannot be
    written.
    """
    written, forms, left_out = [], [], []
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        for record in waiting(bench, organisation):
            try:
                facts, prepared = composed_again(bench, record)
            except Conflict:
                left_out.append(record.award_id)
                continue
            place = to / f"{record.award_id}.unsealed.jsonld"
            written.append(private_file.write(place, prepared.to_be_signed))
            if upload_form:
                place = to / f"{record.award_id}.upload.json"
                forms.append(private_file.write(place, _form(facts, prepared)))
    except OSError as fault:
        msg = f"{to} cannot be written: {fault.strerror}. Name another folder with --to."
        raise UnusableInput(msg) from fault
    return Unsealed(tuple(written), tuple(forms), tuple(left_out))


def waiting(bench: Workbench, organisation: str) -> tuple[DocumentRecord, ...]:
    """What waits for a seal from elsewhere, oldest first; not what is of an erased learner."""
    with bench.read() as tx:
        return tuple(r for r in documents.unfinished(tx, organisation) if r.waits_elsewhere)


def composed_again(bench: Workbench, record: DocumentRecord) -> tuple[Facts, Prepared]:
    """The document that was written down, from its own moments.

    Raises Conflict where it would be another one now, and what composing raises.
    """
    with bench.read() as tx:
        facts = issue.facts_of(tx, awards.get(tx, record.organisation, record.award_id))
    prepared = tongues.prepare(bench, facts, reservation=record.reservation)
    if record.digest != prepared.digest:
        msg = (
            f"{record.award_id}: the organisation, or this software, states something else now "
            "than when the document was written down. Take the organisation in as it was; or "
            "revoke the award and issue it anew."
        )
        raise Conflict(msg, award_id=record.award_id)
    return facts, prepared


def _form(facts: Facts, prepared: Prepared) -> bytes:
    form = elm3.upload_form(prepared.document, email=facts.result.learner.email)
    return jcs.encode_document(form)
