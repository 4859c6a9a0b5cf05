"""Print: the PDF of an award, made when it is asked for, with the sealed credentials inside.

PDF/A-3a and PDF/UA-1 as the typesetter checks them (`issuer.render.diploma`), sealed as PAdES where
the organisation has a seal (`issuer.proofs.pades`), at the level that the operator wants. The pages
are made from the attached documents alone, as a verifier makes them again. Nothing is stored:
another one is made at the next time.
"""

import hashlib

from issuer.errors import IllegalTransition, NotFound, SelfCheckFailed
from issuer.model.achievement import DocumentFormat
from issuer.model.award import AwardState
from issuer.proofs import pades, timestamps
from issuer.registry import documents
from issuer.registry.database import Transaction
from issuer.render.diploma import Attachment, Stamp, stamp
from issuer.services.look import Shown
from issuer.services.workbench import Workbench
from issuer.verify.paper import FileSeal, file_seals
from issuer.verify.printed import reprint
from issuer.verify.reading import read
from keys.signer import SealSigner

ENDING = "pdf"
"""How its file's name ends, without the dot."""
MEDIA_TYPE = "application/pdf"
_SAID = {
    DocumentFormat.OB3: "The credential as an Open Badge, signed",
    DocumentFormat.OB3_JWT: "The credential as an Open Badge in compact form, signed",
    DocumentFormat.EDC: "The credential as a European Digital Credential, sealed",
}


def is_printed(shown: Shown) -> bool:
    """Whether there is a PDF of an award: while it is in force, and something of it is sealed."""
    return shown.award.state is AwardState.ACTIVE and bool(shown.formats)


def attachments(tx: Transaction, shown: Shown) -> tuple[Attachment, ...]:
    """The sealed documents that go into the PDF of an award, in the order of their names.

    One Open Badge, and the European document beside it. Raises NotFound, and IllegalTransition for
    an award that is not in force: no new paper is made of what was revoked.
    """
    award = shown.award
    if award.state is AwardState.APPROVED or not shown.formats:
        raise NotFound("Nothing of this award is sealed yet.")
    if award.state is not AwardState.ACTIVE:
        msg = f"{award.id} is {award.state}: a PDF is made only of what is in force."
        raise IllegalTransition(msg, now=str(award.state))
    twice = {DocumentFormat.OB3_JWT} if DocumentFormat.OB3 in shown.formats else set()
    found = []
    for tongue, said in _SAID.items():
        if tongue in shown.formats and tongue not in twice:
            sealed = documents.sealed(tx, award.id, tongue)
            name = f"{award.id}.{tongue.ending}"
            found.append(Attachment(name, sealed.media_type, said, sealed.data))
    return tuple(sorted(found, key=lambda one: one.name))


def paper(bench: Workbench, shown: Shown, *, attached: tuple[Attachment, ...]) -> bytes:
    """Typeset and seal the PDF of an award.

    Raises FieldsInvalid (it cannot be drawn), CustodyError, TimestampMissing, EvidenceMissing;
    SelfCheckFailed if our own verifier would refuse the seal.
    """
    # What is printed is what a verifier will print again: the Open Badge, where there is one.
    found = [read(one.data) for one in attached]
    first = next((one for one in found if one.kind == "json"), found[0])
    drawn_as = Stamp(*stamp(shown.organisation.colour))
    pages = reprint(first.document or {}, attached, drawn_as)
    seal = bench.seal(shown.award.organisation)
    return _sealed(bench, pages, seal=seal) if seal else pages


def _sealed(bench: Workbench, pages: bytes, *, seal: SealSigner) -> bytes:
    prepared = pades.prepare(
        pages, chain=seal.chain, at=bench.moment, timestamped=bench.timestamp is not None
    )
    data = _extended(bench, pades.seal(prepared, signer=seal))
    checked = file_seals(data)
    if not all(isinstance(one, FileSeal) and one.untouched for one in checked):
        raise SelfCheckFailed("The seal over the PDF does not fit, so it was not handed out.")
    return data


def _extended(bench: Workbench, sealed: pades.SealedFile) -> bytes:
    """The level that the operator wants: each adds to the one before it (EN 319 142-1 §6)."""
    if bench.timestamp is None:
        return sealed.data
    # 1. T: the signature was there at a moment.
    digest = hashlib.sha256(sealed.signature).digest()
    token = bench.timestamp(digest)
    stamped = pades.with_timestamp(sealed, token).data
    if bench.long_term is None:
        return stamped
    # 2. LT: and its certificates, those of the authority included, were good.
    kept = bench.long_term.gathered(
        sealed.prepared.chain, timestamps.open_token_of(token, digest=digest)
    )
    long = pades.with_evidence(
        stamped,
        certificates=[one.der for one in kept.certificates],
        crls=kept.crls,
        ocsps=kept.ocsps,
    )
    if not bench.long_term.archive:
        return long
    # 3. LTA: and all of that was there at a moment.
    hole = pades.prepare_archive(long)
    return pades.archived(hole, bench.timestamp(hole.digest))
