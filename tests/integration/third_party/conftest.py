"""A university with credentials of both signature suites, and a verifier that we did not write."""

import copy
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import schemas
from issuer import bootstrap
from issuer.model.achievement import DocumentFormat
from issuer.model.assessment import AssessmentResult
from issuer.model.learner import Learner
from issuer.registry import awards
from issuer.services import accept, export, issue, look, offer
from issuer.services.decide import decide
from issuer.services.workbench import Workbench
from issuer.settings import Settings, Suite
from issuer.verify.material import decode
from keys.algorithms import Algorithm
from tests.town.stacks import named, stack_of

ROOT = Path(__file__).parents[3]
NODE = ROOT / "tests" / "node"
Json = dict[str, Any]


@dataclass(frozen=True)
class Issued:
    """Credentials as they were exported, and the DID documents that belong to them."""

    credentials: tuple[Json, ...]
    did_documents: Mapping[str, Json]


def _issue_all(home: Path, *, suite: Suite, algorithm: Algorithm) -> Issued:
    settings = Settings(home=home, award_suite=suite)
    examples = ROOT / "examples"
    organisation = offer.read_organisation((examples / "organisation.toml").read_bytes())
    bootstrap.init(settings, organisation, passphrase=lambda: b"for tests", algorithm=algorithm)
    with bootstrap.open_house(settings, passphrase=lambda: b"for tests") as house:
        bench, slug = house.bench, organisation.slug
        with bench.begin() as tx:
            courses = [
                offer.put_achievement(
                    tx,
                    offer.read_achievement(path.read_bytes(), organisation=slug),
                    at=bench.moment,
                    actor="operator",
                ).slug
                for path in sorted((examples / "achievements").glob("*.toml"))
            ]
        source = accept.Source(slug, organisation.learner_key, courses)
        read = accept.read_csv((examples / "results.csv").read_bytes(), source=source)
        for row in read.rows:
            with bench.begin() as tx:
                award = decide(tx, row.result, actor="operator", bench=bench).award
            if award is not None:
                issue.issue(bench, slug, award.id, actor="operator", formats=(DocumentFormat.OB3,))
        _stack(bench, slug)
        exported = export.export(bench, home / "out", pictures=house.pictures)
    documents = [p for p in exported.documents if p.suffix == ".json" and p.parent.name == "out"]
    material = decode(exported.material.read_bytes())
    return Issued(
        tuple(json.loads(path.read_bytes()) for path in documents),
        {did: piece.value for did, piece in material.did_documents.items()},
    )


def _stack(bench: Workbench, slug: str) -> None:
    """Issue one more, which is built from the first two of these."""
    with bench.read() as tx:
        first = awards.listing(tx, slug, limit=2)
        data = [look.sealed(tx, award.id, DocumentFormat.OB3).data for award in first]
    result = AssessmentResult(
        organisation=slug,
        achievement=first[0].achievement,
        date=bench.moment.date(),
        passed=True,
        learner=Learner(organisation=slug, key="S-stacked", display_name="Ada Example"),
        stack=stack_of(*(named(f"part-{number}", one) for number, one in enumerate(data))),
    )
    with bench.begin() as tx:
        award = decide(tx, result, actor="operator", bench=bench).award
    assert award is not None
    issue.issue(bench, slug, award.id, actor="operator", formats=(DocumentFormat.OB3,))


@pytest.fixture(scope="module", params=["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def issued(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    """Every example result issued, under each suite that verifiers elsewhere know."""
    suite: Suite = request.param
    algorithm = Algorithm.ED25519 if suite.startswith("eddsa") else Algorithm.P256
    return _issue_all(tmp_path_factory.mktemp(suite), suite=suite, algorithm=algorithm)


Answer = Mapping[str, Any]


@pytest.fixture
def ask_digitalbazaar(tmp_path: Path) -> Callable[[Issued, list[Json]], list[Answer]]:
    """Ask ``@digitalbazaar/vc``, offline, about credentials of a university."""
    node = shutil.which("node")
    if node is None or not (NODE / "node_modules").is_dir():
        pytest.skip("no Node: install node, then `npm ci --prefix tests/node`")

    def ask(university: Issued, credentials: list[Json]) -> list[Answer]:
        contexts = {url: json.loads(schemas.read(url)) for url in schemas.context_urls()}
        request = tmp_path / "request.json"
        documents = contexts | dict(university.did_documents)
        request.write_text(json.dumps({"credentials": credentials, "documents": documents}))
        done = subprocess.run(
            [node, str(NODE / "verify.mjs"), str(request)],
            capture_output=True,
            check=True,
            timeout=300,
        )
        answers: list[Answer] = json.loads(done.stdout)
        return answers

    return ask


@pytest.fixture
def changes() -> Callable[[Json], Iterator[tuple[str, Json]]]:
    """Makes changed copies of a credential."""
    return _changed


def _changed(credential: Json) -> Iterator[tuple[str, Json]]:
    """The credential with one value changed, for each of several values; with its name."""
    subject = ("credentialSubject",)
    for path in (
        (*subject, "identifier", 0, "identityHash"),
        (*subject, "achievement", "name"),
        (*subject, "achievement", "workloadHours"),
        ("issuer", "name"),
        ("validFrom",),
        ("credentialStatus",),
        ("proof", "created"),
        ("proof", "verificationMethod"),
    ):
        copied = copy.deepcopy(credential)
        place: Any = copied
        for step in path[:-1]:
            place = place[step]
        if path == ("credentialStatus",):
            del place[path[-1]]
        elif path[-1] in {"validFrom", "created"}:
            place[path[-1]] = "2026-01-01T00:00:00Z"
        else:
            place[path[-1]] = f"{place[path[-1]]}1"
        yield ".".join(map(str, path)), copied
