"""Whatever is handed to ``testamur verify``: pictures, pipes, addresses, too much of anything."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from issuer.carriers import svg
from tests.town.loopback import Town, reply

ROOT = Path(__file__).parents[3]
Tell = Any
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'
)
MIB = 1024 * 1024


class Piped:
    """Standard input with something in it."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.fixture
def credential(demo: Path) -> Path:
    """One that is in force: only those have a paper."""
    return next(p for p in sorted(demo.glob("EUAS-*.json")) if p.with_suffix(".pdf").exists())


def run_with(
    data: bytes, *arguments: str, closed: bool = False, encoding: str = "utf-8"
) -> subprocess.CompletedProcess[bytes]:
    """Run a verb as a shell does, with ``data`` on a pipe, and perhaps nobody who reads."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return subprocess.run(
            [sys.executable, "-m", "issuer.cli", *arguments],
            input=data,
            stdout=writer if closed else subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
            cwd=ROOT,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("TESTAMUR_")},
                "PYTHONIOENCODING": encoding,
            },
        )
    finally:
        os.close(writer)


def test_a_pipe_is_read(
    demo: Path, credential: Path, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (credential, *map(credential.with_suffix, (".jwt", ".png", ".pdf"))):
        monkeypatch.setattr(sys, "stdin", Piped(name.read_bytes()))
        assert tell("verify", "-", "--material", demo / "material.json").code == 0


def test_a_vector_picture_is_read(demo: Path, credential: Path, tell: Tell, tmp_path: Path) -> None:
    baked = tmp_path / "badge.svg"
    baked.write_bytes(svg.embed(PICTURE, credential.read_bytes()))
    done = tell("verify", baked, "--material", demo / "material.json", "--json")
    assert (done.code, json.loads(done.out)["carrier"]) == (0, "svg")


def test_a_picture_without_a_credential_is_no_verdict(tell: Tell, tmp_path: Path) -> None:
    bare = tmp_path / "bare.svg"
    bare.write_bytes(PICTURE)
    assert tell("verify", bare, "--offline").code == 64


def test_an_address_is_fetched_and_its_issuer_is_not_reached(
    credential: Path, tell: Tell, tmp_path: Path
) -> None:
    with Town(tmp_path) as town:
        port = town.plain(lambda _: reply(credential.read_bytes()))
        address = f"http://127.0.0.1:{port}/c/1"
        done = tell("verify", address, "--allow-host", f"127.0.0.1:{port}")
        # Its did:web stands on a private host that nobody has allowed.
        assert done.code == 2
        assert len(town.asked(f"127.0.0.1:{port}")) == 1
        refused = tell("verify", address)
        assert refused.code == 64
        assert "could not be fetched" in refused.err
        assert len(town.asked(f"127.0.0.1:{port}")) == 1


def test_an_address_that_answers_nothing_useful_is_no_verdict(tell: Tell, tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        port = town.plain(lambda _: reply(b"gone", status=404))
        address = f"http://127.0.0.1:{port}/c/1"
        done = tell("verify", address, "--allow-host", f"127.0.0.1:{port}")
    assert done.code == 64
    assert address in done.err


@pytest.mark.parametrize("size", [12 * MIB, 12 * MIB + 1])
def test_no_more_is_read_than_a_picture_may_have(tell: Tell, tmp_path: Path, size: int) -> None:
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(size)
    done = tell("verify", large, "--offline")
    assert done.code == 64
    assert ("larger than 12 MiB" in done.err) is (size > 12 * MIB)


def test_what_never_ends_is_refused(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(b" " * (13 * MIB)))
    assert tell("verify", "-", "--offline").code == 64
    assert "larger than 12 MiB" in tell("verify", "/dev/zero", "--offline").err


def test_a_folder_is_no_credential(tell: Tell, tmp_path: Path) -> None:
    done = tell("verify", tmp_path, "--offline")
    assert done.code == 64
    assert "cannot be read: Is a directory." in done.err


@pytest.mark.parametrize("option", ["--material", "--trust"])
def test_material_that_is_none_is_no_verdict(
    credential: Path, tell: Tell, tmp_path: Path, option: str
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"nothing of the kind")
    assert tell("verify", credential, option, wrong, "--offline").code == 64
    assert tell("verify", credential, option, tmp_path / "missing", "--offline").code == 64


def test_the_trust_list_of_the_settings_is_used(
    demo: Path, credential: Path, tell: Tell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TESTAMUR_TRUST_FILE", str(demo / "trust.toml"))
    assert tell("verify", credential, "--material", demo / "material.json").code == 0
    monkeypatch.setenv("TESTAMUR_TRUST_FILE", str(tmp_path / "missing.toml"))
    assert tell("verify", credential, "--material", demo / "material.json").code == 64


@pytest.mark.parametrize("how", [[], ["--json"]], ids=["words", "json"])
def test_a_pipe_that_nobody_reads_is_no_verdict(how: list[str]) -> None:
    done = run_with(b"{}", "verify", "-", "--offline", *how, closed=True)
    assert done.returncode == 70
    assert b"Traceback" not in done.stderr


def test_a_terminal_that_knows_no_tick_hears_the_verdict(demo: Path, credential: Path) -> None:
    material = str(demo / "material.json")
    done = run_with(
        credential.read_bytes(), "verify", "-", "--material", material, encoding="ascii"
    )
    assert done.returncode == 0
    assert done.stdout.startswith(b"PASSED. Genuine, unchanged and in force.")
    assert b" ? proof (PASSED): " in done.stdout
