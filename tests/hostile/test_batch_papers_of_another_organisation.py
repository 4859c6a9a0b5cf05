"""A token of one organisation asks for receipts, tables and proofs of another one."""

import pytest

from issuer.services import receipt
from issuer.services.tokens import Role
from tests.town import ended
from tests.town.door import OTHER, Door
from tests.town.ended import Row

BATCH = "batch-0f0f0f0f0f0f0f0f"


@pytest.fixture(scope="module")
def addresses(door: Door) -> list[str]:
    bench, award = door.made.house.bench, door.made.awards[0]
    with bench.begin() as tx:
        ended.keep(tx, door.made.slug, [Row("kept", award)], at=bench.moment, batch_id=BATCH)
    receipt.write_receipt(bench, BATCH)
    batch = f"/api/v1/batches/{BATCH}"
    return [f"{batch}/receipt", f"{batch}/outcomes", f"/api/v1/credentials/{award.id}/inclusion"]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ISSUER])
def test_they_are_not_there(door: Door, addresses: list[str], role: Role) -> None:
    own = door.bearer(role)
    stranger = door.bearer(role, organisation=OTHER)
    for address in addresses:
        assert door.web.get(address, headers=own).status_code == 200
        answer = door.web.get(address, headers=stranger)
        assert (answer.status_code, answer.json()["code"]) == (404, "state.not_found")
        unknown = door.web.get(address.replace("0f0f", "0f1f"), headers=stranger)
        assert unknown.status_code == 404
        assert "S10" not in answer.text
