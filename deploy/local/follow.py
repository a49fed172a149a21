"""Log following: the lines of all processes, each with its process's name before it."""

import sys
import time
from pathlib import Path

LAST_LINES = 20
LOOK_SECONDS = 0.2


def follow(folder: Path) -> None:
    """Print the lines as they are written, those of processes that start meanwhile too, until Ctrl-C."""
    read: dict[Path, int] = {}
    is_first = True
    while True:
        for log in sorted(folder.glob("*.log")):
            if log not in read:
                read[log] = last_lines_offset(log) if is_first else 0
            read[log] = show_from(log, read[log])
        is_first = False
        time.sleep(LOOK_SECONDS)


def show_from(log: Path, offset: int) -> int:
    with log.open("rb") as file:
        file.seek(offset)
        *lines, _unfinished = file.read().split(b"\n")
    for line in lines:
        sys.stdout.write(f"{log.stem:17} | {line.decode(errors='replace')}\n")
    if lines:
        sys.stdout.flush()
    return offset + sum(len(line) + 1 for line in lines)


def last_lines_offset(log: Path) -> int:
    content = log.read_bytes()
    return len(content) - sum(len(line) for line in content.splitlines(keepends=True)[-LAST_LINES:])
