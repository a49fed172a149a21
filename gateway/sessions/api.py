"""Operations of sessions: logging in and out, and one's own sessions."""

from __future__ import annotations

from chassis.events import Received, listen_broadcast
from chassis.rpc import Client
from gateway.api import Call, Created, api
from gateway.auth import SessionCache
from gateway.sessions.bodies import Credentials, CurrentPassword, WhichSessions
from wire.accounts import Accounts
from wire.accounts.api_keys import ApiKeyRevoked
from wire.accounts.sessions import (
    EndOtherSessions,
    EndSession,
    ListSessions,
    OpenedSession,
    OpenSession,
    Reauthenticate,
    Session,
    SessionList,
    SessionNotFound,
    SessionRevoked,
)
from wire.contract import Nothing
from wire.permissions import Permission


class SessionsApi:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @api(
        "POST",
        "/v1/sessions",
        summary="Log in",
        tag="Sessions",
        body=Credentials,
        answer=OpenedSession,
        status=201,
        refuses=Accounts.open_session.refuses,
    )
    def log_in(self, call: Call[Credentials]) -> Created:
        given = call.body
        opened = self.accounts.open_session(
            OpenSession(
                email=given.email,
                password=given.password,
                totp=given.totp,
                is_remembered=given.is_remembered,
                device_token=given.device_token,
            )
        )
        return Created(message=opened, location=f"/v1/sessions/{opened.session.id}")

    @api(
        "GET",
        "/v1/sessions",
        summary="List one's own sessions, the one that asks first",
        tag="Sessions",
        answer=SessionList,
        needs=Permission.OWN,
    )
    def list_sessions(self, call: Call[None]) -> SessionList:  # the caller is in the context
        return self.accounts.list_sessions(ListSessions())

    @api(
        "DELETE",
        "/v1/sessions",
        summary="End all of one's own sessions but the one that asks",
        tag="Sessions",
        query=WhichSessions,
        status=204,
        needs=Permission.OWN,
    )
    def end_other_sessions(self, call: Call[WhichSessions]) -> Nothing:  # `except=current` is all it can be
        return self.accounts.end_other_sessions(EndOtherSessions())

    @api(
        "DELETE",
        "/v1/sessions/current",
        summary="Log out",
        tag="Sessions",
        status=204,
        needs=Permission.OWN,
        refuses=Accounts.end_session.refuses,
    )
    def log_out(self, call: Call[None]) -> Nothing:
        done = self.accounts.end_session(EndSession(session_id=call.who.id))
        self.sessions.forget(call.who.id)
        return done

    @api(
        "POST",
        "/v1/sessions/current/reauthentication",
        summary="Give the password again: the session goes on under a new token, and the old one ends",
        tag="Sessions",
        body=CurrentPassword,
        answer=OpenedSession,
        status=201,
        needs=Permission.OWN,
        refuses=Accounts.reauthenticate.refuses,
    )
    def reauthenticate(self, call: Call[CurrentPassword]) -> Created:
        opened = self.accounts.reauthenticate(Reauthenticate(password=call.body.password))
        self.sessions.forget(call.who.id)
        return Created(message=opened, location=f"/v1/sessions/{opened.session.id}")

    @api(
        "GET",
        "/v1/sessions/<uuid:session_id>",
        summary="Read one of one's own sessions",
        tag="Sessions",
        answer=Session,
        needs=Permission.OWN,
        refuses=(SessionNotFound,),
    )
    def get_session(self, call: Call[None]) -> Session:
        """One has few sessions: it is found among all of them."""
        for session in self.accounts.list_sessions(ListSessions()).data:
            if session.id == call.parameters["session_id"]:
                return session
        raise SessionNotFound

    @api(
        "DELETE",
        "/v1/sessions/<uuid:session_id>",
        summary="End one of one's own sessions",
        tag="Sessions",
        status=204,
        needs=Permission.OWN,
        refuses=Accounts.end_session.refuses,
    )
    def end_session(self, call: Call[None]) -> Nothing:
        session_id = call.parameters["session_id"]
        done = self.accounts.end_session(EndSession(session_id=session_id))
        self.sessions.forget(session_id)  # theirs, or it would not have been found
        return done

    @listen_broadcast(Accounts.account_session_revoked)
    def forget_session(self, event: Received[SessionRevoked]) -> None:
        self.sessions.forget(event.data.session_id)

    @listen_broadcast(Accounts.account_api_key_revoked)
    def forget_api_key(self, event: Received[ApiKeyRevoked]) -> None:
        self.sessions.forget(event.data.api_key_id)
