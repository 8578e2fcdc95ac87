#!/bin/sh
# install.sh DESTDIR PREFIX SYSCONF BUILD: put the programs, profiles and pages where they belong. A host
# without a configuration gets the default one; one that has its own keeps it to the byte.
set -eu
dest=$1 prefix=$2 sysconf=$3 build=$4
put() { install -D -m "$1" "$2" "$dest$3" && echo "  $3"; }

# Without symbols: half the pages to map at each start.
put_program() { install -D -s -m 755 "$1" "$dest$2" && echo "  $2"; }

put_program "$build/guarded" "$prefix/sbin/guarded"
put_program "$build/guardctl" "$prefix/sbin/guardctl"
for f in profiles/*.json; do put 644 "$f" "$prefix/share/guarded/$f"; done
for f in profiles/seccomp/*.json; do put 644 "$f" "$prefix/share/guarded/$f"; done
for f in schemas/*.json; do [ -e "$f" ] && put 644 "$f" "$prefix/share/guarded/$f"; done
for f in man/*.[1-8]; do put 644 "$f" "$prefix/share/man/man${f##*.}/$(basename "$f")"; done

install -d -m 755 "$dest$sysconf/guarded" "$dest$sysconf/guarded/policy.d"
install -d -m 700 "$dest/var/lib/guarded" "$dest/var/log/guarded"
[ -e "$dest$sysconf/guarded/guarded.json" ] || put 644 profiles/etc/guarded.json "$sysconf/guarded/guarded.json"
if [ -z "$(ls "$dest$sysconf/guarded/policy.d")" ]; then
	put 644 profiles/etc/10-default.json "$sysconf/guarded/policy.d/10-default.json"
fi
# Applied at once on a live system; a package does it in its own script.
if [ -z "$dest" ]; then
	"$prefix/sbin/guardctl" apply
fi
