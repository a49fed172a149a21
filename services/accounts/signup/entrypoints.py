"""Sign-up: `create_account`, and its mail to whom the address belongs already."""

from __future__ import annotations

import datetime

from accounts import messages
from accounts.activation import activations
from accounts.audit_log import audit
from accounts.constant_time import evenly
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import AccountRow, UserRow
from accounts.signup import registration
from accounts.throttles import throttles
from chassis.database.work import Work
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.signup import AccountCreated, CreateAccount, Registration, SignUpRepeated


class SignupEntrypoints(AccountsEntrypoints):
    @serve(Accounts.create_account)
    def create_account(self, request: CreateAccount) -> Registration:
        """An address that already has a user gets the same answer, and a mail of its own."""
        now, chosen = self.clock.now(), self.settings
        account, owner = registration.draft(request, now=now, trial_days=chosen.trial_days)
        self._check_network_of_sign_up(now=now)
        with evenly(chosen.even_milliseconds), self.work(is_across_accounts=True) as work:
            answer = registration.registered(account, owner)
            known = registration.store(work.session, account, owner, now=now)
            if known is None:
                self._announce_opened(work, account, owner, now=now)
            else:
                self._greet_again(work, known, now=now)
                if chosen.even_milliseconds:
                    self._open_in_vain(work, account, owner, now=now)
            return work.answer(answer)

    def _check_network_of_sign_up(self, *, now: datetime.datetime) -> None:
        """Before the address is looked up, in a transaction of its own: known and unknown ones are counted alike."""
        chosen = self.settings
        with self.work(is_across_accounts=True) as work:
            throttles.check_sign_up(
                work.session, self.actor().ip_address, secret=chosen.token_key, now=now, limits=chosen
            )

    def _announce_opened(
        self, work: Work, account: AccountRow, owner: UserRow, *, now: datetime.datetime
    ) -> None:
        created = AccountCreated(account=messages.as_account(account), owner=messages.as_user(owner))
        work.announce(Accounts.account_created, created, aggregate=account.id, account_id=account.id)
        self._request_activation(work, owner, company_name=account.company_name, now=now)
        audit.record(
            work.session,
            "account_created",
            by=self.actor().being(owner),
            account_id=account.id,
            now=now,
            object_kind="account",
            object_id=account.id,
        )

    def _open_in_vain(
        self, work: Work, account: AccountRow, owner: UserRow, *, now: datetime.datetime
    ) -> None:
        """What a new account costs, for an address that has a user: the answer must not take less time. None of it
        stays, and nobody hears of it."""
        owed = len(work.announcements)
        savepoint = work.session.begin_nested()
        registration.add(work.session, account, owner)
        self._announce_opened(work, account, owner, now=now)
        work.session.flush()
        savepoint.rollback()
        del work.announcements[owed:]

    def _greet_again(self, work: Work, known: UserRow, *, now: datetime.datetime) -> None:
        """A mail to whom the address belongs: a new link for one who never activated, a hint for one who did; no more
        of them than of other mails that anybody can ask for. The network is counted already."""
        chosen = self.settings
        if not throttles.admit_link(
            work.session, "", known.email_key, secret=chosen.token_key, now=now, limits=chosen
        ):
            return
        if known.verified_at is None:
            self._request_activation(work, known, company_name=known.account.company_name, now=now)
            return
        work.announce(
            Accounts.account_sign_up_repeated,
            SignUpRepeated(user=messages.as_user(known)),
            aggregate=known.account_id,
            account_id=known.account_id,
        )

    def _request_activation(
        self, work: Work, user: UserRow, *, company_name: str, now: datetime.datetime
    ) -> None:
        requested = activations.issue(
            work.session,
            user,
            company_name=company_name,
            key=self.settings.token_key,
            now=now,
            hours=self.settings.activation_hours,
        )
        work.announce(
            Accounts.user_activation_requested, requested, aggregate=user.id, account_id=user.account_id
        )
