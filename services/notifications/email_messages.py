"""Email messages (MIME), composed of a rendered mail and an envelope."""

from __future__ import annotations

import dataclasses
import datetime
import re
import uuid
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage

from notifications.rendering import Rendered
from notifications.untrusted_text import LENGTH_MAX, one_line

NEEDS_QUOTES = re.compile(r'[()<>\[\]:;@\\,"]')
SUBJECT_LENGTH_MAX = 200
ADDRESS_LENGTH_MAX = 254


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
    reply_to: Party | None = None


class AddressError(ValueError):
    """Not an address that a message can be sent to; the text does not repeat it."""


def compose(rendered: Rendered, envelope: Envelope) -> EmailMessage:
    """The same notification gives the same message each time, so that a repeat can be recognised."""
    sender = header_address(envelope.sender)
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = header_address(envelope.recipient)
    if envelope.reply_to:
        message["Reply-To"] = header_address(envelope.reply_to)
    message["Subject"] = literal(rendered.subject, length_max=SUBJECT_LENGTH_MAX)
    message["Date"] = envelope.written_at
    message["Message-ID"] = f"<{envelope.notification_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered.text, charset="utf-8")
    message.add_alternative(rendered.html, subtype="html", charset="utf-8")
    message.set_boundary(f"=_{envelope.notification_id.hex}")
    message["Content-Language"] = rendered.locale  # last: new content drops the headers of the old
    return message


def header_address(party: Party) -> Address:
    """Name and address as a header may hold them; the host in the ASCII form that mail servers look up."""
    local_part, _at, host = party.address.rpartition("@")
    is_plain = literal(party.address, length_max=ADDRESS_LENGTH_MAX) == party.address
    if not (local_part and host and is_plain) or NEEDS_QUOTES.search(local_part):
        raise AddressError("not an email address")
    try:
        domain = host if host.isascii() else host.encode("idna").decode("ascii")
        return Address(display_name=phrase(party.name), addr_spec=f"{local_part}@{domain}")
    except (HeaderParseError, ValueError, IndexError):
        raise AddressError("not an email address") from None


def phrase(name: str) -> str:
    """A display name that needs no quotes.

    Python loses them when it folds a long header, and a name with a comma in it becomes two recipients.
    """
    return literal(NEEDS_QUOTES.sub(" ", name))


def literal(text: str, *, length_max: int = LENGTH_MAX) -> str:
    """A text for a header that means nothing but itself.

    `=?` would open an encoded word. Python decodes those when a header is set, and one may hold a line break
    and a header of its own (CVE-2024-6923).
    """
    return one_line(one_line(text, length_max=length_max).replace("=?", "= ?"), length_max=length_max)
