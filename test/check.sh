#!/bin/sh
# Run unit test programs (Check) and add up their closing lines: "N%: Checks: A, Failures: B, Errors: C".
# A program that crashes or prints no such line counts as one failure.
set -u
passed=0 failed=0
[ $# -gt 0 ] || { echo "no unit tests built"; exit 1; }
for t in "$@"; do
	out=$("$t" 2>&1)
	rc=$?
	line=$(printf '%s\n' "$out" | grep -E '^[0-9]+%: Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+$' | tail -n 1)
	if [ -z "$line" ]; then
		printf '%s\n%s: no result, exit status %d\n' "$out" "$t" "$rc"
		failed=$((failed + 1))
		continue
	fi
	set -- $(printf '%s\n' "$line" | tr -c '0-9\n' ' ')
	bad=$(($3 + $4))
	[ $rc -eq 0 ] || [ $bad -gt 0 ] || bad=1
	passed=$((passed + $2 - $3 - $4))
	failed=$((failed + bad))
	if [ $bad -gt 0 ]; then
		printf '%s\n' "$out"
	else
		printf '  ok      %-48s %4d checks\n' "$(basename "$t")" "$2"
	fi
done
echo "unit: $passed passed, $failed failed"
[ $failed -eq 0 ]
