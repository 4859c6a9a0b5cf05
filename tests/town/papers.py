"""PDFs of the town: one award as Open Badge and European document, printed, attached and sealed."""

import copy
from functools import cache
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from issuer.formats import ob3
from issuer.model.achievement import DocumentFormat
from issuer.proofs import jcs, pades
from issuer.render.diploma import Attachment, Stamp, stamp
from issuer.verify.printed import reprint
from issuer.verify.reading import read
from tests.town import awards
from tests.town.authority import NOW, Holder, crl, token
from tests.town.european import FILE, SEAL, TIME, TOP, UNI
from tests.town.university import INDEX

COLOUR = "#0b4f4a"
JSON, JSONLD = f"{awards.AWARD_ID}.json", f"{awards.AWARD_ID}.jsonld"


def badge_document(**changes: Any) -> dict[str, Any]:
    """The award of `european.WHOLE` as an Open Badge of the university."""
    composed = ob3.compose(awards.whole_award(), reservation=awards.reservation(DocumentFormat.OB3))
    found: dict[str, Any] = jcs.decode(jcs.encode_compact(composed.document))
    found["issuer"]["id"] = UNI.did
    found["credentialStatus"] = UNI.entry("revocation", statusListIndex=str(INDEX))
    return copy.deepcopy(found) | changes


@cache
def badge() -> bytes:
    """The same, signed."""
    return UNI.seal(badge_document())


def attachment(data: bytes, name: str = JSON) -> Attachment:
    """A file in the PDF."""
    return Attachment(name, "application/json", "A credential", data)


def pages(*attached: Attachment, of: bytes | None = None) -> bytes:
    """The PDF that is made of what is attached; of the badge and the European document if nothing.

    ``of`` is the credential that the pages show, where that is another one.
    """
    files = attached or (attachment(badge()), attachment(FILE, JSONLD))
    shown = read(of or files[0].data).document or {}
    return reprint(shown, files, Stamp(*stamp(COLOUR)))


def sealed(pdf: bytes, *, by: Holder = SEAL, **how: Any) -> bytes:
    """The file under a seal of level B-B."""
    prepared = pades.prepare(pdf, chain=by.chain, at=how.pop("at", NOW), **how)
    return pades.seal(prepared, signer=by).data


def lasting(pdf: bytes, *, by: Holder = SEAL) -> bytes:
    """The file under a seal of level B-LTA, whose authority is the one of the town."""
    done = pades.seal(pades.prepare(pdf, chain=by.chain, at=NOW, timestamped=True), signer=by)
    done = pades.with_timestamp(done, token(TIME, done.signature))
    kept = pades.with_evidence(
        done.data, certificates=[TOP.certificate.der], crls=[crl(TOP)], ocsps=[]
    )
    hole = pades.prepare_archive(kept)
    about = hole.file[: hole.start] + hole.file[hole.end :]
    return pades.archived(hole, token(TIME, about))


def repainted(pdf: bytes) -> bytes:
    """The file with other pages in a later change: their content is gone."""
    writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    empty = generic.StreamObject(stream_data=b"q Q")
    page[generic.pdf_name("/Contents")] = writer.add_object(empty)
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def of_somebody_else(data: bytes) -> bytes:
    """The badge of somebody with another name, signed by the same university."""
    document = copy.deepcopy(dict(read(data).document or {}))
    document.pop("proof", None)
    for one in document["credentialSubject"]["identifier"]:
        if one["identityType"] == "name":
            one["identityHash"] = "Mallory Example"
    return UNI.seal(document)
