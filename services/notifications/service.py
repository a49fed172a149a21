"""What does the notifications service listen to, send and answer? This is its table of contents."""

from __future__ import annotations

from email.message import EmailMessage

import structlog

from chassis import context
from chassis.clock import Clock
from chassis.crashpoints import reach
from chassis.envelope import Received
from chassis.errors import BusError
from chassis.events import listen
from chassis.every import every
from chassis.rpc import Client, serve
from chassis.work import UnitOfWork
from notifications import courier, links, mailbox, orders
from notifications.channels import CONNECTIONS, CaughtChannel, Channel, PermanentlyRefused, TemporarilyRefused
from notifications.messages import AddressError
from notifications.models import NotificationRow
from notifications.post import Post
from wire.accounts import (
    Accounts,
    ActivationUnknown,
    RevealActivationToken,
    SignUpRepeated,
    UserActivationRequested,
)
from wire.notifications import (
    ListMailbox,
    Mailbox,
    MailboxClosed,
    NotificationAbandoned,
    Notifications,
    NotificationSent,
)

log = structlog.get_logger(__name__)


class NotificationsService:
    name = Notifications.name
    work = UnitOfWork()
    clock = Clock()
    accounts = Client(Accounts)
    post = Post()

    @listen(Accounts.user_activation_requested)
    def queue_activation(self, event: Received[UserActivationRequested]) -> None:
        with self.work() as work:
            courier.queue(work.session, orders.owner_activation(event), now=self.clock.now())

    @listen(Accounts.account_sign_up_repeated)
    def queue_sign_up_repeated(self, event: Received[SignUpRepeated]) -> None:
        with self.work() as work:
            order = orders.sign_up_repeated(event, log_in_link=links.log_in(self.post.settings.public_url))
            courier.queue(work.session, order, now=self.clock.now())

    @every(1.0, at_once=CONNECTIONS)
    def deliver(self) -> None:
        """Send what is due, one mail after the other, until nothing is; a slow server holds up one such loop."""
        while True:
            with self.work(is_across_accounts=True) as work:
                claimed = courier.claim(work.session, now=self.clock.now())
            if claimed is None:
                return
            reach("courier.after_claim")
            with context.within(correlation_id=claimed.correlation_id, account_id=claimed.account_id):
                self._deliver_one(claimed)

    def _deliver_one(self, row: NotificationRow) -> None:
        try:
            message = self._write(row)
            if message is None:
                return self._settle(row, "suppressed", "the link is of no use any more")
            reach("courier.before_send")
            sent = self._channel().send(message)
            reach("courier.after_send")
        except BusError as trouble:
            return self._put_back(row, str(trouble))
        except TemporarilyRefused as trouble:
            return self._postpone(row, str(trouble))
        except (PermanentlyRefused, AddressError, ActivationUnknown) as refused:
            return self._settle(row, "abandoned", str(refused))
        except Exception as error:  # one mail's trouble must not hold up the others
            log.exception("mail_failed", notification_id=str(row.id), mail=row.mail)
            return self._postpone(row, type(error).__name__)
        self._settle(row, "sent", sent.reply)
        reach("courier.after_mark")
        return None

    def _write(self, row: NotificationRow) -> EmailMessage | None:
        """The message of a row; None when its link has been used, replaced or has expired."""
        secrets: dict[str, str] = {}
        if row.secret_id is not None:
            revealed = self.accounts.reveal_activation_token(
                RevealActivationToken(activation_id=row.secret_id)
            )
            if revealed.token is None:
                return None
            secrets["link"] = links.activation(self.post.settings.public_url, revealed.token)
        return self.post.written(row, secrets)

    def _channel(self) -> Channel:
        return self.post.smtp or CaughtChannel(self._keep)

    def _keep(self, message: EmailMessage) -> None:
        with self.work() as work:
            mailbox.keep(work.session, message, now=self.clock.now())

    def _put_back(self, row: NotificationRow, reason: str) -> None:
        with self.work() as work:
            courier.put_back(work.session, row, reason=reason, now=self.clock.now())
        log.warning("mail_waits", notification_id=str(row.id), reason=reason)

    def _postpone(self, row: NotificationRow, reason: str) -> None:
        with self.work() as work:
            is_postponed = courier.postpone(work.session, row, reply=reason, now=self.clock.now())
        if not is_postponed:
            return self._settle(row, "abandoned", reason)
        log.warning("mail_postponed", notification_id=str(row.id), attempts=row.attempts, reason=reason)
        return None

    def _settle(self, row: NotificationRow, state: str, reply: str) -> None:
        now = self.clock.now()
        with self.work() as work:
            if not courier.settle(work.session, row, state=state, reply=reply, now=now):
                return
            if state == "sent":
                sent = NotificationSent(notification_id=row.id, mail=row.mail, sent_at=now)
                work.announce(Notifications.notification_sent, sent, aggregate=row.id)
            if state == "abandoned":
                abandoned = NotificationAbandoned(notification_id=row.id, mail=row.mail, reason=reply)
                work.announce(Notifications.notification_abandoned, abandoned, aggregate=row.id)
        log.info("mail_settled", state=state, notification_id=str(row.id), mail=row.mail)

    @serve(Notifications.list_mailbox)
    def list_mailbox(self, request: ListMailbox) -> Mailbox:
        if not self.post.settings.is_caught:
            raise MailboxClosed
        with self.work(is_across_accounts=True) as work:
            return mailbox.newest(work.session, request.to)
