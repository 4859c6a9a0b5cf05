"""What is asked of a PDF beside the credential in it: its other attachments and its seals.

ISO 32000-2 §7.11.4 and §12.8, ETSI EN 319 142-1 (PAdES). Whether the pages say what the data say is
the next question (`picture`). A file without a seal is no fault: the credential in it has its own.
"""

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.formats.portrait import portrait
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.paper import FileSeal
from issuer.verify.printed import public_url
from issuer.verify.report import Json, Report, Verdict
from issuer.verify.seals import Fault
from issuer.verify.signatures import CLOCK_SKEW
from issuer.verify.steps.certificate import judged
from issuer.verify.wording import day, shown


def attached(case: Case) -> Finding:
    """Say whether all credentials in the file are valid and about one award of one person."""
    findings = [_other(case.document, report) for report in case.others]
    paper = case.read.paper
    more = len(paper.attached) - len(findings) - 1 if paper else 0
    if more:
        detail = f"The file carries {more} more that are no credentials. They were not looked at."
        findings.append(doubtful("attached.other_files", detail))
    return worst([*findings, passed("The file carries one credential.")])


def _other(document: Json, report: Report) -> Finding:
    ours, theirs = portrait(document), portrait(report.document or {})
    # 1. Somebody else's credential in one's own file is how one would borrow it.
    whose, other = (shown(said.learner_name or "nobody") for said in (ours, theirs))
    if ours.learner_name != theirs.learner_name:
        detail = f"The credentials in this file belong to different people: {whose} and {other}."
        return failed("attached.other_person", detail)
    if ours.learner_name is None or not all(_award(document)):
        detail = "A credential in this file does not say whose it is, or of which award."
        return doubtful("attached.nothing_to_compare", detail)
    if _award(document) != _award(report.document or {}):
        detail = f"The credentials in this file are about different awards of {whose}."
        return failed("attached.other_award", detail)
    # 2. What is wrong with one of them is wrong with the file.
    said = " ".join(c.detail for c in report.checks if c.counts and c.verdict == report.verdict)
    if report.verdict is Verdict.FAILED:
        return failed("attached.failed", f"Another credential in this file is not valid. {said}")
    if report.verdict is Verdict.INDETERMINATE:
        detail = f"Another credential in this file could not be checked whole. {said}"
        return doubtful("attached.doubtful", detail)
    return passed("All credentials in the file are valid, and they are about the same award.")


def _award(document: Json) -> tuple[str, str | None]:
    return public_url(document), portrait(document).title


def paper(case: Case) -> Finding:
    """Say whether every seal over the file fits and nothing was added to it since."""
    if not case.file_seals:
        detail = "The file itself is not sealed. The credential in it is, see above."
        return doubtful("paper.none", detail)
    return worst(_one(case, found) for found in case.file_seals)


def _one(case: Case, found: FileSeal | Fault) -> Finding:
    # 1. It fits what it covers.
    if isinstance(found, ProofUnsupported):
        return doubtful("paper.unsupported", shown(found.message))
    if isinstance(found, ProofInvalid):
        detail = f"The seal over this file does not fit: {shown(found.message)}"
        return failed("paper.invalid", detail)
    if not isinstance(found, FileSeal):
        return failed("paper.malformed", shown(found.message))
    # 2. Nothing came after it.
    if not found.untouched:
        detail = "Something was added to this file after it was sealed. Ask for the file as it was."
        return failed("paper.added_to", detail)
    # 3. It was not made in the future.
    seal = found.seal
    if seal.claimed is not None and seal.claimed > case.at + CLOCK_SKEW:
        detail = f"The file says that it was sealed at {seal.claimed.isoformat()}, in the future."
        return failed("paper.future", detail)
    # 4. Whose it is, and whether anybody here believes that.
    who = shown(seal.certificate.subject_organisation or seal.certificate.subject_name)
    when = f" on {day(seal.claimed)}" if seal.claimed else ""
    intact = f"Nothing in this file was changed since {who} sealed it{when} ({seal.form})."
    believed = judged(seal, case)
    if believed.verdict is Verdict.PASSED:
        return passed(f"{intact} {believed.detail}", source=believed.source)
    return doubtful("paper.not_believed", f"{intact} {believed.detail}", source=believed.source)
