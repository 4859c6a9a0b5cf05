"""Each room of the pure wing, alone in a fresh interpreter: what it brings in with it.

import-linter does not look inside other people's packages; this does.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = (
    "schemas", "keys.algorithms", "keys.public", "keys.signer", "keys.lifecycle",
    "keys.documents", "keys.second_opinion", "issuer.errors", "issuer.model", "issuer.jsonld",
    "issuer.formats", "issuer.proofs", "issuer.status", "issuer.render", "issuer.carriers",
    "issuer.gradebooks", "issuer.verify",
)  # fmt: skip
FORBIDDEN = {
    "fastapi", "starlette", "uvicorn", "sqlalchemy", "alembic", "psycopg", "httpx2", "httpx",
    "requests", "urllib3", "aiohttp", "pydantic_settings", "typer", "issuer.registry",
    "issuer.settings", "issuer.fetch", "issuer.services", "issuer.delivery", "issuer.bootstrap",
    "issuer.web", "issuer.cli", "keys.custody",
}  # fmt: skip
WALK = """
import importlib, pkgutil, sys
room = importlib.import_module(sys.argv[1])
for found in pkgutil.walk_packages(getattr(room, "__path__", ()), room.__name__ + "."):
    importlib.import_module(found.name)
print("\\n".join(sys.modules))
"""


def loaded_by(room: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", WALK, room], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split("\n"))


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_brings_in_no_web_no_database_and_no_network(room: str) -> None:
    modules = loaded_by(room)
    assert room in modules
    assert not modules & FORBIDDEN


def test_the_vault_and_the_library_do_not_know_the_workshop() -> None:
    for room in ("keys", "schemas"):
        assert not any(name.split(".")[0] == "issuer" for name in loaded_by(room))
    assert not any(name.split(".")[0] == "keys" for name in loaded_by("schemas"))


def test_the_verifier_rests_on_one_implementation_of_signatures() -> None:
    assert "nacl" not in loaded_by("issuer.verify")
    assert {"nacl", "cryptography"} <= loaded_by("keys.second_opinion")


def test_every_room_is_in_the_list_or_known_not_to_be_pure() -> None:
    impure = {"bootstrap", "cli", "delivery", "fetch", "registry", "services", "settings", "web",
              "jobs"}  # fmt: skip
    rooms = {p.stem for p in (ROOT / "issuer").iterdir() if p.suffix == ".py" or p.is_dir()}
    pure = {name.removeprefix("issuer.") for name in PURE if name.startswith("issuer.")}
    assert rooms - {"__init__", "__pycache__", "__main__"} <= pure | impure


STILL = """
import sys
from issuer.cli import run
run(sys.argv[1:])
print("\\n".join(sys.modules))
"""


@pytest.mark.parametrize("verb", ["--help", "issue", "worker", "batch", "serve"])
def test_the_durable_engine_is_not_loaded_to_say_what_a_verb_does(verb: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STILL, verb, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"dbos", "sqlalchemy", "fastapi"} & set(done.stdout.split("\n"))


def test_only_the_room_of_jobs_knows_the_durable_engine_and_loads_it_late() -> None:
    for room in ("issuer.bootstrap", "issuer.services", "issuer.web", "issuer.jobs.foreman"):
        assert "dbos" not in loaded_by(room)
    assert "dbos" in loaded_by("issuer.jobs.engine")
