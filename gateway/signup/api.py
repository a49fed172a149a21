"""Operations of sign-up and activation."""

from __future__ import annotations

from chassis.rpc import Client
from gateway import auth, problems
from gateway.api import Call, Created, api
from gateway.bodies import NewPassword
from gateway.signup.bodies import NewAccount
from wire.accounts import Accounts
from wire.accounts.sessions import OpenedSession
from wire.accounts.signup import CountryUnknown, CreateAccount, Registration
from wire.identity import Activate, Activation, EmailInvalid, GetActivation, PhoneInvalid


class SignupApi:
    accounts = Client(Accounts)

    @api(
        "POST",
        "/v1/accounts",
        summary="Sign up: open an account with its owner, and mail the owner a link",
        tag="Accounts",
        body=NewAccount,
        answer=Registration,
        status=201,
        refuses=Accounts.create_account.refuses,
        pointers={CountryUnknown: "/country", EmailInvalid: "/owner/email", PhoneInvalid: "/owner/phone"},
    )
    def sign_up(self, call: Call[NewAccount]) -> Created:
        body = call.body
        request = CreateAccount(
            company_name=body.company_name,
            country=body.country,
            owner_name=body.owner.name,
            owner_email=body.owner.email,
            owner_phone=body.owner.phone,
            locale=body.locale or problems.locale_of(call.request),
            time_zone=body.time_zone or "UTC",
        )
        registration = self.accounts.create_account(request)
        return Created(message=registration, location="/v1/account")

    @api(
        "GET",
        "/v1/activations/<token>",
        summary="Look at an activation link; changes nothing",
        tag="Accounts",
        answer=Activation,
        refuses=Accounts.get_activation.refuses,
    )
    def look_at_activation(self, call: Call[None]) -> Activation:
        return self.accounts.get_activation(GetActivation(token_digest=auth.digest(call.parameters["token"])))

    @api(
        "POST",
        "/v1/activations/<token>",
        summary="Use an activation link: set the password, verify the address, log in",
        tag="Accounts",
        body=NewPassword,
        answer=OpenedSession,
        status=201,
        refuses=Accounts.activate.refuses,
    )
    def activate(self, call: Call[NewPassword]) -> Created:
        opened = self.accounts.activate(
            Activate(
                token_digest=auth.digest(call.parameters["token"]),
                password=call.body.password,
                password_repeat=call.body.password_repeat,
            )
        )
        return Created(message=opened, location=f"/v1/sessions/{opened.session.id}")
