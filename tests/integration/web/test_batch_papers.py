"""Receipt, outcomes and proofs over HTTP, on either database."""

import base64
import csv
import io
import json

import pytest
from starlette.testclient import TestClient

from issuer.proofs import timestamps
from issuer.registry import batch_papers
from issuer.services import export, receipt
from issuer.services.tokens import Role
from issuer.verify import Verdict
from issuer.verify.receipt import verify_receipt
from tests.integration.web.conftest import Bearer
from tests.town import authority, ended
from tests.town.ended import BATCH, Row
from tests.town.installation import Installation

PLACES = ("receipt", "outcomes")


@pytest.fixture(scope="module")
def there(made: Installation) -> str:
    bench = made.house.bench
    with bench.begin() as tx:
        rows = [*(Row("kept", award) for award in made.awards), Row("unknown")]
        ended.keep(tx, made.slug, rows, at=bench.moment)
    return BATCH


def test_a_receipt_that_is_not_there_yet(door: TestClient, bearer: Bearer, there: str) -> None:
    early = door.get(f"/api/v1/batches/{there}/receipt", headers=bearer(Role.AUDITOR))
    assert (early.status_code, early.json()["code"]) == (409, "state.conflict")


def test_a_receipt_and_what_it_proves(
    door: TestClient, made: Installation, bearer: Bearer, there: str
) -> None:
    bench = made.house.bench
    kept = receipt.write_receipt(bench, there)
    with bench.begin() as tx:
        root = bytes.fromhex(kept.content.tree.root)
        tsa = authority.below(authority.root(), authority.TSA)
        stamp = authority.token(tsa, b"", at=bench.moment, bend=authority.Bend(imprint=root))
        batch_papers.keep_stamp(tx, there, receipt=kept.receipt, stamp=stamp)
    answer = door.get(f"/api/v1/batches/{there}/receipt", headers=bearer(Role.AUDITOR))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert said["content"]["counts"]["issued"] == 3
    token = base64.b64decode(said["time_stamp"])
    timestamps.open_token_of(token, digest=root)
    material = export.material(bench)
    award = made.awards[0]
    proofs = door.get(f"/api/v1/credentials/{award.id}/inclusion", headers=bearer(Role.AUDITOR))
    assert (proofs.status_code, proofs.headers["cache-control"]) == (200, "no-store")
    for one in proofs.json()["proofs"]:
        report = verify_receipt(
            said["receipt"].encode(),
            material=material,
            at=bench.now(),
            stamp=token,
            inclusion=json.dumps(one).encode(),
        )
        assert report.verdict is Verdict.PASSED


def test_the_table_is_for_those_who_issue(
    door: TestClient, made: Installation, bearer: Bearer, there: str
) -> None:
    address = f"/api/v1/batches/{there}/outcomes"
    answer = door.get(f"{address}?separator=semicolon&bom=true", headers=bearer(Role.ISSUER))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[4] for row in found[1:]] == [*(a.id for a in made.awards), ""]
    links = {row[5].removeprefix(made.house.settings.base_url) for row in found[1:4]}
    assert {door.get(link).status_code for link in links} == {200}
    for role in (Role.AUDITOR, Role.VC_API):
        refused = door.get(address, headers=bearer(role))
        assert (refused.status_code, refused.json()["code"]) == (403, "auth.forbidden")
    assert door.get(address).status_code == 401


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("batch_id", ["batch-0000000000000000", "%00", "a" * 400])
def test_a_batch_that_is_not_there(
    door: TestClient, bearer: Bearer, place: str, batch_id: str
) -> None:
    answer = door.get(f"/api/v1/batches/{batch_id}/{place}", headers=bearer(Role.ADMIN))
    assert (answer.status_code, answer.json()["code"]) == (404, "state.not_found")


def test_a_separator_that_is_none(door: TestClient, bearer: Bearer, there: str) -> None:
    address = f"/api/v1/batches/{there}/outcomes?separator=%3D"
    assert door.get(address, headers=bearer(Role.ADMIN)).status_code == 422
