"""Documents that no engine would write: every field that can be turned against the host."""

import os

from lib import bundle, guard, shell
from lib.makers import hand
from lib.rows import drops, reads, says

from .kernelfs import CORE, holds, keep
from .mounts import bind, disk
from .namespaces import HOST_PROCESS, host_seen, in_host, ns
from .podmans import host_root
from .setid import GOAL as SETID, left

READ, HOLD = "read a host file", "hold a capability"
JOIN = "join a namespace by path"
CAT = "cat /h/canary"


# -- changes -------------------------------------------------------------------------------------

def mounted(kind, source, *options, at="/h"):
    """One more mount; words in braces are filled in."""
    def change(doc, attempt):
        doc["mounts"].append(bundle.mount(at, kind, attempt.fill(source),
                                          *[attempt.fill(o) for o in options]))
    return change


def replaced(destination, kind, source, *options):
    """Another mount in place of the one there."""
    def change(doc, _attempt):
        doc["mounts"] = [m for m in doc["mounts"] if m["destination"] != destination]
        doc["mounts"].append(bundle.mount(destination, kind, source, *options))
    return change


def put(*path, value=None):
    """doc[path...] = value; None removes it."""
    def change(doc, attempt):
        for key in path[:-1]:
            doc = doc.setdefault(key, {})
        if value is None:
            doc.pop(path[-1], None)
        else:
            doc[path[-1]] = value(attempt) if callable(value) else value
    return change


def both(*changes):
    def change(doc, attempt):
        for one in changes:
            one(doc, attempt)
    return change


def root(path):
    return put("root", "path", value=lambda a: a.fill(path))


def relative_root(doc, attempt):
    doc["root"]["path"] = "../" * 12 + attempt.shared.lstrip("/") + "/root"


def without(kind):
    """The host's namespace of this kind: runc's meaning of absence."""
    def change(doc, _attempt):
        spaces = doc["linux"]["namespaces"]
        doc["linux"]["namespaces"] = [n for n in spaces if n["type"] != kind]
        if kind == "uts":
            doc.pop("hostname")
    return change


def join(kind, path):
    def change(doc, attempt):
        without(kind)(doc, attempt)
        doc["linux"]["namespaces"].append({"type": kind, "path": attempt.fill(path)})
    return change


def caps(*sets, name="CAP_SYS_ADMIN", uid=0):
    def change(doc, _attempt):
        doc["process"]["user"] = {"uid": uid, "gid": uid}
        for each in sets:
            doc["process"]["capabilities"].setdefault(each, []).append(name)
    return change


def hook(stage):
    """A program of the attacker's, run by the runtime on the host."""
    return put("hooks", stage, value=lambda a: [{
        "path": "/bin/sh", "args": ["sh", "-c", f"echo {a.token} > {a.drop}"]}])


def mapped(host, count=1):
    """A user namespace that is one in name only: root inside is this account outside."""
    def change(doc, attempt):
        ids = [{"containerID": 0, "hostID": host, "size": count}]
        doc["linux"]["namespaces"].append({"type": "user"})
        doc["linux"].update({"uidMappings": ids, "gidMappings": ids})
        mounted("bind", "{shared}", "rbind", "rw", at="/srv")(doc, attempt)
        doc["mounts"] = [m for m in doc["mounts"] if m["destination"] != "/sys"]
    return change


def device_node(doc, attempt):
    minor = int(attempt.words["loop"].removeprefix("/dev/loop"))
    doc["linux"]["devices"] = [{"path": "/dev/d", "type": "b", "major": 7, "minor": minor,
                                "fileMode": 0o666, "uid": 0, "gid": 0}]
    doc["linux"]["resources"]["devices"].append(
        {"allow": True, "type": "b", "major": 7, "minor": minor, "access": "rw"})


def rules(*devices):
    """These device rules alone; the node is made inside."""
    return put("linux", "resources", "devices", value=list(devices))


def minor(attempt):
    disk(attempt)
    attempt.words["minor"] = attempt.words["loop"].removeprefix("/dev/loop")


