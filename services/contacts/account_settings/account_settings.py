"""Settings of an account that its contacts notice: read, changed, and what follows from a change."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contacts.account_settings.models import AccountSettingsRow
from contacts.activation import recalls
from wire.contacts.settings import (
    NotificationSettings,
    PortalSettings,
    SettingsUpdated,
    TicketSubmission,
)
from wire.contract import JsonValue
from wire.versions import VersionStale


def find(session: Session, account_id: uuid.UUID) -> AccountSettingsRow:
    """The account's settings; who never changed any has the defaults."""
    found = session.get(AccountSettingsRow, account_id)
    return found or AccountSettingsRow(account_id=account_id, **DEFAULTS)


def is_activation_automatic(session: Session, account_id: uuid.UUID) -> bool:
    """Whether a new contact gets the activation mail by itself; it stays so until the transaction ends."""
    return bool(
        session.scalar(
            select(AccountSettingsRow.user_activation_email)
            .where(AccountSettingsRow.account_id == account_id)
            .with_for_update(read=True)
        )
    )


def change(
    session: Session,
    account_id: uuid.UUID,
    *,
    version: int | None,
    user_activation_email: bool | None = None,
    ticket_submission: TicketSubmission | None = None,
) -> tuple[AccountSettingsRow, dict[str, JsonValue]]:
    """The settings as they are now, and what those that changed were before; what is None stays. Switched off, mails
    that would have gone out by themselves do not. Raises `VersionStale`."""
    row = _locked(session, account_id)
    if version not in (None, row.version):
        raise VersionStale
    wanted: dict[str, JsonValue] = {
        "user_activation_email": user_activation_email,
        "ticket_submission": ticket_submission.value if ticket_submission else None,
    }
    previous: dict[str, JsonValue] = {
        name: getattr(row, name)
        for name, value in wanted.items()
        if value is not None and value != getattr(row, name)
    }
    for name in previous:
        setattr(row, name, wanted[name])
    row.version += bool(previous)
    if previous.get("user_activation_email"):
        recalls.recall_automatic(session, account_id)
    return row, previous


DEFAULTS = {"user_activation_email": False, "ticket_submission": TicketSubmission.ANYONE.value, "version": 1}


def _locked(session: Session, account_id: uuid.UUID) -> AccountSettingsRow:
    defaults = insert(AccountSettingsRow).values(account_id=account_id, **DEFAULTS)
    session.execute(defaults.on_conflict_do_nothing())
    return session.scalars(
        select(AccountSettingsRow)
        .where(AccountSettingsRow.account_id == account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def as_notification_settings(row: AccountSettingsRow) -> NotificationSettings:
    return NotificationSettings(user_activation_email=row.user_activation_email, version=row.version)


def as_portal_settings(row: AccountSettingsRow, *, slug: str) -> PortalSettings:
    return PortalSettings(
        ticket_submission=TicketSubmission(row.ticket_submission), slug=slug, version=row.version
    )


def as_event(row: AccountSettingsRow) -> SettingsUpdated:
    return SettingsUpdated(
        user_activation_email=row.user_activation_email,
        ticket_submission=TicketSubmission(row.ticket_submission),
    )
