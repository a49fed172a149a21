"""What does the accounts service answer and announce? This is its table of contents."""

from __future__ import annotations

import datetime

from accounts import activations, addresses, passwords, profile, registration, sessions
from accounts.models import UserRow
from accounts.settings import AccountsSettings
from chassis import context, offload
from chassis.clock import Clock
from chassis.configured import Configured
from chassis.rpc import serve
from chassis.work import UnitOfWork, Work
from wire.accounts import (
    AccountCreated,
    Accounts,
    Activate,
    Activation,
    ActivationToken,
    CreateAccount,
    EndSession,
    GetActivation,
    GetMe,
    Identify,
    Identity,
    InvalidCredentials,
    Me,
    OpenedSession,
    OpenSession,
    Registration,
    RevealActivationToken,
    SignUpRepeated,
    UserActivated,
)
from wire.contract import Nothing


class AccountsService:
    name = Accounts.name
    work = UnitOfWork()
    clock = Clock()
    settings = Configured(AccountsSettings)

    @serve(Accounts.create_account)
    def create_account(self, request: CreateAccount) -> Registration:
        """An address that already has a user gets the same answer, and a mail of its own."""
        now, chosen = self.clock.now(), self.settings
        account, owner = registration.draft(request, now=now, trial_days=chosen.trial_days)
        with self.work(is_across_accounts=True) as work:
            answer = registration.registered(account, owner)
            if registration.store(work.session, account, owner):
                created = AccountCreated(account=answer.account, owner=answer.owner)
                work.announce(Accounts.account_created, created, aggregate=account.id, account_id=account.id)
                self._request_activation(work, owner, company_name=account.company_name, now=now)
            else:
                self._greet_again(work, owner.email_key, now=now)
            return work.answer(answer)

    def _greet_again(self, work: Work, email_key: str, *, now: datetime.datetime) -> None:
        """A mail to whom the address belongs: a new link for one who never activated, a hint for one who did."""
        known = registration.user_of_address(work.session, email_key)
        if known is None:
            return
        if known.verified_at is None:
            self._request_activation(work, known, company_name=known.account.company_name, now=now)
            return
        work.announce(
            Accounts.account_sign_up_repeated,
            SignUpRepeated(user=registration.as_user(known)),
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

    @serve(Accounts.get_activation)
    def get_activation(self, request: GetActivation) -> Activation:
        with self.work(is_across_accounts=True) as work:
            return activations.look(work.session, request.token_digest, now=self.clock.now())

    @serve(Accounts.activate)
    def activate(self, request: Activate) -> OpenedSession:
        """Set the password, verify the user and log in. The password is judged and hashed between two transactions,
        off the event loop."""
        now, chosen = self.clock.now(), self.settings
        with self.work(is_across_accounts=True) as work:
            words = profile.own_words(activations.usable(work.session, request.token_digest, now=now))
        offload.in_thread(passwords.check, request.password, repeat=request.password_repeat, words=words)
        kept = offload.in_thread(passwords.hashed, request.password, pepper=chosen.pepper)
        with self.work(is_across_accounts=True) as work:
            user = activations.consume(work.session, request.token_digest, password_hash=kept, now=now)
            opened = sessions.open_for(
                work.session,
                user,
                now=now,
                hours=chosen.session_hours,
                user_agent=request.user_agent,
                ip_address=request.ip_address,
            )
            work.announce(
                Accounts.user_activated,
                UserActivated(user=opened.user),
                aggregate=user.id,
                account_id=user.account_id,
            )
        return opened

    @serve(Accounts.reveal_activation_token)
    def reveal_activation_token(self, request: RevealActivationToken) -> ActivationToken:
        with self.work(is_across_accounts=True) as work:
            return activations.reveal(
                work.session, request.activation_id, key=self.settings.token_key, now=self.clock.now()
            )

    @serve(Accounts.open_session)
    def open_session(self, request: OpenSession) -> OpenedSession:
        """One answer, and one length of time, for every failure before the password is right."""
        chosen = self.settings
        with self.work(is_across_accounts=True) as work:
            user = registration.user_of_address(work.session, addresses.known_email_key(request.email))
            kept = None if user is None else user.password_hash
        is_right = offload.in_thread(passwords.matches, request.password, kept, pepper=chosen.pepper)
        if user is None or not is_right:
            raise InvalidCredentials
        with self.work(is_across_accounts=True) as work:
            return sessions.open_for(
                work.session,
                user,
                now=self.clock.now(),
                hours=chosen.session_hours,
                user_agent=request.user_agent,
                ip_address=request.ip_address,
            )

    @serve(Accounts.identify)
    def identify(self, request: Identify) -> Identity:
        idle = datetime.timedelta(minutes=self.settings.session_idle_minutes)
        with self.work(is_across_accounts=True) as work:
            return sessions.identify(work.session, request.token_digest, now=self.clock.now(), idle=idle)

    @serve(Accounts.end_session)
    def end_session(self, request: EndSession) -> Nothing:
        user_id = context.current().user_id
        with self.work() as work:
            revoked = sessions.end(work.session, request.session_id, user_id=user_id, now=self.clock.now())
            if revoked is not None:
                work.announce(Accounts.account_session_revoked, revoked, aggregate=revoked.user_id)
            return work.answer(Nothing())

    @serve(Accounts.get_me)
    def get_me(self, request: GetMe) -> Me:  # who asks is in the context
        with self.work.read() as connection:
            return profile.me(connection, context.current().user_id)
