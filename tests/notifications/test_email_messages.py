"""Email messages are what mail servers and readers expect, and no name or address breaks out of them."""

from __future__ import annotations

import dataclasses
import datetime
import email
import uuid
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.email_messages import AddressError, Envelope, Party, compose, header_address
from notifications.rendering import Rendered
from wire.values import LOCALES

PIECES = [
    "=?",
    "utf-8",
    "?q?",
    "?b?",
    "=0D=0A",
    "DQo=",
    "Bcc:_",
    "a@b.example",
    "?=",
    "=",
    "?",
    " ",
    '"',
    "<",
    ",",
]
ANYTHING = st.text(st.characters(exclude_categories=[]), max_size=200) | st.lists(
    st.sampled_from(PIECES), max_size=20
).map("".join)
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
]
ENVELOPE = Envelope(
    notification_id=uuid.UUID("7b0f0a52-6f0c-4d8a-9f53-0d5f6f3f9a11"),
    sender=Party(name="Frontdesk", address="robot@frontdesk.example"),
    recipient=Party(name="Élodie Lefèvre", address="elodie@example.com"),
    written_at=datetime.datetime(2026, 7, 1, 8, 30, tzinfo=datetime.UTC),
)


def mail(**different: str) -> Rendered:
    return dataclasses.replace(
        Rendered(subject="Votre accès", text="Voilà\n", html="<p>Voilà</p>", locale="fr"), **different
    )


def to(name: str, address: str) -> Envelope:
    return dataclasses.replace(ENVELOPE, recipient=Party(name=name, address=address))


def received(message: EmailMessage) -> EmailMessage:
    """The message after its way over the wire."""
    parsed = email.message_from_bytes(message.as_bytes(), policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_the_headers_are_complete() -> None:
    message = received(compose(mail(), ENVELOPE))
    assert message.keys() == HEADERS
    assert str(message["From"]) == "Frontdesk <robot@frontdesk.example>"
    assert message["To"].addresses == (Address("Élodie Lefèvre", "elodie", "example.com"),)
    assert message["Subject"] == "Votre accès"
    assert message["Date"].datetime == ENVELOPE.written_at
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"


def test_readers_get_text_first_and_html_as_the_richer_form() -> None:
    message = received(compose(mail(), ENVELOPE))
    assert message.get_content_type() == "multipart/alternative"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in parts] == ["utf-8", "utf-8"]
    assert [part.get_content().strip() for part in parts if isinstance(part, EmailMessage)] == [
        "Voilà",
        "<p>Voilà</p>",
    ]


def test_every_attempt_sends_the_same_message_id() -> None:
    first, second = compose(mail(), ENVELOPE), compose(mail(), ENVELOPE)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"] == "<7b0f0a52-6f0c-4d8a-9f53-0d5f6f3f9a11@frontdesk.example>"


def test_replies_go_to_another_address_where_one_is_given() -> None:
    envelope = dataclasses.replace(ENVELOPE, reply_to=Party(name="Help", address="help@frontdesk.example"))
    assert str(compose(mail(), envelope)["Reply-To"]) == "Help <help@frontdesk.example>"


@pytest.mark.parametrize("locale", LOCALES)
def test_no_line_is_longer_than_mail_servers_take(locale: str) -> None:
    message = compose(mail(text="가" * 3000 + "\n", html="<p>" + "가" * 3000, locale=locale), ENVELOPE)
    assert max(len(line) for line in message.as_bytes().split(b"\r\n")) <= 998
    assert message.as_bytes().isascii()


def test_a_long_name_is_cut() -> None:
    assert len(header_address(Party(name="x" * 500, address="ada@example.com")).display_name) == 100


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "Élodie Lefèvre-O’Hara", "김민준", "J.R.R. Tolkien & Sons Inc."]
)
def test_an_ordinary_name_arrives_as_it_was_typed(name: str) -> None:
    assert received(compose(mail(), to(name, "ada@example.com")))["To"].addresses[0].display_name == name


def test_a_host_in_another_script_is_written_as_mail_servers_look_it_up() -> None:
    assert header_address(Party(name="", address="info@bücher.example")).domain == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "name",
    [
        "Ada\r\nBcc: thief@evil.example",
        "Ada\nSubject: won\n\nbody",
        "Ada\x00\x1b[2J",
        'Ada" <thief@evil.example>, "',
        "thief@evil.example, Ada",
        "=?utf-8?q?=0D=0ABcc:_thief=40evil.example?=",
        "==?utf-8?b?DQpCY2M6IHRoaWVmQGV2aWwuZXhhbXBsZQ==?= Ada",
        "\u202egnp.exe\u2066",
        "\ud800",
        "Ada\u2028Bcc: thief@evil.example",
        "thief@evil.example, " * 4 + "Ada",
        "friends: thief@evil.example; " * 3,
        "é, <thief@evil.example>, " * 4,
    ],
)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    message = received(compose(mail(subject=name), to(name, "ada@example.com")))
    assert message.keys() == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["ada@example.com"]


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.com\r\nBcc: thief@evil.example",
        "ada@example.com, thief@evil.example",
        "<ada@example.com>",
        "Ada <ada@example.com>",
        "ada@example.com>\nRCPT TO:<thief@evil.example",
        "=?utf-8?q?=0D=0ABcc:_thief=40evil.example?=@example.com",
        '"ada, thief@evil.example"@example.com',
        "ada",
        "@example.com",
        "ada@",
        "a b@example.com",
        "ada@exa mple.com",
        "",
    ],
)
def test_what_is_not_an_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(AddressError) as error:
        compose(mail(), to("Ada", address))
    assert "example" not in str(error.value)


@given(name=ANYTHING, subject=ANYTHING)
def test_no_name_and_no_subject_adds_a_header_or_a_recipient(name: str, subject: str) -> None:
    message = received(compose(mail(subject=subject), to(name, "ada@example.com")))
    assert message.keys() == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["ada@example.com"]
    assert message["From"].addresses[0].addr_spec == "robot@frontdesk.example"


@given(address=ANYTHING | st.from_regex(r"[\x00-\x7f]{0,30}@[\x00-\x7f]{0,30}", fullmatch=True))
def test_no_address_adds_a_header_or_a_recipient(address: str) -> None:
    try:
        message = compose(mail(), to("Ada", address))
    except AddressError:
        return
    parsed = email.message_from_bytes(message.as_bytes(policy=SMTP.clone(utf8=True)), policy=SMTP)
    assert parsed.keys() == HEADERS
    assert len(parsed["To"].addresses) == 1
