"""What people hand in: a credential in any form, JSON around it, a link to one of ours."""

from typing import Any

import pytest

from issuer.errors import FetchFailed, FetchRefused, FieldsInvalid, UnusableInput
from issuer.model.achievement import DocumentFormat
from issuer.proofs import jcs
from issuer.services import export, look, share
from issuer.services.check import Checker
from issuer.services.handed_in import HandedIn, check, holder_of, read_json
from issuer.services.pictures import Pictures
from issuer.verify import Report, Verdict
from tests.town.workshop import BASE_URL, Workshop, canonicalise


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """One kind is enough: what is asked here is no question of the database."""
    return sqlite_database_url


def _check(workshop: Workshop, what: bytes, holder: str | None = None) -> Report:
    known = export.material(workshop.bench)
    checker = Checker(canonicalise, workshop.clock, known=lambda: known)
    return check(workshop.bench, checker, HandedIn(what, holder))


def test_a_credential_in_any_form(workshop: Workshop) -> None:
    award = workshop.issued()
    with workshop.bench.read() as tx:
        picture = Pictures().baked(tx, look.shown(tx, award))
    token = workshop.sealed(award, DocumentFormat.OB3_JWT)
    for what in (workshop.sealed(award), token, picture, b" \n" + token + b"\n"):
        assert _check(workshop, what).verdict is Verdict.PASSED
    for empty in (b"", b" \n"):
        with pytest.raises(UnusableInput, match="Nothing was handed in"):
            _check(workshop, empty)


def test_json_around_a_credential(workshop: Workshop) -> None:
    award = workshop.issued()
    document = workshop.sealed(award)
    token = workshop.sealed(award, DocumentFormat.OB3_JWT).decode()
    for value in (jcs.decode(document), token):
        handed = read_json(jcs.encode({"credential": value, "holder": " Alex Example 1 "}))
        assert handed.holder == "Alex Example 1"
        assert _check(workshop, handed.what).verdict is Verdict.PASSED
    # A credential as it is, and what is no JSON, are handed on byte for byte.
    for raw in (document, token.encode(), b"\x89PNG", b"", b'{"a": 1}'):
        assert read_json(raw) == HandedIn(raw)


@pytest.mark.parametrize("credential", [None, 5, [], True])
def test_a_credential_is_an_object_or_a_text(credential: Any) -> None:
    with pytest.raises(FieldsInvalid, match="credential"):
        read_json(jcs.encode({"credential": credential}))


@pytest.mark.parametrize("holder", [5, [], "x" * 301])
def test_a_holder_is_a_text(holder: Any) -> None:
    with pytest.raises(FieldsInvalid, match="holder"):
        holder_of(holder)


def test_no_holder_is_none() -> None:
    assert [holder_of(value) for value in (None, "", "  ", "A")] == [None, None, None, "A"]


def test_a_link_to_one_of_ours_is_answered_from_the_registry(workshop: Workshop) -> None:
    award = workshop.issued()
    links = [f"{BASE_URL}/c/{award.id}{end}".encode() for end in ("", ".json", "/card.png", "?a#b")]
    for link in links:
        with pytest.raises(FetchFailed, match="no shared credential"):
            _check(workshop, link)
    with workshop.bench.begin() as tx:
        share.set_sharing(tx, award, shared=True, actor="learner", at=workshop.clock())
    for link in links:
        assert _check(workshop, link).verdict is Verdict.PASSED
    for wrong in (b"", b"\xff", b"x y", b"../../etc"):
        with pytest.raises(FetchFailed):
            _check(workshop, f"{BASE_URL}/c/".encode() + wrong)
    # Another host's is a matter of fetching, and this checker fetches nothing.
    with pytest.raises(FetchRefused):
        _check(workshop, b"https://elsewhere.example/c/X")


def test_one_that_is_sealed_as_a_token_alone(workshop: Workshop) -> None:
    award = workshop.issue(workshop.approve(), DocumentFormat.OB3_JWT)
    with workshop.bench.begin() as tx:
        share.set_sharing(tx, award, shared=True, actor="learner", at=workshop.clock())
    report = _check(workshop, f"{BASE_URL}/c/{award.id}".encode())
    assert (report.verdict, report.kind) == (Verdict.PASSED, "jwt")
