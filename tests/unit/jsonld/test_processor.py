import subprocess
import sys

import pytest

from issuer.jsonld.processor import ContextResolver, _alone

HIDDEN = """
import sys
before = {name for name in ("aiohttp", "requests") if name in sys.modules}
import issuer.jsonld.processor as processor
after = {name for name in ("aiohttp", "requests") if name in sys.modules}
print(before, after, processor.jsonld.__name__, "aiohttp" in vars(processor.jsonld))
import aiohttp
"""


def test_the_processor_brings_no_client_and_others_may_still_have_theirs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HIDDEN], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["set()", "set()", "pyld.jsonld", "False"]


def test_a_client_that_is_loaded_stays_the_one_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    there = type(sys)("requests")
    monkeypatch.setitem(sys.modules, "requests", there)
    assert [m.__name__ for m in _alone("json")] == ["json"]
    assert sys.modules["requests"] is there
    assert "aiohttp" not in sys.modules or sys.modules["aiohttp"] is not None


def test_a_context_that_cannot_be_written_quickly_is_left_to_pyld() -> None:
    resolver = ContextResolver({}, None)
    with pytest.raises(UnicodeEncodeError):
        resolver.resolve({}, {"a": "\ud800"}, None)


def test_a_context_is_found_again() -> None:
    kept: dict[str, object] = {}
    first = ContextResolver(kept, None).resolve({}, {"a": "https://a.example/"}, None)
    again = ContextResolver(kept, None).resolve({}, {"a": "https://a.example/"}, None)
    assert first == again
    assert ContextResolver(kept, None).resolve({}, {"a": "https://b.example/"}, None) != first
