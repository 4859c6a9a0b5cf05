"""Every exception from a rule says why, and some rules have no exceptions."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REASON = r"\s*#\s*[A-Z0-9‘“'\"`(].{5,}"
NOQA = re.compile(rf"#\s*(?:ruff:\s*)?noqa:\s*[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*{REASON}")
IGNORE = re.compile(rf"#\s*type:\s*ignore\[[a-z, -]+\]{REASON}")
FORMAT = re.compile(r"#\s*fmt:\s*(?:skip|off|on)")
COVERAGE = re.compile(rf"#\s*pragma:\s*no (?:cover|branch){REASON}")
EXCEPTIONS = {"noqa": NOQA, "type: ignore": IGNORE, "pragma:": COVERAGE}
STRICT = ("issuer/proofs", "issuer/verify")


def comments(path: Path) -> Iterator[tuple[int, str]]:
    source = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_every_exception_names_its_rule_and_gives_its_reason(tree: list[Path]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in tree
        if path.suffix == ".py"
        for line, text in comments(path)
        for word, form in EXCEPTIONS.items()
        if re.match(rf"#\s*(ruff:\s*)?{word}", text) and not form.match(text)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "# noqa",
        "# noqa: S101",
        "# noqa: S101 # x",
        "# noqa: S101 # Meh",
        "# noqa: S101, E501",
        "# ruff: noqa",
    ],
)
def test_an_exception_without_a_reason_is_seen(text: str) -> None:
    assert not NOQA.match(text)


def test_an_ignored_type_without_a_reason_is_seen() -> None:
    assert not IGNORE.match("# type: ignore")
    assert not IGNORE.match("# type: ignore[misc]")
    assert IGNORE.match("# type: ignore[misc]  # That is the point of the test.")


@pytest.mark.parametrize("room", STRICT)
def test_complexity_has_no_exception_where_it_matters(modules: list[Path], room: str) -> None:
    for path in modules:
        if (ROOT / room) in path.parents:
            assert not any("C901" in text for _, text in comments(path)), path


def test_every_rule_that_is_switched_off_says_why() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("[tool.ruff.lint]")
    end = lines.index("[tool.ruff.lint.flake8-tidy-imports.banned-api]")
    codes = [line for line in lines[start:end] if re.match(r'\s+"[A-Z]+[0-9]*",', line)]
    assert len(codes) > 20
    assert [line for line in codes if not re.search(r"# \S.*\.$", line)] == []
