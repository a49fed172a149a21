"""Who works in the account, for the people who look after it: list, invite, change, remove."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlencode

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import forms, problems, texts
from gateway.problems import field_errors
from gateway.users import contexts
from gateway.users.contexts import EditUser, UserRemoval, Users
from gateway.web import Visit, see_other, web
from wire import schema
from wire.accounts import Accounts
from wire.accounts.profile import GetMe
from wire.accounts.signup import EmailInUse, EmailInvalid
from wire.accounts.tenancy import User, VersionStale
from wire.accounts.users import (
    ChangeUser,
    ExternalIdInUse,
    GetUser,
    InviteUser,
    LastOwner,
    ListUsers,
    RemoveUser,
    RepeatInvitation,
    RoleNotAllowed,
    UserAlreadyVerified,
    UserLimitReached,
)
from wire.permissions import Permission
from wire.values import Role

PAGE = "/account/users"
VERSION = re.compile(r"[1-9][0-9]{0,8}")


class UsersPages:
    accounts = Client(Accounts)

    @web("GET", PAGE, needs=Permission.USERS_READ)
    def show_users(self, visit: Visit) -> Response:
        return self._draw_list(visit)

    @web("POST", PAGE, needs=Permission.USERS_WRITE)
    def send_invitation(self, visit: Visit) -> Response:
        form = visit.form
        entered = {
            "name": form.get("name", ""),
            "email": form.get("email", "").strip(),
            "role": form.get("role", ""),
            "locale": form.get("locale") or None,
        }
        try:
            self.accounts.invite_user(schema.load(InviteUser, entered))
        except ValidationError as invalid:
            errors = forms.by_field(field_errors(invalid), visit, {"role": "", **form})
            return self._draw_list(visit, status=422, errors=errors, values=form)
        except (EmailInUse, EmailInvalid) as refused:
            errors = {"email": texts.detail(refused.code, visit.locale)}
            return self._draw_list(visit, status=422, errors=errors, values=form)
        except (RoleNotAllowed, UserLimitReached) as refused:
            problem = texts.detail(refused.code, visit.locale)
            status = problems.REFUSALS[refused.code]
            return self._draw_list(visit, status=status, problem=problem, values=form)
        return see_other(PAGE, notice="user_invited")

    @web("GET", f"{PAGE}/<uuid:user_id>", needs=Permission.USERS_WRITE)
    def show_user(self, visit: Visit) -> Response:
        return self._draw_user(visit)

    @web("POST", f"{PAGE}/<uuid:user_id>", needs=Permission.USERS_WRITE)
    def send_user(self, visit: Visit) -> Response:
        form = visit.form
        version = form.get("version", "")
        entered = {
            "user_id": str(_user_id(visit)),
            "name": form.get("name", ""),
            "role": form.get("role") or None,
            "external_id": form.get("external_id", "").strip() or None,
            "version": int(version) if VERSION.fullmatch(version) else None,
        }
        try:
            self.accounts.change_user(schema.load(ChangeUser, entered))
        except ValidationError as invalid:
            errors = forms.by_field(field_errors(invalid), visit, form)
            return self._draw_user(visit, status=422, errors=errors, values=form)
        except ExternalIdInUse as refused:
            errors = {"external_id": texts.detail(refused.code, visit.locale)}
            return self._draw_user(visit, status=409, errors=errors, values=form)
        except (RoleNotAllowed, LastOwner, VersionStale) as refused:
            problem = texts.detail(refused.code, visit.locale)
            return self._draw_user(visit, status=problems.REFUSALS[refused.code], problem=problem)
        return see_other(PAGE, notice="user_changed")

    @web("POST", f"{PAGE}/<uuid:user_id>/activation", needs=Permission.USERS_WRITE)
    def send_invitation_again(self, visit: Visit) -> Response:
        try:
            self.accounts.repeat_invitation(RepeatInvitation(user_id=_user_id(visit)))
        except UserAlreadyVerified as refused:
            problem = texts.detail(refused.code, visit.locale)
            return self._draw_user(visit, status=409, problem=problem)
        return see_other(PAGE, notice="invitation_sent_again")

    @web("GET", f"{PAGE}/<uuid:user_id>/removal", needs=Permission.USERS_WRITE)
    def show_removal(self, visit: Visit) -> Response:
        return self._draw_removal(visit)

    @web("POST", f"{PAGE}/<uuid:user_id>/removal", needs=Permission.USERS_WRITE)
    def send_removal(self, visit: Visit) -> Response:
        try:
            self.accounts.remove_user(RemoveUser(user_id=_user_id(visit)))
        except (RoleNotAllowed, LastOwner) as refused:
            problem = texts.detail(refused.code, visit.locale)
            return self._draw_removal(visit, status=problems.REFUSALS[refused.code], problem=problem)
        return see_other(PAGE, notice="user_removed")

    def _draw_list(self, visit: Visit, *, status: int = 200, **values: object) -> Response:
        me = self.accounts.get_me(GetMe()).user
        after = visit.request.args.get("after") or None
        found = self.accounts.list_users(ListUsers(after=after))
        following = "" if found.next_cursor is None else f"{PAGE}?{urlencode({'after': found.next_cursor})}"
        if "values" not in values:
            values["values"] = {"locale": visit.locale, "role": Role.AGENT.value}
        return visit.draw(
            Users,
            status=status,
            users=tuple(_shown(user, me, visit) for user in found.data),
            roles_offered=_offered(me, visit),
            next_path=following,
            first_path="" if after is None else PAGE,
            time_zone=me.time_zone,
            **values,
        )

    def _draw_user(self, visit: Visit, *, status: int = 200, **values: object) -> Response:
        me = self.accounts.get_me(GetMe()).user
        user = self.accounts.get_user(GetUser(user_id=_user_id(visit)))
        if "values" not in values:
            values["values"] = {
                "name": user.name,
                "role": user.role.value,
                "external_id": user.external_id or "",
            }
        return visit.draw(
            EditUser,
            status=status,
            user=_shown(user, me, visit),
            roles_offered=_offered(me, visit),
            time_zone=me.time_zone,
            **values,
        )

    def _draw_removal(self, visit: Visit, *, status: int = 200, problem: str = "") -> Response:
        me = self.accounts.get_me(GetMe()).user
        user = self.accounts.get_user(GetUser(user_id=_user_id(visit)))
        return visit.draw(UserRemoval, status=status, user=_shown(user, me, visit), problem=problem)


def _user_id(visit: Visit) -> uuid.UUID:
    found: uuid.UUID = visit.request.parameters["user_id"]
    return found


def _offered(me: User, visit: Visit) -> tuple[Role, ...]:
    """Only owners make owners; the service decides, the page does not offer in vain."""
    if not visit.may(Permission.USERS_WRITE):
        return ()
    return tuple(role for role in Role if role is not Role.OWNER or me.role is Role.OWNER)


def _shown(user: User, me: User, visit: Visit) -> contexts.User:
    return contexts.User(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        is_verified=user.is_verified,
        has_second_factor=user.has_second_factor,
        version=user.version,
        is_self=user.id == me.id,
        may_change=user.role in _offered(me, visit),
    )
