"""Pages through which a contact gets in to its portal: log-in, and the links of emails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from chassis.errors import MalformedRequest
from chassis.rpc import Client
from gateway import cookies, email_tokens, forms
from gateway.forms import Fields, Problem, Refused
from gateway.layout.contexts import LinkState
from gateway.portal import contexts, visits
from gateway.portal.contexts import LinkKind
from gateway.web import Visit, see_other, web
from wire.contacts import Contacts
from wire.contacts.portal import (
    ContactNotVerified,
    OpenPortalSession,
    RepeatContactActivation,
    RequestContactActivation,
    RequestContactPasswordReset,
)
from wire.identity import (
    Activate,
    Activation,
    ActivationLinkExpired,
    ActivationLinkSuperseded,
    ActivationLinkUsed,
    ActivationUnknown,
    EmailToken,
    EmailTokenExpired,
    EmailTokenSuperseded,
    EmailTokenUnknown,
    EmailTokenUsed,
    GetActivation,
    GetEmailToken,
    InvalidCredentials,
    PasswordConfirmationMismatch,
    PasswordRefused,
    QuotaExceeded,
    ResetPassword,
)

HOME = visits.HOME
LOG_IN: forms.Rules = {
    InvalidCredentials: Problem(),
    MalformedRequest: Problem(status=401, code=InvalidCredentials.code),
    QuotaExceeded: Problem(),
    # It has a page of its own.
    ContactNotVerified: Problem(),
}
NEW_PASSWORD: forms.Rules = {PasswordConfirmationMismatch: Fields(), PasswordRefused: Fields()}
# Of a link that is of no use any more, the page shows why.
ACTIVATION: forms.Rules = {
    ActivationLinkUsed: Problem(),
    ActivationLinkExpired: Problem(),
    ActivationLinkSuperseded: Problem(),
    ActivationUnknown: Problem(),
    **NEW_PASSWORD,
}
RESET: forms.Rules = {
    EmailTokenUsed: Problem(),
    EmailTokenExpired: Problem(),
    EmailTokenSuperseded: Problem(),
    EmailTokenUnknown: Problem(),
    **NEW_PASSWORD,
}


class PortalEntrancePages:
    contacts = Client(Contacts)

    @web("GET", HOME)
    def show_portal(self, visit: Visit) -> Response:
        if visit.caller is None:
            return visits.draw(visit, self.contacts, contexts.LogIn)
        if visit.caller.must_change_password:
            return see_other(visits.path(visit, "/password"))
        return visits.draw(visit, self.contacts, contexts.Home)

    @web("POST", HOME)
    def send_portal_log_in(self, visit: Visit) -> Response:
        form = visit.form
        request = OpenPortalSession(
            slug=visits.slug(visit), email=form.get("email", "").strip(), password=form.get("password", "")
        )
        outcome = forms.submit(visit, lambda: self.contacts.open_portal_session(request), LOG_IN)
        if not isinstance(outcome, Refused):
            return visits.log_in(outcome)
        values = {"email": form.get("email", "")[:254]}
        is_unverified = isinstance(outcome.reason, ContactNotVerified)
        response = visits.draw(
            visit,
            self.contacts,
            contexts.LogIn,
            values=values,
            is_unverified=is_unverified,
            **outcome.context,
        )
        if isinstance(outcome.reason, QuotaExceeded):
            response.headers["Retry-After"] = str(outcome.reason.facts["seconds_left"])
        return response

    @web("GET", f"{HOME}/forgot-password")
    def show_portal_forgot_password(self, visit: Visit) -> Response:
        return visits.draw(visit, self.contacts, contexts.LinkRequest, kind=LinkKind.RESET)

    @web("POST", f"{HOME}/forgot-password")
    def send_portal_forgot_password(self, visit: Visit) -> Response:
        slug = visits.slug(visit)
        return self._request_portal_link(
            visit,
            LinkKind.RESET,
            lambda email: self.contacts.request_contact_password_reset(
                RequestContactPasswordReset(slug=slug, email=email)
            ),
        )

    @web("GET", f"{HOME}/activation-link")
    def show_portal_activation_link(self, visit: Visit) -> Response:
        return visits.draw(visit, self.contacts, contexts.LinkRequest, kind=LinkKind.ACTIVATION)

    @web("POST", f"{HOME}/activation-link")
    def send_portal_activation_link(self, visit: Visit) -> Response:
        slug = visits.slug(visit)
        return self._request_portal_link(
            visit,
            LinkKind.ACTIVATION,
            lambda email: self.contacts.request_contact_activation(
                RequestContactActivation(slug=slug, email=email)
            ),
        )

    def _request_portal_link(
        self, visit: Visit, kind: LinkKind, request: Callable[[str], object]
    ) -> Response:
        """Ask for an email, and say that it may be on its way: the same for every address."""
        email = visit.form.get("email", "").strip()
        outcome = forms.submit(visit, lambda: request(email), {})
        if isinstance(outcome, Refused):
            page, values = contexts.LinkRequest, {"values": visit.form, **outcome.context}
            return visits.draw(visit, self.contacts, page, kind=kind, **values)
        return visits.draw(visit, self.contacts, contexts.LinkRequested, kind=kind, email=email)

    @web("GET", f"{HOME}/activate/<token>")
    def take_portal_activation(self, visit: Visit) -> Response:
        return email_tokens.move_to_cookie(visit, cookies.PORTAL_ACTIVATION, visits.path(visit, "/activate"))

    @web("GET", f"{HOME}/activate")
    def show_portal_activation(self, visit: Visit) -> Response:
        return self._draw_portal_activation(visit)

    @web("POST", f"{HOME}/activate")
    def send_portal_activation(self, visit: Visit) -> Response:
        request = Activate(
            token_digest=email_tokens.digest(visit, cookies.PORTAL_ACTIVATION),
            password=visit.form.get("password", ""),
            password_repeat=visit.form.get("password_repeat", ""),
        )
        if self._portal_activation(visit) is None:
            return self._draw_portal_link(visit, LinkKind.ACTIVATION, None)
        outcome = forms.submit(visit, lambda: self.contacts.activate_contact(request), ACTIVATION, entered={})
        if isinstance(outcome, Refused):
            return self._draw_portal_activation(visit, **outcome.context)
        response = visits.log_in(outcome)
        cookies.drop(response, cookies.PORTAL_ACTIVATION)
        return response

    @web("POST", f"{HOME}/activate/latest")
    def send_portal_latest_activation(self, visit: Visit) -> Response:
        """The latest link, to the address that the one at hand went to."""
        token_digest = email_tokens.digest(visit, cookies.PORTAL_ACTIVATION)
        if self._portal_activation(visit) is None:
            return self._draw_portal_link(visit, LinkKind.ACTIVATION, None)
        self.contacts.repeat_contact_activation(RepeatContactActivation(token_digest=token_digest))
        page = contexts.LinkRequested
        return visits.draw(visit, self.contacts, page, kind=LinkKind.ACTIVATION, email="")

    @web("GET", f"{HOME}/reset-password/<token>")
    def take_portal_reset(self, visit: Visit) -> Response:
        return email_tokens.move_to_cookie(visit, cookies.PORTAL_RESET, visits.path(visit, "/reset-password"))

    @web("GET", f"{HOME}/reset-password")
    def show_portal_reset(self, visit: Visit) -> Response:
        return self._draw_portal_reset(visit)

    @web("POST", f"{HOME}/reset-password")
    def send_portal_reset(self, visit: Visit) -> Response:
        request = ResetPassword(
            token_digest=email_tokens.digest(visit, cookies.PORTAL_RESET),
            password=visit.form.get("password", ""),
            password_repeat=visit.form.get("password_repeat", ""),
        )
        if self._portal_reset(visit) is None:
            return self._draw_portal_link(visit, LinkKind.RESET, None)
        outcome = forms.submit(
            visit, lambda: self.contacts.reset_contact_password(request), RESET, entered={}
        )
        if isinstance(outcome, Refused):
            return self._draw_portal_reset(visit, **outcome.context)
        response = see_other(visits.path(visit), notice="password_reset")
        for name in (cookies.PORTAL_RESET, cookies.PORTAL_SESSION):
            cookies.drop(response, name)
        return response

    def _portal_activation(self, visit: Visit) -> Activation | None:
        """What the link is good for at this portal; None where nobody knows it, or it is another portal's."""
        digest = email_tokens.digest(visit, cookies.PORTAL_ACTIVATION)
        try:
            found = self.contacts.get_contact_activation(GetActivation(token_digest=digest))
        except ActivationUnknown:
            return None
        return found if found.portal_slug == visits.slug(visit) else None

    def _portal_reset(self, visit: Visit) -> EmailToken | None:
        digest = email_tokens.digest(visit, cookies.PORTAL_RESET)
        try:
            found = self.contacts.get_contact_password_reset(GetEmailToken(token_digest=digest))
        except EmailTokenUnknown:
            return None
        return found if found.portal_slug == visits.slug(visit) else None

    def _draw_portal_activation(self, visit: Visit, **values: Any) -> Response:
        return self._draw_portal_link(visit, LinkKind.ACTIVATION, self._portal_activation(visit), **values)

    def _draw_portal_reset(self, visit: Visit, **values: Any) -> Response:
        return self._draw_portal_link(visit, LinkKind.RESET, self._portal_reset(visit), **values)

    def _draw_portal_link(
        self,
        visit: Visit,
        kind: LinkKind,
        found: Activation | EmailToken | None,
        *,
        status: int = 200,
        **values: Any,
    ) -> Response:
        """The form that a link leads to, or why there is none. Looking changes nothing: mail scanners look too."""
        page = contexts.SetPassword
        if found is None:
            return visits.draw(visit, self.contacts, page, status=404, kind=kind, state=LinkState.UNKNOWN)
        state = email_tokens.STATES[found.state]
        if state is not LinkState.READY:
            return visits.draw(visit, self.contacts, page, status=410, kind=kind, state=state)
        shown = {"email_masked": found.email_masked, "expires_at": found.expires_at, **values}
        return visits.draw(visit, self.contacts, page, status=status, kind=kind, state=state, **shown)
