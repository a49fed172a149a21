"""Samples of the pages that several areas answer with."""

from __future__ import annotations

from gateway.layout.contexts import AccountCancelled, Page, Problem
from tests.browser.sample_people import common


def pages(locale: str) -> dict[str, Page]:
    return {**_cancelled(locale), **_problems(locale)}


def _cancelled(locale: str) -> dict[str, Page]:
    shown = common(locale, "/reactivate")
    return {
        "account_cancelled": AccountCancelled(**shown, is_new=True),
        "account_cancelled-trial": AccountCancelled(**shown),
        "account_cancelled-paid": AccountCancelled(**shown, is_paid=True),
        "account_cancelled-agent": AccountCancelled(**shown, is_owner=False),
    }


def _problems(locale: str) -> dict[str, Page]:
    codes = {
        400: "malformed_request",
        401: "unauthenticated",
        403: "csrf_failed",
        404: "not_found",
        405: "method_not_allowed",
        413: "payload_too_large",
        429: "rate_limited",
        500: "internal_error",
        503: "service_unavailable",
        504: "deadline_exceeded",
    }
    return {
        f"problem-{status}": Problem(
            **common(locale, "/account"),
            number=status,
            code=code,
            request_id="0b9f3a52-7c1e-4b35-8f60-1f5f3a2d9c11",
            is_repeatable=status in (429, 500, 503, 504),
        )
        for status, code in codes.items()
    }
