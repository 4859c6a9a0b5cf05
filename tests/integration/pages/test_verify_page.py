"""The form that checks: a file, a text or a link in, one plain answer out."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from issuer.model.award import Award
from tests.town.installation import Installation

BASE = "http://localhost:8000"
GENUINE = "Genuine, unchanged and in force."
Own = Callable[[str], bytes]


@pytest.fixture
def own(web: TestClient, there: Installation, award: Award) -> Own:
    """A file of the award, as its learner takes it."""
    return lambda name: web.get(f"{there.secret(award)}/credential.{name}").content


def test_an_empty_form(web: TestClient) -> None:
    page = web.get("/verify")
    assert 'name="what"' in page.text
    assert 'role="alert"' not in page.text


def test_an_address_may_stand_in_it_and_is_not_fetched(
    web: TestClient, there: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("opening a page fetched something")

    monkeypatch.setattr(type(there.house.checker), "link", refuse)
    monkeypatch.setattr(type(there.house.checker), "check", refuse)
    page = web.get("/verify", params={"url": 'https://uni.example/c/1?a="><script>'})
    assert "https://uni.example/c/1?a=" in page.text
    assert "<script>" not in page.text
    assert len(web.get("/verify", params={"url": "x" * 60_000}).text) < 40_000


@pytest.mark.parametrize("name", ["json", "jwt"])
def test_a_pasted_credential_is_checked(web: TestClient, own: Own, name: str) -> None:
    data = {"what": f"\n {own(name).decode()} \n", "holder": "Alex Example"}
    page = web.post("/verify", data=data)
    assert page.status_code == 200
    assert GENUINE in page.text
    assert "The name that you gave, Alex Example, is the name in it." in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "og:" not in page.text
    assert '<meta name="robots" content="noindex">' in page.text


def test_somebody_elses_is_told_so(web: TestClient, own: Own) -> None:
    page = web.post("/verify", data={"what": own("json").decode(), "holder": "Kim Other"})
    assert "It was awarded to somebody else." in page.text


def test_a_changed_one_is_found_out(web: TestClient, own: Own) -> None:
    text = own("json").decode().replace("Alex Example", "Axel Example")
    assert "Changed or forged." in web.post("/verify", data={"what": text}).text


@pytest.mark.parametrize("name", ["json", "jwt", "png"])
def test_a_file_is_checked_and_named(web: TestClient, own: Own, name: str) -> None:
    page = web.post("/verify", files={"file": (f"<it>.{name}", own(name))}, data={"what": ""})
    assert GENUINE in page.text
    assert f"the file “&lt;it&gt;.{name}”" in page.text


def test_a_form_without_a_file_is_what_browsers_send(web: TestClient, own: Own) -> None:
    kind = {"content-type": "multipart/form-data; boundary=b"}
    parts = [
        'name="what"\r\n\r\n' + own("jwt").decode(),
        'name="file"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n',
        'name="holder"\r\n\r\n',
    ]
    body = "".join(f"--b\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    page = web.post("/verify", content=f"{body}--b--\r\n", headers=kind)
    assert page.status_code == 200
    assert GENUINE in page.text


def test_a_revoked_one_is_red(web: TestClient, there: Installation) -> None:
    award = there.awards[-1]
    document = web.get(f"{there.secret(award)}/credential.json").content
    there.revoke(award, "Plagiarism was found")
    page = web.post("/verify", files={"file": ("it.json", document)})
    assert "Revoked. Do not rely on it." in page.text
    assert "Plagiarism was found" in page.text


@pytest.mark.parametrize("end", ["", ".json", ".png", "/card.png", "?x=1", "#checks"])
def test_a_link_to_one_of_ours_is_looked_up_here(
    web: TestClient, there: Installation, award: Award, end: str
) -> None:
    link = {"what": f"{BASE}/c/{award.id}{end}"}
    hidden = web.post("/verify", data=link)
    assert hidden.status_code == 422
    assert "There is no shared credential at this address" in hidden.text
    there.share(award)
    assert GENUINE in web.post("/verify", data=link).text


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("", "Nothing was handed in."),
        ("   ", "Nothing was handed in."),
        ("http://uni.example/c/1", "http"),
        ("https://127.0.0.1/c/1", "127.0.0.1"),
        ("https://10.0.0.1/c/1", "10.0.0.1"),
    ],
)
def test_what_cannot_be_had_brings_the_form_back(web: TestClient, what: str, fault: str) -> None:
    page = web.post("/verify", data={"what": what, "holder": "A <b>"})
    assert page.status_code == 422
    assert fault in page.text
    assert 'role="alert"' in page.text
    assert "A &lt;b&gt;" in page.text


def test_a_credential_that_was_pasted_does_not_come_back(web: TestClient) -> None:
    page = web.post("/verify", data={"what": "secret " * 1_000, "holder": "x" * 301})
    assert page.status_code == 422
    assert "This name has more than 300 characters." in page.text
    assert "secret secret" not in page.text


@pytest.mark.parametrize("length", [1024 * 1024 + 1, 11 * 1024 * 1024])
def test_a_text_that_is_too_long_is_told_on_the_page(web: TestClient, length: int) -> None:
    # As browsers send it: every field is a part of its own.
    parts = {"what": (None, "x" * length), "holder": (None, "Alex Example")}
    page = web.post("/verify", files=parts)
    assert page.status_code == 422
    assert "This text is longer than 1 MiB." in page.text
    assert 'role="alert"' in page.text
    assert 'value="Alex Example"' in page.text
    assert "xxxx" not in page.text


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "This file is empty."),
        (b" \n", "This file is empty."),
        (b"{" + b" " * (10 * 1024 * 1024), "This file is larger than 10 MiB."),
    ],
)
def test_a_file_that_cannot_be_used(web: TestClient, data: bytes, fault: str) -> None:
    page = web.post("/verify", files={"file": ("it.json", data)})
    assert page.status_code == 422
    assert fault in page.text


def test_a_document_over_one_mebibyte_is_no_credential(web: TestClient) -> None:
    page = web.post("/verify", files={"file": ("big.json", b"{" + b" " * 2_000_000)})
    assert page.status_code == 200
    assert "This cannot be read as a credential." in page.text


def test_more_than_any_form_holds_is_refused(web: TestClient) -> None:
    page = web.post("/verify", files={"file": ("big.png", b" " * (13 * 1024 * 1024))})
    assert page.status_code == 413
    assert "Send less." in page.text
