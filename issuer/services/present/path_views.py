"""What a learner's path and the page of a pathway show: values, already in words.

A block is a part or a step, a rung is a tier; the highest stands first.
"""

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["done", "now", "later", "skip"]


@dataclass(frozen=True)
class Block:
    """One part or step as it is drawn."""

    kind: BlockKind
    state: str
    title: str
    language: str
    """BCP 47 tag of the title; empty if unknown."""
    line: str
    """Credits, hours, fee, day."""
    href: str
    text: str = ""
    """What a holder can do, or what is still needed."""


@dataclass(frozen=True)
class Rung:
    """One tier."""

    number: int
    blocks: tuple[Block, ...]
    means: str = ""
    """What a holder can do on it, in a sentence."""


@dataclass(frozen=True)
class PathView:
    """A learner on one pathway; the highest tier first."""

    title: str
    language: str
    direction: str
    """``rtl`` where its title is written from right to left, else ``ltr``."""
    href: str
    rungs: tuple[Rung, ...]
    earned: str
    """Credits that were earned, such as ``7 of 15 ECTS``; empty where none are stated."""
    filled: float
    whole: float
    needed: str
    version: str
    """Which version is kept; empty where it is the newest."""
    leads: str
    """The qualification to which it may lead, according to the university."""
    decides: str
    transcript: str
    """Query of the transcript."""
    notices: tuple[str, ...]


@dataclass(frozen=True)
class StepSaid:
    """What a step of a pathway needs."""

    title: str
    needs: str
    more: tuple[str, ...]
    tier: int


@dataclass(frozen=True)
class TargetSaid:
    """A qualification to which a pathway may lead; empty texts are not stated."""

    title: str
    body: str
    levels: str
    credits: str
    until: str
    regulation: str
    homepage: str
    decides: str


@dataclass(frozen=True)
class Version:
    """One version of a pathway."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class PathwayView:
    """A pathway in one version."""

    title: str
    language: str
    direction: str
    """As that of `PathView`."""
    description: str
    """Markdown."""
    issuer: str
    version: str
    newest_href: str
    """Address of the newest version; empty if this is it."""
    versions: tuple[Version, ...]
    rungs: tuple[Rung, ...]
    steps: tuple[StepSaid, ...]
    recognised: tuple[str, ...]
    target: TargetSaid | None
    address: str


@dataclass(frozen=True)
class PathwayLink:
    """A pathway in a list."""

    title: str
    language: str
    href: str
    text: str
