"""One's own sessions, for people: who is logged in where, and how to end that."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import forms, texts
from gateway.auth import SessionMemory
from gateway.sessions import contexts
from gateway.sessions.contexts import Confirm, Sessions
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.passwords import PasswordIncorrect
from wire.accounts.profile import GetMe
from wire.accounts.sessions import (
    EndOtherSessions,
    EndSession,
    ListSessions,
    Reauthenticate,
    Session,
    SessionUnknown,
)
from wire.permissions import Permission

PAGE = "/account/sessions"
CONFIRM_PAGE = "/account/confirm"
HOME = "/account"
PASSWORD_LENGTH_MAX = 1024


class SessionsPages:
    accounts = Client(Accounts)
    sessions = SessionMemory()

    @web("GET", PAGE, needs=Permission.OWN)
    def show_sessions(self, visit: Visit) -> Response:
        found = self.accounts.list_sessions(ListSessions())
        me = self.accounts.get_me(GetMe()).user
        return visit.draw(
            Sessions, sessions=tuple(_shown(session) for session in found.data), time_zone=me.time_zone
        )

    @web("POST", "/account/sessions/<uuid:session_id>/end", needs=Permission.OWN)
    def send_session_end(self, visit: Visit) -> Response:
        session_id: uuid.UUID = visit.request.parameters["session_id"]
        self.accounts.end_session(EndSession(session_id=session_id))
        self.sessions.forget(session_id)
        return see_other(PAGE, notice="session_ended")

    @web("POST", "/account/sessions/end-others", needs=Permission.OWN)
    def send_other_sessions_end(self, visit: Visit) -> Response:  # who asks is in the context
        self.accounts.end_other_sessions(EndOtherSessions())
        return see_other(PAGE, notice="sessions_ended")

    @web("GET", CONFIRM_PAGE, needs=Permission.OWN)
    def show_proof(self, visit: Visit) -> Response:
        """Other pages send here who has to give the password again, with `?next=` to come back."""
        return visit.draw(Confirm, next_path=own_path(visit.request.args.get("next", "")))

    @web("POST", CONFIRM_PAGE, needs=Permission.OWN)
    def send_proof(self, visit: Visit) -> Response:
        next_path = own_path(visit.form.get("next", ""))
        password = visit.form.get("password", "")
        if not 0 < len(password) <= PASSWORD_LENGTH_MAX:
            return _refused(visit, next_path, "missing_field" if not password else PasswordIncorrect.code)
        try:
            opened = self.accounts.reauthenticate(Reauthenticate(password=password))
        except PasswordIncorrect:
            return _refused(visit, next_path, PasswordIncorrect.code)
        except SessionUnknown:
            return see_other("/log-in")
        self._forget_replaced(visit)
        response = see_other(next_path)
        forms.keep_session(response, opened)
        return response

    def _forget_replaced(self, visit: Visit) -> None:
        if visit.caller is not None:
            self.sessions.forget(visit.caller.id)


def _refused(visit: Visit, next_path: str, code: str) -> Response:
    errors = {"password": texts.detail(code, visit.locale)}
    return visit.draw(Confirm, status=422, errors=errors, next_path=next_path)


def own_path(path: str) -> str:
    """A page of the account area, and nothing else: an address that a stranger made leads nowhere."""
    is_own = path == HOME or path.startswith(f"{HOME}/")
    return path if is_own and path.isascii() and path.isprintable() and "\\" not in path else HOME


def _shown(session: Session) -> contexts.Session:
    return contexts.Session(
        id=session.id,
        browser=session.browser,
        system=session.system,
        ip_address=session.ip_address,
        created_at=session.created_at,
        last_used_at=session.last_used_at,
        is_current=session.is_current,
        is_remembered=session.is_remembered,
    )
