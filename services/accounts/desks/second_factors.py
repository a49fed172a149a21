"""How does a user prove to hold something? The second step of a log-in, and switching it on and off."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

from accounts import (
    audit,
    links,
    recovery_codes,
    refused_tries,
    registration,
    returning,
    second_factors,
    sessions,
    throttles,
    tokens,
)
from accounts.desks.admission import AdmissionDesk
from accounts.desks.returning import ReturningDesk
from accounts.limits import Limits
from accounts.links import Purpose
from accounts.models import LinkRow, UserRow
from accounts.second_factors import Proof
from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from wire.accounts import Accounts
from wire.accounts.second_factors import (
    AnswerChallenge,
    BeginSecondFactor,
    ChallengeOver,
    ConfirmSecondFactor,
    DisableSecondFactor,
    GetSecondFactor,
    RecoveryCodes,
    RecoveryCodeUsed,
    RenewRecoveryCodes,
    SecondFactor,
    SecondFactorDisabled,
    SecondFactorDraft,
    SecondFactorEnabled,
    TotpIncorrect,
    TotpRequired,
)
from wire.accounts.sessions import InvalidCredentials, OpenedSession
from wire.accounts.tenancy import UserUnknown
from wire.accounts.throttles import QuotaExceeded
from wire.contract import Nothing
from wire.values import TokenState

CHALLENGE_LIFE = datetime.timedelta(minutes=10)
CHALLENGE_REFUSALS = dict.fromkeys(
    (TokenState.CONSUMED, TokenState.SUPERSEDED, TokenState.REVOKED, TokenState.EXPIRED), ChallengeOver
)


def _day_of(user_id: uuid.UUID) -> uuid.UUID:
    """The flow under which a user's codes are counted by the day."""
    return uuid.uuid5(user_id, "day")


def _set_up_of(user_id: uuid.UUID) -> uuid.UUID:
    """The flow in which a user sets up an authenticator app."""
    return uuid.uuid5(user_id, "set-up")


def _by_day(limits: Limits) -> Limits:
    return dataclasses.replace(limits, code_tries=limits.code_tries_per_day, code_minutes=24 * 60)


