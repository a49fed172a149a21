"""What does a user see and change of themselves and of their account?"""

from __future__ import annotations

import datetime

from accounts import addresses, messages
from accounts.audit_log import audit
from accounts.audit_log.audit import Actor
from accounts.email_changes import email_changes
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import AccountRow, UserRow
from accounts.profile import profile
from accounts.profile.profile import Change
from accounts.throttles import throttles
from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
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


class ProfileEntrypoints(AccountsEntrypoints):
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
        with self.work(is_across_accounts=new_key is not None) as work:
            if new_key is not None:
                addresses.lock(work.session, new_key)
            user = profile.locked_user(work.session, user_id)
            change = profile.update_user(user, request)
            if change:
                self._announce_profile(work, user, change, now=now)
            if request.email is not ABSENT:
                self._begin_email_change(work, user, request.email, now=now)
            return work.answer(profile.as_me(user))

    def _announce_profile(self, work: Work, user: UserRow, change: Change, *, now: datetime.datetime) -> None:
        work.announce(
            Accounts.account_profile_updated,
            ProfileUpdated(user=messages.as_user(user)),
            aggregate=user.id,
            account_id=user.account_id,
            previous=change.previous,
        )
        audit.record(
            work.session,
            "profile_updated",
            by=self.actor().being(user),
            account_id=user.account_id,
            now=now,
            object_kind="user",
            object_id=user.id,
            facts={"changed": list(change.fields)},
        )

    def _begin_email_change(self, work: Work, user: UserRow, email: str, *, now: datetime.datetime) -> None:
        """Whoever holds the address hears of it; who asks for it does not."""
        asking, key = context.current(), self.settings.token_key
        is_mailed = throttles.admit_link(
            work.session,
            asking.ip_address or "",
            addresses.email_key(email),
            secret=key,
            now=now,
            limits=self.settings,
        )
        begun = email_changes.begin(
            work.session, user, email, asked_in=asking.session_id, key=key, now=now, is_mailed=is_mailed
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
        audit.record(
            work.session,
            "email_change_requested",
            by=self.actor().being(user),
            account_id=user.account_id,
            now=now,
            object_kind="user",
            object_id=user.id,
            facts={"from": user.email, "to": begun.requested.new_email},
        )

    @serve(Accounts.update_account)
    def update_account(self, request: UpdateAccount) -> Account:
        now = self.clock.now()
        with self.work() as work:
            row = profile.locked_account(work.session, context.current().account_id)
            change = profile.update_account(work.session, row, request)
            if change:
                self._announce_account(work, row, change, now=now)
            return work.answer(messages.as_account(row))

    def _announce_account(
        self, work: Work, row: AccountRow, change: Change, *, now: datetime.datetime
    ) -> None:
        work.announce(
            Accounts.account_updated,
            AccountUpdated(account=messages.as_account(row)),
            aggregate=row.id,
            account_id=row.id,
            previous=change.previous,
        )
        audit.record(
            work.session,
            "account_updated",
            by=self._named_actor(work),
            account_id=row.id,
            now=now,
            object_kind="account",
            object_id=row.id,
            facts={"changed": list(change.fields), "previous": dict(change.previous)},
        )

    def _named_actor(self, work: Work) -> Actor:
        """A user with their name; an API key as it is."""
        user_id = context.current().user_id
        user = None if user_id is None else work.session.get(UserRow, user_id)
        return self.actor() if user is None else self.actor().being(user)
