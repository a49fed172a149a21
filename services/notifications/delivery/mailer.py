"""The mailer: renders queued mails into messages, and holds the connections to the mail server."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any, Self

from chassis import settings
from chassis.extensions import Provider
from notifications.channels import SmtpChannel
from notifications.email_messages import Envelope, Party, compose
from notifications.mails import table
from notifications.mails.base import Mail, Props, props_of
from notifications.models import NotificationRow
from notifications.rendering import Renderer, Site
from notifications.settings import NotificationsSettings
from notifications.untrusted_text import unlinked


class Mailer(Provider):
    """Gives the service `self.mailer`, made once at start. `smtp` is None where mails are caught."""

    def prepare(self) -> None:
        configured = settings.read(NotificationsSettings)
        site = Site(
            product_name=configured.product_name,
            help_address=configured.help_address,
            public_url=configured.public_url,
        )
        self._urls = configured.urls
        self._renderer = Renderer(site, table.MAILS)
        self._sender = Party(name=configured.product_name, address=configured.sender_address)
        self.smtp = None if configured.is_caught else SmtpChannel(configured.smtp_url)

    def get_dependency(self, worker_ctx: Any) -> Self:
        return self

    def stop(self) -> None:
        if self.smtp is not None:
            self.smtp.close()

    def message(self, row: NotificationRow, *, token: str | None = None) -> EmailMessage:
        """The message of a row, the same at each attempt. Raises `AddressError`."""
        mail = table.find(row.mail)
        rendered = self._renderer.render(mail.name, self._props(mail, row, token), row.locale)
        envelope = Envelope(
            notification_id=row.id,
            sender=self._sender_of(mail, row),
            recipient=Party(name=row.recipient_name, address=row.recipient),
            written_at=row.created_at,
        )
        return compose(rendered, envelope)

    def _sender_of(self, mail: Mail, row: NotificationRow) -> Party:
        """Who writes: we do, and to an account's contacts in the account's name, always from our own address."""
        if not mail.is_of_portal:
            return self._sender
        name = unlinked(str(row.data["company_name"]))
        return Party(name=name or self._sender.name, address=self._sender.address)

    def _props(self, mail: Mail, row: NotificationRow, token: str | None) -> Props:
        """What the row stores, with the link that it must not store."""
        link = None if token is None else mail.link(self._urls, token, row.data)
        return props_of(mail, row.data if link is None else {**row.data, "link": link})
