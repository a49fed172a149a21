"""The second step of a login: a TOTP or recovery code, once the password is right."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from accounts import messages, tokens
from accounts.audit_log import audit
from accounts.email_tokens import email_tokens
from accounts.email_tokens.email_tokens import Purpose
from accounts.models import UserRow
from accounts.second_factor import recovery_codes, second_factors
from accounts.second_factor.second_factors import Proof
from accounts.sessions import sessions
from accounts.sessions.login import Login
from accounts.throttles import refused_tries, throttles
from accounts.throttles.limits import Limits
from chassis.database.work import Work
from wire.accounts import Accounts
from wire.accounts.second_factor import ChallengeOver, RecoveryCodeUsed, TotpIncorrect, TotpRequired
from wire.accounts.sessions import InvalidCredentials
from wire.values import TokenState

CHALLENGE_LIFE = datetime.timedelta(minutes=10)
CHALLENGE_REFUSALS = dict.fromkeys(
    (TokenState.CONSUMED, TokenState.SUPERSEDED, TokenState.REVOKED, TokenState.EXPIRED), ChallengeOver
)

CHALLENGE_LIFE = datetime.timedelta(minutes=10)
CHALLENGE_REFUSALS = dict.fromkeys(
    (TokenState.CONSUMED, TokenState.SUPERSEDED, TokenState.REVOKED, TokenState.EXPIRED), ChallengeOver
)


def _day_of(user_id: uuid.UUID) -> uuid.UUID:
    """The flow under which a user's codes are counted by the day."""
    return uuid.uuid5(user_id, "day")


def _by_day(limits: Limits) -> Limits:
    return dataclasses.replace(limits, code_tries=limits.code_tries_per_day, code_minutes=24 * 60)


class SecondStep(Login):
    """What a log-in asks for once the password is right."""

    def take_second_step(self, user: UserRow, totp: str | None, *, wants_challenge: bool = False) -> None:
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
            with self.work(is_across_accounts=True) as work:
                self._use_code(work, user, totp)
        except TotpIncorrect:
            self._note_wrong_code(user, tries)
            raise

    def _challenge(self, user: UserRow) -> str:
        """A token that stands for the right password where it was given, for the next ten minutes."""
        chosen = self.settings
        with self.work(is_across_accounts=True) as work:
            admitted = sessions.hold(work.session, user)
            if admitted is None:  # the password was changed while this one was being compared
                raise InvalidCredentials
            row = email_tokens.issue(
                work.session,
                admitted,
                Purpose.LOG_IN,
                key=chosen.token_key,
                now=self.clock.now(),
                life=CHALLENGE_LIFE,
                subject_id=uuid.uuid4(),
            )
            return tokens.derived_token(chosen.token_key, Purpose.LOG_IN.value, row.id)

    def _count_code(self, user: UserRow) -> int:
        """Before a code is looked at: of many at once no more are than of as many one after the other. Whoever guesses
        codes knows the password: what counts is the user, not where the tries come from. How many it makes today."""
        chosen, tries = self.settings, 0
        for flow, limits in ((user.id, chosen), (_day_of(user.id), _by_day(chosen))):
            now = self.clock.now()
            with self.work(is_across_accounts=True) as work:
                tries, ends_at = throttles.count_code(
                    work.session, flow, secret=chosen.token_key, now=now, limits=limits
                )
                refused_tries.no_more_codes(
                    work.session, user, tries, by=self.actor(), now=now, limits=limits
                )
            window = datetime.timedelta(minutes=limits.code_minutes)
            throttles.check(
                "second-factor", tries, limits.code_tries, window=window, ends_at=ends_at, now=now
            )
        return tries

    def _note_wrong_code(self, user: UserRow, tries: int) -> None:
        with self.work(is_across_accounts=True) as work:
            refused_tries.wrong_code(work.session, user, tries, by=self.actor(), now=self.clock.now())

    def _use_code(self, work: Work, user: UserRow, totp: str) -> None:
        now, chosen = self.clock.now(), self.settings
        email_tokens.lock(work.session, user.id)
        proof = second_factors.check(work.session, user.id, totp, keys=chosen.vault_keys, now=now)
        for flow in (user.id, _day_of(user.id)):
            throttles.clear_codes(work.session, flow, secret=chosen.token_key)
        if proof is Proof.RECOVERY_CODE:
            used = RecoveryCodeUsed(
                user=messages.as_user(user),
                used_at=now,
                recovery_codes_left=recovery_codes.left(work.session, user.id),
            )
            work.announce(
                Accounts.account_recovery_code_used, used, aggregate=user.id, account_id=user.account_id
            )
            self._record_step(work, "recovery_code_used", user, now=now, left=used.recovery_codes_left)

    def _record_step(
        self, work: Work, action: str, user: UserRow, *, now: datetime.datetime, **facts: object
    ) -> None:
        audit.record(
            work.session,
            action,
            by=self.actor().being(user),
            account_id=user.account_id,
            now=now,
            object_kind="user",
            object_id=user.id,
            facts=facts,
        )
