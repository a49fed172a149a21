"""Next actions after a refusal: links by relation, which lead to operations and pages of ours.

They are relative to the address of the request. Refusals that only another entry can mend have none: their `errors`
say which entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

# Filled in with the path of the refused request itself.
SAME = "{path}"

API_KEYS = {"api-keys": "/v1/api-keys"}
CHANGE_EMAIL = {"change-email": "/v1/me"}
LOG_IN = {"log-in": "/v1/sessions"}
REACTIVATE = {"reactivate": "/v1/reactivations"}
REQUEST_ACTIVATION = {"request-activation": "/v1/activation-requests"}
RESET_PASSWORD = {"reset-password": "/v1/password-resets"}
SECOND_FACTOR = {"second-factor": "/v1/me/totp"}
USERS = {"users": "/v1/users"}
# A link in a mail is for a password or for an address: who holds it knows which.
NEW_LINK = {**RESET_PASSWORD, **CHANGE_EMAIL}

NEXT: dict[str, dict[str, str]] = {
    "account_cancelled": {"reactivate": "/reactivate/{token}"},
    "account_not_cancelled": LOG_IN,
    "account_unknown": LOG_IN,
    "activation_link_expired": REQUEST_ACTIVATION,
    "activation_link_superseded": REQUEST_ACTIVATION,
    "activation_link_used": {**LOG_IN, **RESET_PASSWORD},
    "activation_unknown": REQUEST_ACTIVATION,
    "api_key_limit_reached": API_KEYS,
    "api_key_not_found": API_KEYS,
    "api_key_unknown": API_KEYS,
    "cancellation_already_scheduled": {"undo-cancellation": "/v1/account/cancellation"},
    "cancellation_not_deferrable": {"cancel-now": "/v1/account/cancellation"},
    "cancellation_not_scheduled": {"cancel": "/v1/account/cancellation"},
    "cancelled_account_has_no_plan": {"reactivation-requests": "/v1/support/reactivation-requests"},
    "challenge_over": LOG_IN,
    "contact_not_found": {"contacts": "/v1/contacts"},
    "cursor_invalid": {"first": SAME},
    "deadline_exceeded": {"again": SAME},
    "email_change_cancelled": CHANGE_EMAIL,
    "email_change_not_found": CHANGE_EMAIL,
    "external_id_in_use": USERS,
    "idempotency_in_progress": {"again": SAME},
    "invalid_credentials": {**RESET_PASSWORD, **REQUEST_ACTIVATION},
    "last_owner": USERS,
    "link_expired": NEW_LINK,
    "link_superseded": NEW_LINK,
    "link_unknown": NEW_LINK,
    "link_used": {**LOG_IN, **NEW_LINK},
    "password_incorrect": RESET_PASSWORD,
    "precondition_required": {"current": SAME},
    "quota_exceeded": {"again": SAME},
    "rate_limited": {"again": SAME},
    "reactivation_request_decided": REACTIVATE,
    "reactivation_request_unknown": REACTIVATE,
    "reauthentication_required": {"reauthenticate": "/v1/sessions/current/reauthentication"},
    "request_timeout": {"again": SAME},
    "second_factor_already_on": SECOND_FACTOR,
    "second_factor_off": SECOND_FACTOR,
    "service_unavailable": {"again": SAME},
    "session_not_found": {"sessions": "/v1/sessions"},
    "session_unknown": LOG_IN,
    "totp_incorrect": LOG_IN,
    "totp_required": LOG_IN,
    "unauthenticated": LOG_IN,
    "user_already_verified": RESET_PASSWORD,
    "user_unknown": USERS,
    "version_stale": {"current": SAME},
}


def of(code: str, facts: Mapping[str, object]) -> dict[str, str]:
    """What may help next, by relation; one whose path needs a fact that is not known is left out."""
    known = {"path": SAME, **facts}
    return {
        relation: path.format(**known)
        for relation, path in NEXT.get(code, {}).items()
        if all(name in known for _, name, _, _ in Formatter().parse(path) if name)
    }


def relative_to(links: Mapping[str, str], path: str) -> dict[str, str]:
    """The links as the answer to a request for this path gives them."""
    return {relation: path if link == SAME else link for relation, link in links.items()}
