"""A watchdog that ends the processes of a killed process: a shell that holds a pipe to their owner."""

import subprocess
from pathlib import Path

# Each file in the folder names the leader of a process group that the owner started.
SCRIPT = """
read -r _
for file in "$1"/*.pid; do
    [ -s "$file" ] && kill -s KILL -- "-$(cat "$file")"
done 2>/dev/null
"""


class Watchdog:
    """Kills, once its owner is gone, every process group that a `*.pid` file of `folder` names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for old in folder.glob("*.pid"):
            old.unlink()
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", SCRIPT, "watchdog", str(folder)], stdin=subprocess.PIPE, start_new_session=True
        )

    def watch(self, name: str, pid: int) -> None:
        (self._folder / f"{name}.pid").write_text(str(pid))

    def forget(self, name: str) -> None:
        """The process has ended: its number may go to another."""
        (self._folder / f"{name}.pid").unlink(missing_ok=True)

    def close(self) -> None:
        if self._shell.stdin:
            self._shell.stdin.close()
        self._shell.wait()
