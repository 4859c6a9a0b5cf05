"""Who may come in: tokens of the API, links of learners, requests that are sent twice."""

import base64
import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.errors import (
    Busy,
    DuplicateResult,
    FieldsInvalid,
    Forbidden,
    IdempotencyMismatch,
    NotFound,
    StillRunning,
    TestamurError,
    Unauthenticated,
)
from issuer.model.award import Award, AwardState
from issuer.proofs import jcs
from issuer.registry import tables
from issuer.services import issue, look, share, tokens
from issuer.services.pictures import Pictures
from issuer.services.submit import Submitted, submit
from issuer.services.tokens import Role, Token, Wanted
from tests.town.workshop import BASE_URL, LINK_KEY, Workshop
from tests.town.writers import at_once

# --- Tokens ----------------------------------------------------------------------------------


def _token(workshop: Workshop, **wanted: Any) -> tuple[str, Token]:
    known: dict[str, Any] = {"organisation": "euas", "name": "student system", "role": Role.ISSUER}
    with workshop.bench.begin() as tx:
        return tokens.create(
            tx,
            Wanted(**known | wanted),
            at=workshop.clock(),
            chance=workshop.bench.chance,
            actor="operator",
        )


def _authenticate(workshop: Workshop, presented: str) -> Token:
    with workshop.bench.read() as tx:
        return tokens.authenticate(tx, presented, at=workshop.clock())


def test_a_token_opens_until_it_expires_or_is_withdrawn(workshop: Workshop) -> None:
    until = workshop.clock() + dt.timedelta(days=1)
    secret, token = _token(workshop, expires_at=until)
    other, _ = _token(workshop, name="other")
    assert _authenticate(workshop, secret) == token
    workshop.clock.at = until
    with pytest.raises(Unauthenticated):
        _authenticate(workshop, secret)
    kept = _authenticate(workshop, other)
    with workshop.bench.begin() as tx:
        tokens.withdraw(tx, "euas", kept.id, at=workshop.clock(), actor="operator")
    with pytest.raises(Unauthenticated):
        _authenticate(workshop, other)
    with workshop.bench.begin() as tx, pytest.raises(NotFound):
        tokens.withdraw(tx, "euas", 99, at=workshop.clock(), actor="operator")
    with workshop.bench.read() as tx:
        assert [t.name for t in tokens.listing(tx, "euas")] == ["student system", "other"]
    lines = workshop.lines()
    assert (lines.count("token.create"), lines.count("token.withdraw")) == (2, 1)


def test_a_token_is_256_random_bits_of_which_the_hash_is_kept(workshop: Workshop) -> None:
    secret, _ = _token(workshop)
    assert secret.startswith("tsm_")
    assert len(base64.urlsafe_b64decode(secret[4:] + "=")) == 32
    with workshop.bench.read() as tx:
        (row,) = tx.connection.execute(sa.select(tables.tokens)).mappings()
    assert row["sha256"] == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(row)
    assert secret[4:] not in repr(row)


@pytest.mark.parametrize(
    "presented",
    ["", "tsm_", "tsm_" + "A" * 43, "x" * 9999, "tsm_é", "tsm_\ud800", "tsm_" + "A" * 999],
)
def test_whatever_is_wrong_with_a_token_reads_alike(workshop: Workshop, presented: str) -> None:
    secret, _ = _token(workshop)
    said = set()
    for wrong in (presented, secret.swapcase(), secret[:-1], secret + " "):
        with pytest.raises(Unauthenticated) as caught:
            _authenticate(workshop, wrong)
        said.add(str(caught.value))
    assert len(said) == 1


def test_a_role_opens_its_own_doors_alone(workshop: Workshop) -> None:
    for role in Role:
        _, token = _token(workshop, name=f"for {role}", role=role)
        tokens.require(token, role)
        tokens.require(token, *Role)
        others = [other for other in Role if other is not role]
        with pytest.raises(Forbidden, match=f"has the role {role}"):
            tokens.require(token, *others)


# --- Links -----------------------------------------------------------------------------------


def _open(workshop: Workshop, segment: str, *, link_key: bytes = LINK_KEY) -> Award:
    with workshop.bench.read() as tx:
        return share.open_link(tx, segment, link_key=link_key)


def test_a_link_holds_128_bits_and_leads_to_its_award(workshop: Workshop) -> None:
    award = workshop.issued()
    link = share.link(workshop.bench, award)
    prefix, _, segment = link.rpartition("/")
    assert prefix == f"{BASE_URL}/l"
    award_id, _, secret = segment.partition(".")
    assert award_id == award.id
    assert len(base64.urlsafe_b64decode(secret + "==")) == 16
    assert _open(workshop, segment) == award
    # It can be printed again, and another award's is another one.
    assert share.link(workshop.bench, award) == link
    assert secret not in share.link(workshop.bench, workshop.issued(2))


