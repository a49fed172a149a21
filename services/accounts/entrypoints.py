"""Base class of the accounts service's entrypoints: unit of work, clock, settings, who acts, and the audit log."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from accounts.activation import activations
from accounts.api_keys.models import ApiKeyRow
from accounts.audit_log import audit
from accounts.audit_log.actors import Actor, ActorKind
from accounts.email_tokens.user_tokens import TokenIssuer
from accounts.models import UserRow
from accounts.sessions import sessions
from accounts.settings import AccountsSettings
from chassis import context
from chassis.clock import Clock
from chassis.configured import Configured
from chassis.database.work import UnitOfWork, Work
from chassis.settings import read
from identity.sealed_answers import SealedAnswers
from identity.throttles import Throttles
from wire.accounts import Accounts
from wire.accounts.api_keys import ApiKeyRevoked
from wire.accounts.reactivation import AccountReactivated
from wire.accounts.sessions import SessionRevoked
from wire.values import AccountStatus


class AccountsEntrypoints:
    work = UnitOfWork(cipher=lambda: SealedAnswers(read(AccountsSettings).encryption_keys))
    clock = Clock()
    settings = Configured(AccountsSettings)

    @property
    def throttles(self) -> Throttles:
        return Throttles(key=self.settings.token_key, limits=self.settings)

    @property
    def token_issuer(self) -> TokenIssuer:
        return TokenIssuer(key=self.settings.token_key)

    @staticmethod
    def actor() -> Actor:
        """Who asks, as the audit log knows them; a user's name is filled in by who has the row at hand."""
        caller = context.current()
        kind, actor_id = ActorKind.NOBODY, None
        if caller.api_key_id is not None:
            kind, actor_id = ActorKind.API_KEY, caller.api_key_id
        elif caller.user_id is not None:
            kind, actor_id = ActorKind.USER, caller.user_id
        return Actor(
            kind=kind, id=actor_id, ip_address=caller.ip_address or "", user_agent=caller.user_agent or ""
        )

    def record(
        self,
        work: Work,
        action: str,
        subject: audit.Subject | audit.Row,
        *,
        by: Actor | None = None,
        facts: audit.Facts | None = None,
    ) -> None:
        """Write into the audit log of the subject's account what was done to it, by who asks unless `by` says another.
        `facts` hold no secret, ever."""
        audit.record(work.session, action, subject, by=by or self.actor(), now=self.clock.now(), facts=facts)

    @staticmethod
    def announce_ended(work: Work, ended: Iterable[sessions.Ended]) -> None:
        """Tell everybody who keeps sessions in mind that these are over."""
        for session in ended:
            revoked = SessionRevoked(session_id=session.id, user_id=session.holder_id, reason=session.reason)
            work.announce(
                Accounts.account_session_revoked,
                revoked,
                aggregate=session.holder_id,
                account_id=session.account_id,
            )

    @staticmethod
    def announce_reactivated(work: Work, event: AccountReactivated) -> None:
        """Tell everybody that a cancelled account is back."""
        work.announce(
            Accounts.account_reactivated,
            event,
            aggregate=event.account.id,
            account_id=event.account.id,
            previous={"status": AccountStatus.CANCELLED.value},
        )

    def announce_key_revoked(self, work: Work, key: ApiKeyRow) -> None:
        """Tell every gateway that the key is over, and write down who did it."""
        work.announce(Accounts.account_api_key_revoked, ApiKeyRevoked(api_key_id=key.id), aggregate=key.id)
        self.record(work, "api_key_revoked", key, facts={"name": key.name, "prefix": key.prefix})

    def issue_activation(
        self,
        work: Work,
        user: UserRow,
        *,
        company_name: str,
        now: datetime.datetime,
        invited_by: str | None = None,
    ) -> None:
        """Issue an activation token for this user, and have it mailed."""
        requested = activations.issue(
            work.session,
            user,
            issuer=self.token_issuer,
            company_name=company_name,
            now=now,
            hours=self.settings.activation_hours,
            invited_by=invited_by,
        )
        work.announce(
            Accounts.user_activation_requested, requested, aggregate=user.id, account_id=user.account_id
        )
