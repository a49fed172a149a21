"""Base types of all mails: props, the types of their fields, and the row of the table."""

from __future__ import annotations

import dataclasses
import datetime
import typing
from collections.abc import Callable, Mapping
from typing import Any, NewType

from notifications.urls import PortalUrls, Url, Urls

TimeZone = NewType("TimeZone", str)
"""The IANA name of the recipient's time zone; every time in the mail is written in it."""

IpAddress = NewType("IpAddress", str)
"""Where a request came from, as the gateway saw it; it has to be read and copied as it is."""

Note = NewType("Note", str)
"""A text that somebody at support wrote: one paragraph, as long as they made it; addresses in it cannot be clicked."""

Datum = str | int | bool | None

LINK_TO_COME = Url("")
"""A link with a token: it is asked for when the mail is sent, and never stored."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Props:
    """What one mail needs to know; fields are `str`, `Url`, `TimeZone`, `IpAddress`, `Note`, `bool`, `int` and aware
    times."""

    name: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Mail:
    """One kind of mail: its texts stand in `templates/<name>/`; nobody unsubscribes from a security mail.

    `token_url` is where its `link` leads, for a mail that holds a user's token; for a contact's it is
    `portal_token_url`, at the portal that the props' `portal_slug` names. A mail of a portal comes in the name of the
    props' `company_name`, from our address.
    """

    name: str
    props: type[Props]
    is_security: bool
    token_url: Callable[[Urls, str], Url] | None = None
    portal_token_url: Callable[[PortalUrls, str], Url] | None = None
    is_of_portal: bool = False

    @property
    def templates(self) -> tuple[str, str, str]:
        return f"{self.name}/subject.txt", f"{self.name}/body.txt", f"{self.name}/body.html"

    def link(self, urls: Urls, token: str, data: Mapping[str, Datum]) -> Url | None:
        """Where the link of this mail leads; None for a mail without one that holds a token."""
        if self.portal_token_url is not None:
            return self.portal_token_url(urls.portal(str(data["portal_slug"])), token)
        return None if self.token_url is None else self.token_url(urls, token)


def as_data(props: Props) -> dict[str, Datum]:
    """The props as a row of JSON stores them."""
    values = {field.name: getattr(props, field.name) for field in dataclasses.fields(props)}
    return {
        name: value.isoformat() if isinstance(value, datetime.datetime) else value
        for name, value in values.items()
    }


def props_of(mail: Mail, data: Mapping[str, Datum]) -> Props:
    """The props again; `data` may be a row's, completed by what is not stored there, such as a link with a token."""
    kinds = typing.get_type_hints(mail.props)
    values: dict[str, Any] = dict(data)
    for name in values.keys() & {name for name, kind in kinds.items() if kind is datetime.datetime}:
        values[name] = datetime.datetime.fromisoformat(values[name])
    return mail.props(**values)