def test_whatever_is_wrong_with_a_link_reads_alike(workshop: Workshop) -> None:
    first, second = workshop.issued(1), workshop.issued(2)
    good = share.link_secret(first, link_key=LINK_KEY)
    other = share.link_secret(second, link_key=LINK_KEY)
    absent = first.id[:-4] + ("AAAA" if not first.id.endswith("AAAA") else "BBBB")
    wrong = [
        f"{first.id}.{other.partition('.')[2]}",
        first.id,
        f"{first.id}.",
        good[:-1],
        good + "A",
        good.lower(),
        good + "\n",
        good.replace(".", ".."),
        f"{absent}.{good.partition('.')[2]}",
        "",
        ".",
        "é.é",
        "\ud800",
        f"{first.id}.\ud800",
        "x" * 10_000,
        "../../etc/passwd",
    ]
    said = set()
    for segment in wrong:
        with pytest.raises(NotFound) as caught:
            _open(workshop, segment)
        said.add(str(caught.value))
    with pytest.raises(NotFound) as caught:
        _open(workshop, good, link_key=bytes(32))
    assert said == {str(caught.value)}


def test_a_link_that_was_withdrawn_leads_nowhere(workshop: Workshop) -> None:
    award = workshop.issued()
    old = share.link_secret(award, link_key=LINK_KEY)
    with workshop.bench.begin() as tx:
        changed = share.withdraw_link(tx, award, actor="operator", at=workshop.clock())
    with pytest.raises(NotFound):
        _open(workshop, old)
    new = share.link_secret(changed, link_key=LINK_KEY)
    assert new != old
    assert _open(workshop, new).id == award.id
    assert workshop.lines()[-1] == "share.withdraw_link"


def test_a_page_is_seen_while_it_is_shared(workshop: Workshop) -> None:
    award, begun = workshop.issued(), workshop.approve(2)

    def public(award_id: str) -> Award:
        with workshop.bench.read() as tx:
            return look.public_award(tx, award_id)

    said = set()
    for hidden in (award.id, begun.id, "EUAS-AAAA-AAAA-AAAA-AAAA", "", "x y"):
        with pytest.raises(NotFound) as caught:
            public(hidden)
        said.add(str(caught.value))
    assert len(said) == 1
    for one in (award, begun):
        with workshop.bench.begin() as tx:
            share.set_sharing(tx, one, shared=True, actor="learner", at=workshop.clock())
    assert public(award.id).id == award.id
    with pytest.raises(NotFound):
        public(begun.id)
    with workshop.bench.begin() as tx:
        share.set_sharing(tx, award, shared=False, actor="learner", at=workshop.clock())
    with pytest.raises(NotFound):
        public(award.id)
    assert workshop.lines()[-3:] == ["share.on", "share.on", "share.off"]


def test_what_the_api_says_names_nobody(workshop: Workshop) -> None:
    award = workshop.issued(471_113)
    with workshop.bench.read() as tx:
        said = look.describe(tx, workshop.bench, award)
        shown = look.shown(tx, award)
        assert look.listing(tx, "euas", state=AwardState.ACTIVE) == (award,)
        assert look.organisation_of(tx, "euas") == workshop.organisation
        assert look.all_organisations(tx) == (workshop.organisation,)
        for address in ("https://elsewhere.example/.well-known/did.json", "nothing"):
            with pytest.raises(NotFound):
                look.did_document(tx, address)
    for personal in ("Alex", "S471113", "learner.example"):
        assert personal not in repr(said)
    assert shown.learner.display_name == "Alex Example 471113"
    assert said["formats"] == ["ob3", "ob3-jwt"]
    assert said["links"]["json"] == f"{BASE_URL}/c/{award.id}.json"
    assert said["links"]["jwt"] == f"{BASE_URL}/c/{award.id}.jwt"


def test_pictures_are_made_once(workshop: Workshop) -> None:
    award = workshop.issued()
    pictures = Pictures()
    with workshop.bench.read() as tx:
        shown = look.shown(tx, award)
        first = pictures.baked(tx, shown)
        assert pictures.baked(tx, shown) is first
    card = pictures.card(shown, base_url=BASE_URL)
    assert pictures.card(shown, base_url=BASE_URL) is card
    assert BASE_URL.encode() in pictures.qr(award, base_url=BASE_URL)
    report = workshop.check(first)
    assert (report.carrier, report.require_passed()["id"]) == ("png", f"{BASE_URL}/c/{award.id}")
    bare = shown.achievement.model_copy(update={"ects": None})
    assert pictures.card(replace(shown, achievement=bare), base_url=BASE_URL) != card
    for number in range(300):
        pictures._keep(f"{number}", lambda: b"")
    assert len(pictures._kept) == 256
    assert pictures.card(shown, base_url=BASE_URL) == card


# --- Requests --------------------------------------------------------------------------------


