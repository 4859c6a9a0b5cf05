import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from issuer.web.headers import CSP, SecurityHeaders


async def _application(scope: Scope, receive: Receive, send: Send) -> None:
    loose = [(b"content-security-policy", b"default-src *")]
    if not scope["path"].endswith("/plain"):
        loose.append((b"Cache-Control", b"max-age=60"))
    await send({"type": "http.response.start", "status": 200, "headers": loose})
    await send({"type": "http.response.body", "body": b"hello"})


def _answer(path: str, *, https: bool = False, kind: str = "http") -> tuple[dict[str, str], bytes]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope: dict[str, Any] = {"type": kind, "path": path}
    asyncio.run(SecurityHeaders(_application, https=https)(scope, receive, send))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return headers, sent[1]["body"]


def test_every_answer_carries_the_strict_policy_whatever_a_route_says() -> None:
    headers, body = _answer("/verify")
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert body == b"hello"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    rules = dict(rule.split(" ", 1) for rule in CSP.split("; "))
    assert rules.pop("default-src") == "'none'"
    assert rules.pop("frame-ancestors") == "'none'"
    assert rules.pop("base-uri") == "'none'"
    assert set(rules.values()) == {"'self'"}


def test_a_public_page_keeps_its_own_cache_rule_and_may_be_found() -> None:
    headers, _ = _answer("/c/EUAS-1")
    assert headers["cache-control"] == "max-age=60"
    assert "x-robots-tag" not in headers


@pytest.mark.parametrize("path", ["/api/v1/results/plain", "/vc-api/plain"])
def test_what_the_api_says_is_kept_only_where_it_says_so(path: str) -> None:
    assert _answer(path)[0]["cache-control"] == "no-store"
    assert _answer(path.removesuffix("/plain"))[0]["cache-control"] == "max-age=60"
    assert "cache-control" not in _answer("/c/plain")[0]


@pytest.mark.parametrize("path", ["/l/secret", "/l/secret/credential.json"])
def test_the_learners_page_is_kept_and_found_by_nobody(path: str) -> None:
    headers, _ = _answer(path)
    assert headers["cache-control"] == "no-store"
    assert "noindex" in headers["x-robots-tag"]
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("https", [True, False])
def test_strict_transport_is_said_over_https_alone(https: bool) -> None:
    headers, _ = _answer("/", https=https)
    assert ("strict-transport-security" in headers) is https


def test_what_is_no_http_passes_untouched() -> None:
    headers, _ = _answer("/", kind="lifespan")
    assert headers["content-security-policy"] == "default-src *"
