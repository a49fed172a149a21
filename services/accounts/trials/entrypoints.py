"""Announcements of trials that end soon or have ended."""

from __future__ import annotations

from accounts import messages
from accounts.account_status import account_status
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import AccountRow
from accounts.trials import trials
from chassis.database.work import Work
from chassis.every import every
from wire.accounts import Accounts
from wire.accounts.trials import TrialEnded, TrialEnding


class TrialEntrypoints(AccountsEntrypoints):
    @every(2.0)
    def announce_trials(self) -> None:
        """Say whose trial is nearly over, and whose is."""
        now = self.clock.now()
        with self.work.all_tenants() as work:
            for account in trials.ending(work.session, now=now):
                self._announce_trial(work, account, is_over=False)
        with self.work.all_tenants() as work:
            for account in trials.ended(work.session, now=now):
                self._announce_trial(work, account, is_over=True)

    @staticmethod
    def _announce_trial(work: Work, row: AccountRow, *, is_over: bool) -> None:
        user, ends_at = account_status.owner_of(work.session, row.id), row.trial_ends_at
        if user is None or ends_at is None:
            return
        account, owner = messages.as_account(row), messages.as_user(user)
        if is_over:
            over = TrialEnded(account=account, owner=owner, ended_at=ends_at)
            work.announce(Accounts.account_trial_ended, over, aggregate=row.id, account_id=row.id)
        else:
            soon = TrialEnding(account=account, owner=owner, ends_at=ends_at)
            work.announce(Accounts.account_trial_ending, soon, aggregate=row.id, account_id=row.id)
