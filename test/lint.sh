#!/bin/sh
# Static analysis and pages. Every tool that is named must be there; test/packages.txt installs them.
set -u
cd "$(dirname "$0")/.."
bad=0
# Left out: what cppcheck cannot parse (a compound literal behind "?"), and the chain of path elements on the stack
# in document/check.c, which ends where its frame does.
cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr --std=c11 -D__x86_64__ \
	--suppress=missingIncludeSystem --suppress=internalAstError --suppress=autoVariables:lib/document/check.c \
	-Ilib -Ishim -DGD_VERSION='"lint"' lib shim || bad=1
for f in man/*.[1-8]; do
	mandoc -Tlint -W warning "$f" || bad=1
done
for f in test/*.sh .ci/run; do
	bash -n "$f" || bad=1
done
[ $bad -eq 0 ] && echo "lint: clean"
exit $bad
