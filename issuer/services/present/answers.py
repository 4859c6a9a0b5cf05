"""One plain answer, then four reasons, then every check.

ETSI EN 319 102-1 §5.1.3 (three verdicts); the words are those of experience.md. A sentence of a
check is the verifier's own; here stand only the headline, the short answers and the names. Doubt
never reads as yes: what is not in a table below is told as not known.
"""

from zoneinfo import ZoneInfo

from issuer.formats.said import Portrait
from issuer.model.annex1 import MANDATORY, OPTIONAL
from issuer.services.present import words
from issuer.services.present.views import CheckGroup, CheckView, Stamp, Tone
from issuer.verify.finding import ITSELF
from issuer.verify.report import Check, Report, Verdict

_TONES: dict[Verdict, Tone] = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.INDETERMINATE: "indeterminate",
}
_NAMES = {
    "format": ("Format", "Format"),
    "contexts": ("Contexts", ""),
    "schema": ("Schema", ""),
    "proof": ("Proof", ""),
    "issuer_key": ("Key belongs to issuer", ""),
    "key_status": ("Key status", ""),
    "validity": ("Validity", "Validity"),
    "revocation": ("Revocation", "Revocation"),
    "suspension": ("Suspension", ""),
    "issuer_established": ("Issuer established", "Accreditation"),
    "completeness": ("Completeness", ""),
    "holder": ("Holder", ""),
    "seal": ("Seal", "Seal"),
    "certificate": ("Certificate of the seal", ""),
    "accreditation": ("Accreditation", "Accreditation"),
    "rule": ("Rule", ""),
    "parts": ("Parts", ""),
    "attached": ("Other credentials in the file", ""),
    "paper": ("Seal over the file", ""),
    "picture": ("Pages and data", ""),
}
"""Name of each check, and what Europass calls it."""

_QUESTIONS = (
    (
        "unaltered",
        "Is it unaltered?",
        ("format", "contexts", "schema", "proof", "seal", "attached", "paper"),
    ),
    ("picture", "Does what you see say what the data say?", ("picture",)),
    (
        "source",
        "Is it from who it says?",
        ("issuer_key", "certificate", "issuer_established", "key_status", "accreditation"),
    ),
    ("force", "Is it still in force?", ("validity", "revocation", "suspension")),
    ("built", "Is it built as it says?", ("rule", "parts")),
    ("whole", "Does it say all it should?", ("completeness",)),
    ("whose", "Is it the person you named?", ("holder",)),
)
_FLAGS = {
    "revocation": "REVOKED",
    "suspension": "SUSPENDED",
    "validity": "NOT IN FORCE",
    "holder": "SOMEBODY ELSE’S",
    "format": "UNREADABLE",
    "proof": "NOT GENUINE",
    "seal": "NOT GENUINE",
    "certificate": "NOT GENUINE",
    "issuer_key": "NOT GENUINE",
    "rule": "NOT AS IT SAYS",
    "parts": "A PART IS NOT IN ORDER",
    "attached": "NOT GENUINE",
    "paper": "NOT GENUINE",
}
_FAILED = {
    "format": "This cannot be read as a credential.",
    "contexts": "Not a sound credential. Do not rely on it.",
    "schema": "Not a sound credential. Do not rely on it.",
    "proof": "Changed or forged. Do not rely on it.",
    "seal": "Changed, forged or never sealed. Do not rely on it.",
    "issuer_key": "Signed by somebody else. Do not rely on it.",
    "certificate": "Its seal is not to be trusted. Do not rely on it.",
    "key_status": "Its key is not to be trusted. Do not rely on it.",
    "issuer_established": "It is not from who it says. Do not rely on it.",
    "revocation": "Revoked. Do not rely on it.",
    "suspension": "Suspended. Do not rely on it for now.",
    "validity": "Not in force. Do not rely on it.",
    "rule": "It does not keep to its own rule. Do not rely on it.",
    "parts": "A part of it is not in order. Do not rely on it.",
    "attached": "The credentials in this file do not belong together. Do not rely on it.",
    "paper": "This file was changed after it was sealed. Do not rely on it.",
    "holder": "It was awarded to somebody else.",
}
"""Headline by the first check that failed; what is first here decides."""
_OPEN = {
    "format": "We do not know this kind of file.",
    "contexts": "We cannot say what it means.",
    "proof": "We cannot say whether it is genuine.",
    "seal": "We cannot say whether it is genuine.",
    "issuer_key": "We cannot say who signed this.",
    "certificate": "We cannot say whether its seal is to be trusted.",
    "key_status": "We cannot say whether its key was safe.",
    "issuer_established": "We cannot say who issued this.",
    "validity": "We cannot say yet whether it is still in force.",
    "revocation": "We cannot say yet whether it is still in force.",
    "suspension": "We cannot say yet whether it is still in force.",
    "parts": "We cannot say whether all its parts are in order.",
    "picture": "We cannot say whether these pages are genuine. Read the data below.",
    "holder": "We cannot say whose it is.",
}
_NO = {
    "format": "No, it cannot be read.",
    "contexts": "No, it uses terms that nobody defined.",
    "schema": "No, it breaks the form that it names.",
    "proof": "No, the signature does not fit.",
    "seal": "No, it is not sealed, or the seal does not fit.",
    "certificate": "No, its seal is not to be trusted.",
    "issuer_key": "No, somebody else signed it.",
    "key_status": "No, its key is not to be trusted.",
    "issuer_established": "No, it belongs to somebody else.",
    "validity.expired": "No, it has expired.",
    "validity.not_yet": "No, not yet.",
    "revocation": "No, it was revoked.",
    "suspension": "No, it is suspended.",
    "rule": "No, its parts do not carry it.",
    "parts.revoked": "No, one of its parts was revoked.",
    "parts": "No, one of its parts is not in order.",
    "attached": "No, another credential in the file does not belong to it, or is not valid.",
    "paper": "No, the file was changed after it was sealed.",
    "holder": "No, it names somebody else.",
}
_UNKNOWN = {
    "proof": "Not known: the signature could not be checked.",
    "seal": "Not known: the seal could not be checked.",
    "certificate": "Not known: nobody on whom we rely stands above its certificate.",
    "contexts": "Not known: it uses a vocabulary that we do not hold.",
    "issuer_key": "Not known: the issuer’s keys could not be had.",
    "issuer_established": "Not known: anyone can choose this name.",
    "key_status": "Not known: the history of its key could not be had.",
    "revocation": "Not known: the status lists could not be had.",
    "suspension": "Not known: the status lists could not be had.",
    "rule": "Not known: what it says of its parts was not looked at.",
    "parts": "Not known: one of its parts is in doubt.",
    "picture": "Not known: anybody can draw a picture around these data. Read the data below.",
    "holder": "Not known: it holds nothing to compare.",
    "completeness": "Not asked: it does not call itself a micro-credential.",
}
_GENUINE = ("format", "contexts", "proof", "seal", "issuer_key")
_STANDING = frozenset({"revocation", "suspension", "validity", "holder", "parts"})
"""What can fail although the document is what its issuer signed."""
_STOLEN = frozenset({"key.stolen", "key.stolen_unproven"})


