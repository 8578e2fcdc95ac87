#!/bin/sh
# bbolt files read without their lock: READS (100000) reads while Debian's bbolt commits transactions as fast as it can, each
# proven to be of one transaction. Needs golang-go and golang-github-coreos-bbolt-dev; downloads nothing.
# usage: test/differential/bolt.sh READER
set -eu
cd "$(dirname "$0")/../.."
reader=$(realpath "$1")
out=$(dirname "$reader")
export GO111MODULE=off GOPATH="${GO_PATH:-/usr/share/gocode}" GOFLAGS= GOCACHE="$out/go-cache" GOTOOLCHAIN=local
(cd test/differential/bolt && go vet . && go build -o "$out/bolt" .)
# The reader demands a file of root's; in memory, where a commit costs least.
dir=$(mktemp -d /dev/shm/guarded-bolt.XXXXXX)
trap 'rm -rf "$dir"' EXIT
mkfifo "$dir/ready" "$dir/end"
"$out/bolt" write "$dir/db" <"$dir/end" >"$dir/ready" &
exec 3>"$dir/end" 4<"$dir/ready"
read -r said <&4
[ "$said" = ready ]
status=0
"$reader" "$dir" "${READS:-100000}" || status=1
exec 3>&-
read -r said <&4
wait $! || status=1
echo "bolt: $said transactions were written"
exit $status
