"""A certificate of our own chain names an inner address for its list, its OCSP responder or its
issuer: over plain http, as is the custom, and yet from public addresses alone."""

from pathlib import Path

import pytest

from issuer.errors import EvidenceMissing, FetchRefused
from issuer.fetch import Budget
from tests.town.authority import ROOT, Holder, Paper, below, root
from tests.town.loopback import Asked, Town, redirect
from tests.town.trust_service import HOST, TrustService, named

TOP = root(ROOT)
INNER = (
    "http://127.0.0.1:{port}/x",
    "http://localhost:{port}/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.example/latest/meta-data/",
    "http://2130706433:{port}/x",
    "http://[::1]:{port}/x",
    "https://127.0.0.1:{port}/x",
    "http://user@127.0.0.1:{port}/x",
    "http://trust.example:22/x",
    "http://trust.example:443/x",
)


def holder(kind: str, url: str) -> Holder:
    paper = Paper("TEST SEAL that leads inside", more=named(**{kind: [url]}))
    made = below(TOP, paper)
    return Holder(made.key, made.chain[:1]) if kind == "issuers" else made


@pytest.mark.parametrize("kind", ["crls", "ocsps", "issuers"])
@pytest.mark.parametrize("url", INNER)
def test_the_inner_service_is_not_asked(tmp_path: Path, kind: str, url: str) -> None:
    service = TrustService()
    with Town(tmp_path) as town:
        port = town.plain(service)
        fetcher = service.opened(town)
        town.addresses |= {"localhost": ["127.0.0.1"], "metadata.example": ["169.254.169.254"]}
        seal = holder(kind, url.format(port=port))
        with pytest.raises(EvidenceMissing, match=r"not fetched|cannot be had"):
            service.source(fetcher).gather([seal.chain])
        assert town.dialled == []
        assert town.asked(f"127.0.0.1:{port}") == []


@pytest.mark.parametrize("kind", ["crls", "issuers", "ocsps"])
def test_nor_by_a_redirect(tmp_path: Path, kind: str) -> None:
    service = TrustService()
    with Town(tmp_path) as town:
        port = town.plain(service)

        def leads_inside(_: Asked) -> list[bytes]:
            return redirect(f"http://127.0.0.1:{port}/x")

        town.host("lists.example", leads_inside, plain=True)
        seal = holder(kind, "http://lists.example/x")
        with pytest.raises(EvidenceMissing):
            service.source(town.fetcher()).gather([seal.chain])
        assert town.asked(f"127.0.0.1:{port}") == []


def test_nor_by_a_name_that_changes_its_address(tmp_path: Path) -> None:
    service = TrustService()
    with Town(tmp_path) as town:
        fetcher = service.opened(town)
        town.addresses[HOST] = [*town.addresses[HOST], "10.0.0.1"]
        with pytest.raises(EvidenceMissing, match="which is private"):
            service.source(fetcher).gather([service.seal.chain])
        assert town.dialled == []


def test_what_a_document_names_is_still_https_alone(tmp_path: Path) -> None:
    service = TrustService()
    with Town(tmp_path) as town:
        fetcher = service.opened(town)
        for url in (f"http://{HOST}/root.crl", f"http://{HOST}:8080/root.crl"):
            with pytest.raises(FetchRefused, match="not https"):
                fetcher.get(url, budget=Budget(), accept="*/*")
        assert town.dialled == []
        url = f"http://{HOST}/root.crl"
        assert fetcher.get(url, budget=Budget(), accept="*/*", signed=True).url == url
