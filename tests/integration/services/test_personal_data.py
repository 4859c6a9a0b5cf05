"""What names a person stands nowhere but encrypted, and nowhere at all once it was erased."""

import csv
import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from issuer.errors import NotFound, TestamurError
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.proofs import jcs
from issuer.registry import awards, documents, learners, results, tables
from issuer.services import (
    deposit,
    erase,
    europass_link,
    export,
    recover,
    revoke,
    share,
    tokens,
)
from issuer.services.decide import Decided
from issuer.services.pictures import Pictures
from issuer.services.submit import submit
from issuer.services.tokens import Role, Wanted
from issuer.services.workbench import Wallet
from issuer.verify import Verdict
from tests.conftest import ROOT
from tests.town import intake
from tests.town.europass import QUALIFIED
from tests.town.loopback import Town, reply
from tests.town.workshop import Workshop

RESULTS = (ROOT / "examples" / "results.csv").read_bytes()
_PERSONAL = (
    "student_number", "given_name", "family_name", "display_name", "email", "grade",
    "evidence_title", "evidence_url", "evidence_sha256", "assessor",
)  # fmt: skip


@pytest.fixture
def stored(workshop: Workshop, database_url: str) -> Callable[[], bytes]:
    """All that the database has on its disk: the SQLite file with its log, and every column."""

    def read() -> bytes:
        with workshop.bench.read() as tx:
            found = [
                value if isinstance(value, bytes) else repr(value).encode()
                for table in tables.METADATA.sorted_tables
                for row in tx.connection.execute(sa.select(table))
                for value in row
            ]
        if database_url.startswith("sqlite:"):
            path = Path(database_url.removeprefix("sqlite:///"))
            found += [place.read_bytes() for place in path.parent.glob(f"{path.name}*")]
        return b"\n".join(found)

    return read


def _said(texts: Iterator[str]) -> set[bytes]:
    """Each text as it could stand somewhere: in UTF-8, escaped in JSON or in a Python literal."""
    found = set()
    for text in texts:
        found |= {text.encode(), text.encode("utf-16-le")}
        found |= {text.encode("ascii", "backslashreplace"), jcs.encode(text).strip(b'"')}
    return found


def _texts() -> Iterator[str]:
    # Some of these people are named like the university: Beispiel, Example.
    public = "".join(place.read_text("utf-8") for place in (ROOT / "examples").rglob("*.toml"))
    for row in csv.DictReader(io.StringIO(RESULTS.decode())):
        texts = (row[column] for column in _PERSONAL)
        yield from (text for text in texts if len(text) > 3 and text not in public)


def _value() -> dict[str, object]:
    return {
        "achievement": "data-stewardship",
        "date": "2026-06-01",
        "passed": True,
        "learner": {
            "key": "S1313",
            "given_name": "Ximena",
            "family_name": "Ejemplar-Ñandú",
            "email": "ximena@learner.example",
            "birth_date": "1999-12-31",
        },
        "grade": {"value": "2.3, fair", "scheme": "Austrian scale, 1.0 is best"},
        "evidence": [{"title": "Plan of Ximena", "url": "https://repository.uni.example/x"}],
        "source_id": "R-S1313",
    }


SHARE_LINK = "https://europa.eu/europass/digital-credentials/viewer/#/shareview/aB3dE5gH7jK9mN1p"
OF_EUROPASS = ("aB3dE5gH7jK9mN1p", "shareview", "wallet-of-alex", "alex-sends@mail.example")
OF_THE_API = ("S1313", "Ximena", "Ejemplar-Ñandú", "ximena@learner.example", "2.3, fair",
              "Plan of Ximena", "repository.uni.example/x", "1999-12-31")  # fmt: skip


def _everything(workshop: Workshop) -> None:
    """The whole way, and what goes wrong on it."""
    # Some of the results were decided in July.
    workshop.clock.pass_by(days=30)
    for row in intake.read(workshop.bench, workshop.slug, RESULTS).rows:
        intake.take(workshop.bench, row, actor="registrar")
    with workshop.bench.begin() as tx:
        wanted = Wanted(workshop.slug, "student system", Role.ISSUER)
        _, token = tokens.create(
            tx, wanted, at=workshop.clock(), chance=workshop.bench.chance, actor="operator"
        )
    value = _value()
    for key, number in (("S1313-1", 2.3), ("S1313-1", 2.3), ("S1313-2", 1.0)):
        sent = value | {"grade": {"value": f"{number}, fair", "scheme": "Austrian scale"}}
        try:
            submit(workshop.bench, sent, token=token, body=jcs.encode(sent), idempotency_key=key)
        except TestamurError as fault:
            logging.getLogger("issuer").warning("refused: %s %s", fault, fault.details)
    first, second, *_ = workshop.awards()
    with workshop.bench.begin() as tx:
        share.set_sharing(tx, first, shared=True, actor="learner", at=workshop.clock())
        revoke.revoke(
            tx, workshop.slug, second.id, reason="A mistake", actor="x", at=workshop.clock()
        )
    _to_europass(workshop, first)
    workshop.publish()
    recover.recover(workshop.bench, workshop.slug, actor="operator")


