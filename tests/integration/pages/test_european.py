"""The European document on the pages: beside the badge, with honest words about Europass."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from issuer import bootstrap
from issuer.carriers import pdf
from issuer.errors import Misconfigured
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.services import issue, look, share, tongues
from issuer.settings import Settings
from tests.town.authority import Paper, below, root
from tests.town.installation import Installation, installation

SEAL = below(root(), Paper("TEST SEAL of the town", identifier="VATAT-U99999999"))


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One award with both documents, shared, sealed by a test seal of its own."""
    home = tmp_path_factory.mktemp("european")
    seals = {"euas": f"pkcs12:{home / 'seal.p12'}"}
    with installation(home, base_url="http://testserver", rows=1, seals=seals) as found:
        bench, award = found.house.bench, found.awards[0]
        issue.issue(bench, found.slug, award.id, actor="a", formats=(DocumentFormat.EDC,))
        with bench.begin() as tx:
            share.set_sharing(tx, award, shared=True, actor="a", at=bench.moment)
        yield found


@pytest.fixture(scope="module")
def built(there: Installation) -> tuple[Award, tuple[Award, ...]]:
    """An award that is built from two others, all of them European documents alone or as well."""
    return there.stacked("S-stacked", DocumentFormat.OB3, DocumentFormat.EDC)


@pytest.fixture
def web(there: Installation) -> Iterator[TestClient]:
    with TestClient(there.app()) as client:
        yield client


def test_the_same_address_gives_a_program_what_it_asks_for(
    there: Installation, web: TestClient
) -> None:
    page = f"/c/{there.awards[0].id}"
    asked = web.get(page, headers={"accept": "application/ld+json"})
    file = web.get(f"{page}.jsonld")
    assert asked.headers["content-type"] == "application/ld+json"
    assert asked.content == file.content
    assert b"EuropeanDigitalCredential" in file.content
    assert "attachment" in file.headers["content-disposition"]
    assert b"OpenBadgeCredential" in web.get(page, headers={"accept": "application/vc"}).content


def test_the_pdf_is_at_the_same_address_and_is_checked_by_our_own_page(
    there: Installation, web: TestClient
) -> None:
    page = f"/c/{there.awards[0].id}"
    file = web.get(f"{page}.pdf")
    asked = web.get(page, headers={"accept": "application/pdf"})
    assert file.headers["content-type"] == asked.headers["content-type"] == "application/pdf"
    assert file.content == asked.content, "made once, and kept"
    assert [a.name.rpartition(".")[2] for a in pdf.extract(file.content).attached] == [
        "json",
        "jsonld",
    ]
    shown = web.post("/verify", files={"file": ("a.pdf", file.content)}, data={})
    assert "Genuine, unchanged and in force." in shown.text
    assert "Does what you see say what the data say?" in shown.text
    assert "made again from the data, they are the same byte for byte" in shown.text
    changed = file.content.replace(b"/StructParents 1", b"/StructParents 0")
    shown = web.post("/verify", files={"file": ("a.pdf", changed)}, data={})
    assert "This file was changed after it was sealed. Do not rely on it." in shown.text


def test_its_parts_are_looked_at_by_our_own_page(
    there: Installation, web: TestClient, built: tuple[Award, tuple[Award, ...]]
) -> None:
    whole, parts = built
    with there.house.bench.read() as tx:
        file = look.sealed(tx, whole.id, DocumentFormat.EDC).data
        part = look.sealed(tx, parts[0].id, DocumentFormat.EDC).data
    told = web.post("/api/v1/verify", content=file).json()
    assert told["verdict"] == "PASSED"
    assert [one["verdict"] for one in told["parts"]] == ["PASSED", "PASSED"]
    assert all(one["id"].startswith("urn:credential:") for one in told["parts"])
    handed = {"credential": json.loads(file), "parts": [json.loads(part)]}
    assert web.post("/api/v1/verify", json=handed).json()["verdict"] == "PASSED"
    shown = web.post("/verify", files={"file": ("a.jsonld", file)}, data={})
    assert "What it is built from" in shown.text
    assert "Two parts, each certified on its own, carry this credential." in shown.text
    assert "nothing is counted twice" in shown.text


