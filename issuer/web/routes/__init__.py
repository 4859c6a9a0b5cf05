"""Routes: an address, what it needs from the services, what it answers. Plain functions."""

from issuer.web.routes import (
    api_achievements,
    api_batch_papers,
    api_batches,
    api_credentials,
    api_results,
    api_stack,
    api_verify,
    europass,
    health,
    learner,
    pathways,
    public,
    site,
    vc_api,
    verify_page,
)

# A request is compared with one route after the other: what is asked most stands first.
ROUTERS = (
    api_verify.router,
    api_results.router,
    health.router,
    api_batches.router,
    api_achievements.router,
    api_batch_papers.router,
    api_credentials.router,
    api_stack.router,
    vc_api.router,
)
"""For programs and operators."""
PAGES = (
    public.router,
    learner.router,
    europass.router,
    verify_page.router,
    pathways.router,
    site.router,
)
"""For people, and the files that belong to the pages."""
