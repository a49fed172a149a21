"""The table of all mails."""

from __future__ import annotations

from notifications.mails import (
    cancellation,
    contact_passwords,
    contacts,
    email_changes,
    passwords,
    reactivation,
    second_factor,
    sessions,
    signup,
    trials,
    users,
)
from notifications.mails.base import Mail

MAILS: tuple[Mail, ...] = (
    *signup.MAILS,
    *users.MAILS,
    *sessions.MAILS,
    *passwords.MAILS,
    *email_changes.MAILS,
    *second_factor.MAILS,
    *cancellation.MAILS,
    *reactivation.MAILS,
    *trials.MAILS,
    *contacts.MAILS,
    *contact_passwords.MAILS,
)


class UnknownMailError(LookupError):
    """No mail has this name."""


def find(name: str) -> Mail:
    for mail in MAILS:
        if mail.name == name:
            return mail
    raise UnknownMailError(name)
