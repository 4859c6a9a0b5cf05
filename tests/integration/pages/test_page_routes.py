"""The pages over a real installation: who sees what, when, in which form."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from issuer.carriers import png
from tests.town.installation import Installation, installation

BASE = "http://localhost:8000"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("home"), base_url=BASE) as made:
        yield made


@pytest.fixture
def web(there: Installation) -> Iterator[TestClient]:
    with TestClient(there.app(), base_url=BASE, follow_redirects=False) as client:
        yield client
    for award in there.awards:
        there.share(award, on=False)


def test_home_lists_the_courses(web: TestClient) -> None:
    page = web.get("/")
    assert page.status_code == 200
    assert "Data Stewardship in Practice" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_vocabulary_and_form_are_there(web: TestClient) -> None:
    assert "levelNotApplicable" in web.get("/vocabulary").text
    assert 'name="what"' in web.get("/verify").text


def test_not_shared_unknown_and_withdrawn_are_the_same_bytes(
    web: TestClient, there: Installation
) -> None:
    award = there.awards[0]
    unknown = web.get("/c/EUAS-0000-0000-0000-0000")
    hidden = web.get(f"/c/{award.id}")
    there.share(award)
    assert web.get(f"/c/{award.id}").status_code == 200
    there.share(award, on=False)
    withdrawn = web.get(f"/c/{award.id}")
    nonsense = web.get("/c/%3Cscript%3E")
    assert {p.status_code for p in (unknown, hidden, withdrawn, nonsense)} == {404}
    assert len({p.content for p in (unknown, hidden, withdrawn, nonsense)}) == 1
    assert unknown.headers == hidden.headers == withdrawn.headers
    assert "og:" not in unknown.text
    assert "Alex" not in unknown.text


@pytest.mark.parametrize("form", [".json", ".jwt", ".png", "/card.png", "/qr.svg", ".exe"])
def test_nothing_of_a_credential_is_given_while_it_is_not_shared(
    web: TestClient, there: Installation, form: str
) -> None:
    assert web.get(f"/c/{there.awards[0].id}{form}").status_code == 404


def test_a_shared_page_is_checked_at_this_moment(web: TestClient, there: Installation) -> None:
    award = there.awards[0]
    there.share(award)
    page = web.get(f"/c/{award.id}")
    assert "Genuine, unchanged and in force." in page.text
    assert 'property="og:title" content="Data Stewardship in Practice: Alex Example"' in page.text
    assert f'property="og:image" content="{BASE}/c/{award.id}/card.png"' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["vary"] == "Accept"
    assert f"{BASE}/status/euas/revocation/1" in page.text
    assert f'href="{BASE}/' not in page.text.replace(f'canonical" href="{BASE}/', "")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/vc", "application/vc"),
        ("application/json", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("application/vc+jwt, */*;q=0.1", "application/vc+jwt"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("image/avif", "text/html; charset=utf-8"),
    ],
)
def test_a_program_gets_the_document_at_the_same_address(
    web: TestClient, there: Installation, accept: str, kind: str
) -> None:
    award = there.awards[0]
    there.share(award)
    answer = web.get(f"/c/{award.id}", headers={"accept": accept})
    assert answer.headers["content-type"] == kind
    assert answer.headers["vary"] == "Accept"


def test_the_files_of_a_shared_credential(web: TestClient, there: Installation) -> None:
    award = there.awards[0]
    there.share(award)
    here = f"/c/{award.id}"
    document = web.get(f"{here}.json")
    assert document.headers["content-type"] == "application/vc"
    assert document.headers["access-control-allow-origin"] == "*"
    assert document.headers["content-disposition"] == f'attachment; filename="{award.id}.json"'
    assert png.extract(web.get(f"{here}.png").content) == document.content
    assert web.get(f"{here}.jwt").text.startswith("ey")
    card = web.get(f"{here}/card.png")
    assert (card.headers["content-type"], card.content[:4]) == ("image/png", b"\x89PNG")
    assert "<svg" in web.get(f"{here}/qr.svg").text
    assert web.get(f"{here}.exe").status_code == 404


def test_the_learner_switches_by_post_and_get_changes_nothing(
    web: TestClient, there: Installation
) -> None:
    award = there.awards[0]
    own = there.secret(award)
    page = web.get(own)
    assert page.status_code == 200
    assert "Public page: off" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert page.headers["referrer-policy"] == "no-referrer"
    web.get(f"{own}?share=on")
    assert web.get(f"/c/{award.id}").status_code == 404
    answer = web.post(own, data={"share": "on"})
    assert (answer.status_code, answer.headers["location"]) == (303, own)
    assert "Public page: on" in web.get(own).text
    assert "https://www.linkedin.com/profile/add?" in web.get(own).text
    assert web.get(f"/c/{award.id}").status_code == 200
    web.post(own, data={"share": "off"})
    assert web.get(f"/c/{award.id}").status_code == 404


@pytest.mark.parametrize("data", [{}, {"share": "maybe"}])
def test_a_switch_knows_two_positions(
    web: TestClient, there: Installation, data: dict[str, str]
) -> None:
    own = there.secret(there.awards[0])
    assert web.post(own, data=data).status_code == 422
    assert "Public page: off" in web.get(own).text


def test_the_learner_takes_every_file_without_sharing(web: TestClient, there: Installation) -> None:
    own = there.secret(there.awards[0])
    document = web.get(f"{own}/credential.json").content
    assert png.extract(web.get(f"{own}/credential.png").content) == document
    assert web.get(f"{own}/credential.jwt").status_code == 200
    assert web.get(f"{own}/credential.exe").status_code == 404


def test_an_address_that_is_not_the_learners_opens_nothing(
    web: TestClient, there: Installation
) -> None:
    own, other = (there.secret(award) for award in there.awards[:2])
    mixed = own.partition(".")[0] + "." + other.partition(".")[2]
    for address in (mixed, own[:-1], f"{own}x", "/l/x", "/l/%00"):
        assert web.get(address).status_code == 404
        assert web.post(address, data={"share": "on"}).status_code == 404
        assert web.get(f"{address}/credential.json").status_code == 404


def test_a_course_in_versions_and_languages(web: TestClient) -> None:
    page = web.get("/achievements/data-stewardship")
    assert 'id="criteria"' in page.text
    assert web.get("/achievements/data-stewardship/v/1?lang=de").text.count("Praxis") >= 1
    for address in ("nothing", "data-stewardship/v/9", "data-stewardship/v/x", "%00"):
        assert web.get(f"/achievements/{address}").status_code == 404


def test_colour_and_logo(web: TestClient) -> None:
    css = web.get("/o/euas/colour.css")
    assert css.text == ":root{--issuer:#3b2170}\n"
    assert css.headers["content-type"].startswith("text/css")
    assert web.get("/o/euas/logo").status_code == 404
    assert web.get("/o/nobody/colour.css").status_code == 404


# --- Checking -------------------------------------------------------------------------------


def _document(web: TestClient, there: Installation) -> bytes:
    return web.get(f"{there.secret(there.awards[0])}/credential.json").content


def test_a_pasted_credential_is_checked(web: TestClient, there: Installation) -> None:
    text = _document(web, there).decode()
    page = web.post("/verify", data={"what": text, "holder": "Alex Example"})
    assert page.status_code == 200
    assert "Genuine, unchanged and in force." in page.text
    assert "The name that you gave, Alex Example, is the name in it." in page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_changed_one_is_found_out(web: TestClient, there: Installation) -> None:
    text = _document(web, there).decode().replace("Alex Example", "Axel Example")
    assert "Changed or forged." in web.post("/verify", data={"what": text}).text


def test_a_file_is_checked_and_named(web: TestClient, there: Installation) -> None:
    data = web.get(f"{there.secret(there.awards[0])}/credential.png").content
    page = web.post("/verify", files={"file": ("<badge>.png", data)})
    assert "Genuine, unchanged and in force." in page.text
    assert "the file “&lt;badge&gt;.png”" in page.text


def test_a_file_that_is_too_large_is_told_so(web: TestClient) -> None:
    page = web.post("/verify", files={"file": ("big.json", b"{" + b" " * 2_000_000)})
    assert page.status_code == 200
    assert "This cannot be read as a credential." in page.text


def test_a_link_to_one_of_ours_is_looked_up_here(web: TestClient, there: Installation) -> None:
    award = there.awards[0]
    link = f"{BASE}/c/{award.id}"
    assert web.post("/verify", data={"what": link}).status_code == 422
    there.share(award)
    for address in (link, f"{link}.json", f"{link}?x=1"):
        page = web.post("/verify", data={"what": address})
        assert "Genuine, unchanged and in force." in page.text


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("", "Nothing was handed in."),
        ("   ", "Nothing was handed in."),
        ("http://192.168.0.1/x", "http"),
        ("https://127.0.0.1/x", ""),
    ],
)
def test_what_cannot_be_had_brings_the_form_back(web: TestClient, what: str, fault: str) -> None:
    page = web.post("/verify", data={"what": what, "holder": "A <b>"})
    assert page.status_code == 422
    assert fault in page.text
    assert 'role="alert"' in page.text
    assert "A &lt;b&gt;" in page.text


def test_a_revoked_credential_says_why_on_its_page(web: TestClient, there: Installation) -> None:
    award = there.awards[-1]
    there.share(award)
    there.revoke(award, "The examination had not been passed")
    page = web.get(f"/c/{award.id}")
    assert "Revoked. Do not rely on it." in page.text
    assert "The examination had not been passed" in page.text
    own = web.get(there.secret(award)).text
    assert "This is final." in own
    assert "linkedin.com/profile" not in own
