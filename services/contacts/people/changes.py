"""What a save changed of a contact, and from what."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping

from sqlalchemy.orm import Session

from contacts.people import states, words
from contacts.people.models import ContactRow
from wire.contract import JsonValue


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What each changed field was before. One that changed nothing is false."""

    previous: Mapping[str, JsonValue]

    def __bool__(self) -> bool:
        return bool(self.previous)

    def facts(self, row: ContactRow) -> dict[str, JsonValue]:
        """For the audit log: the old values, and the new ones beside them where they are one word each."""
        facts: dict[str, JsonValue] = {"changed": list(self.previous), "previous": dict(self.previous)}
        if "email" in self.previous:
            facts["email"] = row.email
        return {**facts, "name": row.name}


NOTHING = Change(previous={})


def saved(
    session: Session, row: ContactRow, previous: Mapping[str, JsonValue], *, now: datetime.datetime
) -> Change:
    """The end of every save of a contact: what hangs on it follows, and one that changed nothing leaves it as it was.
    `previous` are the fields that it has changed."""
    was = row.state
    states.settle(row)
    if row.state != was:
        previous = {**previous, "state": was}
    if previous:
        row.version += 1
        row.updated_at = now
        words.rewrite(session, row)
    return Change(previous=previous)
