"""What a run measures and how much of it: the arguments of ``python -m tests.bench``."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True)
class Options:
    """How much is done."""

    only: str | None
    rounds: int
    count: int
    """Awards a round."""
    node: int
    """Documents that Node issues, or verifies, a round."""
    seconds: float
    """So long a round of the service lasts."""
    scale: tuple[int, ...]
    """Awards of one batch at which time and memory are shown."""

    @property
    def short(self) -> bool:
        """Whether this is too little to be quoted."""
        return self.rounds < 5 or self.count < 1_000 or self.node < 60 or max(self.scale) < 100_000


def read(arguments: Sequence[str], *, sections: Sequence[str]) -> Options:
    """Read the command line; ends the program where it is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measures; nothing here passes or fails."
    )
    parser.add_argument("only", nargs="?", choices=sections, help="one section; default: all")
    parser.add_argument("--rounds", type=int, default=7, help="interleaved rounds")
    parser.add_argument("--count", type=int, default=2_000, help="awards a round")
    parser.add_argument("--node", type=int, default=60, help="documents of Node a round")
    parser.add_argument("--seconds", type=float, default=4.0, help="a round of the service")
    parser.add_argument("--scale", default="10000,100000", help="sizes of one batch, with commas")
    parser.add_argument("--million", action="store_true", help="a batch of a million as well")
    found = parser.parse_args(arguments)
    scale = tuple(int(part) for part in found.scale.split(","))
    return Options(
        only=found.only,
        rounds=found.rounds,
        count=found.count,
        node=found.node,
        seconds=found.seconds,
        scale=(*scale, MILLION) if found.million else scale,
    )
