"""The pages in front of the door: sign up, activate, log in, log out."""

from __future__ import annotations

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from gateway import auth, problems
from gateway.auth import SessionMemory
from gateway.pages import texts
from gateway.pages.contexts import Activate, LinkState, LogIn, SignUp, SignUpDone
from gateway.problems import HttpProblem, field_errors
from gateway.resources.shapes import NewAccount
from gateway.web import Visit, see_other
from wire import accounts as wire_accounts
from wire import schema
from wire.accounts import (
    Accounts,
    ActivationUnknown,
    CountryUnknown,
    CreateAccount,
    EmailInvalid,
    EndSession,
    GetActivation,
    InvalidCredentials,
    OpenedSession,
    OpenSession,
    PhoneInvalid,
)
from wire.contract import FieldError, Refusal
from wire.values import TokenState

LINK_STATES = {
    TokenState.ISSUED: LinkState.READY,
    TokenState.CONSUMED: LinkState.USED,
    TokenState.SUPERSEDED: LinkState.SUPERSEDED,
    TokenState.REVOKED: LinkState.SUPERSEDED,
    TokenState.EXPIRED: LinkState.EXPIRED,
}
LINK_REFUSALS = (
    wire_accounts.ActivationLinkUsed,
    wire_accounts.ActivationLinkExpired,
    wire_accounts.ActivationLinkSuperseded,
    ActivationUnknown,
)
SIGN_UP_FIELDS = {CountryUnknown: "country", EmailInvalid: "email", PhoneInvalid: "phone"}


def show_sign_up(visit: Visit) -> Response:
    return see_other("/account") if visit.identity else visit.draw(SignUp)


def sign_up(accounts: Accounts, visit: Visit) -> Response:
    form = visit.form
    given = {
        "company_name": form.get("company_name", ""),
        "country": form.get("country", ""),
        "owner": {"name": form.get("name", ""), "email": form.get("email", "").strip()},
        "locale": visit.locale,
        "time_zone": form.get("time_zone") or "UTC",
    }
    if form.get("phone", "").strip():
        given["owner"] = {**given["owner"], "phone": form["phone"].strip()}  # type: ignore[dict-item]
    try:
        body = schema.load(NewAccount, given)
        accounts.create_account(
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
        return _refill(visit, SignUp, _by_field(field_errors(invalid), visit, form))
    except (CountryUnknown, EmailInvalid, PhoneInvalid) as refusal:
        error = {SIGN_UP_FIELDS[type(refusal)]: texts.detail(refusal.code, visit.locale)}
        return _refill(visit, SignUp, error)
    return visit.draw(SignUpDone, email=body.owner.email)


def take_activation_link(visit: Visit) -> Response:
    """Move the token out of the address at once: it would stand in the history and in what is copied from it."""
    response = see_other("/activate")
    auth.set_cookie(response, auth.ACTIVATION_COOKIE, visit.request.parameters["token"][:200], max_age=3600)
    return response


def show_activation(accounts: Accounts, visit: Visit, *, status: int = 200, **values: object) -> Response:
    """The form, or why there is none. Looking changes nothing: mail scanners look too."""
    token = auth.cookie(visit.request, auth.ACTIVATION_COOKIE) or ""
    try:
        found = accounts.get_activation(GetActivation(token_digest=auth.digest(token)))
    except ActivationUnknown:
        return visit.draw(Activate, status=404, state=LinkState.UNKNOWN)
    state = LINK_STATES[found.state]
    if state is not LinkState.READY:
        return visit.draw(Activate, status=410, state=state)
    return visit.draw(
        Activate,
        status=status,
        state=state,
        email_masked=found.email_masked,
        expires_at=found.expires_at,
        **values,
    )


def activate(accounts: Accounts, visit: Visit) -> Response:
    token = auth.cookie(visit.request, auth.ACTIVATION_COOKIE) or ""
    form = visit.form
    try:
        opened = accounts.activate(
            wire_accounts.Activate(
                token_digest=auth.digest(token),
                password=form.get("password", ""),
                password_repeat=form.get("password_repeat", ""),
                user_agent=auth.user_agent(visit.request),
                ip_address=visit.request.remote_addr or "",
            )
        )
    except LINK_REFUSALS:
        return show_activation(accounts, visit)
    except (MalformedRequest, Refusal) as refusal:
        errors = _by_field(getattr(refusal, "errors", ()), visit, {})
        return show_activation(accounts, visit, status=422, errors=errors)
    response = _welcome(opened)
    auth.drop_cookie(response, auth.ACTIVATION_COOKIE)
    return response


def show_log_in(visit: Visit) -> Response:
    return see_other("/account") if visit.identity else visit.draw(LogIn)


def log_in(accounts: Accounts, visit: Visit) -> Response:
    form = visit.form
    try:
        opened = accounts.open_session(
            OpenSession(
                email=form.get("email", "").strip(),
                password=form.get("password", ""),
                user_agent=auth.user_agent(visit.request),
                ip_address=visit.request.remote_addr or "",
            )
        )
    except (InvalidCredentials, MalformedRequest):
        problem = texts.detail(InvalidCredentials.code, visit.locale)
        return visit.draw(LogIn, status=401, problem=problem, values={"email": form.get("email", "")[:254]})
    return _welcome(opened)


def log_out(accounts: Accounts, sessions: SessionMemory, visit: Visit) -> Response:
    if visit.identity is not None:
        accounts.end_session(EndSession(session_id=visit.identity.session_id))
        sessions.forget(visit.identity.session_id)
    response = see_other("/log-in")
    auth.drop_cookie(response, auth.SESSION_COOKIE)
    return response


def _welcome(opened: OpenedSession) -> Response:
    response = see_other("/account")
    auth.set_cookie(response, auth.SESSION_COOKIE, opened.token)
    return response


def _refill(visit: Visit, page: type[SignUp], errors: dict[str, str]) -> Response:
    if not errors:
        raise HttpProblem(422, "validation_failed")
    return visit.draw(page, status=422, errors=errors, values=visit.form)


def _by_field(found: tuple[FieldError, ...], visit: Visit, form: dict[str, str]) -> dict[str, str]:
    """The first error of each field, in the reader's words; an empty field is simply missing."""
    errors: dict[str, str] = {}
    for error in found:
        name = error.pointer.rsplit("/", 1)[-1]
        is_empty = name in form and not form[name].strip()
        shown = FieldError(pointer=error.pointer, code="missing_field") if is_empty else error
        errors.setdefault(name, problems.told(shown, visit.locale))
    return errors
