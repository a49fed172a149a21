"""Operations of two-step login."""

from __future__ import annotations

from chassis.rpc import Client
from gateway.api import Call, Created, api
from gateway.second_factor import qr_codes
from gateway.second_factor.bodies import NewSecondFactor
from wire.accounts import Accounts
from wire.accounts.second_factor import (
    BeginSecondFactor,
    ConfirmSecondFactor,
    DisableSecondFactor,
    GetSecondFactor,
    RecoveryCodes,
    RenewRecoveryCodes,
    SecondFactor,
    TotpCodeRefused,
)
from wire.contract import Nothing
from wire.identity import PasswordIncorrect
from wire.permissions import Permission

PATH = "/v1/me/totp"


class SecondFactorApi:
    accounts = Client(Accounts)

    @api(
        "GET",
        PATH,
        summary="Whether one's second factor is on, and how many recovery codes are left",
        tag="Second factor",
        answer=SecondFactor,
        needs=Permission.OWN,
        refuses=Accounts.get_second_factor.refuses,
    )
    def get_second_factor(self, call: Call[None]) -> SecondFactor:  # the caller is in the context
        return self.accounts.get_second_factor(GetSecondFactor())

    @api(
        "POST",
        PATH,
        summary="Begin to set up a second factor; it is on when its first code is confirmed",
        tag="Second factor",
        body=BeginSecondFactor,
        answer=NewSecondFactor,
        status=201,
        needs=Permission.OWN,
        refuses=Accounts.begin_second_factor.refuses,
        pointers={PasswordIncorrect: "/current_password"},
    )
    def begin_second_factor(self, call: Call[BeginSecondFactor]) -> Created:
        draft = self.accounts.begin_second_factor(call.body)
        new = NewSecondFactor(secret=draft.secret, uri=draft.uri, qr_svg=qr_codes.svg(draft.uri))
        return Created(message=new, location=PATH)

    @api(
        "POST",
        f"{PATH}/confirmation",
        summary="Switch the second factor on with the app's first code; tells the recovery codes, once",
        tag="Second factor",
        body=ConfirmSecondFactor,
        answer=RecoveryCodes,
        needs=Permission.OWN,
        refuses=Accounts.confirm_second_factor.refuses,
        pointers={TotpCodeRefused: "/code"},
    )
    def confirm_second_factor(self, call: Call[ConfirmSecondFactor]) -> RecoveryCodes:
        return self.accounts.confirm_second_factor(call.body)

    @api(
        "DELETE",
        PATH,
        summary="Switch the second factor off",
        tag="Second factor",
        body=DisableSecondFactor,
        status=204,
        needs=Permission.OWN,
        refuses=Accounts.disable_second_factor.refuses,
        pointers={PasswordIncorrect: "/current_password"},
    )
    def disable_second_factor(self, call: Call[DisableSecondFactor]) -> Nothing:
        return self.accounts.disable_second_factor(call.body)

    @api(
        "POST",
        f"{PATH}/recovery-codes",
        summary="Ten new recovery codes; those before work no more",
        tag="Second factor",
        body=RenewRecoveryCodes,
        answer=RecoveryCodes,
        status=201,
        needs=Permission.OWN,
        refuses=Accounts.renew_recovery_codes.refuses,
        pointers={PasswordIncorrect: "/current_password"},
    )
    def renew_recovery_codes(self, call: Call[RenewRecoveryCodes]) -> Created:
        codes = self.accounts.renew_recovery_codes(call.body)
        return Created(message=codes, location=PATH)
