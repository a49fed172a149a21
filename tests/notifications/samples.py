"""Who reads the mails of the tests? One set of props per mail and language; a new mail adds its own."""

from __future__ import annotations

import datetime

from notifications.catalogue import (
    AccountCancelled,
    AccountReactivated,
    CancellationScheduled,
    EmailChangeConfirm,
    EmailChangeContested,
    EmailChanged,
    EmailChangeRequested,
    EmailChangeUndone,
    InvitationElsewhere,
    IpAddress,
    Link,
    NewDevice,
    Note,
    OwnerActivation,
    PasswordNotice,
    PasswordReset,
    Props,
    ReactivationDecided,
    ReactivationRequested,
    RecoveryCodeUsed,
    SecondFactorDisabled,
    SecondFactorEnabled,
    SignUpRepeated,
    TimeZone,
    TrialEnding,
    UserInvitation,
)
from notifications.rendering import House

HOUSE = House(
    product_name="Frontdesk", help_address="help@frontdesk.example", public_url="https://frontdesk.example"
)
NAMES = {"en": "Ada Lovelace", "fr": "Élodie Lefèvre", "ko": "김민준"}
COMPANIES = {"en": "Analytical Engines Ltd", "fr": "Librairie L’Écume", "ko": "한빛전자"}
ZONES = {"en": "America/New_York", "fr": "Europe/Paris", "ko": "Asia/Seoul"}
EXPIRES_AT = datetime.datetime(2026, 7, 3, 13, 15, tzinfo=datetime.UTC)
ACTIVATION_LINK = "https://frontdesk.example/activate/dGhlLXRva2VuLW9mLWFuLWFjdGl2YXRpb24tbGlua19fXw"
CONFIRM_LINK = "https://frontdesk.example/email-change/dGhlLXRva2VuLW9mLWEtbmV3LWFkZHJlc3NfX19fX19fXw"
UNDO_LINK = "https://frontdesk.example/email-change/undo/dGhlLXRva2VuLW9mLWFuLW9sZC1hZGRyZXNzX19fXw"
EMAIL_LINK = "https://frontdesk.example/account/email"
RESET_LINK = "https://frontdesk.example/forgot-password"
PASSWORD_LINK = "https://frontdesk.example/reset-password/dGhlLXRva2VuLW9mLWEtZm9yZ290dGVuLXBhc3N3b3Jk"
NEW_EMAIL = "ada.byron@engines.example"
CANCELLATION_LINK = "https://frontdesk.example/account/cancellation"
REQUEST_LINK = "https://frontdesk.example/reactivation-requests/link/dGhlLXRva2VuLW9mLWEtcmVxdWVzdF9fX19fXw"
REFUSAL = "Two invoices are open. Please pay them first, then ask again."
LOG_IN_LINK = "https://frontdesk.example/log-in"
SESSIONS_LINK = "https://frontdesk.example/account/sessions"
SECOND_FACTOR_LINK = "https://frontdesk.example/account/second-factor"
INVITERS = {"en": "Charles Babbage", "fr": "Solène Roux", "ko": "박지우"}


