"""What a page is told: plain values, so that a template decides nothing and formats nothing.

No specification: these are our own pages (docs/explanation/house.md). Texts are unescaped and may
hold anything that somebody wrote into a document; `issuer.web.pages` escapes and isolates them.
Addresses in ``href`` are https, or paths of this installation. Nothing is computed here.
"""

from dataclasses import dataclass
from typing import Literal

from issuer.formats.said import EvidenceSaid, OutcomeSaid
from issuer.services.present.path_views import PathView

Tone = Literal["passed", "failed", "indeterminate"]
"""A verdict as style sheets and icons name it."""
Kind = Literal["hours", "ects", "eqf", "tier"]
"""Which of the four numbers."""


@dataclass(frozen=True)
class Site:
    """Whose pages these are."""

    name: str
    slug: str
    base_url: str
    homepage: str | None
    contact: str | None
    colour_href: str
    logo_href: str | None


@dataclass(frozen=True)
class Download:
    """A file to take along."""

    label: str
    href: str
    note: str = ""
    primary: bool = False
    """The one that most people want."""


@dataclass(frozen=True)
class When:
    """A moment or a day."""

    iso: str
    text: str


@dataclass(frozen=True)
class Words:
    """A piece of text; ``said`` marks the issuer's own words, in the issuer's language."""

    text: str
    said: bool = False
    href: str | None = None


@dataclass(frozen=True)
class Pair:
    """A term and what is stated for it."""

    term: str
    values: tuple[Words, ...]


@dataclass(frozen=True)
class Number:
    """One number with a sentence for a newcomer; ``filled`` of ``whole`` is what a gauge draws."""

    kind: Kind
    label: str
    big: str
    small: str
    sentence: str
    filled: float = 0
    whole: float = 0


@dataclass(frozen=True)
class Stamp:
    """The answer."""

    headline: str
    sentence: str
    checked: When
    place: str
    """Name of the time zone of ``checked``, such as ``Vienna time``."""


@dataclass(frozen=True)
class CheckView:
    """One check as it is shown."""

    id: str
    name: str
    also: str
    """What Europass calls it; empty where it has no such check."""
    tone: Tone
    word: str
    sentence: str
    source: str
    as_of: str
    clause: str


@dataclass(frozen=True)
class CheckGroup:
    """One of the questions with its checks; ``note`` marks what does not count for the answer."""

    id: str
    title: str
    tone: Tone
    word: str
    answer: str
    """One short sentence."""
    checks: tuple[CheckView, ...]
    note: str = ""


@dataclass(frozen=True)
class UnitView:
    """A unit of the syllabus."""

    title: str
    text: str
    hours: str


@dataclass(frozen=True)
class SyllabusView:
    """What is taught."""

    units: tuple[UnitView, ...]
    total: str
    """Sum of the hours; empty where not every unit states them."""
    version: str
    href: str | None
    """Page that has the whole of it."""
    digest: str = ""


@dataclass(frozen=True)
class Claims:
    """What a credential or a course states, whoever wrote it; empty means not stated."""

    language: str
    """BCP 47 tag of the texts; empty if unknown."""
    title: str
    tier: int
    """1 to 3; 0: no tier is stated."""
    numbers: tuple[Number, ...]
    description: str
    """Markdown."""
    narrative: str
    """Markdown: how it is earned."""
    can_do: str
    outcomes: tuple[OutcomeSaid, ...]
    learned: tuple[Pair, ...]
    syllabus: SyllabusView | None
    evidence: tuple[EvidenceSaid, ...]
    leads: tuple[str, ...]
    stacking: str
    quality: tuple[Pair, ...]
    further: str
    """Markdown."""


@dataclass(frozen=True)
class PartView:
    """A part of what a credential is built from."""

    title: str
    """The issuer's words."""
    href: str | None
    """Path of its page, where it is shared here."""
    tier: int
    ects: str
    hours: str
    """As ``80 hours``; empty where it is not stated, as the credits."""
    earned: When
    issuer: str
    """Who issued it, where it was recognised from elsewhere."""
    tone: Tone
    word: str
    sentence: str
    """What was found of it, where that is not that it passed."""


@dataclass(frozen=True)
class BlockView:
    """A block in the picture of the path: a part that was done, or a choice that was not taken."""

    state: str
    """``Tier 2 · chosen``."""
    title: str
    line: str
    """``5 ECTS · 130 hours · 12 June 2026``."""
    tone: Tone | None
    """None: it was not chosen."""
    href: str | None = None


