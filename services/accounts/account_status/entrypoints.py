"""What do the events of billing, and the calendar, make of an account?"""

from __future__ import annotations

import datetime
import uuid
from typing import TypeVar

from accounts import messages
from accounts.account_status import account_status
from accounts.account_status.account_status import SubscriptionEvent, SubscriptionState
from accounts.audit_log import audit
from accounts.audit_log.audit import Actor, ActorKind
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

SYSTEM = Actor(kind=ActorKind.SYSTEM)
Told = TypeVar("Told", SubscriptionStarted, SubscriptionPastDue, SubscriptionRestricted, SubscriptionEnded)


class AccountStatusEntrypoints(AccountsEntrypoints):
    @listen(Billing.subscription_started)
    def note_started(self, event: Received[SubscriptionStarted]) -> None:
        told = event.data
        by = SYSTEM
        if told.started_by is not None:
            place = told.started_by
            by = Actor(kind=ActorKind.SUPPORT, ip_address=place.ip_address, user_agent=place.user_agent)
        self._record_state(
            _state(event, SubscriptionEvent.STARTED), answers=told.reactivation_request_id, by=by
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
                _record_status(work, account, by=by, now=now)

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
        told = AccountReactivated(
            account=messages.as_account(account),
            owner=messages.as_user(work.session.get_one(UserRow, request.user_id)),
            is_paid=True,
            reactivated_at=now,
        )
        self.announce_return(work, told)
        audit.record(
            work.session,
            "account_reactivated",
            by=SYSTEM,
            account_id=account.id,
            now=now,
            object_kind="account",
            object_id=account.id,
            facts={"request": request.number, "plan": account.plan},
        )


def _state(event: Received[Told], kind: SubscriptionEvent) -> SubscriptionState:
    told = event.data
    return SubscriptionState(
        account_id=told.account_id,
        sequence=event.sequence,
        event=kind,
        plan=told.plan,
        period_ends_at=told.period_ends_at,
        happened_at=told.at,
    )


def _record_status(work: Work, account: AccountRow, *, by: Actor, now: datetime.datetime) -> None:
    audit.record(
        work.session,
        "account_status_changed",
        by=by,
        account_id=account.id,
        now=now,
        object_kind="account",
        object_id=account.id,
        facts={"status": account.status, "plan": account.plan},
    )
