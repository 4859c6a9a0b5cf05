"""Share links of Europass: one an award, as its learner pasted it, under the learner's key.

Personal data. Erasing the learner destroys the key and removes the row
(`issuer.registry.learners`). What a link may look like is not known here.
"""

import datetime as dt

import sqlalchemy as sa

from issuer.model.award import Award
from issuer.registry import inserting, learners
from issuer.registry.database import Transaction
from issuer.registry.tables import europass_links

_C = europass_links.c


def put(tx: Transaction, award: Award, link: str, *, at: dt.datetime) -> None:
    """Keep the link of an award, in place of another one; raises NotFound for an erased learner."""
    key = learners.data_key(tx, award.learner_id)
    values = {
        "award_id": award.id,
        "organisation": award.organisation,
        "link": tx.cipher.encrypt(key, link.encode(), _place(award)),
        "saved_at": at,
    }
    inserting.put(tx, europass_links, values)


def find(tx: Transaction, award: Award) -> str | None:
    """The link of an award; None where there is none, or where its learner was erased."""
    query = sa.select(_C.link).where(_C.award_id == award.id, _C.organisation == award.organisation)
    kept = tx.connection.execute(query).scalar_one_or_none()
    if kept is None:
        return None
    key = learners.data_key(tx, award.learner_id)
    return tx.cipher.decrypt(key, kept, _place(award)).decode()


def remove(tx: Transaction, award: Award) -> bool:
    """Remove the link of an award; False where there was none."""
    gone = europass_links.delete().where(
        _C.award_id == award.id, _C.organisation == award.organisation
    )
    return tx.connection.execute(gone).rowcount > 0


def _place(award: Award) -> bytes:
    return f"europass_links/{award.organisation}/{award.id}".encode()
