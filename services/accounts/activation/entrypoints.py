"""Activation: looking at an activation token, and using it to set a password and log in."""

from __future__ import annotations

from accounts.activation import activations
from accounts.audit_log import audit
from accounts.passwords import passwords
from accounts.profile import profile
from accounts.sessions.login import Login
from chassis.process import offload
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.activation import Activate, Activation, GetActivation, UserActivated
from wire.accounts.sessions import OpenedSession


class ActivationEntrypoints(Login):
    @serve(Accounts.get_activation)
    def get_activation(self, request: GetActivation) -> Activation:
        with self.work(is_across_accounts=True) as work:
            return activations.look(work.session, request.token_digest, now=self.clock.now())

    @serve(Accounts.activate)
    def activate(self, request: Activate) -> OpenedSession:
        """Set the password, verify the user and log in. The password is judged and hashed between two transactions,
        off the event loop."""
        now = self.clock.now()
        with self.work(is_across_accounts=True) as work:
            words = profile.own_words(activations.usable(work.session, request.token_digest, now=now))
        offload.in_thread(passwords.check, request.password, repeat=request.password_repeat, words=words)
        kept = self.hash_password(request.password)
        with self.work(is_across_accounts=True) as work:
            user = activations.consume(work.session, request.token_digest, password_hash=kept, now=now)
            actor = self.actor().being(user)
            opened = self.let_in(work, user, is_first=True)
            work.announce(
                Accounts.user_activated,
                UserActivated(user=opened.user),
                aggregate=user.id,
                account_id=user.account_id,
            )
            audit.record(
                work.session,
                "user_activated",
                by=actor,
                account_id=user.account_id,
                now=now,
                object_kind="user",
                object_id=user.id,
            )
        return opened
