"""Operations of email address changes: the pending one, and the links in the two mailboxes."""

from __future__ import annotations

from chassis.events import Received, listen_broadcast
from chassis.rpc import Client
from gateway import auth
from gateway.api import Call, api
from gateway.auth import SessionCache
from wire.accounts import Accounts
from wire.accounts.email_changes import (
    CancelEmailChange,
    ConfirmEmailChange,
    EmailChange,
    EmailChanged,
    EmailChangeSettled,
    GetEmailChange,
    GetEmailChangeToken,
    GetEmailUndoToken,
    UndoEmailChange,
)
from wire.contract import Nothing
from wire.identity import EmailToken
from wire.permissions import Permission


class EmailChangesApi:
    accounts = Client(Accounts)
    sessions = SessionCache()

    @api(
        "GET",
        "/v1/me/email-change",
        summary="The change of one's own address that waits to be confirmed",
        tag="Accounts",
        answer=EmailChange,
        needs=Permission.OWN,
        refuses=Accounts.get_email_change.refuses,
    )
    def email_change(self, call: Call[None]) -> EmailChange:  # the caller is in the context
        return self.accounts.get_email_change(GetEmailChange())

    @api(
        "DELETE",
        "/v1/me/email-change",
        summary="Give up the change that waits to be confirmed",
        tag="Accounts",
        status=204,
        needs=Permission.OWN,
        refuses=Accounts.cancel_email_change.refuses,
    )
    def cancel_email_change(self, call: Call[None]) -> Nothing:  # the caller is in the context
        return self.accounts.cancel_email_change(CancelEmailChange())

    @api(
        "GET",
        "/v1/email-changes/<token>",
        summary="Look at the link in the new mailbox; changes nothing",
        tag="Accounts",
        answer=EmailToken,
        refuses=Accounts.get_email_change_token.refuses,
    )
    def look_at_email_change(self, call: Call[None]) -> EmailToken:
        token_digest = auth.digest(call.parameters["token"])
        return self.accounts.get_email_change_token(GetEmailChangeToken(token_digest=token_digest))

    @api(
        "POST",
        "/v1/email-changes/<token>",
        summary="Confirm a change of address; ends every session but the one that asked for it",
        tag="Accounts",
        answer=EmailChangeSettled,
        refuses=Accounts.confirm_email_change.refuses,
    )
    def confirm_email_change(self, call: Call[None]) -> EmailChangeSettled:
        token_digest = auth.digest(call.parameters["token"])
        return self.accounts.confirm_email_change(ConfirmEmailChange(token_digest=token_digest))

    @api(
        "GET",
        "/v1/email-changes/<token>/undo",
        summary="Look at the link in the old mailbox; changes nothing",
        tag="Accounts",
        answer=EmailToken,
        refuses=Accounts.get_email_undo_token.refuses,
    )
    def look_at_email_undo(self, call: Call[None]) -> EmailToken:
        token_digest = auth.digest(call.parameters["token"])
        return self.accounts.get_email_undo_token(GetEmailUndoToken(token_digest=token_digest))

    @api(
        "POST",
        "/v1/email-changes/<token>/undo",
        summary="Take the old address back; ends every session of the user",
        tag="Accounts",
        answer=EmailChangeSettled,
        refuses=Accounts.undo_email_change.refuses,
    )
    def undo_email_change(self, call: Call[None]) -> EmailChangeSettled:
        token_digest = auth.digest(call.parameters["token"])
        return self.accounts.undo_email_change(UndoEmailChange(token_digest=token_digest))

    @listen_broadcast(Accounts.account_email_changed)
    def forget_address(self, event: Received[EmailChanged]) -> None:
        """The session that requested it lives on, and its pages show the new address."""
        self.sessions.forget_user(event.data.user.id)
