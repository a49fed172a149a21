"""Operations of one's own data and the account's."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.events import Received, listen_broadcast
from chassis.rpc import Client
from gateway import preconditions
from gateway.api import Call, api
from gateway.auth import SessionCache
from gateway.profile.bodies import AccountChange, MeChange
from wire.absent import given
from wire.accounts import Accounts
from wire.accounts.email_changes import EmailUnchanged
from wire.accounts.profile import (
    GetAccount,
    GetMe,
    Me,
    ProfileUpdated,
    SlugInUse,
    UpdateAccount,
    UpdateMe,
)
from wire.accounts.signup import CountryUnknown
from wire.accounts.tenancy import Account
from wire.identity import EmailInvalid, PasswordIncorrect, PhoneInvalid
from wire.permissions import Permission


class ProfileApi:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @api(
        "GET",
        "/v1/me",
        summary="Who is logged in",
        tag="Accounts",
        answer=Me,
        needs=Permission.OWN,
        is_versioned=True,
    )
    def me(self, call: Call[None]) -> Response:
        found = self.accounts.get_me(GetMe())
        return preconditions.answer(call, found, *versions_of(found))

    @api(
        "PATCH",
        "/v1/me",
        summary="Change one's own data: all of it or nothing",
        tag="Accounts",
        body=MeChange,
        answer=Me,
        needs=Permission.OWN,
        refuses=Accounts.update_me.refuses,
        pointers={
            PhoneInvalid: "/phone",
            EmailInvalid: "/email",
            EmailUnchanged: "/email",
            PasswordIncorrect: "/current_password",
        },
        is_versioned=True,
    )
    def change_me(self, call: Call[MeChange]) -> Response:
        user_version, account_version = preconditions.expected(call.request, count=2)
        request = UpdateMe(user_version=user_version, account_version=account_version, **given(call.body))
        changed = self.accounts.update_me(request)
        self.sessions.forget(call.who.id)
        return preconditions.answer(call, changed, *versions_of(changed))

    @api(
        "GET",
        "/v1/account",
        summary="The account of who is logged in",
        tag="Accounts",
        answer=Account,
        needs=Permission.ACCOUNT_READ,
        is_versioned=True,
    )
    def account(self, call: Call[None]) -> Response:
        found = self.accounts.get_account(GetAccount())
        return preconditions.answer(call, found, found.version)

    @api(
        "PATCH",
        "/v1/account",
        summary="Change the account's data: all of it or nothing",
        tag="Accounts",
        body=AccountChange,
        answer=Account,
        needs=Permission.ACCOUNT_WRITE,
        refuses=Accounts.update_account.refuses,
        pointers={CountryUnknown: "/country", SlugInUse: "/slug"},
        is_versioned=True,
    )
    def change_account(self, call: Call[AccountChange]) -> Response:
        (version,) = preconditions.expected(call.request)
        changed = self.accounts.update_account(UpdateAccount(version=version, **given(call.body)))
        return preconditions.answer(call, changed, changed.version)

    @listen_broadcast(Accounts.account_profile_updated)
    def forget_profile(self, event: Received[ProfileUpdated]) -> None:
        """Pages greet by the name and speak the language in the cache."""
        self.sessions.forget_user(event.data.user.id)


def versions_of(me: Me) -> tuple[int, int]:
    """What the tag of one's own data is made of: it shows the account too."""
    return me.user.version, me.account.version
