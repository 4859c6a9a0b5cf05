from typing import Any

import pytest
from pydantic import ValidationError

from issuer.model.organisation import Accreditation, Identifiers, Organisation, luminance

Data = dict[str, Any]
DID_KEY = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


def test_the_least_an_organisation_needs(university: Data) -> None:
    made = Organisation.model_validate(university)
    assert made.learner_key == "student_number"
    assert made.time_zone == "Europe/Vienna"
    assert Organisation.model_validate_json(made.model_dump_json()) == made


def test_the_example_is_an_organisation(organisation: Organisation) -> None:
    assert organisation.legal_name.languages == ("en", "de")
    assert organisation.accreditations[0].type == "institutional_qa"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("did", DID_KEY),
        ("did", "did:web:localhost%3A8000"),
        ("did", "did:web:uni.example:departments:data"),
        ("country", "GR"),
        ("country", "MN"),
        ("time_zone", "America/Argentina/Buenos_Aires"),
        ("colour", "#000000"),
        ("linkedin_id", 15_143_520),
        ("learner_key", "email"),
        ("contact", "credentials@uni.example"),
        ("region", "Wien"),
    ],
)
def test_a_field_that_is_accepted(university: Data, field: str, value: object) -> None:
    made = Organisation.model_validate(university | {field: value})
    assert getattr(made, field) == value


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("slug", "Uni", "pattern"),
        ("code", "uni", "pattern"),
        ("code", "TOOLONGCODE", "pattern"),
        ("did", "did:web:127.0.0.1", "does not name a host"),
        ("did", "did:web:uni.example/path", "plain lower-case"),
        ("did", "did:web:Uni.example", "plain lower-case"),
        ("did", "did:key:z6Mkfake", "did:web or a did:key"),
        ("did", "did:ion:abc", "did:web or a did:key"),
        ("did", "https://uni.example", "did:web or a did:key"),
        ("did", "did:web:" + "a" * 300, "at most 300"),
        ("legal_name", {}, "at least one language|1 to 40"),
        ("country", "AUT", "pattern"),
        ("country", "ZZ", "not in the EU list 'country'"),
        ("country", "at", "pattern"),
        ("homepage", "http://uni.example/", "not an https address"),
        ("logo", "https://uni.example/logo.png", "PNG in base64"),
        ("colour", "#ffffff", "too light"),
        ("colour", "red", "must be a colour"),
        ("colour", "#12345g", "must be a colour"),
        ("time_zone", "Vienna", "not a time zone"),
        ("time_zone", "../../etc/passwd", "not a time zone"),
        ("time_zone", "/etc/localtime", "not a time zone"),
        ("time_zone", "Europe", "not a time zone"),
        ("time_zone", "", "not a time zone"),
        ("linkedin_id", 0, "greater than 0"),
        ("linkedin_id", "uni-example", "integer"),
        ("learner_key", "name", "pattern"),
        ("contact", "a\nb", "one line"),
        ("nickname", "U", "Extra inputs"),
    ],
)
def test_a_field_that_is_refused_and_why(
    university: Data, field: str, value: object, fault: str
) -> None:
    with pytest.raises(ValidationError, match=fault):
        Organisation.model_validate(university | {field: value})


def test_a_colour_that_can_just_be_read_on(university: Data) -> None:
    # 1.05 / (L + 0.05) = 7 where L = 0.1: grey 89 (#595959) is above 7:1, grey 90 below.
    assert Organisation.model_validate(university | {"colour": "#595959"}).colour == "#595959"
    with pytest.raises(ValidationError, match="contrast of 7:1"):
        Organisation.model_validate(university | {"colour": "#5A5A5A"})


@pytest.mark.parametrize(
    ("colour", "expected"), [("#ffffff", 1.0), ("#000000", 0.0), ("#ff0000", 0.2126)]
)
def test_luminance_is_that_of_wcag(colour: str, expected: float) -> None:
    assert luminance(colour) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("ror", "https://ror.org/03yrm5c26", "https://ror.org/03yrm5c2"),
        ("ror", "https://ror.org/05n3x4p02", "ror.org/05n3x4p02"),
        ("pic", "999986096", "99998609"),
        ("erasmus", "A  WIEN01", "WIEN"),
        ("erasmus", "IRLDUBLIN02", "a wien01"),
        ("schac_home", "uni.example", "Uni.example"),
        ("schac_home", "uni.ac.at", "localhost"),
        ("eidas", "VATAT-U12345678", "ATU12345678"),
        ("eidas", "NTRAT-123456a", "NTRAT-12\n3"),
    ],
)
def test_each_identifier_has_its_form(field: str, good: str, bad: str) -> None:
    assert getattr(Identifiers.model_validate({field: good}), field) == good
    with pytest.raises(ValidationError):
        Identifiers.model_validate({field: bad})


def test_a_decision_is_in_force_from_before_it_is_over() -> None:
    day = {"type": "programme_qa", "agency": "A", "valid_from": "2024-01-01"}
    Accreditation.model_validate(day | {"valid_until": "2024-01-01"})
    with pytest.raises(ValidationError, match="valid_from is after valid_until"):
        Accreditation.model_validate(day | {"valid_until": "2023-12-31"})


def test_a_type_of_quality_assurance_outside_the_list_is_told_what_is_allowed() -> None:
    with pytest.raises(ValidationError, match=r"allowed: .*institutional_qa"):
        Accreditation.model_validate({"type": "excellent", "agency": "A"})
