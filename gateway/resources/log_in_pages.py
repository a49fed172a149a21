"""Logging in and out, for people."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from gateway import auth
from gateway.desk import Desk
from gateway.pages import texts
from gateway.pages.contexts import LogIn
from gateway.resources import forms, reactivation_pages, second_factor_pages
from gateway.web import Visit, see_other, web
from wire.accounts.cancellations import AccountIsCancelled
from wire.accounts.second_factors import TotpRequired
from wire.accounts.sessions import EndSession, InvalidCredentials, OpenSession


class LogInPages(Desk):
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
            return reactivation_pages.show_way_back(visit, cancelled)
        except TotpRequired as required:
            return second_factor_pages.ask_for_code(required, is_remembered="is_remembered" in form)
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
