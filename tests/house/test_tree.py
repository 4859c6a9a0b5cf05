"""What is kept in the repository: no place of one machine, no registry, locks that lock."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = {".py", ".toml", ".md", ".json", ".lock", ".txt", ".html", ".css", ".js", ".mjs", ".typ",
        ".yml", ".yaml", ".cfg", ".ini", ".csv", ".svg", ".mako", ".sh", ""}  # fmt: skip
# In parts, so that this file does not find itself.
MACHINE = re.compile("|".join(rf"(?<![\w.])/{name}/" for name in ("work", "root", "home")))
HOSTS = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
REGISTRY = re.compile("|".join(rf"{name}\.{top}" for name, top in HOSTS))
LOCKS = ("requirements.lock", "requirements-dev.lock")


def texts(tree: list[Path]) -> list[tuple[Path, str]]:
    return [(p, p.read_text(encoding="utf-8")) for p in tree if p.suffix in TEXT]


def test_no_file_names_a_place_of_one_machine(tree: list[Path]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path, text in texts(tree)
        if (found := MACHINE.search(text))
    ]
    assert not wrong


def test_no_file_names_a_registry(tree: list[Path]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path, text in texts(tree)
        if (found := REGISTRY.search(text))
    ]
    assert not wrong


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = [e for e in re.split(r"\n(?=\S)", text.strip()) if not e.startswith("#")]
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^\s;]+", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]
    assert not re.search(r"https?://|--(extra-)?index|--find-links|@ file", text)


def test_the_lock_of_the_tests_holds_the_lock_of_the_product() -> None:
    def pinned(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return {
            m.group(1): m.group(2)
            for m in re.finditer(
                r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", text, re.MULTILINE
            )
        }

    product, tests = (pinned(name) for name in LOCKS)
    assert product.items() <= tests.items()


def test_the_lock_holds_every_dependency_and_the_build_backend() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    wanted = project["project"]["dependencies"] + project["build-system"]["requires"]
    for requirement in wanted:
        name = re.split(r"[\[<>=;]", requirement)[0].strip().lower()
        assert re.search(rf"^{re.escape(name)}(\[[a-z,]+\])?==", lock, re.MULTILINE), requirement


def test_the_lock_of_npm_names_no_registry_and_pins_every_package() -> None:
    lock = json.loads((ROOT / "tests" / "node" / "package-lock.json").read_bytes())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name


def test_every_json_file_is_json(tree: list[Path]) -> None:
    for path in tree:
        if path.suffix == ".json":
            json.loads(path.read_bytes())
