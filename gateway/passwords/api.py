"""Operations to change the password, to reset a forgotten one, and to request a lost activation email."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import auth
from gateway.api import Call, api
from gateway.bodies import NewPassword
from wire.accounts import Accounts
from wire.accounts.activation import RequestActivation
from wire.accounts.passwords import ChangePassword, RequestPasswordReset
from wire.contacts import Contacts
from wire.contract import Nothing
from wire.identity import EmailToken, GetEmailToken, PasswordIncorrect, ResetPassword
from wire.permissions import Permission


class PasswordsApi:
    accounts = Client(Accounts)
    contacts = Client(Contacts)

    @api(
        "PUT",
        "/v1/me/password",
        summary="Change one's own password; the other sessions end, and this one keeps its token",
        tag="Passwords",
        body=ChangePassword,
        status=204,
        needs=Permission.OWN,
        refuses=Accounts.change_password.refuses,
        pointers={PasswordIncorrect: "/current_password"},
    )
    def change_password(self, call: Call[ChangePassword]) -> Nothing:
        return self.accounts.change_password(call.body)

    @api(
        "POST",
        "/v1/password-resets",
        summary="Ask for a link to reset a forgotten password; the answer is the same for every address",
        tag="Passwords",
        body=RequestPasswordReset,
        status=202,
    )
    def request_password_reset(self, call: Call[RequestPasswordReset]) -> Response:
        self.accounts.request_password_reset(call.body)
        return Response(status=202)

    @api(
        "GET",
        "/v1/password-resets/<token>",
        summary="Look at a link to reset a password; changes nothing",
        tag="Passwords",
        answer=EmailToken,
        refuses=Accounts.get_password_reset.refuses,
    )
    def look_at_password_reset(self, call: Call[None]) -> EmailToken:
        token = call.parameters["token"]
        request = GetEmailToken(token_digest=auth.digest(token))
        if auth.is_of_contact(token):
            return self.contacts.get_contact_password_reset(request)
        return self.accounts.get_password_reset(request)

    @api(
        "POST",
        "/v1/password-resets/<token>",
        summary="Use a link to reset a password: every session ends, and nobody is logged in",
        tag="Passwords",
        body=NewPassword,
        status=204,
        refuses=Accounts.reset_password.refuses,
    )
    def reset_password(self, call: Call[NewPassword]) -> Nothing:
        token = call.parameters["token"]
        request = ResetPassword(
            token_digest=auth.digest(token),
            password=call.body.password,
            password_repeat=call.body.password_repeat,
        )
        if auth.is_of_contact(token):
            return self.contacts.reset_contact_password(request)
        return self.accounts.reset_password(request)

    @api(
        "POST",
        "/v1/activation-requests",
        summary="Ask for a new activation mail; the answer is the same for every address",
        tag="Accounts",
        body=RequestActivation,
        status=202,
    )
    def request_activation(self, call: Call[RequestActivation]) -> Response:
        self.accounts.request_activation(call.body)
        return Response(status=202)
