"""The users of an account: listed, invited, changed and removed, by those who may.

Whether an invited address has a user elsewhere is told to nobody but its holder.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.orm import Session

from accounts import address_ownership, messages
from accounts.api_keys.models import ApiKeyRow
from accounts.audit_log.actors import Actor, ActorKind
from accounts.email_changes.models import EmailChangeRow
from accounts.email_tokens.user_tokens import TOKENS
from accounts.models import AccountRow, ReservedAddressRow, UserRow
from accounts.second_factor import second_factors
from accounts.users import external_ids, roles
from identity import addresses
from wire import cursors
from wire.absent import ABSENT
from wire.accounts.tenancy import UserUnknown
from wire.accounts.users import (
    ChangeUser,
    InviteUser,
    ListUsers,
    UserAlreadyVerified,
    UserLimitReached,
    UserPage,
)
from wire.contract import JsonValue
from wire.identity import EmailInUse
from wire.values import AccountStatus, Role
from wire.versions import VersionStale

LIST = "users:created"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """What a change did; `previous` are the values before it, by field. Empty when nothing was different."""

    user: UserRow
    previous: dict[str, JsonValue]


def page(session: Session, account_id: uuid.UUID, request: ListUsers) -> UserPage:
    """A page in the order in which they came. Raises `CursorInvalid`."""
    external_id = external_ids.key(request.external_id)
    which = cursors.name_of(LIST, external_id)
    query = (
        select(UserRow)
        .where(UserRow.account_id == account_id, UserRow.removed_at.is_(None))
        .order_by(UserRow.created_at, UserRow.id)
        .limit(request.limit + 1)
    )
    if external_id is not None:
        query = query.where(UserRow.external_id_key == external_id)
    if request.after is not None:
        place = cursors.read(request.after, which, moment, uuid.UUID)
        query = query.where(tuple_(UserRow.created_at, UserRow.id) > tuple_(*place))
    rows = session.scalars(query).all()
    shown, has_more = rows[: request.limit], len(rows) > request.limit
    return UserPage(
        data=tuple(messages.as_user(row) for row in shown),
        has_more=has_more,
        next_cursor=cursors.write(which, shown[-1].created_at.isoformat(), shown[-1].id)
        if has_more
        else None,
    )


def moment(value: object) -> datetime.datetime:
    """A cursor's moment. Raises `ValueError`."""
    found = datetime.datetime.fromisoformat(cursors.text(value))
    if found.tzinfo is None:
        raise ValueError("a moment without an offset")
    return found


def find(
    session: Session, account_id: uuid.UUID, user_id: uuid.UUID, *, also_removed: bool = False
) -> UserRow:
    """The account's user, as the row is now. Raises `UserUnknown`, for another account's too."""
    row = session.scalar(
        select(UserRow)
        .where(UserRow.account_id == account_id, UserRow.id == user_id)
        .execution_options(populate_existing=True)
    )
    if row is None or (row.removed_at is not None and not also_removed):
        raise UserUnknown
    return row


def lock(session: Session, account_id: uuid.UUID) -> AccountRow:
    """One at a time changes who works in an account: two owners cannot take each other's place at once."""
    return session.scalars(
        select(AccountRow).where(AccountRow.id == account_id).with_for_update(key_share=True)
    ).one()


def invite(
    session: Session,
    account: AccountRow,
    request: InviteUser,
    *,
    by: Actor,
    now: datetime.datetime,
    trial_users_max: int,
) -> UserRow:
    """A new user, who has no password yet. Call it under `lock`.

    Raises `RoleNotAllowed`, `UserLimitReached`, `EmailInvalid`, `ExternalIdInUse`, or `EmailInUse` for an address of
    this account; for one of another account it does not.
    """
    roles.check_rank(session, by, is_about_owner=request.role is Role.OWNER)
    _check_room(session, account, trial_users_max)
    email_key = addresses.email_key(request.email)
    address_ownership.lock(session, email_key)
    if _is_ours(session, account.id, email_key, now=now):
        raise EmailInUse
    row = UserRow(
        id=uuid.uuid4(),
        account_id=account.id,
        name=request.name.strip(),
        email=request.email.strip(),
        email_key=email_key,
        locale=request.locale or account.locale,
        time_zone=account.time_zone,
        role=request.role.value,
        created_at=now,
        has_second_factor=False,
        version=1,
        external_id=external_ids.tidy(request.external_id),
        external_id_key=external_ids.key(request.external_id),
    )
    with external_ids.unique(session):
        session.add(row)
    return row


