"""Users of an account: list, invite, change, remove."""

from __future__ import annotations

import datetime
import uuid

from wire.absent import ABSENT, Absent
from wire.accounts.tenancy import User
from wire.contract import Refusal, message
from wire.values import (
    PAGE_SIZE,
    Cursor,
    EmailAddress,
    ExternalId,
    Locale,
    Name,
    PageLimit,
    Role,
    Version,
)


@message
class ListUsers:
    """A page in the order in which they came; `after` is the cursor that the page before gave. With an `external_id`,
    compared without case, the one user who has it."""

    limit: PageLimit = PAGE_SIZE
    after: Cursor | None = None
    external_id: ExternalId | None = None


@message
class UserPage:
    data: tuple[User, ...]
    has_more: bool
    next_cursor: str | None


@message
class GetUser:
    user_id: uuid.UUID


@message
class InviteUser:
    """`locale` is the language of the invitation and of the user's pages; the account's where it is not given."""

    name: Name
    email: EmailAddress
    role: Role
    locale: Locale | None = None
    external_id: ExternalId | None = None


@message
class ChangeUser:
    """What is not given stays; `external_id: null` takes it away; `version` is the one that the change was made for."""

    user_id: uuid.UUID
    role: Role | None = None
    name: Name | None = None
    external_id: ExternalId | Absent | None = ABSENT
    version: Version | None = None


@message
class RemoveUser:
    user_id: uuid.UUID


@message
class RepeatInvitation:
    """Send another activation mail to a user who never activated; the token of the one before is superseded."""

    user_id: uuid.UUID


@message
class UserInvited:
    """`invited_by` names the person who asked for it."""

    user: User
    invited_by: str


@message
class UserInvitedElsewhere:
    """Somebody invited an address that belongs to `user`, who works in another account; only they may learn it."""

    user: User
    email: str
    company_name: str
    invited_by: str


@message
class UserUpdated:
    user: User


@message
class UserRemoved:
    user: User
    removed_at: datetime.datetime


class ExternalIdInUse(Refusal):
    """Another user of the account has this external id, whatever its case."""

    code = "external_id_in_use"


class LastOwner(Refusal):
    """An account has at least one owner, always."""

    code = "last_owner"


class RoleNotAllowed(Refusal):
    """Only owners decide about owners, and nobody about their own role."""

    code = "role_not_allowed"


class UserAlreadyVerified(Refusal):
    """Who has a password needs no activation; a lost one is reset."""

    code = "user_already_verified"


class UserLimitReached(Refusal):
    """No more users during the trial; `limit` says how many there can be."""

    code = "user_limit_reached"
