"""Navigation: the areas of the top bar, their sections, and the permission that each section needs."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlsplit

from gateway.layout.contexts import Page
from gateway.texts.catalogues import marked as _
from wire.permissions import Permission


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A page of an area and the pages below it. `label` is in English; it is translated where it is shown."""

    path: str
    label: str
    needs: Permission


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    label: str
    sections: tuple[Section, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Area:
    """What belongs together under one entry of the top bar, or of the menu behind the user's icon."""

    label: str
    groups: tuple[Group, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple(section for group in self.groups for section in group.sections)

    @property
    def path(self) -> str:
        """Where its entry leads to."""
        return self.sections[0].path


CUSTOMERS = Area(
    _("Customers"),
    (Group(_("Customers"), (Section("/customers/contacts", _("Contacts"), Permission.CONTACTS_READ),)),),
)
ADMIN = Area(
    _("Admin"),
    (
        Group(
            _("Workflows"),
            (
                Section(
                    "/admin/workflows/email-notifications", _("Email notifications"), Permission.ACCOUNT_WRITE
                ),
            ),
        ),
        Group(
            _("Channels"),
            (Section("/admin/channels/portals/settings", _("Portals"), Permission.ACCOUNT_WRITE),),
        ),
        Group(
            _("Your company"),
            (
                Section("/account/company", _("Company details"), Permission.ACCOUNT_WRITE),
                Section("/admin/contact-fields", _("Contact fields"), Permission.CONTACTS_ADMIN),
                Section("/account/users", _("Users"), Permission.USERS_READ),
                Section("/account/api-keys", _("API keys"), Permission.API_KEYS),
                Section("/account/audit-log", _("Audit log"), Permission.AUDIT_READ),
            ),
        ),
    ),
)
OVERVIEW = Section("/account", _("My Account"), Permission.OWN)
MY_ACCOUNT = Area(
    _("My Account"),
    (
        Group(
            _("My Account"),
            (
                OVERVIEW,
                Section("/account/profile", _("Profile"), Permission.OWN),
                Section("/account/email", _("Email address"), Permission.OWN),
                Section("/account/password", _("Password"), Permission.OWN),
                Section("/account/second-factor", _("Two-step login"), Permission.OWN),
                Section("/account/sessions", _("Sessions"), Permission.OWN),
                Section("/account/cancellation", _("Cancel the account"), Permission.ACCOUNT_CANCEL),
            ),
        ),
    ),
)
AREAS = (CUSTOMERS, ADMIN, MY_ACCOUNT)


def areas_for(page: Page) -> tuple[Area, ...]:
    """The areas with what who looks at the page may open; none of them is empty."""
    visible = (_visible(area, page) for area in AREAS)
    return tuple(area for area in visible if area.groups)


def main_areas_for(page: Page) -> tuple[Area, ...]:
    """Those of the top bar: My Account is reached from the user's icon."""
    return tuple(area for area in areas_for(page) if area.label != MY_ACCOUNT.label)


def groups_for(page: Page) -> tuple[Group, ...]:
    """The groups of the open area, with the sections that who looks at the page may open."""
    return _visible(current_area(page), page).groups


def current_area(page: Page) -> Area:
    """The area that a page belongs to."""
    section = current(page)
    return next(area for area in AREAS if section in area.sections)


def current(page: Page) -> Section:
    """The section that a page belongs to: itself or the one above it."""
    path = urlsplit(page.page_path).path
    below = (section for area in AREAS for section in area.sections if section is not OVERVIEW)
    return next((section for section in below if f"{path}/".startswith(f"{section.path}/")), OVERVIEW)


def _visible(area: Area, page: Page) -> Area:
    groups = (
        Group(group.label, tuple(section for section in group.sections if section.needs in page.permissions))
        for group in area.groups
    )
    return Area(area.label, tuple(group for group in groups if group.sections))