def tone(verdict: Verdict) -> Tone:
    """The verdict as style sheets name it."""
    return _TONES[verdict]


def vouched(report: Report) -> bool:
    """Whether the signature fits, the issuer made it, and we know who the issuer is.

    Only then are name and title more than what a document says of itself.
    """
    return _all_passed(report, *_GENUINE, "certificate", "key_status", "issuer_established")


def _all_passed(report: Report, *names: str) -> bool:
    """Whether all of these that this kind of document is asked for are PASSED, two at least."""
    asked = [check for check in report.checks if check.id in names]
    return len(asked) > 1 and all(check.verdict is Verdict.PASSED for check in asked)


def decisive(report: Report) -> Check | None:
    """The check that decides the verdict; None where all passed."""
    if report.verdict is Verdict.PASSED:
        return None
    table = _FAILED if report.verdict is Verdict.FAILED else _OPEN
    wrong = {c.id: c for c in report.checks if c.counts and c.verdict is report.verdict}
    return next((wrong[name] for name in table if name in wrong), None)


def flag(report: Report) -> str:
    """The word in capitals before the kind; empty for PASSED."""
    if report.verdict is Verdict.PASSED:
        return ""
    check = decisive(report)
    if report.verdict is Verdict.INDETERMINATE or check is None:
        return "NOT CONFIRMED"
    if check.sub == "validity.expired":
        return "EXPIRED"
    return _FLAGS.get(check.id, "DO NOT RELY ON IT")


def stamp(report: Report, zone: ZoneInfo) -> Stamp:
    """The answer, with its reason and the moment."""
    check = decisive(report)
    headline = "Genuine, unchanged and in force."
    asked = f"All {words.count(_counted(report))} checks that are needed for this answer passed"
    sentence = f"{asked}{_with_parts(report)}"
    if check is not None:
        headline = _headline(report, check)
        sentence = " ".join(_reasons(report, check))
    elif report.verdict is not Verdict.PASSED:
        headline, sentence = "We cannot say.", "No check could be made."
    return Stamp(headline, sentence, words.when(report.at, zone), words.zone_name(zone))


def _with_parts(report: Report) -> str:
    if not report.parts:
        return "."
    if all(part.verdict is Verdict.PASSED for part in report.parts):
        many = len(report.parts)
        each = "its one part" if many == 1 else f"each of its {words.count(many)} parts"
        return f", for the whole and for {each}."
    return f". {report.check('parts').detail}"


def needed(report: Report) -> str:
    """How many checks count, and how they went."""
    counted = [check.verdict for check in report.checks if check.counts]
    failed, unclear = (counted.count(v) for v in (Verdict.FAILED, Verdict.INDETERMINATE))
    went = words.listed(
        tuple(
            text
            for number, text in (
                (failed, f"{words.count(failed)} failed"),
                (unclear, f"{words.count(unclear)} {'is' if unclear == 1 else 'are'} open"),
            )
            if number
        )
    )
    whole = words.opened(words.count(len(counted)))
    return f"{whole} checks are needed for the answer: {went or 'all of them passed'}."