def _check_room(session: Session, account: AccountRow, trial_users_max: int) -> None:
    """A trial is no way to send mails to the world. Users who were removed count too: else inviting and removing would
    go on for ever."""
    if account.status != AccountStatus.TRIAL.value:
        return
    query = select(func.count()).select_from(UserRow).where(UserRow.account_id == account.id)
    if (session.scalar(query) or 0) >= trial_users_max:
        raise UserLimitReached(limit=trial_users_max)


def _is_ours(session: Session, account_id: uuid.UUID, email_key: str, *, now: datetime.datetime) -> bool:
    """Whether the address is that of somebody who works here, or was until lately."""
    ours = select(UserRow.id).where(
        UserRow.account_id == account_id, UserRow.email_key == email_key, UserRow.removed_at.is_(None)
    )
    if session.scalar(ours) is not None:
        return True
    holder = address_ownership.holder(session, email_key, now=now)
    query = select(UserRow.id).where(UserRow.id == holder, UserRow.account_id == account_id)
    return holder is not None and session.scalar(query) is not None


def holder_elsewhere(session: Session, user: UserRow, *, now: datetime.datetime) -> UserRow | None:
    """Who has the address of an invited user already, in another account; None when it is free."""
    address_ownership.lock(session, user.email_key)
    holder = address_ownership.holding_user(session, user.email_key, now=now)
    return None if holder is None or holder.id == user.id else holder


def invited(session: Session, account_id: uuid.UUID, user_id: uuid.UUID) -> UserRow:
    """A user who can be invited again. Raises `UserUnknown` or `UserAlreadyVerified`."""
    row = find(session, account_id, user_id)
    if row.verified_at is not None:
        raise UserAlreadyVerified
    return row


def change(session: Session, account_id: uuid.UUID, request: ChangeUser, *, by: Actor) -> Change:
    """Give a user another role, name or external id. Call it under `lock`.

    Raises `UserUnknown`, `VersionStale`, `RoleNotAllowed`, `LastOwner` or `ExternalIdInUse`.
    """
    TOKENS.lock(session, request.user_id)  # the user may be changing their own name just now
    row = find(session, account_id, request.user_id)
    if request.version not in (None, row.version):
        raise VersionStale
    role = row.role if request.role is None else request.role.value
    name = row.name if request.name is None else request.name.strip()
    roles.check_decision(session, row, to=Role(role), by=by)
    external_id = row.external_id if request.external_id is ABSENT else external_ids.tidy(request.external_id)
    asked = {"role": role, "name": name, "external_id": external_id}
    previous: dict[str, JsonValue] = {
        field: getattr(row, field) for field, value in asked.items() if getattr(row, field) != value
    }
    if previous:
        with external_ids.unique(session):
            row.role, row.name = role, name
            row.external_id, row.external_id_key = external_id, external_ids.key(external_id)
            row.version += 1
    return Change(user=row, previous=previous)


def remove(
    session: Session, account_id: uuid.UUID, user_id: uuid.UUID, *, by: Actor, now: datetime.datetime
) -> UserRow | None:
    """Take a user out: tokens die, the address is free, the row stays for the audit log. None when it was done before.

    Call it under `lock`. Raises `UserUnknown`, `RoleNotAllowed` or `LastOwner`.
    """
    row = find(session, account_id, user_id, also_removed=True)
    if row.removed_at is not None:
        return None
    roles.check_decision(session, row, to=None, by=by)
    TOKENS.lock(session, row.id)
    TOKENS.revoke(session, row.id)
    second_factors.discard(session, row.id)
    session.execute(delete(ReservedAddressRow).where(ReservedAddressRow.user_id == row.id))
    session.execute(
        update(EmailChangeRow)
        .where(EmailChangeRow.user_id == row.id, EmailChangeRow.state == "pending")
        .values(state="cancelled", settled_at=now)
    )
    row.removed_at, row.password_hash, row.has_second_factor = now, None, False
    row.version += 1
    return row


def inviter(session: Session, by: Actor) -> str:
    """Who invites, as the mail names them: a person; for an API key, the one who made it."""
    user_id = by.id
    if by.kind is ActorKind.API_KEY:
        user_id = session.scalar(select(ApiKeyRow.created_by).where(ApiKeyRow.id == by.id))
    return session.scalar(select(UserRow.name).where(UserRow.id == user_id)) or ""
