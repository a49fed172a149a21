"""The browser that tests drive: the system's Chromium, else the one that playwright keeps for the user.

`python -m tests.support.browser` prints its path; `make test` asks so whether it must install one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

# The shell without a window draws the same pages in three quarters of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def system_chromium() -> str | None:
    """Ubuntu's /usr/bin/chromium-browser may be a notice about a snap: only what tells its version counts."""
    for name in NAMES:
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


def executable(playwright: Playwright) -> str | None:
    own = playwright.chromium.executable_path
    return system_chromium() or (own if Path(own).exists() else None)


def launch(playwright: Playwright) -> Browser:
    """Headless; a missing browser is an error, never a reason to skip."""
    path = executable(playwright)
    if path is None:
        raise RuntimeError("no Chromium is installed: sh deploy/setup/chromium.sh installs one")
    # Chromium has no sandbox for root, and a container's /dev/shm is small. A graphics card that is made up costs a
    # process of its own, which two cores can do without.
    arguments = ["--disable-dev-shm-usage", "--disable-gpu", "--in-process-gpu"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=path, args=arguments)


if __name__ == "__main__":
    with sync_playwright() as started:
        found = executable(started)
    print(found or "no Chromium")
    sys.exit(0 if found else 1)
