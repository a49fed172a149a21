"""Pages of an account's settings: which mails contacts get by themselves, and what the portal lets them do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import forms
from gateway.account_settings import contexts
from gateway.forms import Problem, Refused
from gateway.web import Visit, see_other, web
from wire import schema
from wire.contacts import Contacts
from wire.contacts.settings import GetSettings, UpdateNotificationSettings, UpdatePortalSettings
from wire.permissions import Permission
from wire.versions import VersionStale

NOTIFICATIONS = "/admin/workflows/email-notifications"
PORTAL = "/admin/channels/portals/settings"
STALE: forms.Rules = {VersionStale: Problem()}


class AccountSettingsPages:
    contacts = Client(Contacts)

    @web("GET", NOTIFICATIONS, needs=Permission.ACCOUNT_WRITE)
    def show_email_notifications(self, visit: Visit) -> Response:
        return self._draw_notification_settings(visit)

    @web("POST", NOTIFICATIONS, needs=Permission.ACCOUNT_WRITE)
    def send_email_notifications(self, visit: Visit) -> Response:
        request = UpdateNotificationSettings(
            user_activation_email="user_activation_email" in visit.form, version=_version(visit.form)
        )
        outcome = forms.submit(visit, lambda: self.contacts.update_notification_settings(request), STALE)
        if isinstance(outcome, Refused):
            return self._draw_notification_settings(visit, **outcome.context)
        return _saved(NOTIFICATIONS, is_changed=outcome.version != request.version)

    def _draw_notification_settings(self, visit: Visit, **values: Any) -> Response:
        settings = self.contacts.get_notification_settings(GetSettings())
        stored = {"user_activation_email": "yes" if settings.user_activation_email else ""}
        return visit.draw(
            contexts.EmailNotifications, version=settings.version, **{"values": stored, **values}
        )

    @web("GET", PORTAL, needs=Permission.ACCOUNT_WRITE)
    def show_portal_settings(self, visit: Visit) -> Response:
        return self._draw_portal_settings(visit)

    @web("POST", PORTAL, needs=Permission.ACCOUNT_WRITE)
    def send_portal_settings(self, visit: Visit) -> Response:
        version = _version(visit.form)
        fields = {"ticket_submission": visit.form.get("ticket_submission"), "version": version}
        outcome = forms.submit(
            visit,
            lambda: self.contacts.update_portal_settings(schema.load(UpdatePortalSettings, fields)),
            STALE,
            entered={"ticket_submission": "", **visit.form},
        )
        if isinstance(outcome, Refused):
            return self._draw_portal_settings(visit, **outcome.context)
        return _saved(PORTAL, is_changed=outcome.version != version)

    def _draw_portal_settings(self, visit: Visit, **values: Any) -> Response:
        settings = self.contacts.get_portal_settings(GetSettings())
        stored = {"ticket_submission": settings.ticket_submission.value}
        return visit.draw(
            contexts.PortalSettings,
            version=settings.version,
            slug=settings.slug,
            **{"values": stored, **values},
        )


def _version(form: Mapping[str, str]) -> int:
    """What the form was filled from. A form that does not say so was filled from nothing that there is."""
    given = form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and 0 < len(given) < 10 else 2**31 - 1


def _saved(location: str, *, is_changed: bool) -> Response:
    return see_other(location, notice="saved" if is_changed else "nothing_changed")
