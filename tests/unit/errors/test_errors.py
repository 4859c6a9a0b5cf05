"""One tree, each error with a stable code of its own."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest

import keys.algorithms
import keys.certificates.chain
import schemas
from issuer import errors
from issuer.errors import Busy, NotReady, TestamurError


def descendants(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for child in root.__subclasses__():
        yield from descendants(child)


ALL = [
    *(e for e in descendants(TestamurError) if e.__module__ == errors.__name__),
    *descendants(keys.algorithms.VaultError),
    *descendants(schemas.LibraryError),
]


@pytest.mark.parametrize("kind", ALL, ids=lambda k: k.__name__)
def test_a_code_is_short_stable_and_of_its_own(kind: type[Exception]) -> None:
    code = vars(kind)["code"]
    assert re.fullmatch(r"[a-z]+(\.[a-z_]+)?", code)
    assert [other for other in ALL if vars(other)["code"] == code] == [kind]
    assert kind.__doc__


@pytest.mark.parametrize("kind", [e for e in ALL if issubclass(e, TestamurError) and e is not Busy])
def test_an_error_carries_its_message_and_details(kind: type[TestamurError]) -> None:
    made = kind("What went wrong.", place="line 3")
    assert made.message == str(made) == "What went wrong."
    assert made.details == {"place": "line 3"}
    assert kind("x").details == {}


def test_a_busy_service_says_when_to_ask_again() -> None:
    made = Busy("Later.", retry_after_s=3, queue=32)
    assert (made.message, made.retry_after_s, made.details) == ("Later.", 3, {"queue": 32})


def test_an_installation_that_is_not_ready_may_say_since_when(moment: dt.datetime) -> None:
    assert NotReady("x").since is None
    assert NotReady("x", since=moment, list="1").since == moment


def test_errors_of_the_vault_and_the_library_carry_a_message_too() -> None:
    for kind in (*descendants(keys.algorithms.VaultError), *descendants(schemas.LibraryError)):
        assert kind("why").message == "why"  # type: ignore[attr-defined]  # Of both roots.


def test_the_tree_is_one() -> None:
    declared = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, Exception)
    ]
    assert all(issubclass(kind, TestamurError) for kind in declared)
    assert len(declared) > 30
