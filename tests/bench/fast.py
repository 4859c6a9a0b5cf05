"""What the product offers beside its full path, where it is there: the one place that asks.

Paths by shape are looked for by name, so that this harness also measures a tree without them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import typer

from issuer.jsonld.canonical import Canonicalise, Json
from issuer.proofs import jcs
from issuer.settings import Settings
from issuer.verify import Material, Policy

NO_SHAPES = "this tree has no path by shape"
NO_ENGINE = "this tree has no durable engine (`testamur worker`)"


def _module(name: str) -> Any:
    try:
        return import_module(name) if find_spec(name) else None
    except ModuleNotFoundError:
        return None


@dataclass(frozen=True)
class Way:
    """How a document is canonicalised, and how it is written."""

    canonicalise: Canonicalise
    unclosed: Callable[[Json], tuple[bytes, ...]] = jcs.unclosed


def by_shape(full: Canonicalise) -> Way | None:
    """Canonicalises and writes what we compose by its shape; None: there is no such path."""
    templates, badge = _module("issuer.jsonld.templates"), _module("issuer.formats.ob3_shape")
    if templates is None or badge is None:
        return None
    written, repeated = _module("issuer.proofs.written"), _module("issuer.jsonld.repeated")
    if written is None or repeated is None:
        return Way(templates.Templates(full, variables=badge.VARIABLES).canonicalise)
    # As `issuer.services.composing_many` has them.
    shapes = import_module("issuer.jsonld.shapes").LatelyShapes({**badge.VARIABLES, **badge.PARTS})
    known = templates.Templates(full, variables=shapes)
    return Way(repeated.Repeated(known.canonicalise).canonicalise, written.Written(shapes).unclosed)


@dataclass(frozen=True)
class SameShape:
    """Verifies many credentials of one shape."""

    verify_many: Callable[..., Any]
    canonicalise: Canonicalise

    def verify(self, found: Sequence[bytes], *, material: Material, at: Any) -> None:
        """Verify all of them; raises what `Report.require_passed` raises."""
        reports = self.verify_many(
            found, material=material, policy=Policy(), at=at, canonicalise=self.canonicalise
        )
        for report in reports:
            report.require_passed()


def same_shape(full: Canonicalise) -> SameShape | None:
    """The verifier's path for many credentials of one shape; None: there is none."""
    verify_many = getattr(import_module("issuer.verify"), "verify_many", None)
    return None if verify_many is None else SameShape(verify_many, full)


def has_engine() -> bool:
    """Whether there is a durable engine, with a verb that works for it."""
    return "worker" in _verbs()


def has_processes() -> bool:
    """Whether ``serve`` can be told in how many processes to serve."""
    return "processes" in Settings.model_fields


def _verbs() -> set[str]:
    app = import_module("issuer.cli.verbs").app
    return set(getattr(typer.main.get_command(app), "commands", {}))
