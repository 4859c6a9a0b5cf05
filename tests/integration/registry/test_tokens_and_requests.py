"""Tokens open doors of one organisation; a request under a key of one token is done once."""

import datetime as dt
import hashlib
from collections.abc import Callable

import pytest

from issuer.errors import NotFound
from issuer.registry import idempotency, tokens
from issuer.registry.database import Database, Transaction
from issuer.registry.idempotency import Answer, Outcome, Request
from issuer.registry.tokens import NewToken, Role, Token
from tests.town.registrar import Registrar

Later = Callable[[float], dt.datetime]
BODY = hashlib.sha256(b"body").hexdigest()


def _token(tx: Transaction, registrar: Registrar, name: str = "sis") -> Token:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    slug = registrar.organisation.slug
    return tokens.add(tx, NewToken(slug, name, Role.ISSUER, sha256, registrar.at))


def test_a_token_is_found_by_its_hash_alone(registry: Database, registrar: Registrar) -> None:
    with registry.begin() as tx:
        made = _token(tx, registrar)
    with registry.read() as tx:
        found = tokens.find_by_sha256(tx, hashlib.sha256(b"sis").hexdigest())
        assert found == made
        assert (found.organisation, found.role) == (registrar.organisation.slug, Role.ISSUER)
        assert found.usable_at(registrar.at)
        with pytest.raises(NotFound):
            tokens.find_by_sha256(tx, hashlib.sha256(b"guess").hexdigest())


def test_a_withdrawn_token_opens_nothing_and_keeps_its_date(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        kept, gone = _token(tx, registrar, "a"), _token(tx, registrar, "b")
        tokens.withdraw(tx, slug, gone.id, at=later(1))
        after = tokens.withdraw(tx, slug, gone.id, at=later(2))
        assert after.withdrawn_at == later(1)
        assert not after.usable_at(later(0))
        assert tokens.listing(tx, slug) == (kept, after)
        assert tokens.listing(tx, "rival") == ()
        for organisation, number in (("rival", kept.id), (slug, 999), (slug, -1), (slug, 10**30)):
            with pytest.raises(NotFound):
                tokens.withdraw(tx, organisation, number, at=later(3))
        assert tokens.find_by_sha256(tx, hashlib.sha256(b"a").hexdigest()).withdrawn_at is None


def test_a_token_expires_at_its_very_moment(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        new = NewToken(slug, "sis", Role.VC_API, "0" * 64, later(0), expires_at=later(60))
        token = tokens.add(tx, new)
    assert token.role is Role.VC_API
    assert token.usable_at(later(59))
    assert not token.usable_at(later(60))


def test_the_first_answer_is_given_again(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    with registry.begin() as tx:
        request = Request(_token(tx, registrar).id, "key", BODY)
        assert idempotency.begin(tx, request, at=later(0)) == Answer(Outcome.NEW)
        assert idempotency.begin(tx, request, at=later(1)) == Answer(Outcome.RUNNING)
        idempotency.finish(tx, request, status=201, reference={"award": "A", "links": ["b"]})
    with registry.begin() as tx:
        wanted = Answer(Outcome.FINISHED, 201, {"award": "A", "links": ["b"]})
        # However late: a finished one is never abandoned.
        assert idempotency.begin(tx, request, at=later(86_400)) == wanted


def test_another_body_under_the_same_key_is_told_at_any_time(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    with registry.begin() as tx:
        token = _token(tx, registrar)
        request, other = Request(token.id, "key", BODY), Request(token.id, "key", "0" * 64)
        idempotency.begin(tx, request, at=later(0))
        assert idempotency.begin(tx, other, at=later(1)).outcome is Outcome.OTHER_BODY
        assert idempotency.begin(tx, other, at=later(999)).outcome is Outcome.OTHER_BODY
        idempotency.finish(tx, request, status=201, reference={})
        assert idempotency.begin(tx, other, at=later(2)) == Answer(Outcome.OTHER_BODY)


def test_a_key_belongs_to_its_token(registry: Database, registrar: Registrar, later: Later) -> None:
    with registry.begin() as tx:
        mine, yours = (_token(tx, registrar, name) for name in "ab")
        first = Request(mine.id, "key", BODY)
        idempotency.begin(tx, first, at=later(0))
        idempotency.finish(tx, first, status=201, reference={"award": "A"})
        stolen = idempotency.begin(tx, Request(yours.id, "key", BODY), at=later(1))
        assert stolen == Answer(Outcome.NEW)
        with pytest.raises(NotFound):
            idempotency.begin(tx, Request(999, "key", BODY), at=later(1))


def test_a_request_whose_process_died_may_be_done_again(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    with registry.begin() as tx:
        request = Request(_token(tx, registrar).id, "key", BODY)
        idempotency.begin(tx, request, at=later(0))
        assert idempotency.begin(tx, request, at=later(59)).outcome is Outcome.RUNNING
        assert idempotency.begin(tx, request, at=later(60)).outcome is Outcome.NEW
        assert idempotency.begin(tx, request, at=later(61)).outcome is Outcome.RUNNING


def test_a_request_that_changed_nothing_may_be_forgotten_a_finished_one_not(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    with registry.begin() as tx:
        request = Request(_token(tx, registrar).id, "key", BODY)
        idempotency.begin(tx, request, at=later(0))
        idempotency.forget(tx, request)
        assert idempotency.begin(tx, request, at=later(1)).outcome is Outcome.NEW
        idempotency.finish(tx, request, status=201, reference={})
        idempotency.forget(tx, request)
        assert idempotency.begin(tx, request, at=later(2)).outcome is Outcome.FINISHED


def test_after_thirty_days_a_key_is_free_whether_purged_or_not(
    registry: Database, registrar: Registrar, later: Later
) -> None:
    day = 86_400
    with registry.begin() as tx:
        token = _token(tx, registrar)
        request, other = Request(token.id, "key", BODY), Request(token.id, "other", BODY)
        for each, at in ((request, later(0)), (other, later(1))):
            idempotency.begin(tx, each, at=at)
            idempotency.finish(tx, each, status=201, reference={})
        assert idempotency.purge(tx, at=later(30 * day - 1)) == 0
        assert idempotency.begin(tx, request, at=later(30 * day - 1)).outcome is Outcome.FINISHED
        assert idempotency.begin(tx, request, at=later(30 * day)).outcome is Outcome.NEW
        assert idempotency.purge(tx, at=later(30 * day + 1)) == 1
        assert idempotency.begin(tx, other, at=later(30 * day + 1)).outcome is Outcome.NEW


@pytest.mark.parametrize("key", ["", "\0", "Ελ", "\u202e", "x" * 10_000, "' OR 1=1 --"])
def test_a_key_may_be_any_text(
    registry: Database, registrar: Registrar, later: Later, key: str
) -> None:
    with registry.begin() as tx:
        request = Request(_token(tx, registrar).id, key, BODY)
        assert idempotency.begin(tx, request, at=later(0)).outcome is Outcome.NEW
        assert idempotency.begin(tx, request, at=later(1)).outcome is Outcome.RUNNING
