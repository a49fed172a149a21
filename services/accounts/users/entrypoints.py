"""Users of an account: listed, invited, changed and removed."""

from __future__ import annotations

import datetime

from accounts import messages
from accounts.api_keys import api_keys
from accounts.audit_log.actors import Actor
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import AccountRow, UserRow
from accounts.sessions import sessions
from accounts.sessions.sessions import OF_USERS
from accounts.users import users
from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.sessions import SessionEnd
from wire.accounts.tenancy import User
from wire.accounts.users import (
    ChangeUser,
    GetUser,
    InviteUser,
    ListUsers,
    RemoveUser,
    RepeatInvitation,
    UserInvited,
    UserInvitedElsewhere,
    UserPage,
    UserRemoved,
    UserUpdated,
)
from wire.contract import Nothing


class UserEntrypoints(AccountsEntrypoints):
    @serve(Accounts.list_users)
    def list_users(self, request: ListUsers) -> UserPage:
        with self.work() as work:
            return users.page(work.session, context.require_account_id(), request)

    @serve(Accounts.get_user)
    def get_user(self, request: GetUser) -> User:
        with self.work() as work:
            return messages.as_user(users.find(work.session, context.require_account_id(), request.user_id))

    @serve(Accounts.invite_user)
    def invite_user(self, request: InviteUser) -> User:
        """An address that has a user in another account gets the same answer, and a mail of its own."""
        now, actor = self.clock.now(), self.actor()
        with self.work() as work:
            account = users.lock(work.session, context.require_account_id())
            user = users.invite(
                work.session,
                account,
                request,
                by=actor,
                now=now,
                trial_users_max=self.settings.trial_users_max,
            )
            invited = UserInvited(user=messages.as_user(user), invited_by=users.inviter(work.session, actor))
            work.announce(Accounts.user_invited, invited, aggregate=user.id, account_id=account.id)
            self._mail_invitation(work, account, user, by=actor, now=now)
            self.record(work, "user_invited", user, facts={"name": user.name, "role": user.role})
            return work.answer(messages.as_user(user))

    @serve(Accounts.repeat_invitation)
    def repeat_invitation(self, request: RepeatInvitation) -> User:
        now, actor = self.clock.now(), self.actor()
        with self.work() as work:
            account = users.lock(work.session, context.require_account_id())
            user = users.invited(work.session, account.id, request.user_id)
            self._mail_invitation(work, account, user, by=actor, now=now)
            self.record(work, "user_invitation_repeated", user, facts={"name": user.name})
            return work.answer(messages.as_user(user))

    def _mail_invitation(
        self, work: Work, account: AccountRow, user: UserRow, *, by: Actor, now: datetime.datetime
    ) -> None:
        """A token to whom the address is free for, a word to whom it belongs to already; to one address not more often
        than tokens are given out, which nobody is told."""
        elsewhere = users.holder_elsewhere(work.session, user, now=now)
        if not self.throttles.admit_email(work.session, user.email_key, now=now):
            return
        invited_by = users.inviter(work.session, by)
        if elsewhere is not None:
            event = UserInvitedElsewhere(
                user=messages.as_user(elsewhere),
                email=user.email,
                company_name=account.company_name,
                invited_by=invited_by,
            )
            # Of the account that the address belongs to: the one that invites is not to learn of it.
            work.announce(
                Accounts.user_invited_elsewhere,
                event,
                aggregate=elsewhere.id,
                account_id=elsewhere.account_id,
            )
            return
        self.issue_activation(work, user, company_name=account.company_name, now=now, invited_by=invited_by)

    @serve(Accounts.change_user)
    def change_user(self, request: ChangeUser) -> User:
        """Another role ends the user's sessions and limits the API keys they made: nobody goes on with rights that
        they no longer have."""
        now, actor = self.clock.now(), self.actor()
        with self.work() as work:
            account = users.lock(work.session, context.require_account_id())
            change = users.change(work.session, account.id, request, by=actor)
            user = change.user
            if change.previous:
                work.announce(
                    Accounts.user_updated,
                    UserUpdated(user=messages.as_user(user)),
                    aggregate=user.id,
                    account_id=account.id,
                    previous=change.previous,
                )
                facts = {"name": user.name, "previous": change.previous, "role": user.role}
                self.record(work, "user_updated", user, facts=facts)
            if "role" in change.previous:
                self._end_sessions_of(work, user, now=now, reason=SessionEnd.ROLE_CHANGED)
            return work.answer(messages.as_user(user))

    @serve(Accounts.remove_user)
    def remove_user(self, request: RemoveUser) -> Nothing:
        """Nothing that was given to the user opens anything any more: sessions, tokens, and the API keys they made."""
        now, actor = self.clock.now(), self.actor()
        with self.work() as work:
            account = users.lock(work.session, context.require_account_id())
            user = users.remove(work.session, account.id, request.user_id, by=actor, now=now)
            if user is not None:
                removed = UserRemoved(user=messages.as_user(user), removed_at=now)
                work.announce(Accounts.user_removed, removed, aggregate=user.id, account_id=account.id)
                self._end_sessions_of(work, user, now=now, reason=SessionEnd.USER_REMOVED)
                for key in api_keys.revoke_all_of(work.session, user.id, now=now):
                    self.announce_key_revoked(work, key)
                self.record(work, "user_removed", user, facts={"name": user.name, "role": user.role})
            return work.answer(Nothing())

    def _end_sessions_of(
        self, work: Work, user: UserRow, *, now: datetime.datetime, reason: SessionEnd
    ) -> None:
        ended = OF_USERS.end(work.session, sessions.SESSIONS.c.user_id == user.id, now=now, reason=reason)
        self.announce_ended(work, ended)
