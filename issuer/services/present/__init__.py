"""Present: turn reports, documents, awards and courses into what a page shows.

Pure: no clock, no store, no network. What is read here from a document is UNVERIFIED, and the
views say so. HTML is made in `issuer.web.pages` alone.
"""

from issuer.formats.portrait import portrait as read
from issuer.formats.said import Portrait
from issuer.services.present.course import course, tile, vocabulary
from issuer.services.present.credential import Asked, PublicPage, checked, credential
from issuer.services.present.europass import EuropassFacts
from issuer.services.present.learner import LearnerFacts, LearnerLinks, learner
from issuer.services.present.path import paths
from issuer.services.present.path_views import PathView
from issuer.services.present.site import site
from issuer.services.present.views import (
    AchievementView,
    CourseTile,
    CredentialView,
    Download,
    Faulty,
    LearnerView,
    Site,
    TermView,
)

__all__ = [
    "AchievementView",
    "Asked",
    "CourseTile",
    "CredentialView",
    "Download",
    "EuropassFacts",
    "Faulty",
    "LearnerFacts",
    "LearnerLinks",
    "LearnerView",
    "PathView",
    "Portrait",
    "PublicPage",
    "Site",
    "TermView",
    "checked",
    "course",
    "credential",
    "learner",
    "paths",
    "read",
    "site",
    "tile",
    "vocabulary",
]
