"""Samples of the pages of two-step login."""

from __future__ import annotations

from markupsafe import Markup

from gateway import texts
from gateway.layout.contexts import Page
from gateway.second_factor import qr_codes
from gateway.second_factor.contexts import (
    Intent,
    RecoveryCodes,
    SecondFactor,
    SecondFactorPassword,
    SecondFactorSetUp,
)
from tests.browser.sample_people import NOW, common

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/Frontdesk:grace%40harbour.example?secret={SECRET}&issuer=Frontdesk"
CODES = ("k7m2p-w5t6r", "v9x4c-d2f7g", "b3n8q-h4j9s", "r6y2z-c8k3m", "t4w7x-p9v5b")
# Said by these samples, not by the pages: the same in every language.
SAME_EVERYWHERE = frozenset({SECRET})


def pages(locale: str) -> dict[str, Page]:
    shown = common(locale, "/account/second-factor", is_logged_in=True)
    picture = Markup(qr_codes.svg(URI))  # noqa: S704  # drawn by us: paths, no text
    set_up = {**shown, "qr_code": picture, "secret": SECRET, "uri": URI}
    wrong = {"current_password": texts.detail("password_incorrect", locale)}
    return {
        "second_factor": SecondFactor(**shown, is_on=False),
        "second_factor-errors": SecondFactor(**shown, is_on=False, errors=wrong),
        "second_factor-on": SecondFactor(**shown, is_on=True, confirmed_at=NOW, recovery_codes_left=2),
        "second_factor_set_up": SecondFactorSetUp(**set_up),
        **{
            f"second_factor_password-{intent}": SecondFactorPassword(**shown, intent=intent)
            for intent in Intent
        },
        "recovery_codes": RecoveryCodes(**shown, codes=CODES * 2, is_first=True),
    }
