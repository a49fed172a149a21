"""A list of contacts as its address says it: which view, what is looked for, and which page."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from urllib.parse import urlencode

from wire import schema
from wire.contacts.people import ContactState, CountContacts, ListContacts
from wire.values import PAGE_SIZE, PAGE_SIZE_MAX

PATH = "/customers/contacts"
PAGE_SIZES = (PAGE_SIZE, PAGE_SIZE_MAX)
VIEWS = (ContactState.UNVERIFIED, ContactState.VERIFIED, ContactState.BLOCKED, ContactState.DELETED)
SORTS = ("name", "-created_at", "-updated_at")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ContactList:
    """What an address says of a list; what is no part of one is left out. `q` stays as it was typed."""

    state: ContactState | None = None
    q: str = ""
    filter: str = ""
    sort: str = SORTS[0]
    limit: int = PAGE_SIZE
    after: str = ""
    before: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> ContactList:
        state, sort, limit = (arguments.get(name, "") for name in ("state", "sort", "limit"))
        return cls(
            state=ContactState(state) if state in {view.value for view in VIEWS} else None,
            q=arguments.get("q", "").strip(),
            filter=arguments.get("filter", "").strip(),
            sort=sort if sort in SORTS else SORTS[0],
            limit=PAGE_SIZE_MAX if limit == str(PAGE_SIZE_MAX) else PAGE_SIZE,
            after=arguments.get("after", ""),
            before=arguments.get("before", ""),
        )

    @property
    def is_searched(self) -> bool:
        return bool(self.q or self.filter)

    @property
    def fields(self) -> dict[str, str]:
        """Its part of an address or a form; what is as it is without being said is not said."""
        named = {
            "state": self.state.value if self.state else "",
            "q": self.q,
            "filter": self.filter,
            "sort": "" if self.sort == SORTS[0] else self.sort,
            "limit": "" if self.limit == PAGE_SIZE else str(self.limit),
            "after": self.after,
            "before": self.before,
        }
        return {name: value for name, value in named.items() if value}

    @property
    def path(self) -> str:
        return self._path(self.fields)

    def on(self, *, after: str = "", before: str = "") -> str:
        """The address of another page of the list: the first one, where neither is said."""
        return dataclasses.replace(self, after=after, before=before).path

    def with_(self, **fields: str) -> str:
        """The address of the list with other fields, from its first page on; an empty one is taken away."""
        shown = {**self.fields, "after": "", "before": "", **fields}
        return self._path({name: value for name, value in shown.items() if value})

    @property
    def all_ticked(self) -> str:
        """The address of this page with every row ticked, for who has no script."""
        return self._path({**self.fields, "ticked": "all"})

    @property
    def job_path(self) -> str:
        """Where the whole list is sent the activation mail."""
        return f"{PATH}/activation-jobs?{urlencode(self._condition)}"

    @property
    def request(self) -> ListContacts:
        """Raises `ValidationError` where the words or the filter are too long."""
        return schema.load(
            ListContacts, {**self._condition, "sort": self.sort, "limit": self.limit, **self._place}
        )

    @property
    def count_request(self) -> CountContacts:
        return schema.load(CountContacts, self._condition)

    @property
    def condition(self) -> dict[str, str | None]:
        """Filter and words of a job over the whole list, which has no word of its own for a state."""
        parts = [f"state:'{self.state.value}'"] if self.state else []
        if self.filter:
            parts.append(f"({self.filter})" if parts else self.filter)
        return {"filter": " AND ".join(parts) or None, "q": self.q or None}

    @property
    def _condition(self) -> dict[str, str]:
        named = {"state": self.state.value if self.state else "", "q": self.q, "filter": self.filter}
        return {name: value for name, value in named.items() if value}

    @property
    def _place(self) -> dict[str, str]:
        return {name: value for name, value in (("after", self.after), ("before", self.before)) if value}

    @staticmethod
    def _path(fields: Mapping[str, str]) -> str:
        return f"{PATH}?{urlencode(fields)}" if fields else PATH
