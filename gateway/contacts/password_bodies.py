"""The body of the operation to set a contact's password."""

from __future__ import annotations

from wire.contract import message
from wire.values import Secret


@message
class ContactPassword:
    password: Secret
