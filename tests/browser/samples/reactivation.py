"""Samples of the pages of reactivation."""

from __future__ import annotations

import datetime

from gateway import texts
from gateway.layout.contexts import Page, Step
from gateway.reactivation.contexts import Reactivate, Request
from tests.browser.sample_people import COMPANIES, EMAIL, NOW, common

STATES = ("open", "approved", "done", "refused", "withdrawn")
NUMBER = 100_017
NOTE = {
    "en": "Two invoices are open. Please pay them first, then ask again.",
    "fr": "Deux factures restent à régler. Merci de les payer, puis de refaire votre demande.",
    "ko": "미납 청구서가 두 건 있습니다. 먼저 납부하신 뒤 다시 요청해 주세요.",
}


def pages(locale: str) -> dict[str, Page]:
    shown = common(locale, "/reactivate")
    back = {**shown, "email": EMAIL, "company_name": COMPANIES[locale]}
    wrong = {"password": texts.detail("password_incorrect", locale)}
    requests = {
        f"reactivation_request-{state}": Request(
            **common(locale, f"/reactivation-requests/{NUMBER}"),
            number=NUMBER,
            state=state,
            requested_at=NOW,
            note=NOTE[locale] if state == "refused" else "",
            steps=steps(locale, state),
        )
        for state in STATES
    }
    return {
        "reactivate": Reactivate(**back),
        "reactivate-paid": Reactivate(**back, is_paid=True, needs_code=True, errors=wrong),
        "reactivate-late": Reactivate(**shown),
        **requests,
    }


def steps(locale: str, state: str) -> tuple[Step, ...]:
    first = Step(state="open", at=NOW, by="owner", note="")
    if state == "open":
        return (first,)
    by = {"withdrawn": "owner", "done": "system"}.get(state, "support")
    note = NOTE[locale] if state == "refused" else ""
    return (first, Step(state=state, at=NOW + datetime.timedelta(hours=2), by=by, note=note))
