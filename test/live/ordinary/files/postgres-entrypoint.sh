#!/bin/bash
# PostgreSQL: prepare the directories as root, become postgres, make the cluster once, run what is
# in /docker-entrypoint-initdb.d against a server that nobody else can reach, then the server.
set -Eeo pipefail
[ "${1:0:1}" = - ] && set -- postgres "$@"

if [ "$1" = postgres ]; then
	mkdir -p "$PGDATA"
	chmod 0700 "$PGDATA" || :
	mkdir -p /var/run/postgresql || :
	chmod 03775 /var/run/postgresql || :	# set-gid: a policy may forbid it, and nothing is lost
	if [ "$(id -u)" = 0 ]; then
		find "$PGDATA" ! -user postgres -exec chown postgres '{}' +
		find /var/run/postgresql ! -user postgres -exec chown postgres '{}' +
		exec gosu postgres "$0" "$@"
	fi
	if [ ! -s "$PGDATA/PG_VERSION" ]; then
		user=${POSTGRES_USER:-postgres}
		if [ -z "$POSTGRES_PASSWORD" ]; then
			echo "POSTGRES_PASSWORD is needed to make a cluster" >&2
			exit 1
		fi
		initdb --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") -A scram-sha-256
		echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
		export PGPASSWORD=$POSTGRES_PASSWORD
		pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
		[ "${POSTGRES_DB:-postgres}" = postgres ] ||
			psql -U "$user" -d postgres -c "create database \"$POSTGRES_DB\""
		for script in /docker-entrypoint-initdb.d/*; do
			case "$script" in
			*.sql) psql -v ON_ERROR_STOP=1 -U "$user" -d "${POSTGRES_DB:-postgres}" -f "$script" ;;
			*.sh) . "$script" ;;
			esac
		done
		pg_ctl -D "$PGDATA" -m fast -w stop
		unset PGPASSWORD
		echo "cluster made"
	fi
fi
exec "$@"
