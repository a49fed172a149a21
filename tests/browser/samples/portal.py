"""Samples of the pages of a portal."""

from __future__ import annotations

import datetime
from typing import Any

from gateway import texts
from gateway.layout import time_zones
from gateway.layout.contexts import LinkState, Page
from gateway.portal.contexts import (
    ChangePassword,
    EditProfile,
    Home,
    LinkKind,
    LinkRequest,
    LinkRequested,
    LogIn,
    SetPassword,
)
from tests.browser.sample_people import COMPANIES, EMAIL, NAMES, NOW
from tests.browser.sample_people import common as common_to_all
from wire.permissions import OF_CONTACT, OF_CONTACT_WITH_A_PASSWORD_TO_CHANGE

SLUG = "harbour-and-sons"
HOME = f"/portal/{SLUG}"
OTHER_EMAIL = "grace@harbour.example"
MASKED = "g•••@harbour-and-sons.example"
SOON = NOW + datetime.timedelta(hours=72)
ZONES = {"en": "America/New_York", "fr": "Europe/Paris", "ko": "Asia/Seoul"}
SAME_EVERYWHERE = frozenset({OTHER_EMAIL})


def common(
    locale: str, path: str, *, is_logged_in: bool = False, must_change_password: bool = False
) -> dict[str, Any]:
    permissions = OF_CONTACT_WITH_A_PASSWORD_TO_CHANGE if must_change_password else OF_CONTACT
    return {
        **common_to_all(locale, HOME + path, is_logged_in=is_logged_in),
        "permissions": permissions if is_logged_in else frozenset(),
        "slug": SLUG,
        "portal_name": COMPANIES[locale],
        "must_change_password": must_change_password,
    }


def pages(locale: str) -> dict[str, Page]:
    refused = {"problem": texts.detail("invalid_credentials", locale), "values": {"email": EMAIL}}
    return {
        "portal-log_in": LogIn(**common(locale, "")),
        "portal-log_in-refused": LogIn(**common(locale, ""), **refused),
        "portal-log_in-unverified": LogIn(**common(locale, ""), is_unverified=True),
        "portal-home": Home(**common(locale, "", is_logged_in=True)),
        **_links(locale),
        **_passwords(locale),
        **_profile(locale),
    }


def _links(locale: str) -> dict[str, Page]:
    requests = {
        f"portal-link_request-{kind}": LinkRequest(**common(locale, "/forgot-password"), kind=kind)
        for kind in LinkKind
    }
    requested = {
        f"portal-link_requested-{kind}": LinkRequested(
            **common(locale, "/forgot-password"), kind=kind, email=EMAIL
        )
        for kind in LinkKind
    }
    latest = LinkRequested(**common(locale, "/activate/latest"), kind=LinkKind.ACTIVATION, email="")
    used = {
        f"portal-set_password-{kind}-{state}": SetPassword(
            **common(locale, "/activate"), kind=kind, state=state, email_masked=MASKED, expires_at=SOON
        )
        for kind in LinkKind
        for state in LinkState
    }
    return {**requests, **requested, "portal-link_requested-latest": latest, **used}


def _passwords(locale: str) -> dict[str, Page]:
    errors = {
        "current_password": texts.detail("password_incorrect", locale),
        "new_password": texts.detail("password_too_common", locale),
    }
    return {
        "portal-password": ChangePassword(**common(locale, "/password", is_logged_in=True), errors=errors),
        "portal-password-forced": ChangePassword(
            **common(locale, "/password", is_logged_in=True, must_change_password=True)
        ),
    }


def _profile(locale: str) -> dict[str, Page]:
    shown = {
        **common(locale, "/profile", is_logged_in=True),
        "version": 3,
        "emails": ((EMAIL, True, True), (OTHER_EMAIL, False, False)),
        "time_zones": time_zones.choices(locale, ZONES[locale]),
        "values": {
            "name": NAMES[locale],
            "phone": "+33 1 23 45 67 89",
            "mobile": "",
            "language": locale,
            "time_zone": ZONES[locale],
        },
    }
    return {
        "portal-profile": EditProfile(**shown),
        "portal-profile-errors": EditProfile(
            **shown, errors={"mobile": texts.detail("phone_invalid", locale)}
        ),
        "portal-profile-stale": EditProfile(**shown, problem=texts.detail("version_stale", locale)),
    }
