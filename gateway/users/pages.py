"""Pages of an account's users: list, invite, change, remove."""

from __future__ import annotations

import re
import uuid
from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import forms, paging
from gateway.forms import Field, Problem, Refused
from gateway.users import contexts
from gateway.users.contexts import EditUser, UserRemoval, Users
from gateway.web import Visit, see_other, web
from wire import schema
from wire.accounts import Accounts
from wire.accounts.profile import GetMe
from wire.accounts.tenancy import User
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
from wire.identity import EmailInUse, EmailInvalid
from wire.permissions import Permission
from wire.values import Role
from wire.versions import VersionStale

PAGE = "/account/users"
VERSION = re.compile(r"[1-9][0-9]{0,8}")
INVITATION: forms.Rules = {
    EmailInUse: Field("email"),
    EmailInvalid: Field("email"),
    RoleNotAllowed: Problem(),
    UserLimitReached: Problem(),
}
CHANGE: forms.Rules = {
    ExternalIdInUse: Field("external_id", status=409),
    RoleNotAllowed: Problem(),
    LastOwner: Problem(),
    VersionStale: Problem(),
}
REPETITION: forms.Rules = {UserAlreadyVerified: Problem()}
REMOVAL: forms.Rules = {RoleNotAllowed: Problem(), LastOwner: Problem()}


class UsersPages:
    accounts = Client(Accounts)

    @web("GET", PAGE, needs=Permission.USERS_READ)
    def show_users(self, visit: Visit) -> Response:
        return self._draw_list(visit, values={"locale": visit.locale, "role": Role.AGENT.value})

    @web("POST", PAGE, needs=Permission.USERS_WRITE)
    def send_invitation(self, visit: Visit) -> Response:
        form = visit.form
        fields = {
            "name": form.get("name", ""),
            "email": form.get("email", "").strip(),
            "role": form.get("role", ""),
            "locale": form.get("locale") or None,
        }
        outcome = forms.submit(
            visit,
            lambda: self.accounts.invite_user(schema.load(InviteUser, fields)),
            INVITATION,
            entered={"role": "", **form},  # of radio buttons, none may have been chosen
        )
        if isinstance(outcome, Refused):
            return self._draw_list(visit, values=form, **outcome.context)
        return see_other(PAGE, notice="user_invited")

    @web("GET", f"{PAGE}/<uuid:user_id>", needs=Permission.USERS_WRITE)
    def show_user(self, visit: Visit) -> Response:
        return self._draw_user(visit)

    @web("POST", f"{PAGE}/<uuid:user_id>", needs=Permission.USERS_WRITE)
    def send_user(self, visit: Visit) -> Response:
        form = visit.form
        version = form.get("version", "")
        fields = {
            "user_id": str(_user_id(visit)),
            "name": form.get("name", ""),
            "role": form.get("role") or None,
            "external_id": form.get("external_id", "").strip() or None,
            "version": int(version) if VERSION.fullmatch(version) else None,
        }
        outcome = forms.submit(
            visit, lambda: self.accounts.change_user(schema.load(ChangeUser, fields)), CHANGE
        )
        if isinstance(outcome, Refused) and outcome.errors:
            return self._draw_user(visit, values=form, **outcome.context)
        if isinstance(outcome, Refused):
            return self._draw_user(visit, **outcome.context)
        return see_other(PAGE, notice="user_changed")

    @web("POST", f"{PAGE}/<uuid:user_id>/activation", needs=Permission.USERS_WRITE)
    def send_invitation_again(self, visit: Visit) -> Response:
        request = RepeatInvitation(user_id=_user_id(visit))
        outcome = forms.submit(visit, lambda: self.accounts.repeat_invitation(request), REPETITION)
        if isinstance(outcome, Refused):
            return self._draw_user(visit, **outcome.context)
        return see_other(PAGE, notice="invitation_sent_again")

    @web("GET", f"{PAGE}/<uuid:user_id>/removal", needs=Permission.USERS_WRITE)
    def show_removal(self, visit: Visit) -> Response:
        return self._draw_removal(visit)

    @web("POST", f"{PAGE}/<uuid:user_id>/removal", needs=Permission.USERS_WRITE)
    def send_removal(self, visit: Visit) -> Response:
        request = RemoveUser(user_id=_user_id(visit))
        outcome = forms.submit(visit, lambda: self.accounts.remove_user(request), REMOVAL)
        if isinstance(outcome, Refused):
            return self._draw_removal(visit, **outcome.context)
        return see_other(PAGE, notice="user_removed")

    def _draw_list(self, visit: Visit, **values: Any) -> Response:
        me = self.accounts.get_me(GetMe()).user
        after = visit.request.args.get("after") or None
        found = self.accounts.list_users(ListUsers(after=after))
        offered = _roles_offered(me, visit)
        return visit.draw(
            Users,
            users=tuple(contexts.User.of(user, me, offered) for user in found.data),
            roles_offered=offered,
            time_zone=me.time_zone,
            **paging.links(PAGE, after=after, next_cursor=found.next_cursor),
            **values,
        )

    def _draw_user(self, visit: Visit, **values: Any) -> Response:
        me = self.accounts.get_me(GetMe()).user
        user = self.accounts.get_user(GetUser(user_id=_user_id(visit)))
        offered = _roles_offered(me, visit)
        stored = {"name": user.name, "role": user.role.value, "external_id": user.external_id or ""}
        return visit.draw(
            EditUser,
            user=contexts.User.of(user, me, offered),
            roles_offered=offered,
            time_zone=me.time_zone,
            **{"values": stored, **values},
        )

    def _draw_removal(self, visit: Visit, **values: Any) -> Response:
        me = self.accounts.get_me(GetMe()).user
        user = self.accounts.get_user(GetUser(user_id=_user_id(visit)))
        row = contexts.User.of(user, me, _roles_offered(me, visit))
        return visit.draw(UserRemoval, user=row, **values)


def _user_id(visit: Visit) -> uuid.UUID:
    found: uuid.UUID = visit.request.parameters["user_id"]
    return found


def _roles_offered(me: User, visit: Visit) -> tuple[Role, ...]:
    """Only owners make owners; the service decides, the page does not offer in vain."""
    if not visit.may(Permission.USERS_WRITE):
        return ()
    return tuple(role for role in Role if role is not Role.OWNER or me.role is Role.OWNER)
