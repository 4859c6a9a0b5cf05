"""``python -m issuer.cli``: the same as ``testamur``."""

from issuer.cli import main

main()
