"""Through containerd with ctr: it hands almost any document on."""

import json
import os

from lib import bundle
from lib.makers import ctr as run
from lib.rows import drops, reads, says

from .mounts import disk
from .podmans import host_root
from .namespaces import HOST_PROCESS, host_seen, in_host, ns

READ = "read a host file"


def spec(change):
    """A document of one's own (--config)."""
    def before(attempt):
        doc = bundle.document(["/bin/sh", "-c", attempt.fill("echo @ra''n; cat /h/canary")])
        doc["root"]["path"] = attempt.world.bundles.rootfs
        change(doc, attempt)
        attempt.words["spec"] = attempt.put(os.path.join(attempt.shared, "spec.json"),
                                            json.dumps(doc))
    return before


def bind_host(doc, attempt):
    doc["mounts"].append(bundle.mount("/h", "bind", attempt.host, "rbind"))


ROWS = [
    run("--mount type=bind,src=/,dst=/h,options=rbind", READ, "cat /h{canary}", reads),
    run("--mount type=bind,src={host},dst=/h,options=rbind:rw", "write a host file",
        "echo {token} > /h/drop", drops, name="--mount type=bind,options=rbind:rw"),
    run("--mount type=none,src={host},dst=/h,options=rbind", READ, "cat /h/canary", reads,
        name="--mount type=none,options=rbind"),
    run("--mount type=ext4,src={loop},dst=/h,options=ro", "read a host disk", "cat /h/canary",
        reads,
        before=disk, name="--mount type=ext4,src=DISK"),
    run("--mount type=devtmpfs,src=udev,dst=/h,options=rw", "see the host's devices",
        "test -b /h/loop0 && echo SE''EN", says("SEEN"), name="--mount type=devtmpfs"),
    run("--mount type=cgroup2,src=none,dst=/h,options=rw", "write a cgroup",
        "mkdir /h/{id} && rmdir "
        "/h/{id} && echo WRO''TE", says("WROTE"), name="--mount type=cgroup2,options=rw"),
    run("--mount type=tracefs,src=none,dst=/h,options=rw", "watch the host's kernel",
        "test -w /h/tracing_on && echo MOUN''TED", says("MOUNTED"), name="--mount type=tracefs"),
    run("--privileged", "hold a capability", "probe caps sys_admin", says("HOLDS")),
    run("--cap-add CAP_SYS_ADMIN", "hold a capability", "probe caps sys_admin", says("HOLDS")),
    run("--cap-add CAP_BPF", "hold a capability", "probe caps bpf", says("HOLDS")),
    run("", "reach a system call", "probe syscall keyctl", says("REACHED"),
        name="(nothing: ctr gives no filter), keyctl"),
    run("", "become root of a new user namespace", "probe syscall unshare_user", says("REACHED"),
        name="(nothing: ctr gives no filter), unshare_user"),
    run("", "reach io_uring", "probe syscall io_uring_setup", says("REACHED"),
        name="(nothing: ctr gives no filter), io_uring_setup"),
    run("--net-host", "use the host's network", ns("net"), in_host("net")),
    run("--with-ns pid:/proc/{hostpid}/ns/pid", "join a namespace by path", HOST_PROCESS,
        host_seen),
    run("--with-ns network:/proc/{hostpid}/ns/net", "join a namespace by path", ns("net"),
        in_host("net")),
    run("--with-ns ipc:/proc/{hostpid}/ns/ipc", "join a namespace by path", ns("ipc"),
        in_host("ipc")),
    run("--with-ns uts:/proc/{hostpid}/ns/uts", "join a namespace by path", ns("uts"),
        in_host("uts")),
    run("--rootfs", "use the host's root", "cat {canary}", reads, image="{shared}/root",
        before=host_root, name="--rootfs DIR on which / is bound"),
    run("--device {loop}", "read a host disk", "tr -c '0-9a-f' '\\n' < {loop} | grep -E "
        "'^[0-9a-f]{24}$'", reads, before=disk, name="--device DISK"),
    run("--config {spec}", READ, "", reads, image="", before=spec(bind_host),
        name="--config FILE with "
        "roots and binds of the host's"),
    run("--mount type=bind,src={shared},dst=/x,options=rbind:rw",
        "leave a set-uid program on the host",
        "cp /bin/busybox /x/p && chmod 4755 /x/p", lambda a, t: a.setid(a.shared + "/p"),
        name="--mount of DIR, chmod 4755"),
    run("--cgroup /system-{id}", "choose one's own cgroup", "grep -m1 -o ':/system-[a-z0-9]*' "
        "/proc/self/cgroup", says(":/system-{id}"), name="--cgroup OTHER"),
    run("--cwd /proc/self/fd/8", "stand in a host directory (CVE-2024-21626)",
        "cat ../../../../..{canary}", reads, needs=("runc<1.1.12",)),
]
