"""How often this process looks for objects that refer to each other in a circle.

What goes through a cohort does not, and goes as soon as nobody needs it. By default Python looks
after every 700 objects more, which is after every few awards: a twentieth of all the work.
"""

import gc

_SELDOM = (20_000, 20, 50)


def collect_seldom() -> None:
    """Look for circles after every 20,000 objects more."""
    gc.set_threshold(*_SELDOM)
