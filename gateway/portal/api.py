"""Operations of the portal: what everybody sees of it, and its contacts logging in and out."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.events import Received, listen_broadcast
from chassis.rpc import Client
from gateway import preconditions
from gateway.api import Call, Created, api
from gateway.auth import SessionCache
from gateway.portal.bodies import (
    PortalAddress,
    PortalCredentials,
    PortalMeChange,
    PortalSession,
    PublicPortal,
)
from gateway.settings import gateway_settings
from wire.absent import given
from wire.contacts import Contacts
from wire.contacts.people import ContactUpdated
from wire.contacts.portal import (
    ChangePortalPassword,
    EndPortalSession,
    GetPortal,
    GetPortalMe,
    OpenPortalSession,
    PortalContact,
    PortalSessionRevoked,
    RequestContactActivation,
    RequestContactPasswordReset,
    UpdatePortalMe,
)
from wire.contract import Nothing
from wire.identity import PasswordIncorrect
from wire.permissions import PortalPermission

TAG = "Portal"


class PortalApi:
    contacts = Client(Contacts)
    sessions = SessionCache()

    @api(
        "GET",
        "/v1/portals/<slug>",
        summary="What everybody may know of a portal",
        tag=TAG,
        answer=PublicPortal,
        refuses=Contacts.get_portal.refuses,
    )
    def read_portal(self, call: Call[None]) -> PublicPortal:
        found = self.contacts.get_portal(GetPortal(slug=call.parameters["slug"]))
        return PublicPortal(
            slug=found.slug,
            name=found.name,
            default_language=found.default_language,
            languages=found.languages,
            ticket_submission=found.ticket_submission,
            help_email=gateway_settings().help_address,
        )

    @api(
        "POST",
        "/v1/portals/<slug>/sessions",
        summary="Log a contact in to its portal",
        tag=TAG,
        body=PortalCredentials,
        answer=PortalSession,
        status=201,
        refuses=Contacts.open_portal_session.refuses,
    )
    def log_in_to_portal(self, call: Call[PortalCredentials]) -> Created:
        slug, given = call.parameters["slug"], call.body
        opened = self.contacts.open_portal_session(
            OpenPortalSession(slug=slug, email=given.email, password=given.password)
        )
        return Created(message=PortalSession.of(opened), location=f"/v1/portals/{slug}/me")

    @api(
        "DELETE",
        "/v1/portals/<slug>/sessions/current",
        summary="Log a contact out of its portal",
        tag=TAG,
        status=204,
        needs=PortalPermission.PASSWORD,
    )
    def log_out_of_portal(self, call: Call[None]) -> Nothing:
        done = self.contacts.end_portal_session(EndPortalSession())
        self.sessions.forget(call.who.id)
        return done

    @api(
        "POST",
        "/v1/portals/<slug>/activations",
        summary="Ask for a new activation mail; the answer is the same for every address",
        tag=TAG,
        body=PortalAddress,
        status=202,
        refuses=Contacts.request_contact_activation.refuses,
    )
    def request_contact_activation(self, call: Call[PortalAddress]) -> Response:
        request = RequestContactActivation(slug=call.parameters["slug"], email=call.body.email)
        self.contacts.request_contact_activation(request)
        return Response(status=202)

    @api(
        "POST",
        "/v1/portals/<slug>/password-resets",
        summary="Ask for a link to reset a forgotten password; the answer is the same for every address",
        tag=TAG,
        body=PortalAddress,
        status=202,
        refuses=Contacts.request_contact_password_reset.refuses,
    )
    def request_contact_password_reset(self, call: Call[PortalAddress]) -> Response:
        request = RequestContactPasswordReset(slug=call.parameters["slug"], email=call.body.email)
        self.contacts.request_contact_password_reset(request)
        return Response(status=202)

    @api(
        "GET",
        "/v1/portals/<slug>/me",
        summary="The contact that is logged in, as it sees itself",
        tag=TAG,
        answer=PortalContact,
        needs=PortalPermission.DATA,
        is_versioned=True,
    )
    def portal_me(self, call: Call[None]) -> Response:
        found = self.contacts.get_portal_me(GetPortalMe())
        return preconditions.answer(call, found, found.version)

    @api(
        "PATCH",
        "/v1/portals/<slug>/me",
        summary="Change one's own data: all of it or nothing",
        tag=TAG,
        body=PortalMeChange,
        answer=PortalContact,
        needs=PortalPermission.DATA,
        refuses=Contacts.update_portal_me.refuses,
        is_versioned=True,
    )
    def change_portal_me(self, call: Call[PortalMeChange]) -> Response:
        (version,) = preconditions.expected(call.request)
        changed = self.contacts.update_portal_me(UpdatePortalMe(version=version, **given(call.body)))
        self.sessions.forget(call.who.id)
        return preconditions.answer(call, changed, changed.version)

    @api(
        "PUT",
        "/v1/portals/<slug>/me/password",
        summary="Change one's own password; the other sessions end, and this one keeps its token",
        tag=TAG,
        body=ChangePortalPassword,
        status=204,
        needs=PortalPermission.PASSWORD,
        refuses=Contacts.change_portal_password.refuses,
        pointers={PasswordIncorrect: "/current_password"},
    )
    def change_portal_password(self, call: Call[ChangePortalPassword]) -> Nothing:
        done = self.contacts.change_portal_password(call.body)
        self.sessions.forget(call.who.id)
        return done

    @listen_broadcast(Contacts.contact_updated)
    def forget_contact(self, event: Received[ContactUpdated]) -> None:
        """Pages greet by the name and speak the language in the cache."""
        self.sessions.forget_contact(event.data.contact.id)

    @listen_broadcast(Contacts.portal_session_revoked)
    def forget_portal_session(self, event: Received[PortalSessionRevoked]) -> None:
        self.sessions.forget(event.data.session_id)
