"""Passwords: change, reset, and reauthentication."""

from __future__ import annotations

import datetime
import uuid

from wire.accounts.tenancy import User
from wire.contract import Refusal, message
from wire.values import EmailAddress, Secret


@message
class ChangePassword:
    """A new password for who is logged in and knows the present one. The session keeps its token, and is no fresher
    for it: `Reauthenticate` gives out another."""

    current_password: Secret
    new_password: Secret
    new_password_repeat: Secret


@message
class RequestPasswordReset:
    """Ask for a mail to reset a forgotten password; the answer does not reveal whether the address is known."""

    email: EmailAddress


@message
class PasswordResetRequested:
    """`link_id` is the id of the mail's token."""

    link_id: uuid.UUID
    user: User
    expires_at: datetime.datetime


@message
class PasswordChanged:
    """The user has a new password: by the present one, or, where `is_reset`, by the token of a mail."""

    user: User
    changed_at: datetime.datetime
    is_reset: bool = False


class ReauthenticationRequired(Refusal):
    """This needs the current password, or one that was given in the last few minutes."""

    code = "reauthentication_required"
