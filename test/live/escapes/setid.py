"""A writable host directory: what a container leaves there, any account of the host may run.

Every row is tried in a directory that the policy lets containers write; the goal is a set-uid or
set-gid program, a device node or file capabilities on the host."""

import os
import stat

from lib import shell
from lib.makers import execs, podman, run

from .mounts import bind, volume

BIND = "-v {shared}:/x"
GOAL = "leave a set-uid program on the host"


def left(name="p"):
    return lambda attempt, _text: attempt.setid(os.path.join(attempt.shared, name))


def by(way, mode="4755", *, there=False, flags=BIND, **more):
    """Gives the file this mode by this call; `there`: the file exists before."""
    script = ("cp /bin/busybox /x/p; " if there else "") + f"probe mode {way} {mode} /x/p"
    return run(flags, GOAL, script, left(),
        name=f"{flags.replace('{shared}', 'DIR')}, {way} {mode}",
               **more)


def program(attempt):
    """A set-uid program of the host's own, in the shared directory."""
    attempt.put(os.path.join(attempt.shared, "p"), "#!/bin/true\n", 0o4755)


def overwritten(attempt, _text):
    """It holds what the container wrote, and is set-uid still."""
    path = os.path.join(attempt.shared, "p")
    with open(path, "rb") as file:
        return attempt.mode(path) & stat.S_ISUID and file.read(3) != b"#!/" + b"" \
            and os.path.getsize(path) > 20


def writable(attempt):
    os.chmod(attempt.shared, 0o777)


def shared_mount(attempt):
    """The directory as a mount of its own that propagates, as on hosts that systemd set up."""
    bind(attempt, attempt.shared, attempt.shared)
    shell.must("mount", "--make-shared", attempt.shared)


ROWS = [
    run(BIND, GOAL, "cp /bin/busybox /x/p && chmod 4755 /x/p", left(),
        name="-v DIR:/x, chmod 4755"),
    run(BIND, GOAL, "cp /bin/busybox /x/p && chown 0:6 /x/p && chmod g+s /x/p", left(),
        name="-v DIR:/x, chmod g+s for group disk"),
    run(BIND, GOAL,
        "cp /bin/busybox /tmp/p; chmod 6755 /tmp/p; tar -C /tmp -cf /tmp/t p; tar -C /x -xpf "
        "/tmp/t", left(), name="-v DIR:/x, tar -xp of a set-uid file"),
    run(BIND, GOAL, "cp /bin/busybox /tmp/p; chmod 4755 /tmp/p; cp -p /tmp/p /x/p", left(),
        name="-v DIR:/x, cp -p of a set-uid file"),
    run(BIND, GOAL, "cp /bin/busybox /x/p; chmod 4755 /x/p; mv /x/p /x/q", left("q"),
        name="-v DIR:/x, renamed afterwards"),
    by("fchmod", there=True), by("fchmodat", there=True), by("fchmodat2", there=True,
       flags=BIND + " --security-opt seccomp=unconfined"), by("int80", there=True),
    by("open"), by("openat"), by("creat"), by("tmpfile"), by("mknod", "6755"),
        by("mknodat", "2755"),
    by("openat2"), by("io_uring"), by("filecap", there=True),
    # A kernel without x32 says that it is not implemented; the filter, that it is not permitted.
    by("x32", there=True, needs=("x32",),
        shows=lambda text: "x32: Operation not permitted" in text),
    run(BIND, "take over a set-uid program of the host's", "cat /bin/busybox > /x/p", overwritten,
        name="-v DIR:/x, an existing set-uid file overwritten", before=program),
    run(BIND + " -u 1000:1000", "leave another account's set-uid program",
        "cp /bin/busybox /x/p && "
        "chmod 4755 /x/p", left(), name="-v DIR:/x -u 1000, chmod 4755", before=writable),
    run(BIND + " -u 1000:6", "leave a set-gid program for the disks", "cp /bin/busybox /x/p && "
        "chmod 2755 /x/p", left(), name="-v DIR:/x -u 1000:6, chmod 2755", before=writable),
    run(BIND + " -u 1000 --group-add 6", "leave a set-gid program for the disks", "cp /bin/busybox "
        "/x/p && chgrp 6 /x/p && chmod 2755 /x/p", left(), before=writable,
        name="-v DIR:/x -u 1000 --group-add 6, chmod 2755"),
    run(BIND + " --cap-drop ALL --security-opt no-new-privileges", GOAL, "cp /bin/busybox /x/p && "
        "chmod 4755 /x/p", left(), name="-v DIR:/x --cap-drop ALL, chmod 4755"),
    run(BIND, "leave a device node on the host", "mknod /x/p b 7 0", left(),
        name="-v DIR:/x, mknod of a disk"),
    run(BIND, "leave a device node on the host", "mknod /x/p c 1 11", left(),
        name="-v DIR:/x, mknod of a character device"),
    run("--mount type=bind,source={shared},target=/x,bind-propagation=rslave", GOAL,
        "cp /bin/busybox /x/p && chmod 4755 /x/p", left(), name="--mount bind-propagation=rslave",
        before=shared_mount),
    run("-v {id}:/x", GOAL, "cp /bin/busybox /x/p && chmod 4755 /x/p", left(),
        before=volume(type="none", o="bind", device="{shared}"),
        name="-v VOLUME:/x whose device is DIR, chmod 4755"),
    execs("", GOAL, "cp /bin/busybox /x/p && chmod 4755 /x/p", left(), container=BIND,
          name="into a container with -v DIR:/x, chmod 4755"),
    execs("-u 0", GOAL, "cp /bin/busybox /x/p && chmod 4755 /x/p", left(),
          container=BIND + " -u 1000", name="-u 0 into a container with -u 1000 -v DIR:/x"),
    podman("-v {shared}:/x", GOAL, "cp /bin/busybox /x/p && chmod 4755 /x/p", left(),
           name="-v DIR:/x, chmod 4755"),
    podman("-v {shared}:/x:suid,dev", GOAL, "cp /bin/busybox /x/p && chmod 4755 /x/p", left(),
           name="-v DIR:/x:suid,dev, chmod 4755"),
]
