#!/bin/sh
# Who may include whom (design section 11), proven over the sources. Every rule must be looked at: a directory that
# is empty, or a grep that fails for another reason than "no match", fails the check.
set -eu
cd "$(dirname "$0")/.."
bad=0
checked=0

# may DIR ALLOWED...: headers of the project that files in lib/DIR include come only from these rooms.
may() {
	dir=$1
	shift
	files=$(find "$dir" -name '*.[ch]')
	[ -n "$files" ] || { echo "layering: $dir is empty"; bad=1; return; }
	for f in $files; do
		for inc in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$f"); do
			room=${inc%%/*}
			[ "$room" != "$inc" ] || room=$(basename "$dir") # a neighbour
			case " $(basename "$dir") $* " in
			*" $room "*) ;;
			*) echo "layering: $f includes $inc"; bad=1 ;;
			esac
			checked=$((checked + 1))
		done
	done
}

# never DIR REGEX WHY
never() {
	if grep -rnE --include='*.[ch]' "$2" "$1"; then
		echo "layering: $1: $3"
		bad=1
	elif [ $? -ne 1 ]; then
		echo "layering: cannot read $1"
		bad=1
	fi
}

may lib/base
may lib/json base
may lib/invocation base json
may lib/document base json
may lib/facts base json document
may lib/image base json facts document
may lib/trust base json facts
may lib/mac base json
may lib/control base json facts mac
may lib/policy base json facts control mac
may lib/decide base json facts control policy
may lib/conform base json facts control policy decide
may lib/arm base json facts document decide
may lib/audit base json facts control policy decide

# json-c only checks our own reading, in a fuzzer; the other libraries have one door each.
for d in json base document invocation facts image control policy decide conform arm audit; do
	never lib/$d '#include <json-c' 'json-c is for the fuzzer of lib/json only'
	never lib/$d '#include <seccomp' 'libseccomp is included in lib/mac only'
done
# Controls are pure: facts and configuration in, findings out.
never lib/control '#include <(fcntl|unistd|dirent|signal|sys/(stat|mount|socket|ioctl|mman|wait))' \
	'a control asks the host'
# What the runtime links is loaded by every launch; cosign signatures are verified by guardctl alone.
for d in lib shim/runtime; do
	never $d '#include <openssl' 'OpenSSL is guardctl'"'"'s alone'
done
never lib '\b(printf|puts|perror|exit|_exit|getenv|setenv|system|popen) ?\(' \
	'the library prints, exits or reads the environment'
[ $checked -gt 50 ] || { echo "layering: looked at $checked includes only"; bad=1; }
[ $bad -eq 0 ] && echo "layering: $checked includes, all downward"
exit $bad
