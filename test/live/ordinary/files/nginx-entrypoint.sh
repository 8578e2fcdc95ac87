#!/bin/sh
# nginx: run what is in /docker-entrypoint.d first, as far as this account may.
set -e
if [ "$1" = nginx ]; then
	find /docker-entrypoint.d -follow -type f -name '*.sh' -print | sort | while read -r step; do
		[ -x "$step" ] && "$step" >&2
	done
	echo "nginx-entrypoint: ready" >&2
fi
exec "$@"
