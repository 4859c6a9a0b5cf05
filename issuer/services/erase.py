"""Erase a learner: destroy the key under which everything about that person is kept.

GDPR Art. 17. Awards, status bits and audit lines stay and name nobody: a credential that the
learner holds is checked as before. Nothing is revoked here. What the disk still has of the key is
overwritten by `issuer.registry.database.Database.scrub`; backups must age out.
"""

import datetime as dt

from issuer.registry import audit, learners, organisations
from issuer.registry.database import Transaction


def erase(
    tx: Transaction, organisation: str, learner_key: str, *, actor: str, at: dt.datetime
) -> None:
    """Erase the learner whom the organisation knows by ``learner_key``; raises NotFound.

    What was begun for the learner and is not sealed can never be; `issuer.services.recover` gives
    it up. The audit line says that somebody was erased, and not who.
    """
    organisations.lock(tx, organisation)
    learners.erase(tx, organisation, learners.lookup(tx, organisation, learner_key), at=at)
    audit.append(tx, audit.Entry(organisation, at, actor, "erase"))
