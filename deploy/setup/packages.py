"""The installer of one requirements file and of the project into .venv, with a progress display.

Run with the environment's own Python: `.venv/bin/python deploy/setup/packages.py run`.
"""

import re
import subprocess
import sys
from pathlib import Path

LINES_SHOWN_ON_FAILURE = 25


def main(group: str) -> int:
    requirements = Path("requirements") / f"{group}.txt"
    total = len(re.findall(r"^[a-zA-Z0-9]", requirements.read_text(), flags=re.MULTILINE))
    say(f"Installing the {total} packages of {requirements} into .venv")
    project = ["--no-deps", "--no-build-isolation", "--editable", "."]
    return pip(["--require-hashes", "--requirement", str(requirements)], total) or pip(project, 1)


def pip(arguments: list[str], total: int) -> int:
    command = [sys.executable, "-m", "pip", "install", "--no-input", "--progress-bar", "off", *arguments]
    lines: list[str] = []
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            lines.append(line)
            if match := re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.\-]+)", line):
                seen += 1
                show(f"    {min(seen, total)}/{total} {match[1]}")
            elif line.startswith("Installing collected"):
                show("    unpacking")
    show("")
    if process.returncode:
        sys.stderr.writelines(lines[-LINES_SHOWN_ON_FAILURE:])
        sys.stderr.write("error: pip could not install the packages; run the same command again to retry\n")
    return process.returncode


def say(text: str) -> None:
    sys.stderr.write(f"\033[1m==>\033[0m {text}\n")


def show(text: str) -> None:
    """One line that overwrites itself; nothing where the output is a file."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except KeyboardInterrupt:
        show("")
        sys.exit(130)
