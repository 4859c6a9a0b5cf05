"""The learner's own page: what I earned, on or off, where I can show it, my files, my rights.

LinkedIn's links come from `issuer.delivery.linkedin`; they exist only while the public page is on
and the award is in force, because LinkedIn keeps for a week what it sees first. Nothing is
switched here: the page's one form asks the server to.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from issuer.delivery import linkedin
from issuer.model.achievement import Achievement, StackTarget, Tier
from issuer.model.award import Award, AwardState
from issuer.model.organisation import Organisation
from issuer.services.present import numbers, words
from issuer.services.present.europass import EuropassFacts, europass
from issuer.services.present.path_views import PathView
from issuer.services.present.views import Download, LearnerView

_STATES = {
    AwardState.APPROVED: "It is being made. Come back in a few minutes.",
    AwardState.SUSPENDED: "The university has suspended it and may reinstate it.",
    AwardState.REVOKED: "The university has revoked it. This is final.",
    AwardState.REPLACED: "The university has replaced it by a newer one.",
}


@dataclass(frozen=True)
class LearnerLinks:
    """Addresses that belong to one award."""

    public_url: str
    """Absolute address of the public page."""
    downloads: tuple[Download, ...]
    """Paths under the learner's own address."""
    own_path: str
    """Path of the learner's page."""
    european: str = ""
    """Path of the European Digital Credential; empty where there is none."""
    qualified_seal_of: str = ""
    """Who sealed it, where the certificate says that it is qualified for seals; else empty."""
    europass: EuropassFacts = field(default_factory=EuropassFacts)
    paths: tuple[PathView, ...] = ()
    """Each pathway on which the learner is."""


@dataclass(frozen=True)
class LearnerFacts:
    """Whom the page greets."""

    display_name: str
    given_name: str | None = None


def learner(
    award: Award,
    achievement: Achievement,
    organisation: Organisation,
    *,
    links: LearnerLinks,
    facts: LearnerFacts,
) -> LearnerView:
    """What the page at the learner's secret address shows of one award."""
    language = achievement.language
    in_force = award.state is AwardState.ACTIVE
    path = urlsplit(links.public_url).path
    course = f"/achievements/{achievement.slug}/v/{achievement.version}"
    step = _tier(achievement)
    open_now = award.shared and in_force
    return LearnerView(
        greeting=_greeting(facts, in_force=in_force),
        title=achievement.title.get(language),
        language=language,
        line=_line(achievement),
        issued=words.day(award.awarded_on),
        tier=step.number if step else 0,
        verdict="passed" if in_force else "failed",
        state=str(award.state),
        state_sentence=_state(award),
        shared=award.shared,
        shareable=award.state is not AwardState.APPROVED,
        public_url=links.public_url,
        public_path=path,
        card_href=f"{path}/card.png",
        qr_href=f"{path}/qr.svg",
        linkedin_add=_add(award, achievement, organisation, url=links.public_url)
        if open_now
        else "",
        linkedin_share=linkedin.share_url(links.public_url) if open_now else "",
        downloads=links.downloads,
        european_href=links.european if in_force else "",
        european_note=_europass(links.qualified_seal_of),
        europass=europass(
            links.europass,
            possible=in_force and bool(links.european),
            zone=ZoneInfo(organisation.time_zone),
        ),
        own_path=links.own_path,
        leads=tuple(t.title.get(language) for t in _towards(achievement)),
        contact=organisation.contact or "",
        issuer=organisation.legal_name.get("en"),
        achievement_href=course,
        criteria_href=f"{course}#criteria",
        paths=links.paths,
    )


def _add(award: Award, achievement: Achievement, organisation: Organisation, *, url: str) -> str:
    return linkedin.add_to_profile_url(
        linkedin.ProfileEntry(
            title=achievement.title.get(achievement.language),
            organisation_name=organisation.legal_name.get(achievement.language),
            organisation_id=organisation.linkedin_id,
            issued=award.awarded_on,
            expires=award.valid_until,
            time_zone=ZoneInfo(organisation.time_zone),
            url=url,
            award_id=award.id,
        )
    )


def _europass(qualified_seal_of: str) -> str:
    """What Europass will say of the seal: only a qualified certificate makes its light green."""
    if qualified_seal_of:
        return f"Europass will show this as sealed by {qualified_seal_of}."
    return (
        "Europass will display this file but report it as not sealed by an eIDAS certificate; our "
        "own verification page proves it."
    )


def _greeting(facts: LearnerFacts, *, in_force: bool) -> str:
    name = facts.given_name or facts.display_name
    return f"Well done, {name}. You earned" if in_force else f"{name}, this is about"


def _state(award: Award) -> str:
    if award.state is AwardState.ACTIVE:
        return ""
    since = f" Since {words.day(award.changed_at)}." if award.changed_at else ""
    reason = f" Reason given: {award.reason}" if award.reason else ""
    return f"{_STATES[award.state]}{since}{reason}"


def _tier(achievement: Achievement) -> Tier | None:
    return achievement.stacking.tier if achievement.stacking else None


def _towards(achievement: Achievement) -> tuple[StackTarget, ...]:
    return achievement.stacking.towards if achievement.stacking else ()


def _line(achievement: Achievement) -> str:
    return " · ".join(
        numbers.line(
            stated=_tier(achievement),
            hours=achievement.workload_hours,
            ects=achievement.ects,
            eqf=achievement.level.eqf if achievement.level else None,
        )
    )
