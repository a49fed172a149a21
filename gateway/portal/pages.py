"""Pages of a portal for who is logged in: the first one, the profile and the password."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import cookies, forms
from gateway.auth import SessionCache
from gateway.forms import Field, Fields, Problem, Refused
from gateway.layout import time_zones
from gateway.portal import contexts, visits
from gateway.web import LANGUAGE_COOKIE, Visit, see_other, web
from wire.contacts import Contacts
from wire.contacts.portal import (
    ChangePortalPassword,
    EndPortalSession,
    GetPortalMe,
    PortalContact,
    UpdatePortalMe,
)
from wire.identity import (
    PasswordConfirmationMismatch,
    PasswordIncorrect,
    PasswordRefused,
    PasswordUnchanged,
    PhoneInvalid,
)
from wire.permissions import PortalPermission
from wire.versions import VersionStale

HOME = visits.HOME
VALUES = ("name", "phone", "mobile", "language", "time_zone")
PROFILE: forms.Rules = {VersionStale: Problem(), PhoneInvalid: Fields()}
PASSWORD: forms.Rules = {
    PasswordIncorrect: Field("current_password", status=403),
    PasswordConfirmationMismatch: Fields(),
    PasswordRefused: Fields(),
    PasswordUnchanged: Fields(),
}


class PortalPages:
    contacts = Client(Contacts)
    sessions = SessionCache()

    @web("POST", f"{HOME}/log-out")
    def send_portal_log_out(self, visit: Visit) -> Response:
        if visit.caller is not None:
            self.contacts.end_portal_session(EndPortalSession())
            self.sessions.forget(visit.caller.id)
        response = see_other(visits.path(visit))
        cookies.drop(response, cookies.PORTAL_SESSION)
        return response

    @web("GET", f"{HOME}/profile", needs=PortalPermission.DATA)
    def show_portal_profile(self, visit: Visit) -> Response:
        return self._draw_portal_profile(visit)

    @web("POST", f"{HOME}/profile", needs=PortalPermission.DATA)
    def send_portal_profile(self, visit: Visit) -> Response:
        """All of it or nothing."""
        form = visit.form
        request = UpdatePortalMe(
            version=forms.version(form),
            name=form.get("name", ""),
            phone=form.get("phone", "").strip() or None,
            mobile=form.get("mobile", "").strip() or None,
            language=form.get("language") or None,
            time_zone=form.get("time_zone") or None,
        )
        outcome = forms.submit(visit, lambda: self.contacts.update_portal_me(request), PROFILE)
        if isinstance(outcome, Refused) and outcome.problem:
            return self._draw_portal_profile(
                visit, **outcome.context
            )  # somebody was faster: what is stored now
        if isinstance(outcome, Refused):
            entered = {"values": form, "version": forms.version(form)}
            return self._draw_portal_profile(visit, **entered, **outcome.context)
        visits.forget(visit, self.sessions)
        is_changed = outcome.version != request.version
        response = see_other(
            visits.path(visit, "/profile"), notice="profile_saved" if is_changed else "nothing_changed"
        )
        if outcome.language not in (None, visit.locale):
            cookies.drop(response, LANGUAGE_COOKIE)
        return response

    def _draw_portal_profile(self, visit: Visit, **values: Any) -> Response:
        me = self.contacts.get_portal_me(GetPortalMe())
        context = {**_stored(me), **values}
        return visits.draw(
            visit,
            self.contacts,
            contexts.EditProfile,
            emails=tuple((email.email, email.is_primary, email.is_confirmed) for email in me.emails),
            time_zones=time_zones.choices(visit.locale, context["values"].get("time_zone") or "UTC"),
            **context,
        )

    @web("GET", f"{HOME}/password", needs=PortalPermission.PASSWORD)
    def show_portal_password(self, visit: Visit) -> Response:
        return visits.draw(visit, self.contacts, contexts.ChangePassword)

    @web("POST", f"{HOME}/password", needs=PortalPermission.PASSWORD)
    def send_portal_password(self, visit: Visit) -> Response:
        form = visit.form
        request = ChangePortalPassword(
            current_password=form.get("current_password", ""),
            new_password=form.get("new_password", ""),
            new_password_repeat=form.get("new_password_repeat", ""),
        )
        outcome = forms.submit(visit, lambda: self.contacts.change_portal_password(request), PASSWORD)
        if isinstance(outcome, Refused):
            return visits.draw(visit, self.contacts, contexts.ChangePassword, **outcome.context)
        visits.forget(visit, self.sessions)
        return see_other(visits.path(visit), notice="password_changed")


def _stored(me: PortalContact) -> dict[str, Any]:
    return {"values": {name: getattr(me, name) or "" for name in VALUES}, "version": me.version}
