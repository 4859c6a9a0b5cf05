"""Of two seals every one must fit: a good one lends nothing to a bad one."""

import json

from issuer.verify import Verdict
from tests.town.authority import Paper, below
from tests.town.european import FILE, TOP, WHOLE, ask
from tests.town.sealed import sealed

OTHER = json.loads(sealed(below(TOP, Paper("Second seal")), WHOLE))


def both(second: dict[str, object]) -> bytes:
    whole = json.loads(FILE)
    whole["signatures"].append(second)
    return json.dumps(whole, ensure_ascii=False).encode()


def test_two_good_ones() -> None:
    assert ask(both(OTHER["signatures"][0])).verdict is Verdict.PASSED


def test_a_bad_one_beside_a_good_one() -> None:
    first = json.loads(FILE)["signatures"][0]["signature"]
    report = ask(both(OTHER["signatures"][0] | {"signature": first}))
    assert report.verdict is Verdict.FAILED
    assert report.check("seal").sub == "seal.invalid"


def test_one_by_somebody_else() -> None:
    stranger = below(TOP, Paper("Stranger", "Another", "VATAT-U99999998"))
    second = json.loads(sealed(stranger, WHOLE))["signatures"][0]
    report = ask(both(second))
    assert report.verdict is Verdict.FAILED
    assert report.check("issuer_key").sub == "issuer.other_key"
