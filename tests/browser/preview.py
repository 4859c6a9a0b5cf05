"""Photograph every scene at each width and scheme: ``python -m tests.browser.preview DIR [NAME…]``.

For developers, to look at the pages beside the mock-ups; nothing is asserted here.
"""

import sys
from pathlib import Path

from tests.browser.theatre import browsing, serving
from tests.town.scenes import scenes, stage

LOOKS = ((360, "light"), (768, "light"), (1440, "light"), (1440, "dark"), (360, "dark"))


def main(folder: Path, names: list[str], looks: tuple[tuple[int, str], ...] = LOOKS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with serving(stage()) as address, browsing() as browser:
        for width, scheme in looks:
            page = browser.new_page(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            for name in names or list(scenes()):
                page.goto(f"{address}/{'l' if name.startswith('learner') else 'scene'}/{name}")
                picture = folder / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=picture, full_page=True)
                print(picture)  # noqa: T201 # It tells the developer where to look.
            page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
