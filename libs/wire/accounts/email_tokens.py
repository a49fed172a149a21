"""Email tokens, the secrets in the links of mails: their states, and how the secret of one is read."""

from __future__ import annotations

import datetime
import uuid

from wire.contract import Refusal, message
from wire.values import Digest, TokenState


@message
class GetEmailToken:
    token_digest: Digest


@message
class EmailToken:
    """The state of an email token as its holder may see it; reading it changes nothing."""

    state: TokenState
    email_masked: str
    expires_at: datetime.datetime


@message
class RevealEmailToken:
    link_id: uuid.UUID


@message
class RevealedEmailToken:
    """The secret of an email token, for the mail that carries it; None once the token is of no use."""

    token: str | None
    state: TokenState
    expires_at: datetime.datetime


class EmailTokenUnknown(Refusal):
    code = "link_unknown"


class EmailTokenUsed(Refusal):
    code = "link_used"


class EmailTokenSuperseded(Refusal):
    """A newer mail holds the token that is valid."""

    code = "link_superseded"


class EmailTokenExpired(Refusal):
    code = "link_expired"
