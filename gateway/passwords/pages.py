"""Changing the password, resetting a forgotten one, and asking for a lost activation mail, for people."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import auth, email_tokens, forms, texts
from gateway.auth import SessionMemory
from gateway.layout.contexts import LinkState
from gateway.passwords.contexts import ChangePassword, LinkKind, LinkRequest, LinkRequested, ResetPassword
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts import passwords as wire
from wire.accounts.activation import RequestActivation
from wire.accounts.email_tokens import (
    EmailTokenExpired,
    EmailTokenSuperseded,
    EmailTokenUnknown,
    EmailTokenUsed,
    GetEmailToken,
)
from wire.accounts.passwords import PasswordIncorrect
from wire.accounts.sessions import Reauthenticate
from wire.contract import Refusal
from wire.permissions import Permission

LINK_REFUSALS = (EmailTokenUsed, EmailTokenExpired, EmailTokenSuperseded, EmailTokenUnknown)


class PasswordsPages:
    accounts = Client(Accounts)
    sessions = SessionMemory()

    @web("GET", "/account/password", needs=Permission.OWN)
    def show_password(self, visit: Visit) -> Response:
        return visit.draw(ChangePassword)

    @web("POST", "/account/password", needs=Permission.OWN)
    def send_password(self, visit: Visit) -> Response:
        """The session goes on under a new token: whoever had seen the old one has nothing."""
        form = visit.form
        new = form.get("new_password", "")
        try:
            self.accounts.change_password(
                wire.ChangePassword(
                    current_password=form.get("current_password", ""),
                    new_password=new,
                    new_password_repeat=form.get("new_password_repeat", ""),
                )
            )
        except PasswordIncorrect as refusal:
            errors = {"current_password": texts.detail(refusal.code, visit.locale)}
            return visit.draw(ChangePassword, status=403, errors=errors)
        except (MalformedRequest, Refusal) as refusal:
            errors = forms.by_field(refusal.errors, visit, form)
            return visit.draw(ChangePassword, status=422, errors=errors)
        opened = self.accounts.reauthenticate(Reauthenticate(password=new))
        if visit.caller is not None:
            self.sessions.forget(visit.caller.id)
        response = see_other("/account/password", notice="password_changed")
        forms.keep_session(response, opened)
        return response

    @web("GET", "/forgot-password")
    def show_forgot_password(self, visit: Visit) -> Response:
        return visit.draw(LinkRequest, kind=LinkKind.RESET)

    @web("POST", "/forgot-password")
    def send_forgot_password(self, visit: Visit) -> Response:
        return _ask(
            visit,
            LinkKind.RESET,
            lambda email: self.accounts.request_password_reset(wire.RequestPasswordReset(email=email)),
        )

    @web("GET", "/activation-link")
    def show_activation_link(self, visit: Visit) -> Response:
        return visit.draw(LinkRequest, kind=LinkKind.ACTIVATION)

    @web("POST", "/activation-link")
    def send_activation_link(self, visit: Visit) -> Response:
        return _ask(
            visit,
            LinkKind.ACTIVATION,
            lambda email: self.accounts.request_activation(RequestActivation(email=email)),
        )

    @web("GET", "/reset-password/<token>")
    def take_reset_link(self, visit: Visit) -> Response:
        return email_tokens.take_link(visit, auth.RESET_COOKIE, "/reset-password")

    @web("GET", "/reset-password")
    def show_reset(self, visit: Visit) -> Response:
        return _reset(self.accounts, visit)

    @web("POST", "/reset-password")
    def send_reset(self, visit: Visit) -> Response:
        form = visit.form
        try:
            self.accounts.reset_password(
                wire.ResetPassword(
                    token_digest=_digest(visit),
                    password=form.get("password", ""),
                    password_repeat=form.get("password_repeat", ""),
                )
            )
        except LINK_REFUSALS:
            return _reset(self.accounts, visit)
        except (MalformedRequest, Refusal) as refusal:
            errors = forms.by_field(refusal.errors, visit, form)
            return _reset(self.accounts, visit, status=422, errors=errors)
        response = see_other("/log-in", notice="password_reset")
        auth.drop_cookie(response, auth.RESET_COOKIE)
        auth.drop_cookie(response, auth.SESSION_COOKIE)
        return response


def _ask(visit: Visit, kind: LinkKind, request: Callable[[str], object]) -> Response:
    """Ask for a mail, and say that it may be on its way: the same whoever is asked for."""
    email = visit.form.get("email", "").strip()
    try:
        request(email)
    except MalformedRequest as malformed:
        errors = forms.by_field(malformed.errors, visit, visit.form)
        return forms.refill(visit, LinkRequest, errors, kind=kind)
    return visit.draw(LinkRequested, kind=kind, email=email)


def _digest(visit: Visit) -> str:
    return auth.digest(auth.cookie(visit.request, auth.RESET_COOKIE) or "")


def _reset(accounts: Accounts, visit: Visit, *, status: int = 200, **values: object) -> Response:
    """The form, or why there is none. Looking changes nothing: mail scanners look too."""
    try:
        found = accounts.get_password_reset(GetEmailToken(token_digest=_digest(visit)))
    except EmailTokenUnknown:
        return visit.draw(ResetPassword, status=404, state=LinkState.UNKNOWN)
    state = email_tokens.STATES[found.state]
    if state is not LinkState.READY:
        return visit.draw(ResetPassword, status=410, state=state)
    return visit.draw(
        ResetPassword,
        status=status,
        state=state,
        email_masked=found.email_masked,
        expires_at=found.expires_at,
        **values,
    )
