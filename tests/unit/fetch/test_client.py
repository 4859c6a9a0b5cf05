import datetime as dt
import gzip
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from functools import partial

import pytest

from issuer.errors import FetchFailed, FetchRefused
from issuer.fetch import Body, Bounds, Budget, Fetcher
from tests.town.loopback import NOW, Asked, Responder, Town, redirect, reply

JSON = "application/json"


def _always(*pieces: bytes) -> Responder:
    return lambda _: pieces


def test_a_document_is_fetched_with_what_is_needed_and_nothing_else(town: Town) -> None:
    town.host("uni.example", lambda _: reply(b'{"a":1}', media_type="Application/JSON; charset=x"))
    fetched = town.fetcher().get("https://uni.example/c/1?x#y", budget=Budget(), accept=JSON)
    assert (fetched.data, fetched.media_type, fetched.at) == (b'{"a":1}', JSON, NOW)
    assert fetched.url == "https://uni.example/c/1?x"
    (asked,) = town.asked("uni.example")
    assert (asked.method, asked.target) == ("GET", "/c/1?x")
    assert asked.headers == {
        "host": "uni.example",
        "accept": JSON,
        "accept-encoding": "identity",
        "user-agent": "testamur",
        "connection": "close",
    }
    assert town.dialled == [("93.184.216.1", 443)]
    assert town.resolved == ["uni.example"]


def test_neither_proxy_nor_cookies_are_taken_along(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    town.host("uni.example", lambda _: reply(headers={"Set-Cookie": "a=b; Domain=uni.example"}))
    fetcher, budget = town.fetcher(), Budget()
    for _ in range(2):
        fetcher.get("https://uni.example/", budget=budget, accept=JSON)
    assert all("cookie" not in asked.headers for asked in town.asked("uni.example"))


def test_the_certificate_must_be_for_the_name(town: Town) -> None:
    town.host("uni.example", _always(*reply()), certified_as="other.example")
    with pytest.raises(FetchFailed, match="certificate that is not good"):
        town.fetcher().get("https://uni.example/", budget=Budget(), accept=JSON)
    assert town.asked("uni.example") == []


def test_the_certificate_must_be_of_an_authority_that_the_system_trusts(town: Town) -> None:
    town.host("uni.example", _always(*reply()))
    network = town.fetcher()._network
    stranger = Fetcher(clock=lambda: NOW, network=type(network)(network.resolve, network.dial))
    with pytest.raises(FetchFailed, match="certificate that is not good"):
        stranger.get("https://uni.example/", budget=Budget(), accept=JSON)


def test_an_allowed_host_is_fetched_over_http_from_loopback(town: Town) -> None:
    port = town.plain(lambda _: reply(b"{}"))
    town.addresses["localhost"] = ["127.0.0.1"]
    allowed = Bounds(hosts=frozenset({f"localhost:{port}"}))
    url = f"http://localhost:{port}/.well-known/did.json"
    assert town.fetcher(allowed).get(url, budget=Budget(), accept=JSON).data == b"{}"
    assert town.asked(f"127.0.0.1:{port}")[0].headers["host"] == f"localhost:{port}"
    with pytest.raises(FetchRefused, match="not https"):
        town.fetcher().get(url, budget=Budget(), accept=JSON)


def test_without_a_dial_of_its_own_the_systems_sockets_are_used(town: Town) -> None:
    port = town.plain(lambda _: reply(b"{}"))
    network = type(town.fetcher()._network)(resolve=lambda *_: ["127.0.0.1"])
    bounds = Bounds(hosts=frozenset({"localhost"}))
    fetcher = Fetcher(clock=lambda: NOW, bounds=bounds, network=network)
    url = f"http://localhost:{port}/"
    assert fetcher.get(url, budget=Budget(), accept=JSON).data == b"{}"


def test_the_next_address_is_dialled_when_one_does_not_answer(town: Town) -> None:
    town.host("uni.example", _always(*reply(b"{}")))
    town.addresses["uni.example"] = ["93.184.216.200", "93.184.216.201", "93.184.216.1"]
    town.fetcher().get("https://uni.example/", budget=Budget(), accept=JSON)
    assert [address for address, _ in town.dialled] == town.addresses["uni.example"]
    town.addresses["uni.example"] = [f"93.184.216.{n}" for n in range(200, 220)]
    town.dialled.clear()
    with pytest.raises(FetchFailed, match="could not be reached"):
        town.fetcher().get("https://uni.example/", budget=Budget(), accept=JSON)
    assert len(town.dialled) == 4


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_paid_for(town: Town, status: int) -> None:
    town.host("old.example", lambda _: redirect("https://new.example/b", status=status))
    town.host("new.example", lambda a: reply(b"{}") if a.target == "/c" else redirect("c"))
    budget = Budget()
    fetched = town.fetcher().get("https://old.example/a", budget=budget, accept=JSON)
    assert fetched.url == "https://new.example/c"
    assert (budget.hosts, budget.documents) == (1, 7)


def test_the_fourth_redirect_is_not_followed(town: Town) -> None:
    town.host("uni.example", lambda a: redirect(f"/{int(a.target[1:]) + 1}"))
    with pytest.raises(FetchRefused, match="redirects too often"):
        town.fetcher().get("https://uni.example/0", budget=Budget(), accept=JSON)
    assert [a.target for a in town.asked("uni.example")] == ["/0", "/1", "/2", "/3"]


@pytest.mark.parametrize("status", [201, 204, 206, 304, 302, 400, 401, 404, 410, 500, 503])
def test_only_status_200_is_an_answer(town: Town, status: int) -> None:
    town.host("uni.example", _always(f"HTTP/1.1 {status} Said\r\n\r\n".encode()))
    with pytest.raises(FetchFailed, match=f"status {status}") as caught:
        town.fetcher().get("https://uni.example/", budget=Budget(), accept=JSON)
    assert caught.value.details["status"] == status


def test_a_budget_is_shared_and_runs_out(town: Town) -> None:
    for name in "abc":
        town.host(f"{name}.example", _always(*reply()))
    fetch = partial(town.fetcher().get, budget=Budget(hosts=2, documents=4), accept=JSON)
    for name in "aba":
        fetch(f"https://{name}.example/")
    with pytest.raises(FetchRefused, match=r"too many hosts; c\.example"):
        fetch("https://c.example/")
    fetch("https://b.example/")
    with pytest.raises(FetchRefused, match="too many documents"):
        fetch("https://a.example/")
    assert town.asked("c.example") == []


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "GZIP"])
def test_a_packed_answer_is_unpacked(town: Town, coding: str) -> None:
    pack = zlib.compress if coding == "deflate" else gzip.compress
    headers = {"Content-Encoding": coding}
    town.host("uni.example", lambda _: reply(pack(b'{"a":1}'), headers=headers))
    got = town.fetcher().get("https://uni.example/", budget=Budget(), accept=JSON)
    assert got.data == b'{"a":1}'


