"""What a document says that it is built from, whichever tongue it is written in.

Our small vocabulary, in an Open Badge (`issuer.formats.stacked`) or a European Digital Credential
(`issuer.formats.elm3`). This is the one place that chooses; everybody who asks, asks here. What is
found is UNVERIFIED, and nothing is judged.
"""

from collections.abc import Mapping
from typing import Any

from issuer.formats import elm3, stacked
from issuer.formats.stacked import Stated
from issuer.formats.tolerant import mapping, number

Json = Mapping[str, Any]


def is_stacked(document: Json) -> bool:
    """Whether a document says, in our vocabulary, that it is built from parts."""
    return stacked.is_stacked(document) or _is_european(document)


def parse(document: Json) -> Stated:
    """What a stacked document states; raises MalformedDocument, naming what is wrong."""
    # What calls itself both is held to what it states as a badge: one of them is asked always.
    if stacked.is_stacked(document):
        return stacked.parse(document)
    return elm3.parse_stack(document)


def credits_of(document: Json) -> str | None:
    """The credits that the whole says were earned, a plain decimal; None where it says none."""
    if stacked.is_stacked(document):
        return number(mapping(document.get("credentialSubject")).get("creditsEarned"))
    return elm3.credits_of(document)


def _is_european(document: Json) -> bool:
    return elm3.is_edc(document) and elm3.is_stacked(document)
