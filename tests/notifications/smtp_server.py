"""SMTP server for tests, in a process of its own, whose answer depends on the recipient's local part.

Each line on standard output is one event as JSON: `ready` with the port, then a `message` for each one taken.
"""

# ruff: noqa: N802 (names and arguments of the handlers are aiosmtpd's)

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

REFUSED_SENDER = "stranger"
SLOW_SECONDS = 0.5
RECIPIENT_ANSWERS = {
    "unknown": "550 5.1.1 <unknown@example.com>: no such user",
    "full": "452 4.2.2 mailbox full",
}
ACCEPTANCE_ANSWERS = {"spam": "554 5.7.1 refused by content", "later": "451 4.3.0 try again later"}


def tell(event: str, **facts: object) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)


class Answers:
    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith(REFUSED_SENDER):
            return "553 5.7.1 not your address"
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := RECIPIENT_ANSWERS.get(address.partition("@")[0]):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        local_part = envelope.rcpt_tos[0].partition("@")[0]
        transport: Any = server.transport
        if local_part == "drop":
            transport.abort()
            return "250 never heard"
        if local_part == "silent":
            await asyncio.Event().wait()
        if local_part == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        if local_part == "closing":
            asyncio.get_running_loop().call_later(0.05, transport.close)
        if answer := ACCEPTANCE_ANSWERS.get(local_part):
            return answer
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        tell(
            "message",
            connection=session.peer[1] if session.peer else None,
            is_tls=transport.get_extra_info("ssl_object") is not None,
            user=session.auth_data.decode() if session.auth_data else None,
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            content=content.decode("utf-8"),
        )
        return "250 2.0.0 queued as 4711"


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    is_right = data.password == b"p@ss/word"
    return AuthResult(success=is_right, handled=False, auth_data=data.login)


async def serve(arguments: argparse.Namespace) -> None:
    context = None
    if arguments.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(arguments.certificate, arguments.key)
    is_implicit = arguments.tls == "implicit"

    def protocol() -> SMTP:
        return SMTP(
            Answers(),
            enable_SMTPUTF8=not arguments.ascii_only,
            tls_context=None if is_implicit else context,
            require_starttls=arguments.tls == "starttls",
            authenticator=authenticate if arguments.log_in else None,
            auth_required=arguments.log_in,
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", 0, ssl=context if is_implicit else None
    )
    tell("ready", port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--log-in", action="store_true")
    parser.add_argument("--ascii-only", action="store_true")
    asyncio.run(serve(parser.parse_args()))