def _value(number: int = 1, **changes: Any) -> dict[str, Any]:
    learner = {"key": f"S{number}", "display_name": f"Alex Example {number}"}
    value = {
        "achievement": "python-basics",
        "date": "2026-05-29",
        "passed": True,
        "learner": learner,
    }
    return value | changes


def _submit(
    workshop: Workshop, token: Token, value: dict[str, Any], key: str | None = "K1"
) -> Submitted:
    body = jcs.encode(value)
    return submit(workshop.bench, value, token=token, body=body, idempotency_key=key)


def test_the_same_request_has_the_same_answer(workshop: Workshop) -> None:
    _, token = _token(workshop)
    first = _submit(workshop, token, _value())
    assert first.status == 201
    assert first.body["outcome"] == "issued"
    assert first.body["state"] == "active"
    lines = workshop.lines()
    assert _submit(workshop, token, _value()) == first
    assert workshop.lines() == lines
    # Without a key, or under another one, the very same result is found again.
    for key in (None, "K2"):
        again = _submit(workshop, token, _value(), key)
        assert (again.status, again.body["outcome"]) == (200, "already")
        assert again.body["id"] == first.body["id"]
    assert len(workshop.awards()) == 1


def test_the_same_key_with_another_body_is_refused(workshop: Workshop) -> None:
    _, token = _token(workshop)
    _submit(workshop, token, _value())
    with pytest.raises(IdempotencyMismatch):
        _submit(workshop, token, _value(2))
    assert len(workshop.awards()) == 1


def test_another_tokens_key_is_another_key(workshop: Workshop) -> None:
    (_, first), (_, second) = _token(workshop), _token(workshop, name="other")
    assert _submit(workshop, first, _value(1)).status == 201
    assert _submit(workshop, second, _value(2)).status == 201
    assert len(workshop.awards()) == 2


def test_what_is_not_issued_is_answered_alike_too(workshop: Workshop) -> None:
    _, token = _token(workshop)
    for number, passed, outcome in ((1, False, "not_passed"), (2, None, "unknown")):
        key = f"K{number}"
        for _ in range(2):
            said = _submit(workshop, token, _value(number, passed=passed), key)
            assert (said.status, dict(said.body)) == (200, {"outcome": outcome})
    assert workshop.awards() == ()


def test_a_request_that_failed_may_be_sent_again(workshop: Workshop) -> None:
    _, token = _token(workshop)
    with pytest.raises(FieldsInvalid):
        _submit(workshop, token, _value(learner="nobody"))
    with pytest.raises(NotFound):
        _submit(workshop, token, _value(achievement="alchemy"))
    assert _submit(workshop, token, _value()).status == 201
    with pytest.raises(DuplicateResult):
        _submit(workshop, token, _value(assessor="Somebody else"), "K2")


def test_what_was_begun_and_could_not_be_finished_is_issued_by_the_next(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = _token(workshop)

    def busy(*_: object, **__: object) -> Award:
        raise Busy("The database is busy.", retry_after_s=1)

    monkeypatch.setattr(issue, "issue", busy)
    with pytest.raises(Busy):
        _submit(workshop, token, _value())
    monkeypatch.undo()
    said = _submit(workshop, token, _value())
    assert (said.status, said.body["outcome"]) == (201, "issued")
    assert len(workshop.awards()) == 1


def test_a_request_that_still_runs_says_so(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = _token(workshop)
    said: list[TestamurError] = []
    honest = issue.issue

    def meanwhile(*args: Any, **how: Any) -> Award:
        if not said:
            with pytest.raises(StillRunning) as caught:
                _submit(workshop, token, _value())
            said.append(caught.value)
        return honest(*args, **how)

    monkeypatch.setattr(issue, "issue", meanwhile)
    assert _submit(workshop, token, _value()).status == 201
    assert said
    # One whose process died is taken up after a minute.
    monkeypatch.setattr(issue, "issue", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        _submit(workshop, token, _value(2), "K2")
    monkeypatch.undo()
    with pytest.raises(StillRunning):
        _submit(workshop, token, _value(2), "K2")
    workshop.clock.pass_by(seconds=61)
    assert _submit(workshop, token, _value(2), "K2").status == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\nb", "\x00"])
def test_a_key_is_printable_ascii(workshop: Workshop, key: str) -> None:
    _, token = _token(workshop)
    with pytest.raises(FieldsInvalid, match="Idempotency-Key"):
        _submit(workshop, token, _value(), key)
    assert workshop.awards() == ()


def test_of_several_at_once_under_one_key_one_issues(workshop: Workshop) -> None:
    _, token = _token(workshop)

    def attempt(_: int) -> int:
        try:
            return _submit(workshop, token, _value()).status
        except StillRunning:
            return 0

    said = at_once(attempt, count=4)
    assert set(said) <= {0, 201}
    assert 201 in said
    assert len(workshop.awards()) == 1
    assert workshop.lines().count("issue.keep") == 2
