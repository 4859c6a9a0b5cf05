"""The page of a stacked credential: what it is built from, and what became of each part."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.services import look
from tests.town.installation import Installation

Built = tuple[Award, tuple[Award, ...]]


@pytest.fixture(scope="module")
def built(there: Installation) -> Built:
    """An award that is built from two others, and these."""
    return there.stacked("S-stacked")


@pytest.fixture(scope="module")
def whole(there: Installation, built: Built) -> Iterator[Award]:
    """It is shared, and so is the first of the two."""
    there.share(built[0])
    there.share(built[1][0])
    yield built[0]
    there.share(built[0], on=False)


def _page(web: TestClient, award: Award) -> str:
    answer = web.get(f"/c/{award.id}")
    assert answer.status_code == 200
    return answer.text


def test_it_says_what_it_is_built_from(web: TestClient, built: Built, whole: Award) -> None:
    html = _page(web, whole)
    assert "What it is built from" in html
    assert "Two parts, each certified on its own, carry this credential." in html
    assert "nothing is counted twice" in html
    assert "Each part is checked along with the whole" in html
    assert "passed, for the whole and for each of its two parts." in html
    assert 'aria-label="The path, highest tier first"' in html
    assert "Is it built as it says?" in html
    # A part that is shared has a page; of the other it is said that it is in force, and no more.
    assert f'href="/c/{built[1][0].id}"' in html
    assert f'href="/c/{built[1][1].id}"' not in html
    assert "Who decides." in html or "according to the issuer" not in html


def test_the_page_of_an_ordinary_one_has_no_such_section(
    web: TestClient, there: Installation
) -> None:
    there.share(there.awards[0])
    html = _page(web, there.awards[0])
    assert "built from" not in html
    assert "Is it built as it says?" not in html


def test_what_is_handed_in_is_told_alike(
    web: TestClient, there: Installation, whole: Award
) -> None:
    with there.house.bench.read() as tx:
        data = look.sealed(tx, whole.id, DocumentFormat.OB3).data
    answer = web.post("/verify", data={"what": data.decode()})
    assert answer.status_code == 200
    assert "What it is built from" in answer.text


@pytest.fixture(scope="module")
def files(there: Installation, built: Built) -> dict[str, bytes]:
    """The whole, its two parts, and an award that is none."""
    found = (built[0], *built[1], there.awards[2])
    names = dict(zip(("whole", "one", "two", "other"), found, strict=True))
    with there.house.bench.read() as tx:
        return {
            name: look.sealed(tx, award.id, DocumentFormat.OB3).data
            for name, award in names.items()
        }


def _handed_in(web: TestClient, whole: bytes, *parts: tuple[str, bytes], status: int = 200) -> str:
    own = [("parts", (name, data)) for name, data in parts]
    answer = web.post("/verify", files=[("file", ("whole.json", whole)), *own])
    assert answer.status_code == status
    return answer.text


def test_parts_are_handed_in_with_the_whole(web: TestClient, files: dict[str, bytes]) -> None:
    named = (("one.json", files["one"]), ("two.json", files["two"]))
    html = _handed_in(web, files["whole"], *named)
    assert "the file “whole.json” with 2 parts" in html
    assert "passed, for the whole and for each of its two parts." in html
    assert "not looked at" not in html
    assert "with 1 part:" in _handed_in(web, files["whole"], named[0])


def test_a_changed_part_that_is_handed_in_is_found_out(
    web: TestClient, files: dict[str, bytes]
) -> None:
    changed = files["one"].replace(b"Example", b"Elpmaxe")
    html = _handed_in(web, files["whole"], ("one.json", changed))
    assert "is another document than it names" in html


def test_a_file_that_is_no_part_is_told_by_its_name(
    web: TestClient, files: dict[str, bytes]
) -> None:
    html = _handed_in(web, files["whole"], ("<b>.json", files["other"]))
    assert "It does not name “&lt;b&gt;.json” as a part, so this was not looked at." in html
    html = _handed_in(web, files["other"], ("one.json", files["one"]))
    assert "It names no parts, so “one.json” was not looked at." in html


def test_a_form_in_which_no_part_was_chosen_is_as_before(
    web: TestClient, files: dict[str, bytes]
) -> None:
    kind = {"content-type": "multipart/form-data; boundary=b"}
    empty = 'name="parts"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n'
    parts = [f'name="what"\r\n\r\n{files["whole"].decode()}', empty]
    body = "".join(f"--b\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    page = web.post("/verify", content=f"{body}--b--\r\n", headers=kind)
    assert page.status_code == 200
    assert "the text you pasted:" in page.text


def test_parts_that_cannot_be_used_bring_the_form_back(
    web: TestClient, files: dict[str, bytes]
) -> None:
    whole = files["whole"]
    html = _handed_in(web, whole, ("x.json", b"{}"), status=422)
    assert "“x.json” is no credential with an id, so it can be no part of another." in html
    assert 'role="alert"' in html
    many = [(f"{n}.json", b'{"id": "urn:%d"}' % n) for n in range(11)]
    assert "At most 10 parts are looked at" in _handed_in(web, whole, *many, status=422)
    large = b" " * (5 * 1024 * 1024 + 1)
    html = _handed_in(web, whole, ("a.png", large), ("b.png", large), status=422)
    assert "The parts are larger than 10 MiB together." in html
    assert (
        "Nothing was handed in."
        in web.post("/verify", files=[("parts", ("one.json", files["one"]))]).text
    )


def test_far_too_many_files_are_refused(web: TestClient, files: dict[str, bytes]) -> None:
    many = [(f"{n}.json", b"{}") for n in range(101)]
    assert "Too many files" in _handed_in(web, files["whole"], *many, status=400)


def test_a_program_hands_parts_in_by_a_form(web: TestClient, files: dict[str, bytes]) -> None:
    own = [("parts", (name, files[name])) for name in ("one", "two")]
    told = web.post("/api/v1/verify", files=[("file", ("whole", files["whole"])), *own]).json()
    assert [one["verdict"] for one in told["parts"]] == ["PASSED", "PASSED"]
    changed = [("parts", ("one", files["one"].replace(b"Example", b"Elpmaxe")))]
    told = web.post("/api/v1/verify", files=[("file", ("whole", files["whole"])), *changed]).json()
    assert told["parts"][0]["sub"] == "parts.other_document"
    many = [("parts", (str(n), b'{"id": "urn:%d"}' % n)) for n in range(11)]
    refused = web.post("/api/v1/verify", files=[("file", ("whole", files["whole"])), *many])
    assert refused.status_code == 400
    assert refused.json()["code"] == "input.unusable"


def test_a_program_is_told_of_each_part(web: TestClient, there: Installation, built: Built) -> None:
    with there.house.bench.read() as tx:
        data = look.sealed(tx, built[0].id, DocumentFormat.OB3).data
        part = look.sealed(tx, built[1][1].id, DocumentFormat.OB3).data
    told = web.post("/api/v1/verify", json={"credential": data.decode()}).json()
    assert [one["verdict"] for one in told["parts"]] == ["PASSED", "PASSED"]
    assert all(one["looked_at"] for one in told["parts"])
    value = {"credential": data.decode(), "parts": [part.decode()]}
    assert web.post("/api/v1/verify", json=value).json()["verdict"] == "PASSED"
    # A part that is none is told as what was entered wrongly.
    bad = web.post("/api/v1/verify", json={"credential": data.decode(), "parts": ["x"]})
    assert bad.status_code in {400, 422}
    ordinary = web.post("/api/v1/verify", content=part).json()
    assert "parts" not in ordinary


def test_the_page_changes_when_a_part_is_revoked(
    web: TestClient, there: Installation, built: Built, whole: Award
) -> None:
    # The last test of this module: what is revoked stays revoked.
    there.revoke(built[1][1], "The work was copied")
    html = _page(web, whole)
    assert "A PART IS NOT IN ORDER" in html
    assert "A part of it is not in order. Do not rely on it." in html
    assert "was revoked" in html
    assert "The work was copied" in html
    assert "No, one of its parts was revoked." in html
