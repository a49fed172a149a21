"""Signing up, activating, logging in and out, and who one is."""

from __future__ import annotations

from gateway import auth, problems
from gateway.api import Call, Created
from gateway.auth import SessionMemory
from gateway.problems import HttpProblem
from gateway.resources.shapes import Credentials, NewAccount, NewPassword
from wire.accounts import (
    Account,
    Accounts,
    Activate,
    Activation,
    CountryUnknown,
    CreateAccount,
    EmailInvalid,
    EndSession,
    GetActivation,
    GetMe,
    Me,
    OpenSession,
    PhoneInvalid,
)
from wire.contract import Nothing, Refusal

# Where in the body a sign-up's refusal points to.
POINTERS: dict[type[Refusal], str] = {
    CountryUnknown: "/country",
    EmailInvalid: "/owner/email",
    PhoneInvalid: "/owner/phone",
}


def sign_up(accounts: Accounts, call: Call[NewAccount]) -> Created:
    body = call.body
    order = CreateAccount(
        company_name=body.company_name,
        country=body.country,
        owner_name=body.owner.name,
        owner_email=body.owner.email,
        owner_phone=body.owner.phone,
        locale=body.locale or problems.locale_of(call.request),
        time_zone=body.time_zone or "UTC",
    )
    try:
        registration = accounts.create_account(order)
    except (CountryUnknown, EmailInvalid, PhoneInvalid) as refusal:
        raise problems.pointed(refusal, POINTERS[type(refusal)]) from None
    return Created(message=registration, location="/v1/account")


def look_at_activation(accounts: Accounts, call: Call[None]) -> Activation:
    return accounts.get_activation(GetActivation(token_digest=auth.digest(call.parameters["token"])))


def activate(accounts: Accounts, call: Call[NewPassword]) -> Created:
    opened = accounts.activate(
        Activate(
            token_digest=auth.digest(call.parameters["token"]),
            password=call.body.password,
            password_repeat=call.body.password_repeat,
            user_agent=call.user_agent,
            ip_address=call.ip_address,
        )
    )
    return Created(message=opened, location=f"/v1/sessions/{opened.session.id}")


def log_in(accounts: Accounts, call: Call[Credentials]) -> Created:
    opened = accounts.open_session(
        OpenSession(
            email=call.body.email,
            password=call.body.password,
            user_agent=call.user_agent,
            ip_address=call.ip_address,
        )
    )
    return Created(message=opened, location=f"/v1/sessions/{opened.session.id}")


def account(accounts: Accounts, _: Call[None]) -> Account:
    return accounts.get_me(GetMe()).account


def end_session(accounts: Accounts, sessions: SessionMemory, call: Call[None]) -> Nothing:
    """One that is nobody's, or somebody else's, is answered the same: it is not one's own afterwards."""
    session_id = call.parameters["session_id"]
    done = accounts.end_session(EndSession(session_id=session_id))
    if call.identity is not None:
        sessions.forget_of(call.identity.user_id, session_id)
    return done


def log_out(accounts: Accounts, sessions: SessionMemory, call: Call[None]) -> Nothing:
    if call.identity is None:
        raise HttpProblem(401, "unauthenticated")
    done = accounts.end_session(EndSession(session_id=call.identity.session_id))
    sessions.forget(call.identity.session_id)
    return done


def me(accounts: Accounts, _: Call[None]) -> Me:
    return accounts.get_me(GetMe())
