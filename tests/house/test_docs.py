"""The reference is complete: what can be set, seen or called has its heading there.

A heading names its thing in backticks: ``## `base_url` ``. Nothing is described twice, and nothing
that is gone is described.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from fastapi.routing import APIRoute

import issuer
import keys.algorithms
import schemas
from issuer.errors import TestamurError
from issuer.settings import Settings
from issuer.verify.report import (
    CHECK_IDS,
    EDC_CHECK_IDS,
    PAPER_CHECK_IDS,
    RECEIPT_CHECK_IDS,
    STACK_CHECK_IDS,
)

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def headed(page: str) -> list[str]:
    """What the headings of a page name, in order."""
    path = REFERENCE / f"{page}.md"
    assert path.is_file(), f"docs/reference/{page}.md is not written"
    text = re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    headings = re.findall(r"^#{2,5} (.*)$", text, flags=re.MULTILINE)
    return [name for heading in headings for name in re.findall(r"`([^`]+)`", heading)]


def require(page: str, wanted: set[str]) -> None:
    found = headed(page)
    assert wanted - set(found) == set(), f"without a heading in docs/reference/{page}.md"
    assert set(found) - wanted == set(), f"described in docs/reference/{page}.md and not there"
    assert len(found) == len(set(found)), f"described twice in docs/reference/{page}.md"


def modules_of(package: str) -> Iterator[object]:
    room = importlib.import_module(package)
    yield room
    for found in pkgutil.walk_packages(room.__path__, f"{package}."):
        # Migrations are run by Alembic and by nothing else.
        if not found.name.endswith("__main__") and ".migrations." not in found.name:
            yield importlib.import_module(found.name)


def codes(root: type[Exception]) -> Iterator[str]:
    yield vars(root).get("code", "")
    for child in root.__subclasses__():
        yield from codes(child)


def commands(command: object, words: tuple[str, ...] = ("testamur",)) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if not children:
        yield " ".join(words)
    for name, child in (children or {}).items():
        yield from commands(child, (*words, name))


def plain(route: str) -> str:
    """A route without the names of its parameters, which may differ."""
    return re.sub(r"\{[^}]*\}", "{}", route)


def served(listed: Iterable[object]) -> Iterator[APIRoute]:
    for route in listed:
        if isinstance(route, APIRoute):
            yield route
        # A router that was included is kept whole.
        elif inner := getattr(route, "original_router", None):
            yield from served(inner.routes)


def routes() -> Iterator[str]:
    # The application says which routes there are; it is put together and never started.
    settings = SimpleNamespace(log_level="info", base_url="https://credentials.uni.example")
    house = SimpleNamespace(settings=settings)
    app = importlib.import_module("issuer.web.app").create_app(house)
    for route in served(app.routes):
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield plain(f"{method} {route.path}")


def test_every_setting_has_its_heading() -> None:
    require("settings", set(Settings.model_fields))


def test_every_error_code_has_its_heading() -> None:
    # Every room is loaded, so that an error declared elsewhere is found too.
    for _ in modules_of(issuer.__name__):
        pass
    roots = (TestamurError, keys.algorithms.VaultError, schemas.LibraryError)
    require("errors", {code for root in roots for code in codes(root)} - {""})


def test_every_check_has_its_heading() -> None:
    ids = {*CHECK_IDS, *EDC_CHECK_IDS, *STACK_CHECK_IDS, *PAPER_CHECK_IDS, *RECEIPT_CHECK_IDS}
    require("checks", ids)


def test_every_verb_has_its_heading() -> None:
    app = importlib.import_module("issuer.cli.verbs").app
    require("cli", set(commands(typer.main.get_command(app))))


def test_every_route_has_its_heading() -> None:
    wanted = set(routes())
    assert len(wanted) > 20
    found = {plain(name) for name in headed("api")}
    assert wanted - found == set(), "without a heading in docs/reference/api.md"
    assert found - wanted == set(), "described in docs/reference/api.md and not there"


def test_every_term_of_the_vocabulary_has_its_heading() -> None:
    require("vocabulary", {term.name for term in schemas.vocabulary_terms()})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# `page`\n## `one`\n### The `two`\n", ["one", "two"]),
        ("## one\n```\n## `no`\n```\n## `yes` and `also`\n", ["yes", "also"]),
    ],
)
def test_headings_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: list[str]
) -> None:
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    monkeypatch.setitem(globals(), "REFERENCE", tmp_path)
    assert headed("page") == found
