"""Next actions after a refusal: links by relation, which lead to operations and pages of ours.

They are relative to the address of the request. Refusals that only another entry can mend have none: their `errors`
say which entry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter

# Filled in with the path of the refused request itself.
SAME = "{path}"
PORTAL = re.compile(r"/v1/portals/([a-z0-9-]{1,60})(?=/|\Z)")

CONTACT = {"contact": "/v1/contacts/{contact_id}"}
API_KEYS = {"api-keys": "/v1/api-keys"}
CONTACT_FIELDS = {"contact-fields": "/v1/contact-fields"}
CHANGE_EMAIL = {"change-email": "/v1/me"}
LOG_IN = {"log-in": "/v1/sessions"}
REACTIVATE = {"reactivate": "/v1/reactivations"}
REQUEST_ACTIVATION = {"request-activation": "/v1/activation-requests"}
RESET_PASSWORD = {"reset-password": "/v1/password-resets"}
SECOND_FACTOR = {"second-factor": "/v1/me/totp"}
USERS = {"users": "/v1/users"}
# A link in a mail is for a password or for an address: who holds it knows which.
NEW_LINK = {**RESET_PASSWORD, **CHANGE_EMAIL}

PORTAL_ACTIVATION = {"request-activation": "/v1/portals/{slug}/activations"}
PORTAL_LOG_IN = {"log-in": "/v1/portals/{slug}/sessions"}
PORTAL_RESET = {"reset-password": "/v1/portals/{slug}/password-resets"}

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
    "contact_already_verified": {
        **CONTACT,
        "set-password": "/v1/contacts/{contact_id}/password",
        "reset-password": "/v1/portals/{slug}/password-resets",
    },
    "contact_blocked": CONTACT,
    "contact_deleted": {**CONTACT, "restore": "/v1/contacts/{contact_id}/restore"},
    "contact_email_limit_reached": CONTACT,
    "contact_email_not_found": CONTACT,
    "contact_field_key_in_use": CONTACT_FIELDS,
    "contact_field_limit_reached": CONTACT_FIELDS,
    "contact_field_not_found": CONTACT_FIELDS,
    "contact_has_no_email": CONTACT,
    "contact_not_deleted": CONTACT,
    "contact_not_found": {"contacts": "/v1/contacts"},
    "contact_not_verified": PORTAL_ACTIVATION,
    "cooling_down": {"again": SAME},
    "cursor_invalid": {"first": SAME},
    "custom_fields_invalid": CONTACT_FIELDS,
    "deadline_exceeded": {"again": SAME},
    "email_change_cancelled": CHANGE_EMAIL,
    "email_change_not_found": CHANGE_EMAIL,
    "email_in_use": CONTACT,
    "external_id_in_use": CONTACT,
    "idempotency_in_progress": {"again": SAME},
    "invalid_credentials": {**RESET_PASSWORD, **REQUEST_ACTIVATION},
    "job_already_running": {"job": "/v1/jobs/{job_id}"},
    "job_not_found": {"contacts": "/v1/contacts"},
    "last_owner": USERS,
    "link_expired": NEW_LINK,
    "link_superseded": NEW_LINK,
    "link_unknown": NEW_LINK,
    "link_used": {**LOG_IN, **NEW_LINK},
    "password_change_required": {"change-password": "/v1/portals/{slug}/me/password"},
    "password_incorrect": RESET_PASSWORD,
    "precondition_required": {"current": SAME},
    "primary_email_required": CONTACT,
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
# At a portal, what users do elsewhere is done there.
AT_PORTAL: dict[str, dict[str, str]] = {
    "invalid_credentials": {**PORTAL_RESET, **PORTAL_ACTIVATION},
    "password_incorrect": PORTAL_RESET,
    "session_unknown": PORTAL_LOG_IN,
    "unauthenticated": PORTAL_LOG_IN,
}


def of(code: str, facts: Mapping[str, object]) -> dict[str, str]:
    """What may help next, by relation; one whose path needs a fact that is not known is left out."""
    return _filled_in(NEXT.get(code, {}), {"path": SAME, **facts})


def _filled_in(links: Mapping[str, str], known: Mapping[str, object]) -> dict[str, str]:
    return {
        relation: path.format(**known)
        for relation, path in links.items()
        if all(name in known for _, name, _, _ in Formatter().parse(path) if name)
    }


def answering(code: str, links: Mapping[str, str], path: str) -> dict[str, str]:
    """The links as the answer to a request for this path gives them, which may be one of a portal."""
    portal = PORTAL.match(path)
    if portal is None:
        return relative_to(links, path)
    of_portal = AT_PORTAL.get(code) or NEXT.get(code, {})
    return relative_to(_filled_in(of_portal, {"path": SAME, "slug": portal[1]}), path)


def relative_to(links: Mapping[str, str], path: str) -> dict[str, str]:
    """The links as the answer to a request for this path gives them."""
    return {relation: path if link == SAME else link for relation, link in links.items()}
