"""A pathway as the university writes it: a file in YAML 1.1, read strictly.

The words of the file are the fields of `issuer.model.pathway`. Every scalar is a text until a field
says what it is, so that ``no`` stays Norwegian and ``2.50`` stays 2.50. Anchors, aliases, tags,
merge keys and repeated keys are refused: what is read is what stands there. Judges no meaning: see
`issuer.model.pathway_checks`.
"""

from typing import Any

import yaml

from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.model.pathway import Pathway
from issuer.services import fields

MOST_BYTES = 256 * 1024
_DEEPEST = 40
_NULL = "tag:yaml.org,2002:null"
_TEXT = "tag:yaml.org,2002:str"


def read(data: bytes, *, organisation: str) -> Pathway:
    """Read a pathway of ``organisation``; its version is the registry's to say.

    Raises DocumentTooLarge, MalformedDocument (with line and cure), FieldsInvalid.
    """
    value = _mapping(data)
    for own in ("organisation", "version"):
        if own in value:
            msg = f"A pathway's file does not say its {own}: it is known. Remove that line."
            raise MalformedDocument(msg)
    return fields.read(Pathway, {**value, "organisation": organisation})


def _mapping(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        msg = f"This file is larger than {MOST_BYTES // 1024} KiB; no pathway is."
        raise DocumentTooLarge(msg)
    try:
        value = _Strict(data.decode("utf-8-sig")).get_single_data()
    except UnicodeDecodeError as fault:
        raise MalformedDocument("This file is not UTF-8. Save it again as UTF-8.") from fault
    except yaml.MarkedYAMLError as fault:
        raise MalformedDocument(_told(fault)) from fault
    except yaml.YAMLError as fault:
        msg = "This file holds a character that YAML does not allow. Remove it."
        raise MalformedDocument(msg) from fault
    if not isinstance(value, dict):
        msg = "A pathway is a list of names and values: begin with slug, title and description."
        raise MalformedDocument(msg)
    return value


def _told(fault: yaml.MarkedYAMLError) -> str:
    mark = fault.problem_mark or fault.context_mark
    where = f"Line {mark.line + 1}, column {mark.column + 1}" if mark else "Somewhere"
    return f"{where}: {fault.problem or 'this is not YAML'}."


class _Strict(yaml.SafeLoader):  # type: ignore[misc] # The library ships no types.
    """YAML without what surprises."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refused("anchors and aliases are not read: write it out", event.start_mark)
        if getattr(event, "tag", None) is not None:
            raise _refused("tags (!) are not read: write the value alone", event.start_mark)
        if self._depth >= _DEEPEST:
            raise _refused(f"nested deeper than {_DEEPEST} levels: flatten it", event.start_mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 # As the library says.
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != _TEXT:
                raise _refused("a name has to stand before the colon", key.start_mark)
            if key.value in seen:
                raise _refused(f"{key.value} stands there twice: keep one", key.start_mark)
            seen.add(key.value)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def _refused(problem: str, mark: yaml.Mark) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


# Only nothing is anything but a text; fields turn texts into numbers, dates and yes or no.
_Strict.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag == _NULL]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
