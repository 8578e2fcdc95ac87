#!/bin/bash
# What jobs of a build host do, as root in their container: unpack, own, build, test, pack.
set -euo pipefail
echo "job in $PWD as $(id -un), CI=$CI, $(nproc | sed 's/.*/some/') processors"
rm -rf src unpacked home && mkdir src unpacked && printf 'def double(n):\n    return 2 * n\n' >src/lib.py
tar -C src -cf src.tar . && tar -C unpacked --same-owner -xpf src.tar
install -d -o 1000 -g 1000 -m 0750 home && cp src/lib.py home/ && chown -R 1000:1000 home
ln -sf ../src/lib.py unpacked/link.py && ln -f src/lib.py unpacked/hard.py && mkfifo unpacked/pipe
chmod 4700 unpacked/lib.py 2>/dev/null || :
umask 027 && touch private && stat -c '%a %u:%g %n' private home home/lib.py
setpriv --reuid 1000 --regid 1000 --clear-groups python3 -c '
import sys; sys.path.insert(0, "home"); import lib; print("as", __import__("os").getuid(), lib.double(21))'
python3 - <<'PY'
import multiprocessing, os, tempfile, threading, socket, mmap, fcntl
with multiprocessing.Pool(2) as pool:
    print("pool", pool.map(abs, [-1, -2, -3]))
with tempfile.TemporaryFile() as f:
    f.truncate(1 << 20); fcntl.flock(f, fcntl.LOCK_EX); m = mmap.mmap(f.fileno(), 0); m[:4] = b"data"
a, b = socket.socketpair(); a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, bytes([1, 0, 0, 0]))])
print("passed", len(b.recvmsg(1, 100)[1]), "descriptor")
PY
(sleep 100 & echo $! >sleeper; wait) & sleep 0.3
kill "$(cat sleeper)" && wait && echo "background ended"
python3 - <<'PY'
import psycopg2
with psycopg2.connect(host="database", user="app", password="secret", dbname="app") as link:
    with link.cursor() as cursor:
        cursor.execute("create temp table results (n int); insert into results select 7; table results")
        print("stored", cursor.fetchall())
PY
exec 3<>/dev/tcp/cache/6379 && printf 'PING\r\n' >&3 && head -c 7 <&3 | tr -d '\r'
echo "<testsuite tests='3'/>" >/reports/junit.xml
sha256sum src.tar | sed 's/.* /packed /' && tar -czf artifact.tgz src unpacked/hard.py
exit "$EXIT"
