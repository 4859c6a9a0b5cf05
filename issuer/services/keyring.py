"""The life of an organisation's keys: planned, active, retired, compromised; every step published.

Controlled Identifiers 1.0 §2.2 (https://www.w3.org/TR/cid-1.0/). A retired key stays published as
it was and its secret is destroyed; a compromised one gets ``revoked``, and what it signed is listed
and can be sealed again. Secrets are made and destroyed through a `Vault`, which `issuer.bootstrap`
hands in: this module never sees one.
"""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from issuer.errors import Conflict, NotReady
from issuer.model.award import Award, AwardState
from issuer.registry import audit, awards, documents, keyring, organisations
from issuer.registry.database import Transaction
from issuer.registry.documents import DocumentRecord
from issuer.services.workbench import Workbench
from keys.algorithms import Algorithm, CustodyError, LifecycleError, NameTaken
from keys.documents import compose_did_document
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState
from keys.public import PublicKey

_MOST_TAKEN = 100
"""Names that may be taken by secrets of which nobody knows, before it is called a fault."""


class Vault(Protocol):
    """Where secrets are made and destroyed."""

    def create(self, organisation: str, kid: str, *, algorithm: Algorithm) -> tuple[str, PublicKey]:
        """Make a key and return its custody URI and public part; raises NameTaken."""
        ...

    def destroy(self, uri: str) -> None:
        """Destroy a secret."""
        ...


@dataclass(frozen=True)
class Step:
    """A step that a key has taken."""

    key: KeyRecord
    warning: str | None = None
    """Why a secret that signs no more is still there, and what to do; else None."""


@dataclass(frozen=True)
class Affected:
    """What a stolen key signed."""

    sealed: tuple[DocumentRecord, ...]
    """Documents sealed with it."""
    proven: tuple[str, ...]
    """Ids of awards whose seal our record proves to be older than the theft."""
    warning: str | None = None
    """As that of a `Step`."""


def records(tx: Transaction, organisation: str) -> tuple[KeyRecord, ...]:
    """All keys of an organisation."""
    return keyring.records(tx, organisation)


def get(tx: Transaction, organisation: str, kid: str) -> KeyRecord:
    """One key of an organisation; raises NotFound."""
    return keyring.get(tx, organisation, kid)


def plan(
    bench: Workbench,
    vault: Vault,
    organisation: str,
    *,
    purpose: KeyPurpose,
    algorithm: Algorithm | None = None,
    actor: str = "operator",
) -> KeyRecord:
    """Make a key that does not sign yet; the algorithm is the active key's unless it is given.

    Raises Conflict where an award key could not sign with the suite of this installation.
    """
    with bench.read() as tx:
        there = keyring.records(tx, organisation)
    kind = _kind(there, purpose, algorithm)
    if purpose is KeyPurpose.AWARD:
        _require_suite(kind, suite=bench.limits.suite)
    kid, uri, public_key = _made(vault, organisation, _free(there, purpose), kind)
    record = KeyRecord(kid, public_key, purpose, KeyState.PLANNED, bench.moment)
    with bench.begin() as tx:
        keyring.put(tx, organisation, record, uri=uri)
        _note(tx, organisation, record, verb="keys.plan", at=bench.moment, actor=actor)
    return record


def _kind(
    there: Sequence[KeyRecord], purpose: KeyPurpose, algorithm: Algorithm | None
) -> Algorithm:
    same = [r for r in there if r.purpose is purpose]
    before = [r for r in same if r.state is KeyState.ACTIVE] or same[-1:]
    return algorithm or (before[0].public_key.algorithm if before else Algorithm.ED25519)


def _free(there: Sequence[KeyRecord], purpose: KeyPurpose) -> list[str]:
    """Names that no key has or had, in the order in which they are tried."""
    numbers = [int(r.kid.rpartition("-")[2]) for r in there if r.purpose is purpose]
    first = max(numbers, default=0) + 1
    return [f"{purpose}-{number}" for number in range(first, first + _MOST_TAKEN)]


def _made(
    vault: Vault, organisation: str, names: Sequence[str], kind: Algorithm
) -> tuple[str, str, PublicKey]:
    *some, last = names
    for kid in some:
        # A crash left a secret without a row, or somebody else is about to write that row: it is
        # never touched, and the next name does as well.
        with suppress(NameTaken):
            return kid, *vault.create(organisation, kid, algorithm=kind)
    return last, *vault.create(organisation, last, algorithm=kind)


def _require_suite(algorithm: Algorithm, *, suite: str) -> None:
    if suite.startswith("eddsa") != (algorithm is Algorithm.ED25519):
        msg = (
            f"award_suite is {suite}, and a key of the kind {algorithm} cannot sign with it: set "
            "award_suite first (eddsa for Ed25519, ecdsa for P-256). Nothing was changed."
        )
        raise Conflict(msg)


