#!/bin/sh
# Makes .venv with a Python from 3.11 to 3.13.
. deploy/setup/common.sh

is_fit() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if has "$candidate" && is_fit "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    case $(uname) in
    Darwin) fail "Frontdesk needs Python 3.11, 3.12 or 3.13" "brew install python@3.13" ;;
    *) fail "Frontdesk needs Python 3.11, 3.12 or 3.13 (PYTHON=/path/to/python make … names one)" ;;
    esac
}

if [ -x .venv/bin/python ] && is_fit .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; then
    exit 0
fi
python=$(find_python)
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
# Debian and Ubuntu ship Python without this part.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    has apt-get || fail "this Python ($python) comes without venv and ensurepip: install a complete one"
    apt_install "python$version-venv"
fi
say "Making .venv with Python $version"
rm -rf .venv
"$python" -m venv .venv
