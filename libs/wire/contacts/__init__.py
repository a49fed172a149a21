"""The contract of the contacts service: an account's customers, their activation and their portal."""

from __future__ import annotations

from wire import identity, versions
from wire.contacts import activation, addresses, audit, custom_fields, jobs, people, portal, settings
from wire.contract import Contract, Event, Nothing, Rpc
from wire.cursors import CursorInvalid

# What the details of a contact may be refused with.
DETAILS = (
    people.ContactIdentifierRequired,
    people.ContactEmailInUse,
    people.ContactExternalIdInUse,
    addresses.ContactEmailLimitReached,
    custom_fields.CustomFieldsInvalid,
    identity.EmailInvalid,
    identity.PhoneInvalid,
)
# Why a contact that is there cannot be changed.
CLOSED = (people.ContactIsDeleted, people.ContactIsBlocked)


class Contacts(Contract):
    name = "contacts"

    create_contact = Rpc(people.CreateContact, people.Contact, refuses=DETAILS, is_write=True)
    put_contact = Rpc(
        people.PutContact,
        people.PutContactResult,
        refuses=(*DETAILS, *CLOSED, people.ContactEmailsReserved),
        is_write=True,
    )
    get_contact = Rpc(
        people.GetContact, people.Contact, refuses=(people.ContactNotFound,), timeout_seconds=2.0
    )
    update_contact = Rpc(
        people.UpdateContact,
        people.Contact,
        refuses=(
            people.ContactNotFound,
            versions.VersionStale,
            *CLOSED,
            *DETAILS,
            addresses.PrimaryEmailRequired,
        ),
        is_write=True,
    )
    delete_contact = Rpc(
        people.DeleteContact,
        Nothing,
        refuses=(people.ContactNotFound, people.ContactNotDeleted),
        is_write=True,
    )
    restore_contact = Rpc(
        people.RestoreContact, people.Contact, refuses=(people.ContactNotFound,), is_write=True
    )
    list_contacts = Rpc(
        people.ListContacts, people.ContactPage, refuses=(CursorInvalid, people.FilterInvalid)
    )
    count_contacts = Rpc(people.CountContacts, people.ContactCount, refuses=(people.FilterInvalid,))

    get_portal = Rpc(portal.GetPortal, portal.Portal, refuses=(portal.PortalNotFound,), timeout_seconds=2.0)
    open_portal_session = Rpc(
        portal.OpenPortalSession,
        portal.OpenedPortalSession,
        refuses=(
            portal.PortalNotFound,
            identity.InvalidCredentials,
            portal.ContactNotVerified,
            identity.QuotaExceeded,
        ),
        is_write=True,
    )
    identify_contact = Rpc(
        portal.IdentifyContact,
        portal.ContactIdentity,
        refuses=(identity.SessionUnknown,),
        timeout_seconds=2.0,
    )
    end_portal_session = Rpc(portal.EndPortalSession, Nothing, is_write=True)
    get_portal_me = Rpc(
        portal.GetPortalMe, portal.PortalContact, refuses=(identity.SessionUnknown,), timeout_seconds=2.0
    )
    update_portal_me = Rpc(
        portal.UpdatePortalMe,
        portal.PortalContact,
        refuses=(
            portal.PortalNotFound,
            identity.SessionUnknown,
            versions.VersionStale,
            identity.PhoneInvalid,
        ),
        is_write=True,
    )
    change_portal_password = Rpc(
        portal.ChangePortalPassword,
        Nothing,
        refuses=(
            portal.PortalNotFound,
            identity.PasswordIncorrect,
            identity.PasswordConfirmationMismatch,
            identity.PasswordRefused,
            identity.PasswordUnchanged,
        ),
        is_write=True,
    )
    request_contact_activation = Rpc(
        portal.RequestContactActivation, Nothing, refuses=(portal.PortalNotFound,), is_write=True
    )
    repeat_contact_activation = Rpc(
        portal.RepeatContactActivation,
        Nothing,
        refuses=(portal.PortalNotFound, identity.ActivationUnknown),
        is_write=True,
    )
    request_contact_password_reset = Rpc(
        portal.RequestContactPasswordReset, Nothing, refuses=(portal.PortalNotFound,), is_write=True
    )
    get_contact_password_reset = Rpc(
        identity.GetEmailToken, identity.EmailToken, refuses=(identity.EmailTokenUnknown,)
    )
    reset_contact_password = Rpc(
        identity.ResetPassword,
        Nothing,
        refuses=(
            *identity.TOKEN_REFUSALS,
            portal.PortalNotFound,
            identity.PasswordConfirmationMismatch,
            identity.PasswordRefused,
        ),
        is_write=True,
    )
    set_contact_password = Rpc(
        portal.SetContactPassword,
        Nothing,
        refuses=(
            portal.PortalNotFound,
            people.ContactNotFound,
            people.ContactIsBlocked,
            people.ContactIsDeleted,
            identity.PasswordRefused,
        ),
        is_write=True,
    )

    send_activation = Rpc(
        activation.SendActivation,
        Nothing,
        refuses=(
            people.ContactNotFound,
            people.ContactIsDeleted,
            people.ContactIsBlocked,
            activation.ContactAlreadyVerified,
            activation.ContactHasNoEmail,
            activation.ActivationCoolingDown,
        ),
        is_write=True,
    )
    send_activations = Rpc(
        activation.SendActivations,
        activation.ActivationResults,
        refuses=(activation.BulkLimitExceeded,),
        is_write=True,
    )
    list_activations = Rpc(
        activation.ListActivations,
        activation.ActivationMailPage,
        refuses=(people.ContactNotFound, CursorInvalid),
    )
    get_contact_activation = Rpc(
        identity.GetActivation, identity.Activation, refuses=(identity.ActivationUnknown,)
    )
    activate_contact = Rpc(
        identity.Activate,
        portal.OpenedPortalSession,
        refuses=(
            identity.ActivationUnknown,
            identity.ActivationLinkUsed,
            identity.ActivationLinkSuperseded,
            identity.ActivationLinkExpired,
            identity.PasswordConfirmationMismatch,
            identity.PasswordRefused,
        ),
        is_write=True,
    )
    reveal_email_token = Rpc(
        identity.RevealEmailToken,
        identity.RevealedEmailToken,
        refuses=(identity.EmailTokenUnknown,),
    )

    get_notification_settings = Rpc(settings.GetSettings, settings.NotificationSettings)
    update_notification_settings = Rpc(
        settings.UpdateNotificationSettings,
        settings.NotificationSettings,
        refuses=(versions.VersionStale,),
        is_write=True,
    )
    get_portal_settings = Rpc(settings.GetSettings, settings.PortalSettings)
    update_portal_settings = Rpc(
        settings.UpdatePortalSettings,
        settings.PortalSettings,
        refuses=(versions.VersionStale,),
        is_write=True,
    )

    start_activation_job = Rpc(
        jobs.StartActivationJob,
        jobs.Job,
        refuses=(people.FilterInvalid, jobs.JobAlreadyRunning),
        is_write=True,
    )
    preview_activation_job = Rpc(
        jobs.PreviewActivationJob, jobs.ActivationJobPreview, refuses=(people.FilterInvalid,)
    )
    get_job = Rpc(jobs.GetJob, jobs.Job, refuses=(jobs.JobNotFound,))
    cancel_job = Rpc(jobs.CancelJob, jobs.Job, refuses=(jobs.JobNotFound,), is_write=True)

    portal_settings_changed = Event(settings.SettingsUpdated)
    contact_activation_requested = Event(activation.ContactActivationRequested, is_owed=True)
    portal_session_revoked = Event(portal.PortalSessionRevoked)
    contact_verified = Event(activation.ContactVerified)
    add_contact_email = Rpc(
        addresses.AddContactEmail,
        people.ContactEmail,
        refuses=(
            people.ContactNotFound,
            *CLOSED,
            people.ContactEmailInUse,
            addresses.ContactEmailLimitReached,
            identity.EmailInvalid,
        ),
        is_write=True,
    )
    promote_contact_email = Rpc(
        addresses.PromoteContactEmail,
        people.Contact,
        refuses=(people.ContactNotFound, *CLOSED, addresses.ContactEmailNotFound),
        is_write=True,
    )
    remove_contact_email = Rpc(
        addresses.RemoveContactEmail,
        Nothing,
        refuses=(
            people.ContactNotFound,
            *CLOSED,
            addresses.ContactEmailNotFound,
            addresses.PrimaryEmailRequired,
        ),
        is_write=True,
    )

    list_contact_fields = Rpc(custom_fields.ListContactFields, custom_fields.ContactFieldList)
    create_contact_field = Rpc(
        custom_fields.CreateContactField,
        custom_fields.ContactField,
        refuses=(
            custom_fields.ContactFieldKeyInUse,
            custom_fields.ContactFieldLimitReached,
            custom_fields.ContactFieldChoicesRequired,
        ),
        is_write=True,
    )
    update_contact_field = Rpc(
        custom_fields.UpdateContactField,
        custom_fields.ContactField,
        refuses=(custom_fields.ContactFieldNotFound, custom_fields.ContactFieldChoicesRequired),
        is_write=True,
    )
    delete_contact_field = Rpc(
        custom_fields.DeleteContactField,
        Nothing,
        refuses=(custom_fields.ContactFieldNotFound,),
        is_write=True,
    )

    contact_created = Event(people.ContactCreated)
    contact_updated = Event(people.ContactUpdated)
    contact_blocked = Event(people.ContactBlocked)
    contact_unblocked = Event(people.ContactUnblocked)
    contact_deleted = Event(people.ContactDeleted)
    contact_restored = Event(people.ContactRestored)
    contact_email_added = Event(addresses.ContactEmailAdded)
    contact_email_promoted = Event(addresses.ContactEmailPromoted)
    contact_email_removed = Event(addresses.ContactEmailRemoved)
    contact_password_reset_requested = Event(portal.ContactPasswordResetRequested, is_owed=True)
    contact_password_set_by_admin = Event(portal.ContactPasswordSetByAdmin, is_owed=True)
    contact_password_changed = Event(portal.ContactPasswordChanged, is_owed=True)
    audit_recorded = Event(audit.AuditRecorded, is_owed=True)