def activate(
    bench: Workbench, vault: Vault, organisation: str, *, kid: str, actor: str = "operator"
) -> Step:
    """Let a planned key sign from now on; the one that signed before is retired.

    The secret of the retired key is destroyed. Raises NotReady, with nothing changed, where a
    document waits for the old key or the secret of the new one cannot be opened; Conflict where
    it could not sign with the suite of this installation; LifecycleError, NotFound.
    """
    at = bench.moment
    _require_able(bench, organisation, kid)
    with bench.begin() as tx:
        # Of two who rotate at once the second sees what the first did; so does who reserves.
        organisations.lock(tx, organisation)
        fresh = keyring.get(tx, organisation, kid).activate(at)
        old = _active(tx, organisation, fresh.purpose)
        if old is not None:
            then = f"testamur keys activate {kid}"
            _require_nothing_waits(tx, organisation, old.kid, then=then)
            _keep(tx, organisation, old.retire(at), verb="keys.retire", at=at, actor=actor)
        _keep(tx, organisation, fresh, verb="keys.activate", at=at, actor=actor)
        republish(tx, organisation, at=at)
    if old is None:
        return Step(fresh)
    return Step(fresh, _put_away(bench, vault, organisation, kid=old.kid, actor=actor))


def _require_able(bench: Workbench, organisation: str, kid: str) -> None:
    """Nobody's key is destroyed for one that cannot sign."""
    with bench.read() as tx:
        record, uri = keyring.get(tx, organisation, kid), keyring.uri(tx, organisation, kid)
    if record.state is not KeyState.PLANNED or uri is None:
        return
    if record.purpose is KeyPurpose.AWARD:
        _require_suite(record.public_key.algorithm, suite=bench.limits.suite)
    try:
        fault = "" if bench.signer(uri).public_key == record.public_key else "It is another key's."
    except CustodyError as why:
        fault = why.message
    if fault:
        msg = (
            f"The secret of {kid} cannot be used: {fault} Bring it back, or give the key up with "
            f"`testamur keys retire {kid}`. Nothing was changed."
        )
        raise NotReady(msg, kid=kid)


def _require_nothing_waits(tx: Transaction, organisation: str, kid: str, *, then: str) -> None:
    if _waiting(tx, organisation, kid):
        msg = (
            f"Documents wait for a signature by {kid}, so it signs on. Let the batches that have "
            "begun end (`testamur batch list`; resume or cancel what is paused), run `testamur "
            f"recover`, then `{then}`; where results keep coming in, stop `serve` meanwhile."
        )
        raise NotReady(msg, kid=kid)


def rotate(
    bench: Workbench,
    vault: Vault,
    organisation: str,
    *,
    purpose: KeyPurpose,
    algorithm: Algorithm | None = None,
    actor: str = "operator",
) -> Step:
    """Let a new key sign at once: one that is planned already, or else one that is made.

    Raises as `plan` and `activate` do. What was made when it could not sign yet stays planned, and
    the next rotation takes it up.
    """
    with bench.read() as tx:
        there = keyring.records(tx, organisation)
    kind = _kind(there, purpose, algorithm)
    ready = [
        r.kid
        for r in there
        if (r.purpose, r.state, r.public_key.algorithm) == (purpose, KeyState.PLANNED, kind)
    ]
    if ready:
        kid = ready[0]
    else:
        made = plan(bench, vault, organisation, purpose=purpose, algorithm=kind, actor=actor)
        kid = made.kid
    try:
        return activate(bench, vault, organisation, kid=kid, actor=actor)
    except LifecycleError:
        with bench.read() as tx:
            now = keyring.get(tx, organisation, kid)
        if now.state is not KeyState.ACTIVE:
            raise
        # Somebody else rotated at this moment and took the same key up: it signs.
        return Step(now)


def retire(
    bench: Workbench, vault: Vault, organisation: str, *, kid: str, actor: str = "operator"
) -> Step:
    """Let a planned or active key sign no more, with nothing in its place; destroy its secret.

    What it signed stays as good as it was. Raises NotReady where a document waits for it,
    LifecycleError, NotFound.
    """
    at = bench.moment
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        retired = keyring.get(tx, organisation, kid).retire(at)
        _require_nothing_waits(tx, organisation, kid, then=f"testamur keys retire {kid}")
        _keep(tx, organisation, retired, verb="keys.retire", at=at, actor=actor)
        republish(tx, organisation, at=at)
    return Step(retired, _put_away(bench, vault, organisation, kid=kid, actor=actor))


