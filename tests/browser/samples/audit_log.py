"""Samples of the page of the audit log."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from gateway.audit_lines import PATH, AuditLine
from gateway.audit_log.contexts import AuditLog, action_choices
from gateway.layout.contexts import Page
from tests.browser.sample_people import NAMES, NOW, common
from wire.accounts.audit_log import ActorKind, AuditActor, AuditEntry, AuditObject

USER_ID = uuid.UUID(int=4711)
KEY, INVITED, ADDRESS = "Nightly export", "Alan Turing", "203.0.113.7"
# Said by these samples, not by the page: the same in every language.
SAME_EVERYWHERE = frozenset({KEY, INVITED, ADDRESS, "Firefox, Windows"})


def pages(locale: str) -> dict[str, Page]:
    filters = {"action": "user_invited", "actor": str(USER_ID)}
    return {
        "audit_log": _audit_log(locale),
        "audit_log-filtered": _audit_log(locale, values=filters, is_of_one_actor=True),
        "audit_log-empty": _audit_log(locale, lines=(), next_path="", first_path=""),
    }


def _audit_log(locale: str, **values: Any) -> AuditLog:
    """A page in the middle: something by a person, by a key, and by nobody."""
    user = AuditActor(kind=ActorKind.USER, id=USER_ID, name=NAMES[locale])
    key = AuditActor(kind=ActorKind.API_KEY, id=USER_ID, name=KEY)
    nobody = AuditActor(kind=ActorKind.NOBODY, id=None, name="")
    shown = {
        "lines": (
            _line(locale, user, "user_invited", hours=1, browser="Firefox", system="Windows"),
            _line(locale, key, "user_updated", hours=3),
            _line(locale, nobody, "password_reset_requested", hours=30),
        ),
        "actions": action_choices(locale),
        "next_path": f"{PATH}?after=WyJhIiwxXQ",
        "first_path": PATH,
    }
    return AuditLog(**{**common(locale, PATH, is_logged_in=True), **shown, **values})


def _line(locale: str, actor: AuditActor, action: str, *, hours: int, **device: str) -> AuditLine:
    entry = AuditEntry(
        id=hours,
        happened_at=NOW - datetime.timedelta(hours=hours),
        action=action,
        actor=actor,
        object=AuditObject(kind="user", id=None),
        ip_address=ADDRESS,
        user_agent="",
        facts={"name": INVITED, "role": "agent", "previous": {"role": "admin"}},
        **device,
    )
    return AuditLine.of(entry, locale)
