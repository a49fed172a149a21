"""Answer bodies of the activation of contacts that are the API's own."""

from __future__ import annotations

import uuid

from wire.absent import ABSENT, Absent
from wire.contacts.activation import ActivationOutcome
from wire.contract import message
from wire.values import PAGE_SIZE, Cursor, PageLimit


@message
class ActivationMailQuery:
    limit: PageLimit = PAGE_SIZE
    after: Cursor | None = None


@message
class RefusedActivation:
    """Why a contact gets no mail, as the problem document of a request for it alone would say."""

    code: str
    title: str
    links: dict[str, str]


@message
class ShownActivation:
    """What became of one contact: `problem` stands there where it was refused."""

    contact_id: uuid.UUID
    status: ActivationOutcome
    problem: RefusedActivation | Absent = ABSENT


@message
class ShownActivations:
    """One for each contact, in the order in which they were named."""

    results: tuple[ShownActivation, ...]
