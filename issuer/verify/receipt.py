"""Batch receipts, pure and offline: is it one, who signed it, since when does its root exist?

ADR 0027; RFC 7515 (JWS), RFC 9162 §2.1 (Merkle trees), RFC 3161 (time-stamps). The same questions
about key and issuer as for a credential, asked by the same steps. What a receipt counts is its
issuer's word: nothing here sees the file or the documents. Nothing is fetched.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from issuer.errors import NotPassed, ProofInvalid, ProofUnsupported, UnusableInput
from issuer.jsonld.canonical import Json
from issuer.model.receipt import BatchReceipt, InclusionProof, read_inclusion
from issuer.proofs import jcs, merkle, timestamps
from issuer.proofs import receipt as receipts
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed
from issuer.verify.material import Material
from issuer.verify.policy import Policy
from issuer.verify.reading import Read
from issuer.verify.report import Check, Need, Verdict, check_as_json, verdict_of
from issuer.verify.seals import Seal, Stamped, proven_at
from issuer.verify.steps.established import issuer_established
from issuer.verify.steps.issuer_key import issuer_key
from issuer.verify.steps.key_status import key_status
from issuer.verify.steps.proof import proof
from issuer.verify.wording import day, shown
from keys.certificates import Answers

_SPACE = b" \t\r\n"
_MOST_PROOF = 64 * 1024
_TOKEN = "the time-stamp beside it"  # noqa: S105 # What was looked at, in words.
_PROOF = "the proof of inclusion beside it"


@dataclass(frozen=True)
class ReceiptReport:
    """All that was found out about a receipt."""

    checks: tuple[Check, ...]
    at: dt.datetime
    """The moment for which the question was asked."""
    receipt: BatchReceipt | None
    """As it was read, UNVERIFIED as such; None if it is no receipt that may be opened."""
    needs: tuple[Need, ...] = ()

    def __bool__(self) -> NoReturn:
        """Raise TypeError: there are three verdicts."""
        msg = "a report is no boolean: look at .verdict or call .require_passed()"
        raise TypeError(msg)

    @property
    def verdict(self) -> Verdict:
        """PASSED only if every counted check is; FAILED if any is; else INDETERMINATE."""
        return verdict_of(self.checks)

    @property
    def unusable(self) -> bool:
        """Whether nothing could be read at all: wrong input rather than a bad receipt."""
        return self.check("format").sub == "format.unreadable"

    def check(self, check_id: str) -> Check:
        """The check with this id; raises KeyError."""
        return {check.id: check for check in self.checks}[check_id]

    def require_passed(self) -> BatchReceipt:
        """Return the receipt, verified; raise NotPassed with the sentences that say why not."""
        if self.verdict is Verdict.PASSED and self.receipt is not None:
            return self.receipt
        reasons = [c for c in self.checks if c.counts and c.verdict is not Verdict.PASSED]
        sentences = " ".join(c.detail for c in reasons)
        msg = f"This receipt is not verified ({self.verdict}): {sentences}"
        raise NotPassed(msg, verdict=str(self.verdict), checks=[c.id for c in reasons])

    def as_json(self) -> dict[str, Any]:
        """JSON values for machines."""
        return {
            "verdict": str(self.verdict),
            "at": self.at.isoformat(),
            "receipt": self.receipt.model_dump(mode="json") if self.receipt else None,
            "checks": [check_as_json(check) for check in self.checks],
            "needs": [{"kind": need.kind, "id": need.id} for need in self.needs],
        }


@dataclass(frozen=True)
class _Asked:
    """What is on the table."""

    case: Case
    receipt: BatchReceipt
    stamp: bytes | None
    inclusion: bytes | None


def verify_receipt(
    data: bytes,
    *,
    material: Material,
    at: dt.datetime,
    stamp: bytes | None = None,
    inclusion: bytes | None = None,
) -> ReceiptReport:
    """Ask every question about a signed batch receipt; raises nothing, whatever the bytes are.

    ``stamp`` is a time-stamp (DER) over its root, ``inclusion`` a proof (JSON) that one document is
    counted in it. Missing material gives INDETERMINATE and names what is missing.
    """
    # 1. It is a receipt, well-formed, its numbers add up. Else nothing more can be asked.
    try:
        signed = receipts.read(data.strip(_SPACE))
    except UnusableInput as fault:
        detail = f"This cannot be read as a batch receipt: {shown(fault.message)}"
        return _ended(failed("format.unreadable", detail), at)
    except (ProofInvalid, ProofUnsupported) as fault:
        detail = f"This is no batch receipt that may be opened: {shown(fault.message)}"
        return _ended(failed("format.refused", detail), at)
    # Whoever the receipt names is its issuer, in the words in which the other steps ask.
    document = {"issuer": signed.receipt.organisation}
    read = Read("jwt", None, data, document, replace(signed.jws, payload=document))
    asked = _Asked(
        Case(read, material, Policy(), at, _as_written), signed.receipt, stamp, inclusion
    )
    asked.case.findings["format"] = passed("It is a batch receipt, and its numbers add up.")
    for name, _, ask in _STEPS:
        asked.case.findings[name] = ask(asked)
    return _report(asked)


def _as_written(document: Json, _hash_name: str) -> bytes:
    # A token is signed as it is written; no step asks for more.
    return jcs.encode(document)


def _stamp(asked: _Asked) -> Finding:
    if asked.stamp is None:
        return doubtful("stamp.none", "No time-stamp is beside it, so only its issuer says when.")
    try:
        root = bytes.fromhex(asked.receipt.tree.root)
        found = timestamps.open_token_of(asked.stamp, digest=root)
    except (ProofInvalid, UnusableInput) as fault:
        return failed("stamp.invalid", shown(fault.message), source=_TOKEN)
    except ProofUnsupported as fault:
        return doubtful("stamp.unsupported", shown(fault.message), source=_TOKEN)
    alone = Seal(
        form="a time-stamp",
        certificate=found.certificate,
        claimed=None,
        carried=found.certificates,
        answers=Answers(),
        stamps=(Stamped("over the root", found),),
    )
    if proven_at(alone, asked.case.material) is None:
        detail = (
            f"An authority that nobody here believes says that the root existed on {day(found.at)}."
        )
        return doubtful("stamp.not_believed", detail, source=_TOKEN)
    detail = (
        f"The root, and so every document that is counted in it, existed on {day(found.at)}. Of "
        "the other words of the receipt this says nothing."
    )
    return passed(detail, source=_TOKEN)


def _inclusion(asked: _Asked) -> Finding:
    if asked.inclusion is None:
        return doubtful("inclusion.none", "Nobody asked whether a certain document is in it.")
    try:
        said = read_inclusion(jcs.decode(asked.inclusion, most_bytes=_MOST_PROOF))
        _require_included(said, asked.receipt)
    except UnusableInput as fault:
        return failed("inclusion.malformed", shown(fault.message), source=_PROOF)
    except ProofInvalid as fault:
        return failed("inclusion.invalid", shown(fault.message), source=_PROOF)
    detail = (
        f"One of the {said.leaves} commitments in it is the one that the proof names. That it is "
        f"the commitment to the document of {shown(said.award)} can be checked with the learner's "
        "key alone, by the issuer."
    )
    return passed(detail, source=_PROOF)


def _require_included(said: InclusionProof, receipt: BatchReceipt) -> None:
    tree = receipt.tree
    if (said.batch, said.leaves, said.root) != (receipt.batch, tree.leaves, tree.root):
        raise ProofInvalid("The proof is about another batch, or about another tree of it.")
    path = tuple(bytes.fromhex(one) for one in said.path)
    way = merkle.Inclusion(said.index, said.leaves, path)
    merkle.require_included(bytes.fromhex(said.leaf), way, root=bytes.fromhex(tree.root))


_CID = "Controlled Identifiers 1.0"
_STEPS: tuple[tuple[str, str, Callable[[_Asked], Finding]], ...] = (
    # 2. The signature fits.
    ("proof", "RFC 7515 §5.2", lambda asked: proof(asked.case)),
    # 3. The key is its issuer's.
    ("issuer_key", f"RFC 7519 §4.1.1, {_CID} §3.3", lambda asked: issuer_key(asked.case)),
    # 4. The key was good when it signed.
    ("key_status", f"{_CID} §2.2", lambda asked: key_status(asked.case)),
    # 5. We know who the issuer is.
    (
        "issuer_established",
        "the operator's trust list",
        lambda asked: issuer_established(asked.case),
    ),
    # 6. Somebody else saw the root at some moment. A note, unless it does not fit.
    ("stamp", "RFC 3161 §2.4.2, ETSI EN 319 102-1 §5.5", _stamp),
    # 7. A document is counted in it. A note, unless somebody asked.
    ("inclusion", "RFC 9162 §2.1.3.2", _inclusion),
)
_FORMAT = ("format", "RFC 7515 §7.1, RFC 8725 §3.11")


def _counts(name: str, found: Finding, asked: _Asked) -> bool:
    if name == "stamp":
        return found.verdict is Verdict.FAILED
    return name != "inclusion" or asked.inclusion is not None


def _report(asked: _Asked) -> ReceiptReport:
    findings = asked.case.findings
    named = (_FORMAT, *((name, clause) for name, clause, _ in _STEPS))
    return ReceiptReport(
        checks=tuple(
            _check(name, clause, findings[name], counts=_counts(name, findings[name], asked))
            for name, clause in named
        ),
        at=asked.case.at,
        receipt=asked.receipt,
        needs=tuple(dict.fromkeys(need for f in findings.values() for need in f.needs)),
    )


def _ended(found: Finding, at: dt.datetime) -> ReceiptReport:
    detail = "This was not asked, because the check “format” ended the matter."
    rest = Finding(Verdict.INDETERMINATE, detail, "not_reached", reached=False)
    checks = [_check(*_FORMAT, found, counts=True)]
    checks += [_check(name, clause, rest, counts=True) for name, clause, _ in _STEPS]
    return ReceiptReport(tuple(checks), at, None)


def _check(name: str, clause: str, found: Finding, *, counts: bool) -> Check:
    return Check(
        id=name,
        clause=clause,
        verdict=found.verdict,
        detail=found.detail,
        source=found.source,
        as_of=found.as_of,
        counts=counts,
        sub=found.sub,
        reached=found.reached,
    )
