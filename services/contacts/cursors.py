"""Where does the next page begin? An opaque text that holds the last row's place in the order."""

from __future__ import annotations

import base64
import json
import uuid

from wire.contacts import CursorInvalid

# Names the list and its order: a cursor of another list, filter or order is refused.
LIST = "contacts:name"


def write(name_key: str, contact_id: uuid.UUID) -> str:
    place = json.dumps([LIST, name_key, str(contact_id)], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(place.encode()).rstrip(b"=").decode()


def read(cursor: str) -> tuple[str, uuid.UUID]:
    """The place that the cursor holds. Raises `CursorInvalid`."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        which, name_key, contact_id = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if which != LIST or not isinstance(name_key, str) or "\x00" in name_key:
            raise CursorInvalid
        name_key.encode()  # a lone surrogate is no text: a ValueError
        return name_key, uuid.UUID(contact_id)
    except (ValueError, TypeError, AttributeError):
        raise CursorInvalid from None
