"""Portals: the site that an account has for its contacts, found by its slug while the account is not cancelled."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from contacts.account_settings.models import AccountSettingsRow
from contacts.tenants import tenants
from contacts.tenants.models import TenantRow
from wire.contacts.portal import Portal, PortalNotFound
from wire.contacts.settings import TicketSubmission
from wire.values import LOCALES


def find(session: Session, slug: str) -> TenantRow:
    """The account whose portal it is. Raises `PortalNotFound`, also for one that is cancelled."""
    return _living(tenants.find_by_slug(session, slug))


def of_account(session: Session, account_id: uuid.UUID) -> TenantRow:
    """The account of a contact. Raises `PortalNotFound` once it is cancelled."""
    return _living(tenants.find(session, account_id))


def _living(tenant: TenantRow | None) -> TenantRow:
    if tenant is None or tenant.is_cancelled:
        raise PortalNotFound
    return tenant


def as_portal(session: Session, tenant: TenantRow) -> Portal:
    """What everybody may know of a portal."""
    chosen = session.scalar(
        select(AccountSettingsRow.ticket_submission).where(AccountSettingsRow.account_id == tenant.account_id)
    )
    return Portal(
        account_id=tenant.account_id,
        slug=tenant.slug,
        name=tenant.company_name,
        default_language=tenant.locale,
        languages=LOCALES,
        ticket_submission=TicketSubmission(chosen or TicketSubmission.ANYONE),
    )
