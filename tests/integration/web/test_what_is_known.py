"""What each check begins with: read again as soon as it may have changed, whoever changed it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

import pytest
from starlette.testclient import TestClient

from issuer import bootstrap
from issuer.bootstrap import House
from issuer.model.achievement import DocumentFormat
from issuer.registry import seen_keys
from issuer.services import look
from issuer.verify import TrustedIssuer
from tests.town.installation import COURSES, PASSPHRASE, Installation

PATH = "/api/v1/verify"


@pytest.fixture
def another(made: Installation) -> Iterator[House]:
    """The same installation in another process, as far as the database can tell."""
    with bootstrap.open_house(made.house.settings, passphrase=lambda: PASSPHRASE) as house:
        yield house


def _read() -> NoReturn:
    msg = "nothing has changed"
    raise AssertionError(msg)


def _see(house: House, key: str) -> None:
    with house.bench.begin() as tx:
        seen_keys.see(tx, "did:web:other.example", keys=[key], at=house.bench.moment)


def test_what_another_process_revokes_is_seen_at_once(
    door: TestClient, made: Installation, another: House
) -> None:
    award = made.issued("S-withdrawn", COURSES[0])
    with made.house.bench.read() as tx:
        own = look.sealed(tx, award.id, DocumentFormat.OB3).data

    def verdict() -> str:
        return str(door.post(PATH, content=own).json()["verdict"])

    assert [verdict(), verdict()] == ["PASSED", "PASSED"]
    replace(made, house=another).revoke(award, "An error in the gradebook")
    assert [verdict(), verdict()] == ["FAILED", "FAILED"]


def test_a_commit_that_publishes_nothing_changes_nothing(
    made: Installation, another: House
) -> None:
    known = made.house.checker.known
    first = known()
    _see(another, "z1")
    assert known() is first
    _see(made.house, "z2")
    assert known() is first


def test_where_nobody_has_committed_a_file_is_not_read(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = made.house.checker.known
    first = known()
    if made.house.database.kind != "sqlite":
        # A server tells nobody: it is asked each time.
        assert made.house.database.commits() is None
        return
    monkeypatch.setattr(made.house.database, "read", _read)
    assert known() is first


def test_the_operators_trust_list_counts_at_once(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = made.house.checker.known
    first = known()
    believed = TrustedIssuer("did:web:other.example", "Other", "by hand", "The operator")
    monkeypatch.setattr("issuer.bootstrap.house.trusted", lambda _settings: (believed,))
    assert known().trusted == (believed, *first.trusted)
    monkeypatch.undo()
    assert known() == first
