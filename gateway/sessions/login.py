"""Logging in and out, for people."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import auth, forms, problems, texts
from gateway.auth import SessionMemory
from gateway.layout.contexts import AccountCancelled
from gateway.sessions.contexts import LogIn, LogInCode
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.cancellation import AccountIsCancelled
from wire.accounts.second_factor import AnswerChallenge, ChallengeOver, TotpIncorrect, TotpRequired
from wire.accounts.sessions import EndSession, InvalidCredentials, OpenSession
from wire.accounts.throttles import QuotaExceeded

CODE_PAGE = "/log-in/code"
CHALLENGE_COOKIE = "challenge"
CHALLENGE_SECONDS = 600


class LoginPages:
    accounts = Client(Accounts)
    sessions = SessionMemory()

    @web("GET", "/log-in")
    def show_log_in(self, visit: Visit) -> Response:
        is_in = visit.caller is not None and not visit.caller.is_returning
        return see_other("/account") if is_in else visit.draw(LogIn)

    @web("POST", "/log-in")
    def send_log_in(self, visit: Visit) -> Response:
        form = visit.form
        try:
            opened = self.accounts.open_session(
                OpenSession(
                    email=form.get("email", "").strip(),
                    password=form.get("password", ""),
                    is_remembered="is_remembered" in form,
                    device_token=forms.device_token(visit),
                    wants_challenge=True,
                )
            )
        except AccountIsCancelled as cancelled:
            return show_way_back(visit, cancelled)
        except TotpRequired as required:
            return ask_for_code(required, is_remembered="is_remembered" in form)
        except (InvalidCredentials, MalformedRequest):
            problem = texts.detail(InvalidCredentials.code, visit.locale)
            entered = {
                "email": form.get("email", "")[:254],
                "is_remembered": form.get("is_remembered", "")[:3],
            }
            return visit.draw(LogIn, status=401, problem=problem, values=entered)
        return forms.welcome(opened)

    @web("POST", "/log-out")
    def send_log_out(self, visit: Visit) -> Response:
        if visit.caller is not None:
            self.accounts.end_session(EndSession(session_id=visit.caller.id))
            self.sessions.forget(visit.caller.id)
        response = see_other("/log-in")
        auth.drop_cookie(response, auth.SESSION_COOKIE)
        return response

    @web("GET", CODE_PAGE)
    def show_code(self, visit: Visit) -> Response:
        if auth.cookie(visit.request, CHALLENGE_COOKIE) is None:
            return see_other("/log-in")
        return visit.draw(LogInCode, is_remembered="is_remembered" in visit.request.args)

    @web("POST", CODE_PAGE)
    def send_code(self, visit: Visit) -> Response:
        """The second step of a log-in: the cookie stands for the password that was right a moment ago."""
        form = visit.form
        token = auth.cookie(visit.request, CHALLENGE_COOKIE) or ""
        try:
            opened = self.accounts.answer_challenge(
                AnswerChallenge(
                    token_digest=auth.digest(token),
                    totp=form.get("code", "").strip(),
                    is_remembered="is_remembered" in form,
                    device_token=forms.device_token(visit),
                )
            )
        except (TotpIncorrect, MalformedRequest):
            code = TotpIncorrect.code if form.get("code", "").strip() else "missing_field"
            errors = {"code": texts.detail(code, visit.locale)}
            return visit.draw(LogInCode, status=401, errors=errors, is_remembered="is_remembered" in form)
        except (ChallengeOver, QuotaExceeded) as refused:
            return _begin_again(visit, refused)
        except AccountIsCancelled as cancelled:
            response = show_way_back(visit, cancelled)
        else:
            response = forms.welcome(opened)
        auth.drop_cookie(response, CHALLENGE_COOKIE)
        return response


def show_way_back(visit: Visit, refusal: AccountIsCancelled) -> Response:
    """What somebody sees who logs in to a cancelled account; an owner's browser keeps the way back."""
    token = refusal.facts.get("token")
    is_paid = refusal.facts.get("account_type") == "paid"
    response = visit.draw(AccountCancelled, status=403, is_paid=is_paid, is_owner=token is not None)
    if token is not None:
        auth.set_cookie(response, auth.SESSION_COOKIE, str(token))
        auth.drop_cookie(response, auth.WAY_BACK_COOKIE)
    return response


def ask_for_code(required: TotpRequired, *, is_remembered: bool) -> Response:
    """The log-in goes on with the second step, in this browser alone."""
    response = see_other(f"{CODE_PAGE}?is_remembered=yes" if is_remembered else CODE_PAGE)
    auth.set_cookie(
        response, CHALLENGE_COOKIE, str(required.facts.get("challenge", "")), max_age=CHALLENGE_SECONDS
    )
    return response


def _begin_again(visit: Visit, refused: ChallengeOver | QuotaExceeded) -> Response:
    problem = texts.detail(refused.code, visit.locale)
    response = visit.draw(LogIn, status=problems.REFUSALS[refused.code], problem=problem)
    auth.drop_cookie(response, CHALLENGE_COOKIE)
    return response
