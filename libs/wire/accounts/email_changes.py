"""Change of a user's email address: confirmed from the new mailbox, undone from the old one."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from wire.accounts.tenancy import User
from wire.contract import Refusal, message
from wire.values import Digest


class EmailChangeState(StrEnum):
    PENDING = "pending"
    APPLIED = "applied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNDONE = "undone"


@message
class GetEmailChange:
    pass


@message
class EmailChange:
    """A change of one's own address that waits for the new mailbox."""

    id: uuid.UUID
    state: EmailChangeState
    old_email: str
    new_email: str
    requested_at: datetime.datetime
    expires_at: datetime.datetime


@message
class CancelEmailChange:
    pass


@message
class GetEmailChangeToken:
    token_digest: Digest


@message
class ConfirmEmailChange:
    token_digest: Digest


@message
class GetEmailUndoToken:
    token_digest: Digest


@message
class UndoEmailChange:
    token_digest: Digest


@message
class EmailChangeSettled:
    """The change after a token was used, and the address that the user has now."""

    state: EmailChangeState
    email: str


@message
class EmailChangeRequested:
    """`user` still has the old address; `link_id` is the id of the token that goes to the new one."""

    change_id: uuid.UUID
    link_id: uuid.UUID
    user: User
    new_email: str
    expires_at: datetime.datetime


@message
class EmailChangeContested:
    """Somebody wants an address that is this user's; only its holder may learn it."""

    user: User
    email: str


@message
class EmailChanged:
    """`user` has the new address; `undo_link_id` is the id of the token that goes to the old one."""

    change_id: uuid.UUID
    user: User
    old_email: str
    undo_link_id: uuid.UUID
    undo_until: datetime.datetime


@message
class EmailChangeUndone:
    """`user` has the old address again."""

    change_id: uuid.UUID
    user: User
    abandoned_email: str


class EmailUnchanged(Refusal):
    """This is the address that the user has already."""

    code = "email_unchanged"


class EmailChangeNotFound(Refusal):
    """No change of one's own address is pending."""

    code = "email_change_not_found"


class EmailChangeCancelled(Refusal):
    """Whoever asked for the change has given it up, or their session has ended."""

    code = "email_change_cancelled"
