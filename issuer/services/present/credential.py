"""The employer's page, and the answer to whatever somebody hands in.

The order of experience.md: the answer first, then four reasons, then what is claimed, then every
check. The document is UNVERIFIED unless the report says PASSED, and is shown as such: claims of
an issuer whom we cannot vouch for stand in quotation marks. Open Graph: https://ogp.me/.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from issuer.delivery import linkedin
from issuer.formats.portrait import portrait
from issuer.formats.said import Portrait
from issuer.formats.tolerant import link, mappings, text
from issuer.services.present import answers, claims, numbers, words
from issuer.services.present.stack import stack
from issuer.services.present.views import CredentialView, Download, Pair, When, Words
from issuer.verify.parts import NOT_AT_HAND
from issuer.verify.report import Report, Verdict
from keys.algorithms import VaultError
from keys.documents import did_web_url

_ASK_THE_WEBSITE = (
    "Ask the person for the official website of the issuer, and look there for the identifier"
)
_ASK_THE_REGISTER = (
    "Look the institution up in DEQAR, the European register of quality-assured institutions, and "
    "write to the address given there, not to one in the document."
)


@dataclass(frozen=True)
class PublicPage:
    """A credential that is shared: where, and what can be taken along."""

    address: str
    """Absolute, without query or fragment: ``{base_url}/c/{award_id}``."""
    award_id: str
    site_name: str
    downloads: tuple[Download, ...] = ()
    achievement_href: str | None = None
    """Path of the achievement in the version that the credential names."""
    europass_link: str = ""
    """Where its learner says that Europass shows it, too."""
    open_parts: Mapping[str, str] = field(default_factory=dict)
    """Path of the page of each of its parts that is shared, by the part's id."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know."""

    what: str
    """What was handed in, for people: ``the file diploma.png``, ``the text you pasted``."""
    holder: str | None = None
    unnamed: tuple[str, ...] = ()
    """What was handed in as a part and is not named as one, as it is called."""


def credential(report: Report, *, page: PublicPage, zone: ZoneInfo) -> CredentialView:
    """The page of a shared credential; ``zone`` is its organisation's.

    Raises FieldsInvalid where the address is not absolute.
    """
    view = _view(report, achievement_href=page.achievement_href, zone=zone)
    return replace(
        view,
        address=page.address,
        award_id=page.award_id,
        downloads=page.downloads,
        social=_social(view, page),
        europass_link=page.europass_link,
        stack=stack(report, open_parts=page.open_parts),
    )


def checked(report: Report, *, zone: ZoneInfo, asked: Asked) -> CredentialView:
    """The answer to a question at ``/verify``; the report may have read nothing at all."""
    view = _view(report, achievement_href=None, zone=zone)
    return replace(view, asked=asked.what, notes=tuple(_notes(report, asked)))


def _view(report: Report, *, achievement_href: str | None, zone: ZoneInfo) -> CredentialView:
    said = portrait(report.document) if report.document is not None else None
    known = answers.vouched(report)
    groups = answers.groups(report, said, zone)
    stamp = answers.stamp(report, zone)
    stated = (
        claims.credential_claims(said, achievement_href=achievement_href or said.achievement_url)
        if said
        else claims.unread()
    )
    return CredentialView(
        verdict=answers.tone(report.verdict),
        vouched=known,
        readable=said is not None,
        hush=report.verdict is Verdict.INDETERMINATE and not known,
        flag=answers.flag(report),
        kind=_kind(said, known=known),
        holder=(said.learner_name if said else None) or "",
        issuer=_issuer(said),
        issuer_id=(said.issuer_id if said else None) or "",
        place=_place(said),
        awarded=_awarded(said, zone),
        claims=stated,
        stamp=stamp,
        # The question whose it is stands among the answers only where it was asked.
        answers=tuple(g for g in groups if g.id != "whose" or not g.note),
        groups=groups,
        needed=answers.needed(report),
        find_out=_find_out(report, said),
        issuer_facts=_issuer_facts(said),
        digest=report.digest,
        page_title=_page_title(said),
        page_description=_description(said, stamp.headline, good=report.verdict is Verdict.PASSED),
        sources=_sources(said, report),
        stack=stack(report, open_parts={}),
    )


