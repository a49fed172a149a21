"""Sign-up of a new account; an address that already has a user gets a mail instead of a second account."""

from __future__ import annotations

import datetime

from accounts import messages
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import AccountRow, UserRow
from accounts.signup import registration
from chassis.database.work import Work
from chassis.rpc import serve
from identity import enumeration
from wire.accounts import Accounts
from wire.accounts.signup import AccountCreated, CreateAccount, Registration, SignUpRepeated


class SignupEntrypoints(AccountsEntrypoints):
    @serve(Accounts.create_account)
    def create_account(self, request: CreateAccount) -> Registration:
        """An address that already has a user gets the same answer, and a mail of its own."""
        now, settings = self.clock.now(), self.settings
        account, owner = registration.draft(request, now=now, trial_days=settings.trial_days)
        self._check_sign_ups(now=now)
        with enumeration.hold_to_steps(settings.even_milliseconds), self.work.all_tenants() as work:
            answer = messages.as_registration(account, owner)
            known = registration.store(work.session, account, owner, now=now)
            if known is None:
                self._announce_created(work, account, owner, now=now)
            else:
                self._write_to_known(work, known, now=now)
                self._create_in_vain(work, account, owner, now=now)
            return work.answer(answer)

    def _check_sign_ups(self, *, now: datetime.datetime) -> None:
        """Before the address is looked up, in a transaction of its own: known and unknown ones are counted alike."""
        with self.work() as work:
            self.throttles.check_sign_up(work.session, self.actor().ip_address, now=now)

    def _announce_created(
        self, work: Work, account: AccountRow, owner: UserRow, *, now: datetime.datetime
    ) -> None:
        created = AccountCreated(account=messages.as_account(account), owner=messages.as_user(owner))
        work.announce(Accounts.account_created, created, aggregate=account.id, account_id=account.id)
        self.issue_activation(work, owner, company_name=account.company_name, now=now)
        self.record(work, "account_created", account, by=self.actor().being(owner))

    def _create_in_vain(
        self, work: Work, account: AccountRow, owner: UserRow, *, now: datetime.datetime
    ) -> None:
        """The answer to an address that has a user takes no less time than that to another."""
        if not self.settings.even_milliseconds:
            return
        with enumeration.in_vain(work):
            registration.add(work.session, account, owner)
            self._announce_created(work, account, owner, now=now)

    def _write_to_known(self, work: Work, known: UserRow, *, now: datetime.datetime) -> None:
        """A mail to whom the address belongs: a new token for one who never activated, a hint for one who did; no more
        of them than of other mails that anybody can ask for. The network is counted already."""
        if not self.throttles.admit_email(work.session, known.email_key, now=now):
            return
        if known.verified_at is None:
            self.issue_activation(work, known, company_name=known.account.company_name, now=now)
            return
        work.announce(
            Accounts.account_sign_up_repeated,
            SignUpRepeated(user=messages.as_user(known)),
            aggregate=known.account_id,
            account_id=known.account_id,
        )
