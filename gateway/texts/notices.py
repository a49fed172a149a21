"""Notices: one sentence about what a form has done, shown once on the page that follows it."""

from __future__ import annotations

from gateway.texts.catalogues import marked as _
from gateway.texts.catalogues import translations

# `see_other(path, notice=code)` names one of these; the code travels in a cookie, never the words.
NOTICES = {
    "saved": _("Your changes have been saved."),
    "nothing_changed": _("There was nothing to change."),
    "profile_saved": _("Your profile has been saved."),
    "company_saved": _("Your company’s details have been saved."),
    "password_changed": _("Your password has been changed. All your other sessions have been ended."),
    "password_reset": _("Your password has been set. Please log in with it."),
    "email_change_sent": _("We have sent a link to the new address. Open it to finish the change."),
    "email_change_withdrawn": _("The change of your email address has been withdrawn."),
    "email_changed": _("Your email address has been changed. Please log in with the new one."),
    "email_change_applied": _(
        "Your email address has been changed. From now on, you log in with the new one."
    ),
    "email_restored": _("Your previous email address is yours again. Please set a new password."),
    "session_ended": _("The session has been ended."),
    "sessions_ended": _("All your other sessions have been ended."),
    "second_factor_on": _("Two-step login is on."),
    "second_factor_off": _("Two-step login is off."),
    "recovery_codes_replaced": _("You have new recovery codes. The old ones no longer work."),
    "user_invited": _("The invitation is on its way."),
    "invitation_sent_again": _("The invitation has been sent again. Earlier links no longer work."),
    "user_changed": _("The user’s role has been changed."),
    "user_removed": _("The user has been removed."),
    "api_key_created": _("The API key has been created."),
    "api_key_revoked": _("The API key has been revoked."),
    "cancellation_withdrawn": _("Your account will not be cancelled."),
    "cancellation_planned": _("Your account will be cancelled at the end of the paid period."),
    "account_cancelled": _("Your account has been cancelled."),
    "account_reactivated": _("Welcome back. Your account is active again."),
    "request_decided": _("The decision has been recorded, and the owner is told by email."),
    "activation_sent": _("The activation email is on its way. Earlier links no longer work."),
    "contact_added": _("The contact has been added."),
    "contact_saved": _("The contact has been saved."),
    "contact_blocked": _("The contact has been blocked."),
    "contact_unblocked": _("The contact is no longer blocked."),
    "contact_deleted": _("The contact has been deleted."),
    "contact_restored": _("The contact has been restored."),
    "contact_deleted_permanently": _("The contact has been deleted for good."),
    "contact_password_set": _(
        "The password has been changed. The contact has to change it at the next login."
    ),
    "contact_email_added": _("The address has been added."),
    "contact_email_promoted": _("The primary address has been changed."),
    "contact_email_removed": _("The address has been removed."),
    "contact_field_added": _("The field has been added."),
    "contact_field_saved": _("The field has been saved."),
    "contact_field_deleted": _("The field has been deleted."),
    "logged_out": _("You have logged out."),
}


def text(code: str | None, locale: str) -> str | None:
    """The sentence for a code; none for a code that is not ours, since a cookie may hold anything."""
    return translations(locale).gettext(NOTICES[code]) if code in NOTICES else None
