"""Request bodies of jobs that are the API's own."""

from __future__ import annotations

from wire.contacts.people import Filter, Search
from wire.contract import message


@message
class NewActivationJob:
    """For whom: as a list of contacts is filtered and searched."""

    filter: Filter | None = None
    q: Search | None = None
