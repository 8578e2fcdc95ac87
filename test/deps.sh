#!/bin/sh
# Install what test/packages.txt names and this machine lacks. Needs root only where something is missing.
# --quiet: say nothing when all is there. --list FILE: another list.
set -eu
list=$(dirname "$0")/packages.txt
quiet=
while [ $# -gt 0 ]; do
	case $1 in
	--quiet) quiet=1 ;;
	--list) list=$2 && shift ;;
	*) echo "deps.sh: what is $1?" >&2 && exit 2 ;;
	esac
	shift
done
missing=
for p in $(sed 's/#.*//' "$list"); do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q ' installed$' || missing="$missing $p"
done
if [ -z "$missing" ]; then
	[ -n "$quiet" ] || echo "every package that guarded's build and tests need is installed"
	exit 0
fi
if [ "$(id -u)" != 0 ]; then
	echo "missing packages:$missing" >&2
	echo "install them, or run: sudo make deps" >&2
	exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
# Engines start as services on installation; the tests start private ones and want no other.
rcd=/usr/sbin/policy-rc.d
if [ ! -e $rcd ] && [ ! -d /run/systemd/system ]; then
	printf '#!/bin/sh\nexit 101\n' >$rcd && chmod 755 $rcd
	trap 'rm -f $rcd' EXIT
fi
apt-get update -qq
# shellcheck disable=SC2086 # a list of words
apt-get install -y -qq --no-install-recommends $missing >/dev/null
