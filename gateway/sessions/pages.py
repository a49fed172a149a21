"""Pages of one's own sessions, and the one that asks for the password again."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import forms, session_cookies
from gateway.auth import SessionCache
from gateway.forms import Field, Redirect, Refused
from gateway.sessions import contexts
from gateway.sessions.contexts import Confirm, Sessions
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.profile import GetMe
from wire.accounts.sessions import EndOtherSessions, EndSession, ListSessions, Reauthenticate
from wire.identity import PasswordIncorrect, SessionUnknown
from wire.permissions import Permission

PAGE = "/account/sessions"
CONFIRM_PAGE = "/account/confirm"
HOME = "/account"
WRONG_PASSWORD = Field("password", code=PasswordIncorrect.code, blank_code="missing_field")
REAUTHENTICATION: forms.Rules = {
    PasswordIncorrect: WRONG_PASSWORD,
    MalformedRequest: WRONG_PASSWORD,
    SessionUnknown: Redirect("/log-in"),
}


class SessionsPages:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @web("GET", PAGE, needs=Permission.OWN)
    def show_sessions(self, visit: Visit) -> Response:
        found = self.accounts.list_sessions(ListSessions())
        me = self.accounts.get_me(GetMe()).user
        rows = tuple(contexts.Session.of(session) for session in found.data)
        return visit.draw(Sessions, sessions=rows, time_zone=me.time_zone)

    @web("POST", "/account/sessions/<uuid:session_id>/end", needs=Permission.OWN)
    def send_session_end(self, visit: Visit) -> Response:
        session_id: uuid.UUID = visit.request.parameters["session_id"]
        self.accounts.end_session(EndSession(session_id=session_id))
        self.sessions.forget(session_id)
        return see_other(PAGE, notice="session_ended")

    @web("POST", "/account/sessions/end-others", needs=Permission.OWN)
    def send_other_sessions_end(self, visit: Visit) -> Response:  # the caller is in the context
        self.accounts.end_other_sessions(EndOtherSessions())
        return see_other(PAGE, notice="sessions_ended")

    @web("GET", CONFIRM_PAGE, needs=Permission.OWN)
    def show_proof(self, visit: Visit) -> Response:
        """Other pages send here who has to give the password again, with `?next=` to come back."""
        return visit.draw(Confirm, next_path=own_path(visit.request.args.get("next", "")))

    @web("POST", CONFIRM_PAGE, needs=Permission.OWN)
    def send_proof(self, visit: Visit) -> Response:
        next_path = own_path(visit.form.get("next", ""))
        request = Reauthenticate(password=visit.form.get("password", ""))
        outcome = forms.submit(visit, lambda: self.accounts.reauthenticate(request), REAUTHENTICATION)
        if isinstance(outcome, Refused):
            return outcome.redirect or visit.draw(Confirm, next_path=next_path, **outcome.context)
        if visit.caller is not None:
            self.sessions.forget(visit.caller.id)  # the session goes on under a new token
        response = see_other(next_path)
        session_cookies.put_session(response, outcome)
        return response


def own_path(path: str) -> str:
    """A page of the account area, and nothing else: an address that a stranger made leads nowhere."""
    is_own = path == HOME or path.startswith(f"{HOME}/")
    return path if is_own and path.isascii() and path.isprintable() and "\\" not in path else HOME
