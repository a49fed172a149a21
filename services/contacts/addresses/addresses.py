"""Email addresses of contacts: given, added, promoted, replaced and removed.

One address is one contact's in an account, be it a primary one or not: a constraint says so, also to many at once.
Whoever changes one has locked its contact.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contacts.activation.contact_tokens import TOKENS
from contacts.people import conflicts
from contacts.people.models import ContactEmailRow, ContactRow
from identity import addresses
from wire.contacts.addresses import ContactEmailLimitReached, ContactEmailNotFound, PrimaryEmailRequired
from wire.contacts.people import EMAILS_MAX
from wire.contract import FieldError, JsonValue
from wire.identity import EmailInvalid


@dataclasses.dataclass(frozen=True, kw_only=True)
class Address:
    """An address as it was given, its comparison form, and where in the request it stands."""

    email: str
    key: str
    pointer: str = "/email"

    @classmethod
    def of(cls, email: str, pointer: str = "/email") -> Address:
        """Raises `EmailInvalid`."""
        email = email.strip()
        try:
            return cls(email=email, key=addresses.email_key(email), pointer=pointer)
        except EmailInvalid as error:
            found = FieldError(pointer=pointer, code=EmailInvalid.code)
            raise EmailInvalid(error.detail, errors=(found,)) from None


def given(email: str | None, emails: Sequence[str]) -> tuple[Address, ...]:
    """The addresses of a request, each once, the primary one first. Raises `EmailInvalid` or
    `ContactEmailLimitReached`."""
    places = [(other, f"/emails/{number}") for number, other in enumerate(emails)]
    found = [Address.of(one, pointer) for one, pointer in [*([(email, "/email")] if email else []), *places]]
    by_key = {address.key: address for address in reversed(found)}
    kept = [address for address in found if by_key[address.key] is address]
    if len(kept) > EMAILS_MAX:
        raise ContactEmailLimitReached(limit=EMAILS_MAX)
    return tuple(kept)


def add(
    session: Session,
    row: ContactRow,
    new: Sequence[Address],
    *,
    now: datetime.datetime,
    confirmed_at: datetime.datetime | None = None,
) -> list[ContactEmailRow]:
    """Give the contact these addresses too; the first that a contact has is its primary one. Raises
    `ContactEmailInUse` or `ContactEmailLimitReached`."""
    if len(row.emails) + len(new) > EMAILS_MAX:
        raise ContactEmailLimitReached(limit=EMAILS_MAX, contact_id=str(row.id))
    rows = [
        ContactEmailRow(
            id=uuid.uuid4(),
            account_id=row.account_id,
            contact_id=row.id,
            email=address.email,
            email_key=address.key,
            is_primary=not row.emails and number == 0,
            confirmed_at=confirmed_at,
            # In the order in which they were given.
            created_at=now + datetime.timedelta(microseconds=number),
        )
        for number, address in enumerate(new)
    ]
    _store(session, row, rows, new)
    return rows


def replace_primary(session: Session, row: ContactRow, new: Address, *, now: datetime.datetime) -> None:
    """Another address in the primary one's place, and unconfirmed. Raises `ContactEmailInUse`."""
    old = primary(row)
    if old is None:
        add(session, row, [new], now=now)
        return
    _remove(session, row, old)
    replacement = ContactEmailRow(
        id=old.id,
        account_id=row.account_id,
        contact_id=row.id,
        email=new.email,
        email_key=new.key,
        is_primary=True,
        confirmed_at=None,
        created_at=old.created_at,
    )
    _store(session, row, [replacement], [new])
    _verify_by_primary(row)


def respell(session: Session, row: ContactRow, new: Address) -> None:
    """Write the primary address, which stays the same, in other letters."""
    session.execute(
        update(ContactEmailRow)
        .where(ContactEmailRow.contact_id == row.id, ContactEmailRow.email_key == new.key)
        .values(email=new.email)
    )
    settle(session, row)


def promote(session: Session, row: ContactRow, promoted: ContactEmailRow) -> None:
    """Make a secondary address the primary one, and the primary one a secondary, at once."""
    for is_primary, condition in (
        (False, ContactEmailRow.is_primary),
        (True, ContactEmailRow.id == promoted.id),
    ):
        session.execute(
            update(ContactEmailRow)
            .where(ContactEmailRow.contact_id == row.id, condition)
            .values(is_primary=is_primary)
        )
    settle(session, row)
    _verify_by_primary(row)


def remove(session: Session, row: ContactRow, removed: ContactEmailRow) -> None:
    """Take a secondary address away, and the links that went to it. Raises `PrimaryEmailRequired` for the primary
    one."""
    if removed.is_primary:
        raise PrimaryEmailRequired(contact_id=str(row.id))
    _remove(session, row, removed)
    settle(session, row)


def clear(session: Session, row: ContactRow) -> None:
    """Take the only address away. Raises `PrimaryEmailRequired` while there are others."""
    first = primary(row)
    if len(row.emails) > 1:
        raise PrimaryEmailRequired(contact_id=str(row.id))
    if first is not None:
        _remove(session, row, first)
        settle(session, row)
        _verify_by_primary(row)


def primary(row: ContactRow) -> ContactEmailRow | None:
    return next((email for email in row.emails if email.is_primary), None)


def listed(row: ContactRow) -> list[JsonValue]:
    """All of them, the primary one first."""
    return [email.email for email in row.emails]


def find(row: ContactRow, email_id: uuid.UUID) -> ContactEmailRow:
    """The contact's address. Raises `ContactEmailNotFound`."""
    found = next((email for email in row.emails if email.id == email_id), None)
    if found is None:
        raise ContactEmailNotFound(contact_id=str(row.id))
    return found


def of_key(row: ContactRow, key: str) -> ContactEmailRow | None:
    """The contact's address that has this comparison form."""
    return next((email for email in row.emails if email.email_key == key), None)


def settle(session: Session, row: ContactRow) -> None:
    """Load the addresses anew; the contact's row repeats the primary one."""
    session.refresh(row, ["emails"])
    first = primary(row)
    row.email = None if first is None else first.email


def _verify_by_primary(row: ContactRow) -> None:
    """With an unconfirmed primary address a contact is not verified; with a confirmed one it is again, once it has a
    password."""
    first = primary(row)
    if first is None or first.confirmed_at is None:
        row.verified_at = row.verified_by = None
    elif row.password_hash is not None:
        row.verified_at = row.verified_at or first.confirmed_at


def _remove(session: Session, row: ContactRow, removed: ContactEmailRow) -> None:
    TOKENS.revoke(session, row.id, email_key=removed.email_key)
    session.expunge(removed)
    session.execute(
        delete(ContactEmailRow)
        .where(ContactEmailRow.id == removed.id)
        .execution_options(synchronize_session=False)
    )


def _store(
    session: Session, row: ContactRow, rows: Sequence[ContactEmailRow], given: Sequence[Address]
) -> None:
    """In one statement, in the order of their keys, so that no two transactions wait for each other."""
    columns = [column.key for column in ContactEmailRow.__table__.columns]
    values = [
        {name: getattr(one, name) for name in columns} for one in sorted(rows, key=lambda one: one.email_key)
    ]
    stored = set(
        session.scalars(
            insert(ContactEmailRow)
            .values(values)
            .on_conflict_do_nothing(constraint=conflicts.EMAIL)
            .returning(ContactEmailRow.email_key)
        )
    )
    for address in given:
        if address.key not in stored:
            raise conflicts.email_in_use(session, row.account_id, address.key, pointer=address.pointer)
    settle(session, row)
