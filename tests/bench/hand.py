"""``python -m tests.bench.hand SETTINGS``: drives chunks of batches that others opened.

Asked in lines of JSON, ``{"batch", "chunks"}``, by `tests.bench.workers`.
"""

import json
import sys

from issuer.settings import Settings
from tests.bench.premises import do_chunk, house_of


def main() -> None:
    """Answer until nobody asks."""
    with house_of(Settings.model_validate_json(sys.argv[1])) as house:
        for line in sys.stdin:
            question = json.loads(line)
            for number in question["chunks"]:
                do_chunk(house.bench, question["batch"], number)
            sys.stdout.write("{}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
