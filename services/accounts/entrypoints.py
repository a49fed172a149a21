"""What does every chapter of the accounts service work with?

The service's entrypoints stand in `desks/`, a chapter each; `service.py` puts them together.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from accounts import addresses
from accounts.audit_log.audit import Actor, ActorKind
from accounts.models import UserRow
from accounts.passwords import passwords, reauthentication
from accounts.sealed_answers import SealedAnswers
from accounts.sessions import devices, sessions
from accounts.settings import AccountsSettings
from accounts.signup import registration
from accounts.throttles import refused_tries, throttles
from accounts.throttles.credential_stuffing import refused, watch
from accounts.throttles.throttles import Counter
from chassis import context
from chassis.clock import Clock
from chassis.configured import Configured
from chassis.database.work import UnitOfWork, Work
from chassis.process import offload
from chassis.settings import read
from wire.accounts import Accounts
from wire.accounts.passwords import PasswordIncorrect
from wire.accounts.reactivation import AccountReactivated
from wire.accounts.sessions import InvalidCredentials, SessionRevoked
from wire.values import AccountStatus

# By then an answer has been given that must not tell by its time whether there was more to do.
ANSWERED_SECONDS = 0.2


class AccountsEntrypoints:
    """One transaction at a time, the time, the settings, and who asks."""

    work = UnitOfWork(cipher=lambda: SealedAnswers(read(AccountsSettings).vault_keys))
    clock = Clock()
    settings = Configured(AccountsSettings)

    @staticmethod
    def actor() -> Actor:
        """Who asks, as the audit log knows them; a user's name is filled in by who has the row at hand."""
        asking = context.current()
        kind, actor_id = ActorKind.NOBODY, None
        if asking.api_key_id is not None:
            kind, actor_id = ActorKind.API_KEY, asking.api_key_id
        elif asking.user_id is not None:
            kind, actor_id = ActorKind.USER, asking.user_id
        return Actor(
            kind=kind, id=actor_id, ip_address=asking.ip_address or "", user_agent=asking.user_agent or ""
        )

    def require_password(self, password: str | None) -> None:
        """Make sure that it is still the same person: by the current password, or, where none is given, by one that
        was given a few minutes ago. Raises `PasswordIncorrect` or `ReauthenticationRequired`.

        A right one makes the session no fresher: its token may have been copied. `reauthenticate` gives out another.
        Wrong ones are counted by the session: who stole it guesses no more often than at the log-in, and a stranger's
        guesses at the address hold up nobody who is logged in.
        Not to be called inside a transaction: it opens its own, and hashes between them.
        """
        asking = context.current()
        with self.work() as work:
            if password is None:
                reauthentication.check_fresh(work.session, asking.session_id, now=self.clock.now())
                return
            user = reauthentication.find_user(work.session, asking.user_id)
            if user is None or asking.session_id is None:
                raise PasswordIncorrect
            counter = throttles.of_session(asking.session_id, secret=self.settings.token_key)
            tries = self._admit(work, counter)
        kept = user.password_hash
        if kept is None or not tries or not self.is_password(password, kept):
            self._note_wrong(user, tries)
            raise PasswordIncorrect
        self._accept(user, password, kept, counter)

    def prove_password(self, email: str, password: str, *, device_token: str | None = None) -> UserRow:
        """The user who has this address and this password, with the account: the first step of every log-in.

        Raises `InvalidCredentials`, as late for an address that nobody has as for a wrong password, and
        `QuotaExceeded` when the network tries too often, or too many addresses. Not to be called inside a transaction.
        """
        with self.work(is_across_accounts=True) as work:
            self._check_network(work, email)
            user = registration.user_of_address(work.session, addresses.known_email_key(email))
            counter = self._log_in_counter(email, user, device_token)
            tries = self._admit(work, counter)
        kept = None if user is None else user.password_hash
        is_right = tries > 0 and self.is_password(password, kept)
        if user is None or kept is None or not is_right:
            context.spawn(self._note_wrong, user, tries, ANSWERED_SECONDS)
            raise InvalidCredentials
        self._accept(user, password, kept, counter)
        return user

    def _check_network(self, work: Work, email: str) -> None:
        throttles.check_network(
            work.session,
            context.current().ip_address or "",
            comparable(email),
            secret=self.settings.token_key,
            now=self.clock.now(),
            limits=self.settings,
        )

    def _log_in_counter(self, email: str, user: UserRow | None, device_token: str | None) -> Counter:
        """What a log-in is counted by: a device that its user is known from, or else the address. Addresses that
        nobody has are counted alike."""
        key = self.settings.token_key
        if device_token and user is not None and devices.knows(device_token, user.id, key):
            return throttles.of_device(user.id, device_token, kept=user.password_hash, secret=key)
        return throttles.of_address(comparable(email), secret=key)

    def _admit(self, work: Work, counter: Counter) -> int:
        """Count a try, before the password is compared: how many it makes, or 0 for one that is refused."""
        tries = throttles.admit(work.session, counter, now=self.clock.now(), limits=self.settings)
        if not tries:
            refused.labels(counter.rule.value).inc()
        return tries

    def _note_wrong(self, user: UserRow | None, tries: int, after_seconds: float = 0.0) -> None:
        """Write down a wrong password. Where the answer must not tell whether the address has a user this waits until
        the answer is given; a process that is killed in between takes the entry with it."""
        if user is None or not refused_tries.is_noted(tries, limits=self.settings):
            return
        time.sleep(after_seconds)
        with self.work(is_across_accounts=True) as work:
            refused_tries.wrong_password(
                work.session, user, tries, by=self.actor(), now=self.clock.now(), limits=self.settings
            )

    def _accept(self, user: UserRow, password: str, kept: str, counter: Counter) -> None:
        """The password is right: what failed before is forgotten, and it is kept by today's rules."""
        is_outdated = passwords.is_outdated(kept, pepper=self.settings.pepper)
        renewed = self.hash_password(password) if is_outdated else kept
        with self.work(is_across_accounts=True) as work:
            throttles.clear(work.session, counter)
            if is_outdated:
                reauthentication.renew(work.session, user.id, kept, renewed)
        user.password_hash = renewed

    def is_password(self, password: str, kept: str | None) -> bool:
        """Whether it is the one kept; as slow when nothing is kept. Not to be called inside a transaction."""
        chosen = self.settings
        if kept is None and not chosen.even_milliseconds:
            return False
        is_right = offload.in_thread(
            passwords.matches, password, kept, pepper=chosen.pepper, older_pepper=chosen.older_pepper
        )
        watch.note(is_right=is_right)
        return is_right

    def hash_password(self, password: str) -> str:
        """The hash to keep. Not to be called inside a transaction."""
        return offload.in_thread(passwords.hashed, password, pepper=self.settings.pepper)

    @staticmethod
    def announce_ended(work: Work, ended: Iterable[sessions.Ended]) -> None:
        """Tell everybody who keeps sessions in mind that these are over."""
        for session in ended:
            revoked = SessionRevoked(session_id=session.id, user_id=session.user_id, reason=session.reason)
            work.announce(
                Accounts.account_session_revoked,
                revoked,
                aggregate=session.user_id,
                account_id=session.account_id,
            )

    @staticmethod
    def announce_return(work: Work, told: AccountReactivated) -> None:
        """Tell everybody that a cancelled account is back."""
        account_id = told.account.id
        work.announce(
            Accounts.account_reactivated,
            told,
            aggregate=account_id,
            account_id=account_id,
            previous={"status": AccountStatus.CANCELLED.value},
        )


def comparable(email: str) -> str:
    """The comparison form of anything that was given as an address."""
    return addresses.known_email_key(email) or email.strip().lower()
