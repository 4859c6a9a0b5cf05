"""A signature that is not good, and the implementation that made it says that it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from issuer.errors import ProofInvalid
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.award import AwardState
from issuer.model.organisation import Organisation
from issuer.services import cohort
from keys.public import PublicKey
from keys.signer import Signer
from tests.town import workshop as town
from tests.town.cohorts import Driver, read, results
from tests.town.workshop import Workshop


@dataclass(frozen=True)
class Faulty:
    """Signs, and one bit falls over."""

    sound: Signer

    @property
    def public_key(self) -> PublicKey:
        return self.sound.public_key

    def sign(self, data: bytes) -> bytes:
        signature = bytearray(self.sound.sign(data))
        signature[40] ^= 4
        return bytes(signature)


def believed(_key: PublicKey, _signature: bytes, _data: bytes) -> None:
    """What a verification says that takes everything for good."""


@pytest.fixture
def faulty(
    tmp_path: Path,
    organisation: Organisation,
    achievements: Mapping[str, Achievement],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Workshop]:
    """An installation whose library signs wrongly and believes itself."""
    url = f"sqlite:///{tmp_path / 'town.sqlite'}"
    with town.opened(url, tmp_path, organisation=organisation, courses=achievements) as workshop:
        workshop.database.upgrade()
        founded = workshop.found()
        monkeypatch.setattr(PublicKey, "verify", believed)
        sound = founded.bench.signer
        yield founded.with_bench(signer=lambda uri: Faulty(sound(uri)))


def test_nothing_of_its_chunk_is_released(faulty: Workshop) -> None:
    driver = Driver(faulty)
    batch = driver.open(read(results(faulty, 3)))
    driver.start(batch)
    bench = faulty.bench
    with bench.begin() as tx:
        cohort.reserve(tx, bench, batch.id, chunk=1)
    prepared = cohort.prepare(bench, batch.id, chunk=1)
    with bench.begin() as tx:
        cohort.write_down(tx, bench, batch.id, chunk=1, prepared=prepared)
    with pytest.raises(ProofInvalid, match="does not fit"):
        cohort.seal(bench, batch.id, chunk=1, prepared=prepared)
    assert faulty.awards(AwardState.ACTIVE) == ()


def test_it_is_not_released_singly(faulty: Workshop) -> None:
    award = faulty.approve()
    with pytest.raises(ProofInvalid, match="does not fit"):
        faulty.issue(award, DocumentFormat.OB3)
    assert faulty.awards(AwardState.ACTIVE) == ()
