"""An installation that `init` made, with encrypted keys and the real clock."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from issuer import bootstrap
from issuer.bootstrap import house as opening
from issuer.errors import Misconfigured, NotReady
from issuer.model.award import AwardState
from issuer.model.organisation import Organisation
from issuer.registry import keyring as rows
from issuer.registry.slots import lists
from issuer.services import export, keyring, material, offer, revoke, share
from issuer.settings import Settings
from issuer.verify import Policy, Verdict, verify
from issuer.verify.material import decode
from keys.algorithms import Algorithm, CustodyError
from keys.lifecycle import KeyPurpose, KeyState
from tests.conftest import ROOT
from tests.town import intake
from tests.town.writers import at_once

EXAMPLES = ROOT / "examples"


def _passphrase() -> bytes:
    return b"a passphrase for tests"


@pytest.fixture
def settings(empty_database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home",
        database_url=empty_database_url,
        base_url="https://credentials.uni.example",
        worker_processes=1,
    )


@pytest.fixture
def home(organisation: Organisation) -> Organisation:
    return organisation.model_copy(update={"did": "did:web:credentials.uni.example"})


def test_from_init_to_passed_and_revoked(
    settings: Settings, home: Organisation, tmp_path: Path
) -> None:
    bootstrap.init(settings, home, passphrase=_passphrase)
    with bootstrap.open_house(settings, passphrase=_passphrase) as house:
        bench = house.bench
        with bench.begin() as tx:
            for place in sorted((EXAMPLES / "achievements").glob("*.toml")):
                course = offer.read_achievement(place.read_bytes(), organisation=home.slug)
                offer.put_achievement(tx, course, at=bench.now(), actor="operator")
        header, row, *_ = (EXAMPLES / "results.csv").read_bytes().splitlines(keepends=True)
        read = intake.read(bench, home.slug, header + row)
        (outcome,) = [intake.take(bench, one, actor="operator") for one in read.rows]
        assert outcome.award_id is not None
        exported = export.export(bench, tmp_path / "out", pictures=house.pictures)
        assert len(exported.documents) == 4
        for place in exported.documents:
            report = verify(
                place.read_bytes(),
                material=decode(exported.material.read_bytes()),
                policy=Policy(),
                at=bench.now(),
                canonicalise=bench.canonicalise,
            )
            assert report.verdict is Verdict.PASSED, place.name
            # Our own page needs nothing from outside for our own documents.
            assert house.checker.check(place.read_bytes()).verdict is Verdict.PASSED
        with bench.begin() as tx:
            award = revoke.revoke(
                tx,
                home.slug,
                outcome.award_id,
                reason="A mistake",
                actor="operator",
                at=bench.moment,
            )
        assert award.state is AwardState.REVOKED
        segment = share.link(bench, award).rpartition("/")[2]
        with bench.read() as tx:
            assert share.open_link(tx, segment, link_key=bench.link_key()).id == award.id


def test_init_again_keeps_what_is_there(settings: Settings, home: Organisation) -> None:
    for _ in range(2):
        bootstrap.init(settings, home, passphrase=_passphrase)
    with bootstrap.open_house(settings, passphrase=_passphrase) as house:
        with house.bench.read() as tx:
            found = keyring.records(tx, home.slug)
            assert len(rows.did_documents(tx, home.slug)) == 2
            assert len(lists(tx, home.slug)) == 1
        assert sorted(record.kid for record in found) == ["award-1", "status-1"]
        assert {record.state for record in found} == {KeyState.ACTIVE}
        # A further organisation has keys of its own.
        other = home.model_copy(update={"slug": "rival", "code": "RIVAL", "did": f"{home.did}:r"})
        bootstrap.init(settings, other, passphrase=_passphrase)
        with house.bench.read() as tx:
            present = material.present(tx, base_url=settings.base_url)
        assert set(present.did_documents) == {home.did, other.did}


def test_an_interrupted_init_is_finished(settings: Settings, home: Organisation) -> None:
    # It died when the key was made and the database knew nothing of it.
    orphan = settings.keys_dir / home.slug / "award-1.json"
    bootstrap.init(
        settings,
        home.model_copy(update={"slug": "first", "did": f"{home.did}:first"}),
        passphrase=_passphrase,
    )
    vault = bootstrap.FileVault(settings, _passphrase)
    vault.create(home.slug, "award-1", algorithm=Algorithm.ED25519)
    before = orphan.read_bytes()
    bootstrap.init(settings, home, passphrase=_passphrase)
    # Somebody else may be about to write its row: it is left alone.
    assert orphan.read_bytes() == before
    with bootstrap.open_house(settings, passphrase=_passphrase) as house:
        with house.bench.read() as tx:
            uri = rows.uri(tx, home.slug, "award-2")
            (record,) = (r for r in keyring.records(tx, home.slug) if r.kid == "award-2")
        assert uri is not None
        assert house.bench.signer(uri).public_key == record.public_key


def test_what_is_wrong_is_told_before_anything_is_made(
    settings: Settings, home: Organisation
) -> None:
    with pytest.raises(NotReady, match="testamur init"):
        bootstrap.open_house(settings, passphrase=_passphrase)
    with pytest.raises(Misconfigured, match="award_suite"):
        bootstrap.init(settings, home, passphrase=_passphrase, algorithm=Algorithm.P256)
    assert not settings.home.exists()
    bootstrap.init(settings, home, passphrase=_passphrase)
    with pytest.raises(CustodyError):
        bootstrap.open_house(settings, passphrase=lambda: b"another")


def test_a_key_is_rotated_in_its_folder(settings: Settings, home: Organisation) -> None:
    bootstrap.init(settings, home, passphrase=_passphrase)
    folder = settings.keys_dir / home.slug
    with bootstrap.open_house(settings, passphrase=_passphrase) as house:
        keyring.rotate(house.bench, house.vault, home.slug, purpose=KeyPurpose.AWARD)
    assert sorted(p.name for p in folder.iterdir()) == ["award-2.json", "status-1.json"]


# --- Keys of the VC-API ----------------------------------------------------------------------


@pytest.fixture
def testing(settings: Settings, home: Organisation) -> Settings:
    bootstrap.init(settings, home, passphrase=_passphrase)
    return settings.model_copy(update={"vc_api_issue": ("eddsa-rdfc-2022",)})


def test_of_several_processes_asked_first_at_once_all_issue_with_one_key(
    testing: Settings,
) -> None:
    with ExitStack() as stack:
        # Each as a process has it: nothing is shared but folder and database.
        houses = [
            stack.enter_context(bootstrap.open_house(testing, passphrase=_passphrase))
            for _ in range(4)
        ]
        said = at_once(lambda n: houses[n].vc_api.describe("eddsa-rdfc-2022"), count=4)
    assert len({one["issuer"] for one in said}) == 1
    assert said[0]["issuer"].startswith("did:key:z6Mk")


def test_a_key_that_another_process_is_writing_is_waited_for(
    testing: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = testing.keys_dir / "_vc-api" / "eddsa-rdfc-2022.json"
    with (
        bootstrap.open_house(testing, passphrase=_passphrase) as first,
        bootstrap.open_house(testing, passphrase=_passphrase) as second,
    ):
        made = first.vc_api.describe("eddsa-rdfc-2022")
        whole = place.read_bytes()
        place.write_bytes(b"")
        monkeypatch.setattr(opening, "sleep", lambda _: place.write_bytes(whole))
        assert second.vc_api.describe("eddsa-rdfc-2022") == made
    with bootstrap.open_house(testing, passphrase=_passphrase) as third:
        place.write_bytes(b"never finished")
        monkeypatch.setattr(opening, "sleep", lambda _: None)
        with pytest.raises(CustodyError, match="is not a key file"):
            third.vc_api.describe("eddsa-rdfc-2022")
