"""The VC-API as conformance suites call it: every profile, both data models, exact statuses."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from issuer.errors import Misconfigured
from issuer.model.drafts import Draft, Linted
from issuer.proofs import data_integrity
from issuer.services.tokens import Role
from issuer.services.vc_api import PROFILES, VcApi
from keys.algorithms import Algorithm
from keys.public import PublicKey, base58_encode
from tests.town.door import Door, door

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
VERIFY = "/vc-api/credentials/verify"
PRESENT = "/vc-api/presentations/verify"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, module_database_url: str) -> Iterator[Door]:
    home = tmp_path_factory.mktemp("door") / "home"
    with door(home, database_url=module_database_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def tester(there: Door) -> Mapping[str, str]:
    return there.bearer(Role.VC_API)


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def unsigned(issuer: Any, *, version: str = "2.0") -> dict[str, Any]:
    old = version == "1.1"
    return {
        "@context": [V1 if old else V2, {"@vocab": "https://vocab.uni.example/"}],
        "type": ["VerifiableCredential", "Diploma"],
        "issuer": issuer,
        "issuanceDate" if old else "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:1", "mark": "passed"},
    }


@pytest.fixture
def issuer(there: Door, tester: Mapping[str, str], profile: str) -> str:
    about = there.web.get(f"/vc-api/{profile}", headers=tester)
    assert about.status_code == 200
    assert about.headers["cache-control"] == "no-store"
    return str(about.json()["issuer"])


def issued(
    there: Door, tester: Mapping[str, str], profile: str, credential: Mapping[str, Any]
) -> dict[str, Any]:
    answer = there.web.post(
        f"/vc-api/{profile}/credentials/issue",
        json={"credential": credential, "options": {}},
        headers=tester,
    )
    assert answer.status_code == 201, answer.text
    assert set(answer.json()) == {"verifiableCredential"}
    return dict(answer.json()["verifiableCredential"])


@pytest.mark.parametrize("version", ["2.0", "1.1"])
def test_what_a_profile_issues_verifies(
    there: Door, tester: Mapping[str, str], profile: str, issuer: str, version: str
) -> None:
    vc = issued(there, tester, profile, unsigned(issuer, version=version))
    answer = there.web.post(VERIFY, json={"verifiableCredential": vc})
    assert answer.status_code == 200, answer.text
    assert answer.json()["verified"] is True
    assert answer.json()["verdict"] == "PASSED"
    assert answer.json()["problemDetails"] == []


def test_what_was_sent_stays_as_it_was(
    there: Door, tester: Mapping[str, str], profile: str, issuer: str
) -> None:
    if profile == "vc-jwt":
        return
    sent = unsigned({"id": issuer, "name": "A test suite"})
    vc = issued(there, tester, profile, sent)
    added = set(vc) - set(sent)
    assert added == ({"proof", "credentialStatus"} if profile == "status" else {"proof"})
    assert {name: vc[name] for name in sent} == sent
    assert [name for name in vc if name in sent] == list(sent)


def test_a_token_comes_as_an_enveloped_credential(there: Door, tester: Mapping[str, str]) -> None:
    did = there.web.get("/vc-api/vc-jwt", headers=tester).json()["issuer"]
    vc = issued(there, tester, "vc-jwt", unsigned(did))
    assert vc["type"] == ["EnvelopedVerifiableCredential"]
    kind, _, token = vc["id"].partition(",")
    assert kind == "data:application/vc+jwt"
    assert there.web.post(VERIFY, json={"verifiableCredential": token}).status_code == 200
    head, body, signature = token.split(".")
    changed = ".".join((head, body[:-2] + ("AA" if body[-2:] != "AA" else "BB"), signature))
    answer = there.web.post(VERIFY, json={"verifiableCredential": changed})
    assert answer.status_code == 400
    assert answer.json()["verified"] is False


def test_the_data_integrity_context_is_appended_to_1_1(
    there: Door, tester: Mapping[str, str]
) -> None:
    did = there.web.get("/vc-api/eddsa-rdfc-2022", headers=tester).json()["issuer"]
    sent = unsigned(did, version="1.1")
    vc = issued(there, tester, "eddsa-rdfc-2022", sent)
    assert vc["@context"] == [*sent["@context"], "https://w3id.org/security/data-integrity/v2"]


def test_a_changed_value_fails_with_the_report(
    there: Door, tester: Mapping[str, str], profile: str, issuer: str
) -> None:
    if profile == "vc-jwt":
        return
    vc = issued(there, tester, profile, unsigned(issuer))
    vc["credentialSubject"]["mark"] = "distinction"
    answer = there.web.post(VERIFY, json={"verifiableCredential": vc})
    assert answer.status_code == 400
    assert answer.json()["verdict"] == "FAILED"
    assert "urn:testamur:check:proof" in [p["type"] for p in answer.json()["problemDetails"]]
    assert answer.headers["content-type"] == "application/json"


def test_the_proof_alone_may_be_asked_for(there: Door, tester: Mapping[str, str]) -> None:
    did = there.web.get("/vc-api/eddsa-rdfc-2022", headers=tester).json()["issuer"]
    old = unsigned(did) | {"validUntil": "2026-01-02T00:00:00Z"}
    vc = issued(there, tester, "eddsa-rdfc-2022", old)
    assert there.web.post(VERIFY, json={"verifiableCredential": vc}).status_code == 400
    options = {"checks": ["proof"]}
    answer = there.web.post(VERIFY, json={"verifiableCredential": vc, "options": options})
    assert answer.status_code == 200


# --- Status ---------------------------------------------------------------------------------


def test_the_status_entry_leads_to_a_signed_list(there: Door, tester: Mapping[str, str]) -> None:
    did = there.web.get("/vc-api/status", headers=tester).json()["issuer"]
    entry = issued(there, tester, "status", unsigned(did))["credentialStatus"]
    assert entry["type"] == "BitstringStatusListEntry"
    assert entry["statusPurpose"] == "revocation"
    assert 0 <= int(entry["statusListIndex"]) < 131_072
    path = entry["statusListCredential"].removeprefix("http://localhost:8000")
    answer = there.web.get(path)
    assert answer.headers["content-type"] == "application/vc"
    assert answer.json()["issuer"] == did
    assert there.web.post(VERIFY, json={"verifiableCredential": answer.json()}).status_code == 200
    assert there.web.get(path).content == answer.content
    as_json = there.web.get(path, headers={"accept": "application/json"})
    assert as_json.headers["content-type"] == "application/json"
    known = {"if-none-match": answer.headers["etag"]}
    assert there.web.get(path, headers=known).status_code == 304


def test_a_status_entry_of_ones_own_is_refused(there: Door, tester: Mapping[str, str]) -> None:
    did = there.web.get("/vc-api/status", headers=tester).json()["issuer"]
    body = unsigned(did) | {"credentialStatus": {"type": "BitstringStatusListEntry"}}
    answer = there.web.post(
        "/vc-api/status/credentials/issue", json={"credential": body}, headers=tester
    )
    assert answer.status_code == 400


# --- What is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"proof": None}, 400),
        ({"proof": []}, 400),
        ({"proof": {}}, 400),
        ({"@context": [V2, "https://unknown.example/context"]}, 400),
        ({"@context": [V2], "undefined": "term"}, 400),
        ({"@context": V2}, 422),
        ({"@context": [7]}, 422),
        ({"@context": [V2, 7]}, 422),
        ({"@context": []}, 422),
        ({"type": None}, 422),
        ({"type": ["Diploma"]}, 422),
        ({"credentialSubject": None}, 422),
        ({"credentialSubject": []}, 422),
        ({"credentialSubject": "text"}, 422),
        ({"validFrom": 7}, 422),
        ({"validFrom": "yesterday"}, 422),
        ({"credentialStatus": {}}, 422),
        ({"id": 7}, 422),
        ({"id": "not a url"}, 422),
    ],
)
def test_what_is_malformed_is_not_issued(
    there: Door,
    tester: Mapping[str, str],
    profile: str,
    issuer: str,
    change: dict[str, Any],
    status: int,
) -> None:
    if profile == "status" and "credentialStatus" in change:
        status = 400
    credential = unsigned(issuer) | {"@context": [V2]}
    credential["credentialSubject"] = {"id": "did:example:1"}
    credential["type"] = ["VerifiableCredential"]
    answer = there.web.post(
        f"/vc-api/{profile}/credentials/issue",
        json={"credential": credential | change},
        headers=tester,
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"credential": None},
        {"credential": "text"},
        {"credential": []},
        {"credential": {}},
        {"credential": {"issuer": "did:key:z6Mk"}, "options": None},
        {"credential": {}, "options": []},
    ],
)
def test_a_request_without_a_credential_is_refused(
    there: Door, tester: Mapping[str, str], body: Any
) -> None:
    answer = there.web.post("/vc-api/eddsa-rdfc-2022/credentials/issue", json=body, headers=tester)
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verifiableCredential": None},
        {"verifiableCredential": ""},
        {"verifiableCredential": 7},
        {"verifiableCredential": []},
        {"verifiableCredential": {}},
        {"verifiableCredential": "text"},
        {"verifiableCredential": {"@context": [7], "proof": None}},
        {"verifiableCredential": {"id": "data:application/vc+jwt,"}},
        {"verifiableCredential": {"@context": [V2]}, "options": "all"},
    ],
)
def test_what_is_no_credential_is_answered_400(there: Door, body: Any) -> None:
    assert there.web.post(VERIFY, json=body).status_code == 400


@pytest.mark.parametrize("name", ["unknown", "_vc-api", "status-lists", "EDDSA-RDFC-2022"])
def test_an_unknown_profile_is_not_there(there: Door, tester: Mapping[str, str], name: str) -> None:
    assert there.web.get(f"/vc-api/{name}", headers=tester).status_code == 404
    address = f"/vc-api/{name}/credentials/issue"
    assert there.web.post(address, json={"credential": {}}, headers=tester).status_code == 404


def test_a_setting_that_names_no_profile_is_told(there: Door) -> None:
    house = there.made.house
    with pytest.raises(Misconfigured, match="vc_api_issue names rsa"):
        VcApi(house.bench, house.checker, signer=house.vc_api.signer, enabled=("rsa",))


def test_what_was_issued_leaves_a_line_and_nothing_else(
    there: Door, tester: Mapping[str, str], tmp_path: Path
) -> None:
    did = there.web.get("/vc-api/eddsa-rdfc-2022", headers=tester).json()["issuer"]
    marked = unsigned(did)
    marked["credentialSubject"]["mark"] = "a-mark-to-be-found"
    issued(there, tester, "eddsa-rdfc-2022", marked)
    kept = there.made.house.settings.home
    for path in kept.rglob("*"):
        if path.is_file():
            assert b"a-mark-to-be-found" not in path.read_bytes()


# --- Presentations ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def holder() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(7, 39)))


@pytest.fixture(scope="module")
def presentation(
    there: Door, tester: Mapping[str, str], holder: ed25519.Ed25519PrivateKey
) -> dict[str, Any]:
    """A presentation of a credential, made for a challenge and a domain."""
    did = there.web.get("/vc-api/eddsa-jcs-2022", headers=tester).json()["issuer"]
    vc = issued(there, tester, "eddsa-jcs-2022", unsigned(did))
    key = PublicKey(Algorithm.ED25519, holder.public_key().public_bytes_raw())
    owner = key.did_key()
    document: dict[str, Any] = {
        "@context": [V2, {"@vocab": "https://vocab.uni.example/"}],
        "type": ["VerifiablePresentation"],
        "holder": owner,
        "verifiableCredential": [vc],
    }
    prepared = data_integrity.prepare(
        Linted(Draft(document)),
        key=key,
        verification_method=f"{owner}#{owner.removeprefix('did:key:')}",
        created=there.made.house.bench.now(),
        suite="eddsa-jcs-2022",
        canonicalise=there.made.house.bench.canonicalise,
    )
    proof = {
        **prepared.proof,
        "proofPurpose": "authentication",
        "challenge": "12345",
        "domain": "employer.example",
    }
    suite = data_integrity.SUITES["eddsa-jcs-2022"]
    body, config = suite.signed_parts(document, proof)
    hashed = _hashed(suite, config) + _hashed(suite, body)
    value = "z" + base58_encode(holder.sign(hashed))
    return {**document, "proof": {**proof, "proofValue": value}}


def _hashed(suite: Any, part: Any) -> bytes:
    import hashlib  # noqa: PLC0415 # Only here.

    return hashlib.sha256(suite.form(part, "sha256", None)).digest()


def test_a_presentation_answers_its_challenge(there: Door, presentation: dict[str, Any]) -> None:
    options = {"challenge": "12345", "domain": "employer.example"}
    answer = there.web.post(
        PRESENT, json={"verifiablePresentation": presentation, "options": options}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["verified"] is True
    assert len(answer.json()["credentials"]) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"challenge": "67890", "domain": "employer.example"},
        {"challenge": "12345", "domain": "evil.example"},
        {"challenge": 12345},
        {"domain": ["employer.example"]},
    ],
)
def test_a_presentation_for_somebody_else_is_refused(
    there: Door, presentation: dict[str, Any], options: dict[str, Any]
) -> None:
    answer = there.web.post(
        PRESENT, json={"verifiablePresentation": presentation, "options": options}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("value", [None, "", "text", 7, [], {}, {"proof": None}])
def test_what_is_no_presentation_is_answered_400(there: Door, value: Any) -> None:
    answer = there.web.post(PRESENT, json={"verifiablePresentation": value})
    assert answer.status_code == 400
