"""The least that each noun needs, as it would come in."""

from typing import Any

import pytest

Data = dict[str, Any]


@pytest.fixture
def university() -> Data:
    return {
        "slug": "uni",
        "code": "UNI",
        "did": "did:web:uni.example",
        "legal_name": {"en": "University"},
        "country": "AT",
        "homepage": "https://uni.example/",
    }


@pytest.fixture
def course() -> Data:
    return {
        "slug": "data",
        "organisation": "uni",
        "title": {"en": "Data"},
        "description": {"en": "About data."},
    }


@pytest.fixture
def learner() -> Data:
    return {"organisation": "uni", "key": "S1", "display_name": "Alex Example"}


@pytest.fixture
def result(learner: Data) -> Data:
    return {
        "organisation": "uni",
        "achievement": "data",
        "learner": learner,
        "date": "2026-06-12",
        "passed": True,
    }
