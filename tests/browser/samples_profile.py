"""What do the pages of one's own data, the company's and the email address show in each of their states?"""

from __future__ import annotations

import datetime

from gateway import texts
from gateway.email_changes import contexts as email_changes_contexts
from gateway.email_changes.contexts import EmailLinkKind, EmailLinkState
from gateway.layout import time_zones
from gateway.layout.contexts import Page
from gateway.profile import contexts as profile_contexts
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
        "profile": profile_contexts.EditProfile(**shown),
        "profile-errors": profile_contexts.EditProfile(
            **{**shown, "values": {**values, "phone": "12"}},
            errors={"phone": texts.detail("phone_invalid", locale)},
            is_password_asked=True,
        ),
        "profile-stale": profile_contexts.EditProfile(**shown, problem=texts.detail("version_stale", locale)),
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
        "company": profile_contexts.EditCompany(**shown),
        "company-errors": profile_contexts.EditCompany(**shown, errors=taken),
    }


def _email(locale: str) -> dict[str, Page]:
    shown = {**common(locale, "/account/email", is_logged_in=True), "email": EMAIL}
    pending = email_changes_contexts.PendingChange(
        new_email=NEW_EMAIL, requested_at=NOW, expires_at=NOW + datetime.timedelta(hours=1)
    )
    links = {
        f"email_link-{kind}-{state}": email_changes_contexts.EmailLink(
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
        "email_address": email_changes_contexts.EmailAddress(**shown),
        "email_address-errors": email_changes_contexts.EmailAddress(
            **shown,
            values={"email": EMAIL},
            errors={
                "email": texts.detail("email_unchanged", locale),
                "current_password": texts.detail("password_incorrect", locale),
            },
        ),
        "email_address-pending": email_changes_contexts.EmailAddress(**shown, pending=pending),
        **links,
    }


def pages(locale: str) -> dict[str, Page]:
    return {**_profile(locale), **_company(locale), **_email(locale)}
