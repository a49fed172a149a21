"""Pages to change one's own data and the company's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import cookies, forms
from gateway.auth import SessionCache
from gateway.forms import Field, Problem, Refused
from gateway.layout import time_zones
from gateway.profile.contexts import EditCompany, EditProfile
from gateway.web import LANGUAGE_COOKIE, Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.passwords import ReauthenticationRequired
from wire.accounts.profile import GetAccount, GetMe, SlugInUse, UpdateAccount, UpdateMe
from wire.accounts.signup import CountryUnknown
from wire.accounts.tenancy import Account, User
from wire.identity import PasswordIncorrect, PhoneInvalid
from wire.permissions import Permission
from wire.versions import VersionStale

PROFILE_PAGE = "/account/profile"
COMPANY_PAGE = "/account/company"
VALUES = ("name", "company_name", "slug", "country", "phone", "locale", "time_zone", "external_id")
PROFILE: forms.Rules = {
    VersionStale: Problem(),
    PhoneInvalid: Field("phone"),
    PasswordIncorrect: Field("current_password", status=403),
    ReauthenticationRequired: Field("current_password", status=403),
}
COMPANY: forms.Rules = {
    VersionStale: Problem(),
    CountryUnknown: Field("country"),
    SlugInUse: Field("slug"),
}


class ProfilePages:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @web("GET", PROFILE_PAGE, needs=Permission.OWN)
    def show_profile(self, visit: Visit) -> Response:
        return self._draw_profile(visit)

    @web("POST", PROFILE_PAGE, needs=Permission.OWN)
    def send_profile(self, visit: Visit) -> Response:
        """All of it or nothing."""
        form = visit.form
        request = UpdateMe(
            user_version=forms.version(form),
            name=form.get("name", ""),
            phone=form.get("phone", "").strip() or None,
            locale=form.get("locale", ""),
            time_zone=form.get("time_zone", ""),
            current_password=form.get("current_password") or None,
        )
        outcome = forms.submit(visit, lambda: self.accounts.update_me(request).user, PROFILE)
        if isinstance(outcome, Refused) and outcome.problem:
            return self._draw_profile(visit, **outcome.context)  # somebody was faster: what is stored now
        if isinstance(outcome, Refused):
            is_password_asked = "current_password" in form or "current_password" in outcome.errors
            return self._draw_profile(
                visit, is_password_asked=is_password_asked, **_entered(form), **outcome.context
            )
        if visit.caller is not None:
            self.sessions.forget(visit.caller.id)
        response = _saved(PROFILE_PAGE, "profile_saved", is_changed=outcome.version != request.user_version)
        if outcome.locale != visit.locale:
            cookies.drop(response, LANGUAGE_COOKIE)
        return response

    def _draw_profile(self, visit: Visit, **values: Any) -> Response:
        user = self.accounts.get_me(GetMe()).user
        context = {**_stored(user), **values}
        return visit.draw(
            EditProfile,
            email=user.email,
            time_zones=time_zones.choices(visit.locale, context["values"].get("time_zone", "UTC")),
            time_zone=user.time_zone,
            **context,
        )

    @web("GET", COMPANY_PAGE, needs=Permission.ACCOUNT_WRITE)
    def show_company(self, visit: Visit) -> Response:
        return self._draw_company(visit)

    @web("POST", COMPANY_PAGE, needs=Permission.ACCOUNT_WRITE)
    def send_company(self, visit: Visit) -> Response:
        form = visit.form
        request = UpdateAccount(
            version=forms.version(form),
            company_name=form.get("company_name", ""),
            slug=form.get("slug", "").strip(),
            country=form.get("country", ""),
            locale=form.get("locale", ""),
            time_zone=form.get("time_zone", ""),
            external_id=form.get("external_id", "").strip() or None,
        )
        outcome = forms.submit(visit, lambda: self.accounts.update_account(request), COMPANY)
        if isinstance(outcome, Refused) and outcome.problem:
            return self._draw_company(visit, **outcome.context)
        if isinstance(outcome, Refused):
            return self._draw_company(visit, **_entered(form), **outcome.context)
        return _saved(COMPANY_PAGE, "company_saved", is_changed=outcome.version != request.version)

    def _draw_company(self, visit: Visit, **values: Any) -> Response:
        context = {**_stored(self.accounts.get_account(GetAccount())), **values}
        return visit.draw(
            EditCompany,
            time_zones=time_zones.choices(visit.locale, context["values"].get("time_zone", "UTC")),
            **context,
        )


def _stored(row: User | Account) -> dict[str, Any]:
    return {"values": {name: getattr(row, name, None) or "" for name in VALUES}, "version": row.version}


def _entered(form: Mapping[str, str]) -> dict[str, Any]:
    values = {name: value for name, value in form.items() if name != "current_password"}
    return {"values": values, "version": forms.version(form)}


def _saved(location: str, notice: str, *, is_changed: bool) -> Response:
    return see_other(location, notice=notice if is_changed else "nothing_changed")
