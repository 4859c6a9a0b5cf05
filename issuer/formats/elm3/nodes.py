"""The small parts of an ELM document: concepts, notes, identifiers, dates, durations, ids.

ELM 3.2 application profile EDC (http://data.europa.eu/snb/model/ap/edc-generic-full). Concepts are
always whole nodes, texts language maps, dates dateTimes with a zone, credits texts. Nothing here
knows what an award is.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import schemas
from issuer.errors import LintFailed
from issuer.model.achievement import SkillLink
from issuer.model.texts import LangText

Node = dict[str, Any]

OWN = schemas.VOCABULARY
"""Our vocabulary: what a note is about, where ELM has no property of its own."""
ESCO = "http://data.europa.eu/esco/skill/"
ESCO_SCHEME = "http://data.europa.eu/esco/concept-scheme/skills"


class Ids:
    """Gives each node of one document an id of its own, and concepts their labels.

    Ids are ``urn:epass:<kind>:<n>``: the same id on two nodes would merge them in RDF. ``tags`` are
    the languages of the document; concepts are labelled in them and in English, where a label is
    known.
    """

    def __init__(self, tags: Sequence[str] = ()) -> None:
        self._tags = tuple(tags)
        self._given: Counter[str] = Counter()
        self._named: set[str] = set()
        self._skills: dict[str, Node] = {}

    def new(self, kind: str) -> str:
        """The next id of this kind."""
        self._given[kind] += 1
        return f"urn:epass:{kind}:{self._given[kind]}"

    def named(self, iri: str | None, kind: str) -> str:
        """``iri`` the first time that it is asked for, else an id of its own."""
        if iri is None or iri in self._named:
            return self.new(kind)
        self._named.add(iri)
        return iri

    def concept(self, name: str, key: str) -> Node:
        """The concept with ``key`` of the EU list ``name``, whole; by agreement never changed."""
        return _listed(name, key, self._tags)

    def language(self, tag: str) -> Node:
        """The language of a BCP 47 tag; raises LintFailed where the EU list does not have it.

        The texts keep their own tag: this only says in which language something is shown or taught.
        """
        codes, base = schemas.code_list("language"), tag.partition("-")[0]
        key = _by_three_letters().get(base, base)
        if all(concept.key != key for concept in codes.concepts):
            msg = (
                f"The EU list of languages has no {tag!r}, and nothing may be put in its place: "
                "name another language, or leave the European Digital Credential out of formats."
            )
            raise LintFailed(msg, problems=["languages"])
        return self.concept("language", key)

    def skill(self, skill: SkillLink, tag: str) -> Node:
        """A skill of ESCO or of another framework; named twice, it has one label, the last."""
        iri = skill.iri
        # Other frameworks are not published as a scheme that we could know: our own term says so.
        scheme = ESCO_SCHEME if iri.startswith(ESCO) else f"{OWN}skills"
        node = self._skills.setdefault(iri, _concept(iri, scheme=scheme, labels={}))
        node["prefLabel"] = {tag: skill.label}
        return node


@cache
def _by_three_letters() -> dict[str, str]:
    """ISO 639-3 to the key of the same language."""
    concepts = schemas.code_list("language").concepts
    return {concept.iri.rpartition("/")[2].lower(): concept.key for concept in concepts}


@lru_cache(maxsize=4_096)
def _listed(name: str, key: str, tags: tuple[str, ...]) -> Node:
    codes = schemas.code_list(name)
    found = codes.by_key(key)
    return _concept(found.iri, scheme=codes.scheme, labels=_labels(found.labels, tags))


def _labels(known: Mapping[str, str], tags: tuple[str, ...]) -> dict[str, str]:
    wanted = ("en", *tags, *(tag.partition("-")[0] for tag in tags))
    return {tag: known[tag] for tag in dict.fromkeys(wanted) if tag in known}


def own_concept(term: str, label: str, *, scheme: str) -> Node:
    """A concept of our own vocabulary."""
    return _concept(f"{OWN}{term}", scheme=f"{OWN}{scheme}", labels={"en": label})


def _concept(iri: str, *, scheme: str, labels: dict[str, str]) -> Node:
    return {
        "id": iri,
        "type": "Concept",
        "inScheme": {"id": scheme, "type": "ConceptScheme"},
        "prefLabel": labels,
    }


def texts(text: LangText) -> dict[str, str]:
    """A language map."""
    return dict(text)


def moment(at: dt.datetime) -> str:
    """A dateTime in UTC, whole seconds."""
    utc = at.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None)
    return f"{utc.isoformat()}Z"


def midnight(day: dt.date) -> str:
    """A day as ELM writes it: the dateTime at its beginning."""
    return f"{day.isoformat()}T00:00:00Z"


def duration(hours: Decimal) -> str:
    """``PT75H``, ``PT1H30M``: hours of work as xsd:duration (never ``P60M``: those are months)."""
    seconds = int((hours * 3600).to_integral_value())
    whole, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = ((whole, "H"), (minutes, "M"), (left, "S"))
    return "PT" + "".join(f"{n}{unit}" for n, unit in parts if n)


def note(ids: Ids, text: dict[str, str], *, about: str | None = None, label: str = "") -> Node:
    """A note; ``about`` is the term of our vocabulary that says what it is."""
    node: Node = {"id": ids.new("note"), "type": "Note", "noteLiteral": text}
    if about is not None:
        node["subject"] = own_concept(about, label, scheme="notes")
    return node


def web(ids: Ids, url: str, title: dict[str, str] | None = None) -> Node:
    """A web resource."""
    node: Node = {"id": ids.new("webResource"), "type": "WebResource", "contentURL": url}
    return node | ({"title": title} if title else {})


def identifier(ids: Ids, notation: str, *, scheme: str, address: str | None = None) -> Node:
    """An identifier in a named scheme; ``address`` is where that scheme is published."""
    node = {
        "id": ids.new("identifier"),
        "type": "Identifier",
        "schemeName": scheme,
        "notation": notation,
    }
    return node | ({"schemeId": address} if address else {})


def compact(node: Node) -> Node:
    """Leave out what is not stated; one value stands alone, several in a list (ELM §2.5)."""
    stated = {}
    for name, value in node.items():
        if isinstance(value, list):
            if value:
                stated[name] = value[0] if len(value) == 1 else value
        elif value is not None and value != {}:
            stated[name] = value
    return stated
