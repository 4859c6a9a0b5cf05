"""Do the pages say what the data say?

Our own check. No text is taken from the pages to decide it. Either the pages are made again from
the attached data, and are the same byte for byte; or the issuer of the credential has sealed the
whole file and vouches for them; or it is not known. A badge with a credential in it is never
protected: anybody can paint another one around the same data.
"""

from issuer.carriers import pdf
from issuer.errors import FieldsInvalid, UnusableInput
from issuer.render.diploma import Attachment, stamp_of
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, passed
from issuer.verify.named import eidas_identifier
from issuer.verify.paper import FileSeal, Paper
from issuer.verify.printed import reprint
from issuer.verify.report import Verdict
from issuer.verify.steps.certificate import judged
from issuer.verify.steps.sealed_by import is_named
from issuer.verify.wording import shown


def picture(case: Case) -> Finding:
    """Say whether what is seen is protected as the data are."""
    paper = case.read.paper
    if paper is None:
        detail = (
            "The picture around the credential is not protected: anybody can change it. Read the "
            "data, not the picture."
        )
        return doubtful("picture.unprotected", detail)
    # 1. Without a signer there is nobody whose data the pages could be compared with.
    if not (case.has_passed("proof", "issuer_key") or case.has_passed("seal", "issuer_key")):
        detail = "It is not shown who signed the data, so the pages were not compared with them."
        return doubtful("picture.not_asked", detail)
    # 2. Made again from the data, the pages are the same, and nothing was laid over them.
    remade = _remade(case, paper)
    if remade is not None and _is_first(remade, paper):
        return passed(
            "The pages say what the data say: made again from the data, they are the same byte for "
            "byte."
        )
    # 3. The issuer has sealed the whole file, pages and all.
    vouching = next((f for f in case.file_seals if _is_by_issuer(f, case)), None)
    if isinstance(vouching, FileSeal):
        who = vouching.seal.certificate.subject_organisation or "the issuer"
        return passed(f"The issuer vouches for the pages: {shown(who)} sealed the whole file.")
    detail = (
        "The picture is not protected: anybody may have drawn these pages. Read the data below."
    )
    return doubtful("picture.unprotected", detail)


def _remade(case: Case, paper: Paper) -> bytes | None:
    stamp = stamp_of(paper.keywords)
    if stamp is None or not stamp.is_ours:
        return None
    attachments = [Attachment(a.name, a.media_type, a.description, a.data) for a in paper.attached]
    try:
        return reprint(case.document, attachments, stamp)
    except (FieldsInvalid, UnusableInput):
        return None


def _is_first(remade: bytes, paper: Paper) -> bool:
    try:
        return pdf.only_sealed_since(remade, paper.file)
    except UnusableInput:
        return False


def _is_by_issuer(found: object, case: Case) -> bool:
    if not isinstance(found, FileSeal) or not found.untouched:
        return False
    certificate = found.seal.certificate
    named = is_named(certificate, eidas_identifier(case.document))
    return named and judged(found.seal, case).verdict is Verdict.PASSED
