"""Which pages do our mails point to? Under the configured address, never one that a request named."""

from __future__ import annotations

from notifications.catalogue import Link


def activation(public_url: str, token: str) -> Link:
    return Link(f"{public_url.rstrip('/')}/activate/{token}")


def log_in(public_url: str) -> Link:
    return Link(f"{public_url.rstrip('/')}/log-in")
