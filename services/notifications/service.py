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
from notifications.channels import CaughtChannel, Channel, PermanentlyRefused, TemporarilyRefused
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

    @every(0.5)
    def deliver(self) -> None:
        """Send what is due, until nothing is."""
        while True:
            with self.work(is_across_accounts=True) as work:
                claimed = courier.claim(work.session, now=self.clock.now())
            if not claimed:
                return
            reach("courier.after_claim")
            for row in claimed:
                self._deliver_one(row)

    def _deliver_one(self, row: NotificationRow) -> None:
        with context.within(correlation_id=row.correlation_id, account_id=row.account_id):
            try:
                message = self._write(row)
                if message is None:
                    return self._settle(row, "suppressed", "the link is of no use any more")
                reach("courier.before_send")
                sent = self._channel().send(message)
                reach("courier.after_send")
            except (TemporarilyRefused, BusError) as trouble:
                return self._postpone(row, str(trouble))
            except (PermanentlyRefused, AddressError, ActivationUnknown) as refused:
                return self._settle(row, "abandoned", str(refused))
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

    def _postpone(self, row: NotificationRow, reason: str) -> None:
        due_at = courier.next_try(row, now=self.clock.now())
        if due_at is None:
            return self._settle(row, "abandoned", reason)
        with self.work() as work:
            courier.settle(
                work.session,
                row,
                state="queued",
                outcome="postponed",
                reply=reason,
                due_at=due_at,
                now=self.clock.now(),
            )
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
