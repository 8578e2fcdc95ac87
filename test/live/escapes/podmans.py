"""Through Podman: what its flags put into the document."""

import json
import os

from lib import shell
from lib.makers import podman as run, podman_exec
from lib.rows import drops, reads, says

from .kernelfs import CORE, holds, keep
from .mounts import bind, disk, link, server
from .namespaces import HOST_PROCESS, host_seen, in_host, ns

READ = "read a host file"
HOLD = "hold a capability"


def namespace_file(kind):
    """A namespace of the host's, bound to a file in the permitted tree."""
    def before(attempt):
        path = attempt.put(os.path.join(attempt.shared, "ns"), "")
        shell.must("mount", "--bind", f"/proc/{attempt.words['hostpid']}/ns/{kind}", path)
        attempt.callback(shell.run, ["umount", "-l", path])
    return before


def hooks(attempt):
    """A directory of hooks: its program runs on the host as root."""
    program = attempt.put(os.path.join(attempt.shared, "hook"),
                          f"#!/bin/sh\necho {attempt.token} > {attempt.drop}\n", 0o755)
    attempt.put(os.path.join(attempt.shared, "hook.json"), json.dumps({
        "version": "1.0.0", "hook": {"path": program}, "when": {"always": True},
        "stages": ["createRuntime"]}))


def abstract(attempt):
    server(attempt, "\0" + attempt.id)


def secret_variable(attempt):
    """A secret in the environment of whoever starts the container."""
    attempt.world.podman.env["HOST_SECRET"] = attempt.secret
    attempt.callback(attempt.world.podman.env.pop, "HOST_SECRET")


def host_root(attempt):
    """The host's root under another name."""
    bind(attempt, "/", os.path.join(attempt.shared, "root"))


def own_init(attempt):
    """A host file that only root may read, given as the init program."""
    attempt.put(os.path.join(attempt.host, "init"),
                f'#!/bin/sh\n# {attempt.secret}\nshift\nexec "$@"\n', 0o700)


