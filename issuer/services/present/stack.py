"""What a stacked credential is built from, for the employer's page.

Council Recommendation 2022/C 243/02, Annex I (O4). The document states it, and it is UNVERIFIED
unless the report says PASSED; of each part the verdict is the verifier's.
"""

from collections.abc import Iterator, Mapping

from issuer.errors import MalformedDocument
from issuer.formats import stacking
from issuer.formats.stacked import Stated, StatedPart
from issuer.model.achievement import Tier
from issuer.model.meanings import TIER_MEANS
from issuer.model.rule import AllOf, Capstone, CreditsOf, Rule, SomeOf, names
from issuer.model.stack import IfRevoked
from issuer.services.present import words
from issuer.services.present.answers import tone
from issuer.services.present.rule_words import in_words, title_of
from issuer.services.present.views import BlockView, Pair, PartView, StackView, Words
from issuer.verify.report import PartReport, Report, Verdict
from issuer.verify.wording import shown

_NOT_LOOKED_AT = "It was not looked at."
_EACH = "Each part is checked along with the whole, as far as it is at hand."
_IF_REVOKED = {
    IfRevoked.FAILED: "A part that is revoked makes the whole fail; ",
    IfRevoked.INDETERMINATE: "A part that is revoked puts the whole in doubt; ",
}


def stack(report: Report, *, open_parts: Mapping[str, str]) -> StackView | None:
    """What the document of ``report`` says it is built from; None where it says nothing readable.

    ``open_parts`` has the path of the page of each part that is shared here, by its id.
    """
    document = report.document or {}
    if not stacking.is_stacked(document):
        return None
    try:
        stated = stacking.parse(document)
    except MalformedDocument:
        # The check "rule" says what is wrong with it.
        return None
    found = {part.id: part for part in report.parts}
    parts = tuple(_part(one, found.get(one.id), open_parts.get(one.id)) for one in stated.parts)
    # Titles of strangers stand in one sentence here: what cannot be seen would reorder it.
    titles = {one.name: shown(one.title) for one in stated.parts}
    return StackView(
        lead=_lead(len(parts)),
        together=_together(stated),
        rule=in_words(stated.rule, titles) + _age(stated),
        rows=tuple(_rows(stated, parts)),
        parts=tuple(reversed(parts)),
        ects=words.plain(stated.ects) if stated.ects else "",
        hours=words.hours(stated.hours),
        caption=f"{_EACH} {_IF_REVOKED[stated.if_revoked]}that rule is written in the credential.",
        tiers=_tiers(stated),
    )


def _lead(many: int) -> str:
    if many == 1:
        return "One part, certified on its own, carries this credential."
    whole = words.opened(words.count(many))
    return f"{whole} parts, each certified on its own, carry this credential."


def _together(stated: Stated) -> str:
    said = (f"{words.plain(stated.ects)} ECTS" if stated.ects else "", words.hours(stated.hours))
    return ", ".join(filter(None, said))


def _age(stated: Stated) -> str:
    if stated.max_age_months is None:
        return ""
    return f"; no part older than {stated.max_age_months} months when the last one was earned"


def _part(one: StatedPart, found: PartReport | None, href: str | None) -> PartView:
    verdict = found.verdict if found else Verdict.INDETERMINATE
    sentence = found.detail if found else _NOT_LOOKED_AT
    return PartView(
        title=one.title,
        href=href,
        tier=one.tier.number,
        ects=words.plain(one.ects) if one.ects else "",
        hours=words.hours(one.hours),
        earned=words.when_day(one.earned),
        issuer=one.issuer,
        tone=tone(verdict),
        word=str(verdict),
        sentence="" if verdict is Verdict.PASSED else sentence,
    )


def _rows(stated: Stated, parts: tuple[PartView, ...]) -> Iterator[tuple[BlockView, ...]]:
    # The highest tier first; a choice that was not taken stands beside the one that was.
    taken, left = _choices(stated)
    finals = set(_finals(stated.rule))
    for tier in reversed(Tier):
        row = [
            _done(part, chosen=one.name in taken, final=one.name in finals)
            for one, part in zip(stated.parts, parts, strict=True)
            if one.tier is tier
        ]
        skipped = [name for name, at in left.items() if at is tier]
        row += [
            BlockView(f"Tier {tier.number} · not chosen", title_of(name, {}), "", None)
            for name in skipped
        ]
        if row:
            yield tuple(row)


def _done(part: PartView, *, chosen: bool, final: bool) -> BlockView:
    note = " · final project" if final else " · chosen" if chosen else ""
    line = " · ".join(
        filter(None, (f"{part.ects} ECTS" if part.ects else "", part.hours, part.earned.text))
    )
    return BlockView(f"Tier {part.tier}{note}", part.title, line, part.tone, part.href)


def _choices(stated: Stated) -> tuple[set[str], dict[str, Tier]]:
    """Parts that were chosen where there was a choice, and what was left, beside which tier."""
    held = {one.name: one.tier for one in stated.parts}
    taken: set[str] = set()
    left: dict[str, Tier] = {}
    for choice in _combinations(stated.rule):
        offered = list(names(choice))
        there = [name for name in offered if name in held]
        if there and len(there) < len(set(offered)):
            taken.update(there)
            left |= {name: held[there[0]] for name in offered if name not in held}
    return taken, left


def _combinations(rule: Rule) -> Iterator[Rule]:
    match rule:
        case SomeOf() | CreditsOf():
            yield rule
        case AllOf():
            for one in rule.all_of:
                yield from _combinations(one)
        case _:
            return


def _finals(rule: Rule) -> Iterator[str]:
    match rule:
        case Capstone():
            yield rule.capstone
        case AllOf() | SomeOf():
            for one in rule.all_of if isinstance(rule, AllOf) else rule.of:
                yield from _finals(one)
        case _:
            return


def _tiers(stated: Stated) -> tuple[Pair, ...]:
    there = {one.tier for one in stated.parts}
    return tuple(
        Pair(f"Tier {tier.number}", (Words(TIER_MEANS[tier]),)) for tier in Tier if tier in there
    )
