#!/bin/sh
# Writes requirements/*.txt: every package pinned with hashes for Python 3.11 to 3.13, without any address.
# `make lock` keeps the pins that still fit; `make lock upgrade=1` takes the newest.
. deploy/setup/common.sh

upgrade=${upgrade:+--upgrade}

# lock FILE EXTRA [OPTION…]
lock() {
    file=requirements/$1.txt extra=$2
    shift 2
    say "Resolving $file"
    # shellcheck disable=SC2086
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --custom-compile-command "make lock" $upgrade \
        --extra "$extra" --output-file "$file" "$@" pyproject.toml requirements/build.in
}

lock run embedded
lock test test
lock check check
lock bench bench
# What an image holds: of each service its own packages, in the versions that everything else runs on.
for service in accounts billing contacts notifications gateway; do
    lock $service $service --constraint requirements/run.txt --no-annotate
done
if grep -nE '://' requirements/*.txt; then
    fail "requirements/*.txt must not hold addresses"
fi
