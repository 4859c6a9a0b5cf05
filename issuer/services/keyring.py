"""The life of an organisation's keys: planned, active, retired, compromised; every step published.

Controlled Identifiers 1.0 §2.2 (https://www.w3.org/TR/cid-1.0/). A retired key stays published as
it was and its secret is destroyed; a compromised one gets ``revoked``, and what it signed is listed
and can be sealed again. Secrets are made and destroyed through a `Vault`, which `issuer.bootstrap`
hands in: this module never sees one.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from issuer.errors import Conflict, NotReady
from issuer.model.award import Award, AwardState
from issuer.registry import audit, awards, documents, keyring, organisations
from issuer.registry.database import Transaction
from issuer.registry.documents import DocumentRecord
from issuer.services.workbench import Workbench
from keys.algorithms import Algorithm
from keys.documents import compose_did_document
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState
from keys.public import PublicKey


class Vault(Protocol):
    """Where secrets are made and destroyed."""

    def create(self, organisation: str, kid: str, *, algorithm: Algorithm) -> tuple[str, PublicKey]:
        """Make a key and return its custody URI and public part."""
        ...

    def destroy(self, uri: str) -> None:
        """Destroy a secret."""
        ...


@dataclass(frozen=True)
class Affected:
    """What a stolen key signed."""

    sealed: tuple[DocumentRecord, ...]
    """Documents sealed with it."""
    proven: tuple[str, ...]
    """Ids of awards whose seal our record proves to be older than the theft."""


def records(tx: Transaction, organisation: str) -> tuple[KeyRecord, ...]:
    """All keys of an organisation."""
    return keyring.records(tx, organisation)


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
    same = [r for r in there if r.purpose is purpose]
    kind = algorithm or (same[-1].public_key.algorithm if same else Algorithm.ED25519)
    if purpose is KeyPurpose.AWARD:
        _require_suite(kind, suite=bench.limits.suite)
    kid = f"{purpose}-{len(same) + 1}"
    uri, public_key = vault.create(organisation, kid, algorithm=kind)
    record = KeyRecord(kid, public_key, purpose, KeyState.PLANNED, bench.moment)
    with bench.begin() as tx:
        keyring.put(tx, organisation, record, uri=uri)
        _note(tx, organisation, record, verb="keys.plan", at=bench.moment, actor=actor)
    return record


def _require_suite(algorithm: Algorithm, *, suite: str) -> None:
    if suite.startswith("eddsa") != (algorithm is Algorithm.ED25519):
        msg = (
            f"award_suite is {suite}, and a key of the kind {algorithm} cannot sign with it: set "
            "award_suite first (eddsa for Ed25519, ecdsa for P-256). No key was made."
        )
        raise Conflict(msg)


def activate(
    bench: Workbench, vault: Vault, organisation: str, *, kid: str, actor: str = "operator"
) -> KeyRecord:
    """Let a planned key sign from now on; the one that signed before is retired.

    The secret of the retired key is destroyed once no document waits for its signature. Raises
    NotReady where one does: run `testamur recover` first. Raises LifecycleError, NotFound.
    """
    at = bench.moment
    with bench.begin() as tx:
        # Of two who rotate at once the second sees what the first did; so does who reserves.
        organisations.lock(tx, organisation)
        fresh = keyring.get(tx, organisation, kid).activate(at)
        old = _active(tx, organisation, fresh.purpose)
        if old is not None and _waiting(tx, organisation, old.kid):
            msg = (
                f"Documents wait for a signature by {old.kid}. Run `testamur recover`, then "
                "rotate again. Nothing was changed."
            )
            raise NotReady(msg, kid=old.kid)
        if old is not None:
            _keep(tx, organisation, old.retire(at), verb="keys.retire", at=at, actor=actor)
        _keep(tx, organisation, fresh, verb="keys.activate", at=at, actor=actor)
        republish(tx, organisation, at=at)
    if old is not None:
        destroy(bench, vault, organisation, kid=old.kid, actor=actor)
    return fresh


def rotate(
    bench: Workbench,
    vault: Vault,
    organisation: str,
    *,
    purpose: KeyPurpose,
    algorithm: Algorithm | None = None,
    actor: str = "operator",
) -> KeyRecord:
    """Make a key and let it sign at once."""
    made = plan(bench, vault, organisation, purpose=purpose, algorithm=algorithm, actor=actor)
    return activate(bench, vault, organisation, kid=made.kid, actor=actor)


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
        sealed = documents.sealed_by(tx, organisation, method)
    destroy(bench, vault, organisation, kid=kid, actor=actor)
    proven = {d.award_id for d in sealed if d.sealed_at is not None and d.sealed_at < since}
    return Affected(tuple(sealed), tuple(sorted(proven)))


def destroy(
    bench: Workbench, vault: Vault, organisation: str, *, kid: str, actor: str = "operator"
) -> None:
    """Destroy the secret of a key that signs no more; raises Conflict for one that does."""
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
