"""A whole installation, opened: the vault, the database, the workers, handed to whoever needs them.

``docs/explanation/house.md``. Only here `keys.custody` is opened. Nothing is decided here.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from time import sleep
from types import TracebackType
from typing import Self
from urllib.parse import quote, unquote, urlsplit

import structlog

from issuer.bootstrap.checking import anchors, fetcher, pool, trusted
from issuer.bootstrap.clock import chance, now
from issuer.bootstrap.collecting import collect_seldom
from issuer.bootstrap.crew import Processes
from issuer.bootstrap.europass import wallet
from issuer.bootstrap.sealing import long_term, stamper
from issuer.errors import Misconfigured, NotReady
from issuer.formats.ob3_shape import VARIABLES
from issuer.jsonld.templates import Templates
from issuer.model.organisation import Organisation
from issuer.registry import keyring as keyring_rows
from issuer.registry import published, seen_keys
from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database
from issuer.registry.engine import Pooling
from issuer.registry.watching import Commits
from issuer.services import keyring, material, offer, publish
from issuer.services.check import Checker
from issuer.services.pictures import Pictures
from issuer.services.vc_api import Profile, VcApi
from issuer.services.workbench import Limits, Workbench
from issuer.settings import Settings
from issuer.verify import Material, Report, ShapeVerifier
from issuer.verify.material import joined
from keys import custody
from keys.algorithms import Algorithm, CustodyError, NameTaken
from keys.custody import SealSubject
from keys.lifecycle import KeyPurpose, KeyState
from keys.public import PublicKey
from keys.signer import SealSigner, Signer

Passphrase = Callable[[], bytes]
_RECORDS = "records"
_LINKS = "links"
# No organisation can be called so.
_VC_API = "_vc-api"
_TRIES = 4
_PAUSE_S = 0.05
# Stands in [seals] where the URI of a seal would: there is nothing to open.
_ELSEWHERE = "elsewhere:"


def _place(settings: Settings, *names: str) -> str:
    return "file:" + quote(str(settings.keys_dir.joinpath(*names)) + ".json")


@dataclass(frozen=True)
class FileVault:
    """Makes and destroys keys in the installation's folder (`issuer.services.keyring.Vault`)."""

    settings: Settings
    passphrase: Passphrase

    def create(self, organisation: str, kid: str, *, algorithm: Algorithm) -> tuple[str, PublicKey]:
        """Make an encrypted key file; raises NameTaken, CustodyError."""
        uri = _place(self.settings, organisation, kid)
        key = custody.create_key(
            uri, algorithm=algorithm, passphrase=self.passphrase(), random=chance
        )
        return uri, key

    def destroy(self, uri: str) -> None:
        """Overwrite and remove the key file; raises CustodyError."""
        custody.destroy(uri)


def _differs(sentence: str) -> None:
    # Nothing of a document is in it. Whoever sees this should tell who maintains the software.
    structlog.get_logger("testamur.verify").error("by_shape_differs", said=sentence)


@dataclass(frozen=True)
class _Shown:
    """What each check begins with, and what it was read from."""

    commits: Commits | None
    """What the database said of commits before it was read."""
    stand: tuple[object, ...]
    """What was published then."""
    beliefs: tuple[object, ...]
    """What the operator has written into files."""
    material: Material

    def rests_on(self, commits: Commits, beliefs: tuple[object, ...]) -> bool:
        """Whether nothing can have changed since."""
        return self.commits == commits and self.beliefs == beliefs