def compromise(
    bench: Workbench,
    vault: Vault,
    organisation: str,
    *,
    kid: str,
    since: dt.datetime,
    actor: str = "operator",
) -> Affected:
    """Declare a key stolen ``since``: publish it as revoked and list what it signed.

    The secret is destroyed; rotate to a new key next. Raises LifecycleError, NotFound.
    """
    at = bench.moment
    with bench.begin() as tx:
        organisations.lock(tx, organisation)
        record = keyring.get(tx, organisation, kid).compromise(since=since, at=at)
        _keep(tx, organisation, record, verb="keys.compromise", at=at, actor=actor)
        republish(tx, organisation, at=at)
        method = f"{organisations.get(tx, organisation).did}#{kid}"
    # Only now: it may be very much, and the declaration must not wait for it.
    with bench.read() as tx:
        sealed = documents.sealed_by(tx, organisation, method)
    warning = _put_away(bench, vault, organisation, kid=kid, actor=actor)
    proven = {d.award_id for d in sealed if d.sealed_at is not None and d.sealed_at < since}
    return Affected(tuple(sealed), tuple(sorted(proven)), warning)


def destroy(
    bench: Workbench, vault: Vault, organisation: str, *, kid: str, actor: str = "operator"
) -> None:
    """Destroy the secret of a key that signs no more.

    Raises Conflict for one that does, CustodyError where it is away or cannot be destroyed.
    """
    with bench.read() as tx:
        record, uri = keyring.get(tx, organisation, kid), keyring.uri(tx, organisation, kid)
    if record.state not in {KeyState.RETIRED, KeyState.COMPROMISED}:
        msg = f"{kid} is {record.state}: its secret is still needed. Rotate to another key first."
        raise Conflict(msg, kid=kid)
    if uri is None:
        return
    vault.destroy(uri)
    with bench.begin() as tx:
        keyring.put(tx, organisation, record, uri=None)
        _note(tx, organisation, record, verb="keys.destroy", at=bench.moment, actor=actor)


def _put_away(
    bench: Workbench, vault: Vault, organisation: str, *, kid: str, actor: str
) -> str | None:
    """Destroy a secret after the step that ended its key; that step stands, whatever comes."""
    try:
        destroy(bench, vault, organisation, kid=kid, actor=actor)
    except CustodyError as fault:
        # Its place is remembered: it may lie on a disk that is not at hand.
        return (
            f"The secret of {kid}, which signs no more, was not destroyed: {fault.message}. Where "
            f"it still is somewhere, bring it back and run `testamur keys destroy {kid}`."
        )
    return None


def republish(tx: Transaction, organisation: str, *, at: dt.datetime) -> None:
    """Keep a new version of the DID document, with its date."""
    did = organisations.get(tx, organisation).did
    document = compose_did_document(did, keyring.records(tx, organisation))
    keyring.add_did_document(tx, organisation, document, at=at)


def affected(tx: Transaction, organisation: str) -> tuple[Award, ...]:
    """Awards in force that have a document sealed by a key that is known as stolen."""
    did = organisations.get(tx, organisation).did
    ids = {
        document.award_id
        for record in keyring.records(tx, organisation)
        if record.state is KeyState.COMPROMISED
        for document in documents.sealed_by(tx, organisation, f"{did}#{record.kid}")
    }
    found = (awards.get(tx, organisation, award_id) for award_id in sorted(ids))
    return tuple(a for a in found if a.state in {AwardState.ACTIVE, AwardState.SUSPENDED})


def _active(tx: Transaction, organisation: str, purpose: KeyPurpose) -> KeyRecord | None:
    there = keyring.records(tx, organisation)
    active = (r for r in there if r.purpose is purpose and r.state is KeyState.ACTIVE)
    return next(active, None)


def _waiting(tx: Transaction, organisation: str, kid: str) -> bool:
    unfinished = documents.unfinished(tx, organisation)
    return any(d.reservation.verification_method.endswith(f"#{kid}") for d in unfinished)


def _keep(  # A step of a key is what it is.
    tx: Transaction, organisation: str, record: KeyRecord, *, verb: str, at: dt.datetime, actor: str
) -> None:
    uri = keyring.uri(tx, organisation, record.kid)
    keyring.put(tx, organisation, record, uri=uri)
    _note(tx, organisation, record, verb=verb, at=at, actor=actor)


def _note(
    tx: Transaction, organisation: str, record: KeyRecord, *, verb: str, at: dt.datetime, actor: str
) -> None:
    detail = {"kid": record.kid, "key": record.public_key.multibase()}
    audit.append(tx, audit.Entry(organisation, at, actor, verb, detail=detail))
