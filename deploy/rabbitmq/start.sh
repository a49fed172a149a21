#!/bin/sh
# Starts the broker and tells it its users: their passwords come from the environment, their rights from a file.
# `start.sh users` only tells them, to a broker that runs already.
set -eu

definitions=${FRONTDESK_BROKER_DEFINITIONS:-/etc/rabbitmq/definitions.json}

# A password is letters, digits, - and _, for it also stands in the services' addresses.
users() {
    separator=""
    printf '{"users":['
    for service in accounts billing contacts notifications gateway; do
        name=FRONTDESK_$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')_AMQP_PASSWORD
        eval "password=\${$name:-}"
        case $password in
        "" | *[!A-Za-z0-9_-]*)
            echo "start.sh: $name must be given, of letters, digits, - and _" >&2
            return 1
            ;;
        esac
        printf '%s{"name":"%s","password":"%s","tags":""}' "$separator" "$service" "$password"
        separator=,
    done
    printf ']}\n'
}

tell() {
    rabbitmqctl --quiet await_startup --timeout 120
    # By a file that nobody else can read: arguments can be read by every process.
    secret=$(umask 077 && mktemp)
    trap 'rm -f "$secret"' EXIT
    users >"$secret"
    rabbitmqctl --quiet import_definitions "$secret"
    rm -f "$secret"
    rabbitmqctl --quiet import_definitions "$definitions"
    if rabbitmqctl --quiet list_users | grep -q '^guest'; then
        rabbitmqctl --quiet delete_user guest
    fi
}

if [ "${1:-}" = users ]; then
    tell
    exit
fi
users >/dev/null
tell &
exec docker-entrypoint.sh rabbitmq-server
