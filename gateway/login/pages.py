"""Pages of logging in and out: the password, and the code of two-step login."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import auth, cookies, forms, session_cookies
from gateway.auth import SessionCache
from gateway.forms import Field, Problem, Refused
from gateway.layout.contexts import AccountCancelled
from gateway.login.contexts import LogIn, LogInCode
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.cancellation import AccountIsCancelled
from wire.accounts.second_factor import AnswerChallenge, ChallengeOver, TotpIncorrect, TotpRequired
from wire.accounts.sessions import EndSession, OpenSession
from wire.identity import InvalidCredentials, QuotaExceeded

PAGE = "/log-in"
CODE_PAGE = "/log-in/code"
CHALLENGE_COOKIE = "challenge"
CHALLENGE_SECONDS = 600
PASSWORD: forms.Rules = {
    InvalidCredentials: Problem(),
    MalformedRequest: Problem(status=401, code=InvalidCredentials.code),
    # These two have pages of their own.
    AccountIsCancelled: Problem(),
    TotpRequired: Problem(),
}
WRONG_CODE = Field("code", status=401, code=TotpIncorrect.code, blank_code="missing_field")
CODE: forms.Rules = {
    TotpIncorrect: WRONG_CODE,
    MalformedRequest: WRONG_CODE,
    # After these two the log-in begins again.
    ChallengeOver: Problem(),
    QuotaExceeded: Problem(),
    AccountIsCancelled: Problem(),
}


class LoginPages:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @web("GET", PAGE)
    def show_log_in(self, visit: Visit) -> Response:
        is_in = visit.caller is not None and not visit.caller.is_returning
        return see_other("/account") if is_in else visit.draw(LogIn)

    @web("POST", PAGE)
    def send_log_in(self, visit: Visit) -> Response:
        form = visit.form
        request = OpenSession(
            email=form.get("email", "").strip(),
            password=form.get("password", ""),
            is_remembered="is_remembered" in form,
            device_token=session_cookies.device_token(visit),
            wants_challenge=True,
        )
        outcome = forms.submit(visit, lambda: self.accounts.open_session(request), PASSWORD)
        if isinstance(outcome, Refused):
            return _draw_refused(visit, outcome)
        return session_cookies.log_in(outcome)

    @web("POST", "/log-out")
    def send_log_out(self, visit: Visit) -> Response:
        if visit.caller is not None:
            self.accounts.end_session(EndSession(session_id=visit.caller.id))
            self.sessions.forget(visit.caller.id)
        response = see_other(PAGE)
        cookies.drop(response, cookies.SESSION)
        return response

    @web("GET", CODE_PAGE)
    def show_code(self, visit: Visit) -> Response:
        if cookies.get(visit.request, CHALLENGE_COOKIE) is None:
            return see_other(PAGE)
        return visit.draw(LogInCode, is_remembered="is_remembered" in visit.request.args)

    @web("POST", CODE_PAGE)
    def send_code(self, visit: Visit) -> Response:
        """The second step of a log-in: the cookie stands for the password that was right a moment ago."""
        form = visit.form
        request = AnswerChallenge(
            token_digest=auth.digest(cookies.get(visit.request, CHALLENGE_COOKIE) or ""),
            totp=form.get("code", "").strip(),
            is_remembered="is_remembered" in form,
            device_token=session_cookies.device_token(visit),
        )
        outcome = forms.submit(visit, lambda: self.accounts.answer_challenge(request), CODE)
        if isinstance(outcome, Refused) and outcome.errors:
            return visit.draw(LogInCode, is_remembered="is_remembered" in form, **outcome.context)
        if isinstance(outcome, Refused):
            response = _draw_code_refused(visit, outcome)
        else:
            response = session_cookies.log_in(outcome)
        cookies.drop(response, CHALLENGE_COOKIE)
        return response


def _draw_refused(visit: Visit, refused: Refused) -> Response:
    if isinstance(refused.reason, AccountIsCancelled):
        return _draw_cancelled(visit, refused.reason)
    if isinstance(refused.reason, TotpRequired):
        return _ask_for_code(visit, refused.reason)
    values = {
        "email": visit.form.get("email", "")[:254],
        "is_remembered": visit.form.get("is_remembered", "")[:3],
    }
    return visit.draw(LogIn, values=values, **refused.context)


def _draw_code_refused(visit: Visit, refused: Refused) -> Response:
    if isinstance(refused.reason, AccountIsCancelled):
        return _draw_cancelled(visit, refused.reason)
    return visit.draw(LogIn, **refused.context)


def _draw_cancelled(visit: Visit, refusal: AccountIsCancelled) -> Response:
    """What somebody sees who logs in to a cancelled account; an owner's browser keeps the way back."""
    token = refusal.facts.get("token")
    is_paid = refusal.facts.get("account_type") == "paid"
    response = visit.draw(AccountCancelled, status=403, is_paid=is_paid, is_owner=token is not None)
    if token is not None:
        cookies.put(response, cookies.SESSION, str(token))
        cookies.drop(response, cookies.WAY_BACK)
    return response


def _ask_for_code(visit: Visit, required: TotpRequired) -> Response:
    """The log-in goes on with the second step, in this browser alone."""
    response = see_other(f"{CODE_PAGE}?is_remembered=yes" if "is_remembered" in visit.form else CODE_PAGE)
    challenge = str(required.facts.get("challenge", ""))
    cookies.put(response, CHALLENGE_COOKIE, challenge, max_age=CHALLENGE_SECONDS)
    return response
