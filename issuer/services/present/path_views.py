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


@dataclass(frozen=True)
class PathView:
    """A learner on one pathway; the highest tier first."""

    title: str
    language: str
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
