"""Activation of a new user by the token in an activation mail."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from wire.accounts.tenancy import User
from wire.contract import Refusal, message
from wire.values import Digest, EmailAddress, Secret, TokenState


class ActivationKind(StrEnum):
    USER = "user"
    CONTACT = "contact"


@message
class GetActivation:
    token_digest: Digest


@message
class Activation:
    """The state of an activation token as its holder may see it; reading it changes nothing."""

    state: TokenState
    email_masked: str
    kind: ActivationKind
    expires_at: datetime.datetime


@message
class Activate:
    token_digest: Digest
    password: Secret
    password_repeat: Secret


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


class ActivationUnknown(Refusal):
    code = "activation_unknown"


class ActivationLinkUsed(Refusal):
    code = "activation_link_used"


class ActivationLinkSuperseded(Refusal):
    code = "activation_link_superseded"


class ActivationLinkExpired(Refusal):
    code = "activation_link_expired"
