"""Which pages do our mails point to? Under the configured address, never one that a request named."""

from __future__ import annotations

from notifications.catalogue import Link

# Where the secret link of each mail leads.
PATHS = {
    "reactivation_requested": "reactivation-requests/link",
    "owner_activation": "activate",
    "password_reset": "reset-password",
    "user_invitation": "activate",
    "email_change_confirm": "email-change",
    "email_changed": "email-change/undo",
}


def secret(mail: str, public_url: str, token: str) -> Link:
    """The link that is only in this mail, and works once."""
    return Link(f"{public_url.rstrip('/')}/{PATHS[mail]}/{token}")


def log_in(public_url: str) -> Link:
    return Link(f"{public_url.rstrip('/')}/log-in")


def sessions(public_url: str) -> Link:
    """Where a user sees and ends their own sessions."""
    return Link(f"{public_url.rstrip('/')}/account/sessions")


def second_factor(public_url: str) -> Link:
    """Where a user sees their second factor."""
    return Link(f"{public_url.rstrip('/')}/account/second-factor")


def email_address(public_url: str) -> Link:
    """Where a user sees and cancels the change of their address."""
    return Link(f"{public_url.rstrip('/')}/account/email")


def password_reset(public_url: str) -> Link:
    """Where somebody without a password asks for a new one."""
    return Link(f"{public_url.rstrip('/')}/forgot-password")


def cancellation(public_url: str) -> Link:
    """Where an owner cancels the account, and undoes it."""
    return Link(f"{public_url.rstrip('/')}/account/cancellation")
