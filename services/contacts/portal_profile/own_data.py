"""A contact's own data, as far as it may change it itself."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy.orm import Session

from contacts.people import addressbook
from contacts.people.models import ContactRow
from contacts.portal import portal_contacts
from contacts.tenants.models import TenantRow
from identity import addresses
from wire.absent import given
from wire.contacts.portal import UpdatePortalMe
from wire.contract import FieldError, JsonValue
from wire.identity import PhoneInvalid, SessionUnknown
from wire.versions import VersionStale

NUMBERS = ("phone", "mobile")


def find(session: Session, account_id: uuid.UUID, contact_id: uuid.UUID | None) -> ContactRow:
    """Who is logged in. Raises `SessionUnknown` once it is blocked or deleted."""
    row = portal_contacts.current(session, account_id, contact_id)
    if row is None:
        raise SessionUnknown
    return row


def update(
    row: ContactRow, request: UpdatePortalMe, tenant: TenantRow, *, now: datetime.datetime
) -> dict[str, JsonValue]:
    """Change a locked contact; what each changed field was before, nothing where nothing changed. Raises `VersionStale`
    or `PhoneInvalid`, and has changed nothing then."""
    if request.version not in (None, row.version):
        raise VersionStale
    wanted = _wanted(row, request, tenant)
    previous = {name: getattr(row, name) for name in wanted if getattr(row, name) != wanted[name]}
    for name in previous:
        setattr(row, name, wanted[name])
    if previous:
        row.name_key = addressbook.name_key(row.name)
        row.version, row.updated_at = row.version + 1, now
    return previous


def _wanted(row: ContactRow, request: UpdatePortalMe, tenant: TenantRow) -> dict[str, Any]:
    """What the columns shall hold, as far as the request names them. A number that stays as it was typed long ago is
    not judged again."""
    values = {name: value for name, value in given(request).items() if name != "version"}
    for name in NUMBERS:
        if values.get(name) is not None and values[name] != getattr(row, name):
            values[name] = _number(name, values[name], tenant.country)
    return {**values, "name": values["name"].strip()} if "name" in values else values


def _number(name: str, number: str, country: str) -> str:
    """The number in E.164. Raises `PhoneInvalid`, which says which of them it is."""
    try:
        return addresses.phone_number(number, country)
    except PhoneInvalid:
        raise PhoneInvalid(errors=(FieldError(pointer=f"/{name}", code=PhoneInvalid.code),)) from None
