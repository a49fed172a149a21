"""Operations of an account's users: list, invite, change, remove."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.events import Received, listen_broadcast
from chassis.rpc import Client
from gateway import paging, preconditions
from gateway.api import Call, Created, api
from gateway.auth import SessionCache
from gateway.users.bodies import UserChange
from wire.accounts import Accounts
from wire.accounts.tenancy import User
from wire.accounts.users import (
    ChangeUser,
    GetUser,
    InviteUser,
    ListUsers,
    RemoveUser,
    RepeatInvitation,
    UserPage,
    UserUpdated,
)
from wire.contract import Nothing
from wire.identity import EmailInUse, EmailInvalid
from wire.permissions import Permission


class UsersApi:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @api(
        "GET",
        "/v1/users",
        summary="List the account's users in the order in which they came, a page at a time",
        tag="Users",
        query=ListUsers,
        answer=UserPage,
        needs=Permission.USERS_READ,
        refuses=Accounts.list_users.refuses,
    )
    def list_users(self, call: Call[ListUsers]) -> Response:
        found = self.accounts.list_users(call.body)
        return paging.answer(call, found, found.next_cursor)

    @api(
        "POST",
        "/v1/users",
        summary="Invite somebody: they get a mail with a link to set a password",
        tag="Users",
        body=InviteUser,
        answer=User,
        status=201,
        needs=Permission.USERS_WRITE,
        refuses=Accounts.invite_user.refuses,
        pointers={EmailInUse: "/email", EmailInvalid: "/email"},
    )
    def invite_user(self, call: Call[InviteUser]) -> Created:
        user = self.accounts.invite_user(call.body)
        return Created(message=user, location=f"/v1/users/{user.id}")

    @api(
        "GET",
        "/v1/users/<uuid:user_id>",
        summary="Read a user",
        tag="Users",
        answer=User,
        needs=Permission.USERS_READ,
        refuses=Accounts.get_user.refuses,
        is_versioned=True,
    )
    def get_user(self, call: Call[None]) -> Response:
        user = self.accounts.get_user(GetUser(user_id=call.parameters["user_id"]))
        return preconditions.answer(call, user, user.version)

    @api(
        "PATCH",
        "/v1/users/<uuid:user_id>",
        summary="Give a user another role, name or external id; a role ends their sessions and limits their keys",
        tag="Users",
        body=UserChange,
        answer=User,
        needs=Permission.USERS_WRITE,
        refuses=Accounts.change_user.refuses,
        is_versioned=True,
    )
    def change_user(self, call: Call[UserChange]) -> Response:
        (version,) = preconditions.expected(call.request)
        user = self.accounts.change_user(
            ChangeUser(
                user_id=call.parameters["user_id"],
                role=call.body.role,
                name=call.body.name,
                external_id=call.body.external_id,
                version=version,
            )
        )
        return preconditions.answer(call, user, user.version)

    @api(
        "DELETE",
        "/v1/users/<uuid:user_id>",
        summary="Remove a user: sessions, links and the API keys they made end at once, the address is free again",
        tag="Users",
        status=204,
        needs=Permission.USERS_WRITE,
        refuses=Accounts.remove_user.refuses,
    )
    def remove_user(self, call: Call[None]) -> Nothing:
        return self.accounts.remove_user(RemoveUser(user_id=call.parameters["user_id"]))

    @api(
        "POST",
        "/v1/users/<uuid:user_id>/activation",
        summary="Invite a user again who never activated; the link before dies",
        tag="Users",
        answer=User,
        status=202,
        needs=Permission.USERS_WRITE,
        refuses=Accounts.repeat_invitation.refuses,
    )
    def repeat_invitation(self, call: Call[None]) -> User:
        return self.accounts.repeat_invitation(RepeatInvitation(user_id=call.parameters["user_id"]))

    @listen_broadcast(Accounts.user_updated)
    def forget_changed_user(self, event: Received[UserUpdated]) -> None:
        """Pages greet by the name in the cache; keys can do what the role of who made them allows."""
        self.sessions.forget_user(event.data.user.id)
        if "role" in event.changed:
            self.sessions.forget_account(event.data.user.account_id)
