"""Who awards and who learns, as ELM 3.2 states them: Organisation, Accreditation, Person.

ELM 3.2 §Organisation, §LegalIdentifier, §Accreditation, §Person; DEQAR permalinks as ids of
accreditations. An organisation stands in full wherever it is named, as the Commission writes it.
"""

import re

from issuer.errors import LintFailed
from issuer.formats.elm3.nodes import (
    Ids,
    Node,
    compact,
    identifier,
    midnight,
    texts,
    web,
)
from issuer.model.learner import Disclosure, Learner
from issuer.model.organisation import Accreditation, Organisation
from keys.documents import did_of

_DEQAR = re.compile(r"https://(data|www)\.deqar\.eu/report[s]?/[0-9]{1,9}")


def organisation(body: Organisation, ids: Ids) -> Node:
    """The issuer and awarding body; raises LintFailed without an eIDAS identifier."""
    if body.identifiers.eidas is None:
        msg = (
            f"{body.slug} has no eIDAS identifier, and a European Digital Credential needs one. "
            "State identifiers.eidas in the organisation (such as VATAT-U12345678; it is the "
            "identifier in the certificate of the seal), and take the organisation in again."
        )
        raise LintFailed(msg, problems=["identifiers.eidas"])
    country = ids.concept("country", body.country)
    return compact(
        {
            "id": ids.new("org"),
            "type": "Organisation",
            "legalName": texts(body.legal_name),
            "altLabel": {body.legal_name.languages[0]: body.code},
            "eIDASIdentifier": {
                "id": ids.new("legalIdentifier"),
                "type": "LegalIdentifier",
                "notation": body.identifiers.eidas,
                "spatial": country,
            },
            "identifier": _identifiers(body, ids),
            "homepage": web(ids, body.homepage),
            "location": [_location(body, ids, country)],
            "accreditation": [accreditation(a, ids, body=body) for a in body.accreditations],
        }
    )


def _identifiers(body: Organisation, ids: Ids) -> list[Node]:
    stated = (
        # The status list of this document is signed under it.
        ("DID", did_of(body.did), None),
        ("ROR", body.identifiers.ror, "https://ror.org/"),
        ("PIC", body.identifiers.pic, None),
        ("Erasmus code", body.identifiers.erasmus, None),
        ("schacHomeOrganization", body.identifiers.schac_home, None),
    )
    return [
        identifier(ids, value, scheme=scheme, address=address)
        for scheme, value, address in stated
        if value
    ]


def _location(body: Organisation, ids: Ids, country: Node) -> Node:
    address, language = body.address, body.legal_name.languages[0]
    place = " ".join(p for p in (address.postal_code, address.locality) if p)
    lines = ", ".join(p for p in (address.street, place, body.region) if p)
    return compact(
        {
            "id": ids.new("location"),
            "type": "Location",
            "geographicName": {language: address.locality} if address.locality else None,
            # A region has a code only in the EU's own list, and the organisation states words.
            "description": {language: body.region} if body.region else None,
            "address": compact(
                {
                    "id": ids.new("address"),
                    "type": "Address",
                    "countryCode": country,
                    "fullAddress": _literal(ids, lines, language),
                }
            ),
        }
    )


def _literal(ids: Ids, text: str, language: str) -> Node | None:
    if not text:
        return None
    return {"id": ids.new("note"), "type": "Note", "noteLiteral": {language: text}}


def accreditation(stated: Accreditation, ids: Ids, *, body: Organisation) -> Node:
    """One recognition; its DEQAR permalink is its id where it has one."""
    language = body.legal_name.languages[0]
    deqar = stated.link if stated.link and _DEQAR.fullmatch(stated.link) else None
    kind = ids.concept("quality", stated.type)
    return compact(
        {
            "id": ids.named(deqar, "accreditation"),
            "type": "Accreditation",
            "title": {language: stated.decision} if stated.decision else kind["prefLabel"],
            "dcType": kind,
            "accreditingAgent": _agency(stated.agency, ids, body=body),
            "dateIssued": midnight(stated.valid_from) if stated.valid_from else None,
            "expiryDate": midnight(stated.valid_until) if stated.valid_until else None,
            "landingPage": web(ids, stated.link) if stated.link else None,
        }
    )


def _agency(name: str, ids: Ids, *, body: Organisation) -> Node:
    # An Organisation needs a country. That of the awarding body is where the decision holds.
    country = ids.concept("country", body.country)
    return {
        "id": ids.new("org"),
        "type": "Organisation",
        "legalName": {body.legal_name.languages[0]: name},
        "location": {
            "id": ids.new("location"),
            "type": "Location",
            "address": {"id": ids.new("address"), "type": "Address", "countryCode": country},
        },
    }


def person(learner: Learner, ids: Ids, *, language: str, claim: Node) -> Node:
    """The learner with the name and what the learner's identifiers say in clear."""
    clear = [
        identifier(ids, one.value, scheme=one.scheme)
        for one in learner.identifiers
        if one.disclosure is Disclosure.CLEAR
    ]
    if learner.did:
        clear.append(identifier(ids, learner.did, scheme="DID"))
    return compact(
        {
            "id": ids.new("person"),
            "type": "Person",
            "fullName": {language: learner.display_name},
            "givenName": {language: learner.given_name} if learner.given_name else None,
            "familyName": {language: learner.family_name} if learner.family_name else None,
            "identifier": clear,
            "hasClaim": claim,
        }
    )
