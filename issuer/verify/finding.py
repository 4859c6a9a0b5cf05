"""What one step found: a verdict with its sentence, before it is written into the report.

This module knows neither steps nor policies.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from issuer.verify.report import Need, Verdict

ITSELF = "the document itself"


class Finding(NamedTuple):
    """The answer of one step."""

    verdict: Verdict
    detail: str
    sub: str | None = None
    source: str = ITSELF
    as_of: dt.datetime | None = None
    needs: tuple[Need, ...] = ()
    stops: bool = False
    """True: nothing after it can be asked."""
    reached: bool = True


def passed(detail: str, *, source: str = ITSELF, as_of: dt.datetime | None = None) -> Finding:
    """Make a finding that is PASSED."""
    return Finding(Verdict.PASSED, detail, source=source, as_of=as_of)


def failed(
    sub: str,
    detail: str,
    *,
    source: str = ITSELF,
    as_of: dt.datetime | None = None,
    stops: bool = False,
) -> Finding:
    """Make a finding that is FAILED."""
    return Finding(Verdict.FAILED, detail, sub, source, as_of, stops=stops)


def doubtful(
    sub: str,
    detail: str,
    *,
    source: str = ITSELF,
    as_of: dt.datetime | None = None,
    needs: tuple[Need, ...] = (),
    stops: bool = False,
) -> Finding:
    """Make a finding that is INDETERMINATE."""
    return Finding(Verdict.INDETERMINATE, detail, sub, source, as_of, needs, stops)


def worst(findings: Iterable[Finding]) -> Finding:
    """The finding that decides among several (FAILED, then INDETERMINATE), with all their needs.

    Raises ValueError if there is none.
    """
    listed = list(findings)
    if len(listed) == 1:
        return listed[0]
    order = [Verdict.FAILED, Verdict.INDETERMINATE, Verdict.PASSED]
    decides = min(listed, key=lambda found: order.index(found.verdict))
    needs = tuple(dict.fromkeys(need for found in listed for need in found.needs))
    return Finding(
        decides.verdict,
        decides.detail,
        decides.sub,
        decides.source,
        decides.as_of,
        needs,
        decides.stops,
        decides.reached,
    )
