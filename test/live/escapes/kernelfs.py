"""The kernel's own files: /proc, /sys, cgroup hierarchies, as seen from inside."""

import os

from lib import machine
from lib.makers import execs, run
from lib.rows import says

UNMASK = "--security-opt systempaths=unconfined"


def keep(path):
    """Puts back what an attack that succeeds writes into a host-wide kernel file."""
    def before(attempt):
        if os.path.exists(path):
            with open(path, encoding="ascii") as file:
                old = file.read()

            def restore():
                with open(path, "w", encoding="ascii") as file:
                    file.write(old)
            attempt.callback(restore)
    return before


def holds(path):
    """The kernel's file holds the token now."""
    return lambda attempt, _text: attempt.dropped(path)


CORE = "/proc/sys/kernel/core_pattern"
MODPROBE = "/proc/sys/kernel/modprobe"
MOUNT_CGROUP = "mkdir /tmp/c; mount -t cgroup -o memory cgroup /tmp/c || mount -t cgroup2 none /tmp/c; "


def wrote_agent(attempt, _text):
    return machine.has("cgroup1") and attempt.dropped("/sys/fs/cgroup/memory/release_agent")


ROWS = [
    run(UNMASK, "run a program on the host by a crash", "echo '|{token}' > " + CORE, holds(CORE),
        name=UNMASK + ", core_pattern", before=keep(CORE)),
    run(UNMASK, "pull the host's sysrq lever", "echo h > /proc/sysrq-trigger && echo PUL''LED",
        says("PULLED"), name=UNMASK + ", sysrq-trigger", needs=("sysrq",)),
    run(UNMASK + " --cap-add SYS_RAWIO", "read the kernel's memory",
        "head -c 4 /proc/kcore | grep -q "
        "ELF && echo RE''AD", says("READ"), name=UNMASK + " --cap-add SYS_RAWIO, kcore",
        needs=("kcore",)),
    run(UNMASK, "run a program on the host when a module is wanted", "echo /{token} > " + MODPROBE,
        holds(MODPROBE), name=UNMASK + ", modprobe", before=keep(MODPROBE), needs=("modprobe",)),
    run("-v /sys:/s", "run a program on the host at the next event", "echo /{token} > "
        "/s/kernel/uevent_helper", holds("/sys/kernel/uevent_helper"),
        name="-v /sys:/s, uevent_helper",
        before=keep("/sys/kernel/uevent_helper"), needs=("uevent_helper",)),
    run("--cap-add SYS_ADMIN", "lift one's own device rules", "mkdir /tmp/c; mount -t cgroup -o "
        "devices none /tmp/c; echo 'a *:* rwm' > /tmp/c/docker/$(grep -o '[0-9a-f]\\{64\\}' "
        "/proc/self/cgroup | head -1)/devices.allow && mknod /tmp/d b 7 0 && true < /tmp/d && echo "
        "OP''ENED", says("OPENED"), name="--cap-add SYS_ADMIN, devices.allow", needs=("cgroup1",)),
    run(UNMASK, "change a host-wide limit", "cat /proc/sys/vm/overcommit_ratio > "
        "/proc/sys/vm/overcommit_ratio && echo WRO''TE", says("WROTE"),
        name=UNMASK + ", /proc/sys/vm"),
    run(UNMASK, "read the host's timers",
        "grep -m1 -o 'Timer List' /proc/timer_list && echo RE''AD",
        says("READ"), name=UNMASK + ", timer_list", needs=("timer_list",)),
    run(UNMASK, "read firmware tables", "ls /sys/firmware | grep . && echo RE''AD", says("READ"),
        name=UNMASK + ", /sys/firmware"),
    run("--cap-add SYS_ADMIN", "run a program on the host by release_agent", MOUNT_CGROUP +
        "echo /{token} > /tmp/c/release_agent", wrote_agent, needs=("cgroup1",),
        name="--cap-add SYS_ADMIN, release_agent",
        before=keep("/sys/fs/cgroup/memory/release_agent")),
    run("--cap-add SYS_ADMIN", "write a cgroup", MOUNT_CGROUP + "mkdir /tmp/c/{id} && rmdir "
        "/tmp/c/{id} && echo WRO''TE", says("WROTE"),
        name="--cap-add SYS_ADMIN, mount of a cgroup"),
    run("--cap-add SYS_ADMIN", "run a program on the host by a crash",
        "mkdir /tmp/p; mount -t proc "
        "proc /tmp/p; echo '|{token}' > /tmp/p/sys/kernel/core_pattern", holds(CORE),
        name="--cap-add SYS_ADMIN, a second /proc", before=keep(CORE)),
    run("--cap-add SYS_ADMIN", "write the host's /sys",
        "mount -o remount,rw /sys; f=/sys/kernel/mm/"
        "ksm/run; cat $f > $f && echo WRO''TE", says("WROTE"),
        name="--cap-add SYS_ADMIN, /sys made writable"),
    run("--cap-add SYS_ADMIN", "register an interpreter for the host", "mkdir /tmp/b; mount -t "
        "binfmt_misc none /tmp/b && test -w /tmp/b/register && echo MOUN''TED", says("MOUNTED"),
        name="--cap-add SYS_ADMIN, binfmt_misc"),
    run("--cap-add SYS_ADMIN", "watch the host's kernel",
        "mkdir /tmp/t; mount -t tracefs none /tmp/t "
        "&& test -w /tmp/t/tracing_on && echo MOUN''TED", says("MOUNTED"),
        name="--cap-add SYS_ADMIN, tracefs"),
    run("--cap-add SYS_ADMIN", "undo read-only paths",
        "umount /proc/sysrq-trigger; umount /proc/sys; "
        "f=/proc/sys/vm/overcommit_ratio; cat $f > $f && echo WRO''TE", says("WROTE"),
        name="--cap-add SYS_ADMIN, umount /proc/sys"),
    execs("--privileged", "run a program on the host by a crash", "umount /proc/sys; mount -t proc "
          "proc /mnt; mkdir /tmp/p; mount -t proc proc /tmp/p; echo '|{token}' > "
          "/tmp/p/sys/kernel/core_pattern", holds(CORE), name="--privileged, core_pattern",
          before=keep(CORE), needs=("cap:SYS_RESOURCE",)),
]
