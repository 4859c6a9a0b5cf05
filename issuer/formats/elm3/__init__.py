"""The European document: an award in the European Learning Model 3.2, profile EDC generic full.

Commission's European-Learning-Model, branch ``EDC-3.2-(LTS)``: compose, check and read. No RDF: a
document is right by construction, and the shapes are applied in the tests.
"""

from issuer.formats.elm3.checks import is_edc, problems
from issuer.formats.elm3.document import CONTEXTS, SCHEMA, compose, credential_id
from issuer.formats.elm3.mapping import CODES
from issuer.formats.elm3.reading import award_url, portrait
from issuer.formats.elm3.sealed_elsewhere import Difference, differences
from issuer.formats.elm3.stated import credits_of, is_stacked
from issuer.formats.elm3.stated import parse as parse_stack
from issuer.formats.elm3.upload_form import upload_form
from issuer.formats.elm3.walk import Problem

__all__ = [
    "CODES",
    "CONTEXTS",
    "SCHEMA",
    "Difference",
    "Problem",
    "award_url",
    "compose",
    "credential_id",
    "credits_of",
    "differences",
    "is_edc",
    "is_stacked",
    "parse_stack",
    "portrait",
    "problems",
    "upload_form",
]
