"""Secrets in files: opened by the right passphrase alone, never shown, never overwritten."""

import base64
import copy
import json
import pickle
import stat
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from keys import custody
from keys.algorithms import Algorithm, CustodyError, NameTaken, UnsupportedAlgorithm
from keys.custody import file
from keys.public import PublicKey
from keys.signer import Signer

Chance = Callable[[int], bytes]
PASS = b"correct horse battery staple"
# Each opening costs 64 MiB and three passes: the tests derive cheaply but for the one that looks.
CHEAP = {"memory_kib": 64, "passes": 1, "lanes": 1}
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def uri(tmp_path: Path) -> str:
    return f"file:{tmp_path}/keys/award-1.json"


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "_COST", CHEAP)


def made(uri: str, chance: Chance, algorithm: Algorithm = Algorithm.ED25519) -> PublicKey:
    return custody.create_key(uri, algorithm=algorithm, passphrase=PASS, random=chance)


def opened(uri: str) -> Signer:
    return custody.open_signer(uri, passphrase=PASS)


def path_of(uri: str) -> Path:
    return Path(uri.removeprefix("file:"))


def change(uri: str, **members: Any) -> None:
    envelope = json.loads(path_of(uri).read_bytes())
    path_of(uri).write_text(json.dumps(envelope | members), encoding="utf-8")


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("algorithm", [Algorithm.ED25519, Algorithm.P256])
def test_a_key_signs_what_its_public_part_verifies(
    uri: str, chance: Chance, algorithm: Algorithm
) -> None:
    key = made(uri, chance, algorithm)
    signer = opened(uri)
    assert signer.public_key == key
    for data in (b"", b"data", bytes(10_000)):
        key.verify(signer.sign(data), data)


@pytest.mark.parametrize("algorithm", [Algorithm.P384, Algorithm.RSA])
def test_other_keys_are_not_made(uri: str, chance: Chance, algorithm: Algorithm) -> None:
    with pytest.raises(UnsupportedAlgorithm, match="Ed25519 or P-256"):
        made(uri, chance, algorithm)
    assert not path_of(uri).exists()


@pytest.mark.parametrize("drawn", [b"\0", b"\xff"])
@pytest.mark.usefixtures("cheap")
def test_any_chance_makes_a_valid_p256_key(uri: str, drawn: bytes) -> None:
    key = made(uri, lambda size: drawn * size, Algorithm.P256)
    signer = opened(uri)
    key.verify(signer.sign(b"x"), b"x")


@pytest.mark.usefixtures("cheap")
def test_the_secret_depends_on_all_chance_and_wraps_at_the_order(tmp_path: Path) -> None:
    def last(number: int) -> PublicKey:
        where = f"file:{tmp_path}/{number % 997}.json"
        return made(where, lambda size: number.to_bytes(48, "big")[-size:], Algorithm.P256)

    # Secret 1 is the generator; order - 1 draws to the last secret; one further wraps to 1.
    generator = "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    assert last(0).raw.hex() == generator
    assert last(P256_ORDER - 2).raw.hex() == "02" + generator[2:]
    assert last(P256_ORDER - 1).raw.hex() == generator


def test_the_cost_is_that_of_the_second_recommended_option(uri: str, chance: Chance) -> None:
    # RFC 9106 §4: 64 MiB, 3 passes, 4 lanes.
    key = made(uri, chance)
    kdf = json.loads(path_of(uri).read_bytes())["kdf"]
    assert {name: kdf[name] for name in CHEAP} == {"memory_kib": 65_536, "passes": 3, "lanes": 4}
    assert kdf["name"] == "argon2id"
    assert len(base64.b64decode(kdf["salt"])) == 16
    assert opened(uri).public_key == key


@pytest.mark.usefixtures("cheap")
def test_only_the_owner_may_read_the_file(uri: str, chance: Chance) -> None:
    made(uri, chance)
    assert stat.S_IMODE(path_of(uri).stat().st_mode) == 0o600
    assert stat.S_IMODE(path_of(uri).parent.stat().st_mode) == 0o700


