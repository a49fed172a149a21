"""Delivery of queued mails: claimed, rendered, sent, and how it ended noted."""

from __future__ import annotations

import datetime
from email.message import EmailMessage
from typing import Any

import structlog

from chassis import context
from chassis.database.work import Work
from chassis.errors import BusError
from chassis.every import every
from chassis.process.crashpoints import reach
from chassis.rpc import Client
from notifications import caught_mails, mail_queue
from notifications.channels import CONNECTIONS, CaughtChannel, Channel, PermanentlyRefused, TemporarilyRefused
from notifications.delivery.mailer import Mailer
from notifications.email_messages import AddressError
from notifications.entrypoints import NotificationsEntrypoints
from notifications.mails import table
from notifications.models import NotificationRow
from wire.accounts import Accounts
from wire.contacts import Contacts
from wire.identity import EmailTokenUnknown, RevealEmailToken
from wire.notifications import (
    NotificationAbandoned,
    NotificationDelivered,
    Notifications,
    NotificationSent,
)

log = structlog.get_logger(__name__)


class DeliveryEntrypoints(NotificationsEntrypoints):
    accounts = Client(Accounts)
    contacts = Client(Contacts)
    mailer = Mailer()

    # A try that failed is repeated after a minute: who looks for it so often is not late.
    @every(1.25, at_once=CONNECTIONS, wakeup=NotificationsEntrypoints.wakeup)
    def deliver(self) -> None:
        """Send what is due, one mail after the other, until nothing is; a slow server holds up one such loop."""
        lease = mail_queue.CAUGHT_LEASE if self.settings.is_caught else mail_queue.LEASE
        while True:
            with self.work.all_tenants() as work:
                claimed = mail_queue.claim(work.session, now=self.clock.now(), lease=lease)
            if claimed is None:
                return
            reach("courier.after_claim")
            with context.within(correlation_id=claimed.correlation_id, account_id=claimed.account_id):
                self._deliver_one(claimed)

    def _deliver_one(self, row: NotificationRow) -> None:
        try:
            message = self._message(row)
            if message is None:
                return self._settle(row, "suppressed", "the link is of no use any more")
            reach("courier.before_send")
            sent = self._channel().send(message)
            reach("courier.after_send")
        except BusError as trouble:
            return self._put_back(row, str(trouble))
        except TemporarilyRefused as trouble:
            return self._postpone(row, str(trouble))
        except (PermanentlyRefused, AddressError, EmailTokenUnknown) as refused:
            return self._settle(row, "abandoned", str(refused))
        except Exception as error:  # one mail's trouble must not hold up the others
            log.exception("mail_failed", notification_id=str(row.id), mail=row.mail)
            return self._postpone(row, type(error).__name__)
        self._settle(row, "sent", sent.reply)
        reach("courier.after_mark")
        return None

    def _message(self, row: NotificationRow) -> EmailMessage | None:
        """The message of a row; None when its token has been used, replaced or has expired."""
        if row.secret_id is None:
            return self.mailer.message(row)
        # The service that owns the token says whether it is still of use.
        owner = self.contacts if table.find(row.mail).is_of_portal else self.accounts
        revealed = owner.reveal_email_token(RevealEmailToken(link_id=row.secret_id))
        return None if revealed.token is None else self.mailer.message(row, token=revealed.token)

    def _channel(self) -> Channel:
        return self.mailer.smtp or CaughtChannel(self._keep)

    def _keep(self, message: EmailMessage) -> None:
        with self.work() as work:
            caught_mails.keep(work.session, message, now=self.clock.now())

    def _put_back(self, row: NotificationRow, reason: str) -> None:
        with self.work() as work:
            mail_queue.put_back(work.session, row, reason=reason, now=self.clock.now())
        log.warning("mail_waits", notification_id=str(row.id), reason=reason)

    def _postpone(self, row: NotificationRow, reason: str) -> None:
        with self.work() as work:
            is_postponed = mail_queue.postpone(work.session, row, reply=reason, now=self.clock.now())
        if not is_postponed:
            return self._settle(row, "abandoned", reason)
        log.warning("mail_postponed", notification_id=str(row.id), attempts=row.attempts, reason=reason)
        return None

    def _settle(self, row: NotificationRow, state: str, reply: str) -> None:
        now = self.clock.now()
        with self.work() as work:
            if not mail_queue.settle(work.session, row, state=state, reply=reply, now=now):
                return
            self._announce_settled(work, row, state=state, reply=reply, now=now)
        log.info("mail_settled", state=state, notification_id=str(row.id), mail=row.mail)

    def _announce_settled(
        self, work: Work, row: NotificationRow, *, state: str, reply: str, now: datetime.datetime
    ) -> None:
        """Tell how it ended. A mail that was caught is where it can be read."""
        about: dict[str, Any] = {"notification_id": row.id, "mail": row.mail, "secret_id": row.secret_id}
        if state == "sent":
            sent = NotificationSent(**about, sent_at=now)
            work.announce(Notifications.notification_sent, sent, aggregate=row.id)
        if state == "sent" and self.settings.is_caught:
            delivered = NotificationDelivered(**about, delivered_at=now)
            work.announce(Notifications.notification_delivered, delivered, aggregate=row.id)
        if state == "abandoned":
            abandoned = NotificationAbandoned(**about, reason=reply)
            work.announce(Notifications.notification_abandoned, abandoned, aggregate=row.id)
