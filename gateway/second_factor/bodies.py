"""Answer bodies of two-step login that are the API's own."""

from __future__ import annotations

from wire.contract import message


@message
class NewSecondFactor:
    """What an authenticator app has to be told, in three forms; it is told once."""

    secret: str
    uri: str
    qr_svg: str
