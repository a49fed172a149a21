"""Who reads the mails of the tests? One set of props per mail and language; a new mail adds its own."""

from __future__ import annotations

import datetime

from notifications.catalogue import Link, OwnerActivation, Props, SignUpRepeated, TimeZone
from notifications.rendering import House

HOUSE = House(
    product_name="Frontdesk", help_address="help@frontdesk.example", public_url="https://frontdesk.example"
)
NAMES = {"en": "Ada Lovelace", "fr": "Élodie Lefèvre", "ko": "김민준"}
COMPANIES = {"en": "Analytical Engines Ltd", "fr": "Librairie L’Écume", "ko": "한빛전자"}
ZONES = {"en": "America/New_York", "fr": "Europe/Paris", "ko": "Asia/Seoul"}
EXPIRES_AT = datetime.datetime(2026, 7, 3, 13, 15, tzinfo=datetime.UTC)
ACTIVATION_LINK = "https://frontdesk.example/activate/dGhlLXRva2VuLW9mLWFuLWFjdGl2YXRpb24tbGlua19fXw"
LOG_IN_LINK = "https://frontdesk.example/log-in"


def props(mail: str, locale: str) -> Props:
    """What the named mail is written from, for a reader of this language."""
    return {
        "owner_activation": OwnerActivation(
            name=NAMES[locale],
            company_name=COMPANIES[locale],
            link=Link(ACTIVATION_LINK),
            expires_at=EXPIRES_AT,
            time_zone=TimeZone(ZONES[locale]),
        ),
        "sign_up_repeated": SignUpRepeated(name=NAMES[locale], log_in_link=Link(LOG_IN_LINK)),
    }[mail]
