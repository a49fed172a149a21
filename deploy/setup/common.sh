# What every set-up step shares: telling what it does, becoming root, installing a Debian package.
# Sourced, not run: `. deploy/setup/common.sh` from the project's folder.
set -eu

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# One line of what is wrong, one of what mends it.
fail() {
    printf '\033[31merror:\033[0m %s\n' "$1" >&2
    [ $# -lt 2 ] || printf '       run:  %s\n' "$2" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }

# apt_install PACKAGE… — as root, or through sudo; without either says the one command.
apt_install() {
    sudo=""
    if [ "$(id -u)" != 0 ]; then
        has sudo || fail "this needs root, and there is no sudo here" "su -c 'apt-get install -y $*'"
        sudo="sudo"
    fi
    say "Installing $* (apt-get${sudo:+ with sudo})"
    log=$(mktemp)
    if ! { $sudo apt-get update -qq </dev/null &&
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null
    } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        fail "apt-get could not install $*" "${sudo:+$sudo }apt-get update && ${sudo:+$sudo }apt-get install $*"
    fi
    rm -f "$log"
}