class House:
    """One installation, open: everything that web and command line work with."""

    def __init__(self, settings: Settings, *, passphrase: Passphrase, role: str = "cli") -> None:
        self.settings = settings
        self.passphrase = passphrase
        # Settings that are wrong are told before anything is opened.
        self._wallet = wallet(settings)
        self.vault = FileVault(settings, passphrase)
        cipher = RecordCipher(
            custody.open_secret(_place(settings, _RECORDS), passphrase=passphrase()), chance
        )
        self.database = Database(settings.database, cipher=cipher, pooling=pooling(settings, role))
        self.pool = pool(settings)
        self.crew = Processes(settings.issue_processes)
        self.templates = Templates(self.pool.canonicalise, variables=VARIABLES)
        self.bench = self._bench()
        self.checker = self._checker()
        self.pictures = Pictures()
        self._shown: _Shown | None = None
        self._making = Lock()
        self.vc_api = VcApi(
            self.bench, self.checker, signer=self._profile_signer, enabled=settings.vc_api_issue
        )

    def _bench(self) -> Workbench:
        settings = self.settings

        @cache
        def signer(uri: str) -> Signer:
            return custody.open_signer(uri, passphrase=self.passphrase())

        @cache
        def seal(organisation: str) -> SealSigner | None:
            uri = settings.seals.get(organisation)
            if not uri or uri == _ELSEWHERE:
                return None
            return custody.open_seal(uri, passphrase=self.passphrase())

        @cache
        def link_key() -> bytes:
            return custody.open_secret(_place(settings, _LINKS), passphrase=self.passphrase())

        return Workbench(
            begin=self.database.begin,
            read=self.database.read,
            now=now,
            chance=chance,
            base_url=settings.base_url,
            canonicalise=self.pool.canonicalise,
            signer=signer,
            link_key=link_key,
            published=settings.published,
            crew=self.crew,
            shapes=ShapeVerifier(
                self.pool.canonicalise, every=settings.batch_check_every, alarm=_differs
            ),
            limits=Limits(
                chunk_size=settings.batch_chunk,
                check_every=settings.batch_check_every,
                suite=settings.award_suite,
                status_list_length=settings.status_list_length,
                status_list_days=settings.status_list_days,
                signing_time=settings.jades_signing_time,
            ),
            seal=seal,
            sealed_elsewhere=lambda slug: settings.seals.get(slug) == _ELSEWHERE,
            wallet=self._wallet,
            by_shape=self.templates.canonicalise,
            timestamp=stamper(settings),
            long_term=long_term(settings),
        )

    def _checker(self) -> Checker:
        return Checker(
            canonicalise=self.pool.canonicalise,
            now=now,
            fetcher=fetcher(self.settings),
            http_hosts=frozenset(self.settings.fetch_hosts),
            known=self._known,
            recall=self._recall,
            own_parts=self._own_parts,
            seen=self._seen,
            shapes=ShapeVerifier(self.pool.canonicalise, alarm=_differs),
        )

    def _profile_signer(self, profile: Profile) -> Signer:
        uri = _place(self.settings, _VC_API, profile.name)
        with self._making:
            if not (self.settings.keys_dir / _VC_API / f"{profile.name}.json").exists():
                # Of several processes that are asked first at once one makes it, for all of them.
                with suppress(NameTaken):
                    custody.create_key(
                        uri,
                        algorithm=profile.algorithm,
                        passphrase=self.passphrase(),
                        random=chance,
                    )
        return self._opened(uri)

    def _opened(self, uri: str) -> Signer:
        for _ in range(_TRIES):
            # Another process may be about to write what it has just made.
            with suppress(CustodyError):
                return self.bench.signer(uri)
            sleep(_PAUSE_S)
        return self.bench.signer(uri)

    def _known(self) -> Material:
        # What the operator has written into files is read each time.
        believed = Material(trusted=trusted(self.settings), anchors=anchors(self.settings))
        beliefs = (believed.trusted, believed.anchors)
        # Asked before anything is read: what is committed from here on shows the next time.
        commits = self.database.commits()
        shown = self._shown
        if shown is not None and commits is not None and shown.rests_on(commits, beliefs):
            return shown.material
        with self.database.read() as tx:
            stand = published.stand(tx)
            if shown is not None and (shown.stand, shown.beliefs) == (stand, beliefs):
                found = shown.material
            else:
                own = material.present(tx, base_url=self.settings.base_url, seals=self.bench.seal)
                found = joined(believed, own)
        # One assignment: of several threads each sees the one or the other.
        self._shown = _Shown(commits, stand, beliefs, found)
        return found

    def _recall(self, report: Report) -> Material:
        with self.database.read() as tx:
            return material.about(tx, report, base_url=self.settings.base_url)

    def _own_parts(self, report: Report) -> Material:
        with self.database.read() as tx:
            return material.parts_of(tx, report, base_url=self.settings.base_url, at=now())

    def _seen(self, did: str, keys: Collection[str]) -> bool:
        # Keys that the operator has written into the trust list are no surprise.
        expected = {k for t in trusted(self.settings) if t.did == did for k in t.keys_seen}
        with self.database.begin() as tx:
            if expected & set(keys):
                seen_keys.accept(tx, did, keys=keys, at=now())
            return seen_keys.see(tx, did, keys=keys, at=now())

    def close(self) -> None:
        """Close workers and database."""
        self.crew.close()
        self.pool.close()
        self.database.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def pooling(settings: Settings, role: str) -> Pooling:
    """How a process of a role uses its connections, as the operator sets."""
    return Pooling(
        size=settings.database_pool_size,
        overflow=settings.database_pool_overflow,
        wait_s=settings.database_pool_wait,
        statement_s=settings.database_statement_timeout,
        idle_s=settings.database_idle_timeout,
        name=f"testamur {role}",
    )


