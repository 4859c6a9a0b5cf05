"""The tree as it is kept: tracked files where there is a checkout, else what lies in the folder."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_OURS = ("issuer", "keys", "schemas", "tests", "docs", "examples", ".ci")


def _tracked() -> list[Path]:
    if shutil.which("git") is None:
        return _lying()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name]
    return _lying()


def _lying() -> list[Path]:
    top = [p for p in ROOT.iterdir() if p.is_file()]
    return top + [p for d in _OURS for p in (ROOT / d).rglob("*") if "node_modules" not in p.parts]


@pytest.fixture(scope="session")
def tree() -> list[Path]:
    """Every file of the project, without what is made from it."""
    return sorted(p for p in _tracked() if p.is_file() and "__pycache__" not in p.parts)


@pytest.fixture(scope="session")
def modules(tree: list[Path]) -> list[Path]:
    """Every Python file of the product."""
    inside = (ROOT / "issuer", ROOT / "keys", ROOT / "schemas")
    return [p for p in tree if p.suffix == ".py" and any(d in p.parents for d in inside)]
