"""What does the courier write with and send through? The renderer, the sender, the way out: made once, at start."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any, Self, overload

from chassis import settings
from chassis.extensions import Provider
from notifications import orders
from notifications.channels import SmtpChannel
from notifications.email_messages import Envelope, Party, compose
from notifications.models import NotificationRow
from notifications.rendering import House, Renderer
from notifications.settings import NotificationsSettings


class Post(Provider):
    """Gives the service `self.post`. `smtp` is None where mails are caught."""

    def prepare(self) -> None:
        chosen = self.settings = settings.read(NotificationsSettings)
        house = House(
            product_name=chosen.product_name, help_address=chosen.help_address, public_url=chosen.public_url
        )
        self._renderer = Renderer(house)
        self._sender = Party(name=chosen.product_name, address=chosen.sender_address)
        self.smtp = None if chosen.is_caught else SmtpChannel(chosen.smtp_url)

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Post: ...
    def __get__(self, instance: object | None, owner: type) -> Self | Post:
        return self

    def get_dependency(self, worker_ctx: Any) -> Post:
        return self

    def stop(self) -> None:
        if self.smtp is not None:
            self.smtp.close()

    def written(self, row: NotificationRow, secrets: Mapping[str, str]) -> EmailMessage:
        """The message of a row, the same at each attempt. Raises `AddressError`."""
        rendered = self._renderer.render(row.mail, orders.props(row.mail, row.data, secrets), row.locale)
        envelope = Envelope(
            notification_id=row.id,
            sender=self._sender,
            recipient=Party(name=row.recipient_name, address=row.recipient),
            written_at=row.created_at,
        )
        return compose(rendered, envelope)
