"""What a learner reads of Europass: the link they pasted, and what a wallet answered, in words.

European Digital Credentials 2.0.6 (answers of the wallet: 200, 400, 404, 409). A status that is not
in the table is told as not understood: nothing is claimed that Europass did not say.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

from issuer.registry.deposits import Deposit
from issuer.services.present import words
from issuer.services.present.views import Answered, EuropassView, Faulty

_ANSWERS: Final = {
    200: (
        "Europass took it",
        "Look into your wallet there. What Europass shows of it is up to Europass.",
    ),
    400: (
        "Europass refused the file",
        "It did not find the seal or the content to be as it wants them. Tell your university.",
    ),
    404: (
        "Europass knows no such wallet",
        "Check what you typed. The address of your wallet stands in your Europass account.",
    ),
    409: ("It is there already", "Your wallet holds this credential; nothing was sent twice."),
}
_THERE: Final = frozenset({200, 409})
_SILENT: Final = (
    "Europass did not answer",
    "Try again later. If it took the file all the same, it will say then that it is there already.",
)
_UNKNOWN: Final = "Europass answered something that we do not understand"


@dataclass(frozen=True)
class EuropassFacts:
    """What is known of one award and Europass."""

    link: str = ""
    """The share link that the learner pasted; empty where there is none."""
    offers_deposit: bool = False
    last: Deposit | None = None
    fault: Faulty | None = None
    """What was wrong with what the learner has just sent."""


def europass(facts: EuropassFacts, *, possible: bool, zone: ZoneInfo) -> EuropassView:
    """The view; ``possible``: the award is in force and has a European document."""
    return EuropassView(
        link=facts.link,
        takes_link=possible,
        offers_deposit=facts.offers_deposit and possible,
        answered=answered(facts.last, zone=zone) if facts.last else None,
        fault=facts.fault,
    )


def answered(deposit: Deposit, *, zone: ZoneInfo) -> Answered:
    """The answer to a deposit in plain words; ``zone`` is the organisation's."""
    headline, sentence = _words(deposit.status)
    sent = words.when(deposit.asked_at, zone)
    good = deposit.status in _THERE
    return Answered(headline, sentence, sent, words.zone_name(zone), good)


def _words(status: int | None) -> tuple[str, str]:
    if status in _ANSWERS:
        return _ANSWERS[status]
    if status is None:
        return _SILENT
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _SILENT[0], f"It reported a fault of its own (status {status}). {_SILENT[1]}"
    sentence = f"Its status was {status}. Look into your wallet there, and tell your university."
    return _UNKNOWN, sentence
