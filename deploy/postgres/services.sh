#!/bin/sh
# Makes each service's database and roles. The image of PostgreSQL runs it when its data are new; elsewhere run it as a
# superuser, with psql's own variables (PGHOST, PGUSER, …) leading to the server.
set -eu

sql=${FRONTDESK_SERVICE_SQL:-/etc/frontdesk/service.sql}
export PGUSER="${POSTGRES_USER:-${PGUSER:-postgres}}" PGDATABASE="${POSTGRES_DB:-${PGDATABASE:-postgres}}"

for service in accounts billing contacts notifications; do
    prefix=FRONTDESK_$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')
    for role in OWNER SERVICE READER; do
        name=${prefix}_${role}_DATABASE_PASSWORD
        eval "password=\${$name:-}"
        [ -n "$password" ] || {
            echo "services.sh: $name must be given" >&2
            exit 1
        }
        export "${role}_PASSWORD=$password"
    done
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set service="$service" --file "$sql"
done
