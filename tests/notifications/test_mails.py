"""The table of mails: each has its texts, and what it needs can be stored."""

from __future__ import annotations

import uuid

import pytest

from notifications.mail_queue import natural_key
from notifications.mails.base import Mail, as_data, props_of
from notifications.mails.outgoing import language_for
from notifications.mails.signup import OwnerActivationProps
from notifications.mails.table import MAILS, UnknownMailError, find
from notifications.rendering import HERE
from tests.notifications.samples import props

EVENT = uuid.UUID("0c5d8f7e-6a53-4c61-8f0a-0e5f0f1f7a01")


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.name)
def test_every_mail_has_its_three_templates(mail: Mail) -> None:
    assert [name for name in mail.templates if not (HERE / "templates" / name).is_file()] == []


def test_every_folder_of_templates_belongs_to_a_mail() -> None:
    folders = {path.name for path in (HERE / "templates").iterdir() if path.is_dir()}
    assert folders == {mail.name for mail in MAILS} | {"_base"}


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.name)
def test_props_survive_their_time_in_a_row(mail: Mail) -> None:
    written = props(mail.name, "fr")
    assert props_of(mail, as_data(written)) == written


def test_a_secret_link_can_be_added_when_it_is_needed() -> None:
    written = props("owner_activation", "en")
    stored = {name: value for name, value in as_data(written).items() if name != "link"}
    again = props_of(find("owner_activation"), {**stored, "link": "https://frontdesk.example/activate/x"})
    assert isinstance(again, OwnerActivationProps)
    assert again.link == "https://frontdesk.example/activate/x"


def test_one_event_asks_one_recipient_for_one_mail_once() -> None:
    key = natural_key(EVENT, "owner_activation", "Ada@example.com")
    assert key == natural_key(EVENT, "owner_activation", "ada@EXAMPLE.com")
    assert key == "owner_activation:0c5d8f7e-6a53-4c61-8f0a-0e5f0f1f7a01:ada@example.com"
    others = {
        natural_key(uuid.uuid4(), "owner_activation", "ada@example.com"),
        natural_key(EVENT, "sign_up_repeated", "ada@example.com"),
        natural_key(EVENT, "owner_activation", "bob@example.com"),
    }
    assert key not in others
    assert len(others) == 3


def test_a_mail_that_is_not_in_the_table_is_unknown() -> None:
    with pytest.raises(UnknownMailError):
        find("newsletter")


def test_nobody_can_unsubscribe_from_what_keeps_them_safe() -> None:
    assert {mail.name for mail in MAILS if not mail.is_security} == {"trial_ending"}


@pytest.mark.parametrize(
    ("recipient", "account", "expected"),
    [
        ("ko", "fr", "ko"),
        ("de", "fr", "fr"),
        (None, "fr-CA", "fr"),
        ("FR_be", None, "fr"),
        ("de", "it", "en"),
        (None, None, "en"),
        ("", "", "en"),
    ],
)
def test_the_language_is_the_recipients_else_the_accounts_else_english(
    recipient: str | None, account: str | None, expected: str
) -> None:
    assert language_for(recipient, account) == expected
