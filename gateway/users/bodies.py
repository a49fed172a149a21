"""Request bodies of users that are the API's own."""

from __future__ import annotations

from wire.absent import ABSENT, Absent
from wire.contract import message
from wire.values import ExternalId, Name, Role


@message
class UserChange:
    """What is not given stays; `external_id: null` takes it away."""

    role: Role | None = None
    name: Name | None = None
    external_id: ExternalId | Absent | None = ABSENT