@pytest.mark.usefixtures("cheap")
def test_the_secret_is_not_in_the_file(uri: str, tmp_path: Path) -> None:
    secret = bytes(range(32))
    made(uri, lambda size: bytes(range(size)))
    data = path_of(uri).read_bytes()
    for form in (secret, secret.hex().encode(), base64.b64encode(secret)[:40], PASS):
        assert form not in data


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("wrong", [b"", b"correct horse battery stapl", PASS + b"\n"])
def test_the_wrong_passphrase_opens_nothing(uri: str, chance: Chance, wrong: bytes) -> None:
    made(uri, chance)
    with pytest.raises(CustodyError, match="passphrase is wrong, or the file was changed"):
        custody.open_signer(uri, passphrase=wrong)


@pytest.mark.usefixtures("cheap")
def test_an_empty_passphrase_protects_nothing(uri: str, chance: Chance) -> None:
    with pytest.raises(CustodyError, match="passphrase is empty"):
        custody.create_key(uri, algorithm=Algorithm.ED25519, passphrase=b"", random=chance)
    assert not path_of(uri).exists()


def test_many_open_a_key_at_once(uri: str, chance: Chance) -> None:
    # At its real cost: the library computes it in threads of its own.
    key = made(uri, chance)
    found: list[PublicKey] = []

    def work() -> None:
        found.extend(opened(uri).public_key for _ in range(2))

    threads = [Thread(target=work, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        # Only so that the test ends where they wait for each other for ever.
        thread.join(60)
    assert found == [key] * 8


@pytest.mark.usefixtures("cheap")
def test_a_key_is_never_overwritten(uri: str, chance: Chance) -> None:
    key = made(uri, chance)
    before = path_of(uri).read_bytes()
    with pytest.raises(NameTaken, match="exists already"):
        made(uri, chance)
    with pytest.raises(NameTaken, match="exists already"):
        custody.create_secret(uri, passphrase=PASS, random=chance)
    assert path_of(uri).read_bytes() == before
    assert opened(uri).public_key == key


def test_a_link_to_somewhere_else_is_not_written_through(tmp_path: Path, chance: Chance) -> None:
    link = tmp_path / "key.json"
    link.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(CustodyError, match="exists already"):
        made(f"file:{link}", chance)
    assert not (tmp_path / "elsewhere.json").exists()


@pytest.mark.usefixtures("cheap")
def test_a_signer_shows_and_gives_away_nothing(uri: str, chance: Chance) -> None:
    key = made(uri, chance)
    signer = opened(uri)
    assert repr(signer) == f"<signer {key.multibase()}>"
    assert str(signer) == repr(signer)
    assert not hasattr(signer, "__dict__")
    for give_away in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be copied or stored"):
            give_away(signer)


# --- Damaged and planted files --------------------------------------------------------------


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize(
    "members",
    [
        {"testamur": 2},
        {"testamur": None},
        {"kind": "P-256"},
        {"kind": "secret"},
        {"kdf": None},
        {"kdf": {}},
        {"kdf": {"name": "argon2id"}},
        {"nonce": "!"},
        {"nonce": base64.b64encode(bytes(4)).decode()},
        {"nonce": base64.b64encode(bytes(12)).decode()},
        {"sealed": ""},
        {"sealed": base64.b64encode(bytes(48)).decode()},
        {"sealed": 7},
    ],
    ids=str,
)
def test_a_changed_file_is_not_opened(uri: str, chance: Chance, members: dict[str, Any]) -> None:
    made(uri, chance)
    change(uri, **members)
    with pytest.raises(CustodyError, match=r"damaged|was changed"):
        opened(uri)


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize(
    "cost",
    [
        {"memory_kib": 1_048_577},
        {"memory_kib": 2**62},
        {"memory_kib": 0},
        {"memory_kib": -1},
        {"memory_kib": "lots"},
        {"memory_kib": 1e400},
        {"passes": 17},
        {"passes": 0},
        {"lanes": 17},
        {"lanes": 16},
        {"salt": ""},
        {"salt": "AAAA"},
        {"name": "scrypt"},
        {"name": None},
    ],
    ids=str,
)
def test_a_planted_cost_is_refused_before_it_is_paid(
    uri: str, chance: Chance, cost: dict[str, Any]
) -> None:
    made(uri, chance)
    envelope = json.loads(path_of(uri).read_bytes())
    change(uri, kdf=envelope["kdf"] | cost)
    with pytest.raises(CustodyError, match="is damaged"):
        opened(uri)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"not json", b"[1", b"[" * 9_999, b'{"a":' * 1_900, b" " * 20_000 + b"{}"],
    ids=lambda d: repr(d[:8]),
)
def test_what_is_no_key_file(uri: str, data: bytes) -> None:
    path_of(uri).parent.mkdir()
    path_of(uri).write_bytes(data)
    with pytest.raises(CustodyError, match="is not a key file"):
        opened(uri)


