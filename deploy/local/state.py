"""The state that the commands of the local suite share, in a folder of FRONTDESK_HOME."""

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path

PROCFILE = Path(__file__).parents[1] / "Procfile"


@dataclass(frozen=True)
class State:
    """The folder of one running suite."""

    folder: Path

    @classmethod
    def here(cls) -> "State":
        folder = Path(os.environ.get("FRONTDESK_HOME", ".frontdesk")).absolute() / "local"
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        return cls(folder)

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def supervisor_log(self) -> Path:
        return self.folder / "supervisor.log"

    def supervisor(self) -> int | None:
        """The process that holds the suite, None when nothing is up."""
        file = self.folder / "supervisor"
        if not file.exists():
            return None
        with file.open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read() or 0) or None
        return None

    def become_supervisor(self) -> int:
        """Holds the suite as long as this process lives; the descriptor of the lock."""
        lock = os.open(self.folder / "supervisor", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        return lock

    def wanted(self) -> dict[str, int]:
        """How many processes of each service shall run."""
        return dict.fromkeys(commands(), 1) | self._read("wanted.json")

    def want(self, counts: dict[str, int]) -> None:
        self._write("wanted.json", self.wanted() | counts)

    def running(self) -> dict[str, int]:
        """How many processes of each service run, as the supervisor last wrote; empty until it has started them."""
        return self._read("running.json")

    def tell_running(self, counts: dict[str, int]) -> None:
        self._write("running.json", counts)

    def is_as_wanted(self) -> bool:
        return self.running() == {name: count for name, count in self.wanted().items() if count}

    def environment(self) -> dict[str, str]:
        """The variables with the addresses of bus and databases."""
        file = self.folder / "environment.json"
        return dict(json.loads(file.read_text())) if file.exists() else {}

    def tell_environment(self, variables: dict[str, str]) -> None:
        file = self.folder / "environment.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(variables, indent=2))

    def _read(self, name: str) -> dict[str, int]:
        file = self.folder / name
        return dict(json.loads(file.read_text())) if file.exists() else {}

    def _write(self, name: str, counts: dict[str, int]) -> None:
        new = self.folder / f"{name}.new"
        new.write_text(json.dumps(counts))
        new.replace(self.folder / name)


def commands() -> dict[str, list[str]]:
    """What deploy/Procfile names: service and command line."""
    lines = (line.partition(":") for line in PROCFILE.read_text().splitlines() if line.strip())
    return {name.strip(): command.split() for name, _, command in lines}
