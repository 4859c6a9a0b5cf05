"""``validUntil`` under another name is the same to the signature and invisible to readers."""

from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import MalformedDocument

Document = dict[str, Any]
Open = Callable[[Document], None]

CREDENTIALS = "https://www.w3.org/2018/credentials#"
DATE = "http://www.w3.org/2001/XMLSchema#dateTime"


def test_its_full_address(credential: Document, open_all: Open) -> None:
    open_all(credential)
    moment = credential.pop("validUntil")
    credential[f"{CREDENTIALS}validUntil"] = {"@type": DATE, "@value": moment}
    with pytest.raises(MalformedDocument, match="validUntil under another name"):
        open_all(credential)


def test_a_name_of_the_attackers_own(credential: Document, open_all: Open) -> None:
    credential["@context"].append({"footnote": f"{CREDENTIALS}credentialStatus"})
    credential["footnote"] = credential.pop("credentialStatus")
    with pytest.raises(MalformedDocument, match="credentialStatus under another name"):
        open_all(credential)


def test_a_prefix(credential: Document, open_all: Open) -> None:
    credential["@context"].append({"c": CREDENTIALS})
    credential["c:validUntil"] = {"@type": DATE, "@value": credential.pop("validUntil")}
    with pytest.raises(MalformedDocument, match="validUntil under another name"):
        open_all(credential)


def test_one_of_two_status_entries(
    unsigned: Document, sign: Callable[[Document], Document], open_all: Open
) -> None:
    suspension = {
        "id": "https://uni.example/status/uni/suspension/1#42",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "suspension",
        "statusListIndex": "42",
        "statusListCredential": "https://uni.example/status/uni/suspension/1",
    }
    revocation = unsigned["credentialStatus"]
    unsigned["credentialStatus"] = [revocation, suspension]
    signed = sign(unsigned)
    open_all(signed)
    signed["credentialStatus"] = suspension
    signed[f"{CREDENTIALS}credentialStatus"] = revocation
    with pytest.raises(MalformedDocument, match="credentialStatus under another name"):
        open_all(signed)


def test_the_expiry_of_a_proof(
    unsigned: Document, sign: Callable[[Document], Document], open_all: Open
) -> None:
    signed = sign(unsigned)
    name = "https://w3id.org/security#expiration"
    signed["proof"][name] = {"@type": DATE, "@value": "2027-01-01T00:00:00Z"}
    with pytest.raises(MalformedDocument, match="expires under another name"):
        open_all(signed)


@pytest.mark.parametrize("name", ["id", "type"])
def test_the_id_and_the_type(credential: Document, open_all: Open, name: str) -> None:
    credential[f"@{name}"] = credential.pop(name)
    with pytest.raises(MalformedDocument, match=f"write it as {name}"):
        open_all(credential)
