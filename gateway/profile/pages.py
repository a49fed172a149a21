"""Changing one's own data and the company's, for people. Nothing is stored before Save."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import auth, forms, texts
from gateway.auth import SessionMemory
from gateway.layout import time_zones
from gateway.profile.api import POINTERS
from gateway.profile.contexts import EditCompany, EditProfile
from gateway.web import LANGUAGE_COOKIE, Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.passwords import PasswordIncorrect, ReauthenticationRequired
from wire.accounts.profile import GetAccount, GetMe, SlugInUse, UpdateAccount, UpdateMe
from wire.accounts.signup import CountryUnknown, PhoneInvalid
from wire.accounts.tenancy import Account, User, VersionStale
from wire.contract import Refusal
from wire.permissions import Permission

NEED_PASSWORD = (PasswordIncorrect, ReauthenticationRequired)


class ProfilePages:
    accounts = Client(Accounts)
    sessions = SessionMemory()

    @web("GET", "/account/profile", needs=Permission.OWN)
    def show_profile(self, visit: Visit) -> Response:
        return self._profile(visit)

    @web("POST", "/account/profile", needs=Permission.OWN)
    def send_profile(self, visit: Visit) -> Response:
        """All of it or nothing. Who was overtaken by another editor sees what there is now."""
        form = visit.form
        version = _version(form)
        order = UpdateMe(
            user_version=version,
            name=form.get("name", ""),
            phone=form.get("phone", "").strip() or None,
            locale=form.get("locale", ""),
            time_zone=form.get("time_zone", ""),
            current_password=form.get("current_password") or None,
        )
        try:
            saved = self.accounts.update_me(order).user
        except VersionStale as refusal:
            return self._profile(visit, status=412, problem=texts.detail(refusal.code, visit.locale))
        except (MalformedRequest, PhoneInvalid, PasswordIncorrect, ReauthenticationRequired) as refusal:
            is_asked = "current_password" in form or isinstance(refusal, NEED_PASSWORD)
            return self._profile(visit, is_password_asked=is_asked, **_kept(visit, refusal))
        if visit.caller is not None:
            self.sessions.forget(visit.caller.id)
        response = _saved("/account/profile", "profile_saved", is_changed=saved.version != version)
        if saved.locale != visit.locale:
            auth.drop_cookie(response, LANGUAGE_COOKIE)
        return response

    def _profile(self, visit: Visit, *, status: int = 200, **values: Any) -> Response:
        user = self.accounts.get_me(GetMe()).user
        shown = {"values": _values_of(user), "version": user.version, **values}
        return visit.draw(
            EditProfile,
            status=status,
            email=user.email,
            time_zones=time_zones.choices(visit.locale, shown["values"].get("time_zone", "UTC")),
            time_zone=user.time_zone,
            **shown,
        )

    @web("GET", "/account/company", needs=Permission.ACCOUNT_WRITE)
    def show_company(self, visit: Visit) -> Response:
        return self._company(visit)

    @web("POST", "/account/company", needs=Permission.ACCOUNT_WRITE)
    def send_company(self, visit: Visit) -> Response:
        form = visit.form
        version = _version(form)
        order = UpdateAccount(
            version=version,
            company_name=form.get("company_name", ""),
            slug=form.get("slug", "").strip(),
            country=form.get("country", ""),
            locale=form.get("locale", ""),
            time_zone=form.get("time_zone", ""),
            external_id=form.get("external_id", "").strip() or None,
        )
        try:
            saved = self.accounts.update_account(order)
        except VersionStale as refusal:
            return self._company(visit, status=412, problem=texts.detail(refusal.code, visit.locale))
        except (MalformedRequest, CountryUnknown, SlugInUse) as refusal:
            return self._company(visit, **_kept(visit, refusal))
        return _saved("/account/company", "company_saved", is_changed=saved.version != version)

    def _company(self, visit: Visit, *, status: int = 200, **values: Any) -> Response:
        account = self.accounts.get_account(GetAccount())
        shown = {"values": _values_of(account), "version": account.version, **values}
        return visit.draw(
            EditCompany,
            status=status,
            time_zones=time_zones.choices(visit.locale, shown["values"].get("time_zone", "UTC")),
            **shown,
        )


def _version(form: dict[str, str]) -> int:
    """What the form was filled from. A form that does not say so was filled from nothing that there is."""
    given = form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and 0 < len(given) < 10 else 2**31 - 1


def _values_of(one: User | Account) -> dict[str, str]:
    named = ("name", "company_name", "slug", "country", "phone", "locale", "time_zone", "external_id")
    return {name: getattr(one, name, None) or "" for name in named}


def _kept(visit: Visit, refusal: MalformedRequest | Refusal) -> dict[str, Any]:
    """The form as it was filled in, and what was wrong with it."""
    form = visit.form
    if isinstance(refusal, MalformedRequest):
        errors = forms.by_field(refusal.errors, visit, form)
    else:
        pointer = POINTERS.get(type(refusal), "/current_password")
        errors = {pointer[1:]: texts.detail(refusal.code, visit.locale)}
    return {
        "status": 403 if isinstance(refusal, NEED_PASSWORD) else 422,
        "values": {name: value for name, value in form.items() if name != "current_password"},
        "version": _version(form),
        "errors": errors,
    }


def _saved(location: str, notice: str, *, is_changed: bool) -> Response:
    return see_other(location, notice=notice if is_changed else "nothing_changed")
