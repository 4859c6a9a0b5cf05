"""What the product reads beside its code is in the wheel that is installed."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("issuer", "keys", "schemas")
BUILT_BY = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, tree: list[Path]) -> zipfile.ZipFile:
    """A wheel built from a copy of what is kept, by the pinned build backend."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in tree:
        inside = path.relative_to(ROOT)
        if inside.parts[0] in {*ROOMS, "pyproject.toml", "README.md", "LICENSE"}:
            (source / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, source / inside)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BUILT_BY, str(built)],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1780000000"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    [made] = built.glob("*.whl")
    return zipfile.ZipFile(made)


def test_every_file_of_the_rooms_is_in_the_wheel(wheel: zipfile.ZipFile, tree: list[Path]) -> None:
    kept = {p.relative_to(ROOT).as_posix() for p in tree if p.relative_to(ROOT).parts[0] in ROOMS}
    missing = kept - set(wheel.namelist())
    assert not missing


def test_nothing_but_the_rooms_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)


def test_the_licence_and_the_command_are_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    [entry_points] = [n for n in wheel.namelist() if n.endswith("entry_points.txt")]
    assert "testamur = issuer.cli:main" in wheel.read(entry_points).decode()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())
