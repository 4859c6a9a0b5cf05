"""Every setting, its unit and its default.

Read from ``TESTAMUR_*`` in the environment, then from ``testamur.toml`` in the home directory (or
the file that ``TESTAMUR_CONFIG`` names). This is the only module that reads the environment.
Secrets are not settings: a passphrase comes from a prompt, a file or ``TESTAMUR_PASSPHRASE`` and is
never stored or logged.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from issuer.errors import Misconfigured


def _address(url: str) -> str:
    parts = urlsplit(url)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or "@" in parts.netloc
        or not re.fullmatch(r"[A-Za-z0-9:/._~%\[\]-]+", url)
    ):
        msg = f"{url!r} is not an address such as https://credentials.uni.example"
        raise ValueError(msg)
    return url.rstrip("/")


def _authority(url: str) -> str:
    # Unlike our own address it is asked as it stands, with a slash at its end where it has one.
    _address(url)
    return url


def _listed(value: object) -> object:
    # In the environment a list is one text with commas; in the file it is a list.
    return [n.strip() for n in value.split(",") if n.strip()] if isinstance(value, str) else value


def _cores() -> int:
    return min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Paths = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_listed)]
SealLevel = Literal["B", "T", "LT", "LTA"]
_METERS = "PROMETHEUS_MULTIPROC_DIR"
Suite = Literal["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "eddsa-jcs-2022", "ecdsa-jcs-2019"]


class Settings(BaseSettings):
    """The settings of one installation."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="TESTAMUR_", extra="forbid", frozen=True
    )

    home: Path = Path("var/testamur")
    """Directory of the installation: database, keys, published lists."""
    base_url: Annotated[str, AfterValidator(_address)] = "http://localhost:8000"
    """Public address; it is written into every credential, without a slash at the end."""
    database_url: str | None = None
    """SQLAlchemy URL; default: SQLite in the home directory."""
    database_pool_size: Annotated[int, Field(ge=1, le=500)] = 5
    """Connections to the database that each process keeps open."""
    database_pool_overflow: Annotated[int, Field(ge=1, le=500)] = 15
    """Connections that each process may open beside them when it is busy."""
    database_pool_wait: Annotated[float, Field(gt=0, le=300)] = 10.0
    """Seconds to wait for a connection of the process before the answer is ``busy``."""
    database_statement_timeout: Annotated[float, Field(ge=0, le=3600)] = 60.0
    """Seconds after which PostgreSQL gives up one statement; 0: never."""
    database_idle_timeout: Annotated[float, Field(ge=0, le=3600)] = 60.0
    """Seconds after which PostgreSQL ends a transaction that does nothing; 0: never."""
    host: str = "127.0.0.1"
    """Address on which ``serve`` listens."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    """Port on which ``serve`` listens."""
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes of ``serve`` that share its port."""
    passphrase: SecretStr | None = None
    """Passphrase of the key files. Prefer passphrase_file."""
    passphrase_file: Path | None = None
    """File that holds the passphrase of the key files (first line)."""
    award_suite: Suite = "eddsa-rdfc-2022"
    """Cryptosuite of embedded proofs; ecdsa suites need a P-256 key."""
    seals: dict[str, str] = Field(default_factory=dict)
    """Slug of an organisation to its seal: ``pkcs12:…``, ``pkcs11:…`` or ``elsewhere:``."""
    seal_anchors: Paths = ()
    """Files with certificates on which seals are believed: PEM, or an EU trusted list (XML)."""
    timestamp_url: Annotated[str, AfterValidator(_authority)] | None = None
    """Address of an RFC 3161 time-stamp authority, http or https; None: none is asked."""
    seal_level: SealLevel | None = None
    """Baseline level of new seals; None: T where timestamp_url names an authority, else B."""
    jades_signing_time: Literal["iat", "sigT"] = "iat"
    """How a new seal states its time; ``sigT`` for a receiver that knows no ``iat``."""
    status_list_length: Annotated[int, Field(ge=131_072, le=8_388_608)] = 131_072
    """Entries in one status list (Bitstring Status List §2.2: at least 131 072)."""
    status_list_days: Annotated[int, Field(ge=1, le=90)] = 7
    """Days for which a published status list is valid; signed again at half of it."""
    worker_processes: Annotated[int, Field(ge=1, le=64)] = 2
    """Processes that expand and canonicalise."""
    issue_processes: Annotated[int, Field(ge=1, le=64)] = Field(default_factory=_cores)
    """Processes that compose European documents of a batch; default: one a core, at most 8."""
    batch_chunk: Annotated[int, Field(ge=1, le=500)] = 500
    """Awards of a batch that are issued together, in three transactions."""
    batch_check_every: Annotated[int, Field(ge=1, le=10_000)] = 500
    """Of so many documents of a batch at least one is checked in full before it is released."""
    document_deadline: Annotated[float, Field(gt=0, le=10)] = 1.5
    """Seconds that one document may take to canonicalise before it is refused."""
    queue_length: Annotated[int, Field(ge=1, le=10_000)] = 32
    """Documents that may wait for a worker process; more are answered 503."""
    jobs_in_serve: bool = True
    """Whether ``serve`` issues confirmed files itself while no ``testamur worker`` runs."""
    jobs_concurrency: Annotated[int, Field(ge=1, le=16)] = 3
    """Chunks of batches that a worker has in hand at once."""
    jobs_heartbeat: Annotated[float, Field(ge=0.1, le=60)] = 5.0
    """Seconds between two signs of life of a worker."""
    jobs_dead_after: Annotated[float, Field(ge=0.5, le=600)] = 15.0
    """Seconds of silence after which other workers take over what a worker had in hand."""
    trust_file: Path | None = None
    """Trust list (TOML) of issuers that the operator has established, beside our own."""
    fetch_hosts: Names = ()
    """Hosts (``name`` or ``name:port``) that may be private or plain http, by name; commas."""
    fetch_timeout: Annotated[float, Field(gt=0, le=60)] = 5.0
    """Seconds that one fetch may take in all."""
    europass_wallet_url: Annotated[str, AfterValidator(_address)] | None = None
    """Base address of a service of Europass wallets that takes deposits; default: none, off."""
    metrics_token: SecretStr | None = None
    """Token for /metrics from elsewhere than loopback."""
    vc_api_issue: Names = ()
    """Profiles for which the VC-API issues, with did:keys of their own; commas; empty: off."""
    published_dir: Path | None = None
    """Directory that keeps each published status list; default: published/ in the home."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severity that is logged."""

    @field_validator("seal_level")
    @classmethod
    def _needs_authority(cls, level: SealLevel | None, info: ValidationInfo) -> SealLevel | None:
        if level not in {None, "B"} and info.data.get("timestamp_url") is None:
            msg = f"level {level} needs a time-stamp authority; name one in timestamp_url"
            raise ValueError(msg)
        return level

    @field_validator("jobs_dead_after")
    @classmethod
    def _needs_heartbeats(cls, dead_after: float, info: ValidationInfo) -> float:
        if dead_after < 2 * info.data.get("jobs_heartbeat", 0.0):
            msg = "it must be at least twice jobs_heartbeat, or living workers are given up"
            raise ValueError(msg)
        return dead_after

    @property
    def level_of_seals(self) -> SealLevel:
        """The baseline level of new seals in force."""
        return self.seal_level or ("T" if self.timestamp_url else "B")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'testamur.sqlite'}"

    @property
    def keys_dir(self) -> Path:
        """Where encrypted key files are."""
        return self.home.resolve() / "keys"

    @property
    def published(self) -> Path:
        """Where published status lists are kept beside the database."""
        return (self.published_dir or self.home / "published").resolve()


