"""The URL of a mail server."""

from __future__ import annotations

import dataclasses
import ssl
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
OPTIONS = frozenset({"starttls", "ca_file"})


@dataclasses.dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """What the URL says: smtp://user:password@host:port?starttls=required or smtps://…"""

    host: str
    port: int
    is_tls: bool
    is_starttls: bool
    user: str = ""
    password: str = dataclasses.field(default="", repr=False)
    ca_file: str | None = None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read the URL; a mistake is named without repeating the URL, which may hold a password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:  # its text may hold a piece of an unquoted password
            raise ValueError("The SMTP address cannot be read; are all special characters quoted?") from None
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        starttls = options.get("starttls", "required")
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("The SMTP address must read smtp://host or smtps://host")
        if options.keys() - OPTIONS or starttls not in ("required", "none"):
            raise ValueError(
                "The SMTP address may end in ?starttls=required|none and &ca_file=…, nothing else"
            )
        server = cls(
            host=parts.hostname,
            port=port or PORTS[parts.scheme],
            is_tls=parts.scheme == "smtps",
            is_starttls=parts.scheme == "smtp" and starttls == "required",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            ca_file=options.get("ca_file"),
        )
        if server.user and not (server.is_tls or server.is_starttls or server.host in LOOPBACK):
            raise ValueError("The SMTP address holds a password, which must not travel without TLS")
        return server

    def tls_context(self) -> ssl.SSLContext | None:
        """Trusts the system's authorities or those of `ca_file`; None where nothing is encrypted."""
        if not (self.is_tls or self.is_starttls):
            return None
        context = ssl.create_default_context(cafile=self.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context
