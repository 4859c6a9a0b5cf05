"""Our own badges by shape: the bytes of the full way or none, and every variable is signed."""

import copy
import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from issuer.errors import LintFailed, TestamurError
from issuer.formats import lint, ob3
from issuer.formats.awarded import Awarded
from issuer.formats.json_schema import schema_problems
from issuer.formats.ob3_shape import PARTS, UNSEEN, VARIABLES
from issuer.jsonld import rdfc10
from issuer.jsonld.canonical import Canonicalise
from issuer.jsonld.shapes import Kind, Shapes
from issuer.jsonld.templates import Templates
from issuer.model.achievement import DocumentFormat
from issuer.model.drafts import Draft, Linted
from issuer.proofs import data_integrity, jcs
from issuer.proofs.written import Written
from keys.signer import Signer
from tests.town import awards as town
from tests.town.stacked import stacked_award
from tests.town.university import Ed25519Key, P256Key

Document = Mapping[str, Any]
_SUSPENSION = {
    "suspension_list": f"{town.BASE}/status/euas/suspension/1",
    "suspension_index": 94567,
}
_slots = st.sampled_from([{}, _SUSPENSION])
_texts = st.text(max_size=20) | st.sampled_from(["", '"', "\\", "a\nb", "\u2028", "2.50", "_:b"])
_iris = st.sampled_from(
    [
        "https://uni.example/c/2",
        "did:web:alex.example",
        "did:key:z6Mk",
        "http://localhost:8000/status#7",
        "urn:uuid:5e0f7c1e-8c0b-4b3a-9d5e-1d3f1f0c0001",
        "_:b0",
        "relative",
        "https://uni.example/ä",
    ]
)


def composed(awarded: Awarded, slot: Mapping[str, Any]) -> Document:
    return ob3.compose(awarded, reservation=town.reservation(DocumentFormat.OB3, **slot)).document


def outcome(canonicalise: Callable[[Document], bytes], document: Document) -> bytes | str:
    try:
        return canonicalise(document)
    except TestamurError as fault:
        return fault.code


def drawn(data: st.DataObject, of: st.SearchStrategy[str]) -> Iterator[str]:
    while True:
        yield data.draw(of)


@settings(max_examples=25)
@given(town.awards(), _slots, st.data())
def test_any_award_with_any_values(
    awarded: Awarded, slot: Mapping[str, Any], data: st.DataObject
) -> None:
    document = composed(awarded, slot)
    templates = Templates(rdfc10.canonicalise, variables=VARIABLES)
    assert templates.canonicalise(document) == rdfc10.canonicalise(document)

    other = Shapes(VARIABLES).filled(document, texts=drawn(data, _texts), iris=drawn(data, _iris))
    expected = outcome(rdfc10.canonicalise, other)
    assert templates.find(other) in {expected, None}
    assert outcome(templates.canonicalise, other) == expected


def said(linted: Callable[[Draft], Linted], document: Document) -> object:
    try:
        return linted(Draft(document))
    except LintFailed as fault:
        return fault.details


@settings(max_examples=25)
@given(town.awards(), _slots, st.data())
def test_any_award_with_any_values_is_linted_and_written_alike(
    awarded: Awarded, slot: Mapping[str, Any], data: st.DataObject
) -> None:
    document = composed(awarded, slot)
    shapes = Shapes({**VARIABLES, **PARTS})
    linter, writer = lint.Linter(shapes), Written(shapes)
    assert said(linter.lint, document) == said(lint.lint, document)
    assert b"".join(writer.unclosed(document)) == b"".join(jcs.unclosed(document))

    texts = _texts | st.sampled_from(["2026-06-12T09:30:00Z", "2020-06-12T09:30:00Z"])
    other = shapes.filled(document, texts=drawn(data, texts), iris=drawn(data, _iris))
    assert said(linter.lint, other) == said(lint.lint, other)
    assert b"".join(writer.unclosed(other)) == b"".join(jcs.unclosed(other))


@pytest.fixture(scope="module")
def templates() -> Templates:
    """Knows the two shapes of an award that states everything, and of a stacked one."""
    found = Templates(rdfc10.canonicalise, variables=VARIABLES)
    for slot in ({}, _SUSPENSION):
        for award in (town.whole_award(), stacked_award()):
            found.canonicalise(composed(award, slot))
    return found


def _changed(node: Any, path: tuple[str, ...], kind: Kind) -> Iterator[None]:
    """Change each value at ``path``, one at a time, and put it back."""
    if isinstance(node, list):
        for item in node:
            yield from _changed(item, path, kind)
    elif isinstance(node, dict) and len(path) > 1:
        yield from _changed(node.get(path[0]), path[1:], kind)
    elif isinstance(node, dict) and path[0] in node:
        value = node[path[0]]
        node[path[0]] = f"{value}x"
        yield
        node[path[0]] = value


_ELSEWHERE = {("created",), ("credentialSubject", "encodedList")}
_OF_BADGES = [path for path in VARIABLES if path not in _ELSEWHERE]


@pytest.mark.parametrize("slot", [{}, _SUSPENSION], ids=["one entry", "two entries"])
@pytest.mark.parametrize("path", _OF_BADGES, ids=".".join)
def test_every_variable_is_filled_and_signed(
    path: tuple[str, ...], slot: Mapping[str, Any], templates: Templates
) -> None:
    award = stacked_award() if "stackedFrom" in path else town.whole_award()
    document = copy.deepcopy(dict(composed(award, slot)))
    before = templates.find(document)
    assert before == rdfc10.canonicalise(document)
    places = 0
    for _ in _changed(document, path, VARIABLES[path]):
        places += 1
        after = templates.find(document)
        assert after is not None
        assert after != before
        assert after == rdfc10.canonicalise(document)
    assert places


