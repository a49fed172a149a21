"""Two-step login: answering a challenge, and switching the second factor on and off."""

from __future__ import annotations

import datetime
import uuid

from accounts import messages
from accounts.account_status import account_status
from accounts.email_tokens import user_tokens
from accounts.email_tokens.models import EmailTokenRow
from accounts.email_tokens.user_tokens import TOKENS, Purpose
from accounts.models import UserRow
from accounts.second_factor import second_factors
from accounts.second_factor.second_step import CHALLENGE_REFUSALS, SecondStep
from accounts.sessions import sessions
from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from identity import email_tokens
from wire.accounts import Accounts
from wire.accounts.second_factor import (
    AnswerChallenge,
    BeginSecondFactor,
    ChallengeOver,
    ConfirmSecondFactor,
    DisableSecondFactor,
    GetSecondFactor,
    RecoveryCodes,
    RenewRecoveryCodes,
    SecondFactor,
    SecondFactorDisabled,
    SecondFactorDraft,
    SecondFactorEnabled,
    TotpIncorrect,
)
from wire.accounts.sessions import OpenedSession
from wire.accounts.tenancy import UserUnknown
from wire.contract import Nothing
from wire.identity import QuotaExceeded


def _set_up_of(user_id: uuid.UUID) -> uuid.UUID:
    """The flow in which a user sets up an authenticator app."""
    return uuid.uuid5(user_id, "set-up")


class SecondFactorEntrypoints(SecondStep):
    @serve(Accounts.answer_challenge)
    def answer_challenge(self, request: AnswerChallenge) -> OpenedSession:
        """A session for somebody whose password was right a moment ago, by the code alone."""
        now = self.clock.now()
        with self.work.all_tenants() as work:
            user = self._challenged(work, request.token_digest, now=now).user
        try:
            tries = self._count_code(user)
        except QuotaExceeded:
            with self.work.for_tenant(user.account_id) as work:
                TOKENS.revoke(work.session, user.id, Purpose.LOG_IN)
            raise
        try:
            return self._answer(request, user, now=now)
        except TotpIncorrect:
            self._note_wrong_code(user, tries)
            raise

    def _answer(self, request: AnswerChallenge, user: UserRow, *, now: datetime.datetime) -> OpenedSession:
        with self.work.for_tenant(user.account_id) as work:
            locked = sessions.hold(work.session, user)
            if locked is None:  # the password was changed in the meantime
                raise ChallengeOver
            row = self._challenged(work, request.token_digest, now=now)
            self._use_code(work, locked, request.totp)
            TOKENS.consume(work.session, row, now=now, refusals=CHALLENGE_REFUSALS)
            if not account_status.is_cancelled(locked.account):
                return self.open_session_for(
                    work, locked, device_token=request.device_token, is_remembered=request.is_remembered
                )
        self.refuse_cancelled(locked)
        raise ChallengeOver  # the account has come back since the code was used up

    @staticmethod
    def _challenged(work: Work, token_digest: str, *, now: datetime.datetime) -> EmailTokenRow:
        row = user_tokens.find(work.session, token_digest, Purpose.LOG_IN, unknown=ChallengeOver)
        email_tokens.check(row, now, refusals=CHALLENGE_REFUSALS)
        return row

    @serve(Accounts.get_second_factor)
    def get_second_factor(self, request: GetSecondFactor) -> SecondFactor:  # who asks is in the context
        with self.work() as work:
            return second_factors.seen(work.session, self._locked_caller(work).id)

    @serve(Accounts.begin_second_factor)
    def begin_second_factor(self, request: BeginSecondFactor) -> SecondFactorDraft:
        self.require_password(request.current_password)
        with self.work() as work:
            user = self._locked_caller(work)
            self.throttles.clear_codes(work.session, _set_up_of(user.id))
            begun = second_factors.begin(
                work.session, user, key=self.settings.token_key, now=self.clock.now()
            )
            return work.answer(begun)

    @serve(Accounts.confirm_second_factor)
    def confirm_second_factor(self, request: ConfirmSecondFactor) -> RecoveryCodes:
        now = self.clock.now()
        self._count_first_code(now=now)
        with self.work() as work:
            user = self._locked_caller(work)
            codes = second_factors.confirm(
                work.session, user, request.code, keys=self.settings.encryption_keys, now=now
            )
            enabled = SecondFactorEnabled(user=messages.as_user(user), enabled_at=now)
            work.announce(Accounts.account_second_factor_enabled, enabled, aggregate=user.id)
            self.record(work, "second_factor_enabled", user, by=self.actor().being(user))
            return work.answer(RecoveryCodes(recovery_codes=codes))

    def _count_first_code(self, *, now: datetime.datetime) -> None:
        """Before it is looked at. After too many wrong ones there is nothing left to confirm: to begin anew takes the
        password."""
        with self.work() as work:
            user = self._locked_caller(work)
            if not self.throttles.count_code(work.session, _set_up_of(user.id), now=now).has_room:
                second_factors.abandon(work.session, user.id)

    @serve(Accounts.disable_second_factor)
    def disable_second_factor(self, request: DisableSecondFactor) -> Nothing:
        self.require_password(request.current_password)
        now = self.clock.now()
        with self.work() as work:
            user = self._locked_caller(work)
            second_factors.disable(work.session, user)
            disabled = SecondFactorDisabled(user=messages.as_user(user), disabled_at=now)
            work.announce(Accounts.account_second_factor_disabled, disabled, aggregate=user.id)
            self.record(work, "second_factor_disabled", user, by=self.actor().being(user))
            return work.answer(Nothing())

    @serve(Accounts.renew_recovery_codes)
    def renew_recovery_codes(self, request: RenewRecoveryCodes) -> RecoveryCodes:
        self.require_password(request.current_password)
        with self.work() as work:
            user = self._locked_caller(work)
            codes = second_factors.renew_codes(work.session, user, key=self.settings.token_key)
            self.record(work, "recovery_codes_renewed", user, by=self.actor().being(user))
            return work.answer(RecoveryCodes(recovery_codes=codes))

    @staticmethod
    def _locked_caller(work: Work) -> UserRow:
        """Who asks, held until the transaction ends. Raises `UserUnknown`."""
        user_id = context.current().user_id
        if user_id is None:
            raise UserUnknown
        TOKENS.lock(work.session, user_id)
        user = work.session.get(UserRow, user_id, populate_existing=True)
        if user is None or user.removed_at is not None:
            raise UserUnknown
        return user
