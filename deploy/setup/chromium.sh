#!/bin/sh
# Sees to it that the browser tests find a Chromium: the system's, else the one that playwright keeps for the user.
. deploy/setup/common.sh

find_chromium() { .venv/bin/python -m tests.support.browser; }

if find_chromium >/dev/null 2>&1; then
    exit 0
fi
# playwright's own node needs libatomic1. Ubuntu's package chromium is a snap, which a container cannot run.
if ! has apt-get; then
    say "Installing a Chromium for the browser tests (playwright install chromium)"
    .venv/bin/playwright install chromium
elif is_ubuntu; then
    apt_install libatomic1
    say "Installing a Chromium for the browser tests (playwright install --with-deps chromium)"
    .venv/bin/playwright install --with-deps chromium
elif ! (apt_install chromium-headless-shell fonts-liberation libatomic1); then
    say "Trying the package of the whole Chromium"
    apt_install chromium fonts-liberation libatomic1
fi
find_chromium >/dev/null || fail "the browser tests still find no Chromium (see above)"
