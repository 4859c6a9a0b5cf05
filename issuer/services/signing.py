"""Which key signs: the active one of its purpose, opened only to sign.

A key that is planned, retired or compromised never signs (`keys.lifecycle`). The secret stays with
`keys.custody`, which `issuer.bootstrap` opens.
"""

from issuer.errors import NotReady
from issuer.registry import keyring
from issuer.registry.database import Transaction
from issuer.services.workbench import Workbench
from keys.algorithms import CustodyError
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState
from keys.signer import Signer


def active_key(tx: Transaction, organisation: str, purpose: KeyPurpose) -> KeyRecord:
    """The key that signs now; raises NotReady where there is none."""
    for record in keyring.records(tx, organisation):
        if record.purpose is purpose and record.state is KeyState.ACTIVE:
            return record
    msg = (
        f"{organisation} has no active {purpose} key. Make one with `testamur keys rotate "
        f"{purpose}`."
    )
    raise NotReady(msg)


def active_signer(
    bench: Workbench, organisation: str, *, purpose: KeyPurpose
) -> tuple[KeyRecord, Signer]:
    """The key that signs now, and its signer; raises NotReady, CustodyError.

    A key that is rotated between the two is not the one that signs now: the next one is taken.
    """
    with bench.read() as tx:
        record, uri = _active(tx, organisation, purpose)
    while True:
        fault, signer = None, None
        try:
            signer = bench.signer(uri)
        except CustodyError as away:
            fault = away
        with bench.read() as tx:
            now, uri = _active(tx, organisation, purpose)
        if now.kid != record.kid:
            record = now
        elif signer is not None:
            return record, signer
        elif fault is not None:
            raise fault


def _active(tx: Transaction, organisation: str, purpose: KeyPurpose) -> tuple[KeyRecord, str]:
    record = active_key(tx, organisation, purpose)
    # A key that is active has its secret in its place.
    return record, str(keyring.uri(tx, organisation, record.kid))


def signer_of(bench: Workbench, organisation: str, *, method: str) -> Signer:
    """Open the signer of an active key by its method id; raises NotReady, CustodyError."""
    kid = method.rpartition("#")[2]
    with bench.read() as tx:
        record, uri = keyring.opened_at(tx, organisation, kid)
    if record.state is not KeyState.ACTIVE or uri is None:
        msg = f"The key {kid}, with which this was to be signed, is {record.state}."
        raise NotReady(msg, kid=kid)
    return bench.signer(uri)
