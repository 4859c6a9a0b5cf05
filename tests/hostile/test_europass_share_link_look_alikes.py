"""Links that look like a share link of Europass and lead elsewhere, or do something else."""

import pytest

from issuer.delivery import europass_link
from issuer.errors import FieldsInvalid

HASH = "aB3dE5gH7jK9mN1p"
PATH = "/europass/digital-credentials/viewer/"
TAIL = f"{PATH}#/shareview/{HASH}"
LOOK_ALIKES = {
    "script": f"javascript:alert(1)//europa.eu{TAIL}",
    "script with an address": f"javascript://europa.eu{TAIL}%0aalert(1)",
    "data": f"data:text/html,https://europa.eu{TAIL}",
    "plain http": f"http://europa.eu{TAIL}",
    "no scheme": f"//europa.eu{TAIL}",
    "scheme in capitals": f"HTTPS://europa.eu{TAIL}",
    "host in capitals": f"https://EUROPA.EU{TAIL}",
    "host as a name below": f"https://europa.eu.evil.example{TAIL}",
    "europass as a name below": f"https://europass.europa.eu.evil.example{TAIL}",
    "host at the end of another": f"https://eviloeuropa.eu{TAIL}",
    "europass at the end of another": f"https://evileuropass.europa.eu{TAIL}",
    "another host of europa.eu": f"https://ec.europa.eu{TAIL}",
    "cyrillic": f"https://еuropa.eu{TAIL}",
    "full-width": f"https://europa．eu{TAIL}",
    "punycode": f"https://xn--uropa-4of.eu{TAIL}",
    "dot at the end": f"https://europa.eu.{TAIL}",
    "user": f"https://europa.eu@evil.example{TAIL}",
    "user and password": f"https://europa.eu:443@evil.example{TAIL}",
    "user on the right host": f"https://evil@europa.eu{TAIL}",
    "port": f"https://europa.eu:8443{TAIL}",
    "its own port": f"https://europa.eu:443{TAIL}",
    "backslash": f"https://evil.example\\europa.eu{TAIL}",
    "backslashes": f"https:\\\\europa.eu{TAIL}",
    "address in the fragment of another": f"https://evil.example/#https://europa.eu{TAIL}",
    "address in the query of another": f"https://evil.example/?u=https://europa.eu{TAIL}",
    "query": f"https://europa.eu{PATH}?url=https://evil.example#/shareview/{HASH}",
    "query in the fragment": f"https://europa.eu{TAIL}?next=https://evil.example",
    "another path of europa.eu": f"https://europa.eu/evil/viewer/#/shareview/{HASH}",
    "europass as a beginning": f"https://europa.eu/europassevil/viewer/#/shareview/{HASH}",
    "steps up": f"https://europa.eu/europass/../evil/viewer/#/shareview/{HASH}",
    "escaped steps": f"https://europa.eu/europass/%2e%2e/viewer/#/shareview/{HASH}",
    "two slashes": f"https://europa.eu/europass//evil.example/viewer/#/shareview/{HASH}",
    "no viewer": f"https://europa.eu/europass/digital-credentials/#/shareview/{HASH}",
    "the learner's private view": f"https://europa.eu{PATH}#/view/12345/{HASH}",
    "home": f"https://europa.eu{PATH}#/home",
    "no fragment": f"https://europa.eu{PATH}shareview/{HASH}",
    "one character less": f"https://europa.eu{PATH}#/shareview/{HASH[:-1]}",
    "one character more": f"https://europa.eu{TAIL}A",
    "a hyphen": f"https://europa.eu{PATH}#/shareview/{HASH[:-1]}-",
    "digits of another script": f"https://europa.eu{PATH}#/shareview/{HASH[:-1]}١",
    "a step behind": f"https://europa.eu{TAIL}/../../x",
    "two": f"https://europa.eu{TAIL} https://europa.eu{TAIL}",
    "two lines": f"https://europa.eu{TAIL}\nhttps://evil.example",
    "markup": f'https://europa.eu{TAIL}"><script>alert(1)</script>',
    "a null": f"https://europa.eu{TAIL}\0",
    "a tab inside": f"https://euro\tpa.eu{TAIL}",
    "turned letters": f"https://europa.eu{TAIL}\u202e",
    "very long": f"https://europa.eu/europass{'/a' * 5_000}/viewer/#/shareview/{HASH}",
    "many names": f"https://{'a.' * 5_000}europass.europa.eu{TAIL}",
    "nothing": "",
}


@pytest.mark.parametrize("case", LOOK_ALIKES)
def test_it_is_refused_and_not_repeated(case: str) -> None:
    with pytest.raises(FieldsInvalid) as caught:
        europass_link.read(LOOK_ALIKES[case])
    assert "evil" not in caught.value.message
    assert "alert" not in caught.value.message


def test_the_one_that_they_look_like_is_taken() -> None:
    assert europass_link.read(f"https://europa.eu{TAIL}") == f"https://europa.eu{TAIL}"