def test_the_page_of_a_european_award_leads_to_its_parts(
    there: Installation, web: TestClient
) -> None:
    whole, parts = there.stacked("S-alone", DocumentFormat.EDC)
    there.share(whole)
    there.share(parts[0])
    html = web.get(f"/c/{whole.id}", headers={"accept": "text/html"}).text
    assert "passed, for the whole and for each of its two parts." in html
    assert f'href="/c/{parts[0].id}"' in html
    assert f'href="/c/{parts[1].id}"' not in html
    there.revoke(parts[1], "The work was copied")
    html = web.get(f"/c/{whole.id}", headers={"accept": "text/html"}).text
    assert "was revoked" in html
    assert "The work was copied" in html


def test_it_is_checked_by_our_own_page(there: Installation, web: TestClient) -> None:
    file = web.get(f"/c/{there.awards[0].id}.jsonld").content
    report = web.post("/api/v1/verify", content=file).json()
    assert report["verdict"] == "PASSED"
    shown = web.post("/verify", files={"file": ("a.jsonld", file)}, data={})
    assert shown.status_code == 200
    assert "It is a test seal" in shown.text
    assert "Certificate of the seal" in shown.text


def test_the_learner_is_told_what_europass_will_show(there: Installation, web: TestClient) -> None:
    link = share.link(there.house.bench, there.awards[0]).removeprefix("http://testserver")
    page = web.get(link).text
    assert "European Digital Credential" in page
    assert "report it as not sealed by an eIDAS certificate" in page
    assert "europa.eu/europass/digital-credentials/viewer" in page
    assert web.get(f"{link}/credential.jsonld").status_code == 200


def test_only_a_qualified_seal_is_told_as_one(there: Installation) -> None:
    bench = there.house.bench
    assert tongues.qualified_seal_of(bench, there.slug) == ""
    assert tongues.qualified_seal_of(bench, "nobody") == ""
    away = Settings(home=there.house.settings.home, seals={"euas": "pkcs12:/nowhere"})
    with bootstrap.open_house(away, passphrase=lambda: b"for tests") as house:
        assert tongues.qualified_seal_of(house.bench, "euas") == ""


def test_a_test_seal_is_made_once_and_only_where_one_is_named(
    there: Installation, tmp_path: Path
) -> None:
    settings = there.house.settings
    place = settings.home / "seal.p12"
    before = place.read_bytes()
    with there.house.bench.read() as tx:
        from issuer.services import look  # noqa: PLC0415 # For this alone.

        organisation = look.organisation_of(tx, there.slug)
    bootstrap.create_test_seal(settings, organisation, passphrase=lambda: b"x")
    assert place.read_bytes() == before
    none = Settings(home=tmp_path)
    bootstrap.create_test_seal(none, organisation, passphrase=lambda: b"x")
    assert list(tmp_path.iterdir()) == []


def test_anchors_are_read_from_the_files_that_are_named(tmp_path: Path) -> None:
    from issuer.bootstrap.checking import anchors  # noqa: PLC0415 # As above.

    (tmp_path / "a.pem").write_bytes(b"no certificate")
    for name, why in (("a.pem", "seal_anchors names"), ("b.pem", "cannot be read")):
        settings = Settings(home=tmp_path, seal_anchors=(tmp_path / name,))
        with pytest.raises(Misconfigured, match=why):
            anchors(settings)
    from cryptography import x509  # noqa: PLC0415 # As above.
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 # As above.

    found = x509.load_der_x509_certificate(SEAL.chain[1].der).public_bytes(Encoding.PEM)
    (tmp_path / "a.pem").write_bytes(found)
    settings = Settings(home=tmp_path, seal_anchors=(tmp_path / "a.pem",))
    assert [a.name for a in anchors(settings)] == ["Town Root"]
