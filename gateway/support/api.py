"""Operations of support: reactivation requests, and plans."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import paging
from gateway.api import Call, api
from gateway.support import payment_statuses
from gateway.support.bodies import (
    PUBLISHED_NAMES,
    Approval,
    NewPlan,
    Refused,
    RequestWithPaymentStatus,
    RequestWithPaymentStatusPage,
    WhichRequests,
)
from wire.accounts import Accounts
from wire.accounts.reactivation import (
    ApproveReactivationRequest,
    ListReactivationRequests,
    RefuseReactivationRequest,
)
from wire.billing import Billing, StartPlan, Subscription


class SupportApi:
    accounts = Client(Accounts)
    billing = Client(Billing)

    @api(
        "GET",
        "/v1/support/reactivation-requests",
        summary="List reactivation requests, the oldest first",
        tag="Support",
        query=WhichRequests,
        answer=RequestWithPaymentStatusPage,
        published_names=PUBLISHED_NAMES,
        is_for_support=True,
        refuses=Accounts.list_reactivation_requests.refuses,
    )
    def list_reactivation_requests(self, call: Call[WhichRequests]) -> Response:
        found = self.accounts.list_reactivation_requests(
            ListReactivationRequests(state=call.body.state, limit=call.body.limit, after=call.body.after)
        )
        page = RequestWithPaymentStatusPage(
            data=payment_statuses.beside(self.billing, found.data),
            has_more=found.has_more,
            next_cursor=found.next_cursor,
        )
        return paging.answer(call, page, found.next_cursor)

    @api(
        "POST",
        "/v1/support/reactivation-requests/<int:number>/approval",
        summary="Approve a reactivation request: the plan starts again, past due where it was, and the account is back",
        tag="Support",
        body=Approval,
        answer=RequestWithPaymentStatus,
        published_names=PUBLISHED_NAMES,
        is_for_support=True,
        refuses=Accounts.approve_reactivation_request.refuses,
    )
    def approve_reactivation_request(self, call: Call[Approval]) -> RequestWithPaymentStatus:
        request = ApproveReactivationRequest(number=call.parameters["number"], note=call.body.note)
        (with_status,) = payment_statuses.beside(
            self.billing, [self.accounts.approve_reactivation_request(request)]
        )
        return with_status

    @api(
        "POST",
        "/v1/support/reactivation-requests/<int:number>/refusal",
        summary="Refuse a reactivation request: the owner is told why",
        tag="Support",
        body=Refused,
        answer=RequestWithPaymentStatus,
        published_names=PUBLISHED_NAMES,
        is_for_support=True,
        refuses=Accounts.refuse_reactivation_request.refuses,
    )
    def refuse_reactivation_request(self, call: Call[Refused]) -> RequestWithPaymentStatus:
        request = RefuseReactivationRequest(number=call.parameters["number"], note=call.body.note)
        (with_status,) = payment_statuses.beside(
            self.billing, [self.accounts.refuse_reactivation_request(request)]
        )
        return with_status

    @api(
        "POST",
        "/v1/support/accounts/<uuid:account_id>/subscription",
        summary="Start a paid plan for an account, in place of what it has",
        tag="Support",
        body=NewPlan,
        answer=Subscription,
        status=201,
        is_for_support=True,
        refuses=Billing.start_plan.refuses,
    )
    def start_plan(self, call: Call[NewPlan]) -> Subscription:
        return self.billing.start_plan(
            StartPlan(
                account_id=call.parameters["account_id"],
                plan=call.body.plan,
                period_ends_at=call.body.period_ends_at,
                months=call.body.months,
            )
        )
