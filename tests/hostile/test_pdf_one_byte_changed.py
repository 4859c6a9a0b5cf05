"""An attack: one byte of a sealed PDF is changed, anywhere, also in the structure of the seal.

Whatever the byte is, the seal does not fit any more, or the file is refused; nothing is raised.
"""

import random

import pytest

from issuer.carriers.pdf import signatures
from issuer.verify.paper import FileSeal, file_seals
from tests.town import papers
from tests.town.authority import Holder, below, rsa_key
from tests.town.european import SEAL, TOP
from tests.town.increments import small

RSA = below(TOP, key=rsa_key("one byte"))
_EACH = 220


def changes(file: bytes, places: list[int], chance: random.Random) -> list[bytes]:
    """The file with another byte in each of these places: one near to what it was, or any."""
    found = []
    for place in places:
        old = file[place]
        new = chance.choice([old ^ 1, old ^ 0x20, chance.randrange(256)])
        found.append(file[:place] + bytes([new]) + file[place + 1 :])
    return [one for one in found if one != file]


@pytest.mark.parametrize("by", [SEAL, RSA], ids=["P-256", "RSA"])
@pytest.mark.parametrize("where", ["anywhere", "in the structure", "in what fills its place"])
def test_it_is_noticed(by: Holder, where: str) -> None:
    file = papers.sealed(small(), by=by)
    (seal,) = signatures(file).signatures
    start = file.index(b"<" + seal.cms.hex().encode())
    behind = start + 1 + 2 * len(seal.cms)
    span = {
        "anywhere": range(len(file)),
        "in the structure": range(start, behind),
        "in what fills its place": range(behind, file.index(b">", behind) + 1),
    }[where]
    # The same places in every run.
    chance = random.Random(where)  # noqa: S311 # It keeps no secret.
    tried = changes(file, chance.sample(span, _EACH), chance)
    assert len(tried) > _EACH // 2
    for changed in tried:
        found = file_seals(changed)
        assert not any(isinstance(one, FileSeal) and one.untouched for one in found)


def test_the_file_as_it_was_is_believed() -> None:
    (found,) = file_seals(papers.sealed(small()))
    assert isinstance(found, FileSeal)
    assert found.untouched
