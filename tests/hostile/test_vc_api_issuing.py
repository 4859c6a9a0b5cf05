"""Somebody tries to have the VC-API sign what reads as the university's word."""

from collections.abc import Mapping
from typing import Any

import pytest

from issuer.services import look
from issuer.services.tokens import Role
from issuer.services.vc_api import PROFILES
from tests.town.door import BASE, OTHER, Door

ISSUE = "/vc-api/eddsa-rdfc-2022/credentials/issue"
DID = "did:web:localhost%3A8000"


def credential(issuer: Any) -> dict[str, Any]:
    return {
        "credential": {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "issuer": issuer,
            "credentialSubject": {"id": "did:example:mallory"},
        }
    }


@pytest.fixture(scope="session")
def tester(door: Door) -> Mapping[str, str]:
    return door.bearer(Role.VC_API)


@pytest.fixture(scope="session")
def issuer(door: Door, tester: Mapping[str, str]) -> str:
    return str(door.web.get("/vc-api/eddsa-rdfc-2022", headers=tester).json()["issuer"])


def test_nobody_issues_without_a_token(door: Door, issuer: str) -> None:
    answer = door.web.post(ISSUE, json=credential(issuer))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "auth.unauthenticated"


@pytest.mark.parametrize(
    "presented",
    ["", "Bearer", "Bearer ", "Bearer tsm_", "Basic dXNlcjpwYXNz", "Bearer tsm_" + "a" * 43],
)
def test_nobody_issues_with_a_made_up_token(door: Door, issuer: str, presented: str) -> None:
    answer = door.web.post(ISSUE, json=credential(issuer), headers={"authorization": presented})
    assert answer.status_code == 401


@pytest.mark.parametrize("place", ["query", "form", "cookie"])
def test_a_token_elsewhere_than_in_the_header_is_none(
    door: Door, tester: Mapping[str, str], issuer: str, place: str
) -> None:
    secret = tester["authorization"].removeprefix("Bearer ")
    how: dict[str, Any] = {
        "query": {"params": {"access_token": secret}, "json": credential(issuer)},
        "form": {"data": {"access_token": secret}},
        "cookie": {"headers": {"cookie": f"access_token={secret}"}, "json": credential(issuer)},
    }[place]
    assert door.web.post(ISSUE, **how).status_code == 401


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ISSUER, Role.AUDITOR])
def test_no_other_role_issues_here(door: Door, issuer: str, role: Role) -> None:
    answer = door.web.post(ISSUE, json=credential(issuer), headers=door.bearer(role))
    assert answer.status_code == 403
    assert answer.json()["code"] == "auth.forbidden"


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("shape", ["text", "object"])
def test_nobody_issues_as_the_university(
    door: Door, tester: Mapping[str, str], profile: str, shape: str
) -> None:
    named = DID if shape == "text" else {"id": DID, "name": "European University"}
    address = f"/vc-api/{profile}/credentials/issue"
    answer = door.web.post(address, json=credential(named), headers=tester)
    assert answer.status_code == 422
    assert "verifiableCredential" not in answer.json()


@pytest.mark.parametrize("named", [None, 7, [], [DID], {}, {"id": None}, {"id": [DID]}, ""])
def test_an_issuer_that_is_none_is_refused(
    door: Door, tester: Mapping[str, str], named: Any
) -> None:
    answer = door.web.post(ISSUE, json=credential(named), headers=tester)
    assert answer.status_code == 422


def test_a_second_issuer_cannot_be_smuggled_in(
    door: Door, tester: Mapping[str, str], issuer: str
) -> None:
    twice = (
        f'{{"credential": {{"@context": ["https://www.w3.org/ns/credentials/v2"],'
        f'"type": ["VerifiableCredential"], "issuer": "{issuer}", "issuer": "{DID}",'
        f'"credentialSubject": {{"id": "did:example:m"}}}}}}'
    )
    kind = {"content-type": "application/json"}
    answer = door.web.post(ISSUE, content=twice, headers={**tester, **kind})
    assert answer.status_code == 400
    assert answer.json()["code"] == "input.malformed"


def test_an_alias_of_issuer_is_refused(door: Door, tester: Mapping[str, str], issuer: str) -> None:
    body = credential(issuer)
    body["credential"]["@context"].append(
        {"signedBy": {"@id": "https://www.w3.org/2018/credentials#issuer", "@type": "@id"}}
    )
    body["credential"]["signedBy"] = DID
    answer = door.web.post(ISSUE, json=body, headers=tester)
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("profile", PROFILES)
def test_no_did_document_lists_a_key_of_the_vc_api(
    door: Door, tester: Mapping[str, str], profile: str
) -> None:
    did = door.web.get(f"/vc-api/{profile}", headers=tester).json()["issuer"]
    assert did.startswith("did:key:z")
    public = [
        door.web.get(address).text
        for address in (
            "/.well-known/did.json",
            "/other/did.json",
            "/.well-known/jwks.json",
            f"/o/{OTHER}/jwks.json",
        )
    ]
    assert all("did:web:localhost" in text for text in public)
    assert not any(did.removeprefix("did:key:") in text for text in public)


def test_what_is_issued_never_reads_as_established(
    door: Door, tester: Mapping[str, str], issuer: str
) -> None:
    body = credential({"id": issuer, "name": "European University of Applied Sciences"})
    issued = door.web.post(ISSUE, json=body, headers=tester)
    assert issued.status_code == 201
    vc = issued.json()["verifiableCredential"]
    assert (
        door.web.post("/vc-api/credentials/verify", json={"verifiableCredential": vc}).status_code
        == 200
    )
    report = door.web.post("/api/v1/verify", json={"credential": vc}).json()
    assert report["verdict"] == "INDETERMINATE"
    established = next(c for c in report["checks"] if c["id"] == "issuer_established")
    assert established["verdict"] == "INDETERMINATE"


def test_a_credential_of_the_vc_api_cannot_take_the_place_of_a_real_one(
    door: Door, tester: Mapping[str, str], issuer: str
) -> None:
    award = door.made.awards[0]
    body = credential(issuer)
    body["credential"]["id"] = f"{BASE}/c/{award.id}"
    issued = door.web.post(ISSUE, json=body, headers=tester).json()["verifiableCredential"]
    report = door.web.post("/api/v1/verify", json={"credential": issued}).json()
    assert report["verdict"] != "PASSED"
    with door.made.house.bench.read() as tx:
        kept = look.sealed(tx, award.id, look.formats(tx, award.id)[0])
    assert issuer.encode() not in kept.data


def test_another_organisation_has_no_power_over_profiles(door: Door, issuer: str) -> None:
    """A profile belongs to the installation: its key is the same, and nobody's, for each token."""
    other = door.bearer(Role.VC_API, organisation=OTHER)
    assert door.web.get("/vc-api/eddsa-rdfc-2022", headers=other).json()["issuer"] == issuer
