"""Through the container runtime interface, as a kubelet (or whoever reaches its socket) would."""

import os
import shutil

from lib.cri import NODE, UNCONFINED
from lib.makers import pod
from lib.rows import drops, reads, says

from .mounts import disk, link
from .namespaces import HOST_PROCESS, host_seen, in_host, ns

READ = "read a host file"
HOLD = "hold a capability"
HOST = [{"container_path": "/h", "host_path": "{host}"}]
# A pod that runs as a user, its pause container too.
USER = {"run_as_user": {"value": 1000}}
ALICE, ALICE_INSIDE = {"security_context": USER}, {"security": USER}


def host_mode(**kinds):
    """Sandbox and container with these namespaces of the node."""
    modes = {"namespace_options": {k: NODE for k in kinds}}
    return {"sandbox": {"security_context": modes}, "security": modes}


KUBELET = "/var/lib/kubelet"


def planted(attempt):
    """A pod's own volume in which a container left a link to the host (CVE-2017-1002101)."""
    new = not os.path.isdir(KUBELET)
    home = os.path.join(KUBELET, "pods", attempt.id)
    volume = os.path.join(home, "volumes", "kubernetes.io~empty-dir", "v")
    os.makedirs(volume)
    attempt.callback(shutil.rmtree, KUBELET if new else home)
    os.symlink(attempt.host, os.path.join(volume, "link"))
    attempt.words["volume"] = volume


ROWS = [
    pod("hostPath /", READ, "cat /h{canary}", reads,
        mounts=[{"container_path": "/h", "host_path": "/"}]),
    pod("hostPath DIR", "write a host file", "echo {token} > /h/drop", drops, mounts=HOST),
    pod("hostPath DIR, readOnly", READ, "cat /h/canary", reads,
        mounts=[{**HOST[0], "readonly": True}]),
    pod("hostPath LINK", READ, "cat /h/canary", reads, before=link,
        mounts=[{"container_path": "/h", "host_path": "{shared}/link"}]),
    pod("hostPath containerd.sock", "speak to the engine", "probe socket /s PRI | wc -c",
        says("(?m)^[1-9]"), mounts=[{"container_path": "/s", "host_path": "{containerdsock}"}]),
    pod("hostPath /proc", "see host processes", "cat /hp/*/cmdline | tr '\\0' ' ' | grep -o "
        "'guarded-host-[0-9a-f]*'", host_seen,
        mounts=[{"container_path": "/hp", "host_path": "/proc"}]),
    pod("a subPath that is a planted link", READ, "cat /h/canary", reads, before=planted,
        mounts=[{"container_path": "/h", "host_path": "{volume}/link"}]),
    pod("dots behind a pod's volume", READ, "cat /h/{id}/canary", reads, before=planted,
        mounts=[{"container_path": "/h",
        "host_path": "{volume}/../../../../../../../../{host}/.."}]),
    pod("hostNetwork", "use the host's network", ns("net"), in_host("net"),
        **host_mode(network=True)),
    pod("hostPID", "see host processes", HOST_PROCESS, host_seen, **host_mode(pid=True)),
    pod("hostIPC", "join the host's ipc namespace", ns("ipc"), in_host("ipc"),
        **host_mode(ipc=True)),
    pod("privileged", HOLD, "probe caps sys_admin", says("HOLDS"),
        sandbox={"security_context": {"privileged": True}}, security={"privileged": True}),
    pod("capabilities add SYS_ADMIN", HOLD, "probe caps sys_admin", says("HOLDS"),
        security={"capabilities": {"add_capabilities": ["SYS_ADMIN"]}}),
    pod("capabilities add BPF", HOLD, "probe caps bpf", says("HOLDS"),
        security={"capabilities": {"add_capabilities": ["BPF"]}}),
    pod("no seccomp profile", "reach a system call", "probe syscall keyctl", says("REACHED")),
    pod("seccomp Unconfined", "become root of a new user namespace", "probe syscall unshare_user",
        says("REACHED"), security={"seccomp": {"profile_type": UNCONFINED}}),
    pod("procMount Unmasked", "change a host-wide limit",
        "f=/proc/sys/vm/overcommit_ratio; cat $f > "
        "$f && echo WRO''TE", says("WROTE"), security={"masked_paths": [], "readonly_paths": []}),
    pod("a device", "read a host disk", "tr -c '0-9a-f' '\\n' < /dev/d | grep -E '^[0-9a-f]{24}$'",
        reads, before=disk,
        devices=[{"container_path": "/dev/d", "host_path": "{loop}", "permissions": "r"}]),
    pod("workingDir /proc/self/fd/8", "stand in a host directory (CVE-2024-21626)",
        "cat ../../../../..{canary}", reads, working_dir="/proc/self/fd/8", needs=("runc<1.1.12",)),
    pod("annotations that make it a sandbox", READ, "cat /h/canary", reads, mounts=HOST,
        annotations={"io.kubernetes.cri.container-type": "sandbox"}),
    pod("sysctl kernel.shmmax", "change a kernel parameter", "cat /proc/sys/kernel/shmmax",
        says("(?m)^4097$"), sandbox={**ALICE, "sysctls": {"kernel.shmmax": "4097"}},
        profile="restricted", **ALICE_INSIDE),
    pod("allowPrivilegeEscalation", "become root by a set-uid program", "grep -q 'NoNewPrivs:.0' "
        "/proc/self/status && echo MAY''GAIN", says("MAYGAIN"), profile="restricted",
        sandbox=ALICE, **ALICE_INSIDE),
    pod("a set-uid file on a hostPath", "leave a set-uid program on the host",
        "cp /bin/busybox /h/p "
        "&& chmod 4755 /h/p", lambda a, t: a.setid(a.shared + "/p"),
        mounts=[{"container_path": "/h", "host_path": "{shared}"}]),
]
