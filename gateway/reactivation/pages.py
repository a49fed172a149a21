"""Pages to reactivate a cancelled account, and to follow a reactivation request."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import auth, callers, cookies, email_tokens, forms, reactivation_history, session_cookies
from gateway.auth import SessionCache
from gateway.callers import Caller
from gateway.forms import Field, Problem, Redirect, Refused
from gateway.problems import HttpProblem
from gateway.reactivation.contexts import Reactivate, Request
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts import reactivation as wire
from wire.accounts.profile import GetAccount
from wire.accounts.reactivation import (
    AccountNotCancelled,
    GetReactivationRequest,
    Reactivation,
    ReactivationRequestDecided,
    WithdrawReactivationRequest,
)
from wire.accounts.second_factor import TotpIncorrect, TotpRequired
from wire.accounts.tenancy import Account
from wire.identity import InvalidCredentials, PasswordIncorrect, QuotaExceeded

WAY_BACK_SECONDS = 15 * 60
REQUEST_COOKIE = "reactivation_request"
REQUEST_COOKIE_SECONDS = 90 * 24 * 3600
TRIAL_PLAN = "trial"
REACTIVATION: forms.Rules = {
    InvalidCredentials: Field("password", status=403, code=PasswordIncorrect.code),
    MalformedRequest: Field("password", status=403, code=PasswordIncorrect.code),
    # The form comes again with a field for the code.
    TotpRequired: Problem(status=403),
    TotpIncorrect: Field("totp", status=403),
    QuotaExceeded: Problem(),
    AccountNotCancelled: Redirect("/log-in", notice="account_reactivated"),
}


class ReactivationPages:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @web("GET", "/reactivate/<token>")
    def take_way_back(self, visit: Visit) -> Response:
        """The link that a program was given for its user. It never becomes the session: whoever makes somebody follow
        a link would log them in as somebody else. Who is logged in stays so."""
        if _is_logged_in(visit):
            return see_other("/account")
        token = visit.request.parameters["token"]
        if self.sessions.returning(token) is None:
            return visit.draw(Reactivate, status=403)
        response = see_other("/reactivate")
        cookies.put(response, cookies.WAY_BACK, token, max_age=WAY_BACK_SECONDS)
        return response

    @web("GET", "/reactivate")
    def show_reactivation(self, visit: Visit) -> Response:
        if _is_logged_in(visit):
            return see_other("/account")
        if self._enter_returning(visit) is None:
            return visit.draw(Reactivate, status=403)
        return _draw_form(visit, self.accounts.get_account(GetAccount()))

    @web("POST", "/reactivate")
    def send_reactivation(self, visit: Visit) -> Response:
        owner = self._enter_returning(visit)
        if owner is None:
            return visit.draw(Reactivate, status=403)
        account, form = self.accounts.get_account(GetAccount()), visit.form
        request = wire.Reactivate(
            email=owner.email,
            password=form.get("password", ""),
            totp=form.get("totp", "").strip() or None,
            device_token=session_cookies.device_token(visit),
        )
        outcome = forms.submit(visit, lambda: self.accounts.reactivate(request), REACTIVATION)
        if isinstance(outcome, Refused):
            return _draw_refused(visit, account, outcome)
        return self._draw_reactivated(outcome)

    def _enter_returning(self, visit: Visit) -> Caller | None:
        """Who comes back, by the link or by the log-in a moment ago: the page is theirs from here on. None for who is
        logged in, and for everybody else."""
        if _is_logged_in(visit):
            return None
        linked = self.sessions.returning(cookies.get(visit.request, cookies.WAY_BACK))
        if linked is not None:
            callers.enter(linked)
            visit.caller = linked
        return visit.caller

    def _draw_reactivated(self, done: Reactivation) -> Response:
        if done.opened is not None:
            response = session_cookies.log_in(done.opened, notice="account_reactivated")
            cookies.drop(response, cookies.WAY_BACK)
            self.sessions.forget_account(done.opened.account.id)
            return response
        if done.request is None or done.status_token is None:
            raise TypeError("a reactivation without a session has a request")
        response = see_other(f"/reactivation-requests/{done.request.number}")
        _keep(response, done.status_token)
        return response

    @web("GET", "/reactivation-requests/link/<token>")
    def take_request_link(self, visit: Visit) -> Response:
        token = visit.request.parameters["token"][:200]
        found = self.accounts.get_reactivation_request(
            GetReactivationRequest(token_digest=auth.digest(token))
        )
        response = see_other(f"/reactivation-requests/{found.number}")
        _keep(response, token)
        return response

    @web("GET", "/reactivation-requests/<int:number>")
    def show_request(self, visit: Visit) -> Response:
        digest, number = email_tokens.digest(visit, REQUEST_COOKIE), visit.request.parameters["number"]
        found = self.accounts.get_reactivation_request(
            GetReactivationRequest(token_digest=digest, number=number)
        )
        return visit.draw(
            Request,
            number=found.number,
            state=found.state.value,
            requested_at=found.requested_at,
            note=found.note,
            steps=reactivation_history.steps(found.history),
        )

    @web("POST", "/reactivation-requests/<int:number>/withdrawal")
    def withdraw_request(self, visit: Visit) -> Response:
        number = visit.request.parameters["number"]
        with suppress(ReactivationRequestDecided):  # the page that follows says where it is
            self.accounts.withdraw_reactivation_request(
                WithdrawReactivationRequest(
                    number=number, token_digest=email_tokens.digest(visit, REQUEST_COOKIE)
                )
            )
        return see_other(f"/reactivation-requests/{number}")


def _is_logged_in(visit: Visit) -> bool:
    return visit.caller is not None and not visit.caller.is_returning


def _draw_refused(visit: Visit, account: Account, refused: Refused) -> Response:
    if refused.redirect is not None:
        cookies.drop(refused.redirect, cookies.SESSION)
        cookies.drop(refused.redirect, cookies.WAY_BACK)
        return refused.redirect
    if isinstance(refused.reason, TotpRequired):
        return _draw_form(visit, account, status=refused.status, needs_code=True)
    needs_code = isinstance(refused.reason, TotpIncorrect)
    return _draw_form(visit, account, needs_code=needs_code, **refused.context)


def _draw_form(visit: Visit, account: Account, **values: Any) -> Response:
    if visit.caller is None:
        raise HttpProblem(401, "unauthenticated")
    return visit.draw(
        Reactivate,
        email=visit.caller.email,
        company_name=account.company_name,
        is_paid=account.plan != TRIAL_PLAN,
        **values,
    )


def _keep(response: Response, token: str) -> None:
    cookies.put(response, REQUEST_COOKIE, token, max_age=REQUEST_COOKIE_SECONDS)
