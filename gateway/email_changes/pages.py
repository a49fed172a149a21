"""Pages to change an email address, and those of the links in the old and in the new mailbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from chassis.rpc import Client
from gateway import cookies, email_tokens, forms
from gateway.email_changes.contexts import (
    EmailAddress,
    EmailLink,
    EmailLinkKind,
    EmailLinkState,
    PendingChange,
)
from gateway.forms import Field, Problem, Refused
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
from wire.accounts.profile import GetMe, UpdateMe
from wire.identity import (
    EmailInUse,
    EmailInvalid,
    EmailToken,
    EmailTokenExpired,
    EmailTokenSuperseded,
    EmailTokenUnknown,
    EmailTokenUsed,
    PasswordIncorrect,
)
from wire.permissions import Permission

PAGE, CONFIRM_PAGE, UNDO_PAGE = "/account/email", "/email-change", "/email-change/undo"
CONFIRM_COOKIE, UNDO_COOKIE = "email-change", "email-undo"
CHANGE: forms.Rules = {
    EmailInvalid: Field("email"),
    EmailUnchanged: Field("email"),
    PasswordIncorrect: Field("current_password", status=403),
}
# A link's page shows why it is of no use any more.
LINK: forms.Rules = {
    EmailInUse: Problem(),
    EmailTokenUsed: Problem(),
    EmailTokenExpired: Problem(),
    EmailTokenSuperseded: Problem(),
    EmailTokenUnknown: Problem(),
    EmailChangeCancelled: Problem(),
}


class EmailChangesPages:
    accounts = Client(Accounts)

    @web("GET", PAGE, needs=Permission.OWN)
    def show_email(self, visit: Visit) -> Response:
        return self._draw_email(visit)

    @web("POST", PAGE, needs=Permission.OWN)
    def send_email(self, visit: Visit) -> Response:
        request = UpdateMe(
            email=visit.form.get("email", "").strip(),
            current_password=visit.form.get("current_password", ""),
        )
        outcome = forms.submit(visit, lambda: self.accounts.update_me(request), CHANGE)
        if isinstance(outcome, Refused):
            values = {"email": visit.form.get("email", "")[:254]}
            return self._draw_email(visit, values=values, **outcome.context)
        return see_other(PAGE, notice="email_change_sent")

    @web("POST", "/account/email/cancel", needs=Permission.OWN)
    def send_cancel(self, visit: Visit) -> Response:
        """A change that is not there any more is given up, too."""
        try:
            self.accounts.cancel_email_change(CancelEmailChange())
        except EmailChangeNotFound:
            return see_other(PAGE)
        return see_other(PAGE, notice="email_change_withdrawn")

    def _draw_email(self, visit: Visit, **values: Any) -> Response:
        user = self.accounts.get_me(GetMe()).user
        return visit.draw(
            EmailAddress, email=user.email, pending=self._pending(), time_zone=user.time_zone, **values
        )

    def _pending(self) -> PendingChange | None:
        try:
            return PendingChange.of(self.accounts.get_email_change(GetEmailChange()))
        except EmailChangeNotFound:
            return None

    # The link in the new mailbox.

    @web("GET", "/email-change/<token>")
    def take_confirm_link(self, visit: Visit) -> Response:
        return email_tokens.move_to_cookie(visit, CONFIRM_COOKIE, CONFIRM_PAGE)

    @web("GET", CONFIRM_PAGE)
    def show_confirm(self, visit: Visit) -> Response:
        return self._draw_confirm(visit)

    @web("POST", CONFIRM_PAGE)
    def send_confirm(self, visit: Visit) -> Response:
        request = ConfirmEmailChange(token_digest=email_tokens.digest(visit, CONFIRM_COOKIE))
        outcome = forms.submit(visit, lambda: self.accounts.confirm_email_change(request), LINK)
        if isinstance(outcome, Refused) and isinstance(outcome.reason, EmailInUse):
            return _draw_taken(visit, EmailLinkKind.CONFIRM)
        if isinstance(outcome, Refused):
            return self._draw_confirm(visit)
        response = see_other("/log-in", notice="email_change_applied")
        cookies.drop(response, CONFIRM_COOKIE)
        return response

    def _draw_confirm(self, visit: Visit) -> Response:
        request = GetEmailChangeToken(token_digest=email_tokens.digest(visit, CONFIRM_COOKIE))
        return _draw_link(visit, EmailLinkKind.CONFIRM, lambda: self.accounts.get_email_change_token(request))

    # The link in the old mailbox.

    @web("GET", "/email-change/undo/<token>")
    def take_undo_link(self, visit: Visit) -> Response:
        return email_tokens.move_to_cookie(visit, UNDO_COOKIE, UNDO_PAGE)

    @web("GET", UNDO_PAGE)
    def show_undo(self, visit: Visit) -> Response:
        return self._draw_undo(visit)

    @web("POST", UNDO_PAGE)
    def send_undo(self, visit: Visit) -> Response:
        """Whoever changed the address knew the password: the next step is a new one."""
        request = UndoEmailChange(token_digest=email_tokens.digest(visit, UNDO_COOKIE))
        outcome = forms.submit(visit, lambda: self.accounts.undo_email_change(request), LINK)
        if isinstance(outcome, Refused) and isinstance(outcome.reason, EmailInUse):
            return _draw_taken(visit, EmailLinkKind.UNDO)
        if isinstance(outcome, Refused):
            return self._draw_undo(visit)
        response = see_other("/forgot-password", notice="email_restored")
        cookies.drop(response, UNDO_COOKIE)
        cookies.drop(response, cookies.SESSION)
        return response

    def _draw_undo(self, visit: Visit) -> Response:
        request = GetEmailUndoToken(token_digest=email_tokens.digest(visit, UNDO_COOKIE))
        return _draw_link(visit, EmailLinkKind.UNDO, lambda: self.accounts.get_email_undo_token(request))


def _draw_link(visit: Visit, kind: EmailLinkKind, look_up: Callable[[], EmailToken]) -> Response:
    """The button, or why there is none. Looking changes nothing: mail scanners look too."""
    try:
        found = look_up()
    except EmailTokenUnknown:
        return visit.draw(EmailLink, status=404, kind=kind, state=EmailLinkState.UNKNOWN)
    state = EmailLinkState.of(found.state)
    return visit.draw(
        EmailLink,
        status=200 if state is EmailLinkState.READY else 410,
        kind=kind,
        state=state,
        email_masked=found.email_masked,
        expires_at=found.expires_at,
    )


def _draw_taken(visit: Visit, kind: EmailLinkKind) -> Response:
    return visit.draw(EmailLink, status=409, kind=kind, state=EmailLinkState.TAKEN)
