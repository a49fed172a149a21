"""Operations of the portal: what everybody sees of it, and its contacts logging in and out."""

from __future__ import annotations

from chassis.events import Received, listen_broadcast
from chassis.rpc import Client
from gateway.api import Call, Created, api
from gateway.auth import SessionCache
from gateway.portal.bodies import PortalCredentials, PortalSession, PublicPortal
from gateway.settings import gateway_settings
from wire.contacts import Contacts
from wire.contacts.portal import EndPortalSession, GetPortal, OpenPortalSession, PortalSessionRevoked
from wire.contract import Nothing
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

    @listen_broadcast(Contacts.portal_session_revoked)
    def forget_portal_session(self, event: Received[PortalSessionRevoked]) -> None:
        self.sessions.forget(event.data.session_id)