@pytest.mark.parametrize(
    ("coding", "body", "fault"),
    [
        ("br", b"{}", "not asked for"),
        ("gzip, gzip", b"{}", "not asked for"),
        ("gzip", b"{}", "does not unpack"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-4], "cut short"),
        ("gzip", b"", "cut short"),
    ],
)
def test_a_packing_that_is_not_right_is_refused(
    town: Town, coding: str, body: bytes, fault: str
) -> None:
    town.host("uni.example", lambda _: reply(body, headers={"Content-Encoding": coding}))
    with pytest.raises(FetchFailed, match=fault):
        town.fetcher().get("https://uni.example/", budget=Budget(), accept=JSON)


def test_the_largest_answer_fits_and_one_byte_more_does_not(town: Town) -> None:
    town.host("uni.example", lambda a: reply(b"x" * int(a.target[1:])))
    fetcher, budget = town.fetcher(), Budget()
    most = fetcher.get(f"https://uni.example/{1 << 20}", budget=budget, accept=JSON)
    assert len(most.data) == 1 << 20
    with pytest.raises(FetchFailed, match="larger than 1048576 bytes"):
        fetcher.get(f"https://uni.example/{(1 << 20) + 1}", budget=budget, accept=JSON)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_an_answer_that_breaks_off_or_is_no_http_is_refused(town: Town, answer: bytes) -> None:
    town.host("uni.example", _always(answer))
    with pytest.raises(FetchFailed, match="could not be reached, or broke off"):
        town.fetcher().get("https://uni.example/", budget=Budget(), accept=JSON)


