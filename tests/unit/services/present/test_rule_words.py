"""Rules as one would say them."""

import pytest

from issuer.model.rule import decode
from issuer.services.present.rule_words import in_words

TITLES = {"foundations": "Foundations", "law": "Data Law", "project": "A Real Collection"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('"law"', "Data Law"),
        ('"data-visualisation"', "Data visualisation"),
        ('{"all_of":["law"]}', "Data Law"),
        ('{"all_of":["foundations","law"]}', "Foundations and Data Law"),
        ('{"all_of":["foundations","law","x"]}', "Foundations, Data Law and X"),
        ('{"n":1,"of":["law","x"]}', "one of Data Law or X"),
        ('{"n":2,"of":["law","x"]}', "Data Law and X"),
        ('{"credits":"6.50","of":["law","x"]}', "at least 6.5 ECTS from Data Law or X"),
        ('{"tier":"intermediate"}', "a part of tier 2 or higher"),
        ('{"capstone":"project"}', "the final project or exam “A Real Collection”"),
        (
            '{"all_of":["foundations",{"n":1,"of":["law","x"]},{"capstone":"project"}]}',
            "Foundations; one of Data Law or X; and the final project or exam “A Real Collection”",
        ),
        (
            '{"n":1,"of":[{"all_of":["law","x"]},"foundations"]}',
            "one of Data Law and X; or Foundations",
        ),
    ],
)
def test_a_rule_in_words(rule: str, said: str) -> None:
    assert in_words(decode(rule), TITLES) == said
