"""Bringing a cancelled account back, for its owner: the way back from the log-in, and what becomes of a request."""

from __future__ import annotations

from contextlib import suppress

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import auth, callers, forms, request_steps, texts
from gateway.auth import SessionMemory
from gateway.callers import Caller
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
from wire.accounts.sessions import InvalidCredentials
from wire.accounts.tenancy import Account
from wire.accounts.throttles import QuotaExceeded

WAY_BACK_SECONDS = 15 * 60
REQUEST_COOKIE = "reactivation_request"
REQUEST_COOKIE_SECONDS = 90 * 24 * 3600
TRIAL_PLAN = "trial"


class ReactivationPages:
    accounts = Client(Accounts)
    sessions = SessionMemory()

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
        auth.set_cookie(response, auth.WAY_BACK_COOKIE, token, max_age=WAY_BACK_SECONDS)
        return response

    @web("GET", "/reactivate")
    def show_reactivation(self, visit: Visit) -> Response:
        if _is_logged_in(visit):
            return see_other("/account")
        if self._enter_returning(visit) is None:
            return visit.draw(Reactivate, status=403)
        return _form(visit, self.accounts.get_account(GetAccount()))

    @web("POST", "/reactivate")
    def send_reactivation(self, visit: Visit) -> Response:
        owner = self._enter_returning(visit)
        if owner is None:
            return visit.draw(Reactivate, status=403)
        account, form = self.accounts.get_account(GetAccount()), visit.form
        try:
            done = self.accounts.reactivate(
                wire.Reactivate(
                    email=owner.email,
                    password=form.get("password", ""),
                    totp=form.get("totp", "").strip() or None,
                    device_token=forms.device_token(visit),
                )
            )
        except (InvalidCredentials, MalformedRequest):
            errors = {"password": texts.detail("password_incorrect", visit.locale)}
            return _form(visit, account, status=403, errors=errors)
        except TotpRequired:
            return _form(visit, account, status=403, needs_code=True)
        except TotpIncorrect as refusal:
            errors = {"totp": texts.detail(refusal.code, visit.locale)}
            return _form(visit, account, status=403, needs_code=True, errors=errors)
        except QuotaExceeded:
            return _form(visit, account, status=429, problem=texts.detail("rate_limited", visit.locale))
        except AccountNotCancelled:
            response = see_other("/log-in", notice="account_reactivated")
            auth.drop_cookie(response, auth.SESSION_COOKIE)
            auth.drop_cookie(response, auth.WAY_BACK_COOKIE)
            return response
        return self._brought_back(done)

    def _enter_returning(self, visit: Visit) -> Caller | None:
        """Who comes back, by the link or by the log-in a moment ago: the page is theirs from here on. None for who is
        logged in, and for everybody else."""
        if _is_logged_in(visit):
            return None
        linked = self.sessions.returning(auth.cookie(visit.request, auth.WAY_BACK_COOKIE))
        if linked is not None:
            callers.enter(linked)
            visit.caller = linked
        return visit.caller

    def _brought_back(self, done: Reactivation) -> Response:
        if done.opened is not None:
            response = forms.welcome(done.opened, notice="account_reactivated")
            auth.drop_cookie(response, auth.WAY_BACK_COOKIE)
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
        digest, number = _digest(visit), visit.request.parameters["number"]
        found = self.accounts.get_reactivation_request(
            GetReactivationRequest(token_digest=digest, number=number)
        )
        return visit.draw(
            Request,
            number=found.number,
            state=found.state.value,
            requested_at=found.requested_at,
            note=found.note,
            steps=request_steps.steps(found.history),
        )

    @web("POST", "/reactivation-requests/<int:number>/withdrawal")
    def withdraw_request(self, visit: Visit) -> Response:
        number = visit.request.parameters["number"]
        with suppress(ReactivationRequestDecided):  # the page that follows says where it is
            self.accounts.withdraw_reactivation_request(
                WithdrawReactivationRequest(number=number, token_digest=_digest(visit))
            )
        return see_other(f"/reactivation-requests/{number}")


def _is_logged_in(visit: Visit) -> bool:
    return visit.caller is not None and not visit.caller.is_returning


def _form(visit: Visit, account: Account, *, status: int = 200, **values: object) -> Response:
    if visit.caller is None:
        raise HttpProblem(401, "unauthenticated")
    return visit.draw(
        Reactivate,
        status=status,
        email=visit.caller.email,
        company_name=account.company_name,
        is_paid=account.plan != TRIAL_PLAN,
        **values,
    )


def _keep(response: Response, token: str) -> None:
    auth.set_cookie(response, REQUEST_COOKIE, token, max_age=REQUEST_COOKIE_SECONDS)


def _digest(visit: Visit) -> str:
    return auth.digest(auth.cookie(visit.request, REQUEST_COOKIE) or "")
