"""How fast workers look, speak and give each other up: seconds, all of them set by the operator."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Numbers of one worker."""

    concurrency: int = 3
    """Chunks that it has in hand at once: while one is written another is composed."""
    heartbeat_s: float = 5.0
    """How often it says that it lives."""
    dead_after_s: float = 15.0
    """Silence after which others take its chunks over."""
    look_s: float = 1.0
    """How often it looks for batches while it has none."""
    linger_s: float = 10.0
    """How long the engine is kept open when there is nothing to do."""
