"""A pathway's file: read as it stands, and refused with line and cure where it cannot be."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from issuer.errors import DocumentTooLarge, FieldsInvalid, MalformedDocument
from issuer.model.achievement import Tier
from issuer.model.pathway import Pathway
from issuer.model.rule import AllOf, Capstone, SomeOf
from issuer.services.pathway_file import read

EXAMPLE = Path(__file__).parents[3] / "examples" / "pathways" / "data-steward.yaml"
SMALL = """\
slug: way
title: {no: Sti, en: yes}
description: {en: "2026-01-01"}
parts:
  - {achievement: a, tier: basic, needs: ~}
steps:
  - {achievement: step, tier: basic, rule: a}
"""


def _read(text: str) -> Pathway:
    return read(text.encode(), organisation="uni")


def test_the_example_is_read() -> None:
    way = read(EXAMPLE.read_bytes(), organisation="euas")
    assert (way.slug, way.organisation, way.version) == ("data-steward", "euas", 1)
    assert [part.achievement for part in way.parts if part.capstone] == ["steward-project"]
    assert way.step_by_name["practising-data-steward"].rule == AllOf(
        all_of=(
            "data-stewardship-foundations",
            "data-stewardship",
            SomeOf(n=1, of=("research-data-law", "data-visualisation")),
        )
    )
    top = way.step_by_name["professional-data-steward"]
    assert top.max_age_months == 72
    assert top.rule == AllOf(
        all_of=("practising-data-steward", Capstone(capstone="steward-project"))
    )
    assert way.recognised[0].credits_up_to == Decimal(3)
    assert way.target is not None
    assert way.target.valid_until == dt.date(2031, 9, 30)
    assert way.certify_from is Tier.BASIC


def test_a_text_stays_the_text_that_stands_there() -> None:
    way = _read(SMALL)
    assert way.title.root == {"no": "Sti", "en": "yes"}
    assert way.description.root == {"en": "2026-01-01"}
    assert way.parts[0].needs is None
    more = _read(SMALL + "recognised:\n  - {part: a, issuer: 'did:web:x.example', "
                 "issuer_name: On, decided_by: 'No', credits_up_to: 2.50}\n")  # fmt: skip
    assert more.recognised[0].issuer_name == "On"
    assert str(more.recognised[0].credits_up_to) == "2.50"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read(b"\xef\xbb\xbf" + SMALL.encode(), organisation="uni") == _read(SMALL)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "Line 3, column 1: a stands there twice: keep one"),
        ("a:\n  b: 1\n  b: 2\n", "Line 3, column 3: b stands there twice"),
        ("a: [\n", "Line 2, column 1: expected the node content"),
        ("a: 1\n\tb: 2\n", r"Line 2, column 1: found character '\\t'"),
        ("a: 1\n---\nb: 2\n", "Line 2, column 1"),
        ("[a]: 1\n", "Line 1, column 1: a name has to stand before the colon"),
        ("~: 1\n", "Line 1, column 1: a name has to stand"),
        ("a: \x01\n", "a character that YAML does not allow"),
        ("- a\n", "begin with slug"),
        ("", "begin with slug"),
        ("organisation: uni\n", "does not say its organisation"),
        ("version: 3\n", "does not say its version"),
    ],
)
def test_what_is_no_pathway_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(MalformedDocument, match=said):
        _read(text)


def test_other_encodings_are_refused() -> None:
    with pytest.raises(MalformedDocument, match="not UTF-8"):
        read("titre: été".encode("latin-1"), organisation="uni")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda text: text.replace("rule: a", "rule: {any_of: [a]}"), "steps.0.rule"),
        (lambda text: text.replace("rule: a", "rule: {n: x, of: [a]}"), "steps.0.rule.n.n"),
        (lambda text: text.replace("tier: basic, rule", "tier: low, rule"), "steps.0.tier"),
        (lambda text: text + "colour: blue\n", "colour"),
    ],
)
def test_a_wrong_field_is_named(change: Callable[[str], str], field: str) -> None:
    with pytest.raises(FieldsInvalid) as told:
        _read(change(SMALL))
    assert next(one["field"] for one in told.value.details["fields"]) == field  # type: ignore[attr-defined] # A list.


def test_a_file_of_a_size_that_no_pathway_has_is_refused() -> None:
    with pytest.raises(DocumentTooLarge, match="256 KiB"):
        read(b"#" * (256 * 1024 + 1), organisation="uni")
