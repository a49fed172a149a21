"""What do the pages show on which an account ends and comes back, and those of support?"""

from __future__ import annotations

import datetime

from gateway import texts
from gateway.cancellation import contexts as cancellation_contexts
from gateway.layout import contexts as layout_contexts
from gateway.layout.contexts import Page, Step
from gateway.reactivation import contexts as reactivation_contexts
from gateway.support import contexts as support_contexts
from gateway.support.contexts import SupportRow
from tests.browser.sample_people import COMPANIES, EMAIL, NAMES, NOW, common

STATES = ("open", "approved", "done", "refused", "withdrawn")
NUMBER = 100_017
PLAN = "professional"
DETAILS = {
    "en": "We close our second office and have no need for it any more.",
    "fr": "Nous fermons notre second bureau et n’en avons plus besoin.",
    "ko": "두 번째 사무실을 닫게 되어 더 이상 필요하지 않습니다.",
}
NOTE = {
    "en": "Two invoices are open. Please pay them first, then ask again.",
    "fr": "Deux factures restent à régler. Merci de les payer, puis de refaire votre demande.",
    "ko": "미납 청구서가 두 건 있습니다. 먼저 납부하신 뒤 다시 요청해 주세요.",
}
# Said by these samples, not by the pages: the same in every language.
SAME_EVERYWHERE = frozenset({PLAN})


def _cancellation(locale: str) -> dict[str, Page]:
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
        "cancellation": cancellation_contexts.Cancellation(**shown),
        "cancellation-errors": cancellation_contexts.Cancellation(**shown, errors=missing),
        "cancellation-paid": cancellation_contexts.Cancellation(
            **{**shown, "is_paid": True, "period_ends_at": ends_at}, values=entered
        ),
        "cancellation-scheduled": cancellation_contexts.Cancellation(
            **{**shown, "is_paid": True, "period_ends_at": ends_at, "cancels_at": ends_at}
        ),
        "cancellation_confirm": cancellation_contexts.CancellationConfirm(**confirm, takes_effect_at=None),
        "cancellation_confirm-later": cancellation_contexts.CancellationConfirm(
            **confirm, takes_effect_at=ends_at
        ),
        "cancellation_confirm-errors": cancellation_contexts.CancellationConfirm(
            **confirm,
            takes_effect_at=None,
            errors={"current_password": texts.detail("password_incorrect", locale)},
        ),
    }


def _return(locale: str) -> dict[str, Page]:
    shown = common(locale, "/reactivate")
    back = {**shown, "email": EMAIL, "company_name": COMPANIES[locale]}
    wrong = {"password": texts.detail("password_incorrect", locale)}
    requests = {
        f"reactivation_request-{state}": reactivation_contexts.Request(
            **common(locale, f"/reactivation-requests/{NUMBER}"),
            number=NUMBER,
            state=state,
            requested_at=NOW,
            note=NOTE[locale] if state == "refused" else "",
            steps=_steps(locale, state),
        )
        for state in STATES
    }
    return {
        "account_cancelled": layout_contexts.AccountCancelled(**shown, is_new=True),
        "account_cancelled-trial": layout_contexts.AccountCancelled(**shown),
        "account_cancelled-paid": layout_contexts.AccountCancelled(**shown, is_paid=True),
        "account_cancelled-agent": layout_contexts.AccountCancelled(**shown, is_owner=False),
        "reactivate": reactivation_contexts.Reactivate(**back),
        "reactivate-paid": reactivation_contexts.Reactivate(
            **back, is_paid=True, needs_code=True, errors=wrong
        ),
        "reactivate-late": reactivation_contexts.Reactivate(**shown),
        **requests,
    }


def _steps(locale: str, state: str) -> tuple[Step, ...]:
    first = Step(state="open", at=NOW, by="owner", note="")
    if state == "open":
        return (first,)
    by = {"withdrawn": "owner", "done": "system"}.get(state, "support")
    note = NOTE[locale] if state == "refused" else ""
    return (first, Step(state=state, at=NOW + datetime.timedelta(hours=2), by=by, note=note))


def _row(locale: str, state: str, number: int = NUMBER) -> SupportRow:
    return SupportRow(
        number=number,
        state=state,
        company_name=COMPANIES[locale],
        owner_name=NAMES[locale],
        owner_email=EMAIL,
        plan=PLAN,
        requested_at=NOW,
    )


def _support(locale: str) -> dict[str, Page]:
    shown = common(locale, "/support/reactivation-requests")
    rows = tuple(_row(locale, state, NUMBER + place) for place, state in enumerate(STATES))
    request = {**shown, "cancelled_at": NOW - datetime.timedelta(days=3)}
    return {
        "support_log_in": support_contexts.SupportLogIn(**shown),
        "support_requests": support_contexts.SupportRequests(
            **shown,
            state="all",
            rows=rows,
            next_path="/support/reactivation-requests?after=x",
            first_path="/support/reactivation-requests",
        ),
        "support_requests-none": support_contexts.SupportRequests(**shown, state="open", rows=()),
        "support_request": support_contexts.SupportRequest(
            **request, row=_row(locale, "open"), steps=_steps(locale, "open")
        ),
        "support_request-errors": support_contexts.SupportRequest(
            **request,
            row=_row(locale, "open"),
            steps=_steps(locale, "open"),
            errors={"note": texts.detail("missing_field", locale)},
        ),
        "support_request-refused": support_contexts.SupportRequest(
            **request, row=_row(locale, "refused"), steps=_steps(locale, "refused")
        ),
    }


def pages(locale: str) -> dict[str, Page]:
    return {**_cancellation(locale), **_return(locale), **_support(locale)}
