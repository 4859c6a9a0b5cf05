"""Pictures of an award: the badge that carries it, the share card, the QR code; and its PDF.

Open Badges 3.0 §5.3 (baking). They are made when they are asked for and kept in memory, by the
digest of what they are made from. None but the PDF carries a signature of its own.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from urllib.parse import urlsplit

from issuer.carriers import png
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.registry import documents
from issuer.registry.database import Transaction
from issuer.render import badge, card, qr
from issuer.services import paper
from issuer.services.look import Shown
from issuer.services.workbench import Workbench

_MOST = 256


class Pictures:
    """Makes pictures and remembers the last ones; may be shared by threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def baked(self, tx: Transaction, shown: Shown) -> bytes:
        """PNG of the badge with the sealed Open Badge inside; raises NotFound."""
        sealed = documents.sealed(tx, shown.award.id, DocumentFormat.OB3)
        facts = badge_facts(shown)
        key = f"baked {hashlib.sha256(sealed.data).hexdigest()} {facts!r}"
        return self._keep(key, lambda: png.embed(self._badge(facts), sealed.data))

    def paper(self, tx: Transaction, shown: Shown, *, bench: Workbench) -> bytes:
        """The PDF with the sealed credentials inside; raises as `issuer.services.paper`."""
        attached = paper.attachments(tx, shown)
        seal = bench.seal(shown.award.organisation)
        sealed_by = seal.chain[0].fingerprint.hex() if seal else ""
        digests = [hashlib.sha256(one.data).hexdigest() for one in attached]
        key = f"paper {digests} {shown.organisation.colour} {sealed_by}"
        return self._keep(key, lambda: paper.paper(bench, shown, attached=attached))

    def card(self, shown: Shown, *, base_url: str) -> bytes:
        """PNG for link previews, 1200×627; it states no verdict."""
        facts = card_facts(shown, base_url=base_url)
        return self._keep(repr(facts), lambda: card.card(facts))

    def qr(self, award: Award, *, base_url: str) -> bytes:
        """SVG of the QR code with the public address."""
        return qr.svg(f"{base_url}/c/{award.id}", title=f"QR code: {base_url}/c/{award.id}")

    def _badge(self, facts: badge.BadgeFacts) -> bytes:
        return self._keep(repr(facts), lambda: badge.badge(facts))

    def _keep(self, what: str, make: Callable[[], bytes]) -> bytes:
        key = hashlib.sha256(what.encode()).hexdigest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return made


def _tiers(shown: Shown) -> tuple[int, ...]:
    stacking = shown.achievement.stacking
    return (stacking.tier.number,) if stacking else ()


def badge_facts(shown: Shown) -> badge.BadgeFacts:
    """What the badge shows: the course and the institution, no person."""
    achievement, language = shown.achievement, shown.achievement.language
    return badge.BadgeFacts(
        title=achievement.title.get(language),
        institution=shown.organisation.legal_name.get(language),
        colour=shown.organisation.colour,
        tiers=_tiers(shown),
        ects=_plain(achievement.ects),
        eqf=achievement.level.eqf if achievement.level else None,
        language=language,
        other_titles=tuple(text for tag, text in achievement.title if tag != language),
    )


def card_facts(shown: Shown, *, base_url: str) -> card.CardFacts:
    """What the share card shows; the learner's name only because the learner shares it."""
    achievement, language = shown.achievement, shown.achievement.language
    return card.CardFacts(
        title=achievement.title.get(language),
        institution=shown.organisation.legal_name.get(language),
        host=urlsplit(base_url).netloc,
        colour=shown.organisation.colour,
        name=shown.learner.display_name,
        tiers=_tiers(shown),
        hours=_plain(achievement.workload_hours),
        ects=_plain(achievement.ects),
        eqf=achievement.level.eqf if achievement.level else None,
        language=language,
        other_titles=tuple(text for tag, text in achievement.title if tag != language),
    )


def _plain(value: object) -> str | None:
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
