"""The page of a pathway: what may be chosen, and what counts in the place of a part."""

import pytest

from issuer.model.pathway import Pathway
from issuer.services import present
from issuer.services.present.path_views import Block
from tests.town import on_a_path as town
from tests.town import scenes

EITHER = [town.LAW, "data-visualisation"]


def _blocks(path: Pathway) -> dict[str, Block]:
    view = present.pathway(path, scenes.organisation(), offers=town.offers(), versions=(1,))
    return {block.title: block for rung in view.rungs for block in rung.blocks}


def _changed(place: str, achievement: str, **changes: object) -> Pathway:
    """The pathway of the town, with one part or step of it changed."""
    dumped = town.pathway().model_dump(mode="json")
    dumped[place] = [
        one | changes if one["achievement"] == achievement else one for one in dumped[place]
    ]
    return Pathway.model_validate(dumped)


@pytest.mark.parametrize(
    ("rule", "chosen"),
    [
        ({"n": 1, "of": EITHER}, True),
        ({"credits": 3, "of": EITHER}, True),
        ({"n": 1, "of": [{"all_of": EITHER}, town.PRACTICE]}, True),
        ({"n": 2, "of": [{"credits": 3, "of": EITHER}, town.PRACTICE]}, True),
        ({"n": 2, "of": EITHER}, False),
        ({"all_of": EITHER}, False),
    ],
)
def test_a_part_that_is_not_needed_in_any_case_is_one_of_a_choice(
    rule: dict[str, object], chosen: bool
) -> None:
    block = _blocks(_changed("steps", town.STEWARD, rule=rule))["Data Visualisation"]
    assert block.state == ("Course · one of a choice" if chosen else "Course")


def test_what_counts_in_the_place_of_a_part_is_named() -> None:
    path = _changed(
        "parts",
        town.PRACTICE,
        substitutes=["stewardship-online", "stewardship-summer-school"],
        needs=town.FOUNDATIONS,
    )
    assert _blocks(path)["Data Stewardship in Practice"].text == (
        "It counts once you also hold Data Stewardship Foundations. "
        "Counts in its place: Stewardship online and Stewardship summer school."
    )
    assert _blocks(town.pathway())["Data Stewardship in Practice"].text == ""
