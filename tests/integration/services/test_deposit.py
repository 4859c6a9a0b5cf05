"""A European document goes into a wallet over real HTTP, once, if the wallet can take it."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from issuer.errors import DepositRefused, FieldsInvalid, NotFound, TooOften
from issuer.fetch import Bounds
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.registry import audit, deposits, tables
from issuer.services import deposit, erase, export_unsealed, import_sealed, revoke, tongues
from issuer.services.workbench import Wallet
from keys.signer import SealSigner
from tests.town.authority import Holder
from tests.town.elsewhere import (
    BELIEVED,
    SERVICE,
    check_of,
    sealed_there,
    sealing_elsewhere,
)
from tests.town.europass import ADDRESS, EMAIL, PLAIN, PREFIX, QUALIFIED, WalletService
from tests.town.loopback import Town, reply
from tests.town.workshop import Workshop

EDC = DocumentFormat.EDC
HOST = "edc.uni.example"
BOUNDS = Bounds(most_bytes=64 << 10)


def with_seal(workshop: Workshop, holder: Holder | None, **more: Any) -> Workshop:
    def seal(_organisation: str) -> SealSigner | None:
        return holder

    return workshop.with_bench(seal=seal, **more)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path) as opened:
        yield opened


@pytest.fixture
def service(town: Town, workshop: Workshop) -> WalletService:
    made = WalletService(workshop.clock)
    town.host(HOST, made)
    return made


@pytest.fixture
def sending(workshop: Workshop, town: Town) -> Workshop:
    """The installation with a qualified seal and a wallet service."""
    wallet = Wallet(f"https://{HOST}/edci", town.fetcher(BOUNDS))
    return with_seal(workshop, QUALIFIED, wallet=wallet)


@pytest.fixture
def award(sending: Workshop) -> Award:
    return sending.issue(sending.approve(), DocumentFormat.OB3, EDC)


def send(workshop: Workshop, award: Award, to: str = ADDRESS) -> int | None:
    return deposit.deposit(workshop.bench, award, to, actor="learner").status


def offered(workshop: Workshop, award: Award) -> bool:
    return deposit.is_offered(workshop.bench, workshop.award(award))


def rows(workshop: Workshop) -> list[tuple[object, ...]]:
    with workshop.bench.read() as tx:
        return [tuple(row) for row in tx.connection.execute(sa.select(tables.deposits))]


def test_the_very_bytes_are_taken_once(
    sending: Workshop, award: Award, service: WalletService, town: Town
) -> None:
    assert offered(sending, award)
    first = deposit.deposit(sending.bench, award, f" {ADDRESS}\n", actor="learner")
    assert (first.status, first.answered_at) == (200, sending.clock())
    assert list(service.wallets[ADDRESS].values()) == [sending.sealed(award, EDC)]
    assert service.mailed == []
    # Again: it is there already, and nothing is there twice.
    assert send(sending, award) == 409
    assert len(service.wallets[ADDRESS]) == 1
    assert [asked.target for asked in town.asked(HOST)] == [f"{PREFIX}{ADDRESS}/credentials"] * 2


def test_an_email_address_is_escaped_and_written_to(
    sending: Workshop, award: Award, service: WalletService, town: Town
) -> None:
    assert send(sending, award, EMAIL) == 200
    assert service.mailed == [EMAIL]
    (asked,) = town.asked(HOST)
    escaped = "alex.o%27neil%2Beuropass%40learner.example"
    assert asked.target == f"{PREFIX}email/{escaped}/credentials?sendEmail=true&locale=en"
    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")


def test_an_unknown_wallet_is_answered_404(
    sending: Workshop, award: Award, service: WalletService
) -> None:
    for to in ("nobody", "nobody@learner.example"):
        assert send(sending, award, to) == 404
    assert service.wallets[ADDRESS] == {}


def test_a_file_that_the_wallet_does_not_like_is_answered_400(
    sending: Workshop, award: Award, service: WalletService
) -> None:
    # The wallet's clock is before the seal's certificate: for it the seal is not good.
    service.now = lambda: QUALIFIED.certificate.not_before - dt.timedelta(days=1)
    assert send(sending, award) == 400


def test_what_came_back_is_kept_and_whose_wallet_it_is_is_not(
    sending: Workshop, award: Award, service: WalletService
) -> None:
    assert service.wallets
    send(sending, award, EMAIL)
    asked_at = sending.clock()
    sending.clock.pass_by(minutes=1)
    send(sending, award, "nobody@learner.example")
    with sending.bench.read() as tx:
        last = deposit.last(tx, award)
        everything = repr(rows(sending)) + repr(
            [line.entry for line in audit.lines(tx, sending.slug)]
        )
    assert last == deposits.Deposit(2, award.id, sending.clock(), sending.clock(), 404)
    assert [row[3:] for row in rows(sending)] == [
        (asked_at, asked_at, 200),
        (sending.clock(), sending.clock(), 404),
    ]
    for secret in ("learner.example", "neil", "nobody"):
        assert secret not in everything
    assert sending.lines()[-4:] == ["deposit.ask", "deposit.answer"] * 2


def test_the_audit_line_says_the_status(
    sending: Workshop, award: Award, service: WalletService
) -> None:
    assert service.wallets
    send(sending, award)
    with sending.bench.read() as tx:
        asked, answered = list(audit.lines(tx, sending.slug))[-2:]
    assert (asked.entry.award_id, asked.entry.detail) == (award.id, {})
    assert (answered.entry.actor, answered.entry.detail) == ("learner", {"status": 200})


def test_a_few_times_a_day_and_then_not_until_tomorrow(
    sending: Workshop, award: Award, service: WalletService, town: Town
) -> None:
    assert service.wallets
    for _ in range(deposit.MOST_TRIES):
        send(sending, award)
        sending.clock.pass_by(hours=1)
    with pytest.raises(TooOften) as caught:
        send(sending, award)
    assert caught.value.retry_after_s == 19 * 3_600
    assert len(town.asked(HOST)) == deposit.MOST_TRIES
    sending.clock.pass_by(hours=19)
    assert send(sending, award) == 409


def test_another_award_has_tries_of_its_own(
    sending: Workshop, award: Award, service: WalletService
) -> None:
    assert service.wallets
    for _ in range(deposit.MOST_TRIES):
        send(sending, award)
    other = sending.issue(sending.approve(2), DocumentFormat.OB3, EDC)
    assert send(sending, other) == 200


def test_nobody_at_home_is_no_answer(sending: Workshop, award: Award) -> None:
    # No host of that name stands in the town.
    found = deposit.deposit(sending.bench, award, ADDRESS, actor="learner")
    assert (found.status, found.answered_at) == (None, None)
    assert rows(sending)[0][4:] == (None, None)


def test_any_other_answer_is_kept_as_it_was(sending: Workshop, award: Award, town: Town) -> None:
    statuses = [201, 401, 413, 500, 503]
    left = iter(statuses)
    town.host(HOST, lambda _: reply(status=next(left)))
    assert [send(sending, award) for _ in statuses] == statuses
    assert [row[-1] for row in rows(sending)] == statuses


def test_what_is_no_wallet_is_not_asked_for(
    sending: Workshop, award: Award, service: WalletService, town: Town
) -> None:
    assert service.wallets
    for to in ("", "a b", "../x", "a/b", "a@b", "x" * 65, "a@b.example/..", "é"):
        with pytest.raises(FieldsInvalid):
            send(sending, award, to)
    assert town.asked(HOST) == []
    assert rows(sending) == []


def test_it_is_off_unless_the_operator_names_a_wallet(sending: Workshop, award: Award) -> None:
    off = sending.with_bench(wallet=None)
    assert not offered(off, award)
    with pytest.raises(NotFound, match="upload it there"):
        send(off, award)


def test_a_revoked_one_is_not_sent(
    sending: Workshop, award: Award, service: WalletService, town: Town
) -> None:
    assert service.wallets
    with sending.bench.begin() as tx:
        revoke.revoke(tx, sending.slug, award.id, reason="A mistake", actor="x", at=sending.clock())
    assert not offered(sending, award)
    # The award in hand still says that it is active: what counts is the registry.
    assert award.state == "active"
    with pytest.raises(DepositRefused, match="not in force"):
        send(sending, award)
    assert town.asked(HOST) == []


def test_without_a_european_document_there_is_nothing_to_send(
    sending: Workshop, service: WalletService
) -> None:
    badge = sending.issue(sending.approve(), DocumentFormat.OB3)
    assert not offered(sending, badge)
    with pytest.raises(DepositRefused, match="no European Digital Credential"):
        send(sending, badge)
    assert service.wallets[ADDRESS] == {}


def test_erasing_the_learner_removes_the_tries(
    sending: Workshop, award: Award, service: WalletService
) -> None:
    assert service.wallets
    send(sending, award)
    with sending.bench.begin() as tx:
        erase.erase(tx, sending.slug, "S1", actor="operator", at=sending.clock())
    assert rows(sending) == []
    assert not offered(sending, award)
    with pytest.raises(DepositRefused):
        send(sending, award)


def test_erasing_while_the_wallet_thinks_leaves_nothing(
    sending: Workshop, award: Award, town: Town
) -> None:
    def slow(_: object) -> list[bytes]:
        with sending.bench.begin() as tx:
            erase.erase(tx, sending.slug, "S1", actor="operator", at=sending.clock())
        return reply(b"{}")

    town.host(HOST, slow)
    assert send(sending, award) == 200
    assert rows(sending) == []
    assert sending.lines()[-2:] == ["erase", "deposit.answer"]


def test_who_sealed_a_file_is_read_from_the_file(sending: Workshop, award: Award) -> None:
    file = sending.sealed(award, EDC)
    assert tongues.qualified_sealer_of(file) == "Example University"
    plain = with_seal(sending, PLAIN)
    other = plain.issue(plain.approve(2), DocumentFormat.OB3, EDC)
    assert tongues.qualified_sealer_of(plain.sealed(other, EDC)) == ""
    # Two seals, of which one is not qualified.
    both = json.loads(file)
    both["signatures"] += json.loads(plain.sealed(other, EDC))["signatures"]
    assert tongues.qualified_sealer_of(json.dumps(both).encode()) == ""


@pytest.mark.parametrize("holder", [QUALIFIED, SERVICE], ids=["qualified", "plain"])
def test_what_was_sealed_elsewhere_is_judged_by_its_own_seal(
    workshop: Workshop, town: Town, service: WalletService, tmp_path: Path, holder: Holder
) -> None:
    wallet = Wallet(f"https://{HOST}/edci", town.fetcher(BOUNDS))
    away = sealing_elsewhere(workshop).with_bench(wallet=wallet)
    award = away.issue(away.approve(), DocumentFormat.OB3, EDC)
    # While it waits for its seal, there is nothing to send.
    assert not offered(away, award)
    (place,) = export_unsealed.export_unsealed(away.bench, away.slug, tmp_path / "out").documents
    file = sealed_there(place.read_bytes(), by=holder, workshop=away)
    returned = import_sealed.compare(away.bench, away.slug, file)
    check = check_of(away, BELIEVED)
    import_sealed.keep(
        away.bench, away.slug, returned, actor="operator", check=check, accept_differences=False
    )
    assert offered(away, award) is (holder is QUALIFIED)
    if holder is QUALIFIED:
        assert send(away, award) == 200
        assert list(service.wallets[ADDRESS].values()) == [file]
    else:
        with pytest.raises(DepositRefused, match="qualified certificate"):
            send(away, award)
        assert town.asked(HOST) == []