def _to_europass(workshop: Workshop, award: Award) -> None:
    """A share link is kept, and the file sent to wallets that are not there."""
    with Town(workshop.bench.published.parent) as town:
        town.host("edc.uni.example", lambda _: reply(status=404))
        fetcher = town.fetcher()
        sending = workshop.with_bench(
            seal=lambda _: QUALIFIED, wallet=Wallet("https://edc.uni.example", fetcher)
        )
        sending.issue(award, DocumentFormat.EDC)
        with sending.bench.begin() as tx:
            europass_link.keep(tx, award, SHARE_LINK, actor="learner", at=workshop.clock())
        for to in OF_EUROPASS[2:]:
            tried = deposit.deposit(sending.bench, award, to, actor="learner")
            assert tried.status == 404


def test_nothing_that_is_kept_or_logged_names_anybody(
    workshop: Workshop,
    stored: Callable[[], bytes],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.DEBUG)
    try:
        _everything(workshop)
    finally:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)
    assert len(workshop.awards()) == 13
    assert "refused" in caplog.text
    assert "INSERT INTO" in caplog.text
    kept = stored()
    # The test would see it, if it were there: these stand in the same places in the open.
    assert b"data-stewardship" in kept
    assert b"Example University" in kept
    personal = _said(iter([*_texts(), *OF_THE_API, *OF_EUROPASS]))
    assert len(personal) > 100
    for what in personal:
        assert what not in kept, what
        assert what not in caplog.text.encode(), what
    export.export(workshop.bench, tmp_path / "out", pictures=Pictures())
    names = "\n".join(str(place.relative_to(tmp_path)) for place in tmp_path.rglob("*"))
    published = b"".join(p.read_bytes() for p in (tmp_path / "published").rglob("*.json"))
    for what in personal:
        assert what not in names.encode("utf-8", "surrogateescape"), what
        assert what not in published, what
    workshop.lines()


def test_erasing_leaves_nothing_that_could_be_read(
    workshop: Workshop, stored: Callable[[], bytes]
) -> None:
    award, other = workshop.issued(1), workshop.issued(2)
    held = workshop.sealed(award)
    with workshop.bench.read() as tx:
        staged = awards.staged_of(tx, award.id)
        assert staged is not None
        wrapped, payload = tx.connection.execute(
            sa.select(tables.learners.c.wrapped_key, tables.learners.c.payload).where(
                tables.learners.c.id == award.learner_id
            )
        ).one()
    assert wrapped in stored()
    with workshop.bench.begin() as tx:
        share.set_sharing(tx, award, shared=True, actor="learner", at=workshop.clock())
        erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())
    workshop.database.scrub()
    left = stored()
    assert wrapped not in left
    assert payload not in left
    with workshop.bench.read() as tx:
        for look_for in (
            lambda: learners.get(tx, workshop.slug, award.learner_id),
            lambda: learners.lookup(tx, workshop.slug, "S1"),
            lambda: learners.data_key(tx, award.learner_id),
            lambda: results.get(tx, staged),
            lambda: documents.sealed(tx, award.id, DocumentFormat.OB3),
            lambda: documents.sealed(tx, award.id, DocumentFormat.OB3_JWT),
        ):
            with pytest.raises(NotFound):
                look_for()
        assert (
            documents.proven_times(tx, workshop.slug)
            .keys()
            .isdisjoint({workshop.check(held).digest})
        )
    now = workshop.award(award)
    assert not now.shared
    # Nothing is revoked: what the learner holds is as good as before.
    assert workshop.check(held).verdict is Verdict.PASSED
    assert workshop.check(workshop.sealed(other)).verdict is Verdict.PASSED
    # The trail is whole, and its last line does not say who.
    assert workshop.lines()[-1] == "erase"
    with workshop.bench.read() as tx:
        last = tx.connection.execute(
            sa.select(tables.audit).order_by(tables.audit.c.number.desc()).limit(1)
        ).one()
    assert (last.award_id, last.commitment, last.detail) == (None, None, "{}")


def test_who_is_not_there_cannot_be_erased(workshop: Workshop) -> None:
    workshop.issued(1)
    lines = workshop.lines()
    for key in ("S2", "", "S1 ", "\ud800"[:0] + "x" * 999):
        with workshop.bench.begin() as tx, pytest.raises(NotFound):
            erase.erase(tx, workshop.slug, key, actor="operator", at=workshop.clock())
    with workshop.bench.begin() as tx, pytest.raises(NotFound):
        erase.erase(tx, "rival", "S1", actor="operator", at=workshop.clock())
    assert workshop.lines() == lines
    for outcome in (None, NotFound):
        with workshop.bench.begin() as tx:
            if outcome is None:
                erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())
            else:
                with pytest.raises(outcome):
                    erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())


def test_who_was_erased_and_comes_back_is_somebody_new(workshop: Workshop) -> None:
    award = workshop.issued(1)
    with workshop.bench.begin() as tx:
        erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())
    decision = workshop.decide(workshop.result(1))
    assert decision.outcome is Decided.APPROVED
    assert decision.award is not None
    assert decision.award.id != award.id
    assert decision.award.learner_id != award.learner_id
    assert workshop.issue(decision.award).learner_id == decision.award.learner_id


def test_an_erased_award_can_still_be_revoked(workshop: Workshop) -> None:
    award = workshop.issued(1)
    held = workshop.sealed(award)
    with workshop.bench.begin() as tx:
        erase.erase(tx, workshop.slug, "S1", actor="operator", at=workshop.clock())
    with workshop.bench.begin() as tx:
        revoke.revoke(
            tx, workshop.slug, award.id, reason="A mistake", actor="x", at=workshop.clock()
        )
    workshop.publish()
    assert workshop.check(held).verdict is Verdict.FAILED
