"""Samples of the pages of support."""

from __future__ import annotations

import datetime

from gateway import texts
from gateway.layout.contexts import Page
from gateway.support.contexts import SupportLogIn, SupportRequest, SupportRequests, SupportRow
from tests.browser.sample_people import COMPANIES, EMAIL, NAMES, NOW, common
from tests.browser.samples.reactivation import NUMBER, STATES, steps

PLAN = "professional"
# Said by these samples, not by the pages: the same in every language.
SAME_EVERYWHERE = frozenset({PLAN})


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


def pages(locale: str) -> dict[str, Page]:
    shown = common(locale, "/support/reactivation-requests")
    rows = tuple(_row(locale, state, NUMBER + place) for place, state in enumerate(STATES))
    request = {**shown, "cancelled_at": NOW - datetime.timedelta(days=3)}
    return {
        "support_log_in": SupportLogIn(**shown),
        "support_requests": SupportRequests(
            **shown,
            state="all",
            rows=rows,
            next_path="/support/reactivation-requests?after=x",
            first_path="/support/reactivation-requests",
        ),
        "support_requests-none": SupportRequests(**shown, state="open", rows=()),
        "support_request": SupportRequest(**request, row=_row(locale, "open"), steps=steps(locale, "open")),
        "support_request-errors": SupportRequest(
            **request,
            row=_row(locale, "open"),
            steps=steps(locale, "open"),
            errors={"note": texts.detail("missing_field", locale)},
        ),
        "support_request-refused": SupportRequest(
            **request, row=_row(locale, "refused"), steps=steps(locale, "refused")
        ),
    }