def alice_can_write(attempt):
    os.chmod(attempt.shared, 0o777)


def link_to_namespace(attempt):
    os.symlink(f"/proc/{attempt.words['hostpid']}/ns/net", os.path.join(attempt.shared, "ns"))


def layers(attempt):
    for name in ("low", "work"):
        os.makedirs(os.path.join(attempt.host, name), exist_ok=True)
    os.makedirs(os.path.join(attempt.host, "up"), exist_ok=True)
    attempt.drop = os.path.join(attempt.host, "up", "drop")


# -- the source changes after it was judged ------------------------------------------------------

SWAP = """#!/bin/sh
# Stands between guarded and runc: what a quick attacker does to the source in that moment.
cd {shared} || exit 1
case "$*" in *" run "*) {commands} ;; esac
exec {runc} "$@"
"""


def swapped(commands):
    """An inner runtime that changes the file system just before runc reads it."""
    def inner(attempt):
        path = os.path.join(attempt.world.site.path("swap", attempt.id), "runc")
        return attempt.put(path, SWAP.format(shared=attempt.shared, runc=guard.RUNC,
                                             commands=attempt.fill(commands)), 0o755)
    return inner


def harmless(attempt):
    os.makedirs(os.path.join(attempt.shared, "dir", "in"))
    os.symlink("dir", os.path.join(attempt.shared, "link"))


def later_mount(attempt):
    """What the swap mounts is unmounted again."""
    harmless(attempt)
    attempt.callback(shell.run, ["umount", "-l", os.path.join(attempt.shared, "dir")])


DISK = "mknod /tmp/d b 7 {minor}; tr -c '0-9a-f' '\\n' < /tmp/d | grep -E '^[0-9a-f]{24}$'"
NODE = "tr -c '0-9a-f' '\\n' < /dev/d | grep -E '^[0-9a-f]{24}$'"
OVERCOMMIT = "f={at}/vm/overcommit_ratio; cat $f > $f && echo WRO''TE"
DENY = {"allow": False, "access": "rwm"}


def row(name, goal, change, script, proof, **more):
    return hand("a bundle with " + name, goal, change, script, proof, **more)


