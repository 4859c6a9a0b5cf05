"""Sizes: what is short is read. Complexity and the number of arguments are ruff's."""

import ast
import re
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_LINES = 400
MEDIAN_LINES = 150
MOST_IN_A_FUNCTION = 60
MOST_IN_A_LIST = 90
MEDIAN_IN_A_FUNCTION = 10
MOST_POSITIONAL = 3
"""The subject, and what a protocol of somebody else demands; the rest is named."""
WRITTEN_DOWN = "versions"
"""Folder of migrations: a list of columns, kept as it was when it was written."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[tuple[Function, list[str]]]:
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function):
            yield node, text.splitlines()[node.lineno - 1 : node.end_lineno]


def written(modules: list[Path]) -> list[Path]:
    return [p for p in modules if p.parent.name != WRITTEN_DOWN]


def is_numbered(lines: list[str]) -> bool:
    """A numbered list of steps: its comments count 1, 2, 3."""
    numbers = [m.group(1) for line in lines if (m := re.match(r"\s*# (\d+)[.:)]", line))]
    return numbers[:3] == ["1", "2", "3"]


def test_no_module_is_long(modules: list[Path]) -> None:
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in written(modules)}
    long = {p.name: n for p, n in lengths.items() if n > MOST_LINES}
    assert not long
    assert statistics.median(lengths.values()) <= MEDIAN_LINES


def test_no_function_is_long(modules: list[Path]) -> None:
    lengths = []
    for path in written(modules):
        for node, lines in functions(path):
            lengths.append(len(lines))
            most = MOST_IN_A_LIST if is_numbered(lines) else MOST_IN_A_FUNCTION
            assert len(lines) <= most, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
    assert statistics.median(lengths) <= MEDIAN_IN_A_FUNCTION


def test_all_but_the_subject_is_named_by_the_caller(modules: list[Path]) -> None:
    for path in modules:
        for node, _ in functions(path):
            given = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
            positional = [name for name in given if name not in {"self", "cls"}]
            where = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}{positional}"
            assert node.name.startswith("_") or len(positional) <= MOST_POSITIONAL, where


def test_ruff_holds_complexity_arguments_and_everything_else() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"][
        "lint"
    ]
    assert lint["select"] == ["ALL"]
    assert lint["mccabe"]["max-complexity"] <= 8
    assert lint["pylint"]["max-args"] <= 6
    assert "C901" not in lint["ignore"]
    assert not any("C901" in codes for codes in lint["per-file-ignores"].values())
