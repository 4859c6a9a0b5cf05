"""The table of paths against composed documents, and the reference page against the table."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from issuer.formats import elm3, ob3
from issuer.formats.elm3 import mapping
from issuer.model.achievement import DocumentFormat
from issuer.model.annex1 import MANDATORY, OPTIONAL
from tests.town import awards, stacked

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def documents() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """An award that states everything that the table names, in both tongues."""
    stated = awards.whole_award()
    first, *others = stacked.parts()
    # Nothing can be left out, so one of them stands for another.
    substitute = first.model_copy(update={"substitute": True})
    built = stacked.stack(parts=(substitute, *others))
    result = stated.result.model_copy(update={"stack": built})
    stated = replace(stated, result=result)
    edc = elm3.compose(stated, reservation=awards.reservation(), pictures=[awards.picture()])
    badge = ob3.compose(stated, reservation=awards.reservation(DocumentFormat.OB3))
    return edc.document, badge.document


def _found(document: Mapping[str, Any], path: str) -> list[Any]:
    """What stands at ``path``; a note by the term that it is about."""
    path, _, term = path.partition(" ")
    head, _, rest = path.partition(".")
    whole = f"{mapping.SHORT[head]}.{rest}" if head in mapping.SHORT else path
    values: list[Any] = [document]
    for name in whole.split("."):
        values = [v for value in values for v in _several(value.get(name))]
    if term:
        values = [v for v in values if v["subject"]["id"].endswith(f"#{term}")]
    return values


def _several(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("row", mapping.ROWS, ids=lambda row: row.what)
def test_every_path_of_the_table_leads_somewhere(
    row: mapping.Row, documents: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> None:
    edc, badge = documents
    assert [path for path in row.elm if not _found(edc, path)] == []
    assert [path for path in row.ob3 if not _found(badge, path)] == []


def test_the_table_holds_the_sixteen_elements_in_their_order() -> None:
    elements = [element.id for element in (*MANDATORY, *OPTIONAL)]
    assert [row.element for row in mapping.ROWS if row.element] == elements


def test_both_documents_lead_to_one_address(
    documents: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> None:
    edc, badge = documents
    assert elm3.award_url(edc) == badge["id"]


def _codes() -> Iterator[str]:
    for path in (ROOT / "issuer" / "formats" / "elm3").glob("*.py"):
        if path.name == "mapping.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"elm\.[a-z_]+", str(node.value)):
                yield str(node.value)


def test_every_code_of_a_check_is_explained_and_no_other() -> None:
    assert set(_codes()) == set(mapping.CODES)
    assert list(mapping.CODES) == sorted(mapping.CODES)


def test_the_page_is_what_the_code_makes() -> None:
    page = ROOT / "docs" / "reference" / "elm-mapping.md"
    # To write it anew: python -c "from issuer.formats.elm3 import mapping;
    # print(mapping.markdown(), end='')" > docs/reference/elm-mapping.md
    assert page.read_text(encoding="utf-8") == mapping.markdown()
