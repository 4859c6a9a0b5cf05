"""Somebody else's verifier accepts what we issue and refuses what was changed afterwards."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import pytest


class University(Protocol):
    credentials: tuple[dict[str, Any], ...]


Ask = Callable[[University, list[dict[str, Any]]], list[Mapping[str, Any]]]

pytestmark = pytest.mark.node


def test_every_credential_is_accepted(issued: University, ask_digitalbazaar: Ask) -> None:
    answers = ask_digitalbazaar(issued, list(issued.credentials))
    assert len(answers) == 12
    assert [a for a in answers if not a["verified"]] == []


def test_every_change_is_refused(
    issued: University,
    ask_digitalbazaar: Ask,
    changes: Callable[[dict[str, Any]], Iterator[tuple[str, dict[str, Any]]]],
) -> None:
    altered = [pair for credential in issued.credentials for pair in changes(credential)]
    answers = ask_digitalbazaar(issued, [document for _, document in altered])
    accepted = [
        name for (name, _), answer in zip(altered, answers, strict=True) if answer["verified"]
    ]
    assert accepted == []
    assert len(altered) == 12 * 8
