"""Samples of the pages of cancellation."""

from __future__ import annotations

import datetime

from gateway import texts
from gateway.cancellation.contexts import Cancellation, CancellationConfirm
from gateway.layout.contexts import Page
from tests.browser.sample_people import COMPANIES, NOW, common

DETAILS = {
    "en": "We close our second office and have no need for it any more.",
    "fr": "Nous fermons notre second bureau et n’en avons plus besoin.",
    "ko": "두 번째 사무실을 닫게 되어 더 이상 필요하지 않습니다.",
}


def pages(locale: str) -> dict[str, Page]:
    shown = {
        **common(locale, "/account/cancellation", is_logged_in=True),
        "company_name": COMPANIES[locale],
        "is_paid": False,
        "period_ends_at": None,
        "cancels_at": None,
    }
    ends_at = NOW + datetime.timedelta(days=20)
    entered = {"reason": "unused", "details": DETAILS[locale], "effective": "now"}
    missing = {name: texts.detail("missing_field", locale) for name in ("reason", "details")}
    confirm = {
        **common(locale, "/account/cancellation", is_logged_in=True),
        "company_name": COMPANIES[locale],
        "confirmation": "sample-confirmation",
        "values": entered,
    }
    return {
        "cancellation": Cancellation(**shown),
        "cancellation-errors": Cancellation(**shown, errors=missing),
        "cancellation-paid": Cancellation(
            **{**shown, "is_paid": True, "period_ends_at": ends_at}, values=entered
        ),
        "cancellation-scheduled": Cancellation(
            **{**shown, "is_paid": True, "period_ends_at": ends_at, "cancels_at": ends_at}
        ),
        "cancellation_confirm": CancellationConfirm(**confirm, takes_effect_at=None),
        "cancellation_confirm-later": CancellationConfirm(**confirm, takes_effect_at=ends_at),
        "cancellation_confirm-errors": CancellationConfirm(
            **confirm,
            takes_effect_at=None,
            errors={"current_password": texts.detail("password_incorrect", locale)},
        ),
    }
