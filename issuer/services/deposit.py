"""Deliver: put a European Digital Credential into its learner's Europass wallet, on their wish.

European Digital Credentials 2.0.6, wallet. Off unless the operator names a wallet service, and
refused for whatever carries no seal by a qualified certificate: the wallet takes nothing else.
Whose wallet it is, is sent and not kept. A file that is there already is answered 409: nothing
happens twice. Nothing is withdrawn here: what is in a wallet is the learner's.
"""

import datetime as dt

from issuer.delivery import europass_wallet
from issuer.delivery.europass_wallet import Posting
from issuer.errors import DepositRefused, FetchFailed, FetchRefused, NotFound, TooOften
from issuer.fetch.client import Body, Budget
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award, AwardState
from issuer.registry import audit, awards, deposits, documents, organisations
from issuer.registry.database import Transaction
from issuer.registry.deposits import Deposit
from issuer.services import tongues
from issuer.services.workbench import Wallet, Workbench

MOST_TRIES = 5
"""Tries for one award within `SPAN`; each may send a mail to whomever the learner names."""
SPAN = dt.timedelta(hours=24)
_TAKEN = 200
_BOUNDARY_BYTES = 16


def deposit(bench: Workbench, award: Award, to: str, *, actor: str) -> Deposit:
    """Send the award's European document to the wallet ``to`` and note what came back.

    ``to`` is the address of a wallet or an e-mail address. Raises NotFound where deposits are off,
    FieldsInvalid for another ``to``, DepositRefused where the wallet would take nothing, TooOften.
    """
    wallet = _wallet(bench)
    # 1. Whose wallet: read before anything is asked of anybody.
    whose = europass_wallet.recipient(to)
    named = _sealer(bench, award)
    # 2. What is sent, and that it is tried: written down first, so that tries are counted.
    with bench.begin() as tx:
        organisations.lock(tx, award.organisation)
        now = awards.find(tx, award.id)
        sealed = _document(tx, now, named=named)
        _require_patience(tx, now, at=bench.moment)
        number = deposits.add(tx, now, at=bench.moment)
        _note(tx, now, "deposit.ask", at=bench.moment, actor=actor)
    # 3. The call, while nobody waits for a lock of ours.
    boundary = bench.chance(_BOUNDARY_BYTES).hex()
    posting = europass_wallet.compose(wallet.url, to=whose, sealed=sealed, boundary=boundary)
    status = _post(wallet, posting)
    # 4. What came back; of nothing, nothing is noted.
    with bench.begin() as tx:
        if status is not None:
            deposits.answer(tx, number, status=status, at=bench.moment)
        _note(tx, award, "deposit.answer", at=bench.moment, actor=actor, status=status)
    answered = bench.moment if status is not None else None
    return Deposit(number, award.id, bench.moment, answered, status)


def is_offered(bench: Workbench, award: Award) -> bool:
    """Whether the learner may ask for it: deposits are on, and the wallet could take the file."""
    if bench.wallet is None:
        return False
    named = _sealer(bench, award)
    try:
        with bench.read() as tx:
            _document(tx, award, named=named)
    except DepositRefused:
        return False
    return True


def last(tx: Transaction, award: Award) -> Deposit | None:
    """The newest try, for the learner's page."""
    return deposits.last(tx, award)


def _wallet(bench: Workbench) -> Wallet:
    if bench.wallet is None:
        msg = "Nothing is sent to Europass wallets from here. Take the file and upload it there."
        raise NotFound(msg)
    return bench.wallet


def _sealer(bench: Workbench, award: Award) -> str:
    # Read before a transaction begins: it may need one of its own.
    return tongues.qualified_seal_of(bench, award.organisation, award_id=award.id)


def _document(tx: Transaction, award: Award, *, named: str) -> bytes:
    if award.state is not AwardState.ACTIVE:
        raise DepositRefused("This credential is not in force, so it is not sent to Europass.")
    try:
        sealed = documents.sealed(tx, award.id, DocumentFormat.EDC).data
    except NotFound as fault:
        msg = "There is no European Digital Credential of this award, so none can be sent."
        raise DepositRefused(msg) from fault
    # Both: the seal that is named today (none, if it is sealed elsewhere), and the file's own.
    if not named or not tongues.qualified_sealer_of(sealed):
        msg = (
            "A Europass wallet takes only what is sealed by a qualified certificate for electronic "
            "seals, and this file is not. Nothing was sent."
        )
        raise DepositRefused(msg)
    return sealed


def _require_patience(tx: Transaction, award: Award, *, at: dt.datetime) -> None:
    tried = deposits.since(tx, award, at - SPAN)
    if len(tried) < MOST_TRIES:
        return
    wait = tried[-MOST_TRIES].asked_at + SPAN - at
    msg = f"It was sent {MOST_TRIES} times within a day, and not once more. Try again tomorrow."
    raise TooOften(msg, retry_after_s=max(1, round(wait.total_seconds())))


def _post(wallet: Wallet, posting: Posting) -> int | None:
    try:
        wallet.fetcher.post(
            posting.url,
            body=Body(posting.body, posting.media_type),
            budget=Budget(hosts=1, documents=1),
            accept="application/json",
        )
    except (FetchFailed, FetchRefused) as fault:
        # Its message may hold the address, and so an e-mail address: it ends here.
        status = fault.details.get("status")
        return status if isinstance(status, int) else None
    return _TAKEN


def _note(
    tx: Transaction, award: Award, verb: str, *, at: dt.datetime, actor: str, **detail: object
) -> None:
    audit.append(tx, audit.Entry(award.organisation, at, actor, verb, award.id, detail=detail))
