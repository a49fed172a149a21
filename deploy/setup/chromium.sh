#!/bin/sh
# Sees to it that the browser tests find a Chromium: the system's, else the one that playwright keeps for the user.
. deploy/setup/common.sh

if .venv/bin/python -m tests.support.browser >/dev/null 2>&1; then
    exit 0
fi
# Ubuntu's package of that name is a snap, which a container cannot run.
if has apt-get && ! is_ubuntu; then
    apt_install chromium
    exit 0
fi
say "Installing a Chromium for the browser tests (playwright install chromium)"
if has apt-get; then
    .venv/bin/playwright install --with-deps chromium
else
    .venv/bin/playwright install chromium
fi
