"""Request bodies that several areas of the API share."""

from __future__ import annotations

from wire.contract import message
from wire.values import Secret


@message
class NewPassword:
    password: Secret
    password_repeat: Secret
