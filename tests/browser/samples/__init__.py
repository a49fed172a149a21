"""Sample contexts of every page, in each state that a person may meet: a module per area of the gateway."""

from __future__ import annotations

import functools

from gateway.layout.contexts import Page
from tests.browser.sample_people import COMPANIES, NAMES
from tests.browser.samples import (
    account_settings,
    api_keys,
    audit_log,
    cancellation,
    contact_fields,
    contacts,
    email_changes,
    layout,
    login,
    mailbox,
    my_account,
    passwords,
    portal,
    profile,
    reactivation,
    second_factor,
    sessions,
    signup,
    support,
    system,
    users,
)

AREAS = (
    signup,
    login,
    passwords,
    my_account,
    profile,
    email_changes,
    second_factor,
    sessions,
    api_keys,
    users,
    audit_log,
    cancellation,
    reactivation,
    portal,
    support,
    contacts,
    contact_fields,
    account_settings,
    mailbox,
    layout,
    system,
)
# Said by the samples, not by the pages: the same in every language.
SAME_EVERYWHERE = frozenset(
    {
        *NAMES.values(),
        *COMPANIES.values(),
        *(text for area in AREAS for text in getattr(area, "SAME_EVERYWHERE", ())),
    }
)


@functools.cache
def pages(locale: str) -> dict[str, Page]:
    """The samples of all areas, by a name for the file or the test."""
    return {name: page for area in AREAS for name, page in area.pages(locale).items()}