def groups(report: Report, portrait: Portrait | None, zone: ZoneInfo) -> tuple[CheckGroup, ...]:
    """The questions that were asked, each with its checks, in order."""
    asked = {check.id for check in report.checks}
    return tuple(
        _group(report, portrait, question=question, zone=zone)
        for question in _QUESTIONS
        if asked.intersection(question[2])
    )


def _group(
    report: Report,
    portrait: Portrait | None,
    *,
    question: tuple[str, str, tuple[str, ...]],
    zone: ZoneInfo,
) -> CheckGroup:
    name, title, ids = question
    there = {check.id: check for check in report.checks}
    checks = [there[check_id] for check_id in ids if check_id in there]
    counted = [check for check in checks if check.counts]
    decides = _worst(counted or checks)
    note = "" if counted else "Not needed for the answer."
    return CheckGroup(
        id=name,
        title=title,
        tone=tone(decides.verdict),
        word=str(decides.verdict),
        answer=_answer(decides, portrait, name=name, listed=_listed(report)),
        checks=tuple(_view(check, zone) for check in checks),
        note=note,
    )


def _answer(check: Check, portrait: Portrait | None, *, name: str, listed: bool) -> str:
    if name == "whole" and portrait is not None and check.reached:
        return _completeness(check, portrait)
    if check.verdict is Verdict.PASSED:
        return _yes(portrait, name=name, listed=listed)
    if check.verdict is Verdict.FAILED:
        return _NO.get(check.sub or "", _NO.get(check.id, "No."))
    if not check.reached:
        return "Not known: an earlier check had to stop."
    if check.sub == "issuer.not_shown":
        return "Not known: it is not shown that the issuer signed this."
    if check.sub in _STOLEN:
        return "Not known: its key was stolen, and nobody else vouches for the date."
    return _UNKNOWN.get(check.id, "Not known.")


def _yes(portrait: Portrait | None, *, name: str, listed: bool) -> str:
    issuer = (portrait.issuer_name if portrait else None) or "its issuer"
    return {
        "unaltered": "Yes, signed and unchanged since.",
        "source": f"Yes, by {issuer}.",
        # No list to look at is not the same as not being on it.
        "force": "Yes: not expired, suspended or revoked."
        if listed
        else "Not expired; it names no list on which it could be revoked.",
        "built": "Yes, its parts fulfil the rule that it states.",
        "picture": "Yes, the pages are protected as the data are.",
        "whose": "Yes, that is the name in it.",
    }.get(name, "Yes.")


def _listed(report: Report) -> bool:
    return report.check("revocation").source != ITSELF


def _completeness(check: Check, portrait: Portrait) -> str:
    if check.verdict is Verdict.INDETERMINATE:
        return _UNKNOWN["completeness"]
    stated, optional = len(portrait.mandatory_present), len(portrait.optional_present)
    if check.verdict is Verdict.FAILED:
        return f"No: {stated} of {len(MANDATORY)} EU elements."
    return f"Yes: {stated} of {len(MANDATORY)} EU elements, {optional} of {len(OPTIONAL)} optional."


def _view(check: Check, zone: ZoneInfo) -> CheckView:
    name, also = _NAMES[check.id]
    return CheckView(
        id=check.id,
        name=name,
        also=also,
        tone=tone(check.verdict),
        word=str(check.verdict),
        sentence=check.detail,
        source=check.source,
        as_of=words.clock(check.as_of, zone) if check.as_of else "",
        clause=check.clause,
    )


def _worst(checks: list[Check]) -> Check:
    order = [Verdict.FAILED, Verdict.INDETERMINATE, Verdict.PASSED]
    # What could not be reached explains less than what stopped it.
    return min(checks, key=lambda c: (order.index(c.verdict), not c.reached))


def _counted(report: Report) -> int:
    return sum(check.counts for check in report.checks)


def _headline(report: Report, check: Check) -> str:
    if check.sub == "validity.expired":
        return "Expired. Do not rely on it."
    if check.sub == "validity.not_yet":
        return "Not yet valid. Do not rely on it now."
    table = _FAILED if report.verdict is Verdict.FAILED else _OPEN
    return table[check.id]


def _reasons(report: Report, check: Check) -> list[str]:
    sentences = [check.detail]
    genuine = _all_passed(report, *_GENUINE)
    if genuine and report.verdict is Verdict.FAILED and check.id in _STANDING:
        sentences.append("The document itself is genuine and unchanged.")
    if genuine and report.verdict is Verdict.INDETERMINATE:
        sentences.insert(0, "The signature fits, so nothing was changed since it was signed.")
    if report.needs:
        sentences.append(
            "Try again in a few minutes; if that does not help, ask the issuer at an address that "
            "you found yourself."
        )
    if check.id == "issuer_established":
        sentences.append(
            "Anyone can make a key and choose a name: what stands above in quotation marks is "
            "only what the document says."
        )
    return sentences
