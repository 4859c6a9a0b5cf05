"""The verifier: from bytes, material, policy and a moment to a report, without the network.

VCDM 2.0 §7 (https://www.w3.org/TR/2025/REC-vc-data-model-2.0-20250515/#verification), Open Badges
3.0 §9.1. It fetches nothing, reads no clock, trusts nothing that is not in the material, and does
not raise, whatever the bytes are; only a pool that is Busy or closed is the caller's business.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from issuer.carriers import Carrier
from issuer.formats.stacking import is_stacked
from issuer.jsonld.canonical import Canonicalise
from issuer.verify.case import Allowance, Case, Once
from issuer.verify.finding import Finding
from issuer.verify.material import Material
from issuer.verify.parts import NO_NEWS, look
from issuer.verify.policy import Policy
from issuer.verify.reading import read
from issuer.verify.report import Check, Report, Verdict
from issuer.verify.steps.certificate import certificate
from issuer.verify.steps.completeness import completeness
from issuer.verify.steps.contexts import contexts
from issuer.verify.steps.established import issuer_established
from issuer.verify.steps.european import accreditation, edc_form, profile
from issuer.verify.steps.form import form
from issuer.verify.steps.holder import holder
from issuer.verify.steps.issuer_key import issuer_key
from issuer.verify.steps.key_status import key_status
from issuer.verify.steps.listed import listed
from issuer.verify.steps.paper import attached, paper
from issuer.verify.steps.parts import parts
from issuer.verify.steps.picture import picture
from issuer.verify.steps.proof import proof
from issuer.verify.steps.rule import rule
from issuer.verify.steps.schema import schema
from issuer.verify.steps.seal import seal
from issuer.verify.steps.sealed_by import established_by_seal, sealed_by_issuer
from issuer.verify.steps.status import revocation, suspension
from issuer.verify.steps.validity import validity


@dataclass(frozen=True)
class _Step:
    """One question: its check id, its clause, and who answers it."""

    id: str
    clause: str
    ask: Callable[[Case], Finding]


_STATUS = "Bitstring Status List 1.0 §3.2"
# The steps, in the order in which they are asked; each appears in every report.
_STEPS: tuple[_Step, ...] = (
    # 1. format: it is one credential, well-formed. Else nothing more can be asked.
    _Step("format", "VCDM 2.0 §4", form),
    # 2. contexts: every term means something. A document made to keep us busy ends here.
    _Step("contexts", "VCDM 2.0 §4.3, JSON-LD 1.1 API §5.1", contexts),
    # 3. schema: it keeps to the schema that it names.
    _Step("schema", "VCDM 2.0 §4.11", schema),
    # 4. proof: every signature fits.
    _Step("proof", "VC Data Integrity 1.0 §4.5, VC-JOSE-COSE §5.1", proof),
    # 5. issuer_key: the key is the issuer's.
    _Step("issuer_key", "VCDM 2.0 §4.7, Controlled Identifiers 1.0 §3.3", issuer_key),
    # 6. key_status: the key was good when it signed.
    _Step("key_status", "Controlled Identifiers 1.0 §2.2", key_status),
    # 7. validity: it is in force by its own dates.
    _Step("validity", "VCDM 2.0 §4.9", validity),
    # 8. revocation: the issuer has not revoked it.
    _Step("revocation", _STATUS, revocation),
    # 9. suspension: the issuer has not suspended it.
    _Step("suspension", _STATUS, suspension),
    # 10. issuer_established: we know who the issuer is.
    _Step("issuer_established", "VCDM 2.0 §7.1; the operator's trust list", issuer_established),
    # 11. completeness: it says what the EU asks for. A note.
    _Step("completeness", "Council Recommendation 2022/C 243/02, Annex I", completeness),
    # 12. holder: it was awarded to the person that was named. A note, unless somebody asked.
    _Step("holder", "Open Badges 3.0, IdentityObject; our own check", holder),
)
# Those of a European Digital Credential: the five that Europass names, in its order, then ours.
_EDC_STEPS: tuple[_Step, ...] = (
    # 1. format: it is one, and it says something.
    _Step("format", "ELM 3.2, application profile EDC", edc_form),
    # 2. seal: every seal fits, and every time-stamp on it.
    _Step("seal", "ETSI TS 119 182-1 §5, ETSI EN 319 102-1 §5.2.7", seal),
    # 3. revocation: the issuer has neither revoked nor suspended it.
    _Step("revocation", _STATUS, listed),
    # 4. accreditation: what it states. A note.
    _Step("accreditation", "ELM 3.2 Accreditation", accreditation),
    # 5. validity: it is in force by its own dates.
    _Step("validity", "VCDM 1.1 §4.6", validity),
    # 6. schema: it keeps to the profile that it names.
    _Step("schema", "ELM 3.2, application profile EDC", profile),
    # 7. issuer_key: the certificate of the seal names the issuer.
    _Step("issuer_key", "ETSI EN 319 412-1 §5.1.4", sealed_by_issuer),
    # 8. certificate: it was good when it sealed, and is anchored here.
    _Step("certificate", "ETSI EN 319 102-1 §5.2.6, RFC 5280 §6", certificate),
    # 9. issuer_established: we know who the issuer is.
    _Step("issuer_established", "eIDAS Art. 38; the operator's anchors", established_by_seal),
    # 10. completeness: it says what the EU asks for. A note.
    _Step("completeness", "Council Recommendation 2022/C 243/02, Annex I", completeness),
    # 11. holder: it was awarded to the person that was named. A note, unless somebody asked.
    _Step("holder", "ELM 3.2 Person; our own check", holder),
)
# Those of a credential of either kind that says that it is built from others, after its own.
_STACK_STEPS: tuple[_Step, ...] = (
    # 1. rule: the parts that it names fulfil the rule that it states, each counted once.
    _Step("rule", "Council Recommendation 2022/C 243/02, Annex I O4", rule),
    # 2. parts: each part that is at hand is what it says, and in force. Counts where it is not.
    _Step("parts", "VCDM 2.0 §5.3; our own check", parts),
)
# Those of what carries it, asked last.
_PICTURE = _Step("picture", "our own check", picture)
_CARRIED: Mapping[Carrier | None, tuple[_Step, ...]] = {
    None: (),
    "png": (_PICTURE,),
    "svg": (_PICTURE,),
    "pdf": (
        # 1. attached: all credentials in the file are valid, and about one award.
        _Step("attached", "ISO 32000-2 §7.11.4; our own check", attached),
        # 2. paper: every seal over the file fits, and nothing was added since.
        _Step("paper", "ISO 32000-2 §12.8, ETSI EN 319 142-1 §6", paper),
        # 3. picture: the pages say what the data say.
        _PICTURE,
    ),
}
_ALWAYS = frozenset(
    {
        "format",
        "contexts",
        "proof",
        "issuer_key",
        "key_status",
        "validity",
        "revocation",
        "suspension",
        "seal",
        "certificate",
        "rule",
    }
)
# A schema that we hold and that is broken; an unknown one is a note. So is a file without a seal,
# where the credential in it has one, and a second credential that cannot be checked here.
_ONLY_BAD_NEWS = frozenset({"schema", "attached", "paper"})
_PROOF_ALONE = frozenset({"format", "proof", "seal"})


def verify(
    data: bytes,
    *,
    material: Material,
    policy: Policy,
    at: dt.datetime,
    canonicalise: Canonicalise,
) -> Report:
    """Ask every question about ``data`` at the moment ``at`` (aware) and report the answers.

    ``data`` is a credential as JSON, compact JWT or sealed European Digital Credential, or a PNG,
    SVG or PDF that carries one. Nothing raises for hostile bytes: the report says FAILED or
    INDETERMINATE, and ``unusable`` where nothing could be read. Busy and NotReady of
    ``canonicalise`` come through.
    """
    return report_on(Case(read(data), material, policy, at, Once(canonicalise)))


def report_on(asked: Case) -> Report:
    """As `verify`, of what was read already."""
    # What else is in the file must not use up what is left for the parts of the first.
    shared = Allowance()
    others = tuple(
        _report(replace(asked, read=one, findings={}, parts=[], allowance=shared))
        for one in asked.read.others
    )
    return _report(replace(asked, others=others) if others else asked)


def _report(case: Case) -> Report:
    kind, carrier = case.read.kind, case.read.carrier
    own = _EDC_STEPS if kind == "edc" else _STEPS
    stacked = _STACK_STEPS if is_stacked(case.document) else ()
    steps = (*own, *stacked, *_CARRIED[carrier])
    stopped: str | None = None
    for step in steps:
        if step.id == "parts" and stopped is None:
            case.parts.extend(look(case, _report))
        found = step.ask(case) if stopped is None else _not_reached(stopped)
        case.findings[step.id] = found
        stopped = stopped or (step.id if found.stops else None)
    findings = (*case.findings.values(),)
    needs = [need for found in findings for need in found.needs]
    needs += [need for report in case.others for need in report.needs]
    return Report(
        checks=tuple(_check(step, case.findings[step.id], case) for step in steps),
        at=case.at,
        kind=kind,
        carrier=carrier,
        document=case.read.document,
        digest=case.read.digest,
        needs=tuple(dict.fromkeys(needs)),
        parts=tuple(case.parts),
    )


def _not_reached(stopped: str) -> Finding:
    detail = f"This was not asked, because the check “{stopped}” ended the matter."
    return Finding(Verdict.INDETERMINATE, detail, "not_reached", reached=False)


def _check(step: _Step, found: Finding, case: Case) -> Check:
    return Check(
        id=step.id,
        clause=step.clause,
        verdict=found.verdict,
        detail=found.detail,
        source=found.source,
        as_of=found.as_of,
        counts=_counts(step.id, found, case),
        sub=found.sub,
        reached=found.reached,
    )


def _counts(check_id: str, found: Finding, case: Case) -> bool:
    policy = case.policy
    if policy.proof_only:
        return check_id in _PROOF_ALONE
    if check_id in _ONLY_BAD_NEWS:
        return found.verdict is Verdict.FAILED
    if check_id == "parts":
        return found.verdict is not Verdict.PASSED and found.sub not in NO_NEWS
    if check_id == "picture":
        # People read the pages of a PDF; a badge shows a course and no person.
        return case.read.carrier == "pdf"
    if check_id == "issuer_established":
        return policy.issuer_established
    if check_id == "holder":
        return policy.holder is not None
    return check_id in _ALWAYS
