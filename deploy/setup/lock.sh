#!/bin/sh
# Writes requirements/*.txt: every package pinned with hashes for Python 3.11 to 3.13, without any address.
# `make lock` keeps the pins that still fit; `make lock upgrade=1` takes the newest.
. deploy/setup/common.sh

upgrade=${upgrade:+--upgrade}
for pair in run:embedded test:test check:check bench:bench; do
    file=requirements/${pair%%:*}.txt
    say "Resolving $file"
    # shellcheck disable=SC2086
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --custom-compile-command "make lock" $upgrade \
        --extra "${pair##*:}" --output-file "$file" pyproject.toml requirements/build.in
done
if grep -nE '://' requirements/*.txt; then
    fail "requirements/*.txt must not hold addresses"
fi
