"""Texts of the audit log: a title and a sentence for every action.

Who did it stands beside the sentence, which therefore has no subject of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from gateway.texts.catalogues import Text, translations
from gateway.texts.catalogues import marked as _
from wire.accounts.audit_log import ActorKind, AuditActor, AuditEntry

SHOWN_LENGTH = 120

ACTIONS = {
    "account_cancelled": Text(_("Account cancelled"), _("Cancelled the account.")),
    "account_created": Text(_("Account opened"), _("Opened the account.")),
    "account_reactivated": Text(_("Account reactivated"), _("Reactivated the account.")),
    "account_status_changed": Text(_("Status changed"), _("Changed the account’s status.")),
    "account_updated": Text(_("Company changed"), _("Changed the company’s details.")),
    "api_key_created": Text(_("API key created"), _("Created an API key.")),
    "api_key_revoked": Text(_("API key revoked"), _("Revoked an API key.")),
    "cancellation_scheduled": Text(
        _("Cancellation planned"), _("Cancelled the account from the end of the paid period on.")
    ),
    "cancellation_undone": Text(_("Cancellation withdrawn"), _("Withdrew the cancellation of the account.")),
    "contact_activation_job_cancelled": Text(
        _("Activation of many contacts cancelled"), _("Cancelled the activation emails to a whole list.")
    ),
    "contact_activation_job_started": Text(
        _("Activation of many contacts started"), _("Started the activation emails to a whole list.")
    ),
    "contact_activation_sent": Text(_("Activation email sent"), _("Sent the activation email to a contact.")),
    "contact_blocked": Text(_("Contact blocked"), _("Blocked a contact.")),
    "contact_created": Text(_("Contact added"), _("Added a contact.")),
    "contact_deleted": Text(_("Contact deleted"), _("Deleted a contact.")),
    "contact_deleted_permanently": Text(_("Contact deleted for good"), _("Deleted a contact for good.")),
    "contact_email_added": Text(_("Contact’s address added"), _("Added an email address to a contact.")),
    "contact_email_promoted": Text(
        _("Contact’s primary address changed"), _("Made another email address a contact’s primary one.")
    ),
    "contact_email_removed": Text(
        _("Contact’s address removed"), _("Removed an email address from a contact.")
    ),
    "contact_field_created": Text(_("Contact field added"), _("Added a contact field.")),
    "contact_field_deleted": Text(_("Contact field deleted"), _("Deleted a contact field.")),
    "contact_field_updated": Text(_("Contact field changed"), _("Changed a contact field.")),
    "contact_logged_in": Text(_("Portal login"), _("Logged in to the portal.")),
    "contact_password_changed": Text(
        _("Portal password changed"), _("Changed their password for the portal.")
    ),
    "contact_password_incorrect": Text(
        _("Wrong portal password"), _("Entered a wrong password for a contact’s portal login.")
    ),
    "contact_password_locked": Text(
        _("Portal login locked"),
        _("Entered wrong passwords so often that a contact’s portal login waits for a new one."),
    ),
    "contact_password_reset": Text(
        _("Portal password reset"), _("Set a new password for the portal by a link in an email.")
    ),
    "contact_password_reset_requested": Text(
        _("Portal password reset requested"), _("Asked for a link to set a new password for the portal.")
    ),
    "contact_password_set": Text(_("Contact’s password changed"), _("Changed a contact’s password.")),
    "contact_restored": Text(_("Contact restored"), _("Restored a contact.")),
    "contact_unblocked": Text(_("Contact unblocked"), _("Unblocked a contact.")),
    "contact_updated": Text(_("Contact changed"), _("Changed a contact.")),
    "contact_verified": Text(
        _("Contact activated"), _("Activated their access to the portal and set a password.")
    ),
    "email_change_cancelled": Text(
        _("Change of email address withdrawn"), _("Withdrew the change of their email address.")
    ),
    "email_change_requested": Text(
        _("Change of email address requested"), _("Asked to change their email address.")
    ),
    "email_change_undone": Text(
        _("Change of email address undone"), _("Took their previous email address back.")
    ),
    "email_changed": Text(_("Email address changed"), _("Changed their email address.")),
    "log_in_refused": Text(_("Login refused"), _("Tried to log in to the cancelled account.")),
    "new_device_seen": Text(
        _("Login from a new device"), _("Logged in from a device that was not known before.")
    ),
    "notification_settings_updated": Text(
        _("Email notifications changed"), _("Changed which emails customers get.")
    ),
    "password_changed": Text(_("Password changed"), _("Changed their password.")),
    "password_incorrect": Text(_("Wrong password"), _("Entered a wrong password.")),
    "password_locked": Text(
        _("Password locked"),
        _("Entered so many wrong passwords that no more are accepted."),
    ),
    "password_reset": Text(_("Password reset"), _("Set a new password by a link in an email.")),
    "password_reset_requested": Text(
        _("Password reset requested"), _("Asked for a link to set a new password.")
    ),
    "portal_settings_updated": Text(_("Portal settings changed"), _("Changed the settings of the portal.")),
    "profile_updated": Text(_("Profile changed"), _("Changed their profile.")),
    "reactivation_approved": Text(
        _("Reactivation approved"), _("Approved the request to reactivate the account.")
    ),
    "reactivation_refused": Text(
        _("Reactivation refused"), _("Refused the request to reactivate the account.")
    ),
    "reactivation_requested": Text(
        _("Reactivation requested"), _("Asked support to reactivate the account.")
    ),
    "reactivation_withdrawn": Text(
        _("Request to reactivate withdrawn"), _("Withdrew the request to reactivate the account.")
    ),
    "reauthenticated": Text(_("Password confirmed"), _("Confirmed their password.")),
    "recovery_code_used": Text(_("Recovery code used"), _("Logged in with a recovery code.")),
    "recovery_codes_renewed": Text(_("Recovery codes renewed"), _("Made new recovery codes.")),
    "second_factor_disabled": Text(_("Two-step login switched off"), _("Switched two-step login off.")),
    "second_factor_enabled": Text(_("Two-step login switched on"), _("Switched two-step login on.")),
    "second_factor_locked": Text(
        _("Codes locked"),
        _("Entered so many wrong codes of the two-step login that no more are accepted for a while."),
    ),
    "second_factor_refused": Text(_("Wrong code"), _("Entered a wrong code of the two-step login.")),
    "session_ended": Text(_("Session ended"), _("Ended a session.")),
    "session_opened": Text(_("Login"), _("Logged in.")),
    "user_activated": Text(_("User activated"), _("Activated their account and set a password.")),
    "user_invitation_repeated": Text(_("Invitation repeated"), _("Sent an invitation again.")),
    "user_invited": Text(_("User invited"), _("Invited a user.")),
    "user_removed": Text(_("User removed"), _("Removed a user.")),
    "user_updated": Text(_("User changed"), _("Changed a user.")),
}
# Said instead where the entry's facts hold what the sentence names.
WITH_FACTS = {
    "account_status_changed": _("Changed the account’s status to %(status)s."),
    "account_updated": _("Changed the company’s details: %(changed)s."),
    "api_key_created": _("Created the API key “%(name)s”."),
    "api_key_revoked": _("Revoked the API key “%(name)s”."),
    "contact_activation_sent": _("Sent the activation email to %(name)s."),
    "contact_blocked": _("Blocked the contact %(name)s."),
    "contact_created": _("Added the contact %(name)s."),
    "contact_deleted": _("Deleted the contact %(name)s."),
    "contact_deleted_permanently": _("Deleted the contact %(name)s for good."),
    "contact_email_added": _("Added the email address %(email)s to the contact %(name)s."),
    "contact_email_promoted": _("Made %(email)s the primary email address of the contact %(name)s."),
    "contact_email_removed": _("Removed the email address %(email)s from the contact %(name)s."),
    "contact_field_created": _("Added the contact field “%(name)s”."),
    "contact_field_deleted": _("Deleted the contact field “%(name)s”."),
    "contact_field_updated": _("Changed the contact field “%(name)s”."),
    "contact_password_set": _("Changed the password of the contact %(name)s."),
    "contact_restored": _("Restored the contact %(name)s."),
    "contact_unblocked": _("Unblocked the contact %(name)s."),
    "contact_updated": _("Changed the contact %(name)s: %(changed)s."),
    "email_change_cancelled": _("Withdrew the change of their email address to %(to)s."),
    "email_change_requested": _("Asked to change their email address from %(from)s to %(to)s."),
    "email_change_undone": _("Took their previous email address back: %(to)s instead of %(from)s."),
    "email_changed": _("Changed their email address from %(from)s to %(to)s."),
    "password_incorrect": _("Entered a wrong password of %(name)s."),
    "password_locked": _("Entered so many wrong passwords of %(name)s that no more are accepted."),
    "profile_updated": _("Changed their profile: %(changed)s."),
    "reactivation_approved": _("Approved request %(request)s to reactivate the account."),
    "reactivation_refused": _("Refused request %(request)s to reactivate the account."),
    "reactivation_requested": _("Asked support to reactivate the account: request %(request)s."),
    "reactivation_withdrawn": _("Withdrew request %(request)s to reactivate the account."),
    "recovery_code_used": _("Logged in with a recovery code. Codes left: %(left)s."),
    "second_factor_locked": _(
        "Entered so many wrong codes of %(name)s that no more are accepted for a while."
    ),
    "second_factor_refused": _("Entered a wrong code of the two-step login of %(name)s."),
    "user_invitation_repeated": _("Sent the invitation to %(name)s again."),
    "user_invited": _("Invited %(name)s (%(role)s)."),
    "user_removed": _("Removed %(name)s (%(role)s)."),
    "user_updated": _("Changed %(name)s: %(changed)s."),
}
# Said instead where this field alone was changed.
WITH_FIELD = {
    ("contact_updated", "email"): _(
        "Changed the email address of the contact %(name)s from %(previous_email)s to %(email)s."
    ),
    ("contact_updated", "name"): _("Renamed the contact %(previous_name)s to %(name)s."),
    ("user_updated", "name"): _("Renamed %(previous_name)s to %(name)s."),
    ("user_updated", "role"): _("Changed the role of %(name)s from %(previous_role)s to %(role)s."),
}
UNKNOWN = Text(_("Something else"), _("Did something that has no description yet."))

ROLES = {
    "owner": _("Owner"),
    "admin": _("Administrator"),
    "billing": _("Billing manager"),
    "agent": _("Agent"),
}
STATUSES = {
    "trial": _("Trial"),
    "active": _("Active"),
    "past_due": _("Payment overdue"),
    "restricted": _("Restricted"),
    "cancelled": _("Cancelled"),
}
FIELDS = {
    "company_name": _("Company"),
    "country": _("Country"),
    "custom_fields": _("Contact fields"),
    "email": _("Email address"),
    "external_id": _("External ID"),
    "language": _("Language"),
    "locale": _("Language"),
    "mobile": _("Mobile phone"),
    "name": _("Name"),
    "phone": _("Phone"),
    "role": _("Role"),
    "slug": _("Portal address"),
    "tags": _("Tags"),
    "time_zone": _("Time zone"),
}
ACTORS = {
    ActorKind.USER: _("A user"),
    ActorKind.API_KEY: _("An API key"),
    ActorKind.CONTACT: _("A contact"),
    ActorKind.SUPPORT: _("Support"),
    ActorKind.SYSTEM: _("Frontdesk, by itself"),
    ActorKind.NOBODY: _("Somebody who was not logged in"),
}
API_KEY = _("API key “%(name)s”")


def title(action: str, locale: str) -> str:
    """An action in two or three words, for a list to choose from."""
    return translations(locale).gettext(ACTIONS.get(action, UNKNOWN).title)


def sentence(entry: AuditEntry, locale: str) -> str:
    """What was done; with its facts where they are known."""
    say = translations(locale).gettext
    facts = _shown(entry.facts, locale)
    for words in (_of_one_field(entry), WITH_FACTS.get(entry.action)):
        if words is not None:
            with suppress(KeyError):  # older entries know less
                return say(words) % facts
    return say(ACTIONS.get(entry.action, UNKNOWN).detail)


def actor(who: AuditActor, locale: str) -> str:
    """Who did it, by the name that they had then."""
    say = translations(locale).gettext
    if not who.name:
        return say(ACTORS[who.kind])
    return say(API_KEY) % {"name": who.name} if who.kind is ActorKind.API_KEY else who.name


def _of_one_field(entry: AuditEntry) -> str | None:
    """The words for a change of one field, where that field has words of its own."""
    previous = entry.facts.get("previous")
    if not isinstance(previous, dict) or len(previous) != 1:
        return None
    return WITH_FIELD.get((entry.action, *previous))


def _shown(facts: Mapping[str, Any], locale: str) -> dict[str, str]:
    """The facts as words; what is neither text nor number is left out."""
    say = translations(locale).gettext
    found = {
        name: str(value)[:SHOWN_LENGTH]
        for name, value in facts.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }
    previous = facts.get("previous")
    if isinstance(previous, dict):
        found |= {f"previous_{name}": str(value)[:SHOWN_LENGTH] for name, value in previous.items()}
    for name, words in (("role", ROLES), ("previous_role", ROLES), ("status", STATUSES)):
        if found.get(name) in words:
            found[name] = say(words[found[name]])
    changed = facts.get("changed", list(previous) if isinstance(previous, dict) else None)
    if isinstance(changed, list):
        found["changed"] = ", ".join(say(FIELDS[name]) if name in FIELDS else str(name) for name in changed)
    return found
