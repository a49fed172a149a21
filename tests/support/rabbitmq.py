"""The broker that tests use: a private node of RabbitMQ, or the one that FRONTDESK_TEST_AMQP_URI names.

Each test gets a virtual host of its own, so that no queue outlives its test.
"""

import base64
import itertools
import os
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from deploy.local.rabbitmq import RabbitError, RabbitMissingError, RabbitNode

__all__ = ["Broker", "ExternalBroker", "PrivateBroker", "RabbitError", "RabbitMissingError", "open_broker"]

VHOSTS_AT_A_TIME = 25
MANAGEMENT_PORT = 15672
# A thousand quorum queues of a run's tests would be counted every five seconds, for nobody.
SELDOM_COUNTED = "-rabbit quorum_tick_interval 60000"


class Broker(Protocol):
    """What every test may ask of a broker, wherever it runs."""

    @property
    def uri(self) -> str: ...

    def new_vhost(self) -> str:
        """The URI of a virtual host that nobody has used."""

    def close(self) -> None: ...


class PrivateBroker(RabbitNode):
    """A node of our own: it can be killed, paused and asked by rabbitmqctl too."""

    def __init__(self, folder: Path, *, arguments: str = "") -> None:
        super().__init__(folder, arguments=arguments)
        self._numbers = itertools.count(1)
        self._unused: list[str] = []

    def new_vhost(self) -> str:
        if not self._unused:
            self._unused = [f"test-{next(self._numbers)}" for _ in range(VHOSTS_AT_A_TIME)]
            self.new_vhosts(*self._unused)
        return self.uri_of(self._unused.pop(0))


class ExternalBroker:
    """A broker that somebody else runs; virtual hosts by its management API, else by a local rabbitmqctl."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._address = urlsplit(uri)
        self._made: list[str] = []

    def new_vhost(self) -> str:
        name = f"frontdesk-test-{secrets.token_hex(4)}"
        self._add(name)
        self._made.append(name)
        return self._address._replace(path=f"/{name}").geturl()

    def close(self) -> None:
        for name in self._made:
            with suppress(RabbitError):
                self._remove(name)
        self._made.clear()

    def _add(self, name: str) -> None:
        user = unquote(self._address.username or "guest")
        try:
            self._manage("PUT", f"/api/vhosts/{name}")
        except OSError:
            rabbitmqctl("add_vhost", name)
            rabbitmqctl("set_permissions", "-p", name, user, ".*", ".*", ".*")

    def _remove(self, name: str) -> None:
        try:
            self._manage("DELETE", f"/api/vhosts/{name}")
        except OSError:
            rabbitmqctl("delete_vhost", name)

    def _manage(self, method: str, path: str) -> None:
        """Who makes a virtual host by the management API may use it at once."""
        user, password = self._address.username or "guest", self._address.password or "guest"
        token = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
        address = f"http://{self._address.hostname}:{MANAGEMENT_PORT}{quote(path)}"
        request = urllib.request.Request(address, method=method, headers={"Authorization": f"Basic {token}"})
        with urllib.request.urlopen(request, timeout=5):
            pass


def rabbitmqctl(*arguments: str) -> None:
    """The system's rabbitmqctl, which speaks to the system's broker."""
    program = shutil.which("rabbitmqctl", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if not program:
        raise RabbitError(NO_VHOSTS)
    done = subprocess.run([program, "--quiet", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RabbitError(f"{NO_VHOSTS}\nrabbitmqctl said: {done.stderr.strip()}")


NO_VHOSTS = (
    "each test needs a virtual host of its own, and the broker of FRONTDESK_TEST_AMQP_URI gives none: "
    f"switch on its management plugin (port {MANAGEMENT_PORT}) for that user, or unset the variable"
)


def open_broker(folder: Path) -> Broker:
    """Ready to use; a missing broker is an error, never a reason to skip."""
    if uri := os.environ.get("FRONTDESK_TEST_AMQP_URI"):
        return ExternalBroker(uri)
    broker = PrivateBroker(folder, arguments=SELDOM_COUNTED)
    broker.start()
    return broker
