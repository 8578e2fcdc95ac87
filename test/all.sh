#!/bin/sh
# Everything, in order of cost, and one line of sums at the end. A stage that fails without having counted a failure
# counts as one; a stage that passes without counting counts as one passed. STAGES= picks some.
set -u
cd "$(dirname "$0")/.."
make=${MAKE:-make}
build=${B:-build}
stages=${STAGES:-"lint check asan differential fuzz live vm bench"}
# The cost is judged strictly by `make bench`; here only a clear step back fails.
export BENCH_SLACK="${BENCH_SLACK-1.6}"
mkdir -p "$build/log"
passed=0 failed=0 summary=

for stage in $stages; do
	log=$build/log/$stage
	start=$(date +%s)
	printf '\n== %s\n' "$stage"
	# The exit status through the pipe, without bash's pipefail.
	{ $make --no-print-directory "$stage" 2>&1; echo $? >"$log.rc"; } | tee "$log"
	rc=$(cat "$log.rc")
	# shellcheck disable=SC2046 # two words or none
	set -- $(sed -n 's/^\(.*: \)\{0,1\}\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\2 \3/p' "$log" |
		awk '{ p += $1; f += $2 } END { if (NR) print p, f }')
	[ $# -eq 2 ] || set -- $((rc == 0)) 0
	bad=$2
	[ "$rc" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
	passed=$((passed + $1))
	failed=$((failed + bad))
	summary="$summary$(printf '  %-14s %6d passed %4d failed %6d s' "$stage" "$1" "$bad" \
		$(($(date +%s) - start)))
"
done

printf '\n%s\n' "$summary"
grep -hE '^ *(FAIL|FAILED)\b|:F:|:E:' $(for s in $stages; do echo "$build/log/$s"; done) 2>/dev/null | head -n 60
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
