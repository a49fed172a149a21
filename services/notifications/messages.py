"""How does a rendered mail become a message that a mail server takes?"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage

from notifications.names import one_line
from notifications.rendering import Rendered


@dataclasses.dataclass(frozen=True, kw_only=True)
class Party:
    """A name and an address; the name may be anything, the address must be one."""

    name: str
    address: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Envelope:
    """From whom to whom, as which notification; one recipient, always."""

    notification_id: uuid.UUID
    sender: Party
    recipient: Party
    written_at: datetime.datetime
    answers_to: Party | None = None


class AddressError(ValueError):
    """Not an address that a message can be sent to; the text does not repeat it."""


def compose(rendered: Rendered, envelope: Envelope) -> EmailMessage:
    """The same notification gives the same message each time, so that a repeat can be recognised."""
    sender = header_address(envelope.sender)
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = header_address(envelope.recipient)
    if envelope.answers_to:
        message["Reply-To"] = header_address(envelope.answers_to)
    message["Subject"] = one_line(rendered.subject, length_max=200)
    message["Date"] = envelope.written_at
    message["Message-ID"] = f"<{envelope.notification_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = rendered.locale
    message.set_content(rendered.text, charset="utf-8")
    message.add_alternative(rendered.html, subtype="html", charset="utf-8")
    return message


def header_address(party: Party) -> Address:
    """Name and address as a header may hold them; the host in the ASCII form that mail servers look up."""
    local_part, _at, host = party.address.rpartition("@")
    if not local_part or not host or one_line(party.address, length_max=320) != party.address:
        raise AddressError("not an email address")
    try:
        domain = host if host.isascii() else host.encode("idna").decode("ascii")
        return Address(display_name=one_line(party.name), addr_spec=f"{local_part}@{domain}")
    except (HeaderParseError, ValueError, IndexError):
        raise AddressError("not an email address") from None
