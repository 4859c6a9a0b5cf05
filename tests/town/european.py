"""A European Digital Credential of the town, sealed, and somebody who checks it."""

import copy
import datetime as dt
from typing import Any

from issuer.formats import elm3
from issuer.verify import Policy, Report, Verdict
from keys.certificates import Anchor
from tests.town import awards
from tests.town.authority import NOW, TSA, below, root, token
from tests.town.sealed import extended, parts, sealed
from tests.town.university import INDEX, LATER, Bench, University

Document = dict[str, Any]
TOP = root()
SEAL = below(TOP)
TIME = below(TOP, TSA)
BELIEVED = Anchor(TOP.certificate, "Town Trust", "the register of the town")
UNI = University()
BENCH = Bench(UNI)


def document(**changes: Any) -> Document:
    """A whole award whose list is one of the university's; None takes a member away."""
    composed = elm3.compose(
        awards.whole_award(), reservation=awards.reservation(), pictures=[awards.picture()]
    )
    found = copy.deepcopy(dict(composed.document))
    for one in found["issuer"]["identifier"]:
        if one["schemeName"] == "DID":
            one["notation"] = UNI.did
    found["credentialStatus"]["id"] = f"{UNI.list_url('revocation')}#{INDEX}"
    return {k: v for k, v in (found | changes).items() if v is not None}


WHOLE = document()
FILE = sealed(SEAL, WHOLE)


def ask(
    file: bytes = FILE,
    *,
    at: dt.datetime = LATER,
    policy: Policy | None = None,
    **material: Any,
) -> Report:
    """Check a file with everything at hand, the authority of its seal believed."""
    given = {"anchors": (BELIEVED,)} | material
    return BENCH.verify(file, material=BENCH.material(**given), at=at, policy=policy)


def told(report: Report, check_id: str) -> tuple[Verdict, str | None]:
    """The verdict and the sub-indication of one check."""
    found = report.check(check_id)
    return found.verdict, found.sub


def stamped(file: bytes, at: dt.datetime = NOW, by: Any = TIME) -> bytes:
    """The file with a time-stamp over its seal."""
    value = parts(file)[0]["signatures"][0]["signature"].encode()
    return extended(file, signature_timestamp=token(by, value, at=at))
