"""Operations to cancel an account, and to undo a cancellation that is scheduled."""

from __future__ import annotations

from chassis.events import Received, listen_broadcast
from chassis.rpc import Client
from gateway.api import Call, api
from gateway.auth import SessionCache
from wire.accounts import Accounts
from wire.accounts.cancellation import AccountCancelled, CancelAccount, UndoCancellation
from wire.accounts.reactivation import AccountReactivated
from wire.accounts.tenancy import Account
from wire.identity import PasswordIncorrect
from wire.permissions import Permission
from wire.values import AccountStatus


class CancellationApi:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @api(
        "POST",
        "/v1/account/cancellation",
        summary="Cancel the account, now or when its paid period ends",
        tag="Accounts",
        body=CancelAccount,
        answer=Account,
        needs=Permission.ACCOUNT_CANCEL,
        refuses=Accounts.cancel_account.refuses,
        pointers={PasswordIncorrect: "/current_password"},
    )
    def cancel_account(self, call: Call[CancelAccount]) -> Account:
        account = self.accounts.cancel_account(call.body)
        if account.status is AccountStatus.CANCELLED:
            self.sessions.forget_account(account.id)
        return account

    @api(
        "DELETE",
        "/v1/account/cancellation",
        summary="Keep an account that was going to be cancelled when its paid period ends",
        tag="Accounts",
        answer=Account,
        needs=Permission.ACCOUNT_CANCEL,
        refuses=Accounts.undo_cancellation.refuses,
    )
    def undo_cancellation(self, call: Call[None]) -> Account:  # the caller is in the context
        return self.accounts.undo_cancellation(UndoCancellation())

    @listen_broadcast(Accounts.account_cancelled)
    def forget_cancelled(self, event: Received[AccountCancelled]) -> None:
        self.sessions.forget_account(event.data.account.id)

    @listen_broadcast(Accounts.account_reactivated)
    def forget_reactivated(self, event: Received[AccountReactivated]) -> None:
        self.sessions.forget_account(event.data.account.id)
