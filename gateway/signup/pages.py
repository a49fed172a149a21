"""Pages of sign-up and activation."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import cookies, email_tokens, forms, session_cookies
from gateway.forms import Field, Fields, Problem, Refused
from gateway.signup import contexts
from gateway.signup.bodies import NewAccount
from gateway.signup.contexts import SignUp, SignUpDone
from gateway.web import Visit, see_other, web
from wire import schema
from wire.accounts import Accounts
from wire.accounts.signup import CountryUnknown, CreateAccount
from wire.identity import (
    Activate,
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUsed,
    ActivationUnknown,
    EmailInUse,
    EmailInvalid,
    GetActivation,
    PasswordConfirmationMismatch,
    PasswordRefused,
    PhoneInvalid,
    QuotaExceeded,
)

SIGN_UP: forms.Rules = {
    CountryUnknown: Field("country"),
    EmailInvalid: Field("email"),
    PhoneInvalid: Field("phone"),
    QuotaExceeded: Problem(),
}
ACTIVATION: forms.Rules = {
    # Of a link that is of no use any more, the page shows why.
    ActivationLinkUsed: Problem(),
    ActivationLinkExpired: Problem(),
    ActivationLinkSuperseded: Problem(),
    ActivationUnknown: Problem(),
    EmailInUse: Fields(),
    PasswordConfirmationMismatch: Fields(),
    PasswordRefused: Fields(),
}


class SignupPages:
    accounts = Client(Accounts)

    @web("GET", "/sign-up")
    def show_sign_up(self, visit: Visit) -> Response:
        return see_other("/account") if visit.caller else visit.draw(SignUp)

    @web("POST", "/sign-up")
    def send_sign_up(self, visit: Visit) -> Response:
        outcome = forms.submit(visit, lambda: self._sign_up(visit), SIGN_UP)
        if isinstance(outcome, Refused):
            response = visit.draw(SignUp, values=visit.form, **outcome.context)
            if isinstance(outcome.reason, QuotaExceeded):
                response.headers["Retry-After"] = str(outcome.reason.facts["seconds_left"])
            return response
        return visit.draw(SignUpDone, email=outcome.owner.email)

    def _sign_up(self, visit: Visit) -> NewAccount:
        body = schema.load(NewAccount, _entered(visit))
        self.accounts.create_account(
            CreateAccount(
                company_name=body.company_name,
                country=body.country,
                owner_name=body.owner.name,
                owner_email=body.owner.email,
                owner_phone=body.owner.phone,
                locale=visit.locale,
                time_zone=body.time_zone or "UTC",
            )
        )
        return body

    @web("GET", "/activate/<token>")
    def take_activation_link(self, visit: Visit) -> Response:
        return email_tokens.move_to_cookie(visit, cookies.ACTIVATION, "/activate")

    @web("GET", "/activate")
    def show_activation(self, visit: Visit) -> Response:
        return self._draw_activation(visit)

    @web("POST", "/activate")
    def send_activation(self, visit: Visit) -> Response:
        request = Activate(
            token_digest=email_tokens.digest(visit, cookies.ACTIVATION),
            password=visit.form.get("password", ""),
            password_repeat=visit.form.get("password_repeat", ""),
        )
        outcome = forms.submit(visit, lambda: self.accounts.activate(request), ACTIVATION, entered={})
        if isinstance(outcome, Refused):
            return self._draw_activation(visit, **outcome.context)
        response = session_cookies.log_in(outcome)
        cookies.drop(response, cookies.ACTIVATION)
        return response

    def _draw_activation(self, visit: Visit, **values: Any) -> Response:
        token_digest = email_tokens.digest(visit, cookies.ACTIVATION)
        try:
            found = self.accounts.get_activation(GetActivation(token_digest=token_digest))
        except ActivationUnknown:
            return email_tokens.draw_unknown(visit, contexts.Activate)
        return email_tokens.draw(visit, contexts.Activate, found, **values)


def _entered(visit: Visit) -> dict[str, object]:
    form = visit.form
    owner = {"name": form.get("name", ""), "email": form.get("email", "").strip()}
    if form.get("phone", "").strip():
        owner["phone"] = form["phone"].strip()
    return {
        "company_name": form.get("company_name", ""),
        "country": form.get("country", ""),
        "owner": owner,
        "locale": visit.locale,
        "time_zone": form.get("time_zone") or "UTC",
    }
