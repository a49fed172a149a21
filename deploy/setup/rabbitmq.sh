#!/bin/sh
# Sees to it that a RabbitMQ is installed; the tests and `make up` start private nodes of it.
. deploy/setup/common.sh

PATH=$PATH:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin
if [ -n "${FRONTDESK_TEST_AMQP_URI:-}" ] && [ "${1:-}" = test ]; then
    say "Tests use the broker that FRONTDESK_TEST_AMQP_URI names"
    exit 0
fi
if has rabbitmq-server; then
    exit 0
fi
if ! has apt-get; then
    case $(uname) in
    Darwin) fail "RabbitMQ is missing" "brew install rabbitmq" ;;
    *) fail "RabbitMQ is missing: install your system's package rabbitmq-server, or set FRONTDESK_TEST_AMQP_URI" ;;
    esac
fi

# Debian would start a system-wide broker at once and at each boot. Nobody here needs it: a policy of our own forbids
# the start during the installation, unless the machine already has a policy.
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ] && { [ -z "$as_root" ] || has sudo; }; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
    trap '$as_root rm -f $policy' EXIT
    trap 'exit 130' INT TERM
    $as_root chmod 755 $policy
fi
apt_install rabbitmq-server
if has systemctl; then
    $as_root systemctl disable --quiet rabbitmq-server >/dev/null 2>&1 || true
fi