@dataclass(frozen=True)
class StackView:
    """What a credential is built from; everything in it is stated by its issuer."""

    lead: str
    """``Four parts, each certified on its own, carry this credential.``"""
    together: str
    rule: str
    """In words, with the titles of the parts."""
    rows: tuple[tuple[BlockView, ...], ...]
    """The path, the highest tier first."""
    parts: tuple[PartView, ...]
    ects: str
    hours: str
    caption: str
    """What becomes of the whole if a part is revoked."""
    tiers: tuple[Pair, ...]
    """What somebody on each of these tiers can do."""


@dataclass(frozen=True)
class CredentialView:
    """The employer's page and the result of a check."""

    verdict: Tone
    vouched: bool
    """The signature fits and we know who signed; else claims stand in quotation marks."""
    readable: bool
    hush: bool
    flag: str
    kind: str
    holder: str
    issuer: str
    issuer_id: str
    place: str
    awarded: When | None
    claims: Claims
    stamp: Stamp
    answers: tuple[CheckGroup, ...]
    groups: tuple[CheckGroup, ...]
    needed: str
    """How many checks count, in a sentence."""
    find_out: tuple[str, ...]
    """What to do where it is not known who signed."""
    issuer_facts: tuple[Pair, ...]
    digest: str
    page_title: str
    page_description: str
    address: str = ""
    """Absolute address of the public page; empty for a check of something handed in."""
    award_id: str = ""
    downloads: tuple[Download, ...] = ()
    sources: tuple[Words, ...] = ()
    """What the check asks for elsewhere."""
    social: tuple[tuple[str, str], ...] = ()
    """Open Graph properties; only for a public page."""
    asked: str = ""
    """What was handed in, in words."""
    notes: tuple[str, ...] = ()
    """What is to be said of the parts that were handed in, or were not."""
    europass_link: str = ""
    """Where the learner says that it can be seen in Europass, too; only for a public page."""
    stack: StackView | None = None
    """What it is built from, where it says so and that can be read."""


@dataclass(frozen=True)
class Answered:
    """What came back when something was sent on a learner's wish."""

    headline: str
    sentence: str
    sent: When
    place: str
    """Name of the time zone of ``sent``."""
    good: bool
    """Whether it is where it was sent to."""


@dataclass(frozen=True)
class Faulty:
    """What somebody entered in a field, and what is wrong with it."""

    field: Literal["link", "to"]
    entered: str
    message: str


@dataclass(frozen=True)
class EuropassView:
    """Europass on the learner's page: the pasted link, and the deposit."""

    link: str
    """Empty where there is none."""
    takes_link: bool
    """Whether a link may be pasted now."""
    offers_deposit: bool
    answered: Answered | None
    fault: Faulty | None


@dataclass(frozen=True)
class LearnerView:
    """The learner's own page."""

    greeting: str
    title: str
    language: str
    line: str
    issued: str
    tier: int
    verdict: Tone
    state: str
    """``active``, ``suspended``, ``revoked`` or ``replaced``."""
    state_sentence: str
    shared: bool
    shareable: bool
    public_url: str
    public_path: str
    card_href: str
    qr_href: str
    linkedin_add: str
    """Empty unless the public page is on and the award is in force."""
    linkedin_share: str
    downloads: tuple[Download, ...]
    european_href: str
    """The file for Europass; empty where there is none, or it is not in force."""
    european_note: str
    """What Europass will say of its seal."""
    europass: EuropassView
    own_path: str
    """Path of this very page, to which its forms are sent."""
    leads: tuple[str, ...]
    contact: str
    issuer: str
    achievement_href: str
    criteria_href: str
    paths: tuple[PathView, ...] = ()
    """Each pathway on which the learner is."""


@dataclass(frozen=True)
class Choice:
    """One of several languages or versions."""

    label: str
    tag: str
    href: str
    current: bool


@dataclass(frozen=True)
class AchievementView:
    """A course: criteria and syllabus of one version."""

    claims: Claims
    issuer: str
    place: str
    version: str
    newest_href: str
    """Address of the newest version; empty if this is it."""
    versions: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    homepage: str
    address: str
    grading: str
    elements: tuple[str, ...]
    """Names of what Annex I asks for and this course lacks."""
    page_description: str


@dataclass(frozen=True)
class CourseTile:
    """A course in the list of courses."""

    title: str
    language: str
    text: str
    href: str
    tier: int
    tier_name: str
    line: str


@dataclass(frozen=True)
class TermView:
    """A term of our vocabulary."""

    name: str
    iri: str
    label: str
    comment: str
    same_as: str
