"""A time-stamp authority on a real socket: asked for a digest, checked, and waited for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp

from issuer.bootstrap.checking import stamper
from issuer.carriers import pdf
from issuer.errors import NotReady
from issuer.model.achievement import DocumentFormat
from issuer.proofs import jades
from issuer.services import look
from issuer.services.pictures import Pictures
from issuer.services.timestamp import timestamper
from issuer.settings import Settings
from issuer.verify import Verdict
from tests.integration.services.test_european import EDC, SEAL, TIME, with_seal
from tests.town import authority
from tests.town.authority import Bend, token
from tests.town.loopback import Asked, Town, reply
from tests.town.workshop import Workshop

URL = "https://time.example/tsa"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path) as found:
        yield found


def answer(asked: Asked, **bend: Any) -> list[bytes]:
    """What an honest authority says, unless it is bent."""
    question = tsp.TimeStampReq.load(asked.body, strict=True)
    how = {
        "imprint": question["message_imprint"]["hashed_message"].native,
        "nonce": question["nonce"].native,
    } | bend
    der = authority.reply(token(TIME, b"", bend=Bend(**how)))
    return reply(der, media_type="application/timestamp-reply")


def stamping(workshop: Workshop, town: Town) -> Workshop:
    stamp = timestamper(town.fetcher(), URL, chance=workshop.bench.chance)
    return with_seal(workshop, SEAL, timestamp=stamp)


def test_european_document_and_pdf_are_stamped(workshop: Workshop, town: Town) -> None:
    town.host("time.example", answer)
    there = stamping(workshop, town)
    award = there.issue(there.approve(), DocumentFormat.OB3, EDC)
    file = there.sealed(award, EDC)
    assert jades.level_of(jades.read(file).signatures[0]) == "T"
    assert there.check(file).verdict is Verdict.PASSED
    with there.bench.read() as tx:
        shown = look.shown(tx, there.award(award))
        paper = Pictures().paper(tx, shown, bench=there.bench)
    report = there.check(paper)
    assert report.verdict is Verdict.PASSED
    assert "PAdES B-T" in report.check("paper").detail
    assert [one.kind for one in pdf.signatures(paper).signatures] == ["seal"]
    first = town.asked("time.example")[0]
    assert (first.method, first.target) == ("POST", "/tsa")
    assert first.headers["content-type"] == "application/timestamp-query"


def test_while_it_does_not_answer_documents_wait(workshop: Workshop, town: Town) -> None:
    there = stamping(workshop, town)
    award = there.approve()
    with pytest.raises(NotReady, match="No time-stamp can be had"):
        there.issue(award, EDC)
    assert there.states(award) == {"edc": "written_down"}
    town.host("time.example", answer)
    there.issue(award, EDC)
    assert there.states(award) == {"edc": "sealed"}


def test_its_host_may_be_plain_http_because_the_operator_names_it(
    workshop: Workshop, town: Town
) -> None:
    port = town.plain(answer)
    stamp = stamper(Settings(timestamp_url=f"http://127.0.0.1:{port}/"))
    assert stamp is not None
    assert stamp(b"d" * 32)[:1] == b"\x30"
    assert stamper(Settings()) is None
    assert workshop.bench.timestamp is None
