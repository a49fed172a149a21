"""A private RabbitMQ node: `RabbitNode` runs the installed server for one process.

Own data, own ports of 127.0.0.1, own epmd: nothing is shared with a broker that the system may run. Like
EmbeddedPostgres it ends with the process that started it, by a watchdog that holds a pipe to that process.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from chassis.process.ports import free_port
from deploy.local.watchdog import Watchdog

NODE_NAME = "frontdesk@localhost"
LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1}"
START_LIMIT_SECONDS = 60.0
STOP_LIMIT_SECONDS = 30.0
AMQP_GREETING = b"AMQP\x00\x00\x09\x01"

# The package's wrapper in /usr/sbin changes the user; the scripts behind it do not.
SCRIPT_FOLDERS = (
    "/usr/lib/rabbitmq/bin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
    "/opt/rabbitmq/sbin",
)

SETTINGS = {
    "vm_memory_high_watermark.absolute": "1GB",
    "disk_free_limit.absolute": "50MB",
    "log.file.level": "info",
    "log.console": "false",
}


class RabbitMissingError(Exception):
    """No RabbitMQ is installed."""


class RabbitError(Exception):
    """The node, or a command to it, failed; the text holds what it said."""


class RabbitNode:
    """One node with its data under `folder`; it keeps its ports over restarts."""

    def __init__(
        self,
        folder: Path,
        *,
        settings: Mapping[str, str] | None = None,
        plugins: tuple[str, ...] = (),
        arguments: str = "",
    ) -> None:
        """`arguments` are for the Erlang machine, besides our own."""
        self.folder = folder.absolute()
        self.port = free_port()
        self._epmd_port = free_port()
        self._distribution_port = free_port()
        self._settings = SETTINGS | {"listeners.tcp.local": f"127.0.0.1:{self.port}"} | dict(settings or {})
        self._plugins = plugins
        self._arguments = arguments
        self._scripts = find_scripts()
        self._node: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None
        self._watchdog: Watchdog | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def uri(self) -> str:
        return self.uri_of("/")

    def uri_of(self, vhost: str) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{vhost}"

    @property
    def pid(self) -> int | None:
        """The Erlang machine, leader of a process group of its own."""
        return self._node.pid if self._node else None

    @property
    def inner_ports(self) -> tuple[int, int]:
        """Of the node's name server and of the node among its kind; nobody else needs them."""
        return (self._epmd_port, self._distribution_port)

    def start(self) -> None:
        """Starts the node and returns as soon as it serves."""
        self._prepare()
        self._start_epmd()
        if self._node is None or self._node.poll() is not None:
            self._node = self._spawn("node", str(self._scripts / "rabbitmq-server"))
        try:
            self._wait_until_serving()
        except BaseException:
            self.close()
            raise

    def stop(self) -> None:
        """In order: connections are closed, queues are flushed."""
        self._end_node(signal.SIGTERM)

    def kill9(self) -> None:
        """As a crash: nothing is closed, nothing is flushed."""
        self._end_node(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        """Ends everything this object started; the data stay."""
        self._end_node(signal.SIGKILL)
        if self._epmd:
            self._epmd.kill()
            self._epmd.wait()
            self._forget("epmd")
        if self._watchdog:
            self._watchdog.close()
        self._epmd = self._watchdog = None

    def rabbitmqctl(self, *arguments: str) -> str:
        """Runs rabbitmqctl against this node; what it prints."""
        done = subprocess.run(
            [str(self._scripts / "rabbitmqctl"), "--quiet", *arguments],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=self.environment(),
            cwd=self.folder,
        )
        if done.returncode:
            raise RabbitError(f"rabbitmqctl {' '.join(arguments)}: {(done.stderr or done.stdout).strip()}")
        return done.stdout.strip()

    def new_vhosts(self, *names: str) -> None:
        """Several at once, because starting rabbitmqctl takes longer than making a hundred of them."""
        listed = ",".join(f'<<"{name}">>' for name in names)
        self.rabbitmqctl("eval", ADD_VHOSTS % listed)

    def _prepare(self) -> None:
        for name in ("home", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        lines = [f"{name} = {value}" for name, value in self._settings.items()]
        (self.folder / "rabbitmq.conf").write_text("\n".join([*lines, ""]))
        (self.folder / "plugins").write_text(f"[{','.join(self._plugins)}].\n")
        (self.folder / "environment").write_text("")
        if self._watchdog is None:
            self._watchdog = Watchdog(self.folder)

    def _start_epmd(self) -> None:
        """As our own child: a node that finds none would leave one behind."""
        if self._epmd is None:
            self._epmd = self._spawn("epmd", "epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1")
            wait_for(lambda: is_open(self._epmd_port), "epmd does not listen")

    def _spawn(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log" / f"{name}.out").open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=self.environment(),
                cwd=self.folder,
            )
        if self._watchdog:
            self._watchdog.watch(name, process.pid)
        return process

    def _end_node(self, how: signal.Signals) -> None:
        node, self._node = self._node, None
        if node is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(node.pid, how)
        try:
            node.wait(STOP_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(node.pid, signal.SIGKILL)
            node.wait()
        self._forget("node")

    def _forget(self, name: str) -> None:
        if self._watchdog:
            self._watchdog.forget(name)

    def _wait_until_serving(self) -> None:
        def serves() -> bool:
            if self._node is None or self._node.poll() is not None:
                raise RabbitError(f"RabbitMQ ended while starting:\n{self._end_of_output()}")
            return greets(self.port)

        wait_for(serves, "RabbitMQ does not serve")

    def _end_of_output(self) -> str:
        return "\n".join((self.folder / "log" / "node.out").read_text(errors="replace").splitlines()[-15:])

    def environment(self) -> dict[str, str]:
        """What the node's own programs run with, rabbitmqctl for one."""
        foreign = ("RABBITMQ_", "ERL_")
        own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return own | {
            "HOME": str(self.folder / "home"),
            "LC_ALL": "C.UTF-8",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": NODE_NAME,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_BASE": str(self.folder),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "data" / "rabbitmq.pid"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "environment"),
            # Together they make the script become the Erlang machine instead of its parent.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-noinput {LOOPBACK} {self._arguments}",
            "RABBITMQ_CTL_ERL_ARGS": LOOPBACK,
            # rabbitmqctl listens too: where the system likes, and not on ports that others have been given.
            "RABBITMQ_CTL_DIST_PORT_MIN": "0",
            "RABBITMQ_CTL_DIST_PORT_MAX": "0",
        }


ADD_VHOSTS = """
lists:foreach(fun(Name) ->
    rabbit_vhost:add(Name, <<"frontdesk">>),
    rabbit_auth_backend_internal:set_permissions(
        <<"guest">>, Name, <<".*">>, <<".*">>, <<".*">>, <<"frontdesk">>)
end, [%s]).
"""


def find_scripts() -> Path:
    """The folder of the scripts that start RabbitMQ as the user who calls them."""
    given = shutil.which("rabbitmq-server", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    folders = [Path(name) for name in SCRIPT_FOLDERS] + ([Path(given).resolve().parent] if given else [])
    for folder in folders:
        if (folder / "rabbitmq-server").exists() and (folder / "rabbitmq-env").exists():
            return folder
    raise RabbitMissingError(
        "no RabbitMQ is installed: sh deploy/setup/rabbitmq.sh installs one, or says how"
    )


def greets(port: int) -> bool:
    """A broker that serves answers the greeting with its Connection.Start, frame type 1."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(AMQP_GREETING)
        return connection.recv(1) == b"\x01"
    return False


def is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_for(condition: Callable[[], bool], failure: str) -> None:
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RabbitError(f"{failure} after {START_LIMIT_SECONDS:.0f} s")
        time.sleep(0.02)
