"""The form in which the Commission's hosted issuer takes a document in: to be sealed there.

European Digital Credentials issuer 2.0.6: ``credential`` without ``@context``, issuer and moments,
which the service writes itself, and ``deliveryDetails`` with the address that it mails to. Whether
what comes back is still the document that went out, `sealed_elsewhere` says.
"""

from collections.abc import Mapping
from typing import Any

_WRITTEN_THERE = frozenset({"@context", "issuer", "issued", "issuanceDate"})


def upload_form(document: Mapping[str, Any], *, email: str | None) -> dict[str, Any]:
    """The form of an unsealed document; without an ``email`` that is known, nobody is mailed."""
    return {
        "credential": {k: v for k, v in document.items() if k not in _WRITTEN_THERE},
        "deliveryDetails": {"deliveryAddress": [email] if email else []},
    }
