"""Navigation of the account area: its sections, and the permission that each of them needs."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlsplit

from gateway.layout.contexts import Page
from gateway.texts.catalogues import marked as _
from wire.permissions import Permission


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A page of the account area and the pages below it. `label` is in English; it is translated where it is shown."""

    path: str
    label: str
    needs: Permission


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    label: str
    sections: tuple[Section, ...]


OVERVIEW = Section("/account", _("My Account"), Permission.OWN)
GROUPS = (
    Group(
        _("Personal"),
        (
            OVERVIEW,
            Section("/account/profile", _("Profile"), Permission.OWN),
            Section("/account/email", _("Email address"), Permission.OWN),
            Section("/account/password", _("Password"), Permission.OWN),
            Section("/account/second-factor", _("Two-step login"), Permission.OWN),
            Section("/account/sessions", _("Sessions"), Permission.OWN),
        ),
    ),
    Group(
        _("Your company"),
        (
            Section("/account/company", _("Company details"), Permission.ACCOUNT_WRITE),
            Section("/account/users", _("Users"), Permission.USERS_READ),
            Section("/account/api-keys", _("API keys"), Permission.API_KEYS),
            Section("/account/audit-log", _("Audit log"), Permission.AUDIT_READ),
            Section("/account/cancellation", _("Cancel the account"), Permission.ACCOUNT_CANCEL),
        ),
    ),
)


def groups_for(page: Page) -> tuple[Group, ...]:
    """The groups with the sections that who looks at the page may open; none of them is empty."""
    visible = (
        Group(group.label, tuple(section for section in group.sections if section.needs in page.permissions))
        for group in GROUPS
    )
    return tuple(group for group in visible if group.sections)


def current(page: Page) -> Section:
    """The section that a page belongs to: itself or the one above it."""
    path = urlsplit(page.page_path).path
    below = (section for group in GROUPS for section in group.sections if section is not OVERVIEW)
    return next((section for section in below if f"{path}/".startswith(f"{section.path}/")), OVERVIEW)
