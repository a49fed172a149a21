"""Reactivation of a cancelled account by its owner, and the requests for it that support decides."""

from __future__ import annotations

import uuid
from typing import TypeVar

from accounts import messages
from accounts.account_status import account_status
from accounts.audit_log.actors import Actor, ActorKind
from accounts.models import AccountRow, UserRow
from accounts.reactivation import reactivation_requests, reactivations
from accounts.reactivation.models import ReactivationRequestRow
from accounts.second_factor.second_step import SecondStep
from accounts.sessions import cancelled_login, sessions
from chassis.database.work import Work
from chassis.errors import BusError
from chassis.rpc import Client, serve
from wire.accounts import Accounts
from wire.accounts.reactivation import (
    AccountNotCancelled,
    AccountReactivated,
    ApproveReactivationRequest,
    GetReactivationRequest,
    ListReactivationRequests,
    Reactivate,
    Reactivation,
    ReactivationDecided,
    ReactivationOwnerOnly,
    ReactivationRequest,
    ReactivationRequested,
    ReactivationRequestPage,
    ReactivationWithdrawn,
    RefuseReactivationRequest,
    RequestActor,
    RequestForSupport,
    RequestState,
    WithdrawReactivationRequest,
)
from wire.billing import Billing, BillingUnknown, GetPaymentStatus
from wire.contract import Event
from wire.identity import InvalidCredentials
from wire.values import Role

Payload = TypeVar("Payload")