def props(mail: str, locale: str) -> Props:
    """What the named mail is written from, for a reader of this language."""
    return {
        **_of_accounts(locale),
        **_of_users(locale),
        "owner_activation": OwnerActivation(
            name=NAMES[locale],
            company_name=COMPANIES[locale],
            link=Link(ACTIVATION_LINK),
            expires_at=EXPIRES_AT,
            time_zone=TimeZone(ZONES[locale]),
        ),
        "password_reset": PasswordReset(
            name=NAMES[locale],
            link=Link(PASSWORD_LINK),
            expires_at=EXPIRES_AT,
            time_zone=TimeZone(ZONES[locale]),
        ),
        "password_notice": PasswordNotice(
            name=NAMES[locale],
            changed_at=EXPIRES_AT,
            reset_link=Link(RESET_LINK),
            time_zone=TimeZone(ZONES[locale]),
        ),
        "sign_up_repeated": SignUpRepeated(name=NAMES[locale], log_in_link=Link(LOG_IN_LINK)),
        "new_device": NewDevice(
            name=NAMES[locale],
            seen_at=EXPIRES_AT,
            browser="Firefox",
            system="Windows",
            ip_address=IpAddress("192.0.2.17"),
            sessions_link=Link(SESSIONS_LINK),
            time_zone=TimeZone(ZONES[locale]),
        ),
        "email_change_confirm": EmailChangeConfirm(
            name=NAMES[locale],
            link=Link(CONFIRM_LINK),
            expires_at=EXPIRES_AT,
            time_zone=TimeZone(ZONES[locale]),
        ),
        "email_change_requested": EmailChangeRequested(
            name=NAMES[locale],
            new_email=NEW_EMAIL,
            requested_at=EXPIRES_AT,
            email_link=Link(EMAIL_LINK),
            time_zone=TimeZone(ZONES[locale]),
        ),
        "email_changed": EmailChanged(
            name=NAMES[locale],
            new_email=NEW_EMAIL,
            changed_at=EXPIRES_AT,
            link=Link(UNDO_LINK),
            undo_until=EXPIRES_AT + datetime.timedelta(days=7),
            time_zone=TimeZone(ZONES[locale]),
        ),
        "email_change_contested": EmailChangeContested(name=NAMES[locale], log_in_link=Link(LOG_IN_LINK)),
        "email_change_undone": EmailChangeUndone(
            name=NAMES[locale],
            abandoned_email=NEW_EMAIL,
            undone_at=EXPIRES_AT,
            reset_link=Link(RESET_LINK),
            time_zone=TimeZone(ZONES[locale]),
        ),
    }[mail]


def _of_accounts(locale: str) -> dict[str, Props]:
    """The mails to an owner about the account itself."""
    whose = {"name": NAMES[locale], "company_name": COMPANIES[locale]}
    zone = TimeZone(ZONES[locale])
    log_in_link = Link(LOG_IN_LINK)
    return {
        "account_cancelled": AccountCancelled(
            **whose, cancelled_at=EXPIRES_AT, is_paid=True, log_in_link=log_in_link, time_zone=zone
        ),
        "cancellation_scheduled": CancellationScheduled(
            **whose,
            takes_effect_at=EXPIRES_AT,
            cancellation_link=Link(CANCELLATION_LINK),
            time_zone=zone,
        ),
        "account_reactivated": AccountReactivated(
            **whose, is_paid=False, until=EXPIRES_AT, log_in_link=log_in_link, time_zone=zone
        ),
        "reactivation_requested": ReactivationRequested(**whose, number=100017, link=Link(REQUEST_LINK)),
        "reactivation_approved": ReactivationDecided(
            **whose, number=100017, note=Note(""), log_in_link=log_in_link
        ),
        "reactivation_refused": ReactivationDecided(
            **whose, number=100017, note=Note(REFUSAL), log_in_link=log_in_link
        ),
        "trial_ending": TrialEnding(**whose, ends_at=EXPIRES_AT, log_in_link=log_in_link, time_zone=zone),
    }


def _of_users(locale: str) -> dict[str, Props]:
    """The mails about a user's place in an account and their second factor."""
    name, zone, link = NAMES[locale], TimeZone(ZONES[locale]), Link(SECOND_FACTOR_LINK)
    return {
        "user_invitation": UserInvitation(
            name=name,
            invited_by=INVITERS[locale],
            company_name=COMPANIES[locale],
            link=Link(ACTIVATION_LINK),
            expires_at=EXPIRES_AT,
            time_zone=zone,
        ),
        "invitation_elsewhere": InvitationElsewhere(
            name=name,
            invited_by=INVITERS[locale],
            company_name=COMPANIES[locale],
            log_in_link=Link(LOG_IN_LINK),
        ),
        "second_factor_enabled": SecondFactorEnabled(
            name=name, enabled_at=EXPIRES_AT, second_factor_link=link, time_zone=zone
        ),
        "second_factor_disabled": SecondFactorDisabled(
            name=name, disabled_at=EXPIRES_AT, second_factor_link=link, time_zone=zone
        ),
        "recovery_code_used": RecoveryCodeUsed(
            name=name, used_at=EXPIRES_AT, codes_left=8, second_factor_link=link, time_zone=zone
        ),
    }
