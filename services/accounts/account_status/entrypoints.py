"""Account status by the subscription events of billing."""

from __future__ import annotations

import datetime
import uuid
from typing import TypeVar

from accounts import messages
from accounts.account_status import account_status
from accounts.account_status.account_status import SubscriptionEvent, SubscriptionState
from accounts.audit_log.actors import SYSTEM, Actor, ActorKind
from accounts.cancellation import cancellations
from accounts.entrypoints import AccountsEntrypoints
from accounts.models import AccountRow, UserRow
from accounts.reactivation import reactivation_requests, reactivations
from accounts.reactivation.models import ReactivationRequestRow
from chassis.database.work import Work
from chassis.events import Received, listen
from wire.accounts.reactivation import AccountReactivated, RequestActor, RequestState
from wire.billing import (
    Billing,
    SubscriptionEnded,
    SubscriptionPastDue,
    SubscriptionRestricted,
    SubscriptionStarted,
)

Payload = TypeVar(
    "Payload", SubscriptionStarted, SubscriptionPastDue, SubscriptionRestricted, SubscriptionEnded
)


class AccountStatusEntrypoints(AccountsEntrypoints):
    @listen(Billing.subscription_started)
    def note_started(self, event: Received[SubscriptionStarted]) -> None:
        started, by = event.data, SYSTEM
        if started.started_by is not None:
            operator = started.started_by
            by = Actor(kind=ActorKind.SUPPORT, ip_address=operator.ip_address, user_agent=operator.user_agent)
        self._record_state(
            _state(event, SubscriptionEvent.STARTED), answers=started.reactivation_request_id, by=by
        )

    @listen(Billing.subscription_past_due)
    def note_past_due(self, event: Received[SubscriptionPastDue]) -> None:
        self._record_state(_state(event, SubscriptionEvent.PAST_DUE))

    @listen(Billing.subscription_restricted)
    def note_restricted(self, event: Received[SubscriptionRestricted]) -> None:
        self._record_state(_state(event, SubscriptionEvent.RESTRICTED))

    @listen(Billing.subscription_ended)
    def note_ended(self, event: Received[SubscriptionEnded]) -> None:
        self._record_state(_state(event, SubscriptionEvent.ENDED))

    def _record_state(
        self, state: SubscriptionState, *, answers: uuid.UUID | None = None, by: Actor = SYSTEM
    ) -> None:
        now = self.clock.now()
        with self.work() as work:
            account = account_status.locked(work.session, state.account_id)
            if account is None:
                return
            account_status.record(work.session, state)
            if state.event is not SubscriptionEvent.ENDED and answers is None:
                cancellations.correct(work.session, account, plan=state.plan, since=state.happened_at)
            request = reactivations.approved_request(work.session, answers)
            if request is not None and account_status.is_cancelled(account):
                self._bring_back(work, account, request, state, now=now)
            elif account_status.reconcile(work.session, account):
                facts = {"status": account.status, "plan": account.plan}
                self.record(work, "account_status_changed", account, by=by, facts=facts)

    def _bring_back(
        self,
        work: Work,
        account: AccountRow,
        request: ReactivationRequestRow,
        state: SubscriptionState,
        *,
        now: datetime.datetime,
    ) -> None:
        """The plan runs again that the request asked for."""
        reactivations.revive(work.session, account, plan_started_at=state.happened_at)
        reactivation_requests.move(work.session, request, RequestState.DONE, by=RequestActor.SYSTEM, now=now)
        event = AccountReactivated(
            account=messages.as_account(account),
            owner=messages.as_user(work.session.get_one(UserRow, request.user_id)),
            is_paid=True,
            reactivated_at=now,
        )
        self.announce_reactivated(work, event)
        facts = {"request": request.number, "plan": account.plan}
        self.record(work, "account_reactivated", account, by=SYSTEM, facts=facts)


def _state(event: Received[Payload], kind: SubscriptionEvent) -> SubscriptionState:
    payload = event.data
    return SubscriptionState(
        account_id=payload.account_id,
        sequence=event.sequence,
        event=kind,
        plan=payload.plan,
        period_ends_at=payload.period_ends_at,
        happened_at=payload.at,
    )
