"""What does the notifications service listen to, send and answer? This is its table of contents."""

from __future__ import annotations

from email.message import EmailMessage

import structlog

from chassis import context
from chassis.clock import Clock
from chassis.database.work import UnitOfWork
from chassis.errors import BusError
from chassis.events import Received, listen
from chassis.every import Wakeup, every
from chassis.process.crashpoints import reach
from chassis.rpc import Client, serve
from notifications import (
    account_orders,
    courier,
    email_change_orders,
    links,
    mailbox,
    orders,
    password_orders,
    user_orders,
)
from notifications.channels import CONNECTIONS, CaughtChannel, Channel, PermanentlyRefused, TemporarilyRefused
from notifications.messages import AddressError
from notifications.models import NotificationRow
from notifications.post import Post
from wire.accounts import Accounts
from wire.accounts.activation import UserActivationRequested
from wire.accounts.cancellation import AccountCancelled, CancellationScheduled
from wire.accounts.email_changes import (
    EmailChangeContested,
    EmailChanged,
    EmailChangeRequested,
    EmailChangeUndone,
)
from wire.accounts.email_tokens import EmailTokenUnknown, RevealEmailToken
from wire.accounts.passwords import PasswordChanged, PasswordResetRequested
from wire.accounts.reactivation import AccountReactivated, ReactivationDecided, ReactivationRequested
from wire.accounts.second_factor import RecoveryCodeUsed, SecondFactorDisabled, SecondFactorEnabled
from wire.accounts.sessions import NewDeviceSeen
from wire.accounts.signup import SignUpRepeated
from wire.accounts.trials import TrialEnding
from wire.accounts.users import UserInvitedElsewhere
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
    wakeup = Wakeup()

    @listen(Accounts.user_activation_requested)
    def queue_activation(self, event: Received[UserActivationRequested]) -> None:
        is_invited = event.data.invited_by is not None
        self._queue(user_orders.invitation(event) if is_invited else orders.owner_activation(event))

    @listen(Accounts.user_invited_elsewhere)
    def queue_invitation_elsewhere(self, event: Received[UserInvitedElsewhere]) -> None:
        log_in_link = links.log_in(self.post.settings.public_url)
        self._queue(user_orders.invitation_elsewhere(event, log_in_link=log_in_link))

    @listen(Accounts.account_second_factor_enabled)
    def queue_second_factor_enabled(self, event: Received[SecondFactorEnabled]) -> None:
        where = links.second_factor(self.post.settings.public_url)
        self._queue(user_orders.second_factor_enabled(event, second_factor_link=where))

    @listen(Accounts.account_second_factor_disabled)
    def queue_second_factor_disabled(self, event: Received[SecondFactorDisabled]) -> None:
        where = links.second_factor(self.post.settings.public_url)
        self._queue(user_orders.second_factor_disabled(event, second_factor_link=where))

    @listen(Accounts.account_recovery_code_used)
    def queue_recovery_code_used(self, event: Received[RecoveryCodeUsed]) -> None:
        where = links.second_factor(self.post.settings.public_url)
        self._queue(user_orders.recovery_code_used(event, second_factor_link=where))

    @listen(Accounts.account_sign_up_repeated)
    def queue_sign_up_repeated(self, event: Received[SignUpRepeated]) -> None:
        self._queue(orders.sign_up_repeated(event, log_in_link=links.log_in(self.post.settings.public_url)))

    @listen(Accounts.account_new_device_seen)
    def queue_new_device(self, event: Received[NewDeviceSeen]) -> None:
        self._queue(orders.new_device(event, sessions_link=links.sessions(self.post.settings.public_url)))

    @listen(Accounts.account_email_change_requested)
    def queue_email_change(self, event: Received[EmailChangeRequested]) -> None:
        email_link = links.email_address(self.post.settings.public_url)
        self._queue(
            email_change_orders.confirm(event), email_change_orders.requested(event, email_link=email_link)
        )

    @listen(Accounts.account_email_change_contested)
    def queue_email_change_contested(self, event: Received[EmailChangeContested]) -> None:
        log_in_link = links.log_in(self.post.settings.public_url)
        self._queue(email_change_orders.contested(event, log_in_link=log_in_link))

    @listen(Accounts.account_email_changed)
    def queue_email_changed(self, event: Received[EmailChanged]) -> None:
        self._queue(email_change_orders.changed(event))

    @listen(Accounts.account_email_change_undone)
    def queue_email_change_undone(self, event: Received[EmailChangeUndone]) -> None:
        reset_link = links.password_reset(self.post.settings.public_url)
        self._queue(email_change_orders.undone(event, reset_link=reset_link))

    @listen(Accounts.user_password_reset_requested)
    def queue_password_reset(self, event: Received[PasswordResetRequested]) -> None:
        self._queue(password_orders.reset(event))

    @listen(Accounts.account_password_changed)
    def queue_password_notice(self, event: Received[PasswordChanged]) -> None:
        reset_link = links.password_reset(self.post.settings.public_url)
        self._queue(password_orders.notice(event, reset_link=reset_link))

    @listen(Accounts.account_cancelled)
    def queue_cancelled(self, event: Received[AccountCancelled]) -> None:
        self._queue(account_orders.cancelled(event, log_in_link=links.log_in(self.post.settings.public_url)))

    @listen(Accounts.account_cancellation_scheduled)
    def queue_cancellation_scheduled(self, event: Received[CancellationScheduled]) -> None:
        where = links.cancellation(self.post.settings.public_url)
        self._queue(account_orders.scheduled(event, cancellation_link=where))

    @listen(Accounts.account_reactivation_requested)
    def queue_reactivation_requested(self, event: Received[ReactivationRequested]) -> None:
        self._queue(account_orders.requested(event))

    @listen(Accounts.account_reactivation_decided)
    def queue_reactivation_decided(self, event: Received[ReactivationDecided]) -> None:
        log_in_link = links.log_in(self.post.settings.public_url)
        self._queue(*account_orders.decided(event, log_in_link=log_in_link))

    @listen(Accounts.account_reactivated)
    def queue_reactivated(self, event: Received[AccountReactivated]) -> None:
        log_in_link = links.log_in(self.post.settings.public_url)
        self._queue(account_orders.reactivated(event, log_in_link=log_in_link))

    @listen(Accounts.account_trial_ending)
    def queue_trial_ending(self, event: Received[TrialEnding]) -> None:
        log_in_link = links.log_in(self.post.settings.public_url)
        self._queue(*account_orders.trial_ending(event, log_in_link=log_in_link))

    def _queue(self, *owed: courier.Order) -> None:
        """Owe mails: they are stored with the event that asked for them, and sent at once."""
        with self.work() as work:
            for order in owed:
                courier.queue(work.session, order, now=self.clock.now())
        self.wakeup.notify()

    # A try that failed is repeated after a minute: who looks for it so often is not late.
    @every(1.25, at_once=CONNECTIONS, wakeup=wakeup)
    def deliver(self) -> None:
        """Send what is due, one mail after the other, until nothing is; a slow server holds up one such loop."""
        lease = courier.CAUGHT_LEASE if self.post.settings.is_caught else courier.LEASE
        while True:
            with self.work.all_tenants() as work:
                claimed = courier.claim(work.session, now=self.clock.now(), lease=lease)
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
        except (PermanentlyRefused, AddressError, EmailTokenUnknown) as refused:
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
            revealed = self.accounts.reveal_email_token(RevealEmailToken(link_id=row.secret_id))
            if revealed.token is None:
                return None
            secrets["link"] = links.secret(row.mail, self.post.settings.public_url, revealed.token)
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
        with self.work.all_tenants() as work:
            return mailbox.newest(work.session, request.to)
