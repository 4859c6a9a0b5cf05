"""An installation that names no profile issues nothing through the VC-API."""

from collections.abc import Callable, Mapping

from starlette.testclient import TestClient

from issuer.services.tokens import Role
from issuer.services.vc_api import PROFILES

Bearer = Callable[[Role], Mapping[str, str]]
CONTEXT = "https://www.w3.org/ns/credentials/v2"


def test_issuing_is_off_unless_it_is_turned_on(door: TestClient, bearer: Bearer) -> None:
    headers = bearer(Role.VC_API)
    credential = {"@context": [CONTEXT], "issuer": "did:key:z"}
    for name in PROFILES:
        address = f"/vc-api/{name}/credentials/issue"
        answer = door.post(address, json={"credential": credential}, headers=headers)
        assert answer.status_code == 404
        assert door.get(f"/vc-api/{name}", headers=headers).status_code == 404
    assert door.get("/vc-api/status-lists/1").status_code == 404
    # Verifying is never off.
    sent = {"verifiableCredential": {"@context": [CONTEXT]}}
    assert door.post("/vc-api/credentials/verify", json=sent).status_code == 400
