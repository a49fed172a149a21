"""Which mails are there, and what does each of them need to know?"""

from __future__ import annotations

import dataclasses
import datetime
import typing
import uuid
from collections.abc import Mapping
from typing import Any, NewType

Link = NewType("Link", str)
"""An address of our own, shown as it is. Every other `str` of a mail counts as typed by a stranger."""

TimeZone = NewType("TimeZone", str)
"""The IANA name of the recipient's time zone; every time in the mail is told in it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Props:
    """What one mail needs to know; fields are `str`, `Link`, `TimeZone`, `bool`, `int` and aware times."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnerActivation(Props):
    """Somebody signed up: the link sets the owner's password."""

    name: str
    company_name: str
    link: Link
    expires_at: datetime.datetime
    time_zone: TimeZone = TimeZone("UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignUpRepeated(Props):
    """Somebody signed up with an address that has a user already; only this mail says so."""

    name: str
    log_in_link: Link


Datum = str | int | bool | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mail:
    """One kind of mail: its texts stand in `templates/<name>/`; nobody unsubscribes from a security mail."""

    name: str
    props: type[Props]
    is_security: bool

    @property
    def templates(self) -> tuple[str, str, str]:
        return f"{self.name}/subject.txt", f"{self.name}/body.txt", f"{self.name}/body.html"


MAILS = (
    Mail(name="owner_activation", props=OwnerActivation, is_security=True),
    Mail(name="sign_up_repeated", props=SignUpRepeated, is_security=True),
)


class UnknownMailError(LookupError):
    """No mail has this name."""


def find(name: str, mails: tuple[Mail, ...] = MAILS) -> Mail:
    for mail in mails:
        if mail.name == name:
            return mail
    raise UnknownMailError(name)


def natural_key(event_id: uuid.UUID, mail: str, recipient: str) -> str:
    """The same event asks one recipient for one mail once. Holds an address: never log it."""
    return f"{mail}:{event_id}:{recipient.casefold()}"


def as_data(props: Props) -> dict[str, Datum]:
    """The props as a row of JSON keeps them."""
    values = {field.name: getattr(props, field.name) for field in dataclasses.fields(props)}
    return {
        name: value.isoformat() if isinstance(value, datetime.datetime) else value
        for name, value in values.items()
    }


def props_of(mail: Mail, data: Mapping[str, Datum]) -> Props:
    """The props again; `data` may be a row's, completed by what is not kept there, such as a secret link."""
    kinds = typing.get_type_hints(mail.props)
    values: dict[str, Any] = dict(data)
    for name in values.keys() & {name for name, kind in kinds.items() if kind is datetime.datetime}:
        values[name] = datetime.datetime.fromisoformat(values[name])
    return mail.props(**values)
