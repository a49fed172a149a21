"""Request and answer bodies of reactivation that are the API's own."""

from __future__ import annotations

from typing import Annotated

from marshmallow.validate import Length

from wire.accounts.reactivation import ReactivationRequest
from wire.contract import message
from wire.values import DeviceToken, EmailAddress, Secret, TotpCode


@message
class ReturningOwner:
    """The owner of a cancelled account; `totp` where the second factor is on; `device_token` is what an earlier log-in
    on this device gave."""

    email: EmailAddress
    password: Secret
    totp: TotpCode | None = None
    device_token: DeviceToken | None = None


@message
class StatusToken:
    """What shows a reactivation request without a log-in."""

    token: Annotated[str, Length(min=1), Length(max=200)]


@message
class RequestedReactivation:
    """The request, and where its state can be read with the token."""

    request: ReactivationRequest
    status_token: str
    status_url: str
