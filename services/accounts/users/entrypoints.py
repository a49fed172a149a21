"""Who works in the account? Users are listed, invited, changed and removed."""

from __future__ import annotations

import datetime
import uuid

from accounts import messages
from accounts.activation import activations
from accounts.api_keys import api_keys
from accounts.api_keys.entrypoints import tell_revoked
from accounts.audit_log import audit
from accounts.audit_log.audit import Actor
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import AccountRow, UserRow
from accounts.sessions import sessions
from accounts.throttles import throttles
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
            return users.page(work.session, _account_id(), request)

    @serve(Accounts.get_user)
    def get_user(self, request: GetUser) -> User:
        with self.work() as work:
            return messages.as_user(users.find(work.session, _account_id(), request.user_id))

    @serve(Accounts.invite_user)
    def invite_user(self, request: InviteUser) -> User:
        """An address that has a user in another account gets the same answer, and a mail of its own."""
        now, actor = self.clock.now(), self.actor()
        with self.work(is_across_accounts=True) as work:
            account = users.lock(work.session, _account_id())
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
            _record(work, "user_invited", user, by=actor, now=now, facts={"role": user.role})
            return work.answer(messages.as_user(user))

    @serve(Accounts.repeat_invitation)
    def repeat_invitation(self, request: RepeatInvitation) -> User:
        now, actor = self.clock.now(), self.actor()
        with self.work(is_across_accounts=True) as work:
            account = users.lock(work.session, _account_id())
            user = users.invited(work.session, account.id, request.user_id)
            self._mail_invitation(work, account, user, by=actor, now=now)
            _record(work, "user_invitation_repeated", user, by=actor, now=now)
            return work.answer(messages.as_user(user))

    def _mail_invitation(
        self, work: Work, account: AccountRow, user: UserRow, *, by: Actor, now: datetime.datetime
    ) -> None:
        """A link to whom the address is free for, a word to whom it belongs to already; to one address not more often
        than links are given out, which nobody is told."""
        chosen = self.settings
        elsewhere = users.holder_elsewhere(work.session, user, now=now)
        if not throttles.admit_link(
            work.session, "", user.email_key, secret=chosen.token_key, now=now, limits=chosen
        ):
            return
        invited_by = users.inviter(work.session, by)
        if elsewhere is not None:
            told = UserInvitedElsewhere(
                user=messages.as_user(elsewhere),
                email=user.email,
                company_name=account.company_name,
                invited_by=invited_by,
            )
            # Of the account that the address belongs to: the one that invites is not to learn of it.
            work.announce(
                Accounts.user_invited_elsewhere,
                told,
                aggregate=elsewhere.id,
                account_id=elsewhere.account_id,
            )
            return
        requested = activations.issue(
            work.session,
            user,
            company_name=account.company_name,
            key=chosen.token_key,
            now=now,
            hours=chosen.activation_hours,
            invited_by=invited_by,
        )
        work.announce(Accounts.user_activation_requested, requested, aggregate=user.id, account_id=account.id)

    @serve(Accounts.change_user)
    def change_user(self, request: ChangeUser) -> User:
        """Another role ends the user's sessions and limits the API keys they made: nobody goes on with rights that
        they no longer have."""
        now, actor = self.clock.now(), self.actor()
        with self.work() as work:
            account = users.lock(work.session, _account_id())
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
                facts: audit.Facts = {"previous": change.previous, "role": user.role}
                _record(work, "user_updated", user, by=actor, now=now, facts=facts)
            if "role" in change.previous:
                self._end_sessions_of(work, user, now=now, reason=SessionEnd.ROLE_CHANGED)
            return work.answer(messages.as_user(user))

    @serve(Accounts.remove_user)
    def remove_user(self, request: RemoveUser) -> Nothing:
        """Nothing that was given to the user opens anything any more: sessions, links, and the API keys they made."""
        now, actor = self.clock.now(), self.actor()
        with self.work() as work:
            account = users.lock(work.session, _account_id())
            user = users.remove(work.session, account.id, request.user_id, by=actor, now=now)
            if user is not None:
                removed = UserRemoved(user=messages.as_user(user), removed_at=now)
                work.announce(Accounts.user_removed, removed, aggregate=user.id, account_id=account.id)
                self._end_sessions_of(work, user, now=now, reason=SessionEnd.USER_REMOVED)
                for key in api_keys.revoke_all_of(work.session, user.id, now=now):
                    tell_revoked(work, key, by=actor, now=now)
                _record(work, "user_removed", user, by=actor, now=now, facts={"role": user.role})
            return work.answer(Nothing())

    def _end_sessions_of(
        self, work: Work, user: UserRow, *, now: datetime.datetime, reason: SessionEnd
    ) -> None:
        ended = sessions.end(work.session, sessions.SESSIONS.c.user_id == user.id, now=now, reason=reason)
        self.announce_ended(work, ended)


def _account_id() -> uuid.UUID:
    """The account that asks."""
    found = context.current().account_id
    if found is None:
        raise LookupError("the call names no account")
    return found


def _record(
    work: Work,
    action: str,
    user: UserRow,
    *,
    by: Actor,
    now: datetime.datetime,
    facts: audit.Facts | None = None,
) -> None:
    audit.record(
        work.session,
        action,
        by=by,
        account_id=user.account_id,
        now=now,
        object_kind="user",
        object_id=user.id,
        facts={"name": user.name, **(facts or {})},
    )
