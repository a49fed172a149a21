"""Signing up and activating, for people."""

from __future__ import annotations

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import auth, email_tokens, forms, texts
from gateway.layout.contexts import LinkState
from gateway.problems import field_errors
from gateway.signup import contexts
from gateway.signup.bodies import NewAccount
from gateway.signup.contexts import SignUp, SignUpDone
from gateway.web import Visit, see_other, web
from wire import schema
from wire.accounts import Accounts
from wire.accounts.activation import (
    Activate,
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUsed,
    ActivationUnknown,
    GetActivation,
)
from wire.accounts.signup import CountryUnknown, CreateAccount, EmailInvalid, PhoneInvalid
from wire.accounts.throttles import QuotaExceeded
from wire.contract import Refusal

LINK_REFUSALS = (ActivationLinkUsed, ActivationLinkExpired, ActivationLinkSuperseded, ActivationUnknown)
SIGN_UP_FIELDS: dict[type[Refusal], str] = {
    CountryUnknown: "country",
    EmailInvalid: "email",
    PhoneInvalid: "phone",
}


class SignupPages:
    accounts = Client(Accounts)

    @web("GET", "/sign-up")
    def show_sign_up(self, visit: Visit) -> Response:
        return see_other("/account") if visit.caller else visit.draw(SignUp)

    @web("POST", "/sign-up")
    def send_sign_up(self, visit: Visit) -> Response:
        form = visit.form
        try:
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
        except ValidationError as invalid:
            return forms.refill(visit, SignUp, forms.by_field(field_errors(invalid), visit, form))
        except (CountryUnknown, EmailInvalid, PhoneInvalid) as refusal:
            error = {SIGN_UP_FIELDS[type(refusal)]: texts.detail(refusal.code, visit.locale)}
            return forms.refill(visit, SignUp, error)
        except QuotaExceeded as refused:
            problem = texts.detail(refused.code, visit.locale)
            response = visit.draw(SignUp, status=429, problem=problem, values=form)
            response.headers["Retry-After"] = str(refused.facts["seconds_left"])
            return response
        return visit.draw(SignUpDone, email=body.owner.email)

    @web("GET", "/activate/<token>")
    def take_activation_link(self, visit: Visit) -> Response:
        return email_tokens.take_link(visit, auth.ACTIVATION_COOKIE, "/activate")

    @web("GET", "/activate")
    def show_activation(self, visit: Visit) -> Response:
        return _activation(self.accounts, visit)

    @web("POST", "/activate")
    def send_activation(self, visit: Visit) -> Response:
        token = auth.cookie(visit.request, auth.ACTIVATION_COOKIE) or ""
        form = visit.form
        try:
            opened = self.accounts.activate(
                Activate(
                    token_digest=auth.digest(token),
                    password=form.get("password", ""),
                    password_repeat=form.get("password_repeat", ""),
                )
            )
        except LINK_REFUSALS:
            return _activation(self.accounts, visit)
        except (MalformedRequest, Refusal) as refusal:
            errors = forms.by_field(getattr(refusal, "errors", ()), visit, {})
            return _activation(self.accounts, visit, status=422, errors=errors)
        response = forms.welcome(opened)
        auth.drop_cookie(response, auth.ACTIVATION_COOKIE)
        return response


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


def _activation(accounts: Accounts, visit: Visit, *, status: int = 200, **values: object) -> Response:
    """The form, or why there is none. Looking changes nothing: mail scanners look too."""
    token = auth.cookie(visit.request, auth.ACTIVATION_COOKIE) or ""
    try:
        found = accounts.get_activation(GetActivation(token_digest=auth.digest(token)))
    except ActivationUnknown:
        return visit.draw(contexts.Activate, status=404, state=LinkState.UNKNOWN)
    state = email_tokens.STATES[found.state]
    if state is not LinkState.READY:
        return visit.draw(contexts.Activate, status=410, state=state)
    return visit.draw(
        contexts.Activate,
        status=status,
        state=state,
        email_masked=found.email_masked,
        expires_at=found.expires_at,
        **values,
    )