def test_awards_of_one_course_have_one_shape(templates: Templates) -> None:
    known = len(templates)
    for number in range(5):
        award = town.whole_award()
        learner = award.result.learner.model_copy(update={"display_name": f"Ada {number}"})
        result = award.result.model_copy(update={"learner": learner})
        other = Awarded(award.award, award.achievement, award.organisation, result, award.base_url)
        templates.canonicalise(composed(other, {}))
    assert len(templates) == known


# --- The schema -----------------------------------------------------------------------------

# What may be asked of a value by which two texts differ (JSON Schema 2019-09; formats are not).
_ASKS = {"pattern", "minLength", "maxLength", "enum", "const", "uniqueItems", "contentEncoding"}
_SCHEMA = json.loads(schemas.read(ob3.SCHEMA))
_INNER = ("oneOf", "anyOf", "allOf", "items", "contains", "if", "then", "else", "not")


def _applied(schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all that it applies to the same value, or to each item of it."""
    for one in schema if isinstance(schema, list) else [schema]:
        if not isinstance(one, dict):
            continue
        yield one
        if "$ref" in one:
            yield from _applied(_SCHEMA["$defs"][one["$ref"].removeprefix("#/$defs/")])
        for word in _INNER:
            yield from _applied(one.get(word, []))


def _at(path: tuple[str, ...], schema: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every schema that is applied on the way to ``path``, with the names that are left."""
    for one in _applied(schema):
        yield len(path), one
        if path:
            known = one.get("properties", {}).get(path[0])
            yield from _at(
                path[1:], one.get("additionalProperties", {}) if known is None else known
            )


@pytest.mark.parametrize("path", UNSEEN, ids=".".join)
def test_the_schema_sees_no_difference_between_texts_there(path: tuple[str, ...]) -> None:
    for left, one in _at(path, _SCHEMA):
        # `type` of an object is asked for by `contains`, and is no variable.
        asked = _ASKS & set(one)
        assert not (
            asked if left == 0 else asked & {"const", "enum", "uniqueItems"} - _of_types(one)
        )
        assert not {"dependentSchemas", "patternProperties", "unevaluatedProperties"} & set(one)


def _of_types(one: dict[str, Any]) -> set[str]:
    # Items of the list that `type` is; our variables stand in objects.
    return {"enum"} if all(isinstance(value, str) for value in one.get("enum", [0])) else set()


@settings(max_examples=25)
@given(town.awards(), _slots, st.data())
def test_any_texts_there_keep_the_schema(
    awarded: Awarded, slot: Mapping[str, Any], data: st.DataObject
) -> None:
    document = composed(awarded, slot)

    shapes = Shapes(dict.fromkeys(UNSEEN, "text"))
    other = shapes.filled(document, texts=drawn(data, _texts | _iris), iris=iter(()))
    found = [schema_problems(one, url=ob3.SCHEMA) for one in (other, document)]
    assert bool(found[0]) == bool(found[1]) == bool(slot)


# --- Composing ------------------------------------------------------------------------------


@settings(max_examples=25)
@given(town.awards(), town.awards(), _slots)
def test_a_composer_composes_the_same(one: Awarded, two: Awarded, slot: Mapping[str, Any]) -> None:
    composer = ob3.Composer(most=1)
    place = town.reservation(DocumentFormat.OB3, **slot)
    for awarded in (one, two, one, one):
        found = composer.compose(awarded, reservation=place).document
        expected = ob3.compose(awarded, reservation=place).document
        assert jcs.encode_document(found) == jcs.encode_document(expected)


def test_a_composer_refuses_what_is_not_of_one_piece() -> None:
    award = town.whole_award()
    mixed = dataclasses.replace(
        award, award=award.award.model_copy(update={"achievement": "other"})
    )
    composer = ob3.Composer()
    with pytest.raises(LintFailed):
        composer.compose(mixed, reservation=town.reservation(DocumentFormat.OB3))


# --- Proofs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "suite"),
    [
        (Ed25519Key("a university"), "eddsa-rdfc-2022"),
        (P256Key("a university"), "ecdsa-rdfc-2019"),
        (Ed25519Key("a university"), "eddsa-jcs-2022"),
    ],
)
def test_what_is_prepared_by_shape_is_what_is_prepared_in_full(key: Signer, suite: str) -> None:
    templates = Templates(rdfc10.canonicalise, variables=VARIABLES)

    def prepared(canonicalise: Canonicalise, number: int) -> bytes:
        place = town.reservation(DocumentFormat.OB3).model_copy(
            update={"credential_id": f"{town.BASE}/c/{number}"}
        )
        linted = lint.lint(ob3.compose(town.whole_award(), reservation=place))
        found = data_integrity.prepare(
            linted,
            key=key.public_key,
            verification_method="did:web:uni.example#award-1",
            created=place.created + dt.timedelta(seconds=number),
            suite=suite,
            canonicalise=canonicalise,
        )
        return found.to_be_signed

    for number in range(3):
        assert prepared(templates.canonicalise, number) == prepared(rdfc10.canonicalise, number)
    # One for documents, one for their proofs.
    assert len(templates) == (0 if "jcs" in suite else 2)
