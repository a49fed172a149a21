"""Mail servers for tests, each in a process of its own, and what they were given."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import IO, Any


@dataclass(frozen=True)
class MailServer:
    port: int
    output: IO[str]

    def next_message(self) -> dict[str, Any]:
        """The next message it accepted; its content parsed."""
        event: dict[str, Any] = json.loads(self.output.readline())
        assert event["event"] == "message"
        return event

    def next_content(self) -> EmailMessage:
        message = email.message_from_string(self.next_message()["content"], policy=email.policy.SMTPUTF8)
        assert isinstance(message, EmailMessage)
        return message


@dataclass(frozen=True)
class Certificate:
    """Signed by itself, so that it also serves as the list of trusted authorities."""

    file: Path
    key: Path

    @property
    def arguments(self) -> tuple[str, ...]:
        return "--certificate", str(self.file), "--key", str(self.key)


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[MailServer]:
    """A server in a process of its own: it cannot share the loop of a test that is patched for eventlet."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.notifications.smtp_server", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            yield MailServer(ready["port"], process.stdout)
        finally:
            process.kill()


def certificate_for(host: str, folder: Path) -> Certificate:
    certificate = Certificate(folder / f"{host}.pem", folder / f"{host}.key")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={host}",
    ]
    names = ["-addext", f"subjectAltName=DNS:{host}"]
    files = ["-out", str(certificate.file), "-keyout", str(certificate.key)]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    return certificate
