"""An award changes its state by one door, so that nothing forgets what follows from it."""

import re

from tests.house.conftest import ROOT

DOOR = "issuer/services/consequences.py"


def test_the_state_of_an_award_is_changed_in_one_place() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "issuer").rglob("*.py")
        if re.search(r"\bawards\.step\(|\bstep_award\(", path.read_text("utf-8"))
    }
    # The registry asks the state machine of the model; nothing else does.
    assert found == {DOOR, "issuer/registry/awards.py", "issuer/model/award.py"}
