"""The contract of the contacts service: an account's customers, their activation and their portal."""

from __future__ import annotations

from wire import identity
from wire.contacts import activation, audit, people, portal
from wire.contract import Contract, Event, Nothing, Rpc
from wire.cursors import CursorInvalid


class Contacts(Contract):
    name = "contacts"

    create_contact = Rpc(
        people.CreateContact,
        people.Contact,
        refuses=(people.ContactEmailInUse, people.ContactEmailInvalid),
        is_write=True,
    )
    get_contact = Rpc(
        people.GetContact, people.Contact, refuses=(people.ContactNotFound,), timeout_seconds=2.0
    )
    list_contacts = Rpc(people.ListContacts, people.ContactPage, refuses=(CursorInvalid,))

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

    contact_activation_requested = Event(activation.ContactActivationRequested, is_owed=True)
    portal_session_revoked = Event(portal.PortalSessionRevoked)
    contact_verified = Event(activation.ContactVerified)
    contact_created = Event(people.ContactCreated)
    audit_recorded = Event(audit.AuditRecorded, is_owed=True)
