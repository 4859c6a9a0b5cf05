"""A process with two threads that decides and issues at a desk of its own."""

import sys
from pathlib import Path

from issuer.model.organisation import Organisation
from issuer.services.fields import toml
from tests.town.killed import ROOT
from tests.town.workshop import opened
from tests.town.writers import at_once


def main(url: str, folder: str, each: str, first: str) -> None:
    """Issue ``each`` awards in each thread, to learners from the number ``first`` on."""
    data = (ROOT / "examples" / "organisation.toml").read_bytes()
    organisation = Organisation.model_validate(toml(data))
    with opened(url, Path(folder), organisation=organisation, courses={}) as workshop:

        def work(number: int) -> None:
            for i in range(int(each)):
                workshop.issued(int(first) + 10 * number + i)

        at_once(work, count=2)


if __name__ == "__main__":
    main(*sys.argv[1:])
