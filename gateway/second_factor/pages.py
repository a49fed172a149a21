"""The second factor, for people: setting it up, recovery codes, switching it off, and the second step of a log-in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from markupsafe import Markup
from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import texts
from gateway.second_factor import contexts, qr_codes
from gateway.second_factor.contexts import Intent, SecondFactorPassword, SecondFactorSetUp
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.passwords import PasswordIncorrect
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
from wire.permissions import Permission

PAGE = "/account/second-factor"
URI_LENGTH_MAX = 1000


class SecondFactorPages:
    accounts = Client(Accounts)

    @web("GET", PAGE, needs=Permission.OWN)
    def show_second_factor(self, visit: Visit) -> Response:
        return self._draw(visit)

    @web("POST", PAGE, needs=Permission.OWN)
    def send_second_factor(self, visit: Visit) -> Response:
        """The secret stands on the page that answers the form, and nowhere from where a redirect could fetch it."""
        given = visit.form.get("current_password", "")
        try:
            draft = self.accounts.begin_second_factor(BeginSecondFactor(current_password=given))
        except (PasswordIncorrect, MalformedRequest):
            return self._draw(visit, status=422, errors=_wrong_password(visit, given))
        except SecondFactorAlreadyOn:
            return see_other(PAGE)
        return _draw_set_up(visit, draft.uri)

    @web("POST", f"{PAGE}/confirmation", needs=Permission.OWN)
    def send_confirmation(self, visit: Visit) -> Response:
        """With a wrong code the picture is drawn again from what the form brings back."""
        try:
            told = self.accounts.confirm_second_factor(
                ConfirmSecondFactor(code=visit.form.get("code", "").strip())
            )
        except (TotpCodeRefused, MalformedRequest):
            code = TotpCodeRefused.code if visit.form.get("code", "").strip() else "missing_field"
            errors = {"code": texts.detail(code, visit.locale)}
            return _draw_set_up(visit, visit.form.get("uri", ""), status=422, errors=errors)
        except SecondFactorAlreadyOn:
            return see_other(PAGE)
        except SecondFactorOff as refused:
            return self._draw(visit, status=409, problem=texts.detail(refused.code, visit.locale))
        return _draw_codes(visit, told, is_first=True)

    @web("GET", f"{PAGE}/recovery-codes", needs=Permission.OWN)
    def show_new_codes(self, visit: Visit) -> Response:
        return visit.draw(SecondFactorPassword, intent=Intent.NEW_CODES)

    @web("POST", f"{PAGE}/recovery-codes", needs=Permission.OWN)
    def send_new_codes(self, visit: Visit) -> Response:
        given = visit.form.get("current_password", "")
        try:
            told = self.accounts.renew_recovery_codes(RenewRecoveryCodes(current_password=given))
        except (PasswordIncorrect, MalformedRequest):
            errors = _wrong_password(visit, given)
            return visit.draw(SecondFactorPassword, status=422, intent=Intent.NEW_CODES, errors=errors)
        except SecondFactorOff:
            return see_other(PAGE)
        return _draw_codes(visit, told, is_first=False)

    @web("GET", f"{PAGE}/off", needs=Permission.OWN)
    def show_switch_off(self, visit: Visit) -> Response:
        return visit.draw(SecondFactorPassword, intent=Intent.SWITCH_OFF)

    @web("POST", f"{PAGE}/off", needs=Permission.OWN)
    def send_switch_off(self, visit: Visit) -> Response:
        given = visit.form.get("current_password", "")
        try:
            self.accounts.disable_second_factor(DisableSecondFactor(current_password=given))
        except (PasswordIncorrect, MalformedRequest):
            errors = _wrong_password(visit, given)
            return visit.draw(SecondFactorPassword, status=422, intent=Intent.SWITCH_OFF, errors=errors)
        except SecondFactorOff:
            return see_other(PAGE)
        return see_other(PAGE, notice="second_factor_off")

    def _draw(self, visit: Visit, *, status: int = 200, **values: object) -> Response:
        found = self.accounts.get_second_factor(GetSecondFactor())
        return visit.draw(
            contexts.SecondFactor,
            status=status,
            is_on=found.is_on,
            confirmed_at=found.confirmed_at,
            recovery_codes_left=found.recovery_codes_left,
            time_zone=self.accounts.get_me(GetMe()).user.time_zone,
            **values,
        )


def _draw_set_up(visit: Visit, uri: str, *, status: int = 200, **values: object) -> Response:
    """The picture of an address, which may have come back with the form: it is the reader's own."""
    secret = parse_qs(urlsplit(uri).query).get("secret", [""])[0]
    if not uri.startswith("otpauth://totp/") or len(uri) > URI_LENGTH_MAX or not secret.isalnum():
        return see_other(PAGE)
    return visit.draw(
        SecondFactorSetUp,
        status=status,
        qr_code=Markup(qr_codes.svg(uri)),  # noqa: S704  # drawn by us: paths, no text
        secret=secret,
        uri=uri,
        **values,
    )


def _draw_codes(visit: Visit, told: RecoveryCodes, *, is_first: bool) -> Response:
    return visit.draw(contexts.RecoveryCodes, codes=told.recovery_codes, is_first=is_first)


def _wrong_password(visit: Visit, given: str) -> dict[str, str]:
    code = PasswordIncorrect.code if given else "missing_field"
    return {"current_password": texts.detail(code, visit.locale)}
