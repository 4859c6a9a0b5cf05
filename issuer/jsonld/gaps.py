"""Canonical N-Quads taken apart: which terms are sentinels, and what stays when they change.

RDF Dataset Canonicalization 1.0 §5 (https://www.w3.org/TR/rdf-canon/#canonical-quads): one form for
each quad, one line for each. This module canonicalises nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from operator import itemgetter
from typing import TypeGuard

Quad = tuple[str, ...]
"""Its three or four terms as they are written."""
Piece = str | int
"""Text as it stands, or the number of the term that belongs there."""
Line = list[Piece]
Terms = Sequence[bytes]

_TERM = r'(<[^<>"\s]*>|_:[A-Za-z0-9]+|"(?:[^"\\\n]|\\.)*"(?:\^\^<[^<>"\s]*>|@[A-Za-z0-9-]+)?)'
_LINE = re.compile(rf"{_TERM} {_TERM} {_TERM}(?: {_TERM})? \.")
_LITERAL = re.compile(r'"([^"\\]*)"(.*)')
_BLANK = "_:"
# pyld rewrites what it can read as a number and leaves other texts, so that no sentinel would tell.
_REWRITTEN = "^^<http://www.w3.org/2001/XMLSchema#double>"
# No literal holds it: documents with control characters are refused (`issuer.jsonld.ijson`).
_BETWEEN = "\0"


class Unsound(Exception):
    """No template can be made of these lines: this shape always goes the full way."""


@dataclass(frozen=True, slots=True)
class Form:
    """Lines in groups, with gaps for terms; all of it UTF-8."""

    constant: list[bytes]
    """Groups without gaps."""
    parts: list[bytes]
    """Of the others what stands as it is at the even places, and between them the gaps."""
    take: Callable[[Terms], Sequence[bytes]]
    """Picks the terms that belong into the gaps."""
    settled: int
    """So many groups come first whose lines are in order whatever the terms are; then single
    lines, the order of which depends on the terms."""

    @property
    def has_gaps(self) -> bool:
        """Whether it depends on any term."""
        return len(self.parts) > 1

    def groups(self, terms: Terms) -> list[bytes]:
        """Groups with gaps: the settled ones, then single lines; none is one empty group."""
        parts = self.parts.copy()
        parts[1::2] = self.take(terms)
        return b"".join(parts).split(b"\0")


def quads_of(canonical: str) -> list[Quad]:
    """The quads of canonical N-Quads; raises Unsound for other text."""
    # Not splitlines(), which also splits inside of literals.
    found = [_LINE.fullmatch(line) for line in canonical.split("\n")[:-1]]
    if None in found:
        msg = "a line is not canonical"
        raise Unsound(msg)
    return [tuple(t for t in line.groups() if t is not None) for line in found if line]


class Gaps:
    """Where sentinels stand; terms are numbered: texts, addresses, then blank nodes."""

    def __init__(self, texts: Sequence[str], iris: Sequence[str], quads: Sequence[Quad]) -> None:
        self._quads = quads
        self._texts = {text: number for number, text in enumerate(texts)}
        self._iris = {f"<{iri}>": number for number, iri in enumerate(iris, len(texts))}
        self.nodes = sorted({t for quad in quads for t in quad if t.startswith(_BLANK)})
        first = len(texts) + len(iris)
        self._nodes = {node: number for number, node in enumerate(self.nodes, first)}
        self._values = (*texts, *iris, *self.nodes)

    def require_whole(self, canonical: str) -> None:
        """Return nothing if each sentinel stands somewhere, and nowhere as part of a term."""
        standing = [p for quad in self._quads for term in quad for p in self._pieces(term, {})]
        for number, value in enumerate(self._values[: len(self._texts) + len(self._iris)]):
            whole = standing.count(number)
            if whole == 0 or canonical.count(value) != whole:
                msg = f"the value at place {number} does not come through as it is"
                raise Unsound(msg)

    def addresses(self) -> frozenset[str]:
        """All addresses that every document of this shape uses."""
        terms = {term for quad in self._quads for term in quad if term.startswith("<")}
        return frozenset(term[1:-1] for term in terms - set(self._iris))

    def body(self) -> Form:
        """All lines, those of one subject in one group."""
        by_subject: dict[str, list[Line]] = {}
        for quad in self._quads:
            by_subject.setdefault(quad[0], []).append(self._line(quad, self._nodes))
        # Lines of one subject begin alike, however it is called.
        return self._form(
            [
                (lines, len(self._pieces(subject, self._nodes)))
                for subject, lines in by_subject.items()
            ]
        )

    def first_degree(self, node: str) -> Form:
        """What is hashed for a blank node (RDFC-1.0 §4.6.3)."""
        shown = dict.fromkeys(self.nodes, "_:z") | {node: "_:a"}
        return self._form([([self._line(q, shown) for q in self._quads if node in q], 0)])

    def _line(self, quad: Quad, nodes: Mapping[str, Piece]) -> Line:
        line: Line = []
        for term in quad:
            line += [*self._pieces(term, nodes), " "]
        return [*line, ".\n"]

    def _pieces(self, term: str, nodes: Mapping[str, Piece]) -> list[Piece]:
        if term.startswith(_BLANK):
            return [nodes.get(term, term)]
        if term in self._iris:
            return ["<", self._iris[term], ">"]
        found = _LITERAL.fullmatch(term)
        if found is None or found[1] not in self._texts:
            return [term]
        if found[2] == _REWRITTEN:
            msg = "numbers are written anew"
            raise Unsound(msg)
        return ['"', self._texts[found[1]], f'"{found[2]}']

    def _form(self, groups: list[tuple[list[Line], int]]) -> Form:
        """Each group with the number of pieces with which all its lines begin."""
        constant: list[bytes] = []
        settled: list[Line] = []
        single: list[Line] = []
        for lines, common in groups:
            lines.sort(key=self._shown)
            alone = self._are_alone([line[common:] for line in lines])
            kinds = [(is_alone, _has_gaps(n)) for is_alone, n in zip(alone, lines, strict=True)]
            # What is settled against all others has no other between itself and its neighbour.
            for kind, run in groupby(zip(kinds, lines, strict=True), key=itemgetter(0)):
                found = [line for _, line in run]
                if kind == (True, False):
                    constant.append("".join(self._shown(line) for line in found).encode())
                elif kind == (True, True):
                    settled.append([piece for line in found for piece in line])
                else:
                    single += found
        parts, numbers = [b""], []
        for place, group in enumerate((*settled, *single)):
            for piece in [_BETWEEN, *group] if place else group:
                if isinstance(piece, int):
                    numbers.append(piece)
                    parts += [b"", b""]
                else:
                    parts[-1] += piece.encode()
        return Form(constant, parts, _taker(numbers), len(settled))

    def _are_alone(self, lines: list[Line]) -> list[bool]:
        """Of sorted lines, whether each differs from all others before a gap of either."""
        shown = [self._shown(line) for line in lines]
        alone = [True] * len(lines)
        for place, line in enumerate(lines):
            head = self._shown([*takewhile(_is_text, line)])
            # Lines that begin alike stand together.
            for others in (range(place + 1, len(lines)), range(place - 1, -1, -1)):
                for other in others:
                    if not shown[other].startswith(head):
                        break
                    alone[place] = alone[other] = False
        return alone

    def _shown(self, line: Line) -> str:
        return "".join(self._values[p] if isinstance(p, int) else p for p in line)


def _is_text(piece: Piece) -> TypeGuard[str]:
    return isinstance(piece, str)


def _has_gaps(line: Line) -> bool:
    return not all(map(_is_text, line))


def _taker(numbers: list[int]) -> Callable[[Terms], Sequence[bytes]]:
    if len(numbers) > 1:
        return itemgetter(*numbers)
    # `itemgetter` of one number gives the term itself, and of none it is not made.
    return lambda terms: [terms[number] for number in numbers]
