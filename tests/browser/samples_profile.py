"""What do the pages of one's own data, the company's and the email address show in each of their states?"""

from __future__ import annotations

import datetime

from gateway.pages import contexts_profile, texts, time_zones
from gateway.pages.contexts import Page
from gateway.pages.contexts_profile import EmailLinkKind, EmailLinkState
from tests.browser.sample_people import COMPANIES, EMAIL, NAMES, NOW, common

NEW_EMAIL = "grace@harbour.example"
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
        "profile": contexts_profile.EditProfile(**shown),
        "profile-errors": contexts_profile.EditProfile(
            **{**shown, "values": {**values, "phone": "12"}},
            errors={"phone": texts.detail("phone_invalid", locale)},
            is_password_asked=True,
        ),
        "profile-stale": contexts_profile.EditProfile(**shown, problem=texts.detail("version_stale", locale)),
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
        "company": contexts_profile.EditCompany(**shown),
        "company-errors": contexts_profile.EditCompany(**shown, errors=taken),
    }


def _email(locale: str) -> dict[str, Page]:
    shown = {**common(locale, "/account/email", is_logged_in=True), "email": EMAIL}
    pending = contexts_profile.PendingChange(
        new_email=NEW_EMAIL, requested_at=NOW, expires_at=NOW + datetime.timedelta(hours=1)
    )
    links = {
        f"email_link-{kind}-{state}": contexts_profile.EmailLink(
            **common(locale, "/email-change"),
            kind=kind,
            state=state,
            email_masked="g•••@harbour.example",
            expires_at=NOW + datetime.timedelta(hours=1),
        )
        for kind in EmailLinkKind
        for state in EmailLinkState
    }
    return {
        "email_address": contexts_profile.EmailAddress(**shown),
        "email_address-errors": contexts_profile.EmailAddress(
            **shown,
            values={"email": EMAIL},
            errors={
                "email": texts.detail("email_unchanged", locale),
                "current_password": texts.detail("password_incorrect", locale),
            },
        ),
        "email_address-pending": contexts_profile.EmailAddress(**shown, pending=pending),
        **links,
    }


def pages(locale: str) -> dict[str, Page]:
    return {**_profile(locale), **_company(locale), **_email(locale)}
