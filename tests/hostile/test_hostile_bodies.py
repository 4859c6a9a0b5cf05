"""Bodies, ids and headers that no honest client sends: each is answered, and never with a 5xx."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from issuer.services.tokens import Role
from tests.town.door import Door

JSON = {"content-type": "application/json"}
RAW = {
    "nothing": b"",
    "space": b"  \r\n",
    "null": b"null",
    "list": b"[]",
    "text": b'"x"',
    "number": b"1",
    "true": b"true",
    "empty": b"{}",
    "half": b'{"credential": {',
    "not-utf8": b'{"credential": "\xff\xfe"}',
    "bom": b"\xef\xbb\xbf{}",
    "utf16": '{"credential": 1}'.encode("utf-16"),
    "nan": b'{"credential": NaN}',
    "infinite": b'{"credential": 1e999}',
    "long-number": b'{"credential": ' + b"9" * 5_000 + b"}",
    "deep-list": b"[" * 100_000 + b"]" * 100_000,
    "deep-object": b'{"credential":' * 50_000 + b"1" + b"}" * 50_000,
    "twice": b'{"reason": "a", "reason": "b"}',
    "surrogate": b'{"reason": "\\ud800", "credential": "\\ud800"}',
    "nul": b'{"reason": "\\u0000", "credential": "\\u0000"}',
    "proto": b'{"__proto__": {"role": "admin"}, "constructor": null}',
    "binary": bytes(range(256)),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'>" * 500,
    "two-dots": b"a.b.c",
    "dots": b"." * 100_000,
    "form": b'--b\r\nContent-Disposition: form-data; name="credential"\r\n\r\n\\ud800\r\n--b--',
    "link": b"https://",
    "link-file": b"file:///etc/passwd",
    "link-odd": b"https://[::1/%zz",
    "own-link": b"http://localhost:8000/c/\xff/../../x",
}
ROUTES = [
    ("/api/v1/results", Role.ISSUER),
    ("/api/v1/achievements", Role.ADMIN),
    ("/api/v1/verify", None),
    ("/api/v1/credentials/{id}/suspend", Role.ISSUER),
    ("/api/v1/credentials/{id}/reinstate", Role.ISSUER),
    ("/api/v1/credentials/nobody/revoke", Role.ISSUER),
    ("/verify", None),
    ("/vc-api/credentials/verify", None),
    ("/vc-api/presentations/verify", None),
    ("/vc-api/eddsa-rdfc-2022/credentials/issue", Role.VC_API),
    ("/vc-api/status/credentials/issue", Role.VC_API),
    ("/vc-api/vc-jwt/credentials/issue", Role.VC_API),
]
KINDS = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data; boundary=b; charset=undefined",
    'multipart/form-data; charset="unicode_escape"; boundary=b',
    "multipart/form-data; Charset = undefined ; boundary=b",
    "multipart/form-data; charset*=us-ascii''undefined; boundary=b",
    "text/plain; charset=nonsense",
    "\u00e4".encode().decode("latin-1"),
]


def _headers(door: Door, role: Role | None) -> dict[str, str]:
    return dict(door.bearer(role)) if role else {}


def _post(door: Door, path: str, body: bytes, headers: dict[str, Any]) -> int:
    encoded = {k.encode(): v.encode("latin-1") for k, v in headers.items()}
    answer = door.web.post(path.format(id=door.made.awards[0].id), content=body, headers=encoded)
    assert answer.status_code < 500, (path, body[:60], answer.text)
    assert "Traceback" not in answer.text
    kind = answer.headers["content-type"]
    assert kind.startswith(("application/json", "application/problem+json", "text/html"))
    return answer.status_code


@pytest.mark.parametrize(("path", "role"), ROUTES)
def test_bodies_that_are_no_request(door: Door, path: str, role: Role | None) -> None:
    headers = _headers(door, role)
    for body in RAW.values():
        for kind in KINDS:
            _post(door, path, body, {**headers, "content-type": kind})


# --- One value at a time is something else --------------------------------------------------

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    2**53,
    1.5,
    "",
    " ",
    "\u202ex\u2066",
    "\x00",
    "<script>alert(1)</script>",
    "x" * 100_000,
    [],
    [None],
    [[]],
    {},
    {"": None},
    {"id": None, "type": 7},
    ["https://x.example/"] * 1_000,
]


def _changed(value: Any) -> Iterator[Any]:
    """Every value that comes of putting something odd in one place, or leaving that out."""
    members: list[Any] = []
    if isinstance(value, dict):
        members = list(value)
    elif isinstance(value, list):
        members = list(range(len(value)))
    for member in members:
        for odd in (*ODD, *_changed(value[member])):
            copy = value.copy()
            copy[member] = odd
            yield copy
        copy = value.copy()
        del copy[member]
        yield copy


def _result() -> dict[str, Any]:
    return {
        "achievement": "no-such-course",
        "date": "2026-06-12",
        "passed": True,
        "learner": {
            "key": "s-1",
            "display_name": "Noor Example",
            "email": "n@uni.example",
            "identifiers": [{"scheme": "studentId", "value": "1"}],
        },
        "grade": {"value": "1", "scheme": "1 to 5"},
        "evidence": [{"title": "Work", "url": "https://work.example/"}],
    }


def test_results_with_one_odd_value(door: Door) -> None:
    headers = {**_headers(door, Role.ISSUER), **JSON}
    statuses = {
        _post(door, "/api/v1/results", json.dumps(value).encode(), headers)
        for value in _changed(_result())
    }
    assert statuses <= {400, 404, 422}


def _credential() -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000000",
        "type": ["VerifiableCredential"],
        "issuer": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "validFrom": "2026-06-12T00:00:00Z",
        "credentialSubject": {"id": "did:example:somebody"},
        "credentialStatus": {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "7",
            "statusListCredential": "https://127.0.0.1/list",
        },
        "proof": {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": "2026-06-12T00:00:00Z",
            "verificationMethod": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
            "#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            "proofPurpose": "assertionMethod",
            "proofValue": "z" + "1" * 88,
        },
    }


def test_credentials_with_one_odd_value(door: Door) -> None:
    for value in _changed(_credential()):
        body = json.dumps({"verifiableCredential": value}).encode()
        assert _post(door, "/vc-api/credentials/verify", body, JSON) in {400, 422}


def test_checking_is_always_answered_with_a_report(door: Door) -> None:
    for value in list(_changed(_credential()))[::5]:
        answer = door.web.post("/api/v1/verify", json={"credential": value})
        assert answer.status_code == 200
        assert answer.json()["verdict"] in {"FAILED", "INDETERMINATE"}


def test_presentations_with_one_odd_value(door: Door) -> None:
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:somebody",
        "verifiableCredential": [{"id": "urn:x", "type": ["VerifiableCredential"]}],
        "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"},
    }
    options = {"challenge": "c", "domain": "d"}
    for value in _changed({"verifiablePresentation": presentation, "options": options}):
        body = json.dumps(value).encode()
        assert _post(door, "/vc-api/presentations/verify", body, JSON) in {400, 422}


@pytest.mark.parametrize("profile", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vc-jwt", "status"])
def test_credentials_to_be_issued_with_one_odd_value(door: Door, profile: str) -> None:
    headers = {**_headers(door, Role.VC_API), **JSON}
    did = door.web.get(f"/vc-api/{profile}", headers=headers).json()["issuer"]
    good = {k: v for k, v in _credential().items() if k != "proof"} | {"issuer": did}
    path = f"/vc-api/{profile}/credentials/issue"
    for value in list(_changed({"credential": good, "options": {}}))[::3]:
        status = _post(door, path, json.dumps(value).encode(), headers)
        assert status in {201, 400, 422}


# --- Ids and headers ------------------------------------------------------------------------

IDS = [
    "%00",
    "%FF",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "%E2%80%AE",
    "x" * 5_000,
    "' OR 1=1 --",
    "${jndi:ldap://x}",
    "\u0661\u0662",
    "99999999999999999999",
    "-1",
    ".",
]
READ = [
    "/c/{}",
    "/c/{}.json",
    "/c/{}/card.png",
    "/l/{}",
    "/l/a.{}",
    "/achievements/{}",
    "/achievements/{}/v/{}",
    "/status/euas/{}/1",
    "/status/euas/revocation/{}",
    "/o/{}/colour.css",
    "/{}/did.json",
    "/static/{}",
    "/vc-api/{}",
    "/api/v1/credentials/{}",
]


@pytest.mark.parametrize("path", READ)
def test_ids_that_are_none(door: Door, path: str) -> None:
    headers = _headers(door, Role.VC_API if "vc-api" in path else Role.AUDITOR)
    for hostile in IDS:
        for accept in ("text/html", "application/json"):
            asked = {**headers, "accept": accept}
            answer = door.web.get(path.replace("{}", hostile), headers=asked)
            assert answer.status_code in {400, 404, 405, 422}, (path, hostile, answer.text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authorization", b"Bearer \xff\x00"),
        ("authorization", b"Bearer " + b"a" * 50_000),
        ("accept", b"text/html;q=\xff, ;;;,,q=nan"),
        ("accept", b"*/*;q=1e999," * 1_000),
        ("accept-language", b"\xff"),
        ("if-none-match", b'"\xff", W/"'),
        ("if-modified-since", b"yesterday"),
        ("range", b"bytes=9-1,-0,a-b"),
        ("content-length", b"-1"),
        ("content-length", b"9" * 5_000),
        ("content-type", b"multipart/form-data; boundary=" + b"\xff" * 300),
        ("host", b"\xff\xfe"),
        ("cookie", b"\xff=\xff;;;="),
    ],
)
@pytest.mark.parametrize(
    "path", ["/", "/verify", "/api/v1/credentials/X", "/.well-known/did.json", "/healthz"]
)
def test_headers_that_are_none(door: Door, path: str, name: str, value: bytes) -> None:
    for method in ("GET", "POST"):
        answer = door.web.request(method, path, headers={name.encode(): value})
        assert answer.status_code < 500, (method, path, answer.text)


def test_an_idempotency_key_that_is_none(door: Door) -> None:
    headers = {k.encode(): v.encode() for k, v in _headers(door, Role.ISSUER).items()}
    for key in (b"\xff", b"", b"a\x7f", b"x" * 10_000):
        answer = door.web.post(
            "/api/v1/results", json=_result(), headers={**headers, b"idempotency-key": key}
        )
        assert answer.status_code == 422
