"""Definitions of custom fields: made, changed and deleted, each with a key of its own in the account."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contacts.custom_fields.models import ContactFieldRow
from contacts.people import words
from contacts.people.changes import Change
from contacts.people.models import ContactRow
from wire.contacts.custom_fields import (
    FIELDS_MAX,
    ContactField,
    ContactFieldChoicesRequired,
    ContactFieldKeyInUse,
    ContactFieldLimitReached,
    ContactFieldNotFound,
    CreateContactField,
    FieldKind,
    UpdateContactField,
)
from wire.contract import FieldError, JsonValue


def create(
    session: Session, account_id: uuid.UUID, request: CreateContactField, *, now: datetime.datetime
) -> ContactFieldRow:
    """A new field. Raises `ContactFieldKeyInUse`, `ContactFieldLimitReached` or `ContactFieldChoicesRequired`."""
    choices = _tidy(request.kind, request.choices)
    # One at a time in an account: of two who both count 49 one would make the 51st.
    session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"contact_fields:{account_id}", 0)))
    )
    counted = select(func.count()).where(ContactFieldRow.account_id == account_id)
    if session.scalar(counted) == FIELDS_MAX:
        raise ContactFieldLimitReached(limit=FIELDS_MAX)
    made: ContactFieldRow | None = session.scalar(
        insert(ContactFieldRow)
        .values(
            id=uuid.uuid4(),
            account_id=account_id,
            key=request.key,
            label=request.label.strip(),
            kind=request.kind.value,
            choices=choices,
            created_at=now,
        )
        .on_conflict_do_nothing(constraint="uq_contact_fields_key")
        .returning(ContactFieldRow)
    )
    if made is None:
        raise ContactFieldKeyInUse(errors=(FieldError(pointer="/key", code=ContactFieldKeyInUse.code),))
    return made


def change(
    session: Session, account_id: uuid.UUID, request: UpdateContactField
) -> tuple[ContactFieldRow, Change]:
    """Another label or other choices. Raises `ContactFieldNotFound` or `ContactFieldChoicesRequired`."""
    row = find(session, account_id, request.field_id)
    wanted: dict[str, str | list[str]] = {}
    if request.label is not None:
        wanted["label"] = request.label.strip()
    if request.choices is not None:
        wanted["choices"] = _tidy(FieldKind(row.kind), request.choices)
    previous: dict[str, JsonValue] = {
        name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value
    }
    for name in previous:
        setattr(row, name, wanted[name])
    return row, Change(previous=previous)


def remove(
    session: Session, account_id: uuid.UUID, field_id: uuid.UUID, *, now: datetime.datetime
) -> ContactFieldRow:
    """The contacts lose its values. Raises `ContactFieldNotFound`."""
    row = find(session, account_id, field_id)
    session.execute(delete(ContactFieldRow).where(ContactFieldRow.id == row.id))
    session.execute(
        update(ContactRow)
        .where(ContactRow.account_id == account_id, ContactRow.custom_fields.has_key(row.key))
        .values(
            custom_fields=ContactRow.custom_fields.op("-")(row.key),
            version=ContactRow.version + 1,
            updated_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    words.forget_field(session, account_id, row.key)
    return row


def find(session: Session, account_id: uuid.UUID, field_id: uuid.UUID) -> ContactFieldRow:
    """The account's field, for one change at a time. Raises `ContactFieldNotFound`."""
    row = session.scalar(
        select(ContactFieldRow)
        .where(ContactFieldRow.account_id == account_id, ContactFieldRow.id == field_id)
        .with_for_update()
    )
    if row is None:
        raise ContactFieldNotFound
    return row


def as_field(row: ContactFieldRow) -> ContactField:
    return ContactField(
        id=row.id,
        key=row.key,
        label=row.label,
        kind=FieldKind(row.kind),
        choices=tuple(row.choices),
        created_at=row.created_at,
    )


def _tidy(kind: FieldKind, choices: Sequence[str]) -> list[str]:
    """Each once, without spaces around it. Raises `ContactFieldChoicesRequired`."""
    if (kind is FieldKind.CHOICE) != bool(choices):
        error = FieldError(pointer="/choices", code=ContactFieldChoicesRequired.code)
        raise ContactFieldChoicesRequired(errors=(error,))
    return list(dict.fromkeys(choice.strip() for choice in choices))
