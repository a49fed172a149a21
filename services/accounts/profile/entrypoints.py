"""Profile: a user's own data and the account's, read and changed."""

from __future__ import annotations

import datetime

from accounts import address_ownership, messages
from accounts.email_changes import email_changes
from accounts.models import AccountRow, UserRow
from accounts.passwords.verification import PasswordVerification
from accounts.profile import profile
from accounts.profile.profile import Change
from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from identity import addresses
from wire.absent import ABSENT
from wire.accounts import Accounts
from wire.accounts.profile import (
    AccountUpdated,
    GetAccount,
    GetMe,
    Me,
    ProfileUpdated,
    UpdateAccount,
    UpdateMe,
)
from wire.accounts.tenancy import Account


class ProfileEntrypoints(PasswordVerification):
    @serve(Accounts.get_me)
    def get_me(self, request: GetMe) -> Me:  # who asks is in the context
        with self.work.read() as connection:
            return profile.me(connection, context.current().user_id)

    @serve(Accounts.get_account)
    def get_account(self, request: GetAccount) -> Account:  # who asks is in the context
        with self.work.read() as connection:
            return profile.account(connection, context.current().account_id)

    @serve(Accounts.update_me)
    def update_me(self, request: UpdateMe) -> Me:
        """All of it or nothing: a new address is asked for in the transaction that changes the rest."""
        user_id, now = context.current().user_id, self.clock.now()
        new_key = None if request.email is ABSENT else addresses.email_key(request.email)
        with self.work() as work:
            needs_password = profile.needs_password(profile.locked_user(work.session, user_id), request)
        if needs_password:
            self.require_password(request.current_password)
        with self.work() as work:
            if new_key is not None:
                address_ownership.lock(work.session, new_key)
            user = profile.locked_user(work.session, user_id)
            change = profile.update_user(user, request)
            if change:
                self._announce_profile(work, user, change)
            if request.email is not ABSENT:
                self._begin_email_change(work, user, request.email, now=now)
            return work.answer(messages.as_me(user))

    def _announce_profile(self, work: Work, user: UserRow, change: Change) -> None:
        work.announce(
            Accounts.account_profile_updated,
            ProfileUpdated(user=messages.as_user(user)),
            aggregate=user.id,
            account_id=user.account_id,
            previous=change.previous,
        )
        by, facts = self.actor().being(user), {"changed": list(change.fields)}
        self.record(work, "profile_updated", user, by=by, facts=facts)

    def _begin_email_change(self, work: Work, user: UserRow, email: str, *, now: datetime.datetime) -> None:
        """Whoever holds the address hears of it; who asks for it does not."""
        caller = context.current()
        is_mailed = self.throttles.admit_email(
            work.session, addresses.email_key(email), ip_address=caller.ip_address or "", now=now
        )
        begun = email_changes.begin(
            work.session,
            user,
            email,
            asked_in=caller.session_id,
            issuer=self.token_issuer,
            now=now,
            is_mailed=is_mailed,
        )
        work.announce(
            Accounts.account_email_change_requested,
            begun.requested,
            aggregate=user.id,
            account_id=user.account_id,
        )
        if begun.contested is not None:
            work.announce(
                Accounts.account_email_change_contested,
                begun.contested,
                aggregate=begun.contested.user.id,
                account_id=begun.contested.user.account_id,
            )
        by, facts = self.actor().being(user), {"from": user.email, "to": begun.requested.new_email}
        self.record(work, "email_change_requested", user, by=by, facts=facts)

    @serve(Accounts.update_account)
    def update_account(self, request: UpdateAccount) -> Account:
        with self.work() as work:
            row = profile.locked_account(work.session, context.current().account_id)
            change = profile.update_account(work.session, row, request)
            if change:
                self._announce_account(work, row, change)
            return work.answer(messages.as_account(row))

    def _announce_account(self, work: Work, row: AccountRow, change: Change) -> None:
        work.announce(
            Accounts.account_updated,
            AccountUpdated(account=messages.as_account(row)),
            aggregate=row.id,
            account_id=row.id,
            previous=change.previous,
        )
        facts = {"changed": list(change.fields), "previous": dict(change.previous)}
        self.record(work, "account_updated", row, facts=facts)