class SecondStep(AdmissionDesk):
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
            row = links.issue(
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
        links.lock(work.session, user.id)
        proof = second_factors.check(work.session, user.id, totp, keys=chosen.vault_keys, now=now)
        for flow in (user.id, _day_of(user.id)):
            throttles.clear_codes(work.session, flow, secret=chosen.token_key)
        if proof is Proof.RECOVERY_CODE:
            used = RecoveryCodeUsed(
                user=registration.as_user(user),
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


class SecondFactorsDesk(SecondStep, ReturningDesk):
    @serve(Accounts.answer_challenge)
    def answer_challenge(self, request: AnswerChallenge) -> OpenedSession:
        """Let somebody in whose password was right a moment ago, by the code alone."""
        now = self.clock.now()
        with self.work(is_across_accounts=True) as work:
            user = self._challenged(work, request.token_digest, now=now).user
        try:
            tries = self._count_code(user)
        except QuotaExceeded:
            with self.work(is_across_accounts=True) as work:
                links.revoke(work.session, user.id, Purpose.LOG_IN)
            raise
        try:
            return self._answered(request, user, now=now)
        except TotpIncorrect:
            self._note_wrong_code(user, tries)
            raise

    def _answered(self, request: AnswerChallenge, user: UserRow, *, now: datetime.datetime) -> OpenedSession:
        with self.work(is_across_accounts=True) as work:
            admitted = sessions.hold(work.session, user)
            if admitted is None:  # the password was changed in the meantime
                raise ChallengeOver
            row = self._challenged(work, request.token_digest, now=now)
            self._use_code(work, admitted, request.totp)
            links.consume(work.session, row, now=now, refusals=CHALLENGE_REFUSALS)
            if returning.is_back(admitted):
                return self.let_in(
                    work, admitted, device_token=request.device_token, is_remembered=request.is_remembered
                )
        self.refuse_cancelled(admitted)
        raise ChallengeOver  # the account has come back since the code was used up

    @staticmethod
    def _challenged(work: Work, token_digest: str, *, now: datetime.datetime) -> LinkRow:
        row = links.find(work.session, token_digest, Purpose.LOG_IN, unknown=ChallengeOver)
        links.check(row, now, refusals=CHALLENGE_REFUSALS)
        return row

    @serve(Accounts.get_second_factor)
    def get_second_factor(self, request: GetSecondFactor) -> SecondFactor:  # who asks is in the context
        with self.work() as work:
            return second_factors.seen(work.session, self._asking_user(work).id)

    @serve(Accounts.begin_second_factor)
    def begin_second_factor(self, request: BeginSecondFactor) -> SecondFactorDraft:
        self.require_password(request.current_password)
        with self.work() as work:
            user = self._asking_user(work)
            throttles.clear_codes(work.session, _set_up_of(user.id), secret=self.settings.token_key)
            begun = second_factors.begin(
                work.session, user, key=self.settings.token_key, now=self.clock.now()
            )
            return work.answer(begun)

    @serve(Accounts.confirm_second_factor)
    def confirm_second_factor(self, request: ConfirmSecondFactor) -> RecoveryCodes:
        now = self.clock.now()
        self._count_first_code(now=now)
        with self.work() as work:
            user = self._asking_user(work)
            codes = second_factors.confirm(
                work.session, user, request.code, keys=self.settings.vault_keys, now=now
            )
            enabled = SecondFactorEnabled(user=registration.as_user(user), enabled_at=now)
            work.announce(Accounts.account_second_factor_enabled, enabled, aggregate=user.id)
            self._record_step(work, "second_factor_enabled", user, now=now)
            return work.answer(RecoveryCodes(recovery_codes=codes))

    def _count_first_code(self, *, now: datetime.datetime) -> None:
        """Before it is looked at. After too many wrong ones there is nothing left to confirm: to begin anew takes the
        password."""
        chosen = self.settings
        with self.work() as work:
            user = self._asking_user(work)
            flow = _set_up_of(user.id)
            tries, _ = throttles.count_code(
                work.session, flow, secret=chosen.token_key, now=now, limits=chosen
            )
            if tries > chosen.code_tries:
                second_factors.abandon(work.session, user.id)

    @serve(Accounts.disable_second_factor)
    def disable_second_factor(self, request: DisableSecondFactor) -> Nothing:
        self.require_password(request.current_password)
        now = self.clock.now()
        with self.work() as work:
            user = self._asking_user(work)
            second_factors.disable(work.session, user)
            disabled = SecondFactorDisabled(user=registration.as_user(user), disabled_at=now)
            work.announce(Accounts.account_second_factor_disabled, disabled, aggregate=user.id)
            self._record_step(work, "second_factor_disabled", user, now=now)
            return work.answer(Nothing())

    @serve(Accounts.renew_recovery_codes)
    def renew_recovery_codes(self, request: RenewRecoveryCodes) -> RecoveryCodes:
        self.require_password(request.current_password)
        with self.work() as work:
            user = self._asking_user(work)
            codes = second_factors.renew_codes(work.session, user, key=self.settings.token_key)
            self._record_step(work, "recovery_codes_renewed", user, now=self.clock.now())
            return work.answer(RecoveryCodes(recovery_codes=codes))

    @staticmethod
    def _asking_user(work: Work) -> UserRow:
        """Who asks, held until the transaction ends. Raises `UserUnknown`."""
        user_id = context.current().user_id
        if user_id is None:
            raise UserUnknown
        links.lock(work.session, user_id)
        user = work.session.get(UserRow, user_id, populate_existing=True)
        if user is None or user.removed_at is not None:
            raise UserUnknown
        return user
