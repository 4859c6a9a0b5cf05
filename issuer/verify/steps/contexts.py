"""Does every term in it mean something?

VCDM 2.0 §4.3, JSON-LD 1.1 Processing Algorithms §5.1. Contexts come from the pinned catalogue; an
unknown one is a finding and never a download. A term that no context defines was never signed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import schemas
from issuer.errors import (
    DeadlineExceeded,
    DroppedTerm,
    PoisonGraph,
    UnknownContext,
    UnusableInput,
)
from issuer.formats.tolerant import listed, mapping, text
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed
from issuer.verify.wording import shown

_NAMESPACE = "https://w3id.org/testamur/vocab#"


def contexts(case: Case) -> Finding:
    """Say whether expansion keeps every term of the document."""
    body = {name: value for name, value in case.document.items() if name != "proof"}
    try:
        case.canonicalise(body, "sha256")
    except UnknownContext as fault:
        return _unknown(case, fault)
    except DroppedTerm as fault:
        detail = f"It uses a term that nobody has defined. {shown(fault.message)}"
        return failed("contexts.undefined_term", detail)
    except (PoisonGraph, DeadlineExceeded) as fault:
        detail = (
            f"It was refused, because it is made to keep a checker busy. {shown(fault.message)}"
        )
        return failed("contexts.refused", detail, stops=True)
    except UnusableInput as fault:
        return failed("contexts.malformed", f"Its terms cannot be read. {shown(fault.message)}")
    if _ours_changed(case.document.get("@context")):
        # Published once and the same everywhere: even a definition that is not used is no other.
        detail = "It brings the testamur vocabulary along, and that was changed."
        return failed("contexts.vocabulary_changed", detail)
    return passed(
        "Every term in it has a published meaning, of which we keep a pinned copy.",
        source="our pinned catalogue of contexts",
    )


def _ours_changed(value: Any) -> bool:
    """Whether an inline context defines terms of our vocabulary otherwise than we published it."""
    inline = [
        item
        for item in listed(value)
        if isinstance(item, Mapping)
        and not (schemas.is_vocabulary_context(item) or schemas.is_stacking_context(item))
    ]
    return any(
        (text(definition) or text(mapping(definition).get("@id")) or "").startswith(_NAMESPACE)
        for context in inline
        for definition in context.values()
    )


def _unknown(case: Case, fault: UnknownContext) -> Finding:
    address = next(_foreign(case.document.get("@context")), None)
    what = shown(address) if address else shown(fault.message)
    return doubtful(
        "contexts.unknown",
        f"It relies on a vocabulary that we do not hold: {what}",
        source="our pinned catalogue of contexts",
    )


def _foreign(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item not in schemas.context_urls():
            yield item