class ReactivationEntrypoints(SecondStep):
    billing = Client(Billing)

    @serve(Accounts.reactivate)
    def reactivate(self, request: Reactivate) -> Reactivation:
        """A trial goes on, and its owner is logged in; for a plan there is a request. Whether there is such an account
        is told to nobody without its password."""
        user = self.authenticate(request.email, request.password, device_token=request.device_token)
        if not account_status.is_cancelled(user.account):
            raise AccountNotCancelled
        if user.role != Role.OWNER.value:
            raise ReactivationOwnerOnly
        self.require_second_factor(user, request.totp)
        is_trusted = self._is_trusted(user.account)
        with self.work.for_tenant(user.account_id) as work:
            account = account_status.locked(work.session, user.account_id)
            owner = sessions.hold(work.session, user)
            if account is None or owner is None:  # the password was changed while this one was being compared
                raise InvalidCredentials
            if not account_status.is_cancelled(account):
                raise AccountNotCancelled
            if cancelled_login.account_type(work.session, owner) == "trial":
                return self._resume_trial(work, account, owner, device_token=request.device_token)
            return self._request_return(work, account, owner, is_trusted=is_trusted)

    def _is_trusted(self, account: AccountRow) -> bool:
        """Whether the policy for returning customers lets this account back without support: it was cancelled lately,
        owes nothing, and will pay. What billing cannot say just now is for support to find out."""
        days = self.settings.self_service_return_days
        if not reactivations.is_recent(account, days=days, now=self.clock.now()):
            return False
        try:
            found = self.billing.get_payment_status(GetPaymentStatus(account_id=account.id))
        except (BusError, BillingUnknown):
            return False
        return not found.owes and (found.is_chargeable or found.is_invoiced)

    def _resume_trial(
        self, work: Work, account: AccountRow, owner: UserRow, *, device_token: str | None
    ) -> Reactivation:
        now = self.clock.now()
        reactivations.resume_trial(work.session, account, now=now)
        self.announce_ended(work, cancelled_login.end_all(work.session, owner, now=now))
        opened = self.open_session_for(work, owner, device_token=device_token)
        event = AccountReactivated(
            account=opened.account, owner=opened.user, is_paid=False, reactivated_at=now
        )
        self.announce_reactivated(work, event)
        self.record(work, "account_reactivated", account, by=self.actor().being(owner))
        return Reactivation(opened=opened)

    def _request_return(
        self, work: Work, account: AccountRow, owner: UserRow, *, is_trusted: bool
    ) -> Reactivation:
        issuer, by = self.token_issuer, self.actor().being(owner)
        row, token, is_new = reactivation_requests.open_one(
            work.session, account, owner, issuer=issuer, now=self.clock.now()
        )
        if is_new:
            self.record(work, "reactivation_requested", account, by=by, facts={"request": row.number})
        if is_trusted and row.state == RequestState.OPEN.value:
            self._decide_request(work, account, owner, row, RequestState.APPROVED, by=RequestActor.POLICY)
        elif is_new:
            event = ReactivationRequested(
                account=messages.as_account(account),
                owner=messages.as_user(owner),
                request_id=row.id,
                number=row.number,
                link_id=token.id,
            )
            _announce(work, Accounts.account_reactivation_requested, event, account)
        request = messages.as_reactivation_request(row)
        return Reactivation(request=request, status_token=issuer.secret(token))

    @serve(Accounts.get_reactivation_request)
    def get_reactivation_request(self, request: GetReactivationRequest) -> ReactivationRequest:
        with self.work.all_tenants() as work:
            row = reactivation_requests.by_token(work.session, request.token_digest, request.number)
            return messages.as_reactivation_request(row)

    @serve(Accounts.withdraw_reactivation_request)
    def withdraw_reactivation_request(self, request: WithdrawReactivationRequest) -> ReactivationRequest:
        now = self.clock.now()
        with self.work.all_tenants() as work:
            found = reactivation_requests.by_token(work.session, request.token_digest, request.number)
        with self.work.for_tenant(found.account_id) as work:
            row, account, owner = self._locked_request(work, request.number)
            reactivation_requests.move(
                work.session, row, RequestState.WITHDRAWN, by=RequestActor.OWNER, now=now
            )
            event = ReactivationWithdrawn(
                account=messages.as_account(account),
                owner=messages.as_user(owner),
                request_id=row.id,
                number=row.number,
            )
            _announce(work, Accounts.account_reactivation_withdrawn, event, account)
            by, facts = self.actor().being(owner), {"request": row.number}
            self.record(work, "reactivation_withdrawn", account, by=by, facts=facts)
            return work.answer(messages.as_reactivation_request(row))

    @serve(Accounts.list_reactivation_requests)
    def list_reactivation_requests(self, request: ListReactivationRequests) -> ReactivationRequestPage:
        with self.work.all_tenants() as work:
            return reactivation_requests.page(work.session, request)

    @serve(Accounts.approve_reactivation_request)
    def approve_reactivation_request(self, request: ApproveReactivationRequest) -> RequestForSupport:
        """Support says yes: billing starts the plan again, and then the account is back."""
        return self._decide(request.number, RequestState.APPROVED, note=request.note)

    @serve(Accounts.refuse_reactivation_request)
    def refuse_reactivation_request(self, request: RefuseReactivationRequest) -> RequestForSupport:
        return self._decide(request.number, RequestState.REFUSED, note=request.note)

    def _decide(self, number: int, to: RequestState, *, note: str) -> RequestForSupport:
        with self.work.for_tenant(self._account_of_request(number)) as work:
            row, account, owner = self._locked_request(work, number)
            self._decide_request(work, account, owner, row, to, by=RequestActor.SUPPORT, note=note.strip())
            return work.answer(messages.as_request_for_support(row, account, owner))

    def _account_of_request(self, number: int) -> uuid.UUID:
        with self.work.all_tenants() as work:
            return reactivation_requests.account_of(work.session, number)

    def _decide_request(
        self,
        work: Work,
        account: AccountRow,
        owner: UserRow,
        row: ReactivationRequestRow,
        to: RequestState,
        *,
        by: RequestActor,
        note: str = "",
    ) -> None:
        now = self.clock.now()
        reactivation_requests.move(work.session, row, to, by=by, now=now, note=note)
        event = ReactivationDecided(
            account=messages.as_account(account),
            owner=messages.as_user(owner),
            request_id=row.id,
            number=row.number,
            is_approved=to is RequestState.APPROVED,
            is_by_policy=by is RequestActor.POLICY,
            note=note,
            decided_at=now,
        )
        _announce(work, Accounts.account_reactivation_decided, event, account)
        caller = self.actor()
        kind = ActorKind.SUPPORT if by is RequestActor.SUPPORT else ActorKind.SYSTEM
        self.record(
            work,
            "reactivation_approved" if to is RequestState.APPROVED else "reactivation_refused",
            account,
            by=Actor(kind=kind, ip_address=caller.ip_address, user_agent=caller.user_agent),
            facts={"request": row.number},
        )

    @staticmethod
    def _locked_request(work: Work, number: int) -> tuple[ReactivationRequestRow, AccountRow, UserRow]:
        """A request with its account and owner. Raises `ReactivationRequestUnknown`."""
        row = reactivation_requests.locked(work.session, number)
        account = work.session.get_one(AccountRow, row.account_id)
        return row, account, work.session.get_one(UserRow, row.user_id)


def _announce(work: Work, event: Event[Payload], payload: Payload, account: AccountRow) -> None:
    work.announce(event, payload, aggregate=account.id, account_id=account.id)
