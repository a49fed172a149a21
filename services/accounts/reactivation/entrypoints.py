"""How does an owner come back, and who decides it where the account had a plan?"""

from __future__ import annotations

from typing import TypeVar

from accounts import messages
from accounts.account_status import account_status
from accounts.audit_log import audit
from accounts.audit_log.audit import Actor, ActorKind
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
from wire.accounts.sessions import InvalidCredentials
from wire.billing import Billing, BillingUnknown, GetPaymentStatus
from wire.contract import Event
from wire.values import Role

Payload = TypeVar("Payload")


class ReactivationEntrypoints(SecondStep):
    billing = Client(Billing)

    @serve(Accounts.reactivate)
    def reactivate(self, request: Reactivate) -> Reactivation:
        """A trial goes on, and its owner is logged in; for a plan there is a request. Whether there is such an account
        is told to nobody without its password."""
        user = self.prove_password(request.email, request.password, device_token=request.device_token)
        if cancelled_login.is_back(user):
            raise AccountNotCancelled
        if user.role != Role.OWNER.value:
            raise ReactivationOwnerOnly
        self.take_second_step(user, request.totp)
        is_trusted = self._is_trusted(user.account)
        with self.work(is_across_accounts=True) as work:
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
        opened = self.let_in(work, owner, device_token=device_token)
        told = AccountReactivated(
            account=opened.account, owner=opened.user, is_paid=False, reactivated_at=now
        )
        self.announce_return(work, told)
        self._record_return(work, "account_reactivated", account, by=self.actor().being(owner))
        return Reactivation(opened=opened)

    def _request_return(
        self, work: Work, account: AccountRow, owner: UserRow, *, is_trusted: bool
    ) -> Reactivation:
        key, now, by = self.settings.token_key, self.clock.now(), self.actor().being(owner)
        row, link, is_new = reactivation_requests.open_one(work.session, account, owner, key=key, now=now)
        if is_new:
            self._record_return(work, "reactivation_requested", account, by=by, request=row)
        if is_trusted and row.state == RequestState.OPEN.value:
            self._decide_request(work, account, owner, row, RequestState.APPROVED, by=RequestActor.POLICY)
        elif is_new:
            told = ReactivationRequested(
                account=messages.as_account(account),
                owner=messages.as_user(owner),
                request_id=row.id,
                number=row.number,
                link_id=link.id,
            )
            self._tell_return(work, Accounts.account_reactivation_requested, told, account)
        token = reactivation_requests.token_of(link, key=key)
        return Reactivation(request=reactivation_requests.for_owner(row), status_token=token)

    @serve(Accounts.get_reactivation_request)
    def get_reactivation_request(self, request: GetReactivationRequest) -> ReactivationRequest:
        with self.work(is_across_accounts=True) as work:
            return reactivation_requests.for_owner(
                reactivation_requests.by_token(work.session, request.token_digest, request.number)
            )

    @serve(Accounts.withdraw_reactivation_request)
    def withdraw_reactivation_request(self, request: WithdrawReactivationRequest) -> ReactivationRequest:
        now = self.clock.now()
        with self.work(is_across_accounts=True) as work:
            reactivation_requests.by_token(work.session, request.token_digest, request.number)
            row, account, owner = self._locked_request(work, request.number)
            reactivation_requests.move(
                work.session, row, RequestState.WITHDRAWN, by=RequestActor.OWNER, now=now
            )
            told = ReactivationWithdrawn(
                account=messages.as_account(account),
                owner=messages.as_user(owner),
                request_id=row.id,
                number=row.number,
            )
            self._tell_return(work, Accounts.account_reactivation_withdrawn, told, account)
            self._record_return(
                work, "reactivation_withdrawn", account, by=self.actor().being(owner), request=row
            )
            return work.answer(reactivation_requests.for_owner(row))

    @serve(Accounts.list_reactivation_requests)
    def list_reactivation_requests(self, request: ListReactivationRequests) -> ReactivationRequestPage:
        with self.work(is_across_accounts=True) as work:
            return reactivation_requests.page(work.session, request)

    @serve(Accounts.approve_reactivation_request)
    def approve_reactivation_request(self, request: ApproveReactivationRequest) -> RequestForSupport:
        """Support says yes: billing starts the plan again, and then the account is back."""
        return self._decided_request(request.number, RequestState.APPROVED, note=request.note)

    @serve(Accounts.refuse_reactivation_request)
    def refuse_reactivation_request(self, request: RefuseReactivationRequest) -> RequestForSupport:
        return self._decided_request(request.number, RequestState.REFUSED, note=request.note)

    def _decided_request(self, number: int, to: RequestState, *, note: str) -> RequestForSupport:
        with self.work(is_across_accounts=True) as work:
            row, account, owner = self._locked_request(work, number)
            self._decide_request(work, account, owner, row, to, by=RequestActor.SUPPORT, note=note.strip())
            return work.answer(reactivation_requests.for_support(row, account, owner))

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
        told = ReactivationDecided(
            account=messages.as_account(account),
            owner=messages.as_user(owner),
            request_id=row.id,
            number=row.number,
            is_approved=to is RequestState.APPROVED,
            is_by_policy=by is RequestActor.POLICY,
            note=note,
            decided_at=now,
        )
        self._tell_return(work, Accounts.account_reactivation_decided, told, account)
        asking = self.actor()
        kind = ActorKind.SUPPORT if by is RequestActor.SUPPORT else ActorKind.SYSTEM
        actor = Actor(kind=kind, ip_address=asking.ip_address, user_agent=asking.user_agent)
        self._record_return(
            work,
            "reactivation_approved" if to is RequestState.APPROVED else "reactivation_refused",
            account,
            by=actor,
            request=row,
        )

    @staticmethod
    def _locked_request(work: Work, number: int) -> tuple[ReactivationRequestRow, AccountRow, UserRow]:
        """A request with its account and owner. Raises `ReactivationRequestUnknown`."""
        row = reactivation_requests.locked(work.session, number)
        account = work.session.get_one(AccountRow, row.account_id)
        return row, account, work.session.get_one(UserRow, row.user_id)

    @staticmethod
    def _tell_return(work: Work, event: Event[Payload], told: Payload, account: AccountRow) -> None:
        work.announce(event, told, aggregate=account.id, account_id=account.id)

    def _record_return(
        self,
        work: Work,
        action: str,
        account: AccountRow,
        *,
        by: Actor,
        request: ReactivationRequestRow | None = None,
    ) -> None:
        audit.record(
            work.session,
            action,
            by=by,
            account_id=account.id,
            now=self.clock.now(),
            object_kind="account",
            object_id=account.id,
            facts={} if request is None else {"request": request.number},
        )
