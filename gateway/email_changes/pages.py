"""Changing an email address, for people: what is pending, and the links in the two mailboxes."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import auth, email_tokens, forms, texts
from gateway.email_changes.contexts import (
    EmailAddress,
    EmailLink,
    EmailLinkKind,
    EmailLinkState,
    PendingChange,
)
from gateway.web import Visit, see_other, web
from wire.accounts import Accounts
from wire.accounts.email_changes import (
    CancelEmailChange,
    ConfirmEmailChange,
    EmailChangeCancelled,
    EmailChangeNotFound,
    EmailUnchanged,
    GetEmailChange,
    GetEmailChangeToken,
    GetEmailUndoToken,
    UndoEmailChange,
)
from wire.accounts.email_tokens import (
    EmailTokenExpired,
    EmailTokenSuperseded,
    EmailTokenUnknown,
    EmailTokenUsed,
)
from wire.accounts.passwords import PasswordIncorrect
from wire.accounts.profile import GetMe, UpdateMe
from wire.accounts.signup import EmailInUse, EmailInvalid
from wire.contract import Refusal
from wire.permissions import Permission
from wire.values import TokenState

CONFIRM_COOKIE, UNDO_COOKIE = "email-change", "email-undo"
STATES = {
    TokenState.ISSUED: EmailLinkState.READY,
    TokenState.CONSUMED: EmailLinkState.USED,
    TokenState.SUPERSEDED: EmailLinkState.SUPERSEDED,
    TokenState.REVOKED: EmailLinkState.CANCELLED,
    TokenState.EXPIRED: EmailLinkState.EXPIRED,
}
# Which field a refusal is about.
FIELDS: dict[type[Refusal], str] = {
    EmailInvalid: "email",
    EmailUnchanged: "email",
    PasswordIncorrect: "current_password",
}
DEAD = (EmailTokenUsed, EmailTokenExpired, EmailTokenSuperseded, EmailTokenUnknown, EmailChangeCancelled)


class EmailChangesPages:
    accounts = Client(Accounts)

    @web("GET", "/account/email", needs=Permission.OWN)
    def show_email(self, visit: Visit) -> Response:
        return self._email(visit)

    @web("POST", "/account/email", needs=Permission.OWN)
    def send_email(self, visit: Visit) -> Response:
        form = visit.form
        order = UpdateMe(
            email=form.get("email", "").strip(), current_password=form.get("current_password", "")
        )
        try:
            self.accounts.update_me(order)
        except MalformedRequest as malformed:
            errors = forms.by_field(malformed.errors, visit, form)
            return self._email(visit, status=422, errors=errors)
        except (EmailInvalid, EmailUnchanged, PasswordIncorrect) as refusal:
            errors = {FIELDS[type(refusal)]: texts.detail(refusal.code, visit.locale)}
            status = 403 if isinstance(refusal, PasswordIncorrect) else 422
            return self._email(visit, status=status, errors=errors)
        return see_other("/account/email", notice="email_change_sent")

    @web("POST", "/account/email/cancel", needs=Permission.OWN)
    def send_cancel(self, visit: Visit) -> Response:
        """A change that is not there any more is given up, too."""
        try:
            self.accounts.cancel_email_change(CancelEmailChange())
        except EmailChangeNotFound:
            return see_other("/account/email")
        return see_other("/account/email", notice="email_change_withdrawn")

    def _email(self, visit: Visit, *, status: int = 200, **values: Any) -> Response:
        user = self.accounts.get_me(GetMe()).user
        entered = {"email": visit.form.get("email", "")[:254]} if values else {}
        return visit.draw(
            EmailAddress,
            status=status,
            email=user.email,
            pending=self._pending(),
            time_zone=user.time_zone,
            values=entered,
            **values,
        )

    def _pending(self) -> PendingChange | None:
        try:
            found = self.accounts.get_email_change(GetEmailChange())
        except EmailChangeNotFound:
            return None
        return PendingChange(
            new_email=found.new_email, requested_at=found.requested_at, expires_at=found.expires_at
        )

    # The link in the new mailbox.

    @web("GET", "/email-change/<token>")
    def take_confirm_link(self, visit: Visit) -> Response:
        return email_tokens.take_link(visit, CONFIRM_COOKIE, "/email-change")

    @web("GET", "/email-change")
    def show_confirm(self, visit: Visit) -> Response:
        """Looking changes nothing: mail scanners look too."""
        return self._link(visit, EmailLinkKind.CONFIRM)

    @web("POST", "/email-change")
    def send_confirm(self, visit: Visit) -> Response:
        try:
            self.accounts.confirm_email_change(
                ConfirmEmailChange(token_digest=_digest(visit, CONFIRM_COOKIE))
            )
        except EmailInUse:
            return visit.draw(EmailLink, status=409, kind=EmailLinkKind.CONFIRM, state=EmailLinkState.TAKEN)
        except DEAD:
            return self._link(visit, EmailLinkKind.CONFIRM)
        response = see_other("/log-in", notice="email_change_applied")
        auth.drop_cookie(response, CONFIRM_COOKIE)
        return response

    # The link in the old mailbox.

    @web("GET", "/email-change/undo/<token>")
    def take_undo_link(self, visit: Visit) -> Response:
        return email_tokens.take_link(visit, UNDO_COOKIE, "/email-change/undo")

    @web("GET", "/email-change/undo")
    def show_undo(self, visit: Visit) -> Response:
        return self._link(visit, EmailLinkKind.UNDO)

    @web("POST", "/email-change/undo")
    def send_undo(self, visit: Visit) -> Response:
        """Whoever changed the address knew the password: the next step is a new one."""
        try:
            self.accounts.undo_email_change(UndoEmailChange(token_digest=_digest(visit, UNDO_COOKIE)))
        except EmailInUse:
            return visit.draw(EmailLink, status=409, kind=EmailLinkKind.UNDO, state=EmailLinkState.TAKEN)
        except DEAD:
            return self._link(visit, EmailLinkKind.UNDO)
        response = see_other("/forgot-password", notice="email_restored")
        auth.drop_cookie(response, UNDO_COOKIE)
        auth.drop_cookie(response, auth.SESSION_COOKIE)
        return response

    def _link(self, visit: Visit, kind: EmailLinkKind) -> Response:
        """The button, or why there is none."""
        try:
            if kind is EmailLinkKind.CONFIRM:
                digest = _digest(visit, CONFIRM_COOKIE)
                found = self.accounts.get_email_change_token(GetEmailChangeToken(token_digest=digest))
            else:
                digest = _digest(visit, UNDO_COOKIE)
                found = self.accounts.get_email_undo_token(GetEmailUndoToken(token_digest=digest))
        except EmailTokenUnknown:
            return visit.draw(EmailLink, status=404, kind=kind, state=EmailLinkState.UNKNOWN)
        state = STATES[found.state]
        return visit.draw(
            EmailLink,
            status=200 if state is EmailLinkState.READY else 410,
            kind=kind,
            state=state,
            email_masked=found.email_masked,
            expires_at=found.expires_at,
        )


def _digest(visit: Visit, cookie: str) -> str:
    return auth.digest(auth.cookie(visit.request, cookie) or "")
