"""The Commission's shapes and samples: what we compose passes, and what they refuse we refuse.

ELM 3.2 application profile EDC, `EDC-generic-full` and `EDC-accredited` (SHACL), samples of the
European-Learning-Model repository and documents authored to pass. Needs TESTAMUR_VECTORS.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from pyld import jsonld

import schemas
from issuer.formats import elm3
from issuer.formats.awarded import Awarded
from issuer.formats.elm3 import terms
from issuer.formats.portrait import portrait
from issuer.proofs import jcs
from tests.town import awards
from tests.town.stacked import stacked_award
from tests.vectors.shapes import Judged, Shapes

pytestmark = pytest.mark.vectors
Document = dict[str, Any]
Find = Callable[[str], Path]
AWARDS = 25
MUTATIONS = 120


@pytest.fixture(scope="session")
def shapes(published: Find) -> Shapes:
    return Shapes(published)


@pytest.fixture
def sample(published: Find) -> Callable[[str], Document]:
    """The credential in a file of the collection, sealed or not."""

    def read(name: str) -> Document:
        document: Document = json.loads(published(f"elm/samples/{name}").read_bytes())
        if "payload" in document:
            document = json.loads(document["payload"])
        return document

    return read


def composed(stated: Awarded) -> Document:
    draft = elm3.compose(stated, reservation=awards.reservation(), pictures=[awards.picture()])
    return jcs.decode(jcs.encode_compact(draft.document))


def errors(document: Document) -> set[str]:
    return {p.code for p in elm3.problems(document) if p.severity == "error"}


def notes(document: Document) -> set[str]:
    return {p.code for p in elm3.problems(document) if p.severity == "note"}


# --- What we compose ------------------------------------------------------------------------


def test_a_whole_award_passes_the_shapes(shapes: Shapes) -> None:
    judged = shapes.judge(composed(awards.whole_award()))
    assert judged.conforms, judged.text
    assert judged.triples > 350


def test_a_stacked_award_passes_the_shapes(shapes: Shapes) -> None:
    judged = shapes.judge(composed(stacked_award()))
    assert judged.conforms, judged.text


def test_the_barest_award_passes_the_shapes(shapes: Shapes) -> None:
    judged = shapes.judge(composed(awards.awarded(awards.barest())))
    assert judged.conforms, judged.text


@pytest.mark.parametrize(
    "slug", sorted(path.stem for path in (awards.ROOT / "examples" / "achievements").glob("*.toml"))
)
def test_every_demo_award_passes_the_shapes(shapes: Shapes, slug: str) -> None:
    judged = shapes.judge(composed(awards.awarded(awards.course(slug))))
    assert judged.conforms, judged.text


@settings(max_examples=AWARDS)
@given(stated=awards.awards())
def test_any_award_passes_the_shapes(shapes: Shapes, stated: Awarded) -> None:
    judged = shapes.judge(composed(stated))
    assert judged.conforms, judged.text


def test_nothing_that_we_say_is_lost_in_expansion(shapes: Shapes) -> None:
    document = composed(awards.whole_award())
    said = shapes.quads(document)
    assert {literal for literal in _literals(document) if f'"{literal}"' not in said} == set()


def _literals(value: object) -> set[str]:
    """Every text of a document but for ids, types and contexts."""
    if isinstance(value, dict):
        keywords = {"id", "type", "@context"}
        inner = [_literals(item) for key, item in value.items() if key not in keywords]
        return set().union(*inner)
    if isinstance(value, list):
        return set().union(*(_literals(item) for item in value))
    return {value} if isinstance(value, str) else set()


# --- What the shapes refuse, we refuse ------------------------------------------------------


@cache
def _whole() -> bytes:
    return jcs.encode_compact(composed(awards.whole_award()))


def _spots(value: object) -> list[tuple[Document, str]]:
    """Every member of every thing; language maps are values."""
    found = []
    if isinstance(value, list):
        for item in value:
            found += _spots(item)
    if isinstance(value, dict):
        for name, item in value.items():
            if name != "@context":
                found.append((value, name))
                found += [] if name in terms.TEXTS else _spots(item)
    return found


JUNK: tuple[Any, ...] = (
    "text", "", 5, True, {}, [], {"en": "text"}, ["one", "two"], "2026-01-01", "P60M",
    {"id": "urn:a:b"}, {"id": "urn:a:b", "type": "Note", "noteLiteral": {"en": "note"}},
    {"id": "urn:a:b", "type": "Concept"}, {"en": ["one", "two"]}, {"type": "Nothing"},
)  # fmt: skip


def _mutate(document: Document, chance: Random) -> str:
    """Change one thing somewhere, and say what."""
    node, name = chance.choice(_spots(document))
    kind = chance.choice(("drop", "junk", "junk", "twice", "rename"))
    if kind == "drop":
        del node[name]
    elif kind == "junk":
        node[name] = chance.choice(JUNK)
    elif kind == "rename":
        node[f"{name}s"] = node.pop(name)
    else:
        other = dict(node[name]) if isinstance(node[name], dict) else node[name]
        if isinstance(other, dict) and "id" in other:
            other["id"] = "urn:a:second"
        node[name] = [node[name], other, chance.choice(JUNK)]
    return f"{kind} {name} of {node.get('type')}"


def _judge(shapes: Shapes, document: Document) -> Judged | None:
    try:
        return shapes.judge(document)
    except jsonld.JsonLdError:
        return None


@pytest.mark.parametrize("seed", range(MUTATIONS))
def test_what_the_shapes_refuse_is_an_error_of_ours(shapes: Shapes, seed: int) -> None:
    document = jcs.decode(_whole())
    what = _mutate(document, Random(seed))  # noqa: S311 # It chooses what to break, not a secret.
    judged = _judge(shapes, document)
    if judged is None or not judged.conforms:
        assert errors(document), f"{what}: {judged.text if judged else 'no linked data'}"
    else:
        # What passes the shapes may be wrong all the same; it is never silently different.
        assert judged.triples > 0 or errors(document), what


def _cut(*names: str) -> Callable[[Document], object]:
    def change(document: Document) -> None:
        place: Any = document
        for name in names[:-1]:
            place = place[name]
        del place[names[-1]]

    return change


CLAIM = ("credentialSubject", "hasClaim")
# Europass facts §8: each passes the shapes, and is wrong.
UNSEEN: dict[str, tuple[str, Callable[[Document], object]]] = {
    "no context": ("elm.no_context", _cut("@context")),
    "another type": ("elm.not_an_edc", lambda d: d.update(type=["VerifiableCredential"])),
    "EQF 99": (
        "elm.concept_outside_list",
        lambda d: d["credentialSubject"]["hasClaim"]["specifiedBy"]["eqfLevel"].update(
            id="http://data.europa.eu/snb/eqf/99"
        ),
    ),
    "no name": (
        "elm.no_name",
        lambda d: [d["credentialSubject"].pop(n) for n in ("fullName", "givenName", "familyName")],
    ),
    "unknown property": (
        "elm.unknown_property",
        lambda d: d["credentialSubject"]["hasClaim"].update(honours="with distinction"),
    ),
    "no zone": (
        "elm.date_without_zone",
        lambda d: d["credentialSubject"]["hasClaim"]["provenBy"].update(
            dateIssued="2026-06-12T00:00:00"
        ),
    ),
    "another profile": (
        "elm.other_schema",
        lambda d: d["credentialSchema"].update(id="https://other.example/schema"),
    ),
    "two ends": ("elm.two_ends", lambda d: d.update(expirationDate="2030-01-01T00:00:00Z")),
}


@pytest.mark.parametrize("what", UNSEEN)
def test_what_the_shapes_do_not_see_is_an_error_of_ours(shapes: Shapes, what: str) -> None:
    code, change = UNSEEN[what]
    document = jcs.decode(_whole())
    change(document)
    judged = _judge(shapes, document)
    assert judged is not None
    assert judged.conforms, judged.text
    assert code in errors(document)


def test_months_for_hours_pass_the_shapes_and_are_noted(shapes: Shapes) -> None:
    document = jcs.decode(_whole())
    document["credentialSubject"]["hasClaim"]["specifiedBy"]["volumeOfLearning"] = "P60M"
    assert shapes.judge(document).conforms
    assert "elm.months_for_hours" in notes(document)


def test_two_pictures_of_one_id_fail_the_shapes_and_are_named(shapes: Shapes) -> None:
    document = jcs.decode(_whole())
    display = document["displayParameter"]["individualDisplay"]
    page = display["displayDetail"]
    second = page | {"id": "urn:epass:displayDetail:2", "page": 2}
    second["image"] = page["image"] | {"content": "AAAA"}
    display["displayDetail"] = [page, second]
    assert not shapes.judge(document).conforms
    assert "elm.duplicate_id" in errors(document)


# --- Documents of others --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wrong", "unusual"),
    [
        ("Sample-MC-Annex1-signed.jsonld", set(), {"elm.months_for_hours"}),
        (
            "Sample-MC-Annex1-unsigned.jsonld",
            {"elm.no_eidas", "elm.missing"},
            {"elm.months_for_hours"},
        ),
        ("full-annex1-elm32.jsonld", set(), set()),
        ("full-annex1-elm32.TEST-sealed-jades-b.jsonld", set(), set()),
        ("full-annex1-accredited-elm32.jsonld", set(), set()),
        ("minimal-shacl-valid.jsonld", {"elm.no_name"}, set()),
    ],
)
def test_samples_have_the_faults_that_are_known(
    sample: Callable[[str], Document], name: str, wrong: set[str], unusual: set[str]
) -> None:
    document = sample(name)
    assert (errors(document), notes(document)) == (wrong, unusual)


def test_the_upload_form_says_nothing_and_passes_the_shapes(
    shapes: Shapes, sample: Callable[[str], Document]
) -> None:
    document = sample("Sample-MC-Annex1-unsigned-uploadable.json")
    assert errors(document) >= {"elm.no_context", "elm.not_an_edc", "elm.nothing_said"}
    judged = shapes.judge(document)
    assert (judged.conforms, judged.triples) == (True, 0)


def test_the_sample_of_the_commission_is_read(sample: Callable[[str], Document]) -> None:
    said = portrait(sample("Sample-MC-Annex1-signed.jsonld"))
    assert said.title == "Digital micro-credential creation"
    assert (said.learner_name, said.issuer_name) == ("Ana Andromeda", "ORGANIZACION TEST")
    assert (said.ects, said.eqf, said.grade) == ("2", 6, "Pass")
    assert [kind.label for kind in said.participation] == ["partly on site, partly online"]
    assert [number for number, _ in said.mandatory_missing] == ["M11"]


def test_a_document_with_all_sixteen_elements_is_read_whole(
    sample: Callable[[str], Document],
) -> None:
    said = portrait(sample("full-annex1-elm32.jsonld"))
    assert said.mandatory_missing == ()
    assert said.optional_present == ("O1", "O2", "O3", "O4", "O5")
    assert (said.ects, said.workload_hours, said.eqf) == ("3", "75", 7)
    assert said.stackable_towards == ("MSc in Data Science",)


# --- The tables of facts --------------------------------------------------------------------


def test_the_table_of_properties_is_that_of_the_contexts(published: Find) -> None:
    context = json.loads(published("elm/context/edc-ap-3.2.jsonld").read_bytes())["@context"]
    defined = {name for name, value in context.items() if _is_term(name, value)}
    assert defined - terms.PROPERTIES - terms.CLASSES == set()


def _is_term(name: str, value: object) -> bool:
    # Keywords and prefixes are none; the prefix clv lacks its slash.
    if name.startswith("@") or name == "clv":
        return False
    return not (isinstance(value, str) and value.endswith(("/", "#")))


@pytest.mark.parametrize("name", ["accreditation", "assessment", "eqf", "isced-f", "skill-type"])
def test_the_lists_hold_every_concept_that_is_published(published: Find, name: str) -> None:
    known = json.loads(published("elm/vocab/core.json").read_bytes())[name]
    held = {
        concept.iri
        for code in ("assessment", "eqf", "isced_f", "quality", "skill_type")
        for concept in schemas.code_list(code).concepts
    }
    assert set(known) - held == set()
