"""Operations to reactivate a cancelled account, and to follow a reactivation request."""

from __future__ import annotations

from chassis.rpc import Client
from gateway import auth
from gateway.api import Accepted, Call, Created, api
from gateway.reactivation.bodies import RequestedReactivation, ReturningOwner, StatusToken
from wire.accounts import Accounts
from wire.accounts.reactivation import (
    GetReactivationRequest,
    Reactivate,
    Reactivation,
    ReactivationRequest,
    WithdrawReactivationRequest,
)
from wire.accounts.sessions import OpenedSession


class ReactivationApi:
    accounts = Client(Accounts)

    @api(
        "POST",
        "/v1/reactivations",
        summary="Bring a cancelled account back: a trial at once, with a session; a plan by a request to support",
        tag="Reactivation",
        body=ReturningOwner,
        answer=OpenedSession,
        status=201,
        accepted=RequestedReactivation,
        refuses=Accounts.reactivate.refuses,
    )
    def reactivate(self, call: Call[ReturningOwner]) -> Created:
        given = call.body
        done = self.accounts.reactivate(
            Reactivate(
                email=given.email,
                password=given.password,
                totp=given.totp,
                device_token=given.device_token,
            )
        )
        if done.opened is not None:
            return Created(message=done.opened, location=f"/v1/sessions/{done.opened.session.id}")
        return _requested(done)

    @api(
        "GET",
        "/v1/reactivation-requests/<int:number>",
        summary="Read a reactivation request, by the token that its owner was given",
        tag="Reactivation",
        query=StatusToken,
        answer=ReactivationRequest,
        refuses=Accounts.get_reactivation_request.refuses,
    )
    def reactivation_request(self, call: Call[StatusToken]) -> ReactivationRequest:
        digest = auth.digest(call.body.token)
        number = call.parameters["number"]
        return self.accounts.get_reactivation_request(
            GetReactivationRequest(token_digest=digest, number=number)
        )

    @api(
        "DELETE",
        "/v1/reactivation-requests/<int:number>",
        summary="Withdraw a reactivation request that nobody has decided yet",
        tag="Reactivation",
        query=StatusToken,
        answer=ReactivationRequest,
        refuses=Accounts.withdraw_reactivation_request.refuses,
    )
    def withdraw_reactivation_request(self, call: Call[StatusToken]) -> ReactivationRequest:
        return self.accounts.withdraw_reactivation_request(
            WithdrawReactivationRequest(
                number=call.parameters["number"], token_digest=auth.digest(call.body.token)
            )
        )


def _requested(done: Reactivation) -> Accepted:
    if done.request is None or done.status_token is None:
        raise TypeError("a reactivation without a session has a request")
    location = f"/v1/reactivation-requests/{done.request.number}?token={done.status_token}"
    message = RequestedReactivation(request=done.request, status_token=done.status_token, status_url=location)
    return Accepted(message=message, location=location)
