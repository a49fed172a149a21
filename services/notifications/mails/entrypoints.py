"""Event handlers that queue mails: one for each event that sends one."""

from __future__ import annotations

from chassis.events import Received, listen
from notifications import mail_queue
from notifications.entrypoints import NotificationsEntrypoints
from notifications.mails import (
    cancellation,
    contact_passwords,
    contacts,
    email_changes,
    passwords,
    reactivation,
    second_factor,
    sessions,
    signup,
    trials,
    users,
)
from notifications.mails.outgoing import OutgoingMail
from wire.accounts import Accounts
from wire.accounts.activation import UserActivationRequested
from wire.accounts.cancellation import AccountCancelled, CancellationScheduled
from wire.accounts.email_changes import (
    EmailChangeContested,
    EmailChanged,
    EmailChangeRequested,
    EmailChangeUndone,
)
from wire.accounts.passwords import PasswordChanged, PasswordResetRequested
from wire.accounts.reactivation import AccountReactivated, ReactivationDecided, ReactivationRequested
from wire.accounts.second_factor import RecoveryCodeUsed, SecondFactorDisabled, SecondFactorEnabled
from wire.accounts.sessions import NewDeviceSeen
from wire.accounts.signup import SignUpRepeated
from wire.accounts.trials import TrialEnding
from wire.accounts.users import UserInvitedElsewhere
from wire.contacts import Contacts
from wire.contacts.activation import ContactActivationRequested
from wire.contacts.portal import (
    ContactPasswordChanged,
    ContactPasswordResetRequested,
    ContactPasswordSetByAdmin,
)


class MailEntrypoints(NotificationsEntrypoints):
    """A method's name is part of its queue's name on the broker: renamed, what waits in the old queue is lost."""

    @listen(Accounts.user_activation_requested)
    def queue_activation(self, event: Received[UserActivationRequested]) -> None:
        is_invited = event.data.invited_by is not None
        self._queue(users.user_invitation(event) if is_invited else signup.owner_activation(event))

    @listen(Accounts.account_sign_up_repeated)
    def queue_sign_up_repeated(self, event: Received[SignUpRepeated]) -> None:
        self._queue(signup.sign_up_repeated(event, self.urls))

    @listen(Accounts.user_invited_elsewhere)
    def queue_invitation_elsewhere(self, event: Received[UserInvitedElsewhere]) -> None:
        self._queue(users.invitation_elsewhere(event, self.urls))

    @listen(Accounts.account_new_device_seen)
    def queue_new_device(self, event: Received[NewDeviceSeen]) -> None:
        self._queue(sessions.new_device(event, self.urls))

    @listen(Accounts.user_password_reset_requested)
    def queue_password_reset(self, event: Received[PasswordResetRequested]) -> None:
        self._queue(passwords.password_reset(event))

    @listen(Accounts.account_password_changed)
    def queue_password_notice(self, event: Received[PasswordChanged]) -> None:
        self._queue(passwords.password_notice(event, self.urls))

    @listen(Accounts.account_email_change_requested)
    def queue_email_change(self, event: Received[EmailChangeRequested]) -> None:
        self._queue(
            email_changes.email_change_confirm(event), email_changes.email_change_requested(event, self.urls)
        )

    @listen(Accounts.account_email_change_contested)
    def queue_email_change_contested(self, event: Received[EmailChangeContested]) -> None:
        self._queue(email_changes.email_change_contested(event, self.urls))

    @listen(Accounts.account_email_changed)
    def queue_email_changed(self, event: Received[EmailChanged]) -> None:
        self._queue(email_changes.email_changed(event))

    @listen(Accounts.account_email_change_undone)
    def queue_email_change_undone(self, event: Received[EmailChangeUndone]) -> None:
        self._queue(email_changes.email_change_undone(event, self.urls))

    @listen(Accounts.account_second_factor_enabled)
    def queue_second_factor_enabled(self, event: Received[SecondFactorEnabled]) -> None:
        self._queue(second_factor.second_factor_enabled(event, self.urls))

    @listen(Accounts.account_second_factor_disabled)
    def queue_second_factor_disabled(self, event: Received[SecondFactorDisabled]) -> None:
        self._queue(second_factor.second_factor_disabled(event, self.urls))

    @listen(Accounts.account_recovery_code_used)
    def queue_recovery_code_used(self, event: Received[RecoveryCodeUsed]) -> None:
        self._queue(second_factor.recovery_code_used(event, self.urls))

    @listen(Accounts.account_cancelled)
    def queue_cancelled(self, event: Received[AccountCancelled]) -> None:
        self._queue(cancellation.account_cancelled(event, self.urls))

    @listen(Accounts.account_cancellation_scheduled)
    def queue_cancellation_scheduled(self, event: Received[CancellationScheduled]) -> None:
        self._queue(cancellation.cancellation_scheduled(event, self.urls))

    @listen(Accounts.account_reactivation_requested)
    def queue_reactivation_requested(self, event: Received[ReactivationRequested]) -> None:
        self._queue(reactivation.reactivation_requested(event))

    @listen(Accounts.account_reactivation_decided)
    def queue_reactivation_decided(self, event: Received[ReactivationDecided]) -> None:
        self._queue(reactivation.reactivation_decided(event, self.urls))

    @listen(Accounts.account_reactivated)
    def queue_reactivated(self, event: Received[AccountReactivated]) -> None:
        self._queue(reactivation.account_reactivated(event, self.urls))

    @listen(Accounts.account_trial_ending)
    def queue_trial_ending(self, event: Received[TrialEnding]) -> None:
        self._queue(trials.trial_ending(event, self.urls))

    @listen(Contacts.contact_activation_requested)
    def queue_contact_activation(self, event: Received[ContactActivationRequested]) -> None:
        self._queue(contacts.contact_activation(event))

    @listen(Contacts.contact_password_reset_requested)
    def queue_contact_password_reset(self, event: Received[ContactPasswordResetRequested]) -> None:
        self._queue(contact_passwords.password_reset(event))

    @listen(Contacts.contact_password_set_by_admin)
    def queue_contact_password_set(self, event: Received[ContactPasswordSetByAdmin]) -> None:
        self._queue(contact_passwords.password_set_by_admin(event, self.urls))

    @listen(Contacts.contact_password_changed)
    def queue_contact_password_changed(self, event: Received[ContactPasswordChanged]) -> None:
        self._queue(contact_passwords.password_changed(event, self.urls))

    def _queue(self, *mails: OutgoingMail | None) -> None:
        """Store the mails with the event that they are sent for, and deliver them at once; None is no mail."""
        with self.work() as work:
            for mail in mails:
                if mail is not None:
                    mail_queue.add(work.session, mail, now=self.clock.now())
        self.wakeup.notify()