MOUNTS = [
    row("a bind of no type but options", READ, mounted("bogus", "{host}", "rbind"), CAT, reads),
    row("a bind by a relative source", READ, mounted("bind", "../../../../../..{host}", "rbind"),
        CAT,
        reads),
    row("a bind of dots", READ, mounted("bind", "{shared}/../../host/../host", "rbind"),
        "cat /h/{id}/canary", reads),
    row("a bind of /proc/self/root", READ, mounted("bind", "/proc/self/root{host}", "rbind"), CAT,
        reads),
    row("a bind of /proc/self/cwd", READ, mounted("bind", "/proc/self/cwd/../../../../../..{host}",
                                                  "rbind"), CAT, reads),
    row("a bind of the host's /proc/sys", "run a program on the host by a crash",
        mounted("bind", "/proc/sys", "bind"), "echo '|{token}' > /h/kernel/core_pattern",
        holds(CORE),
        before=keep(CORE)),
    row("an overlay of host directories", READ, mounted("overlay", "overlay",
        "lowerdir={host}:{shared}"), CAT, reads),
    row("an overlay that writes to the host", "write a host file", mounted("overlay", "overlay",
        "lowerdir={host}/low,upperdir={host}/up,workdir={host}/work"), "echo {token} > /h/drop",
        drops,
        before=layers),
    row("a mount of a block device", "read a host disk", mounted("ext4", "{loop}", "ro"), CAT,
        reads,
        before=disk),
    row("a mount of devtmpfs", "see the host's devices", mounted("devtmpfs", "udev"),
        "test -b /h/loop0 && echo SE''EN", says("SEEN")),
    row("a mount of tracefs", "watch the host's kernel", mounted("tracefs", "none"),
        "test -w /h/tracing_on && echo MOUN''TED", says("MOUNTED")),
    row("a mount of debugfs", "watch the host's kernel", mounted("debugfs", "none"),
        "ls /h/bdi && echo MOUN''TED", says("MOUNTED"), needs=("debugfs",)),
    row("a mount of securityfs", "reach the security modules", mounted("securityfs", "none"),
        "ls /h/lsm && echo MOUN''TED", says("MOUNTED")),
    row("a mount of binfmt_misc", "register an interpreter for the host", mounted("binfmt_misc",
        "none"), "test -w /h/register && echo MOUN''TED", says("MOUNTED")),
    row("a mount of bpf", "see the host's pinned programs", mounted("bpf", "none"),
        "mkdir /h/{id} && rmdir /h/{id} && echo MOUN''TED", says("MOUNTED")),
    row("a writable sysfs", "write the host's /sys", both(replaced("/sys", "sysfs", "sysfs", "rw")),
        "f=/sys/kernel/mm/ksm/run; cat $f > $f && echo WRO''TE", says("WROTE")),
    row("a writable cgroup mount", "lift one's own limit", mounted("cgroup", "cgroup", "rw",
        at="/sys/fs/cgroup"), "d=$(ls -d /sys/fs/cgroup/pids /sys/fs/cgroup | head -1); echo max > "
        "$d/pids.max && echo WRO''TE", says("WROTE")),
    row("a mount of cgroup2", "write a cgroup", mounted("cgroup2", "none", "rw"),
        "mkdir /h/{id}x && rmdir /h/{id}x && echo WRO''TE", says("WROTE")),
    row("a source swapped for a link", READ, mounted("bind", "{shared}/link", "rbind"), CAT, reads,
        before=harmless, inner=swapped("ln -sfn {host} link")),
    row("a source directory swapped for a link", READ, mounted("bind", "{shared}/dir", "rbind"),
        CAT,
        reads, before=harmless, inner=swapped("mv dir old; ln -s {host} dir")),
    row("a parent of the source swapped", READ, mounted("bind", "{shared}/dir/in", "rbind"),
        "cat /h/{id}/canary || cat /h/canary", reads, before=harmless,
        inner=swapped("mv dir old; ln -s {host} in; mkdir dir; mv in dir/in")),
    row("a source mounted over", READ, mounted("bind", "{shared}/dir", "rbind"), CAT, reads,
        before=later_mount, inner=swapped("mount --bind {host} dir")),
    row("a mount with id mappings", "own host files as root",
        both(mounted("bind", "{shared}", "rbind",
        "idmap", at="/x"), lambda d, a: d["mounts"][-1].update(
            uidMappings=[{"containerID": 0, "hostID": 0, "size": 1}],
            gidMappings=[{"containerID": 0, "hostID": 0, "size": 1}])),
        "cp /bin/busybox /x/p && chmod 4755 /x/p", left()),
]

ROOTS = [
    row("the host's root as its own", READ, root("{shared}/root"), "cat {canary}", reads,
        before=host_root),
    row("the host's root by dots", READ, relative_root, "cat {canary}", reads, before=host_root),
]

NAMESPACES = [
    row("no pid namespace", "see host processes", without("pid"), HOST_PROCESS, host_seen),
    row("no network namespace", "use the host's network", without("network"), ns("net"),
        in_host("net")),
    row("no ipc namespace", "join the host's ipc namespace", without("ipc"), ns("ipc"),
        in_host("ipc")),
    row("no uts namespace", "rename the host", without("uts"), ns("uts"), in_host("uts")),
    row("the host's pid namespace by path", JOIN, join("pid", "/proc/{hostpid}/ns/pid"),
        HOST_PROCESS,
        host_seen),
    row("the host's network namespace by path", JOIN, join("network", "/proc/{hostpid}/ns/net"),
        ns("net"), in_host("net")),
    row("the host's ipc namespace by path", JOIN, join("ipc", "/proc/{hostpid}/ns/ipc"), ns("ipc"),
        in_host("ipc")),
    row("the host's network namespace through a link", JOIN, join("network", "{shared}/ns"),
        ns("net"),
        in_host("net"), before=link_to_namespace),
    row("the host's network namespace as /proc/self/ns/net", JOIN, join("network",
        "/proc/self/ns/net"), ns("net"), in_host("net")),
    row("a user namespace that maps root to root", SETID, mapped(0), "cp /bin/busybox /srv/p && "
        "chmod 4755 /srv/p", left()),
    row("a user namespace that maps root to an account", SETID, mapped(1000), "cp /bin/busybox "
        "/srv/p && chmod 4755 /srv/p", left(), before=alice_can_write),
]

