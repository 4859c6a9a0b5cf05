"""The account of skips: a run with a skip that nobody allowed is red, also under xdist."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

TESTS = Path(__file__).parents[1]
MARKERS = "\n".join(f"    {name}: x" for name in ("browser", "node", "postgres", "vectors"))
PLAIN = "def test_it() -> None:\n    assert True\n"
ALLOWED = """
import pytest
@pytest.mark.browser
def test_walk() -> None:
    pytest.skip("no Chromium on this machine")
"""
DATA = """
import pytest
@pytest.mark.vectors
def test_vector() -> None:
    pytest.skip("TESTAMUR_VECTORS is not set")
"""


def run(
    folder: Path,
    tests: Mapping[str, str],
    *,
    workers: int = 0,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[str]:
    shutil.copy(TESTS / "conftest.py", folder / "conftest.py")
    shutil.copy(TESTS / "skips.toml", folder / "skips.toml")
    (folder / "pytest.ini").write_text(f"[pytest]\nmarkers =\n{MARKERS}\n", encoding="utf-8")
    for name, test in tests.items():
        (folder / f"test_{name}.py").write_text(test, encoding="utf-8")
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TESTAMUR_", "PYTEST_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"-n{workers}", "."],
        cwd=folder,
        env={**own, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


NOT_ALLOWED = {
    "reason": ALLOWED.replace("no Chromium", "I was tired:"),
    "other_marker": ALLOWED.replace("mark.browser", "mark.node"),
    "no_marker": ALLOWED.replace("@pytest.mark.browser\n", ""),
    "module": 'import pytest\npytest.skip("no Chromium", allow_module_level=True)\n',
    "imported": "import pytest\npytest.importorskip('no_such_module')\n",
    "xfail": "import pytest\n@pytest.mark.xfail\ndef test_it() -> None:\n    raise ValueError\n",
    "mark": "import pytest\n@pytest.mark.skip\ndef test_it() -> None:\n    assert True\n",
}


def test_a_run_without_skips_is_green_and_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, {"plain": PLAIN})
    assert done.returncode == 0
    assert "nothing was skipped" in done.stdout


@pytest.mark.parametrize("workers", [0, 1])
def test_skips_on_the_list_are_told_and_green(tmp_path: Path, workers: int) -> None:
    done = run(tmp_path, {"allowed": ALLOWED, "data": DATA}, workers=workers)
    assert done.returncode == 0
    assert "\n1 × no Chromium on this machine\n" in done.stdout
    assert "\n1 × TESTAMUR_VECTORS is not set\n" in done.stdout
    assert "RED" not in done.stdout


@pytest.mark.parametrize("workers", [0, 1])
def test_a_skip_that_nobody_allowed_is_red(tmp_path: Path, workers: int) -> None:
    done = run(tmp_path, {"plain": PLAIN, **NOT_ALLOWED}, workers=workers)
    assert done.returncode == 1
    red = [line for line in done.stdout.splitlines() if line.startswith("RED ")]
    assert all("not on the list in tests/skips.toml" in line for line in red)
    for name in NOT_ALLOWED:
        assert any(f"test_{name}.py" in line for line in red), name


def test_a_missing_tool_is_red_where_everything_is_required(tmp_path: Path) -> None:
    environment = {"TESTAMUR_REQUIRE_ALL": "1"}
    done = run(tmp_path, {"allowed": ALLOWED, "data": DATA}, environment=environment)
    assert done.returncode == 1
    assert "RED 1 × no Chromium on this machine [TESTAMUR_REQUIRE_ALL=1 needs" in done.stdout
    assert "\n1 × TESTAMUR_VECTORS is not set\n" in done.stdout


def test_absent_vectors_are_red_where_they_are_named(tmp_path: Path) -> None:
    done = run(tmp_path, {"data": DATA}, environment={"TESTAMUR_VECTORS": str(tmp_path)})
    assert done.returncode == 1
    assert "RED 1 × TESTAMUR_VECTORS is not set [TESTAMUR_VECTORS is set" in done.stdout


def test_a_vector_that_the_named_collection_lacks_is_a_failure(tmp_path: Path) -> None:
    test = """
def test_vector(vector) -> None:
    vector("no/such.json")
"""
    done = run(tmp_path, {"vector": test}, environment={"TESTAMUR_VECTORS": str(tmp_path)})
    assert done.returncode == 1
    assert "TESTAMUR_VECTORS has no vectors/no/such.json" in done.stdout
