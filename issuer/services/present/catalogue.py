"""What a university offers, as the pages of pathways name it: title, credits, hours, fee, address.

Shared by the page of a pathway and by the learner's path. Fees are as the university states them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from issuer.model.achievement import Achievement
from issuer.model.rule import Rule
from issuer.model.texts import LangText
from issuer.services.present import rule_words, words
from issuer.services.present.path_views import Block, BlockKind


@dataclass(frozen=True)
class Catalogue:
    """The offerings of one pathway, in the language of its page."""

    offers: Mapping[str, Achievement]
    """The latest version of each part and step, by slug; what is not offered is not there."""
    language: str

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """The title of each offering."""
        return {name: offer.title.get(self.language) for name, offer in self.offers.items()}

    def title(self, name: str) -> str:
        """What an offering is called; of one that is not there its name as words."""
        return rule_words.title_of(name, self.titles)

    def in_words(self, rule: Rule) -> str:
        """A rule as part of a sentence."""
        return rule_words.in_words(rule, self.titles)

    def can_do(self, name: str) -> str:
        """What a holder can do; empty where it is not stated."""
        offer = self.offers.get(name)
        return offer.can_do.get(self.language) if offer and offer.can_do else ""

    def block(
        self, name: str, *, kind: BlockKind, state: str, text: str = "", with_fee: bool = False
    ) -> Block:
        """An offering as it is drawn."""
        offer = self.offers.get(name)
        return Block(
            kind=kind,
            state=state,
            title=self.title(name),
            language=_tag(offer.title, self.language) if offer else "",
            line=offered(offer, with_fee=with_fee) if offer else "",
            href=f"/achievements/{name}" if offer else "",
            text=text,
        )


def offered(offer: Achievement, *, with_fee: bool = True) -> str:
    """Credits, hours and the fee of an offering on one line."""
    fee = offer.fee if with_fee else None
    said = (
        f"{words.plain(offer.ects)} ECTS" if offer.ects is not None else "",
        words.hours(offer.workload_hours),
        f"{words.plain(fee.amount)} {fee.currency}" if fee else "",
    )
    return " · ".join(filter(None, said))


def _tag(text: LangText, wanted: str) -> str:
    """The language in which a text is said when ``wanted`` is asked for."""
    said = text.get(wanted)
    return next(tag for tag, own in text if own == said)
