"""Verification of users by their password: at a login, and of who is logged in already."""

from __future__ import annotations

from accounts.entrypoints import AccountsEntrypoints
from accounts.models import UserRow
from accounts.passwords import reauthentication
from accounts.signup import registration
from accounts.throttles import refused_tries
from chassis import context
from identity.hasher import Hasher
from identity.verification import Verification
from wire.identity import PasswordIncorrect


class PasswordVerification(AccountsEntrypoints):
    """What the topics share that ask for a password. None of it is to be called inside a transaction: it opens its
    own, and hashes between them."""

    @property
    def hasher(self) -> Hasher:
        return Hasher(self.settings)

    @property
    def verification(self) -> Verification[UserRow]:
        return Verification(
            settings=self.settings,
            now=self.clock.now,
            of_account=self.work.for_tenant,
            renew=reauthentication.renew,
            note_wrong=self._note_wrong,
        )

    def require_password(self, password: str | None) -> None:
        """Make sure that it is still the same person: by the current password, or, where none is given, by one that
        was given a few minutes ago. Raises `PasswordIncorrect` or `ReauthenticationRequired`.

        A right one makes the session no fresher: its token may have been copied. `reauthenticate` gives out another.
        Wrong ones are counted by the session: who stole it guesses no more often than at the login, and a stranger's
        guesses at the address hold up nobody who is logged in.
        """
        caller, verification = context.current(), self.verification
        with self.work() as work:
            if password is None:
                reauthentication.check_fresh(work.session, caller.session_id, now=self.clock.now())
                return
            user = reauthentication.find_user(work.session, caller.user_id)
            if user is None or caller.session_id is None:
                raise PasswordIncorrect
            tried = verification.admit(work.session, self.throttles.of_session(caller.session_id))
        if not verification.is_proven(user, password, tried):
            raise PasswordIncorrect

    def authenticate(self, email: str, password: str, *, device_token: str | None = None) -> UserRow:
        """The user who has this address and this password, with the account: the first step of every login. Raises
        `InvalidCredentials` or `QuotaExceeded`."""
        return self.verification.log_in(
            email,
            password,
            begin=self.work.all_tenants,
            find=registration.user_of_address,
            device_token=device_token,
        )

    def _note_wrong(self, user: UserRow, tries: int) -> None:
        if not refused_tries.is_noted(tries, limits=self.settings):
            return
        with self.work.for_tenant(user.account_id) as work:
            refused_tries.wrong_password(
                work.session, user, tries, by=self.actor(), now=self.clock.now(), limits=self.settings
            )
