"""Samples of the page My Account."""

from __future__ import annotations

import dataclasses
import datetime

from gateway.layout.contexts import Page
from gateway.my_account.contexts import Account, Billing, BillingState, Profile
from tests.browser.sample_people import COMPANIES, EMAIL, NAMES, NOW, common
from wire.values import Role


def profile(locale: str) -> Profile:
    return Profile(
        name=NAMES[locale],
        email=EMAIL,
        phone="+33 1 23 45 67 89" if locale == "fr" else None,
        locale=locale,
        time_zone=common(locale, "/")["time_zone"],
        role="owner",
        company_name=COMPANIES[locale],
    )


def billing(*, days: int = 12, status: str = "trial") -> Billing:
    ends_at = NOW + datetime.timedelta(days=days)
    return Billing(plan="trial", status=status, trial_ends_at=ends_at, as_of=NOW)


def account(locale: str, state: BillingState, overview: Billing | None) -> Page:
    role = Role.AGENT if state is BillingState.HIDDEN else Role.OWNER
    return Account(
        **common(locale, "/account", is_logged_in=True, role=role),
        profile=dataclasses.replace(profile(locale), role=role.value),
        billing_state=state,
        billing=overview,
        now=NOW,
    )


def pages(locale: str) -> dict[str, Page]:
    return {
        "account": account(locale, BillingState.READY, billing()),
        "account-last-day": account(locale, BillingState.READY, billing(days=1)),
        "account-ended": account(locale, BillingState.READY, billing(days=-3, status="ended")),
        "account-stale": account(locale, BillingState.STALE, billing()),
        "account-down": account(locale, BillingState.STALE, None),
        "account-preparing": account(locale, BillingState.PREPARING, None),
        "account-agent": account(locale, BillingState.HIDDEN, None),
    }
