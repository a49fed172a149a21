"""Updates of a contact: one save, which changes all that it names or nothing."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy.orm import Session

from contacts.activation.contact_tokens import TOKENS
from contacts.addresses import addresses
from contacts.addresses.addresses import Address
from contacts.people import addressbook, changes, conflicts, details
from contacts.people.changes import Change
from contacts.people.models import ContactRow
from wire.absent import ABSENT, Absent, given
from wire.contacts.people import (
    ContactIsBlocked,
    ContactIsDeleted,
    SettableState,
    UpdateContact,
)
from wire.contract import JsonValue
from wire.versions import VersionStale


def update(session: Session, row: ContactRow, request: UpdateContact, *, now: datetime.datetime) -> Change:
    """Change a locked contact. Raises what `Contacts.update_contact` refuses, and has changed nothing then."""
    if request.version not in (None, row.version):
        raise VersionStale
    named = given(request)
    is_about_the_block = named.keys() == {"contact_id", "version", "state"}
    require_open(row, may_be_blocked=is_about_the_block or request.state is SettableState.ACTIVE)
    values = details.checked(session, row.account_id, named, present=row.custom_fields)
    previous = _apply(session, row, values)
    previous |= set_email(session, row, request.email, now=now)
    details.require_identifier(row)
    if request.state is not ABSENT:
        _set_state(session, row, request.state, now=now)
    return changes.saved(session, row, previous, now=now)


def require_open(row: ContactRow, *, may_be_blocked: bool = False) -> None:
    """Raise `ContactIsDeleted` or `ContactIsBlocked` for a contact that cannot be changed as it is."""
    if row.deleted_at is not None:
        raise ContactIsDeleted(contact_id=str(row.id))
    if row.blocked_at is not None and not may_be_blocked:
        raise ContactIsBlocked(contact_id=str(row.id))


def set_email(
    session: Session, row: ContactRow, email: str | Absent | None, *, now: datetime.datetime
) -> dict[str, JsonValue]:
    """Make this the primary address: a secondary one that it names, else another one in the place of the present one.
    Returns what was before, where it changed anything."""
    was = row.email
    if email is ABSENT:
        return {}
    if email is None:
        addresses.clear(session, row)
    else:
        _make_primary(session, row, Address.of(email), now=now)
    return {} if row.email == was else {"email": was}


def _make_primary(session: Session, row: ContactRow, wanted: Address, *, now: datetime.datetime) -> None:
    own = addresses.of_key(row, wanted.key)
    if own is None:
        addresses.replace_primary(session, row, wanted, now=now)
    elif not own.is_primary:
        addresses.promote(session, row, own)
    elif own.email != wanted.email:
        addresses.respell(session, row, wanted)


def _apply(session: Session, row: ContactRow, values: dict[str, Any]) -> dict[str, JsonValue]:
    """Only what differs counts."""
    previous = {name: getattr(row, name) for name in values if getattr(row, name) != values[name]}
    key = details.key(values.get("external_id"))
    with conflicts.unique_external_id(session, row.account_id, key):
        for name in previous:
            setattr(row, name, values[name])
        if "name" in previous:
            row.name_key = addressbook.name_key(row.name)
        if "external_id" in previous:
            row.external_id_key = key
    return previous


def _set_state(session: Session, row: ContactRow, state: SettableState, *, now: datetime.datetime) -> None:
    if state is SettableState.ACTIVE:
        row.blocked_at = None
    elif row.blocked_at is None:
        row.blocked_at = now
        TOKENS.revoke(session, row.id)
