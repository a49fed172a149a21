"""What happens when somebody asks for a link by mail? Everybody gets the same answer; who is known gets the mail.

Whether an address is known shows in nothing that happens before the answer: the request is noted, whoever it is for,
and looked into a moment later. A measurement of the other way, to do it at once and to hold every answer to an even
length, told known from unknown as soon as the machine was busy.
"""

from __future__ import annotations

import datetime
import random

from accounts.activation import activations
from accounts.audit_log import audit
from accounts.audit_log.audit import Actor, ActorKind
from accounts.email_tokens import email_tokens, requests
from accounts.email_tokens.email_tokens import Purpose
from accounts.email_tokens.models import EmailTokenRequestRow
from accounts.entrypoints import AccountsEntrypoints, comparable
from accounts.models import UserRow
from accounts.passwords import password_resets
from accounts.throttles import throttles
from chassis import context
from chassis.database.work import Work
from chassis.every import Wakeup, every
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.activation import RequestActivation
from wire.accounts.email_tokens import RevealedEmailToken, RevealEmailToken
from wire.accounts.passwords import RequestPasswordReset
from wire.contract import Nothing

# A moment later, never at once: what happens then must not show in the next answer.
MOMENT_SECONDS = (0.2, 0.6)
# For what a process that died has left behind.
LOOKED_INTO_EVERY_SECONDS = 5.0


class EmailTokenEntrypoints(AccountsEntrypoints):
    wakeup = Wakeup()

    @serve(Accounts.reveal_email_token)
    def reveal_email_token(self, request: RevealEmailToken) -> RevealedEmailToken:
        with self.work(is_across_accounts=True) as work:
            return email_tokens.reveal(
                work.session, request.link_id, key=self.settings.token_key, now=self.clock.now()
            )

    @serve(Accounts.request_password_reset)
    def request_password_reset(self, request: RequestPasswordReset) -> Nothing:
        """A link for who has a password, the activation mail again for who has none."""
        return self._note_request(Purpose.PASSWORD_RESET, request.email)

    @serve(Accounts.request_activation)
    def request_activation(self, request: RequestActivation) -> Nothing:
        """The activation mail again for who never used one."""
        return self._note_request(Purpose.ACTIVATION, request.email)

    def _note_request(self, purpose: Purpose, email: str) -> Nothing:
        """One too many is not noted, and nobody is told."""
        chosen, now, asking = self.settings, self.clock.now(), self.actor()
        with self.work(is_across_accounts=True) as work:
            is_admitted = throttles.admit_link(
                work.session,
                asking.ip_address,
                comparable(email),
                secret=chosen.token_key,
                now=now,
                limits=chosen,
            )
            if is_admitted:
                requests.keep(
                    work.session,
                    purpose,
                    comparable(email),
                    by=asking,
                    now=now,
                    correlation_id=context.current().correlation_id,
                )
            work.answer(Nothing())
        if not chosen.even_milliseconds:
            self.look_into_link_requests()
        elif is_admitted:
            self.wakeup.notify(after_seconds=random.uniform(*MOMENT_SECONDS))
        return Nothing()

    @every(LOOKED_INTO_EVERY_SECONDS, wakeup=wakeup)
    def look_into_link_requests(self) -> None:
        """Send what was asked for, one request after the other, until there is none."""
        while True:
            with self.work(is_across_accounts=True) as work:
                request = requests.take(work.session)
                if request is None:
                    return
                with context.within(correlation_id=request.correlation_id):
                    self._send_link(work, request)

    def _send_link(self, work: Work, request: EmailTokenRequestRow) -> None:
        now, user = self.clock.now(), None
        if request.purpose == Purpose.PASSWORD_RESET.value:
            user = password_resets.of_address(work.session, request.email_key)
        if user is None:
            self._activate_again(work, request.email_key, now=now)
            return
        self._send_reset(work, user, by=_asker(request), now=now)

    def _send_reset(self, work: Work, user: UserRow, *, by: Actor, now: datetime.datetime) -> None:
        chosen = self.settings
        requested = password_resets.issue(
            work.session, user, key=chosen.token_key, now=now, minutes=chosen.reset_minutes
        )
        work.announce(
            Accounts.user_password_reset_requested, requested, aggregate=user.id, account_id=user.account_id
        )
        audit.record(
            work.session,
            "password_reset_requested",
            by=by,
            account_id=user.account_id,
            now=now,
            object_kind="user",
            object_id=user.id,
        )

    def _activate_again(self, work: Work, email_key: str, *, now: datetime.datetime) -> None:
        for user in password_resets.waiting(work.session, email_key):
            requested = activations.issue(
                work.session,
                user,
                company_name=user.account.company_name,
                key=self.settings.token_key,
                now=now,
                hours=self.settings.activation_hours,
                invited_by=password_resets.inviter(work.session, user),
            )
            work.announce(
                Accounts.user_activation_requested, requested, aggregate=user.id, account_id=user.account_id
            )


def _asker(request: EmailTokenRequestRow) -> Actor:
    """Nobody in particular, from the place that the request came from."""
    return Actor(kind=ActorKind.NOBODY, ip_address=request.ip_address, user_agent=request.user_agent)
