"""Devices of the host: by flag, by rule, by path, by node."""

from lib.makers import execs, run
from lib.rows import reads, says

from .mounts import disk

DISK = "read a host disk"


def find(path):
    """Prints the secret if it stands on the device (the script does not hold it)."""
    return f"strings -n 24 {path} | grep -E '^[0-9a-f]{{24}}' || dd if={path} bs=1M 2>/dev/null | " \
           "tr -c '0-9a-f' '\\n' | grep -E '^[0-9a-f]{24}$'"


def node(attempt):
    disk(attempt)
    attempt.words["minor"] = attempt.words["loop"].removeprefix("/dev/loop")


ROWS = [
    run("--device {loop}:/dev/d", DISK, find("/dev/d"), reads, before=disk, name="--device DISK"),
    run("--device {loop}:/dev/d:r", DISK, find("/dev/d"), reads, before=disk,
        name="--device DISK:/dev/d:r"),
    run(["--device-cgroup-rule", "b *:* rwm"], DISK, "mknod /tmp/d b 7 {minor}; " + find("/tmp/d"),
        reads, before=node, name="--device-cgroup-rule 'b *:* rwm', mknod"),
    run(["--device-cgroup-rule", "a *:* rwm"], DISK, "mknod /tmp/d b 7 {minor}; " + find("/tmp/d"),
        reads, before=node, name="--device-cgroup-rule 'a *:* rwm', mknod"),
    run(["--device-cgroup-rule", "b 7:* r"], DISK, "mknod /tmp/d b 7 {minor}; " + find("/tmp/d"),
        reads, before=node, name="--device-cgroup-rule 'b 7:* r', mknod"),
    run(["-v", "{loop}:/dev/d", "--device-cgroup-rule", "b 7:* rw"], DISK, find("/dev/d"), reads,
        before=disk, name="-v DISK:/dev/d with a rule"),
    run("--device /dev/kmsg", "write the kernel's log", "echo {token} > /dev/kmsg && echo WRO''TE",
        says("WROTE")),
    run(["--device-cgroup-rule", "c 1:11 rw"], "write the kernel's log",
        "mknod /tmp/k c 1 11; echo "
        "{token} > /tmp/k && echo WRO''TE", says("WROTE"),
        name="--device-cgroup-rule 'c 1:11 rw', mknod of kmsg"),
    run("--device /dev/fuse", "mount file systems of one's own",
        "true < /dev/fuse && echo OP''ENED",
        says("OPENED")),
    run("--device /dev/loop-control", "make loop devices", "true < /dev/loop-control && echo "
        "OP''ENED", says("OPENED")),
    run("--device /dev/net", "configure the network",
        "ls /dev/net/tun && true < /dev/net/tun && echo "
        "OP''ENED", says("OPENED"), name="--device DIRECTORY", needs=("tun",)),
    execs("--privileged", DISK, "mknod /tmp/d b 7 {minor}; " + find("/tmp/d"), reads, before=node,
          name="--privileged, mknod of a disk", needs=("cap:SYS_RESOURCE",)),
]
