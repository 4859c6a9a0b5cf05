"""Seals of every level, with an authority that answers over HTTP, and one that does not."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import EvidenceMissing, NotReady, TimestampMissing
from issuer.fetch import Bounds, Fetcher
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.proofs import jades
from issuer.registry import documents
from issuer.services import export, issue, look, recover
from issuer.services.pictures import Pictures
from issuer.services.workbench import LongTerm
from issuer.verify import Report, Verdict
from keys.certificates import Anchor
from keys.signer import SealSigner
from tests.town.installation import installation
from tests.town.loopback import Asked, Town
from tests.town.trust_service import TrustService, written
from tests.town.workshop import START, Workshop

EDC = DocumentFormat.EDC
_DAY = dt.timedelta(days=1)


@pytest.fixture
def service() -> TrustService:
    return TrustService()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path) as opened:
        yield opened


@pytest.fixture
def fetcher(service: TrustService, town: Town) -> Fetcher:
    return service.opened(town)


def sealing(
    workshop: Workshop, service: TrustService, fetcher: Fetcher, level: jades.Level
) -> Workshop:
    def seal(_organisation: str) -> SealSigner | None:
        return service.seal

    long_term = LongTerm(service.source(fetcher).gather, archive=level == "LTA")
    return workshop.with_bench(
        seal=seal,
        timestamp=None if level == "B" else service.authority(fetcher).stamp,
        long_term=long_term if level in {"LT", "LTA"} else None,
    )


def asked_later(workshop: Workshop, award: Award, *anchors: Anchor) -> Report:
    """What a stranger, who knows nothing of our records, is told after the seal's end."""
    workshop.clock.pass_by(days=60)
    workshop.publish()
    material = export.material(workshop.bench)
    data = workshop.sealed(award, EDC)
    return workshop.check(data, material=replace(material, anchors=anchors, proven_times={}))


@pytest.mark.parametrize("level", ["B", "T", "LT", "LTA"])
def test_a_seal_has_the_level_that_is_wanted(
    workshop: Workshop, service: TrustService, fetcher: Fetcher, level: jades.Level
) -> None:
    made = sealing(workshop, service, fetcher, level)
    award = made.issue(made.approve(), EDC)
    data = made.sealed(award, EDC)
    assert jades.level_of(jades.read(data).signatures[0]) == level
    assert made.check(data).verdict is Verdict.PASSED


@pytest.mark.parametrize("level", ["B", "T", "LT", "LTA"])
def test_so_has_the_pdf(
    workshop: Workshop, service: TrustService, fetcher: Fetcher, level: jades.Level
) -> None:
    made = sealing(workshop, service, fetcher, level)
    award = made.issue(made.approve(), DocumentFormat.OB3, EDC)
    with made.bench.read() as tx:
        data = Pictures().paper(tx, look.shown(tx, made.award(award)), bench=made.bench)
    report = made.check(data)
    assert report.verdict is Verdict.PASSED
    assert f"(PAdES B-{level})" in report.check("paper").detail
    # Later its seal is judged at the moment that the time-stamp proves, and not now.
    made.clock.pass_by(days=60)
    made.publish()
    believed = Anchor(service.root.certificate, "Town Trust", "the register of the town")
    material = replace(export.material(made.bench), anchors=(believed,))
    later = made.check(data, material=material).check("paper").verdict
    assert (later is Verdict.PASSED) == (level in {"LT", "LTA"})


def test_an_archived_document_outlives_its_seal(
    workshop: Workshop, service: TrustService, fetcher: Fetcher
) -> None:
    made = sealing(workshop, service, fetcher, "LTA")
    award = made.issue(made.approve(), EDC)
    kept = jades.unsigned(jades.read(made.sealed(award, EDC)).signatures[0])
    assert {service.root.certificate, service.issuing.certificate} <= set(kept.certificates)
    assert (len(kept.crls), len(kept.ocsps)) == (1, 1)
    believed = Anchor(service.root.certificate, "Town Trust", "the register of the town")
    report = asked_later(made, award, believed)
    assert report.verdict is Verdict.PASSED
    assert "as a time-stamp of 12 June 2026 proves" in report.check("certificate").detail


