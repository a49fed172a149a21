"""Sessions: login, identification by a token, logout, and the list of a user's sessions."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from wire.accounts.tenancy import Account, User
from wire.contract import Refusal, message
from wire.values import DeviceToken, Digest, EmailAddress, Role, Secret, TotpCode


class SessionEnd(StrEnum):
    """Why a session ended."""

    LOGGED_OUT = "logged_out"
    REPLACED = "replaced"
    TOO_MANY = "too_many"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # a reason, no password
    EMAIL_CHANGED = "email_changed"
    ROLE_CHANGED = "role_changed"
    USER_REMOVED = "user_removed"
    ACCOUNT_CANCELLED = "account_cancelled"


@message
class OpenSession:
    """`is_remembered` asks for a session that lives for weeks; `device_token` is what an earlier log-in gave this
    device, which a right password then lets in however many wrong ones came from elsewhere. `wants_challenge` asks for
    a token beside `TotpRequired`, with which the code can be given without the password."""

    email: EmailAddress
    password: Secret
    totp: TotpCode | None = None
    is_remembered: bool = False
    device_token: DeviceToken | None = None
    wants_challenge: bool = False


@message
class Session:
    """`browser` and `system` are what the user agent says of itself, in words that people know; empty where it says
    nothing that we understand. `is_current` marks the session that asks."""

    id: uuid.UUID
    user_id: uuid.UUID
    created_at: datetime.datetime
    expires_at: datetime.datetime
    user_agent: str
    ip_address: str
    last_used_at: datetime.datetime | None = None
    is_remembered: bool = False
    browser: str = ""
    system: str = ""
    is_current: bool = False


@message
class Notice:
    """Something the user should see right after log-in."""

    code: str
    detail: str


@message
class OpenedSession:
    """The only message that holds a session's token: its holder keeps it, the service keeps the digest."""

    token: str
    session: Session
    user: User
    account: Account
    notices: tuple[Notice, ...] = ()
    device_token: str = ""


@message
class Identify:
    token_digest: Digest


@message
class Identity:
    """Who a session's token speaks for. A session that is `is_returning` belongs to a cancelled account: it opens the
    way back and the old invoices, and nothing else."""

    session_id: uuid.UUID
    user_id: uuid.UUID
    account_id: uuid.UUID
    role: Role
    locale: str
    expires_at: datetime.datetime
    name: str = ""
    email: str = ""
    authenticated_at: datetime.datetime | None = None
    is_returning: bool = False


@message
class ListSessions:
    """Those of who asks."""


@message
class SessionList:
    """A user's living sessions, the last used first; there are 50 at most, so there is no second page."""

    data: tuple[Session, ...]
    has_more: bool = False
    next_cursor: str | None = None


@message
class EndSession:
    session_id: uuid.UUID


@message
class EndOtherSessions:
    """All of one's sessions but the one that asks."""


@message
class Reauthenticate:
    """The current password again: the session goes on under a new token, and the old token is of no use any more."""

    password: Secret


@message
class SessionRevoked:
    """A session ended before its time: whoever keeps sessions in mind forgets it now."""

    session_id: uuid.UUID
    user_id: uuid.UUID
    reason: SessionEnd = SessionEnd.LOGGED_OUT


@message
class NewDeviceSeen:
    """Somebody logged in as this user on a device that could not show that the user had been there before."""

    user: User
    session: Session


class SessionNotFound(Refusal):
    """None of one's own sessions has this id."""

    code = "session_not_found"
