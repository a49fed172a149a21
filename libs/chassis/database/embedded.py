"""A private PostgreSQL server from a Python wheel: `EmbeddedPostgres`.

For development and tests. The server ends with the process that started it, however that process ends: a
watchdog in a session of its own holds a pipe to that process, and stops the server when the pipe closes.
"""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote

from chassis.database.embedded_host import (
    WAIT_FOR_PREDECESSOR_SECONDS,
    EmbeddedPostgresError,
    command_prefix,
    data_owner,
    environment,
    find_programs,
    lock_folder,
    read_pid,
    runs_postgres,
)
from chassis.process.ports import free_port

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]

SUPERUSER = "postgres"
# The path of a Unix socket holds 108 bytes on Linux, 104 on macOS, with a zero at its end.
LONGEST_SOCKET_PATH = 103
WAIT_FOR_SERVER_SECONDS = 60

SETTINGS = {
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "shared_buffers": "64MB",
}
# A crash of the machine may lose data, a killed server does not: for tests, which kill only processes.
FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off"}

CREATE_USER_AND_DATABASE = r"""
SELECT format('CREATE ROLE %I LOGIN', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
"""


class EmbeddedPostgres:
    """One server with its data under `folder`, by a Unix socket or (`tcp`) a free port of 127.0.0.1.

    Whoever can connect is trusted: only the owner of the data may enter the socket's folder; the port is for
    tests.
    """

    def __init__(
        self,
        folder: Path,
        *,
        tcp: bool = False,
        is_durable: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.data / "server.log"
        self.port = free_port() if tcp else 5432
        self._is_tcp = tcp
        self._settings = SETTINGS | ({} if is_durable else FAST_SETTINGS) | dict(settings or {})
        self._programs = find_programs()
        self._socket_folder: Path | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Creates the data when they are new, clears what a crash left behind, and waits until it serves."""
        if self._watchdog:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._owner = data_owner(self.data)
        self._as_owner = command_prefix(self._owner)
        self._start_watchdog()
        try:
            self._create_data()
            self._clear_leftovers()
            self._launch()
        except BaseException:
            self._stop_watchdog()
            raise

    def stop(self, *, immediate: bool = False) -> None:
        """Ends the server; `immediate` is a crash: no checkpoint, the next start recovers from the log."""
        if not self._watchdog:
            return
        self._end_server(signal.SIGQUIT if immediate else signal.SIGINT)
        self._stop_watchdog()

    def restart(self, *, immediate: bool = False) -> None:
        """The same server again, at the same address."""
        self.stop(immediate=immediate)
        self.start()

    @property
    def pid(self) -> int | None:
        """The server's main process, None when it does not run."""
        pid = read_pid(self.data / "postmaster.pid")
        return pid if pid and runs_postgres(pid, self.data) else None

    @property
    def admin_url(self) -> str:
        return self.url(SUPERUSER)

    def url(self, database: str, *, user: str = SUPERUSER, driver: str = "postgresql+psycopg") -> str:
        """For SQLAlchemy; with `driver="postgresql"` for psycopg and psql."""
        if self._is_tcp:
            return f"{driver}://{user}@127.0.0.1:{self.port}/{database}"
        if not self._socket_folder:
            raise EmbeddedPostgresError("the server is not started")
        return f"{driver}://{user}@/{database}?host={quote(str(self._socket_folder))}&port={self.port}"

    def ensure_database(self, name: str) -> str:
        """A database and its owner of the same name, no superuser: row level security binds it. Its URL."""
        self.psql(CREATE_USER_AND_DATABASE, variables={"name": name})
        return self.url(name, user=name)

    def psql(
        self, script: str, *, database: str = SUPERUSER, variables: Mapping[str, str] | None = None
    ) -> str:
        """Runs a script as superuser; what it prints, one row a line."""
        options = [f"--set={name}={value}" for name, value in (variables or {}).items()]
        address = self.url(database, driver="postgresql")
        return self._run("psql", "-XqAt", "--set=ON_ERROR_STOP=1", *options, address, stdin=script)

    def _create_data(self) -> None:
        if self.data.exists():
            return
        new = self.folder / "data.new"  # renamed when complete: an interrupted start leaves no half of it
        if new.exists():
            shutil.rmtree(new)
        new.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(new, self._owner.pw_uid, self._owner.pw_gid)
        initial = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        sync = [] if self._settings.get("fsync") != "off" else ["--no-sync"]
        self._run("initdb", "-D", str(new), "-U", SUPERUSER, *initial, "--builtin-locale=C.UTF-8", *sync)
        new.rename(self.data)

    def _clear_leftovers(self) -> None:
        """After a crash of the machine: a postmaster.pid whose number another process may bear by now."""
        self._end_server(signal.SIGINT)
        for lock in self.data.glob(".s.PGSQL.*"):
            lock.unlink()

    def _end_server(self, how: signal.Signals) -> None:
        """Not by `pg_ctl stop`: that waits a minute for a killed server whose process nobody has reaped."""
        deadline = time.monotonic() + WAIT_FOR_SERVER_SECONDS
        if pid := self.pid:
            os.kill(pid, how)
        while pid := self.pid:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _launch(self) -> None:
        self._socket_folder = self._make_socket_folder()
        options = {"port": str(self.port), "unix_socket_directories": str(self._socket_folder)}
        options["listen_addresses"] = "127.0.0.1" if self._is_tcp else ""
        words = [shlex.quote(f"-c{name}={value}") for name, value in (options | self._settings).items()]
        data, log, limit = str(self.data), str(self.log), str(WAIT_FOR_SERVER_SECONDS)
        # Backends of a killed server leave on their own, some milliseconds after it.
        deadline = time.monotonic() + WAIT_FOR_PREDECESSOR_SECONDS
        while True:
            try:
                self._run("pg_ctl", "start", "-D", data, "-w", "-t", limit, "-l", log, "-o", " ".join(words))
            except EmbeddedPostgresError as error:
                log_end = self._end_of_log()
                if "shared memory block" not in log_end or time.monotonic() > deadline:
                    raise EmbeddedPostgresError(f"PostgreSQL did not start; its log:\n{log_end}") from error
                time.sleep(0.05)
            else:
                return

    def _make_socket_folder(self) -> Path:
        if len(os.fsencode(self.data / f".s.PGSQL.{self.port}")) <= LONGEST_SOCKET_PATH:
            return self.data
        if self._socket_folder and self._socket_folder.exists():
            return self._socket_folder
        folder = Path(tempfile.mkdtemp(prefix="frontdesk-"))
        if os.geteuid() == 0:
            os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)
        return folder

    def _start_watchdog(self) -> None:
        """Takes the folder for this process; the watchdog shares the lock, which so outlives the process."""
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            lock_folder(lock, self.folder)
            pg_ctl = str(self._programs / "pg_ctl")
            stop = [*self._as_owner, pg_ctl, "stop", "-D", str(self.data), "-m", "fast", "-t", "10"]
            self._watchdog = subprocess.Popen(  # noqa: S603 our own words
                ["/bin/sh", "-c", 'read -r _; "$@" >/dev/null 2>&1', "watchdog", *stop],
                stdin=subprocess.PIPE,
                pass_fds=(lock,),
                start_new_session=True,
                cwd=self.folder,
                env=environment(),
            )
        finally:
            os.close(lock)

    def _stop_watchdog(self) -> None:
        watchdog, self._watchdog = self._watchdog, None
        if watchdog:
            if watchdog.stdin:
                watchdog.stdin.close()
            watchdog.wait()
        if self._socket_folder and self._socket_folder != self.data:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, stdin: str = "") -> str:
        command = [*self._as_owner, str(self._programs / program), *arguments]
        done = subprocess.run(  # noqa: S603 our own words
            command,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
            cwd=self.folder,
        )
        if done.returncode:
            raise EmbeddedPostgresError(f"{program} failed: {(done.stderr or done.stdout).strip()}")
        return done.stdout.strip()

    def _end_of_log(self) -> str:
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