@pytest.mark.parametrize("data", [b"[]", b"7", b"null", b'"x"', b"{}"])
def test_json_that_is_no_envelope(uri: str, data: bytes) -> None:
    path_of(uri).parent.mkdir()
    path_of(uri).write_bytes(data)
    with pytest.raises(CustodyError, match="is damaged"):
        opened(uri)


def test_a_file_that_is_not_there(uri: str) -> None:
    with pytest.raises(CustodyError, match="cannot be read: No such file"):
        opened(uri)
    with pytest.raises(CustodyError, match="cannot be destroyed: No such file"):
        custody.destroy(uri)


@pytest.mark.usefixtures("cheap")
def test_a_place_that_cannot_be_written(tmp_path: Path, chance: Chance) -> None:
    (tmp_path / "plain").write_text("a file, not a folder", encoding="utf-8")
    for place in ("plain/key.json", "plain/keys/key.json"):
        with pytest.raises(CustodyError, match=r"key.json: cannot be written \("):
            made(f"file:{tmp_path}/{place}", chance)


# --- Secrets --------------------------------------------------------------------------------


@pytest.mark.usefixtures("cheap")
def test_a_secret_comes_back_and_a_key_is_none(uri: str, chance: Chance, tmp_path: Path) -> None:
    drawn = []

    def noting(size: int) -> bytes:
        drawn.append(chance(size))
        return drawn[-1]

    other = f"file:{tmp_path}/link.json"
    custody.create_secret(other, passphrase=PASS, random=noting)
    assert custody.open_secret(other, passphrase=PASS) == drawn[0]
    assert len(drawn[0]) == 32
    with pytest.raises(CustodyError, match="does not hold a signing key"):
        opened(other)
    made(uri, chance)
    with pytest.raises(CustodyError, match="does not hold a secret"):
        custody.open_secret(uri, passphrase=PASS)


@pytest.mark.usefixtures("cheap")
def test_a_destroyed_key_is_gone(uri: str, chance: Chance) -> None:
    made(uri, chance)
    custody.destroy(uri)
    assert not path_of(uri).exists()
    with pytest.raises(CustodyError):
        opened(uri)


@pytest.mark.usefixtures("cheap")
def test_a_destroyed_key_is_overwritten_first(uri: str, chance: Chance, tmp_path: Path) -> None:
    made(uri, chance)
    second_name = tmp_path / "backup.json"
    second_name.hardlink_to(path_of(uri))
    custody.destroy(uri)
    assert set(second_name.read_bytes()) == {0}


# --- Addresses of secrets -------------------------------------------------------------------


@pytest.mark.parametrize(
    "uri",
    ["", "key.json", "/var/key.json", "pkcs11:token=x", "https://kms.example/key", "file:",
     "file:key.json", "file:./key.json", "file://host/key.json", "file:/a?b", "file:/a#b",
     "file:/a%00b", "FILE"],
)  # fmt: skip
def test_an_address_that_names_no_place_of_ours(uri: str, chance: Chance) -> None:
    with pytest.raises(CustodyError, match="names no place for keys that is supported"):
        made(uri, chance)


@pytest.mark.usefixtures("cheap")
def test_an_address_may_hold_what_is_percent_encoded(tmp_path: Path, chance: Chance) -> None:
    uri = f"file://{tmp_path}/a%20key%23%3F.json"
    key = made(uri, chance)
    assert (tmp_path / "a key#?.json").is_file()
    assert opened(uri).public_key == key
