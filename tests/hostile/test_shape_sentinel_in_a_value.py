"""A value that looks like what a template was made with."""

import hashlib

from issuer.formats.ob3_shape import VARIABLES
from issuer.jsonld.shapes import Shapes
from issuer.verify import Verdict
from tests.town.alike import Alike, person


def test_a_sentinel_inside_a_value_is_a_value(alike: Alike) -> None:
    shape = Shapes(VARIABLES).of(alike.badge())
    assert shape is not None
    mark = hashlib.sha256(shape.key).hexdigest()[:32]
    for text in (f"text {mark}.0000.", f"{mark}", f'"text {mark}.0001." x', "%s %d %%", "\u2028"):
        badge = alike.badge()
        badge["credentialSubject"]["identifier"] = person(text)
        assert alike.is_known(badge)
        assert alike.judged(alike.university.seal(badge)).verdict is Verdict.PASSED
    sentinel = f"https://{mark}.0000.x"
    assert alike.judged(alike.sealed(id=sentinel)).verdict is Verdict.PASSED
    assert alike.judged(alike.changed(("id",), sentinel)).verdict is Verdict.FAILED
