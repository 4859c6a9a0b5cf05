"""What comes from outside in files and JSON: each fault is named, and no value is repeated."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from issuer.errors import DocumentTooLarge, FieldsInvalid, MalformedDocument
from issuer.model.achievement import Achievement
from issuer.model.assessment import AssessmentResult
from issuer.model.organisation import Organisation
from issuer.services import accept, fields, offer, trust
from issuer.verify import TrustedIssuer
from tests.conftest import ROOT

EXAMPLES = ROOT / "examples"


# --- Fields ----------------------------------------------------------------------------------


def test_each_wrong_field_is_named_with_its_fault() -> None:
    with pytest.raises(FieldsInvalid) as caught:
        offer.achievement_from_json({"slug": "x y", "ects": "many"}, organisation="euas")
    listed: Any = caught.value.details["fields"]
    named = {entry["field"] for entry in listed}
    assert {"slug", "ects", "title", "language"} & named
    assert "many" not in str(caught.value)
    assert str(caught.value).startswith(f"{len(named)} fields of this achievement")


def test_a_fault_of_the_whole_is_named_so() -> None:
    value = {
        "achievement": "python-basics",
        "date": "2026-06-12",
        "passed": True,
        "learner": {"key": "S1", "display_name": "Alex Secret"},
        "evidence": [{"title": "A", "url": "https://a.example/"}] * 2,
    }
    with pytest.raises(FieldsInvalid) as caught:
        accept.result_from_json(value, organisation="euas")
    listed: Any = caught.value.details["fields"]
    assert [entry["field"] for entry in listed] == ["the whole"]
    assert not listed[0]["fault"].startswith("Value error")
    assert "Secret" not in str(caught.value)


def test_only_the_first_ten_are_told_in_words_and_all_in_detail() -> None:
    units = [{"title": 5} for _ in range(15)]
    with pytest.raises(FieldsInvalid) as caught:
        fields.read(Achievement, {"syllabus": {"version": "1", "units": units}})
    listed: Any = caught.value.details["fields"]
    assert len(listed) > 10
    assert str(caught.value).count(";") == 9


@pytest.mark.parametrize("learner", [None, "Alex", [], 5])
def test_a_result_needs_a_learner(learner: object) -> None:
    with pytest.raises(FieldsInvalid, match="needs a learner"):
        accept.result_from_json({"learner": learner}, organisation="euas")


def test_the_organisation_is_the_callers_in_any_case() -> None:
    value = {
        "organisation": "rival",
        "achievement": "python-basics",
        "date": "2026-06-12",
        "passed": None,
        "learner": {"organisation": "rival", "key": "S1", "display_name": "A"},
    }
    result = accept.result_from_json(value, organisation="euas")
    assert isinstance(result, AssessmentResult)
    assert (result.organisation, result.learner.organisation) == ("euas", "euas")
    assert (result.passed, result.date) == (None, dt.date(2026, 6, 12))
    course = (EXAMPLES / "achievements" / "python-basics.toml").read_bytes()
    read = offer.read_achievement(b'organisation = "rival"\n' + course, organisation="euas")
    assert read.organisation == "euas"


# --- TOML ------------------------------------------------------------------------------------


def test_the_examples_are_read() -> None:
    home = offer.read_organisation((EXAMPLES / "organisation.toml").read_bytes())
    assert isinstance(home, Organisation)
    for place in (EXAMPLES / "achievements").glob("*.toml"):
        course = offer.read_achievement(place.read_bytes(), organisation=home.slug)
        said = offer.describe(course, home)
        assert said["slug"] == course.slug
        assert said["annex_1"]["missing"] == {}
        assert isinstance(said["warnings"], list)


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"\xff\xfe", MalformedDocument, "not UTF-8"),
        (b"a = ", MalformedDocument, "not TOML"),
        (b"a = 1\na = 2", MalformedDocument, "not TOML"),
        (b"#" * (1024 * 1024 + 1), DocumentTooLarge, "1 MiB"),
    ],
)
def test_what_is_no_toml_is_told(data: bytes, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        fields.toml(data)


# --- The trust list --------------------------------------------------------------------------


def _issuer(**changes: Any) -> TrustedIssuer:
    known: dict[str, Any] = {
        "did": "did:web:uni.example",
        "legal_name": 'Universität "Beispiel" \\ Ελλάδα',
        "established_how": "by letter",
        "established_by": "the operator",
        "keys_seen": ("z6MkA", "z6MkB"),
    }
    return TrustedIssuer(**known | changes)


def test_a_trust_list_is_read_back() -> None:
    listed = (_issuer(), _issuer(did="did:web:other.example", keys_seen=()))
    assert trust.decode(trust.encode(listed)) == listed
    assert trust.decode(trust.encode(())) == ()
    assert trust.decode(b"") == ()


def test_who_is_on_a_list_from_elsewhere_is_not_ours() -> None:
    (read,) = trust.decode(trust.encode([_issuer(own=True)]))
    assert not read.own


@pytest.mark.parametrize(
    "entry",
    [
        {"did": "did:web:x.example"},
        {"did": 5, "legal_name": "A", "established_how": "b", "established_by": "c"},
        {"did": "", "legal_name": "A", "established_how": "b", "established_by": "c"},
        {
            "did": "d",
            "legal_name": "A",
            "established_how": "b",
            "established_by": "c",
            "keys_seen": "z6Mk",
        },
        {
            "did": "d",
            "legal_name": "A",
            "established_how": "b",
            "established_by": "c",
            "keys_seen": [5],
        },
    ],
)
def test_an_entry_that_lacks_something_is_named_by_its_number(entry: dict[str, Any]) -> None:
    good = {"did": "d", "legal_name": "A", "established_how": "b", "established_by": "c"}
    data = tomli_w.dumps({"issuer": [good, entry]}).encode()
    with pytest.raises(MalformedDocument, match="Entry 2"):
        trust.decode(data)


@pytest.mark.parametrize("data", [b"issuer = 5", b"[issuer]\ndid = 'x'"])
def test_a_list_must_be_a_list(data: bytes) -> None:
    with pytest.raises(MalformedDocument, match=r"\[\[issuer\]\]"):
        trust.decode(data)


def test_entries_that_are_no_tables_are_refused() -> None:
    with pytest.raises(MalformedDocument, match="Entry 1"):
        trust.decode(b"issuer = ['did:web:x.example']")


def test_the_reader_needs_no_place(tmp_path: Path) -> None:
    (tmp_path / "trust.toml").write_bytes(trust.encode([_issuer()]))
    assert trust.decode((tmp_path / "trust.toml").read_bytes()) == (_issuer(),)


def test_what_an_award_is_built_from_is_never_taken_in() -> None:
    value: dict[str, Any] = {"learner": {}, "stack": None}
    with pytest.raises(FieldsInvalid, match="by the rules of its pathway") as caught:
        accept.result_from_json(value, organisation="euas")
    assert caught.value.details["fields"] == [{"field": "stack", "fault": "must not be sent"}]
