"""Pages of support: logging in by the token, and deciding reactivation requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import cookies, forms, paging, reactivation_history, support_login, texts
from gateway.forms import Problem, Refused
from gateway.problems import HttpProblem
from gateway.support import payment_statuses
from gateway.support.contexts import SupportLogIn, SupportRequest, SupportRequests, SupportRow
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.reactivation import (
    ApproveReactivationRequest,
    ListReactivationRequests,
    ReactivationRequestDecided,
    RefuseReactivationRequest,
    RequestForSupport,
    RequestState,
)
from wire.billing import Billing
from wire.cursors import CursorInvalid

PAGE = "/support/reactivation-requests"
LOG_IN = "/support/log-in"
DECISION: forms.Rules = {ReactivationRequestDecided: Problem()}


class SupportPages:
    accounts = Client(Accounts)
    billing = Client(Billing)

    @web("GET", "/support")
    def show_support(self, visit: Visit) -> Response:
        return see_other(PAGE if support_login.is_logged_in(visit.request) else LOG_IN)

    @web("GET", LOG_IN)
    def show_support_log_in(self, visit: Visit) -> Response:
        return see_other(PAGE) if support_login.is_logged_in(visit.request) else visit.draw(SupportLogIn)

    @web("POST", LOG_IN)
    def send_support_log_in(self, visit: Visit) -> Response:
        support_login.check_exists()
        if not support_login.is_token(visit.form.get("token", "").strip()):
            problem = texts.detail("support_token_incorrect", visit.locale)
            return visit.draw(SupportLogIn, status=401, problem=problem)
        response = see_other(PAGE)
        support_login.log_in(response)
        return response

    @web("POST", "/support/log-out")
    def send_support_log_out(self, visit: Visit) -> Response:
        support_login.check_exists()
        response = see_other(LOG_IN)
        cookies.drop(response, support_login.COOKIE)
        return response

    @web("GET", PAGE)
    def show_support_requests(self, visit: Visit) -> Response:
        if not support_login.is_logged_in(visit.request):
            return see_other(LOG_IN)
        wanted = visit.request.args.get("state", RequestState.OPEN.value)
        state = RequestState(wanted) if wanted in set(RequestState) else None
        after = visit.request.args.get("after")
        try:
            found = self.accounts.list_reactivation_requests(
                ListReactivationRequests(state=state, after=after)
            )
        except CursorInvalid:
            return see_other(PAGE)
        shown_state = "all" if state is None else state.value
        return visit.draw(
            SupportRequests,
            state=shown_state,
            rows=tuple(SupportRow.of(request) for request in found.data),
            **paging.links(PAGE, after=after, next_cursor=found.next_cursor, state=shown_state),
        )

    @web("GET", f"{PAGE}/<int:number>")
    def show_support_request(self, visit: Visit) -> Response:
        if not support_login.is_logged_in(visit.request):
            return see_other(LOG_IN)
        return self._draw_request(visit)

    @web("POST", f"{PAGE}/<int:number>/approval")
    def send_approval(self, visit: Visit) -> Response:
        number, note = visit.request.parameters["number"], visit.form.get("note", "")
        request = ApproveReactivationRequest(number=number, note=note)
        return self._send_decision(visit, lambda: self.accounts.approve_reactivation_request(request))

    @web("POST", f"{PAGE}/<int:number>/refusal")
    def send_refusal(self, visit: Visit) -> Response:
        number, note = visit.request.parameters["number"], visit.form.get("note", "")
        request = RefuseReactivationRequest(number=number, note=note)
        return self._send_decision(visit, lambda: self.accounts.refuse_reactivation_request(request))

    def _send_decision(self, visit: Visit, decide: Callable[[], RequestForSupport]) -> Response:
        if not support_login.is_logged_in(visit.request):
            return see_other(LOG_IN)
        outcome = forms.submit(visit, decide, DECISION)
        if isinstance(outcome, Refused) and outcome.errors:
            return self._draw_request(visit, values=visit.form, **outcome.context)
        if isinstance(outcome, Refused):
            return self._draw_request(visit, **outcome.context)
        return see_other(f"{PAGE}/{visit.request.parameters['number']}", notice="request_decided")

    def _draw_request(self, visit: Visit, **values: Any) -> Response:
        number = visit.request.parameters["number"]
        found = self.accounts.list_reactivation_requests(ListReactivationRequests(number=number)).data
        if not found:
            raise HttpProblem(404, "reactivation_request_unknown")
        (with_status,) = payment_statuses.beside(self.billing, found)
        return visit.draw(
            SupportRequest,
            row=SupportRow.of(found[0]),
            owes=None if with_status.standing is None else with_status.standing.owes,
            cancelled_at=found[0].account.cancelled_at,
            steps=reactivation_history.steps(found[0].history),
            **values,
        )