PRIVILEGES = [
    row("SYS_ADMIN in the bounding set alone", HOLD, caps("bounding", uid=1000), "probe caps "
        "sys_admin", says("HOLDS")),
    row("SYS_ADMIN permitted, not effective", HOLD, caps("bounding", "permitted"), "probe caps "
        "sys_admin", says("HOLDS sys_admin in Prm")),
    row("SYS_ADMIN inheritable", HOLD, caps("bounding", "inheritable"), "probe caps sys_admin",
        says("HOLDS sys_admin in Inh")),
    row("SYS_ADMIN ambient for a user", HOLD, caps("bounding", "permitted", "inheritable",
        "ambient",
        "effective", uid=1000), "probe caps sys_admin", says("HOLDS sys_admin in Amb")),
    row("BPF", HOLD, caps("bounding", "effective", "permitted", name="CAP_BPF"), "probe caps bpf",
        says("HOLDS")),
    row("no seccomp filter", "reach a system call", put("linux", "seccomp"), "probe syscall keyctl",
        says("REACHED")),
    row("a filter that allows all", "become root of a new user namespace", put("linux", "seccomp",
        value={"defaultAction": "SCMP_ACT_ALLOW"}), "probe syscall unshare_user", says("REACHED")),
    row("a filter that only logs", "reach a system call", put("linux", "seccomp", value={
        "defaultAction": "SCMP_ACT_LOG"}), "probe syscall keyctl", says("REACHED")),
    row("no masked paths", "read the host's timers", put("linux", "maskedPaths"),
        "grep -m1 -o 'Timer "
        "List' /proc/timer_list && echo RE''AD", says("READ"), needs=("timer_list",)),
    row("masked paths that name nothing", "read the host's timers", put("linux", "maskedPaths",
        value=["/proc/timer_lists", "/proc/kcores"]),
        "grep -m1 -o 'Timer List' /proc/timer_list && "
        "echo RE''AD", says("READ"), needs=("timer_list",)),
    row("no read-only paths", "change a host-wide limit", put("linux", "readonlyPaths"),
        OVERCOMMIT.replace("{at}", "/proc/sys"), says("WROTE")),
    row("a device node", "read a host disk", device_node, NODE, reads, before=disk),
    row("device rules that end in allow", "read a host disk", rules(DENY, {"allow": True,
        "access": "rwm"}), DISK, reads, before=minor),
    row("device rules with wildcards", "read a host disk", rules(DENY, {"allow": True, "type": "b",
        "major": 7, "access": "rwm"}), DISK, reads, before=minor),
    row("noNewPrivileges false", "become root by a set-uid program", both(put("process",
        "noNewPrivileges", value=False), put("process", "user", value={"uid": 1000, "gid": 1000})),
        "grep -q 'NoNewPrivs:.0' /proc/self/status && echo MAY''GAIN", says("MAYGAIN"),
        profile="restricted"),
    row("oomScoreAdj -1000", "never be killed for memory", put("process", "oomScoreAdj",
        value=-1000),
        "cat /proc/self/oom_score_adj", says("(?m)^-1000$"), needs=("cap:SYS_RESOURCE",)),
    row("an unlimited rlimit", "lift a limit", put("process", "rlimits", value=[
        {"type": "RLIMIT_MEMLOCK", "hard": (1 << 64) - 1, "soft": (1 << 64) - 1},
        {"type": "RLIMIT_NOFILE", "hard": 1 << 30, "soft": 1 << 30}]), "ulimit -n",
        says("1073741824"), needs=("cap:SYS_RESOURCE",), profile="limits"),
    row("apparmorProfile unconfined", "shed the security module", put("process", "apparmorProfile",
        value="unconfined"), "grep unconfined /proc/self/attr/apparmor/current", says("unconfined"),
        needs=("apparmor",)),
    row("a selinuxLabel of the host's", "shed the security module", put("process", "selinuxLabel",
        value="unconfined_u:unconfined_r:unconfined_t:s0"), "cat /proc/self/attr/current",
        says("unconfined_t"), needs=("selinux",)),
    row("unified pids.max", "lift a limit", put("linux", "resources", "unified", value={
        "pids.max": "max"}), "cat /sys/fs/cgroup/pids.max", says("(?m)^max$"), needs=("cgroup2",),
        profile="limits"),
    row("cwd /proc/self/fd/8", "stand in a host directory (CVE-2024-21626)", put("process", "cwd",
        value="/proc/self/fd/8"), "cat ../../../../..{canary}", reads, needs=("runc<1.1.12",)),
    *(row(f"cwd {cwd}", "stand in a host directory (CVE-2024-21626)",
        put("process", "cwd", value=cwd),
          "cat ../../../../..{canary}", reads, needs=("runc<1.1.12",))
      for cwd in ("//proc/self/fd/8", "/proc/./self/fd/8/", "/srv/../proc/self/fd/8",
      "/proc/thread-self"
                  "/fd/8", "/dev/fd/8")),
    row("a cgroupsPath with dots", "choose one's own cgroup", put("linux", "cgroupsPath",
        value=lambda a: f"/docker/../system-{a.id}"), "grep -m1 -o ':/system-[a-z0-9]*' "
        "/proc/self/cgroup", says(":/system-{id}")),
    row("a real-time scheduler", "take the processor for itself",
        put("process", "scheduler", value={
        "policy": "SCHED_FIFO", "priority": 50}), "cut -d' ' -f41 /proc/self/stat", says("(?m)^1$"),
        needs=("runc>=1.2",)),
    row("a network device of the host's", "take the host's network card", put("linux", "netDevices",
        value={"eth0": {"name": "mine"}}), "ip link show mine && echo TA''KEN", says("TAKEN"),
        needs=("runc>=1.4",)),
]

