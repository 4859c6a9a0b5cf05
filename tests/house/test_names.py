"""Names: nouns of the field. What is called a helper is something that nobody has understood."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
BANNED = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "handler", "base"}
CLASSES = re.compile(r".*(Manager|Handler|Helper|Helpers|Util|Utils|Misc|Common)")


def test_no_module_is_called_what_is_nothing(modules: list[Path]) -> None:
    named = [p.relative_to(ROOT) for p in modules]
    wrong = [p for p in named for part in (*p.parts[:-1], p.stem) if BANNED & {*part.split("_")}]
    assert not wrong


def test_no_class_is_called_what_is_nothing(modules: list[Path]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in modules
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and CLASSES.fullmatch(node.name)
    ]
    assert not wrong


def test_every_module_says_what_it_is(modules: list[Path]) -> None:
    silent = []
    for path in modules:
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if not re.match(r"\S.*\.(\n|$)", docstring, re.DOTALL):
            silent.append(path.relative_to(ROOT))
    assert not silent
