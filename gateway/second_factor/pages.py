"""Pages of two-step login: setting it up, recovery codes, switching it off."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from markupsafe import Markup
from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import forms
from gateway.forms import Field, Problem, Redirect, Refused
from gateway.second_factor import contexts, qr_codes
from gateway.second_factor.contexts import Intent, SecondFactorPassword, SecondFactorSetUp
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.profile import GetMe
from wire.accounts.second_factor import (
    BeginSecondFactor,
    ConfirmSecondFactor,
    DisableSecondFactor,
    GetSecondFactor,
    RecoveryCodes,
    RenewRecoveryCodes,
    SecondFactorAlreadyOn,
    SecondFactorOff,
    TotpCodeRefused,
)
from wire.identity import PasswordIncorrect
from wire.permissions import Permission

PAGE = "/account/second-factor"
URI_LENGTH_MAX = 1000
WRONG_PASSWORD = Field("current_password", code=PasswordIncorrect.code, blank_code="missing_field")
WRONG_CODE = Field("code", code=TotpCodeRefused.code, blank_code="missing_field")
PASSWORD: forms.Rules = {
    PasswordIncorrect: WRONG_PASSWORD,
    MalformedRequest: WRONG_PASSWORD,
    SecondFactorAlreadyOn: Redirect(PAGE),
    SecondFactorOff: Redirect(PAGE),
}
CODE: forms.Rules = {
    TotpCodeRefused: WRONG_CODE,
    MalformedRequest: WRONG_CODE,
    SecondFactorAlreadyOn: Redirect(PAGE),
    SecondFactorOff: Problem(),
}


class SecondFactorPages:
    accounts = Client(Accounts)

    @web("GET", PAGE, needs=Permission.OWN)
    def show_second_factor(self, visit: Visit) -> Response:
        return self._draw(visit)

    @web("POST", PAGE, needs=Permission.OWN)
    def send_second_factor(self, visit: Visit) -> Response:
        """The secret stands on the page that answers the form, and nowhere from where a redirect could fetch it."""
        request = BeginSecondFactor(current_password=visit.form.get("current_password", ""))
        outcome = forms.submit(visit, lambda: self.accounts.begin_second_factor(request), PASSWORD)
        if isinstance(outcome, Refused):
            return outcome.redirect or self._draw(visit, **outcome.context)
        return _draw_set_up(visit, outcome.uri)

    @web("POST", f"{PAGE}/confirmation", needs=Permission.OWN)
    def send_confirmation(self, visit: Visit) -> Response:
        """With a wrong code the picture is drawn again from what the form brings back."""
        request = ConfirmSecondFactor(code=visit.form.get("code", "").strip())
        outcome = forms.submit(visit, lambda: self.accounts.confirm_second_factor(request), CODE)
        if isinstance(outcome, Refused) and outcome.errors:
            return _draw_set_up(visit, visit.form.get("uri", ""), **outcome.context)
        if isinstance(outcome, Refused):
            return outcome.redirect or self._draw(visit, **outcome.context)
        return _draw_codes(visit, outcome, is_first=True)

    @web("GET", f"{PAGE}/recovery-codes", needs=Permission.OWN)
    def show_new_codes(self, visit: Visit) -> Response:
        return visit.draw(SecondFactorPassword, intent=Intent.NEW_CODES)

    @web("POST", f"{PAGE}/recovery-codes", needs=Permission.OWN)
    def send_new_codes(self, visit: Visit) -> Response:
        request = RenewRecoveryCodes(current_password=visit.form.get("current_password", ""))
        outcome = forms.submit(visit, lambda: self.accounts.renew_recovery_codes(request), PASSWORD)
        if isinstance(outcome, Refused):
            return outcome.redirect or visit.draw(
                SecondFactorPassword, intent=Intent.NEW_CODES, **outcome.context
            )
        return _draw_codes(visit, outcome, is_first=False)

    @web("GET", f"{PAGE}/off", needs=Permission.OWN)
    def show_switch_off(self, visit: Visit) -> Response:
        return visit.draw(SecondFactorPassword, intent=Intent.SWITCH_OFF)

    @web("POST", f"{PAGE}/off", needs=Permission.OWN)
    def send_switch_off(self, visit: Visit) -> Response:
        request = DisableSecondFactor(current_password=visit.form.get("current_password", ""))
        outcome = forms.submit(visit, lambda: self.accounts.disable_second_factor(request), PASSWORD)
        if isinstance(outcome, Refused):
            return outcome.redirect or visit.draw(
                SecondFactorPassword, intent=Intent.SWITCH_OFF, **outcome.context
            )
        return see_other(PAGE, notice="second_factor_off")

    def _draw(self, visit: Visit, **values: Any) -> Response:
        found = self.accounts.get_second_factor(GetSecondFactor())
        return visit.draw(
            contexts.SecondFactor,
            is_on=found.is_on,
            confirmed_at=found.confirmed_at,
            recovery_codes_left=found.recovery_codes_left,
            time_zone=self.accounts.get_me(GetMe()).user.time_zone,
            **values,
        )


def _draw_set_up(visit: Visit, uri: str, **values: Any) -> Response:
    """The picture of an address, which may have come back with the form: it is the reader's own."""
    secret = parse_qs(urlsplit(uri).query).get("secret", [""])[0]
    if not uri.startswith("otpauth://totp/") or len(uri) > URI_LENGTH_MAX or not secret.isalnum():
        return see_other(PAGE)
    return visit.draw(
        SecondFactorSetUp,
        qr_code=Markup(qr_codes.svg(uri)),  # noqa: S704  # drawn by us: paths, no text
        secret=secret,
        uri=uri,
        **values,
    )


def _draw_codes(visit: Visit, found: RecoveryCodes, *, is_first: bool) -> Response:
    return visit.draw(contexts.RecoveryCodes, codes=found.recovery_codes, is_first=is_first)
