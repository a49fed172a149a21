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
from wire.contacts import Contacts
from wire.contacts.portal import OpenedPortalSession
from wire.identity import (
    CONTACT_TOKEN_PREFIX,
    Activate,
    Activation,
    EmailInvalid,
    GetActivation,
    PhoneInvalid,
)


class SignupApi:
    accounts = Client(Accounts)
    contacts = Client(Contacts)

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
        token = call.parameters["token"]
        asked = GetActivation(token_digest=auth.digest(token))
        if token.startswith(CONTACT_TOKEN_PREFIX):
            return self.contacts.get_contact_activation(asked)
        return self.accounts.get_activation(asked)

    @api(
        "POST",
        "/v1/activations/<token>",
        summary="Use an activation link: set the password, verify the address, log in, a contact to its portal",
        tag="Accounts",
        body=NewPassword,
        answer=OpenedSession,
        or_answer=OpenedPortalSession,
        status=201,
        refuses=Accounts.activate.refuses,
    )
    def activate(self, call: Call[NewPassword]) -> Created:
        token = call.parameters["token"]
        use = Activate(
            token_digest=auth.digest(token),
            password=call.body.password,
            password_repeat=call.body.password_repeat,
        )
        if token.startswith(CONTACT_TOKEN_PREFIX):
            let_in = self.contacts.activate_contact(use)
            return Created(message=let_in, location=f"/v1/portals/{let_in.portal.slug}/me")
        opened = self.accounts.activate(use)
        return Created(message=opened, location=f"/v1/sessions/{opened.session.id}")
