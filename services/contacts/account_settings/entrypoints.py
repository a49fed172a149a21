"""Settings of an account that its contacts notice are read and changed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from chassis import context
from chassis.database.work import Work
from chassis.rpc import serve
from contacts.account_settings import account_settings
from contacts.account_settings.models import AccountSettingsRow
from contacts.tenants.lookup import TenantLookup
from wire.contacts import Contacts
from wire.contacts.settings import (
    GetSettings,
    NotificationSettings,
    PortalSettings,
    UpdateNotificationSettings,
    UpdatePortalSettings,
)
from wire.contract import JsonValue


class AccountSettingsEntrypoints(TenantLookup):
    @serve(Contacts.get_notification_settings)
    def get_notification_settings(self, request: GetSettings) -> NotificationSettings:
        with self.work() as work:
            row = account_settings.find(work.session, context.require_account_id())
            return account_settings.as_notification_settings(row)

    @serve(Contacts.update_notification_settings)
    def update_notification_settings(self, request: UpdateNotificationSettings) -> NotificationSettings:
        with self.work() as work:
            row, previous = account_settings.change(
                work.session,
                context.require_account_id(),
                version=request.version,
                user_activation_email=request.user_activation_email,
            )
            if previous:
                self._announce(work, row, previous)
                self.record(
                    work,
                    "notification_settings_updated",
                    row.account_id,
                    facts=_facts(previous),
                    kind="account",
                )
            return work.answer(account_settings.as_notification_settings(row))

    @serve(Contacts.get_portal_settings)
    def get_portal_settings(self, request: GetSettings) -> PortalSettings:
        account_id = context.require_account_id()
        slug = self.tenant(account_id).slug
        with self.work() as work:
            row = account_settings.find(work.session, account_id)
            return account_settings.as_portal_settings(row, slug=slug)

    @serve(Contacts.update_portal_settings)
    def update_portal_settings(self, request: UpdatePortalSettings) -> PortalSettings:
        account_id = context.require_account_id()
        slug = self.tenant(account_id).slug
        with self.work() as work:
            row, previous = account_settings.change(
                work.session,
                account_id,
                version=request.version,
                ticket_submission=request.ticket_submission,
            )
            if previous:
                self._announce(work, row, previous)
                self.record(
                    work, "portal_settings_updated", row.account_id, facts=_facts(previous), kind="account"
                )
            return work.answer(account_settings.as_portal_settings(row, slug=slug))

    @staticmethod
    def _announce(work: Work, row: AccountSettingsRow, previous: Mapping[str, JsonValue]) -> None:
        # An account's settings are numbered apart from the account itself.
        aggregate = uuid.uuid5(row.account_id, "settings")
        work.announce(
            Contacts.portal_settings_changed,
            account_settings.as_event(row),
            aggregate=aggregate,
            previous=previous,
        )


def _facts(previous: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {"changed": list(previous), "previous": dict(previous)}
