"""Details of a contact as they are kept: phone numbers in one form, tags and external ids tidied."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contacts.custom_fields import custom_fields
from contacts.people.models import ContactRow
from contacts.tenants.models import TenantRow
from identity.addresses import phone_number
from wire.contacts.people import ContactIdentifierRequired
from wire.contract import FieldError
from wire.identity import PhoneInvalid
from wire.values import external_id_key

PHONES = ("phone", "mobile")
COLUMNS = ("name", *PHONES, "language", "time_zone", "tags", "external_id", "custom_fields")
IDENTIFIERS = ("email", *PHONES, "external_id")


def checked(
    session: Session, account_id: uuid.UUID, given: Mapping[str, Any], *, present: Mapping[str, Any]
) -> dict[str, Any]:
    """What the contact's columns shall hold, as far as a request names them; `present` are the values of its custom
    fields now. Raises `PhoneInvalid` or `CustomFieldsInvalid`."""
    values = {name: given[name] for name in COLUMNS if name in given}
    if "name" in values:
        values["name"] = values["name"].strip()
    if "tags" in values:
        values["tags"] = tidy_tags(values["tags"])
    if values.get("external_id") is not None:
        values["external_id"] = values["external_id"].strip()
    if any(values.get(name) is not None for name in PHONES):
        values |= _phones(values, _country(session, account_id))
    if "custom_fields" in values:
        named = values["custom_fields"] or {}
        values["custom_fields"] = custom_fields.merged(session, account_id, present, named)
    return values


def key(external_id: str | None) -> str | None:
    return None if external_id is None else external_id_key(external_id)


def tidy_tags(tags: Iterable[str]) -> list[str]:
    """Each once, whatever its case, in the letters and the order in which they came."""
    by_key: dict[str, str] = {}
    for tag in tags:
        by_key.setdefault(external_id_key(tag), tag.strip())
    return list(by_key.values())


def require_identifier(row: ContactRow) -> None:
    """Raise `ContactIdentifierRequired` for a contact that nothing tells from its namesakes."""
    if any(getattr(row, name) is not None for name in IDENTIFIERS):
        return
    errors = [FieldError(pointer=f"/{name}", code="missing_field") for name in IDENTIFIERS]
    raise ContactIdentifierRequired(errors=tuple(errors))


def _country(session: Session, account_id: uuid.UUID) -> str:
    """Where numbers without a prefix are from; empty while it is not known yet."""
    country = session.scalar(select(TenantRow.country).where(TenantRow.account_id == account_id))
    return country or ""


def _phones(values: Mapping[str, Any], country: str) -> dict[str, str]:
    """Both of them looked at, so that one answer names both that are wrong."""
    found: dict[str, str] = {}
    errors: list[FieldError] = []
    for name in PHONES:
        if values.get(name) is not None:
            try:
                found[name] = phone_number(values[name], country)
            except PhoneInvalid as error:
                errors.append(FieldError(pointer=f"/{name}", code=PhoneInvalid.code, detail=error.detail))
    if errors:
        raise PhoneInvalid(errors=tuple(errors))
    return found
