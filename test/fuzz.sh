#!/bin/sh
# Run each fuzzer for the same number of seconds: fuzz.sh SECONDS BUILDDIR NAME...
# A crash, leak or broken invariant fails; so does a fuzzer that got nowhere.
set -u
seconds=$1 dir=$2
shift 2
passed=0 failed=0
[ $# -gt 0 ] || { echo "no fuzzers"; exit 1; }
for f in "$@"; do
	work=$dir/corpus/$f
	mkdir -p "$work"
	seeds=test/fuzz/seeds/$f
	[ -d "$seeds" ] || seeds=
	# shellcheck disable=SC2086
	if "$dir/fuzz_$f" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix="$dir/$f-" "$work" $seeds >"$dir/$f.log" 2>&1 &&
		n=$(sed -n 's/^stat::number_of_executed_units: //p' "$dir/$f.log") && [ "${n:-0}" -gt 100 ]; then
		passed=$((passed + 1))
		printf '  ok      fuzz_%-24s %9d runs in %d s\n' "$f" "$n" "$seconds"
	else
		failed=$((failed + 1))
		tail -n 40 "$dir/$f.log"
		printf '  FAILED  fuzz_%s\n' "$f"
	fi
done
echo "fuzz: $passed passed, $failed failed"
[ $failed -eq 0 ]
