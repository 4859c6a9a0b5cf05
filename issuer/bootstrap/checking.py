"""What a verification needs, without any installation: workers, the bounded client, a trust list.

Nothing of a database or a key is loaded here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from issuer.bootstrap.clock import now
from issuer.errors import Misconfigured
from issuer.fetch.client import Bounds, Fetcher
from issuer.jsonld.pool import Pool
from issuer.services import trust
from issuer.services.check import Checker
from issuer.settings import Settings
from issuer.verify import TrustedIssuer
from keys.certificates import Anchor, CertificateInvalid, anchors_of


def pool(settings: Settings, *, processes: int | None = None) -> Pool:
    """The killable worker processes, as the operator bounds them."""
    return Pool(
        processes=processes or settings.worker_processes,
        deadline_s=settings.document_deadline,
        queue_length=settings.queue_length,
    )


def fetcher(settings: Settings, *, hosts: frozenset[str] = frozenset()) -> Fetcher:
    """The bounded client with this installation's exceptions, and ``hosts`` beside them."""
    allowed = frozenset(settings.fetch_hosts) | hosts
    return Fetcher(clock=now, bounds=Bounds(hosts=allowed, deadline_s=settings.fetch_timeout))


def trusted(settings: Settings) -> tuple[TrustedIssuer, ...]:
    """The operator's trust list; raises Misconfigured where the file cannot be read."""
    if settings.trust_file is None:
        return ()
    return trust.decode(_bytes(settings.trust_file, setting="trust_file"))


def anchors(settings: Settings) -> tuple[Anchor, ...]:
    """The certificates on which seals are believed; raises Misconfigured for another file."""
    found: list[Anchor] = []
    for path in settings.seal_anchors:
        try:
            found += anchors_of(_bytes(path, setting="seal_anchors"), name=path.name)
        except CertificateInvalid as fault:
            msg = f"seal_anchors names {path}, in which {fault.message}."
            raise Misconfigured(msg) from fault
    return tuple(found)


def _bytes(path: Path, *, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        msg = f"{setting} names {path}, which cannot be read: {fault.strerror}."
        raise Misconfigured(msg) from fault


@contextmanager
def checker(settings: Settings, *, hosts: frozenset[str] | None) -> Iterator[Checker]:
    """A checker that knows no registry; ``hosts`` may be private, None: nothing is fetched."""
    with pool(settings, processes=1) as workers:
        yield Checker(
            canonicalise=workers.canonicalise,
            now=now,
            fetcher=None if hosts is None else fetcher(settings, hosts=hosts),
            http_hosts=frozenset(settings.fetch_hosts) | (hosts or frozenset()),
        )