def test_a_host_that_never_answers_is_left_at_the_deadline(town: Town) -> None:
    never = threading.Event()

    def silent(_: Asked) -> Iterator[bytes]:
        never.wait(30)
        yield from reply(b"{}")

    town.host("slow.example", silent)
    with pytest.raises(FetchFailed, match=r"slow\.example did not answer within 0\.3 s"):
        town.fetcher(Bounds(deadline_s=0.3)).get(
            "https://slow.example/", budget=Budget(), accept=JSON
        )
    never.set()


def test_time_that_is_used_up_before_dialling_counts(town: Town) -> None:
    with pytest.raises(FetchFailed, match="did not answer within 0 s"):
        town.fetcher(Bounds(deadline_s=0)).get("https://uni.example/", budget=Budget(), accept=JSON)


def test_the_moment_is_the_clocks() -> None:
    assert dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC) == NOW


def test_importing_the_room_does_not_load_an_http_client() -> None:
    code = (
        "import sys, issuer.fetch, issuer.fetch.addresses, issuer.fetch.location;"
        "sys.exit(bool({'httpcore2', 'httpx2', 'h11'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_question_is_posted_with_what_is_needed_and_nothing_else(town: Town) -> None:
    town.host("uni.example", lambda asked: reply(asked.body[::-1], media_type="application/b"))
    budget = Budget()
    answer = town.fetcher().post(
        "https://uni.example/q?x", body=Body(b"abc", "application/a"), budget=budget, accept="*/*"
    )
    assert (answer.data, answer.media_type) == (b"cba", "application/b")
    assert (budget.hosts, budget.documents) == (2, 9)
    (asked,) = town.asked("uni.example")
    assert (asked.method, asked.target, asked.body) == ("POST", "/q?x", b"abc")
    assert asked.headers == {
        "host": "uni.example",
        "accept": "*/*",
        "accept-encoding": "identity",
        "user-agent": "testamur",
        "connection": "close",
        "content-type": "application/a",
        "content-length": "3",
    }


def test_an_empty_question_is_a_question(town: Town) -> None:
    town.host("uni.example", _always(*reply()))
    town.fetcher().post(
        "https://uni.example/", body=Body(b"", "application/a"), budget=Budget(), accept=JSON
    )
    (asked,) = town.asked("uni.example")
    assert (asked.method, asked.headers["content-length"]) == ("POST", "0")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_question_follows_no_redirect(town: Town, status: int) -> None:
    town.host(
        "uni.example", lambda a: redirect("/b", status=status) if a.target == "/" else reply()
    )
    with pytest.raises(FetchRefused, match="redirects a question"):
        town.fetcher().post(
            "https://uni.example/", body=Body(b"a", JSON), budget=Budget(), accept=JSON
        )
    assert [a.target for a in town.asked("uni.example")] == ["/"]


def test_what_is_signed_may_come_over_plain_http_from_public_addresses(town: Town) -> None:
    town.host("trust.example", lambda _: reply(b"a"), plain=True)
    fetcher, url = town.fetcher(), "http://trust.example/a.crl"
    assert fetcher.get(url, budget=Budget(), accept="*/*", signed=True).data == b"a"
    assert town.dialled == [("93.184.216.1", 80)]
    body = Body(b"a", JSON)
    assert fetcher.post(url, body=body, budget=Budget(), accept="*/*", signed=True).data == b"a"
    town.addresses["trust.example"] = ["10.0.0.1"]
    with pytest.raises(FetchRefused, match="which is private"):
        fetcher.get(url, budget=Budget(), accept="*/*", signed=True)
    with pytest.raises(FetchRefused, match="which is private"):
        fetcher.post(url, body=body, budget=Budget(), accept="*/*", signed=True)
    with pytest.raises(FetchRefused, match="not https"):
        fetcher.post(url, body=body, budget=Budget(), accept="*/*")


def test_what_is_signed_is_followed_to_plain_http_and_nothing_else_is(town: Town) -> None:
    town.host("lists.example", lambda _: redirect("http://trust.example/a.crl"))
    town.host("trust.example", lambda _: reply(b"a"), plain=True)
    fetcher, url = town.fetcher(), "https://lists.example/"
    assert fetcher.get(url, budget=Budget(), accept="*/*", signed=True).data == b"a"
    with pytest.raises(FetchRefused, match="not https"):
        fetcher.get(url, budget=Budget(), accept="*/*")
