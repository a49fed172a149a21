"""Samples of the pages of one's own data and the company's."""

from __future__ import annotations

from gateway import texts
from gateway.layout import time_zones
from gateway.layout.contexts import Page
from gateway.profile.contexts import EditCompany, EditProfile
from tests.browser.sample_people import COMPANIES, EMAIL, NAMES, common

SLUG = "harbour-and-sons"
ZONES = {"en": "America/New_York", "fr": "Europe/Paris", "ko": "Asia/Seoul"}
COUNTRIES = {"en": "US", "fr": "FR", "ko": "KR"}
# Said by these samples, not by the pages: the same in every language.
SAME_EVERYWHERE = frozenset({SLUG})


def _profile(locale: str) -> dict[str, Page]:
    values = {
        "name": NAMES[locale],
        "phone": "+33 1 23 45 67 89",
        "locale": locale,
        "time_zone": ZONES[locale],
    }
    shown = {
        **common(locale, "/account/profile", is_logged_in=True),
        "values": values,
        "version": 3,
        "email": EMAIL,
        "time_zones": time_zones.choices(locale, ZONES[locale]),
    }
    return {
        "profile": EditProfile(**shown),
        "profile-errors": EditProfile(
            **{**shown, "values": {**values, "phone": "12"}},
            errors={"phone": texts.detail("phone_invalid", locale)},
            is_password_asked=True,
        ),
        "profile-stale": EditProfile(**shown, problem=texts.detail("version_stale", locale)),
    }


def _company(locale: str) -> dict[str, Page]:
    shown = {
        **common(locale, "/account/company", is_logged_in=True),
        "values": {
            "company_name": COMPANIES[locale],
            "slug": SLUG,
            "country": COUNTRIES[locale],
            "locale": locale,
            "time_zone": ZONES[locale],
        },
        "version": 1,
        "time_zones": time_zones.choices(locale, ZONES[locale]),
    }
    taken = {"slug": texts.detail("slug_in_use", locale)}
    return {
        "company": EditCompany(**shown),
        "company-errors": EditCompany(**shown, errors=taken),
    }


def pages(locale: str) -> dict[str, Page]:
    return {**_profile(locale), **_company(locale)}