def open_house(
    settings: Settings, *, passphrase: Passphrase, role: str = "cli", any_schema: bool = False
) -> House:
    """Open an installation; raises NotReady (not initialised, old schema), CustodyError.

    ``role`` is what the database calls this process. ``any_schema``: also where the database has no
    schema that this program can work with.
    """
    if not settings.keys_dir.is_dir():
        msg = (
            f"There is no installation in {settings.home}. Make one with `testamur init`, or name "
            "another folder with --home or TESTAMUR_HOME."
        )
        raise NotReady(msg)
    collect_seldom()
    house = House(settings, passphrase=cache(passphrase), role=role)
    try:
        if not any_schema:
            house.database.require_current()
    except BaseException:
        house.close()
        raise
    return house


def init(
    settings: Settings,
    organisation: Organisation,
    *,
    passphrase: Passphrase,
    algorithm: Algorithm = Algorithm.ED25519,
) -> None:
    """Make an installation, or add an organisation to one; what is there is kept.

    Secrets, database, keys of the organisation, its DID document and its first status list. Safe
    to run again after it was interrupted. Raises CustodyError, Misconfigured.
    """
    _require_suite(settings, algorithm)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    asked = cache(passphrase)
    for name in (_RECORDS, _LINKS):
        if not (settings.keys_dir / f"{name}.json").exists():
            custody.create_secret(_place(settings, name), passphrase=asked(), random=chance)
    with House(settings, passphrase=asked) as house:
        house.database.upgrade()
        with house.bench.begin() as tx:
            offer.put_organisation(tx, organisation, at=now(), actor="operator")
        for purpose in (KeyPurpose.AWARD, KeyPurpose.STATUS):
            _ensure_key(house, organisation.slug, purpose=purpose, algorithm=algorithm)
        publish.ensure_list(house.bench, organisation.slug)
        publish.publish(house.bench, organisation.slug)


def create_test_seal(
    settings: Settings, organisation: Organisation, *, passphrase: Passphrase
) -> None:
    """Make a test seal for an organisation whose seal is a PKCS#12 file that is not there yet.

    Only for trying out: each certificate says that it is a test. Raises CustodyError.
    """
    uri = settings.seals.get(organisation.slug, "")
    eidas = organisation.identifiers.eidas
    if eidas is None or not uri.startswith("pkcs12:"):
        return
    if Path(unquote(urlsplit(uri).path)).exists():
        return
    subject = SealSubject(
        organisation.legal_name.get("en"), organisation.country, organisation_identifier=eidas
    )
    custody.create_test_seal(uri, subject=subject, passphrase=passphrase(), random=chance, at=now())


def _require_suite(settings: Settings, algorithm: Algorithm) -> None:
    if settings.award_suite.startswith("eddsa") != (algorithm is Algorithm.ED25519):
        msg = (
            f"award_suite is {settings.award_suite}, and keys of the kind {algorithm} cannot sign "
            "with it: take an eddsa suite for Ed25519, an ecdsa suite for P-256."
        )
        raise Misconfigured(msg)


def _ensure_key(
    house: House, organisation: str, *, purpose: KeyPurpose, algorithm: Algorithm
) -> None:
    with house.bench.read() as tx:
        there = [r for r in keyring.records(tx, organisation) if r.purpose is purpose]
        has_document = bool(keyring_rows.did_documents(tx, organisation))
    if not any(r.state is KeyState.ACTIVE for r in there):
        keyring.rotate(house.bench, house.vault, organisation, purpose=purpose, algorithm=algorithm)
    elif not has_document:
        with house.bench.begin() as tx:
            keyring.republish(tx, organisation, at=now())
