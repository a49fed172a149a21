"""An account's customers."""

from __future__ import annotations

import json

from werkzeug.wrappers import Response

from gateway import problems
from gateway.api import Call, Created
from wire import schema
from wire.contacts import (
    Contact,
    ContactEmailInvalid,
    Contacts,
    CreateContact,
    EmailInUse,
    GetContact,
    ListContacts,
)


def create(contacts: Contacts, call: Call[CreateContact]) -> Created:
    try:
        contact = contacts.create_contact(call.body)
    except (ContactEmailInvalid, EmailInUse) as refusal:
        raise problems.pointed(refusal, "/email") from None
    return Created(message=contact, location=f"/v1/contacts/{contact.id}")


def find(contacts: Contacts, call: Call[None]) -> Contact:
    return contacts.get_contact(GetContact(contact_id=call.parameters["contact_id"]))


def page(contacts: Contacts, call: Call[ListContacts]) -> Response:
    found = contacts.list_contacts(call.body)
    text = json.dumps(schema.dump(found), ensure_ascii=False, separators=(",", ":"))
    response = Response(text, content_type="application/json")
    if found.next_cursor is not None:
        following = f"/v1/contacts?limit={call.body.limit}&after={found.next_cursor}"
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response
