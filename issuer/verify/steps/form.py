"""Is it a credential at all?

VCDM 2.0 §4 (https://www.w3.org/TR/2025/REC-vc-data-model-2.0-20250515/), VCDM 1.1 §4. Structure
alone; what linked data makes of it is the next step's question.
"""

from collections.abc import Mapping
from typing import Any

from issuer.formats.lint import CONTEXT_1_1, structure_problems
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed
from issuer.verify.wording import shown

_BADGES = {"OpenBadgeCredential", "AchievementCredential"}


def form(case: Case) -> Finding:
    """Say whether the document is one credential, well-formed."""
    read = case.read
    if read.document is None:
        return _refused("format.unreadable", str(read.fault))
    document = read.document
    # VC 1.1 tokens keep the credential in a claim; we do not read that form.
    if read.kind == "jwt" and "vc" in document and "@context" not in document:
        detail = "The file is in a form we do not know: a token of VC 1.1 (claim vc)."
        return doubtful("format.unknown", detail, stops=True)
    if _is_presentation(document):
        return _refused(
            "format.presentation", "it is a presentation; check what is in it one by one"
        )
    if problems := structure_problems(document):
        return _refused("format.structure", "; ".join(problems[:5]))
    return passed(f"The file is complete and readable as {format_of(document)}.")


def format_of(document: Mapping[str, Any]) -> str:
    """The standard that a document says it follows, for people."""
    if _BADGES & _types(document):
        return "Open Badges 3.0"
    contexts = document.get("@context")
    old = isinstance(contexts, list) and CONTEXT_1_1 in contexts[:1]
    return f"a W3C Verifiable Credential {'1.1' if old else '2.0'}"


def _is_presentation(document: Mapping[str, Any]) -> bool:
    return "VerifiablePresentation" in _types(document) or "verifiableCredential" in document


def _types(document: Mapping[str, Any]) -> set[str]:
    types = document.get("type")
    listed = types if isinstance(types, list) else [types]
    return {t for t in listed if isinstance(t, str)}


def _refused(sub: str, reason: str) -> Finding:
    detail = f"This file cannot be read as a credential: {shown(reason.rstrip('.'))}."
    return failed(sub, detail, stops=True)
