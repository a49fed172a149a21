"""Requests for tokens by email: everybody gets the same answer, and who is known gets the mail a moment later."""

from __future__ import annotations

import datetime

from accounts.audit_log.actors import Actor, ActorKind
from accounts.email_tokens.models import EmailTokenRequestRow
from accounts.email_tokens.user_tokens import Purpose
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import UserRow
from accounts.passwords import password_resets
from chassis import context
from chassis.database.work import Work
from chassis.every import Wakeup, every
from chassis.rpc import serve
from identity import addresses, enumeration
from identity.email_token_requests import EmailTokenRequests
from wire.accounts import Accounts
from wire.accounts.activation import RequestActivation
from wire.accounts.passwords import RequestPasswordReset
from wire.contract import Nothing
from wire.identity import RevealedEmailToken, RevealEmailToken

REQUESTS = EmailTokenRequests(EmailTokenRequestRow)
# For what a process that died has left behind.
LOOKED_INTO_EVERY_SECONDS = 5.0


class EmailTokenEntrypoints(AccountsEntrypoints):
    wakeup = Wakeup()

    @serve(Accounts.reveal_email_token)
    def reveal_email_token(self, request: RevealEmailToken) -> RevealedEmailToken:
        """For the mail of an account, in whose context it is written."""
        with self.work() as work:
            return self.token_issuer.reveal(work.session, request.link_id, now=self.clock.now())

    @serve(Accounts.request_password_reset)
    def request_password_reset(self, request: RequestPasswordReset) -> Nothing:
        """A token for who has a password, the activation mail again for who has none."""
        return self._note_request(Purpose.PASSWORD_RESET, request.email)

    @serve(Accounts.request_activation)
    def request_activation(self, request: RequestActivation) -> Nothing:
        """The activation mail again for who never used one."""
        return self._note_request(Purpose.ACTIVATION, request.email)

    def _note_request(self, purpose: Purpose, email: str) -> Nothing:
        """One too many is not noted, and nobody is told."""
        now, actor = self.clock.now(), self.actor()
        with self.work() as work:
            is_admitted = self.throttles.admit_email(
                work.session, addresses.comparable(email), ip_address=actor.ip_address, now=now
            )
            if is_admitted:
                REQUESTS.note(
                    work.session,
                    purpose,
                    addresses.comparable(email),
                    ip_address=actor.ip_address,
                    user_agent=actor.user_agent,
                    now=now,
                    correlation_id=context.current().correlation_id,
                )
            work.answer(Nothing())
        if not self.settings.even_milliseconds:
            self.send_requested_tokens()
        elif is_admitted:
            self.wakeup.notify(after_seconds=enumeration.random_moment())
        return Nothing()

    @every(LOOKED_INTO_EVERY_SECONDS, wakeup=wakeup)
    def send_requested_tokens(self) -> None:
        """Send what was asked for, one request after the other, until there is none."""
        while True:
            with self.work.all_tenants() as work:
                request = REQUESTS.take(work.session)
                if request is None:
                    return
                with context.within(correlation_id=request.correlation_id):
                    self._send_token(work, request)

    def _send_token(self, work: Work, request: EmailTokenRequestRow) -> None:
        now, user = self.clock.now(), None
        if request.purpose == Purpose.PASSWORD_RESET.value:
            user = password_resets.of_address(work.session, request.email_key)
        if user is not None:
            self._send_reset(work, user, by=_requester(request), now=now)
            return
        for waiting in password_resets.waiting(work.session, request.email_key):
            inviter = password_resets.inviter(work.session, waiting)
            self.issue_activation(
                work, waiting, company_name=waiting.account.company_name, now=now, invited_by=inviter
            )

    def _send_reset(self, work: Work, user: UserRow, *, by: Actor, now: datetime.datetime) -> None:
        requested = password_resets.issue(
            work.session, user, issuer=self.token_issuer, now=now, minutes=self.settings.reset_minutes
        )
        work.announce(
            Accounts.user_password_reset_requested, requested, aggregate=user.id, account_id=user.account_id
        )
        self.record(work, "password_reset_requested", user, by=by)


def _requester(request: EmailTokenRequestRow) -> Actor:
    """Nobody in particular, from the place that the request came from."""
    return Actor(kind=ActorKind.NOBODY, ip_address=request.ip_address, user_agent=request.user_agent)
