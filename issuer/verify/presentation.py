"""Presentations: a holder hands over credentials, here and now, for somebody in particular.

VCDM 2.0 §4.13 (https://www.w3.org/TR/2025/REC-vc-data-model-2.0-20250515/#verifiable-presentations),
VC Data Integrity 1.0 §2.1 (challenge, domain), with embedded proofs. Each credential in it gets a
report of its own. Enveloped presentations (``vp+jwt``) are not read, nothing is fetched.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.jsonld.canonical import Canonicalise
from issuer.proofs import jcs
from issuer.verify.case import AUTHENTICATION, Case, Remembered
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.keyring import held
from issuer.verify.material import Material
from issuer.verify.policy import Policy
from issuer.verify.reading import read
from issuer.verify.report import Json, Need, Report, Verdict
from issuer.verify.steps.contexts import contexts
from issuer.verify.steps.key_status import key_status
from issuer.verify.steps.proof import proof
from issuer.verify.verifier import verify
from issuer.verify.wording import domain, shown
from keys.documents import did_of

_BASES = ("https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1")
_MOST_CREDENTIALS = 10


@dataclass(frozen=True)
class PresentationReport:
    """What was found out about a presentation and about each credential in it."""

    findings: Mapping[str, Finding]
    """By the id of the step: format, contexts, proof, holder_key, key_status."""
    credentials: tuple[Report, ...]
    document: Json | None
    """UNVERIFIED as such."""

    def __bool__(self) -> NoReturn:
        """Raise TypeError: there are three verdicts."""
        msg = "a report is no boolean: look at .verdict"
        raise TypeError(msg)

    @property
    def verdict(self) -> Verdict:
        """The worst of the presentation's own steps and of its credentials."""
        found = {f.verdict for f in self.findings.values()}
        found |= {report.verdict for report in self.credentials}
        for verdict in (Verdict.FAILED, Verdict.INDETERMINATE):
            if verdict in found:
                return verdict
        return Verdict.PASSED

    @property
    def needs(self) -> tuple[Need, ...]:
        """Material that was missing, of the presentation and of its credentials."""
        own = [need for f in self.findings.values() for need in f.needs]
        return tuple(dict.fromkeys(own + [n for r in self.credentials for n in r.needs]))

    def as_json(self) -> dict[str, Any]:
        """JSON values for machines."""
        return {
            "verdict": str(self.verdict),
            "checks": [
                {"id": name, "verdict": str(f.verdict), "sub": f.sub, "detail": f.detail}
                for name, f in self.findings.items()
            ],
            "credentials": [report.as_json() for report in self.credentials],
        }


def verify_presentation(
    data: bytes,
    *,
    material: Material,
    policy: Policy,
    at: dt.datetime,
    canonicalise: Canonicalise,
) -> PresentationReport:
    """Ask every question about a presentation and the credentials in it; raises as `verify`.

    The proof must answer ``policy.challenge`` and be made for ``policy.domain``, where given.
    """
    case = Case(read(data), material, policy, at, Remembered(canonicalise), purpose=AUTHENTICATION)
    for name, step in _STEPS:
        case.findings[name] = step(case)
        if case.findings[name].stops:
            return PresentationReport(case.findings, (), case.read.document)
    # 6. Every credential in it, by all the steps of a credential.
    reports = tuple(
        verify(one, material=material, policy=policy, at=at, canonicalise=case.canonicalise)
        for one in _credentials(case.document)
    )
    return PresentationReport(case.findings, reports, case.read.document)


def _form(case: Case) -> Finding:
    document = case.read.document
    if document is None or case.read.kind != "json":
        return failed("format.unreadable", "This cannot be read as a presentation.", stops=True)
    if problems := _problems(document):
        detail = f"This cannot be read as a presentation: {'; '.join(problems)}."
        return failed("format.structure", detail, stops=True)
    return passed("The presentation is complete and readable.")


def _problems(document: Json) -> list[str]:
    # VCDM 2.0 §4.13: type; holder is a URL or an object with an id; credentials are objects.
    contexts_said, types, inside = (
        _listed(document.get(name)) for name in ("@context", "type", "verifiableCredential")
    )
    found = []
    if not contexts_said or contexts_said[0] not in _BASES:
        found.append("@context must begin with the W3C credentials context")
    if "VerifiablePresentation" not in types:
        found.append("type must contain VerifiablePresentation")
    if "holder" in document and not _holder(document):
        found.append("holder must be, or have as id, one absolute URL")
    if len(inside) > _MOST_CREDENTIALS:
        found.append(f"at most {_MOST_CREDENTIALS} credentials can be checked at once")
    # A text would not even be signed: RDF has no place for it in a graph.
    if not all(isinstance(one, Mapping) and one for one in inside):
        found.append("verifiableCredential holds something that is no credential")
    return found


def _holder_key(case: Case) -> Finding:
    try:
        signatures = case.signatures()
    except (ProofInvalid, ProofUnsupported):
        return doubtful("holder.no_signature", "There is no signature to compare the holder with.")
    holder = _holder(case.document)
    owners = {did_of(s.method_id) for s in signatures}
    if holder and holder not in owners:
        return failed("holder.other_key", f"It is not signed by its holder, {domain(holder)}.")
    return worst(_authenticates(case, s.method_id) for s in signatures)


def _authenticates(case: Case, method_id: str) -> Finding:
    found = held(method_id, case.material)
    if isinstance(found, Finding):
        return found
    if found.method is None or AUTHENTICATION not in found.method.relationships:
        detail = f"The key {shown(method_id)} is not published for presenting anything."
        return failed("holder.purpose", detail, source=found.source, as_of=found.as_of)
    return passed("The key is one that its owner publishes for presenting.", source=found.source)


_STEPS: tuple[tuple[str, Callable[[Case], Finding]], ...] = (
    # 1. It is a presentation, well-formed.
    ("format", _form),
    # 2. Every term in it means something.
    ("contexts", contexts),
    # 3. Every signature fits, answers the challenge and is for this domain.
    ("proof", proof),
    # 4. The keys are the holder's, published for presenting.
    ("holder_key", _holder_key),
    # 5. They were good when they signed.
    ("key_status", key_status),
)


def _holder(document: Json) -> str | None:
    value = document.get("holder")
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) and ":" in found else None


def _credentials(document: Json) -> list[bytes]:
    return [jcs.encode_document(one) for one in _listed(document.get("verifiableCredential"))]


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