HOOKS = [row(f"a hook at {stage}", "run a program on the host", hook(stage), "true", drops)
         for stage in ("prestart", "createRuntime", "createContainer", "poststart")]

CRUN = [
    row("capabilities in small letters, for crun", HOLD, caps("bounding", "effective", "permitted",
        name="cap_sys_admin"), "probe caps sys_admin", says("HOLDS"), inner=guard.CRUN),
    row("a hook's output sent to a file, by annotation, for crun", "write a host file", both(
        put("annotations", "run.oci.hooks.stdout", value=lambda a: a.drop), put("hooks",
        "createRuntime", value=lambda a: [{"path": "/bin/echo", "args": ["echo", a.token]}])),
        "true",
        drops, inner=guard.CRUN),
    row("another filter by annotation, for crun", "reach a system call", both(put("annotations",
        "run.oci.seccomp_bpf_data", value="BgAAAAAA/38="), put("linux", "seccomp", value={
            "defaultAction": "SCMP_ACT_ERRNO", "syscalls": []})), "probe syscall keyctl",
        says("REACHED"), inner=guard.CRUN),
    row("a bind of the host, for crun", READ, mounted("bind", "{host}", "rbind"), CAT, reads,
        inner=guard.CRUN),
    row("no pid namespace, for crun", "see host processes", without("pid"), HOST_PROCESS, host_seen,
        inner=guard.CRUN),
]

ROWS = MOUNTS + ROOTS + NAMESPACES + PRIVILEGES + HOOKS + CRUN
