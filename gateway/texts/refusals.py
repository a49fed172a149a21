"""Texts of the services' refusals."""

from __future__ import annotations

from gateway.texts.catalogues import Text
from gateway.texts.catalogues import marked as _

REFUSALS = {
    "invalid_credentials": Text(
        _("Login failed"),
        _("This email address and password do not match. Please check both and try again."),
    ),
    "contact_not_verified": Text(
        _("You are not authorised to access the portal"),
        _("Your email address has not been confirmed yet. Ask for a new activation link to get in."),
    ),
    "portal_not_found": Text(
        _("Portal not found"), _("There is no portal at this address. Please check the address.")
    ),
    "session_unknown": Text(_("Session ended"), _("Your session has ended. Please log in again.")),
    "activation_unknown": Text(
        _("Unknown link"),
        _("We do not know this activation link. Please open the link in the email again."),
    ),
    "activation_link_used": Text(
        _("Link already used"),
        _("This activation link has already been used. You can log in with your password."),
    ),
    "activation_link_superseded": Text(
        _("Link replaced"),
        _("A newer activation email has replaced this link. Please use the link in the latest one."),
    ),
    "activation_link_expired": Text(_("Link expired"), _("This activation link has expired.")),
    "link_unknown": Text(
        _("Unknown link"), _("We do not know this link. Please open the link in the email again.")
    ),
    "link_used": Text(_("Link already used"), _("This link has already been used.")),
    "link_superseded": Text(
        _("Link replaced"), _("A newer email has replaced this link. Please use the link in the latest one.")
    ),
    "link_expired": Text(_("Link expired"), _("This link has expired. Please ask for a new one.")),
    "session_not_found": Text(_("Session not found"), _("We could not find this session.")),
    "api_key_unknown": Text(
        _("API key not valid"), _("This API key does not exist, has expired or has been revoked.")
    ),
    "api_key_not_found": Text(_("API key not found"), _("We could not find this API key.")),
    "api_key_limit_reached": Text(
        _("Too many API keys"),
        _("Your account has as many API keys as it can have. Please revoke one first."),
    ),
    "scope_not_allowed": Text(_("Scope not allowed"), _("You cannot give an API key this permission.")),
    "expiry_passed": Text(_("Date in the past"), _("Please choose a date in the future.")),
    "version_stale": Text(
        _("Changed in the meantime"),
        _("Somebody has changed this since you opened it. Please look at it again and repeat your change."),
    ),
    "password_confirmation_mismatch": Text(
        _("Passwords do not match"),
        _("The two passwords do not match."),
    ),
    "password_incorrect": Text(
        _("Password not correct"), _("This is not your current password. Please try again.")
    ),
    "reauthentication_required": Text(
        _("Please confirm that it is you"), _("Please enter your current password to make this change.")
    ),
    "password_unchanged": Text(
        _("Password unchanged"), _("This is your present password. Please choose another one.")
    ),
    "quota_exceeded": Text(
        _("Too many attempts"),
        _("There were too many attempts in a short time. Please wait a moment and try again."),
    ),
    "password_refused": Text(
        _("Password not accepted"),
        _("Please choose a different password."),
    ),
    "user_unknown": Text(_("User not found"), _("We could not find this user.")),
    "country_unknown": Text(_("Unknown country"), _("Please choose a country from the list.")),
    "phone_invalid": Text(
        _("Phone number not valid"),
        _("Please enter a valid phone number, with its country code if it is from another country."),
    ),
    "email_invalid": Text(
        _("Email address not valid"),
        _("Please enter a valid email address, such as name@example.com."),
    ),
    "email_unchanged": Text(
        _("Email address unchanged"), _("This is already your email address. Please enter another one.")
    ),
    "email_change_not_found": Text(
        _("No change pending"), _("There is no change of your email address that waits to be confirmed.")
    ),
    "email_change_cancelled": Text(
        _("Change cancelled"),
        _("This change of your email address has been cancelled. You can ask for it again."),
    ),
    "account_unknown": Text(_("Account not found"), _("We could not find this account.")),
    "slug_in_use": Text(
        _("Portal address taken"),
        _("Another company already uses this portal address. Please choose another one."),
    ),
    "email_in_use": Text(
        _("Email address in use"),
        _("Somebody else already has this email address."),
    ),
    "external_id_in_use": Text(
        _("External ID in use"),
        _("Another user or contact of your account already has this external ID."),
    ),
    "contact_identifier_required": Text(
        _("Name alone is not enough"),
        _("Please enter an email address, a phone number, a mobile phone number or an external ID."),
    ),
    "contact_deleted": Text(
        _("Contact deleted"), _("This contact is deleted. Please restore it before you change it.")
    ),
    "contact_blocked": Text(
        _("Contact blocked"), _("This contact is blocked. Please unblock it before you change it.")
    ),
    "contact_not_deleted": Text(
        _("Contact not deleted yet"), _("Only a deleted contact can be deleted for good.")
    ),
    "contact_email_not_found": Text(
        _("Email address not found"), _("This contact does not have this email address.")
    ),
    "primary_email_required": Text(
        _("Primary address"),
        _("The primary email address cannot be removed. Please make another one the primary address first."),
    ),
    "contact_email_limit_reached": Text(
        _("Too many email addresses"), _("A contact can have at most ten email addresses.")
    ),
    "contact_emails_reserved": Text(
        _("Not your decision"), _("Only administrators change the email addresses of a contact.")
    ),
    "contact_field_not_found": Text(_("Field not found"), _("We could not find this contact field.")),
    "contact_field_key_in_use": Text(
        _("Key in use"), _("Another contact field already has this key. Please choose another one.")
    ),
    "contact_field_limit_reached": Text(
        _("Too many contact fields"), _("Your account has as many contact fields as it can have.")
    ),
    "contact_field_choices_invalid": Text(
        _("Choices not valid"),
        _("A field to choose from needs choices, and other fields cannot have any."),
    ),
    "custom_fields_invalid": Text(
        _("Contact fields not valid"), _("Some of the contact fields are unknown or not valid.")
    ),
    "last_owner": Text(
        _("Last owner"),
        _("An account needs at least one owner. Please make somebody else an owner first."),
    ),
    "role_not_allowed": Text(
        _("Not your decision"),
        _("Only owners decide about owners, and nobody can change their own role."),
    ),
    "user_already_verified": Text(
        _("User already active"),
        _("This user has already set a password. If it is lost, they can reset it from the login page."),
    ),
    "user_limit_reached": Text(
        _("No more users for now"),
        _("The number of users is limited during the trial. Please write to us if you need more."),
    ),
    "totp_required": Text(
        _("Code needed"),
        _("Please enter the code from your authenticator app, or one of your recovery codes."),
    ),
    "totp_incorrect": Text(
        _("Code not correct"),
        _("This code is not correct, or it has been used before. Please wait for the next one."),
    ),
    "totp_code_refused": Text(
        _("Code not correct"),
        _("This is not the code that your app should show now. Please check the clock of your device."),
    ),
    "challenge_over": Text(
        _("Please log in again"),
        _("Too much time has passed, or there were too many wrong codes. Please begin again."),
    ),
    "second_factor_already_on": Text(
        _("Two-step login is on already"),
        _("To use another app, please switch two-step login off first."),
    ),
    "second_factor_off": Text(
        _("Two-step login is off"),
        _("Two-step login is not on. Please begin by setting it up."),
    ),
    "account_cancelled": Text(
        _("Account cancelled"),
        _("This account has been cancelled. Its owner can reactivate it."),
    ),
    "account_not_cancelled": Text(
        _("Account not cancelled"),
        _("This account is not cancelled. You can simply log in."),
    ),
    "cancellation_details_required": Text(
        _("Please tell us more"),
        _("Please tell us in your own words why you are leaving. Nothing has been cancelled."),
    ),
    "cancellation_not_deferrable": Text(
        _("No paid period"),
        _("There is no paid period at whose end the account could be cancelled. You can cancel it now."),
    ),
    "cancellation_already_scheduled": Text(
        _("Cancellation already scheduled"),
        _("This account will be cancelled at the end of its paid period. You can still undo that."),
    ),
    "cancellation_not_scheduled": Text(
        _("No cancellation scheduled"),
        _("There is no cancellation to undo."),
    ),
    "cancelled_account_has_no_plan": Text(
        _("Account cancelled"),
        _("A cancelled account gets its plan back by a reactivation request only."),
    ),
    "period_invalid": Text(
        _("Period not valid"),
        _("Please give either the end of the period, in the future, or its length in months."),
    ),
    "support_token_incorrect": Text(
        _("Token not correct"), _("This is not the support token. Please try again.")
    ),
    "plan_not_for_sale": Text(_("Plan not available"), _("This plan cannot be started.")),
    "reactivation_owner_only": Text(
        _("Only an owner can do this"),
        _("This account has been cancelled. Only an owner can reactivate it: please ask yours."),
    ),
    "reactivation_request_unknown": Text(
        _("Request not found"),
        _("We could not find this request. Please open the link in the email again."),
    ),
    "reactivation_request_decided": Text(
        _("Already decided"),
        _("This request has already been decided or withdrawn."),
    ),
    "billing_unknown": Text(
        _("Billing is being set up"),
        _("Your billing details are being set up. Please look again in a moment."),
    ),
    "contact_already_verified": Text(
        _("Already verified"),
        _("This contact can log in already. Change the password, or let the contact reset it."),
    ),
    "job_already_running": Text(
        _("Already under way"),
        _("Your account already sends activation emails to a list. Please wait for it."),
    ),
    "job_not_found": Text(_("Not found any more"), _("We do not know this job. Jobs are kept for 90 days.")),
    "contact_has_no_email": Text(
        _("No email address"), _("This contact has no email address. Please add one first.")
    ),
    "cooling_down": Text(
        _("Just sent"), _("This contact was sent an activation email a moment ago. Please wait a little.")
    ),
    "bulk_limit_exceeded": Text(
        _("Between 1 and 30 contacts"), _("Please choose at least one contact and at most 30.")
    ),
    "contact_not_found": Text(_("Contact not found"), _("We could not find this contact.")),
    "cursor_invalid": Text(
        _("Cursor not valid"),
        _("This cursor does not belong to this list. Please start again from the first page."),
    ),
    "filter_invalid": Text(
        _("Filter not valid"),
        _("We do not understand the filter from character %(position)s on."),
    ),
    "mailbox_closed": Text(
        _("No mailbox here"),
        _("Emails are really sent on this system, so there is no mailbox to look into."),
    ),
    # Said by pages alone, beside a refusal's own words.
    "nobody_ticked": Text(_("Nobody selected"), _("Please select the contacts who are to get the email.")),
    "filter_names_unknown_field": Text(
        _("Unknown field in the filter"),
        _("The filter names a field that there is not. These can be used: %(known)s."),
    ),
    "contact_email_in_use": Text(
        _("Email address in use"), _("Another contact already has this email address.")
    ),
    "contact_external_id_in_use": Text(
        _("External ID in use"), _("Another contact already has this external ID.")
    ),
}
