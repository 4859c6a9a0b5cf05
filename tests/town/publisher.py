"""A process that waits for a word, publishes, and says how many lists it signed."""

import sys
import tomllib
from pathlib import Path

from issuer.model.organisation import Organisation
from tests.town.killed import ROOT
from tests.town.workshop import opened


def main(url: str, folder: str) -> None:
    """Publish when told to."""
    values = tomllib.loads((ROOT / "examples" / "organisation.toml").read_text(encoding="utf-8"))
    organisation = Organisation.model_validate(values)
    with opened(url, Path(folder), organisation=organisation, courses={}) as workshop:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(f"{workshop.publish()}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