ROWS = [
    run("-v /:/h", READ, "cat /h{canary}", reads),
    run("-v {host}:/h:ro", READ, "cat /h/canary", reads, name="-v DIR:/h:ro"),
    run("-v {host}:/h:O", READ, "cat /h/canary", reads, name="-v DIR:/h:O (an overlay)"),
    run("-v {shared}/link:/h", READ, "cat /h/canary", reads, before=link, name="-v LINK:/h"),
    run("--mount type=bind,src={host},dst=/h", "write a host file", "echo {token} > /h/drop", drops,
        name="--mount type=bind"),
    run("--rootfs {shared}/root", READ, "cat {canary}", reads, image="", before=host_root,
        name="--rootfs DIR on which / is bound"),
    run("--rootfs /:O", READ, "cat {canary}", reads, image="", name="--rootfs /:O"),
    run("--privileged", HOLD, "probe caps sys_admin", says("HOLDS")),
    run("--privileged", "read a host disk", "tr -c '0-9a-f' '\\n' < {loop} | grep -E "
        "'^[0-9a-f]{24}$'", reads, before=disk, name="--privileged, a host disk"),
    run("--privileged", "run a program on the host by a crash", "echo '|{token}' > " + CORE,
        holds(CORE), before=keep(CORE), name="--privileged, core_pattern"),
    run("--cap-add SYS_ADMIN", HOLD, "probe caps sys_admin", says("HOLDS")),
    run("--cap-add BPF", HOLD, "probe caps bpf", says("HOLDS")),
    run("--cap-add PERFMON", HOLD, "probe caps perfmon", says("HOLDS")),
    run("--cap-add CHECKPOINT_RESTORE", HOLD, "probe caps checkpoint_restore", says("HOLDS")),
    run("-u 1000 --cap-add SYS_ADMIN", "hold a capability as a user", "probe caps sys_admin",
        says("HOLDS"), name="-u 1000 --cap-add SYS_ADMIN (ambient set)"),
    run("--pid host", "see host processes", HOST_PROCESS, host_seen),
    run("--network host", "use the host's network", ns("net"), in_host("net")),
    run("--network host", "speak to a daemon's abstract socket", "probe socket @{id}", reads,
        before=abstract, name="--network host, abstract socket"),
    run("--ipc host", "join the host's ipc namespace", ns("ipc"), in_host("ipc")),
    run("--uts host", "join the host's uts namespace", ns("uts"), in_host("uts")),
    run("--network ns:/proc/{hostpid}/ns/net", "join a namespace by path", ns("net"),
        in_host("net")),
    run("--pid ns:/proc/{hostpid}/ns/pid", "join a namespace by path", HOST_PROCESS, host_seen),
    run("--ipc ns:/proc/{hostpid}/ns/ipc", "join a namespace by path", ns("ipc"), in_host("ipc")),
    run("--uts ns:/proc/{hostpid}/ns/uts", "join a namespace by path", ns("uts"), in_host("uts")),
    run("--network ns:{shared}/ns", "join a namespace by path", ns("net"), in_host("net"),
        before=namespace_file("net"), name="--network ns:FILE on which the host's is bound"),
    run("--security-opt unmask=ALL", "change a host-wide limit", "f=/proc/sys/vm/overcommit_ratio; "
        "cat $f > $f && echo WRO''TE", says("WROTE")),
    run("--security-opt seccomp=unconfined", "reach a system call", "probe syscall keyctl; probe "
        "syscall userfaultfd", says("REACHED userfaultfd")),
    run("--security-opt seccomp=unconfined", "become root of a new user namespace",
        "probe syscall unshare_user", says("REACHED"), name="seccomp=unconfined, unshare_user"),
    run("--device {loop}:/dev/d", "read a host disk", "tr -c '0-9a-f' '\\n' < /dev/d | grep -E "
        "'^[0-9a-f]{24}$'", reads, before=disk, name="--device DISK"),
    run("--hooks-dir {shared}", "run a program on the host", "true", drops, before=hooks,
        name="--hooks-dir DIR"),
    run("--cgroup-parent /system-{id}", "choose one's own cgroup",
        "grep -m1 -o ':/system-[a-z0-9]*' "
        "/proc/self/cgroup", says(":/system-{id}"), name="--cgroup-parent OTHER"),
    run("--init --init-path {host}/init", READ, "cat /run/podman-init", reads, before=own_init,
        name="--init --init-path FILE of the host's"),
    run("--cgroupns host --security-opt seccomp=unconfined --cap-add SYS_ADMIN", "write a cgroup",
        "mkdir /tmp/c; mount -t cgroup2 none /tmp/c && mkdir /tmp/c/{id} && rmdir /tmp/c/{id} && echo "
        "WRO''TE", says("WROTE"), name="--cgroupns host --cap-add SYS_ADMIN"),
    run("--userns=host -v {host}:/h", "write a host file", "echo {token} > /h/drop", drops,
        name="--userns=host -v DIR:/h"),
    run("--systemd=always", "write a cgroup of the host's",
        "mkdir /sys/fs/cgroup/systemd/{id} && rmdir "
        "/sys/fs/cgroup/systemd/{id} && echo WRO''TE", says("WROTE"), needs=("cgroup1",)),
    run("--uidmap 0:0:65536 --gidmap 0:0:65536 -v {shared}:/x",
        "leave a set-uid program on the host",
        "cp /bin/busybox /x/p && chmod 4755 /x/p", lambda a, t: a.setid(a.shared + "/p"),
        name="--uidmap 0:0:65536 -v DIR:/x, chmod 4755"),
    run("--workdir /proc/self/fd/8", "stand in a host directory (CVE-2024-21626)",
        "cat ../../../../..{canary}", reads, needs=("runc<1.1.12",)),
    podman_exec("--privileged", HOLD, "probe caps sys_admin", says("HOLDS")),
    podman_exec("--privileged", "mount a file system", "mount -t tmpfs none /tmp && echo MOUN''TED",
                says("MOUNTED")),
]
