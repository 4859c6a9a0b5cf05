"""A sealing service of the town: takes an exported payload, writes what it may, and seals it."""

import json
from collections.abc import Callable
from typing import Any

from issuer.services import export
from issuer.services.import_sealed import Check
from issuer.verify import Material, Policy, verify
from issuer.verify.material import joined
from keys.certificates import Anchor
from tests.town.authority import Holder, Paper, below, root
from tests.town.sealed import sealed
from tests.town.workshop import Workshop, canonicalise

Document = dict[str, Any]
EIDAS = "VATAT-U99999999"
TOP = root()
SERVICE = below(TOP, Paper("TEST SEAL of the service", identifier=EIDAS))
BELIEVED = Anchor(TOP.certificate, "Town Trust", "the register of the town")


def sealing_elsewhere(workshop: Workshop) -> Workshop:
    """The same installation, whose European documents are sealed by the service."""
    return workshop.with_bench(sealed_elsewhere=lambda slug: slug == workshop.slug)


def sealed_there(
    payload: bytes,
    bend: Callable[[Document], object] = lambda _document: None,
    *,
    by: Holder = SERVICE,
    workshop: Workshop,
) -> bytes:
    """The file that the service gives back for a payload, changed by ``bend``."""
    document: Document = json.loads(payload)
    bend(document)
    return sealed(by, document, at=workshop.clock())


def check_of(workshop: Workshop, *anchors: Anchor) -> Check:
    """Our verifier with what this installation knows, and the anchors of the operator."""

    def check(data: bytes) -> Any:
        known = joined(export.material(workshop.bench), Material(anchors=anchors))
        return verify(
            data,
            material=known,
            policy=Policy(),
            at=workshop.clock(),
            canonicalise=canonicalise,
        )

    return check
