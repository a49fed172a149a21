"""Pages to change the password, to reset a forgotten one, and to ask for a lost activation email."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import cookies, email_tokens, forms, session_cookies
from gateway.auth import SessionCache
from gateway.forms import Field, Fields, Problem, Refused
from gateway.passwords import contexts
from gateway.passwords.contexts import LinkKind, LinkRequest, LinkRequested
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.activation import RequestActivation
from wire.accounts.passwords import ChangePassword, RequestPasswordReset
from wire.accounts.sessions import Reauthenticate
from wire.identity import (
    EmailTokenExpired,
    EmailTokenSuperseded,
    EmailTokenUnknown,
    EmailTokenUsed,
    GetEmailToken,
    PasswordConfirmationMismatch,
    PasswordIncorrect,
    PasswordRefused,
    PasswordUnchanged,
    ResetPassword,
)
from wire.permissions import Permission

PAGE = "/account/password"
CHANGE: forms.Rules = {
    PasswordIncorrect: Field("current_password", status=403),
    PasswordConfirmationMismatch: Fields(),
    PasswordRefused: Fields(),
    PasswordUnchanged: Fields(),
}
RESET: forms.Rules = {
    # Of a link that is of no use any more, the page shows why.
    EmailTokenUsed: Problem(),
    EmailTokenExpired: Problem(),
    EmailTokenSuperseded: Problem(),
    EmailTokenUnknown: Problem(),
    PasswordConfirmationMismatch: Fields(),
    PasswordRefused: Fields(),
}


class PasswordsPages:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @web("GET", PAGE, needs=Permission.OWN)
    def show_password(self, visit: Visit) -> Response:
        return visit.draw(contexts.ChangePassword)

    @web("POST", PAGE, needs=Permission.OWN)
    def send_password(self, visit: Visit) -> Response:
        """The session goes on under a new token: whoever had seen the old one has nothing."""
        request = ChangePassword(
            current_password=visit.form.get("current_password", ""),
            new_password=visit.form.get("new_password", ""),
            new_password_repeat=visit.form.get("new_password_repeat", ""),
        )
        outcome = forms.submit(visit, lambda: self.accounts.change_password(request), CHANGE)
        if isinstance(outcome, Refused):
            return visit.draw(contexts.ChangePassword, **outcome.context)
        opened = self.accounts.reauthenticate(Reauthenticate(password=request.new_password))
        if visit.caller is not None:
            self.sessions.forget(visit.caller.id)
        response = see_other(PAGE, notice="password_changed")
        session_cookies.put_session(response, opened)
        return response

    @web("GET", "/forgot-password")
    def show_forgot_password(self, visit: Visit) -> Response:
        return visit.draw(LinkRequest, kind=LinkKind.RESET)

    @web("POST", "/forgot-password")
    def send_forgot_password(self, visit: Visit) -> Response:
        return _request_link(
            visit,
            LinkKind.RESET,
            lambda email: self.accounts.request_password_reset(RequestPasswordReset(email=email)),
        )

    @web("GET", "/activation-link")
    def show_activation_link(self, visit: Visit) -> Response:
        return visit.draw(LinkRequest, kind=LinkKind.ACTIVATION)

    @web("POST", "/activation-link")
    def send_activation_link(self, visit: Visit) -> Response:
        return _request_link(
            visit,
            LinkKind.ACTIVATION,
            lambda email: self.accounts.request_activation(RequestActivation(email=email)),
        )

    @web("GET", "/reset-password/<token>")
    def take_reset_link(self, visit: Visit) -> Response:
        return email_tokens.move_to_cookie(visit, cookies.RESET, "/reset-password")

    @web("GET", "/reset-password")
    def show_reset(self, visit: Visit) -> Response:
        return self._draw_reset(visit)

    @web("POST", "/reset-password")
    def send_reset(self, visit: Visit) -> Response:
        request = ResetPassword(
            token_digest=email_tokens.digest(visit, cookies.RESET),
            password=visit.form.get("password", ""),
            password_repeat=visit.form.get("password_repeat", ""),
        )
        outcome = forms.submit(visit, lambda: self.accounts.reset_password(request), RESET)
        if isinstance(outcome, Refused):
            return self._draw_reset(visit, **outcome.context)
        response = see_other("/log-in", notice="password_reset")
        cookies.drop(response, cookies.RESET)
        cookies.drop(response, cookies.SESSION)
        return response

    def _draw_reset(self, visit: Visit, **values: Any) -> Response:
        token_digest = email_tokens.digest(visit, cookies.RESET)
        try:
            found = self.accounts.get_password_reset(GetEmailToken(token_digest=token_digest))
        except EmailTokenUnknown:
            return email_tokens.draw_unknown(visit, contexts.ResetPassword)
        return email_tokens.draw(visit, contexts.ResetPassword, found, **values)


def _request_link(visit: Visit, kind: LinkKind, request: Callable[[str], object]) -> Response:
    """Ask for an email, and say that it may be on its way: the same for every address."""
    email = visit.form.get("email", "").strip()
    outcome = forms.submit(visit, lambda: request(email), {})
    if isinstance(outcome, Refused):
        return visit.draw(LinkRequest, kind=kind, values=visit.form, **outcome.context)
    return visit.draw(LinkRequested, kind=kind, email=email)
