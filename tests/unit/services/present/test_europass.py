"""What a learner reads of Europass: a sentence for every answer, and nothing that nobody said."""

import pytest

from issuer.registry.deposits import Deposit
from issuer.services.present import EuropassFacts, Faulty
from issuer.services.present.europass import answered, europass
from tests.town.scenes import AWARD_ID, SHARE_LINK, VIENNA
from tests.town.university import LATER


def _deposit(status: int | None) -> Deposit:
    return Deposit(1, AWARD_ID, LATER, LATER if status else None, status)


@pytest.mark.parametrize(
    ("status", "headline", "good"),
    [
        (200, "Europass took it", True),
        (409, "It is there already", True),
        (400, "Europass refused the file", False),
        (404, "Europass knows no such wallet", False),
        (None, "Europass did not answer", False),
        (500, "Europass did not answer", False),
        (503, "Europass did not answer", False),
        (201, "Europass answered something that we do not understand", False),
        (418, "Europass answered something that we do not understand", False),
    ],
)
def test_every_answer_has_plain_words(status: int | None, headline: str, *, good: bool) -> None:
    view = answered(_deposit(status), zone=VIENNA)
    assert (view.headline, view.good) == (headline, good)
    assert view.sentence.endswith(".")
    assert view.sent.text.startswith("12 June 2026 at ")
    assert view.place == "Vienna time"


@pytest.mark.parametrize("status", [201, 418, 500, 503])
def test_a_status_that_needs_looking_into_is_named(status: int) -> None:
    assert f"status {status}" in answered(_deposit(status), zone=VIENNA).sentence.replace(
        "status was", "status"
    )


def test_nothing_is_offered_for_what_cannot_be_there() -> None:
    facts = EuropassFacts(SHARE_LINK, offers_deposit=True, last=_deposit(200))
    view = europass(facts, possible=False, zone=VIENNA)
    assert (view.takes_link, view.offers_deposit) == (False, False)
    # What is there can still be removed, and what was answered is still told.
    assert view.link == SHARE_LINK
    assert view.answered is not None


def test_what_is_known_is_handed_on() -> None:
    fault = Faulty("to", "x y", "No.")
    view = europass(EuropassFacts(fault=fault), possible=True, zone=VIENNA)
    assert (view.link, view.takes_link, view.offers_deposit) == ("", True, False)
    assert (view.answered, view.fault) == (None, fault)
