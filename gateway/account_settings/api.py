"""Operations of the account's settings that its contacts notice."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import preconditions
from gateway.account_settings.bodies import NotificationSettingsChange, PortalSettingsChange
from gateway.api import Call, api
from wire.contacts import Contacts
from wire.contacts.settings import (
    GetSettings,
    NotificationSettings,
    PortalSettings,
    UpdateNotificationSettings,
    UpdatePortalSettings,
)
from wire.permissions import Permission


class AccountSettingsApi:
    contacts = Client(Contacts)

    @api(
        "GET",
        "/v1/settings/notifications",
        summary="Which emails contacts get by themselves",
        tag="Settings",
        answer=NotificationSettings,
        needs=Permission.CONTACTS_READ,
        is_versioned=True,
    )
    def notification_settings(self, call: Call[None]) -> Response:
        found = self.contacts.get_notification_settings(GetSettings())
        return preconditions.answer(call, found, found.version)

    @api(
        "PATCH",
        "/v1/settings/notifications",
        summary="Change which emails contacts get by themselves; switched off, those that wait are not sent",
        tag="Settings",
        body=NotificationSettingsChange,
        answer=NotificationSettings,
        needs=Permission.ACCOUNT_WRITE,
        refuses=Contacts.update_notification_settings.refuses,
        is_versioned=True,
    )
    def change_notification_settings(self, call: Call[NotificationSettingsChange]) -> Response:
        (version,) = preconditions.expected(call.request)
        changed = self.contacts.update_notification_settings(
            UpdateNotificationSettings(user_activation_email=call.body.user_activation_email, version=version)
        )
        return preconditions.answer(call, changed, changed.version)

    @api(
        "GET",
        "/v1/settings/portal",
        summary="What the portal lets contacts do",
        tag="Settings",
        answer=PortalSettings,
        needs=Permission.CONTACTS_READ,
        is_versioned=True,
    )
    def portal_settings(self, call: Call[None]) -> Response:
        found = self.contacts.get_portal_settings(GetSettings())
        return preconditions.answer(call, found, found.version)

    @api(
        "PATCH",
        "/v1/settings/portal",
        summary="Change what the portal lets contacts do",
        tag="Settings",
        body=PortalSettingsChange,
        answer=PortalSettings,
        needs=Permission.ACCOUNT_WRITE,
        refuses=Contacts.update_portal_settings.refuses,
        is_versioned=True,
    )
    def change_portal_settings(self, call: Call[PortalSettingsChange]) -> Response:
        (version,) = preconditions.expected(call.request)
        changed = self.contacts.update_portal_settings(
            UpdatePortalSettings(ticket_submission=call.body.ticket_submission, version=version)
        )
        return preconditions.answer(call, changed, changed.version)
