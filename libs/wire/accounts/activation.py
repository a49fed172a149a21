"""Activation of a new user by the token in an activation mail."""

from __future__ import annotations

import datetime
import uuid

from wire.accounts.tenancy import User
from wire.contract import message
from wire.values import EmailAddress


@message
class UserActivationRequested:
    """`link_id` is the id of the mail's token; `invited_by` names who invited the user, None for who signed up."""

    link_id: uuid.UUID
    user: User
    company_name: str
    expires_at: datetime.datetime
    invited_by: str | None = None


@message
class RequestActivation:
    """Ask for another activation mail; the answer does not reveal whether the address is known."""

    email: EmailAddress


@message
class UserActivated:
    user: User