def load(home: Path | None = None) -> Settings:
    """Read the settings; raise Misconfigured naming each wrong one."""
    directory = home or Path(os.environ.get("TESTAMUR_HOME", "var/testamur"))  # noqa: TID251 # The one reader of the environment.
    named = os.environ.get("TESTAMUR_CONFIG")  # noqa: TID251 # The one reader of the environment.
    values = _file(Path(named) if named else directory / "testamur.toml", required=bool(named))
    values["home"] = directory
    if "passphrase" in values:
        msg = (
            "testamur.toml holds a passphrase, which is never stored beside what it opens. Remove "
            "it and set TESTAMUR_PASSPHRASE, or name a file in passphrase_file."
        )
        raise Misconfigured(msg)
    try:
        return Settings(**_without_environment(values))
    except ValidationError as fault:
        wrong = "; ".join(
            f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in fault.errors()
        )
        msg = f"Settings are wrong ({wrong}). Correct testamur.toml or the TESTAMUR_* variables."
        raise Misconfigured(msg) from fault


def _file(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        if not required:
            return {}
        msg = f"TESTAMUR_CONFIG names {path}, which does not exist."
        raise Misconfigured(msg) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        msg = f"{path} is not TOML: {fault}."
        raise Misconfigured(msg) from fault
    except OSError as fault:
        msg = f"{path} cannot be read: {fault.strerror}."
        raise Misconfigured(msg) from fault


def _without_environment(values: dict[str, Any]) -> dict[str, Any]:
    # Arguments would win over the environment; the environment is to win over the file.
    given = {name.lower() for name in os.environ}  # noqa: TID251 # The one reader of the environment.
    return {k: v for k, v in values.items() if f"testamur_{k}" not in given or k == "home"}


def share_meters(folder: str) -> None:
    """Let the processes that this one starts count together, in files of that folder."""
    os.environ[_METERS] = folder  # noqa: TID251 # What counts asks the environment alone.


def shared_meters() -> str | None:
    """The folder in which several processes count together; None: this one counts alone."""
    return os.environ.get(_METERS) or None  # noqa: TID251 # As above.
