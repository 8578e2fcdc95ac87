"""One run's place on the machine, and its removal.

Everything lives below two directories whose parents only root can write (guarded refuses policies
elsewhere, rightly). A run holds a lock on its directory; what a killed run left behind is cleared by
the next one, which sees that the lock is free."""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import sys
import time

from . import shell

VAR = "/var/lib/guarded-test"
RUN = "/run/guarded-test"


class Site(contextlib.ExitStack):
    """A context: on exit, in reverse order, what was registered with `callback`, then processes,
    mounts and directories below the site."""

    def __init__(self):
        super().__init__()
        self.name = f"t{os.getpid()}"
        self.var = f"{VAR}/{self.name}"
        self.run = f"{RUN}/{self.name}"
        self.mark = "guarded-host-" + secrets.token_hex(6)

    def __enter__(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(130))
        _clear_stale()
        for path in (self.var, self.run):
            os.makedirs(path, mode=0o755, exist_ok=True)
        self._lock = _lock(self.var)
        if self._lock is None:
            raise shell.Failed(f"{self.var} is in use")
        super().__enter__()
        self.callback(remove, self.var, self.run)
        return self

    def path(self, *parts, mode=0o755):
        """A directory of the site, made when it is not there."""
        path = os.path.join(self.var, *parts)
        os.makedirs(path, mode=mode, exist_ok=True)
        return path

    def runpath(self, *parts, mode=0o755):
        path = os.path.join(self.run, *parts)
        os.makedirs(path, mode=mode, exist_ok=True)
        return path


def _lock(path):
    handle = open(path + ".lock", "w", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _clear_stale():
    os.makedirs(VAR, mode=0o755, exist_ok=True)
    os.makedirs(RUN, mode=0o755, exist_ok=True)
    for entry in os.listdir(VAR):
        path = os.path.join(VAR, entry)
        if entry.endswith(".lock") or not os.path.isdir(path):
            continue
        lock = _lock(path)
        if lock:
            remove(path, os.path.join(RUN, entry))
            lock.close()


def processes(*needles):
    """The processes whose arguments name one of the paths: containerd's shims and conmons outlive
    the engine that started them."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as line:
                text = line.read().decode(errors="replace")
        except OSError:
            continue
        if int(pid) != os.getpid() and any(needle + "/" in text for needle in needles):
            found.append(int(pid))
    return found


def mounts(*prefixes):
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as table:
        points = [line.split()[4].replace("\\040", " ") for line in table]
    return [p for p in points if any(p == x or p.startswith(x + "/") for x in prefixes)]


def remove(*paths):
    """Ends what runs from the directories, unmounts what is mounted below, removes them and the
    bridge of their name."""
    for _ in range(20):
        left = processes(*paths)
        if not left:
            break
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    for _ in range(3):
        for point in reversed(mounts(*paths)):
            shell.run(["umount", "-l", point])
    for path in paths:
        if mounts(path):    # never delete through something that is mounted
            continue
        shutil.rmtree(path, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + ".lock")
        shell.run(["ip", "link", "delete", bridge(os.path.basename(path))])


def bridge(name):
    return "gd-" + name[-8:]
