"""Activation: looking at an activation token, and using it to set a password and log in."""

from __future__ import annotations

from accounts.activation import activations
from accounts.profile import profile
from accounts.sessions.login import Login
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.activation import UserActivated
from wire.accounts.sessions import OpenedSession
from wire.identity import Activate, Activation, GetActivation


class ActivationEntrypoints(Login):
    @serve(Accounts.get_activation)
    def get_activation(self, request: GetActivation) -> Activation:
        with self.work.all_tenants() as work:
            return activations.look(work.session, request.token_digest, now=self.clock.now())

    @serve(Accounts.activate)
    def activate(self, request: Activate) -> OpenedSession:
        """Set the password, verify the user and log in. The password is judged and hashed between two transactions,
        off the event loop."""
        now = self.clock.now()
        with self.work.all_tenants() as work:
            user = activations.usable(work.session, request.token_digest, now=now)
        words = profile.own_words(user)
        self.hasher.judge(request.password, repeat=request.password_repeat, words=words)
        new_hash = self.hasher.hashed(request.password)
        with self.work.for_tenant(user.account_id) as work:
            user = activations.consume(work.session, request.token_digest, password_hash=new_hash, now=now)
            by = self.actor().being(user)
            opened = self.open_session_for(work, user, is_first=True)
            work.announce(
                Accounts.user_activated,
                UserActivated(user=opened.user),
                aggregate=user.id,
                account_id=user.account_id,
            )
            self.record(work, "user_activated", user, by=by)
        return opened
