"""The reference says what the code says: statuses of errors, sub-indications of checks."""

import ast
import re
from pathlib import Path

import pytest

from issuer.verify.report import (
    CHECK_IDS,
    EDC_CHECK_IDS,
    PAPER_CHECK_IDS,
    RECEIPT_CHECK_IDS,
    STACK_CHECK_IDS,
)
from issuer.web.problems import STATUS

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
FAMILIES = {
    *CHECK_IDS,
    *EDC_CHECK_IDS,
    *STACK_CHECK_IDS,
    *PAPER_CHECK_IDS,
    *RECEIPT_CHECK_IDS,
    "key",
    "issuer",
    "status",
}
SUB = re.compile(r"([a-z]+)\.[a-z_]+")


def test_every_error_says_its_status() -> None:
    text = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    said = re.findall(r"^### `([a-z_.]+)`\nHTTP (\d+)\. ", text, flags=re.MULTILINE)
    assert {code: int(status) for code, status in said} == dict(STATUS)


def subs() -> set[str]:
    """Every sub-indication that is written out in the verifier."""
    found = set()
    for path in (ROOT / "issuer" / "verify").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named = SUB.fullmatch(node.value)
                if named and named[1] in FAMILIES:
                    found.add(node.value)
    return found


def test_every_sub_indication_is_explained() -> None:
    text = (REFERENCE / "checks.md").read_text(encoding="utf-8")
    wanted = subs()
    assert len(wanted) > 40
    assert {sub for sub in wanted if f"`{sub}`" not in text} == set()


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_what_is_made_of_a_purpose_is_explained(purpose: str) -> None:
    assert f"`status.{purpose}`" in (REFERENCE / "checks.md").read_text(encoding="utf-8")
