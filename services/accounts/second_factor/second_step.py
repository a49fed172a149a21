"""The second step of a login: a TOTP or recovery code, once the password is right."""

from __future__ import annotations

import datetime
import uuid

from accounts import messages
from accounts.email_tokens.user_tokens import TOKENS, Purpose
from accounts.models import UserRow
from accounts.second_factor import recovery_codes, second_factors
from accounts.second_factor.second_factors import Proof
from accounts.sessions import sessions
from accounts.sessions.login import Login
from accounts.throttles import refused_tries
from chassis.database.work import Work
from wire.accounts import Accounts
from wire.accounts.second_factor import ChallengeOver, RecoveryCodeUsed, TotpIncorrect, TotpRequired
from wire.identity import InvalidCredentials
from wire.values import TokenState

CHALLENGE_LIFE = datetime.timedelta(minutes=10)
CHALLENGE_REFUSALS = dict.fromkeys(
    (TokenState.CONSUMED, TokenState.SUPERSEDED, TokenState.REVOKED, TokenState.EXPIRED), ChallengeOver
)


class SecondStep(Login):
    """What a login asks for once the password is right."""

    def require_second_factor(
        self, user: UserRow, totp: str | None, *, wants_challenge: bool = False
    ) -> None:
        """Make sure that the user holds their second factor, where they have one; the code is used up.

        Raises `TotpRequired`, `TotpIncorrect` or `QuotaExceeded`. Not to be called inside a transaction: wrong codes
        are counted in one of their own.
        """
        if not user.has_second_factor:
            return
        if totp is None:
            raise TotpRequired(challenge=self._challenge(user)) if wants_challenge else TotpRequired
        tries = self._count_code(user)
        try:
            with self.work.for_tenant(user.account_id) as work:
                self._use_code(work, user, totp)
        except TotpIncorrect:
            self._note_wrong_code(user, tries)
            raise

    def _challenge(self, user: UserRow) -> str:
        """A token that stands for the right password where it was given, for the next ten minutes."""
        issuer = self.token_issuer
        with self.work.for_tenant(user.account_id) as work:
            locked = sessions.hold(work.session, user)
            if locked is None:  # the password was changed while this one was being compared
                raise InvalidCredentials
            row = issuer.issue(
                work.session,
                locked,
                Purpose.LOG_IN,
                now=self.clock.now(),
                life=CHALLENGE_LIFE,
                subject_id=uuid.uuid4(),
            )
            return issuer.secret(row)

    def _count_code(self, user: UserRow) -> int:
        """Before a code is looked at: of many at once no more are than of as many one after the other. Whoever guesses
        codes knows the password: what counts is the user, not where the tries come from. How many it makes today."""
        tries = 0
        for count in (self.throttles.count_code, self.throttles.count_code_of_day):
            now = self.clock.now()
            with self.work.for_tenant(user.account_id) as work:
                window = count(work.session, user.id, now=now)
                refused_tries.no_more_codes(work.session, user, window, by=self.actor(), now=now)
            window.check("second-factor", now=now)
            tries = window.made
        return tries

    def _note_wrong_code(self, user: UserRow, tries: int) -> None:
        with self.work.for_tenant(user.account_id) as work:
            refused_tries.wrong_code(work.session, user, tries, by=self.actor(), now=self.clock.now())

    def _use_code(self, work: Work, user: UserRow, totp: str) -> None:
        now, keys = self.clock.now(), self.settings.encryption_keys
        TOKENS.lock(work.session, user.id)
        proof = second_factors.check(work.session, user.id, totp, keys=keys, now=now)
        self.throttles.clear_codes(work.session, user.id)
        if proof is Proof.RECOVERY_CODE:
            used = RecoveryCodeUsed(
                user=messages.as_user(user),
                used_at=now,
                recovery_codes_left=recovery_codes.left(work.session, user.id),
            )
            work.announce(
                Accounts.account_recovery_code_used, used, aggregate=user.id, account_id=user.account_id
            )
            by, facts = self.actor().being(user), {"left": used.recovery_codes_left}
            self.record(work, "recovery_code_used", user, by=by, facts=facts)
