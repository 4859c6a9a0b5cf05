"""``testamur export-unsealed`` and ``import-sealed``, as an operator types them."""

import datetime as dt
import json
from pathlib import Path
from ssl import DER_cert_to_PEM_cert
from typing import Any

import pytest

from tests.integration.cli.test_verbs import HEADER, credential
from tests.town.authority import ROOT, Paper, below, root, with_paper
from tests.town.sealed import sealed

Tell = Any
# Whatever the day on which this runs.
ALWAYS: dict[str, Any] = {
    "start": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    "end": dt.datetime(2080, 1, 1, tzinfo=dt.UTC),
}
TOP = root(with_paper(ROOT, **ALWAYS))
SERVICE = below(TOP, Paper("TEST SEAL of the service", identifier="VATAT-U99999999", **ALWAYS))


@pytest.fixture
def waiting(home: Path, tell: Tell, tmp_path: Path) -> tuple[Path, Path]:
    """An installation with two documents that wait for their seals, and the exported first one."""
    setting = '[seals]\neuas = "elsewhere:"\n'
    with (home / "testamur.toml").open("a", encoding="utf-8") as file:
        file.write(setting)
    results = tmp_path / "results.csv"
    rows = (f"R-{n},python-basics,2026-06-12,yes,S{n},Alex,Example\n" for n in (1, 2))
    results.write_text(HEADER + "".join(rows), encoding="utf-8")
    formats = ("--format", "ob3", "--format", "edc")
    assert tell("issue", results, "--yes", *formats, "--home", home).code == 0
    done = tell("export-unsealed", "--to", tmp_path / "out", "--upload-form", "--home", home)
    assert done.code == 0
    assert "2 documents wait for a seal" in done.out
    assert "2 upload forms" in done.out
    assert len(list((tmp_path / "out").glob("*.upload.json"))) == 2
    return home, min((tmp_path / "out").glob("*.unsealed.jsonld"))


def sealed_file(payload: Path, to: Path, **issuer: Any) -> Path:
    document = json.loads(payload.read_bytes())
    document["issuer"] |= issuer
    at = dt.datetime.fromisoformat(document["issued"])
    to.write_bytes(sealed(SERVICE, document, at=at))
    return to


def believe(home: Path, tmp_path: Path) -> None:
    anchor = tmp_path / "authority.pem"
    anchor.write_text(DER_cert_to_PEM_cert(TOP.certificate.der), encoding="ascii")
    file = home / "testamur.toml"
    setting = f"seal_anchors = ['{anchor}']\n"
    file.write_text(setting + file.read_text(encoding="utf-8"), encoding="utf-8")


def test_a_file_is_taken_in_once_its_authority_is_believed(
    waiting: tuple[Path, Path], tell: Tell, tmp_path: Path
) -> None:
    home, payload = waiting
    file = sealed_file(payload, tmp_path / "sealed.jsonld", altLabel={"en": "TEST SEAL"})
    doubted = tell("import-sealed", file, "--home", home)
    assert doubted.code == 64
    assert "seal_anchors" in doubted.err
    believe(home, tmp_path)
    done = tell("import-sealed", file, tmp_path / "nothing.jsonld", "--home", home)
    # The good one does not wait for the bad one.
    assert done.code == 64
    assert "nothing.jsonld cannot be read" in done.err
    assert "sealed, checked and kept; it is active" in done.out
    assert "issuer.altLabel.en" in done.out
    assert tell("import-sealed", file, "--home", home).out.count("is kept already") == 1
    number = credential(done.out)
    assert tell("export", "--to", tmp_path / "all", "--home", home).code == 0
    assert (tmp_path / "all" / f"{number}.jsonld").read_bytes() == file.read_bytes()
    left = tell("export-unsealed", "--to", tmp_path / "again", "--home", home)
    assert "1 documents wait" in left.out


def test_another_name_is_shown_and_wants_a_yes(
    waiting: tuple[Path, Path], tell: Tell, tmp_path: Path
) -> None:
    home, payload = waiting
    believe(home, tmp_path)
    file = sealed_file(payload, tmp_path / "sealed.jsonld", legalName={"en": "Another [name]"})
    refused = tell("import-sealed", file, "--home", home)
    assert refused.code == 64
    assert "Another [name]" in refused.out
    assert "–" in refused.out
    assert "--accept-differences" in refused.err
    done = tell("import-sealed", file, "--accept-differences", "--home", home)
    assert (done.code, "it is active" in done.out) == (0, True)


def test_an_organisation_that_changed_is_named(
    waiting: tuple[Path, Path], tell: Tell, tmp_path: Path
) -> None:
    home, _ = waiting
    source = Path(__file__).parents[3] / "examples" / "organisation.toml"
    text = source.read_text(encoding="utf-8").replace('locality = "Vienna"', 'locality = "Graz"')
    (tmp_path / "organisation.toml").write_text(text, encoding="utf-8")
    assert tell("init", tmp_path / "organisation.toml", "--home", home).code == 0
    done = tell("export-unsealed", "--to", tmp_path / "again", "--home", home)
    assert (done.code, done.err.count("was left out")) == (64, 2)
