"""Somebody else's verifier accepts what we issue and refuses what was changed afterwards."""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import pytest


class University(Protocol):
    credentials: tuple[dict[str, Any], ...]


Ask = Callable[[University, list[dict[str, Any]]], list[Mapping[str, Any]]]

pytestmark = pytest.mark.node


def test_every_credential_is_accepted(issued: University, ask_digitalbazaar: Ask) -> None:
    answers = ask_digitalbazaar(issued, list(issued.credentials))
    assert len(answers) == 13
    assert [a for a in answers if not a["verified"]] == []


def test_a_stacked_one_is_an_ordinary_badge_to_it(
    issued: University, ask_digitalbazaar: Ask
) -> None:
    stacked = [c for c in issued.credentials if "stackedFrom" in c["credentialSubject"]]
    assert [len(c["credentialSubject"]["stackedFrom"]["part"]) for c in stacked] == [2]
    assert [answer["verified"] for answer in ask_digitalbazaar(issued, stacked)] == [True]
    # What it says of its parts is under the signature, too.
    altered = [copy.deepcopy(stacked[0]) for _ in range(2)]
    built = [one["credentialSubject"]["stackedFrom"] for one in altered]
    built[0]["rule"] = '"part-0"'
    built[1]["part"][0]["digestMultibase"] = built[1]["part"][1]["digestMultibase"]
    assert [a["verified"] for a in ask_digitalbazaar(issued, altered)] == [False, False]


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
    assert len(altered) == 13 * 8
