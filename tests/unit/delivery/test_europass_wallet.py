"""The two calls to a wallet: whose it is, read strictly; what is sent, to the byte."""

from email import message_from_bytes
from email.policy import HTTP
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.delivery import europass_wallet
from issuer.delivery.europass_wallet import Recipient
from issuer.errors import FieldsInvalid

WALLET = "https://edc.uni.example/edci"


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("abc-123", "abc-123/credentials"),
        (" 0 ", "0/credentials"),
        ("x" * 64, f"{'x' * 64}/credentials"),
        (
            "a.b@uni.example",
            "email/a.b%40uni.example/credentials?sendEmail=true&locale=en",
        ),
        (
            "o'neil+x_y-z@mail.uni.example",
            "email/o%27neil%2Bx_y-z%40mail.uni.example/credentials?sendEmail=true&locale=en",
        ),
    ],
)
def test_a_wallet_address_and_an_email_address_have_calls_of_their_own(
    typed: str, target: str
) -> None:
    assert europass_wallet.recipient(typed).target == target


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        ".",
        "..",
        "../admin",
        "a/b",
        "a%2Fb",
        "a?b",
        "a#b",
        "a b",
        "a\\b",
        "a\r\nHost: evil",
        "x" * 65,
        "ä",
        "\u0661",
        "a@b",
        "@uni.example",
        "a@@uni.example",
        ".a@uni.example",
        "a..b@uni.example",
        "a.@uni.example",
        "a/b@uni.example",
        "a?x=1@uni.example",
        "a&sendEmail=false@uni.example",
        "a%40b@uni.example",
        '"a b"@uni.example',
        "a@uni.example/../..",
        "a@uni.example?x",
        "a@-uni.example",
        "a@uni-.example",
        "a@uni.example.",
        "a@uni..example",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@uni.example\nb@uni.example",
        "a@uni.exampl\u0435",
        f"{'a' * 250}@uni.example",
    ],
)
def test_whatever_else_is_typed_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(FieldsInvalid) as caught:
        europass_wallet.recipient(typed)
    assert caught.value.message.startswith("This is neither the address of a wallet nor")
    assert caught.value.details["fields"] == [
        {
            "place": "to",
            "fault": "is neither the address of a wallet nor an e-mail address",
            "cure": europass_wallet._CURE,
        }
    ]


@given(st.text(max_size=300))
def test_what_is_taken_stays_one_segment_of_the_path(text: str) -> None:
    try:
        found = europass_wallet.recipient(text)
    except FieldsInvalid:
        return
    path = urlsplit(f"{WALLET}/api/v1/wallets/{found.target}").path
    segments = path.removeprefix("/edci/api/v1/wallets/").split("/")
    assert segments[-1] == "credentials"
    assert unquote(segments[-2]) == text.strip()
    assert len(segments) == (3 if found.by_email else 2)


def test_the_file_is_sent_byte_for_byte_and_names_nobody() -> None:
    file = bytes(range(256)) + '{"name": "Zoë"}\r\n'.encode()
    made = europass_wallet.compose(
        WALLET, to=Recipient("abc-123", by_email=False), sealed=file, boundary="f00d"
    )
    assert made.url == f"{WALLET}/api/v1/wallets/abc-123/credentials"
    assert made.media_type == "multipart/form-data; boundary=f00d"
    assert made.body == (
        b"--f00d\r\n"
        b'Content-Disposition: form-data; name="_credential"; filename="credential.jsonld"\r\n'
        b"Content-Type: application/ld+json\r\n"
        b"\r\n" + file + b"\r\n"
        b"--f00d--\r\n"
    )


def test_another_reader_of_multipart_finds_one_part() -> None:
    made = europass_wallet.compose(
        WALLET, to=Recipient("x", by_email=False), sealed=b'{"a": 1}', boundary="0" * 32
    )
    head = f"Content-Type: {made.media_type}\r\n\r\n".encode()
    (part,) = message_from_bytes(head + made.body, policy=HTTP).iter_parts()
    assert part.get_param("name", header="content-disposition") == "_credential"
    assert part.get_payload(decode=True) == b'{"a": 1}'
