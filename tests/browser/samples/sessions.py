"""Samples of the pages of sessions."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from gateway import texts
from gateway.layout.contexts import Page
from gateway.sessions.contexts import Confirm, Session, Sessions
from tests.browser.sample_people import NOW, common

# Said by these samples, not by the pages: the same in every language.
SAME_EVERYWHERE = frozenset({"curl", "203.0.113.24", "2001:db8:85a3:8d3:1319:8a2e:370:7348"})


def session(number: int = 1, **changes: Any) -> Session:
    ordinary: dict[str, Any] = {
        "id": uuid.UUID(int=number),
        "browser": "Firefox",
        "system": "Windows",
        "ip_address": "203.0.113.24",
        "created_at": NOW - datetime.timedelta(hours=2),
        "last_used_at": NOW - datetime.timedelta(minutes=4),
        "is_current": False,
        "is_remembered": False,
    }
    return Session(**{**ordinary, **changes})


def pages(locale: str) -> dict[str, Page]:
    shown = common(locale, "/account/sessions", is_logged_in=True)
    here = session(is_current=True)
    others = (
        session(2, system="iPhone", browser="Safari", is_remembered=True),
        session(3, browser="curl", system="", ip_address="2001:db8:85a3:8d3:1319:8a2e:370:7348"),
        session(4, browser="", system="", last_used_at=None),
    )
    confirm = common(locale, "/account/confirm?next=%2Faccount%2Fsecond-factor", is_logged_in=True)
    wrong = {"password": texts.detail("password_incorrect", locale)}
    return {
        "sessions": Sessions(**shown, sessions=(here,)),
        "sessions-many": Sessions(**shown, sessions=(here, *others)),
        "confirm": Confirm(**confirm, next_path="/account/second-factor"),
        "confirm-errors": Confirm(**confirm, next_path="/account/second-factor", errors=wrong),
    }
