import base64

import pytest

from issuer.errors import MalformedDocument
from issuer.proofs import jcs
from issuer.verify.material import Material, decode, encode
from keys.certificates import Anchor
from tests.town.authority import DAY, NOW, root

TOP = root().certificate


@pytest.mark.parametrize(
    "anchor",
    [
        Anchor(TOP, "Town", "the town says so", test=True),
        Anchor(TOP, "Town", "until", until=NOW),
        Anchor(TOP, "Town", "since", since=NOW),
        Anchor(TOP, "Town", "a time", since=NOW - DAY, until=NOW),
    ],
)
def test_what_is_believed_is_kept_with_its_time(anchor: Anchor) -> None:
    assert decode(encode(Material(anchors=(anchor,)))).anchors == (anchor,)


@pytest.mark.parametrize(
    "bent",
    [
        {"certificate": base64.b64encode(b"x").decode()},
        {"since": None},
        {"until": "2026-01-01T00:00:00"},
        {"name": 1},
    ],
)
def test_what_is_believed_and_cannot_be_read(bent: dict[str, object]) -> None:
    kept = jcs.decode(encode(Material(anchors=(Anchor(TOP, "Town", "the town says so"),))))
    kept["anchors"][0] |= bent
    with pytest.raises(MalformedDocument):
        decode(jcs.encode_document(kept))
