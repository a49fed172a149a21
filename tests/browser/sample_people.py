"""The people of the samples, and what every sample page shows of them."""

from __future__ import annotations

import datetime
from typing import Any

from gateway.layout import contexts
from wire.permissions import OF_ROLE
from wire.values import Role

NOW = datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.UTC)
NAMES = {"en": "Grace Hopper", "fr": "Amélie Lefèvre-Beaumont", "ko": "김서연"}
COMPANIES = {"en": "Harbour & Sons", "fr": "Boulangerie de l’Étoile", "ko": "한빛소프트웨어 주식회사"}
EMAIL = "grace.hopper@harbour-and-sons.example"


def common(locale: str, path: str, *, is_logged_in: bool = False, role: Role = Role.OWNER) -> dict[str, Any]:
    viewer = contexts.Viewer(name=NAMES[locale], email=EMAIL) if is_logged_in else None
    return {
        "page_path": path,
        "csrf_token": "sample-token",
        "help_email": "help@frontdesk.example",
        "viewer": viewer,
        "has_mailbox": True,
        "permissions": OF_ROLE[role] if is_logged_in else frozenset(),
        "time_zone": {"en": "America/New_York", "fr": "Europe/Paris", "ko": "Asia/Seoul"}[locale],
    }
