"""What makes seals of level T, LT and LTA, as far as the settings ask for it.

The time-stamp authority and the sources of evidence, each with the bounded client, the real clock
and real chance. Nothing is asked here.
"""

from collections.abc import Callable

from issuer.bootstrap.checking import fetcher
from issuer.bootstrap.clock import chance, now
from issuer.services.evidence import EvidenceSource
from issuer.services.stamp import TimestampAuthority
from issuer.services.workbench import LongTerm
from issuer.settings import Settings


def stamper(settings: Settings) -> Callable[[bytes], bytes] | None:
    """From a SHA-256 to a token, by the operator's authority; None where seals are of level B."""
    url = settings.timestamp_url
    if url is None or settings.level_of_seals == "B":
        return None
    return TimestampAuthority(url, fetcher(settings), chance, now).stamp


def long_term(settings: Settings) -> LongTerm | None:
    """What levels LT and LTA need; None below them."""
    if settings.level_of_seals not in {"LT", "LTA"}:
        return None
    source = EvidenceSource(fetcher(settings), now)
    return LongTerm(source.gather, archive=settings.level_of_seals == "LTA")