@pytest.mark.parametrize("level", ["B", "LTA"])
def test_without_a_believed_time_stamp_it_does_not(
    workshop: Workshop, service: TrustService, fetcher: Fetcher, level: jades.Level
) -> None:
    made = sealing(workshop, service, fetcher, level)
    award = made.issue(made.approve(), EDC)
    # The seal itself is believed, and not the authority of its time-stamps.
    report = asked_later(made, award, Anchor(service.seal.certificate, "The seal", "a letter"))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.check("certificate").sub == "certificate.expired"


@pytest.mark.parametrize(
    ("path", "fault"),
    [("/tsa", TimestampMissing), ("/root.crl", EvidenceMissing), ("/issuing.cer", EvidenceMissing)],
)
def test_an_authority_that_does_not_answer_makes_the_award_wait(
    workshop: Workshop,
    service: TrustService,
    fetcher: Fetcher,
    path: str,
    fault: type[NotReady],
) -> None:
    made = sealing(workshop, service, fetcher, "LTA")
    award = made.approve()
    service.silent.add(path)
    with pytest.raises(fault, match=r"status 503.*can be issued again"):
        made.issue(award, EDC)
    assert made.states(award) == {"edc": "written_down"}
    # Neither does recovering give it up.
    with pytest.raises(fault):
        recover.recover(made.bench, made.slug, actor="a")
    assert made.states(award) == {"edc": "written_down"}
    place = made.slot(award)
    service.silent.clear()
    assert recover.recover(made.bench, made.slug, actor="a").finished == (award.id,)
    assert made.slot(award) == place
    assert made.bits() == set()
    assert made.check(made.sealed(award, EDC)).verdict is Verdict.PASSED


def test_a_clock_that_is_wrong_burns_nothing(
    workshop: Workshop, service: TrustService, fetcher: Fetcher
) -> None:
    made = sealing(workshop, service, fetcher, "T")
    award = made.approve()
    authority = replace(service.authority(fetcher), now=made.clock)
    service.clock = lambda: START + dt.timedelta(minutes=6)
    with pytest.raises(TimestampMissing, match="360 s apart"):
        made.with_bench(timestamp=authority.stamp).issue(award, EDC)
    assert made.states(award) == {"edc": "written_down"}


def test_a_whole_installation_with_the_settings_of_an_operator(tmp_path: Path) -> None:
    def now() -> dt.datetime:
        return dt.datetime.now(dt.UTC).replace(microsecond=0)

    services: list[TrustService] = []

    def respond(asked: Asked) -> Any:
        return services[0](asked)

    with Town(tmp_path) as town:
        port = town.plain(respond)
        start, end = now() - _DAY, now() + 30 * _DAY
        origin = f"http://localhost:{port}"
        service = TrustService(origin, clock=now, start=start, end=end)
        services.append(service)
        seal = written(service.seal, tmp_path / "seal.p12", passphrase=b"for tests")
        with installation(
            tmp_path / "home",
            base_url="http://localhost:8000",
            rows=1,
            seals={"euas": f"pkcs12:{seal}"},
            timestamp_url=f"{origin}/tsa",
            seal_level="LTA",
            fetch_hosts=(f"localhost:{port}",),
        ) as there:
            bench, award = there.house.bench, there.awards[0]
            issue.issue(bench, there.slug, award.id, actor="a", formats=(EDC,))
            with bench.read() as tx:
                data = documents.sealed(tx, award.id, EDC).data
            assert jades.level_of(jades.read(data).signatures[0]) == "LTA"
            assert there.house.checker.check(data).verdict is Verdict.PASSED


def test_a_client_that_may_not_reach_it_says_which_setting_helps(
    workshop: Workshop, service: TrustService, town: Town
) -> None:
    port = town.plain(service)
    town.addresses["inner.example"] = ["127.0.0.1"]
    inner = replace(
        service.authority(town.fetcher(Bounds())), url=f"http://inner.example:{port}/tsa"
    )
    with pytest.raises(TimestampMissing, match=r"lists inner\.example in fetch_hosts"):
        inner.stamp(bytes(32))
    assert town.asked(f"127.0.0.1:{port}") == []
