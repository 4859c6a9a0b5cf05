"""Every setting can be set in both places, the environment wins, and what is wrong is named."""

import os
from pathlib import Path

import pytest

from issuer import settings
from issuer.errors import Misconfigured
from issuer.settings import Settings, load


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("TESTAMUR_"):
            monkeypatch.delenv(name)


def written(folder: Path, text: str) -> Path:
    (folder / "testamur.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_anything_the_defaults_stand(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert found.home == tmp_path
    assert found.base_url == "http://localhost:8000"
    assert found.status_list_length == 131_072
    assert found.status_list_days == 7
    assert found.vc_api_issue == ()
    assert found.passphrase is None
    assert found.database == f"sqlite:///{tmp_path.resolve()}/testamur.sqlite"
    assert found.keys_dir == tmp_path.resolve() / "keys"
    assert found.published == tmp_path.resolve() / "published"


def test_a_setting_comes_from_the_file_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = written(tmp_path, 'port = 9000\nhost = "::1"\nfetch_hosts = ["a.example"]\n')
    assert (load(home).port, load(home).host) == (9000, "::1")
    monkeypatch.setenv("TESTAMUR_PORT", "9001")
    monkeypatch.setenv("testamur_fetch_hosts", "b.example, c.example:8443,")
    found = load(home)
    assert (found.port, found.host) == (9001, "::1")
    assert found.fetch_hosts == ("b.example", "c.example:8443")


def test_the_home_and_the_file_can_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESTAMUR_HOME", str(tmp_path / "home"))
    assert load().home == tmp_path / "home"
    monkeypatch.setenv("TESTAMUR_CONFIG", str(written(tmp_path, "port = 1\n") / "testamur.toml"))
    assert load().port == 1
    assert load(tmp_path / "other").home == tmp_path / "other"
    monkeypatch.delenv("TESTAMUR_HOME")
    assert load().home == Path("var/testamur")


def test_what_is_named_wins_over_the_default_places(tmp_path: Path) -> None:
    home = written(
        tmp_path, 'database_url = "postgresql+psycopg://u@h/d"\npublished_dir = "/srv/lists"\n'
    )
    assert load(home).database == "postgresql+psycopg://u@h/d"
    assert load(home).published == Path("/srv/lists")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("port = 0", "port: Input should be greater than or equal to 1"),
        ("port = 65536", "port"),
        ("colour = 'red'", "colour: Extra inputs"),
        ("status_list_length = 1000", "status_list_length"),
        ("status_list_days = 0", "status_list_days"),
        ("award_suite = 'rsa'", "award_suite"),
        ("log_level = 'loud'", "log_level"),
        ("document_deadline = 0", "document_deadline"),
        ("fetch_hosts = 7", "fetch_hosts"),
        ("base_url = 'uni.example'", "base_url: Value error, 'uni.example' is not an address"),
        ("base_url = 'ftp://uni.example'", "base_url"),
        ("base_url = 'https://'", "base_url"),
        ("base_url = 'https://a@uni.example'", "base_url"),
        ("base_url = 'https://uni.example/?x'", "base_url"),
        ("base_url = 'https://uni.example/#x'", "base_url"),
        ("base_url = 'https://uni.example/ '", "base_url"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(Misconfigured, match=r"Correct testamur\.toml or the TESTAMUR_") as raised:
        load(written(tmp_path, text))
    assert fault in raised.value.message


def test_every_wrong_setting_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"port: .*; worker_processes: "):
        load(written(tmp_path, "port = 0\nworker_processes = 0\n"))


def test_a_wrong_value_in_the_environment_is_named_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESTAMUR_QUEUE_LENGTH", "many")
    with pytest.raises(Misconfigured, match="queue_length"):
        load(tmp_path)


@pytest.mark.parametrize(
    "url", ["https://uni.example", "https://uni.example/", "https://uni.example//"]
)
def test_the_address_has_no_slash_at_the_end(tmp_path: Path, url: str) -> None:
    assert load(written(tmp_path, f'base_url = "{url}"')).base_url == "https://uni.example"
    path = load(written(tmp_path, 'base_url = "https://uni.example:8443/a/"')).base_url
    assert path == "https://uni.example:8443/a"


def test_a_passphrase_is_not_stored_beside_what_it_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Misconfigured, match="never stored") as raised:
        load(written(tmp_path, 'passphrase = "hunter2"\n'))
    assert "hunter2" not in str(raised.value)
    (tmp_path / "testamur.toml").unlink()
    monkeypatch.setenv("TESTAMUR_PASSPHRASE", "hunter2")
    found = load(tmp_path)
    assert found.passphrase is not None
    assert found.passphrase.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(found) + str(found) + found.model_dump_json()


@pytest.mark.parametrize(
    ("data", "fault"), [(b"port = ", "is not TOML"), (b"\xff\xfe", "is not TOML")]
)
def test_a_file_that_cannot_be_understood(tmp_path: Path, data: bytes, fault: str) -> None:
    (tmp_path / "testamur.toml").write_bytes(data)
    with pytest.raises(Misconfigured, match=fault):
        load(tmp_path)


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "testamur.toml").mkdir()
    with pytest.raises(Misconfigured, match="cannot be read: Is a directory"):
        load(tmp_path)
    monkeypatch.setenv("TESTAMUR_CONFIG", str(tmp_path / "absent.toml"))
    with pytest.raises(Misconfigured, match=r"names .*absent.toml, which does not exist"):
        load(tmp_path)


def test_settings_are_frozen(tmp_path: Path) -> None:
    found = load(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        found.port = 1


def test_every_setting_tells_its_meaning() -> None:
    source = Path(settings.__file__).read_text(encoding="utf-8")
    for name in Settings.model_fields:
        declared = source.index(f"\n    {name}: ")
        following = source[declared:].split("\n")[2:5]
        assert any(line.strip().startswith('"""') for line in following), name


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("", "B"),
        ("timestamp_url = 'http://tsa.example/tsr/'", "T"),
        ("timestamp_url = 'http://tsa.example/tsr/'\nseal_level = 'B'", "B"),
        ("timestamp_url = 'https://tsa.example:8443/'\nseal_level = 'LTA'", "LTA"),
        ("seal_level = 'B'", "B"),
    ],
)
def test_the_level_of_seals_follows_from_the_authority(
    tmp_path: Path, text: str, level: str
) -> None:
    assert load(written(tmp_path, text)).level_of_seals == level


def test_the_authority_is_asked_at_the_address_as_it_stands(tmp_path: Path) -> None:
    home = written(tmp_path, "timestamp_url = 'http://tsa.example/tsr/'")
    assert load(home).timestamp_url == "http://tsa.example/tsr/"


@pytest.mark.parametrize("level", ["T", "LT", "LTA"])
def test_a_level_above_b_needs_an_authority(tmp_path: Path, level: str) -> None:
    home = written(tmp_path, f"seal_level = '{level}'")
    with pytest.raises(Misconfigured, match=f"level {level} needs .* in timestamp_url"):
        load(home)


@pytest.mark.parametrize("text", ["timestamp_url = 'tsa.example'", "seal_level = 'XL'"])
def test_another_authority_or_level_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured, match=text.split(maxsplit=1)[0]):
        load(written(tmp_path, text))
