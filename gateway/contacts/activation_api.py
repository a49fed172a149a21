"""Operations that send activation mails to contacts, and tell what has become of them."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.http import Request
from chassis.rpc import Client
from gateway import next_actions, paging, problems, texts
from gateway.api import Call, api
from gateway.contacts.activation_bodies import (
    ActivationMailQuery,
    RefusedActivation,
    ShownActivation,
    ShownActivations,
)
from wire.contacts import Contacts
from wire.contacts.activation import (
    ActivationMailPage,
    ActivationOutcome,
    ActivationResult,
    ListActivations,
    SendActivation,
    SendActivations,
)
from wire.permissions import Permission


class ContactActivationApi:
    contacts = Client(Contacts)

    @api(
        "POST",
        "/v1/contacts/<uuid:contact_id>/activation",
        summary="Send the activation email to a contact; the link of an earlier one ends",
        tag="Activation of contacts",
        status=202,
        needs=Permission.CONTACTS_WRITE,
        refuses=Contacts.send_activation.refuses,
    )
    def send_contact_activation(self, call: Call[None]) -> Response:
        self.contacts.send_activation(SendActivation(contact_id=call.parameters["contact_id"]))
        return Response(status=202)

    @api(
        "POST",
        "/v1/contacts/activations",
        summary="Send the activation email to up to 30 contacts, with a result for each",
        tag="Activation of contacts",
        body=SendActivations,
        answer=ShownActivations,
        is_keyed=True,
        needs=Permission.CONTACTS_WRITE,
        refuses=Contacts.send_activations.refuses,
    )
    def send_contact_activations(self, call: Call[SendActivations]) -> ShownActivations:
        answered = self.contacts.send_activations(call.body)
        return ShownActivations(results=tuple(_shown(call.request, one) for one in answered.results))

    @api(
        "GET",
        "/v1/contacts/<uuid:contact_id>/activations",
        summary="List the activation emails of a contact, the newest first",
        tag="Activation of contacts",
        query=ActivationMailQuery,
        answer=ActivationMailPage,
        needs=Permission.CONTACTS_READ,
        refuses=Contacts.list_activations.refuses,
    )
    def list_contact_activations(self, call: Call[ActivationMailQuery]) -> Response:
        found = self.contacts.list_activations(
            ListActivations(
                contact_id=call.parameters["contact_id"], limit=call.body.limit, after=call.body.after
            )
        )
        return paging.answer(call, found, found.next_cursor)


def _shown(request: Request, result: ActivationResult) -> ShownActivation:
    """A result with what its reader may do about a refusal."""
    if result.status is ActivationOutcome.SENT:
        return ShownActivation(contact_id=result.contact_id, status=result.status)
    links = next_actions.of(result.code, {"contact_id": str(result.contact_id), **result.facts})
    alone = f"/v1/contacts/{result.contact_id}/activation"
    problem = RefusedActivation(
        code=result.code,
        title=texts.title(result.code, problems.locale_of(request)),
        links=next_actions.relative_to(links, alone),
    )
    return ShownActivation(contact_id=result.contact_id, status=result.status, problem=problem)
