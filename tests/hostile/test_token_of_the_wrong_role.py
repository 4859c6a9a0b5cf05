"""A token is used for what its role does not allow, or after it was withdrawn or has expired."""

import datetime as dt

import pytest

from issuer.services import tokens
from issuer.services.tokens import Role, Wanted
from tests.town.door import Door

CALLS = {
    ("GET", "/api/v1/achievements"): {Role.ADMIN, Role.ISSUER, Role.AUDITOR},
    ("GET", "/api/v1/credentials/{id}"): {Role.ADMIN, Role.ISSUER, Role.AUDITOR},
    ("POST", "/api/v1/achievements"): {Role.ADMIN},
    ("POST", "/api/v1/results"): {Role.ADMIN, Role.ISSUER},
    ("POST", "/api/v1/credentials/{id}/suspend"): {Role.ADMIN, Role.ISSUER},
    ("POST", "/api/v1/credentials/{id}/reinstate"): {Role.ADMIN, Role.ISSUER},
    ("POST", "/api/v1/credentials/{id}/revoke"): {Role.ADMIN, Role.ISSUER},
    ("GET", "/vc-api/status"): {Role.VC_API},
    ("POST", "/vc-api/status/credentials/issue"): {Role.VC_API},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_each_call_is_for_its_roles_alone(door: Door, role: Role, method: str, path: str) -> None:
    address = path.format(id=door.made.awards[0].id)
    # An empty object is no result, course or reason: whoever may call is told so.
    answer = door.web.request(method, address, json={}, headers=door.bearer(role))
    if role in CALLS[method, path]:
        assert answer.status_code in {200, 400, 422}
    else:
        assert answer.status_code == 403
        assert answer.json()["code"] == "auth.forbidden"
    assert door.award_state() == "active"


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_no_call_is_answered_without_a_token(door: Door, method: str, path: str) -> None:
    address = path.format(id=door.made.awards[0].id)
    answer = door.web.request(method, address, json={})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="testamur"'


def test_a_caller_without_a_token_learns_nothing_of_what_is_there(door: Door) -> None:
    known = door.web.get(f"/api/v1/credentials/{door.made.awards[0].id}")
    unknown = door.web.get("/api/v1/credentials/EUAS-0000-0000-0000-0000")
    assert known.content == unknown.content


def test_a_withdrawn_token_opens_nothing(door: Door) -> None:
    bench = door.made.house.bench
    wanted = Wanted(door.made.slug, "an old system", Role.ADMIN)
    with bench.begin() as tx:
        secret, token = tokens.create(
            tx, wanted, at=bench.now(), chance=bench.chance, actor="operator"
        )
    headers = {"authorization": f"Bearer {secret}"}
    assert door.web.get("/api/v1/achievements", headers=headers).status_code == 200
    with bench.begin() as tx:
        tokens.withdraw(tx, door.made.slug, token.id, at=bench.now(), actor="operator")
    assert door.web.get("/api/v1/achievements", headers=headers).status_code == 401


def test_an_expired_token_opens_nothing(door: Door) -> None:
    bench = door.made.house.bench
    past = bench.now() - dt.timedelta(seconds=1)
    wanted = Wanted(door.made.slug, "a trial", Role.ADMIN, past)
    with bench.begin() as tx:
        secret, _ = tokens.create(
            tx, wanted, at=past - dt.timedelta(days=1), chance=bench.chance, actor="operator"
        )
    headers = {"authorization": f"Bearer {secret}"}
    assert door.web.get("/api/v1/achievements", headers=headers).status_code == 401


def test_an_auditor_is_not_given_the_learners_link(door: Door) -> None:
    path = f"/api/v1/credentials/{door.made.awards[0].id}"
    seen = door.web.get(path, headers=door.bearer(Role.AUDITOR))
    secret = door.made.secret(door.made.awards[0])
    assert secret not in seen.text
    assert secret in door.web.get(path, headers=door.bearer(Role.ISSUER)).text