def _notes(report: Report, asked: Asked) -> Iterator[str]:
    names_parts = any(check.id == "parts" for check in report.checks)
    # Where it names some and none was looked at, the check says why; so does one that read nothing.
    told = not report.parts if names_parts else report.document is None
    if asked.unnamed and not told:
        files = words.listed(asked.unnamed)
        does_not = f"It does not name {files} as a part" if names_parts else "It names no parts"
        was = "this was" if len(asked.unnamed) == 1 else "these were"
        what = was if names_parts else f"{files} {'was' if len(asked.unnamed) == 1 else 'were'}"
        yield f"{does_not}, so {what} not looked at."
    if any(part.sub == NOT_AT_HAND for part in report.parts):
        yield (
            "Not all of its parts were at hand. Whoever shows it can give you their files: hand "
            "them in together with it, and they are looked at, too."
        )


def _kind(said: Portrait | None, *, known: bool) -> str:
    if said is None:
        return "What you handed in"
    what = "Micro-credential" if said.is_microcredential else "Credential"
    if not known:
        return f"{what} of an issuer that we cannot confirm"
    step = numbers.tier_words(said.tier)
    return f"{what} · {step}" if step else what


def _issuer(said: Portrait | None) -> str:
    return (said.issuer_name or said.issuer_id or "" if said else "") or "an issuer without a name"


def _place(said: Portrait | None) -> str:
    return words.country(said.country) if said else ""


def _awarded(said: Portrait | None, zone: ZoneInfo) -> When | None:
    if said is None:
        return None
    if said.awarded_on is not None:
        return words.when_day(said.awarded_on)
    return words.local_day(said.valid_from, zone) if said.valid_from else None


def _find_out(report: Report, said: Portrait | None) -> tuple[str, ...]:
    established = report.check("issuer_established")
    if said is None or report.verdict is not Verdict.INDETERMINATE:
        return ()
    if established.verdict is Verdict.PASSED:
        return ()
    named = said.issuer_id or "in the document"
    return (
        f"{_ASK_THE_WEBSITE} {named}. If the site names it, the key is theirs.",
        _ASK_THE_REGISTER,
        "Until then, treat it like a certificate from a stranger: it may be right.",
    )


def _issuer_facts(said: Portrait | None) -> tuple[Pair, ...]:
    if said is None:
        return ()
    place = words.place(locality=said.locality, region=said.region, stated=said.country)
    website = urlsplit(said.issuer_url).hostname if said.issuer_url else None
    rows = (
        ("Place", place, None),
        ("Website", website or "", said.issuer_url),
        ("Signs as", said.issuer_id or "", None),
    )
    return tuple(Pair(t, (Words(v, said=True, href=href),)) for t, v, href in rows if v)


def _page_title(said: Portrait | None) -> str:
    if said is None:
        return "Nothing that could be read"
    title = said.title or "A credential without a title"
    return f"{title}: {said.learner_name}" if said.learner_name else title


def _description(said: Portrait | None, headline: str, *, good: bool) -> str:
    if said is None or not good:
        return headline
    stated = numbers.line(
        stated=said.tier,
        hours=None,
        ects=words.decimal(said.ects),
        eqf=said.eqf,
    )
    return f"{', '.join(stated)}. Open the page to check it." if stated else "Open it to check it."


def _social(view: CredentialView, page: PublicPage) -> tuple[tuple[str, str], ...]:
    return linkedin.preview(
        title=view.page_title,
        description=view.page_description,
        url=page.address,
        image=f"{page.address}/card.png",
        site_name=page.site_name,
    ).tags()


def _sources(said: Portrait | None, report: Report) -> tuple[Words, ...]:
    # What any checker has to ask for: the issuer's keys, and the lists that the document names.
    if said is None or report.document is None:
        return ()
    entries = mappings(report.document.get("credentialStatus"))
    named = (text(entry.get("statusListCredential")) for entry in entries)
    addresses = dict.fromkeys([_key_document(said.issuer_id), *named])
    return tuple(Words(a, said=True, href=link(a)) for a in addresses if a)


def _key_document(issuer_id: str | None) -> str | None:
    did = issuer_id or ""
    # Only localhost is ever read over plain http, whatever stands here.
    itself = unquote(did.removeprefix("did:web:").partition(":")[0])
    try:
        return did_web_url(did, http_hosts=frozenset([itself]))
    except VaultError:
        return None
