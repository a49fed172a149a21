"""The pages that mails link to."""

from __future__ import annotations

import dataclasses
from typing import NewType

Url = NewType("Url", str)
"""An address of our own, shown as it is. Every other `str` of a mail counts as typed by a stranger."""


@dataclasses.dataclass(frozen=True)
class PortalUrls:
    """Where an account's contacts log in, and what lies under it."""

    portal_url: str

    def log_in(self) -> Url:
        return Url(self.portal_url)

    def forgot_password(self) -> Url:
        return Url(f"{self.portal_url}/forgot-password")

    def activation(self, token: str) -> Url:
        return Url(f"{self.portal_url}/activate/{token}")

    def password_reset(self, token: str) -> Url:
        return Url(f"{self.portal_url}/reset-password/{token}")


@dataclasses.dataclass(frozen=True)
class Urls:
    """All under the configured address, never one that a request named."""

    public_url: str

    def log_in(self) -> Url:
        return self._page("log-in")

    def sessions(self) -> Url:
        """Where a user sees and ends their own sessions."""
        return self._page("account/sessions")

    def second_factor(self) -> Url:
        """Where a user sees their second factor."""
        return self._page("account/second-factor")

    def email_address(self) -> Url:
        """Where a user sees and cancels the change of their address."""
        return self._page("account/email")

    def forgot_password(self) -> Url:
        """Where somebody without a password asks for a new one."""
        return self._page("forgot-password")

    def cancellation(self) -> Url:
        """Where an owner cancels the account, and undoes it."""
        return self._page("account/cancellation")

    def portal(self, slug: str) -> PortalUrls:
        """The portal of the account that has this slug."""
        return PortalUrls(f"{self.public_url.rstrip('/')}/portal/{slug}")

    # Those with a token stand in one mail only, and work once.

    def activation(self, token: str) -> Url:
        return self._page(f"activate/{token}")

    def password_reset(self, token: str) -> Url:
        return self._page(f"reset-password/{token}")

    def email_change(self, token: str) -> Url:
        return self._page(f"email-change/{token}")

    def email_change_undo(self, token: str) -> Url:
        return self._page(f"email-change/undo/{token}")

    def reactivation_request(self, token: str) -> Url:
        return self._page(f"reactivation-requests/link/{token}")

    def _page(self, path: str) -> Url:
        return Url(f"{self.public_url.rstrip('/')}/{path}")
