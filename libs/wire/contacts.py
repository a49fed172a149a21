"""The contract of the contacts service: an account's customers."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from wire.contract import Contract, Event, Refusal, Rpc, message
from wire.cursors import CursorInvalid
from wire.values import PAGE_SIZE, Cursor, EmailAddress, Locale, Name, PageLimit, Phone


class ContactState(StrEnum):
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    BLOCKED = "blocked"
    DELETED = "deleted"


@message
class Contact:
    id: uuid.UUID
    account_id: uuid.UUID
    name: str
    email: str | None
    phone: str | None
    locale: str | None
    state: ContactState
    created_at: datetime.datetime
    updated_at: datetime.datetime


@message
class CreateContact:
    name: Name
    email: EmailAddress | None = None
    phone: Phone | None = None
    locale: Locale | None = None


@message
class GetContact:
    contact_id: uuid.UUID


@message
class ListContacts:
    """A page in order of name; `after` is the cursor that the page before gave."""

    limit: PageLimit = PAGE_SIZE
    after: Cursor | None = None


@message
class ContactPage:
    data: tuple[Contact, ...]
    has_more: bool
    next_cursor: str | None


@message
class ContactCreated:
    contact: Contact


class ContactNotFound(Refusal):
    code = "contact_not_found"


class EmailInUse(Refusal):
    code = "email_in_use"


class ContactEmailInvalid(Refusal):
    code = "email_invalid"


class Contacts(Contract):
    name = "contacts"

    create_contact = Rpc(CreateContact, Contact, refuses=(EmailInUse, ContactEmailInvalid), is_write=True)
    get_contact = Rpc(GetContact, Contact, refuses=(ContactNotFound,), timeout_seconds=2.0)
    list_contacts = Rpc(ListContacts, ContactPage, refuses=(CursorInvalid,))

    contact_created = Event(ContactCreated)
