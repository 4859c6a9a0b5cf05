"""``testamur batch outcomes`` and ``batch receipt``, as a registrar types them."""

import csv
import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from issuer import bootstrap
from issuer import settings as configuration
from issuer.errors import TimestampMissing
from issuer.services import look
from tests.integration.cli.test_verbs import HEADER
from tests.town import authority, ended, intake
from tests.town.ended import BATCH, Row

Tell = Any


@pytest.fixture
def house(home: Path) -> Path:
    """An installation with a batch of two credentials that has ended."""
    rows = (f"R-{n},python-basics,2026-06-12,yes,S{n},Alex,Example\n" for n in (1, 2))
    data = (HEADER + "".join(rows)).encode()
    settings = configuration.load(home)
    with bootstrap.open_house(settings, passphrase=lambda: b"for tests") as opened:
        # One by one: this batch is the only one that they are of.
        for row in intake.read(opened.bench, "euas", data).rows:
            intake.take(opened.bench, row, actor="registrar")
        with opened.bench.begin() as tx:
            awards = look.listing(tx, "euas")
            ended.keep(tx, "euas", [Row("kept", a) for a in awards], at=opened.bench.moment)
    return home


def stamps(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = authority.below(authority.root(), authority.TSA)

    def stamp(digest: bytes) -> bytes:
        return authority.token(clock, b"", bend=authority.Bend(imprint=digest))

    monkeypatch.setattr("issuer.bootstrap.house.stamper", lambda _settings: stamp)


def test_outcomes_go_into_a_file_of_ones_own(house: Path, tell: Tell, tmp_path: Path) -> None:
    place = tmp_path / "outcomes.csv"
    options = ("--to", place, "--separator", "semicolon", "--bom", "--home", house)
    done = tell("batch", "outcomes", BATCH, *options)
    assert (done.code, "secret links" in done.err) == (0, True)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    text = place.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert {row[1] for row in rows[1:]} == {"S1", "S2"}
    for row in rows[1:]:
        assert tell("link", "show", row[4], "--home", house).out.strip() == row[5]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--separator", "|"), "comma, semicolon, tab"),
        (("--to", "{}/no/such/folder/x.csv"), "cannot be written"),
    ],
)
def test_outcomes_that_cannot_be_written(
    house: Path, tell: Tell, tmp_path: Path, options: tuple[str, str], said: str
) -> None:
    given = [option.format(tmp_path) for option in options]
    done = tell("batch", "outcomes", BATCH, "--to", tmp_path / "x.csv", *given, "--home", house)
    assert (done.code, said in done.err) == (64, True)
    assert not (tmp_path / "x.csv").exists()


def test_a_receipt_from_writing_to_verifying(
    house: Path, tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert tell("batch", "receipt", "stamp", BATCH, "--home", house).code == 64
    shown = tell("batch", "receipt", "show", BATCH, "--home", house)
    assert (shown.code, "stamped no" in shown.out) == (0, True)
    unstamped = tell("batch", "receipt", "stamp", BATCH, "--home", house)
    assert (unstamped.code, "timestamp_url" in unstamped.err) == (64, True)
    stamps(monkeypatch)
    assert "stamped yes" in tell("batch", "receipt", "stamp", BATCH, "--home", house).out
    assert tell("batch", "receipt", "show", BATCH, "--to", out, "--home", house).code == 0
    receipt = out / f"{BATCH}.receipt.jwt"
    assert (out / f"{BATCH}.receipt.tst").exists()
    assert stat.S_IMODE(receipt.stat().st_mode) == 0o600
    assert tell("export", "--to", tmp_path / "exported", "--home", house).code == 0
    material = ("--material", tmp_path / "exported" / "material.json")
    checked = tell("batch", "receipt", "verify", receipt, *material)
    assert checked.code == 0, checked
    assert "PASSED. Genuine and unchanged." in checked.out
    assert "2 rows, 2 issued" in checked.out
    assert "stamp (note, INDETERMINATE)" in checked.out
    # Of one credential.
    award = next(p.name.removesuffix(".png") for p in (tmp_path / "exported").glob("*.png"))
    assert tell("batch", "receipt", "prove", award, "--to", out, "--home", house).code == 0
    proof = out / f"{award}.ob3.inclusion.json"
    said = tell("batch", "receipt", "verify", receipt, *material, "--proof", proof, "--json")
    assert said.code == 0, said.out
    assert {c["id"]: c["verdict"] for c in json.loads(said.out)["checks"]}["inclusion"] == "PASSED"
    # A time-stamp that is about something else.
    wrong = ("--stamp", proof)
    failed = tell("batch", "receipt", "verify", receipt, *material, *wrong)
    assert (failed.code, "2 issued" in failed.out) == (1, False)


def test_a_receipt_without_material_is_open(house: Path, tell: Tell, tmp_path: Path) -> None:
    assert tell("batch", "receipt", "show", BATCH, "--to", tmp_path, "--home", house).code == 0
    receipt = tmp_path / f"{BATCH}.receipt.jwt"
    done = tell("batch", "receipt", "verify", receipt)
    assert (done.code, "INDETERMINATE. We cannot say" in done.out) == (2, True)
    # It is no credential.
    assert tell("verify", receipt, "--offline").code in {1, 2}
    (tmp_path / "no.receipt.jwt").write_bytes(b"no receipt")
    unusable = tell("batch", "receipt", "verify", tmp_path / "no.receipt.jwt")
    assert (unusable.code, "FAILED" in unusable.out) == (64, True)


def test_places_that_cannot_be_written(house: Path, tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    wrong = ("--to", tmp_path / "file", "--home", house)
    done = tell("batch", "receipt", "show", BATCH, *wrong)
    assert (done.code, "cannot be written" in done.err) == (64, True)
    settings = configuration.load(house)
    with (
        bootstrap.open_house(settings, passphrase=lambda: b"for tests") as opened,
        opened.bench.read() as tx,
    ):
        award = look.listing(tx, "euas")[0].id
    done = tell("batch", "receipt", "prove", award, *wrong)
    assert (done.code, "cannot be written" in done.err) == (64, True)


def test_a_batch_that_is_not_there(house: Path, tell: Tell, tmp_path: Path) -> None:
    for verb in (("outcomes", "--to", tmp_path / "x"), ("receipt", "show"), ("receipt", "stamp")):
        done = tell("batch", *verb, "batch-0000000000000000", "--home", house)
        assert (done.code, "[state.not_found]" in done.err) == (64, True)


def test_an_authority_that_sleeps_is_told(
    house: Path, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stamp(_digest: bytes) -> bytes:
        raise TimestampMissing("It slept.")

    monkeypatch.setattr("issuer.bootstrap.house.stamper", lambda _settings: stamp)
    done = tell("batch", "receipt", "show", BATCH, "--home", house)
    assert (done.code, "The receipt is kept without" in done.err) == (0, True)
