"""Whose pages these are: the organisation as the head and the foot of every page show it.

The colour was checked when the organisation was read (7:1 against white, WCAG 2.2 §1.4.6).
"""

from issuer.model.organisation import Organisation
from issuer.services.present.views import Site


def site(organisation: Organisation, *, base_url: str) -> Site:
    """Name, colour and logo of ``organisation``; ``base_url`` is the installation's."""
    return Site(
        name=organisation.legal_name.get("en"),
        slug=organisation.slug,
        base_url=base_url,
        homepage=organisation.homepage,
        contact=organisation.contact,
        # The value stands in the address so that a new colour is never an old one from a cache.
        colour_href=f"/o/{organisation.slug}/colour.css?v={organisation.colour.removeprefix('#')}",
        logo_href=f"/o/{organisation.slug}/logo" if organisation.logo else None,
    )
