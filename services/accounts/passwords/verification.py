"""Verification of passwords: at a login, and of who is logged in already."""

from __future__ import annotations

from functools import partial

from accounts.entrypoints import AccountsEntrypoints
from accounts.models import UserRow
from accounts.passwords import reauthentication
from accounts.sessions import devices
from accounts.signup import registration
from accounts.throttles import refused_tries
from chassis import context
from chassis.database.work import Work
from chassis.process import offload
from identity import addresses, enumeration, passwords, throttles
from identity.credential_stuffing import refused, watch
from identity.throttles import Counter
from wire.identity import InvalidCredentials, PasswordIncorrect


class PasswordVerification(AccountsEntrypoints):
    """What the topics share that ask for a password."""

    def require_password(self, password: str | None) -> None:
        """Make sure that it is still the same person: by the current password, or, where none is given, by one that
        was given a few minutes ago. Raises `PasswordIncorrect` or `ReauthenticationRequired`.

        A right one makes the session no fresher: its token may have been copied. `reauthenticate` gives out another.
        Wrong ones are counted by the session: who stole it guesses no more often than at the login, and a stranger's
        guesses at the address hold up nobody who is logged in.
        Not to be called inside a transaction: it opens its own, and hashes between them.
        """
        caller = context.current()
        with self.work() as work:
            if password is None:
                reauthentication.check_fresh(work.session, caller.session_id, now=self.clock.now())
                return
            user = reauthentication.find_user(work.session, caller.user_id)
            if user is None or caller.session_id is None:
                raise PasswordIncorrect
            counter = self.throttles.of_session(caller.session_id)
            tries = self._admit(work, counter)
        stored_hash = user.password_hash
        if stored_hash is None or not tries or not self.is_password(password, stored_hash):
            self._note_wrong(user, tries)
            raise PasswordIncorrect
        self._accept(user, password, stored_hash, counter)

    def authenticate(self, email: str, password: str, *, device_token: str | None = None) -> UserRow:
        """The user who has this address and this password, with the account: the first step of every login.

        Raises `InvalidCredentials`, as late for an address that nobody has as for a wrong password, and
        `QuotaExceeded` when the network tries too often, or too many addresses. Not to be called inside a transaction.
        """
        with self.work.all_tenants() as work:
            self._check_network(work, email)
            user = registration.user_of_address(work.session, addresses.known_email_key(email))
            counter = self._login_counter(email, user, device_token)
            tries = self._admit(work, counter)
        stored_hash = None if user is None else user.password_hash
        is_right = tries > 0 and self.is_password(password, stored_hash)
        if user is None or stored_hash is None or not is_right:
            enumeration.after_the_answer(partial(self._note_wrong, user, tries))
            raise InvalidCredentials
        self._accept(user, password, stored_hash, counter)
        return user

    def _check_network(self, work: Work, email: str) -> None:
        ip_address = context.current().ip_address or ""
        self.throttles.check_network(
            work.session, ip_address, addresses.comparable(email), now=self.clock.now()
        )

    def _login_counter(self, email: str, user: UserRow | None, device_token: str | None) -> Counter:
        """What a login is counted by: a device that its user is known from, or else the address. Addresses that
        nobody has are counted alike."""
        if (
            device_token
            and user is not None
            and devices.knows(device_token, user.id, self.settings.token_key)
        ):
            return self.throttles.of_device(user.id, device_token, stored_hash=user.password_hash)
        return self.throttles.of_address(addresses.comparable(email))

    def _admit(self, work: Work, counter: Counter) -> int:
        """Count a try, before the password is compared: how many it makes, or 0 for one that is refused."""
        tries = self.throttles.admit(work.session, counter, now=self.clock.now())
        if not tries:
            refused.labels(counter.rule.value).inc()
        return tries

    def _note_wrong(self, user: UserRow | None, tries: int) -> None:
        """Write down a wrong password, where the address has a user."""
        if user is None or not refused_tries.is_noted(tries, limits=self.settings):
            return
        with self.work.for_tenant(user.account_id) as work:
            refused_tries.wrong_password(
                work.session, user, tries, by=self.actor(), now=self.clock.now(), limits=self.settings
            )

    def _accept(self, user: UserRow, password: str, stored_hash: str, counter: Counter) -> None:
        """The password is right: what failed before is forgotten, and it is stored by today's rules."""
        is_outdated = passwords.is_outdated(stored_hash, pepper=self.settings.pepper)
        renewed_hash = self.hash_password(password) if is_outdated else stored_hash
        with self.work.for_tenant(user.account_id) as work:
            throttles.clear(work.session, counter)
            if is_outdated:
                reauthentication.renew(work.session, user.id, stored_hash, renewed_hash)
        user.password_hash = renewed_hash

    def is_password(self, password: str, stored_hash: str | None) -> bool:
        """Whether it is the one stored; as slow when nothing is stored. Not to be called inside a transaction."""
        settings = self.settings
        if stored_hash is None and not settings.even_milliseconds:
            return False
        is_right = offload.in_thread(
            passwords.matches,
            password,
            stored_hash,
            pepper=settings.pepper,
            older_pepper=settings.older_pepper,
        )
        watch.note(is_right=is_right)
        return is_right

    def hash_password(self, password: str) -> str:
        """The hash to store. Not to be called inside a transaction."""
        return offload.in_thread(passwords.hashed, password, pepper=self.settings.pepper)
