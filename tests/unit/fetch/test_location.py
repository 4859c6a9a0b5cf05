import pytest

from issuer.errors import FetchRefused
from issuer.fetch.location import follow, parse

NONE: frozenset[str] = frozenset()


def test_a_url_is_read_into_its_parts() -> None:
    place = parse("HTTPS://Uni.Example/c/1.json?a=%20b#top", hosts=NONE)
    assert (place.scheme, place.host, place.port) == ("https", "uni.example", 443)
    assert (place.target, place.netloc) == ("/c/1.json?a=%20b", "uni.example")
    assert place.url == "https://uni.example/c/1.json?a=%20b"
    assert parse("https://uni.example:8443", hosts=NONE).url == "https://uni.example:8443/"
    assert parse("https://uni.example:443", hosts=NONE).netloc == "uni.example"


@pytest.mark.parametrize(
    "url",
    [
        "http://uni.example/",
        "ftp://uni.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//uni.example/",
        "uni.example",
        "",
        "https://",
        "https:///c/1",
        "https://user@uni.example/",
        "https://user:secret@uni.example/",
        "https://uni.example\\@evil.example/",
        "https://uni.example /",
        "https://uni.example/a b",
        "https://uni.example/\r\nHost: evil.example",
        "https://uni.example/\n",
        "https://uni.example/ü",
        "https://ünì.example/",
        "https://un\u0131.example/",
        "https://\u212aontor.example/",
        "https://uni.example./",
        "https://uni..example/",
        "https://-uni.example/",
        "https://uni.example:/",
        "https://uni.example:0/",
        "https://uni.example:65536/",
        "https://uni.example:22/",
        "https://uni.example:80/",
        "https://uni.example:99999999/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://uni.example/" + "x" * 2048,
    ],
)
def test_anything_but_plain_https_to_a_name_is_refused(url: str) -> None:
    with pytest.raises(FetchRefused, match="It was not fetched"):
        parse(url, hosts=NONE)


def test_the_operator_may_allow_a_host_by_name_or_by_name_and_port() -> None:
    hosts = frozenset({"localhost:8000", "inner.example"})
    assert parse("http://localhost:8000/x", hosts=hosts).url == "http://localhost:8000/x"
    assert parse("http://localhost:8000/x", hosts=hosts).trusted
    assert parse("http://inner.example/", hosts=hosts).port == 80
    assert parse("https://inner.example:81/", hosts=hosts).trusted
    assert not parse("https://uni.example/", hosts=hosts).trusted
    assert not parse("https://localhost:9000/", hosts=hosts).trusted
    for url in (
        "http://localhost/",
        "http://localhost:8001/",
        "http://inner.example.evil.example/",
    ):
        with pytest.raises(FetchRefused, match="not https"):
            parse(url, hosts=hosts)


def test_a_redirect_is_read_like_a_url() -> None:
    here = parse("https://uni.example/a/b?c", hosts=NONE)
    assert follow(here, "d#e", hosts=NONE).url == "https://uni.example/a/d"
    assert follow(here, "//other.example/", hosts=NONE).host == "other.example"
    for elsewhere in ("http://uni.example/", "https://[", "https://[::1]/", "file:///etc/passwd"):
        with pytest.raises(FetchRefused):
            follow(here, elsewhere, hosts=NONE)
