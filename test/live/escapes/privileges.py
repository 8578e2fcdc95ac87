"""Capabilities and what they are good for, privileged containers, system calls."""

import json
import os

from lib import guard
from lib.makers import execs, run
from lib.rows import reads, says

HOLD = "hold a capability"


def cap(name, use=None, proof=None, goal=HOLD, **more):
    """--cap-add NAME: held, and where `use` is given, used."""
    return run(f"--cap-add {name}", goal, use or f"probe caps {name.lower()}",
               proof or says(f"HOLDS {name.lower()}"),
               name=f"--cap-add {name}" + (", used" if use else ""), **more)


def call(name, goal="reach a system call", flags="--security-opt seccomp=unconfined", **more):
    return run(flags, goal, f"probe syscall {name}", says(f"REACHED {name}"),
               name=f"{more.pop('shown', flags)}, {name}", **more)


def profile(document):
    """A seccomp profile in a file: docker's client reads it and sends it along."""
    def before(attempt):
        attempt.words["seccomp"] = attempt.put(os.path.join(attempt.shared, "seccomp.json"),
                                               json.dumps(document))
    return before


def own(document, name, syscall, goal="reach a system call", **more):
    return call(syscall, goal, "--security-opt seccomp={seccomp}", before=profile(document),
                shown=f"--security-opt seccomp={name}", **more)


ALLOW = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}
LOG = {"defaultAction": "SCMP_ACT_LOG", "syscalls": []}
HOLE = {"defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [{"names": ["bpf", "mount"], "action": "SCMP_ACT_ERRNO"}]}
# Looks strict: everything is refused, but only for an argument that nobody passes.
ARGS = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
    {"names": ["keyctl"], "action": "SCMP_ACT_ERRNO",
     "args": [{"index": 5, "value": 12345, "op": "SCMP_CMP_EQ"}]}]}


def holed(*rules):
    """Docker's own profile, as strict as ever but for these rules."""
    with open(os.path.join(guard.ROOT, "profiles/seccomp/docker-default.json"),
              encoding="utf-8") as file:
        allowed = [{"names": r["names"], "action": r["action"], "args": r.get("args", [])}
                   for r in json.load(file)["syscalls"]
                   if not r.get("includes") or "amd64" in r["includes"].get("arches", ())]
    return {"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64",
        "SCMP_ARCH_X86"],
            "syscalls": allowed + list(rules)}


def always(name, op, value, second=0, action="SCMP_ACT_ALLOW", index=0):
    """Allowed on a condition that always holds, or for the very value that must not pass."""
    return {"names": [name], "action": action,
            "args": [{"index": index, "value": value, "valueTwo": second, "op": op}]}


SETUID = ("leave a set-uid program on the host", "cp /bin/busybox /x/p; probe mode chmod 4755 /x/p",
          lambda a, _text: a.setid(a.shared + "/p"))


def shared_with(rule, name):
    goal, script, proof = SETUID
    return run("-v {shared}:/x --security-opt seccomp={seccomp}", goal, script, proof,
               before=profile(holed(rule)),
               name=f"-v DIR:/x --security-opt seccomp={name}, chmod 4755")



ROWS = [
    cap("SYS_ADMIN"),
    cap("SYS_ADMIN", "mkdir /tmp/m; mount -t tmpfs none /tmp/m && echo MOUN''TED", says("MOUNTED"),
        "mount a file system"),
    cap("SYS_ADMIN", "mkdir /tmp/m; probe mountfd tmpfs /tmp/m", says("MOUNTED tmpfs"),
        "mount with fsopen and move_mount"),
    cap("NET_ADMIN", "ip addr add 10.99.0.1/32 dev lo && echo MA''DE", says("MADE"),
        "configure the network"),
    cap("NET_ADMIN"), cap("SYS_PTRACE"), cap("SYS_MODULE"), cap("SYS_RAWIO"), cap("SYS_BOOT"),
    cap("MAC_ADMIN"), cap("AUDIT_CONTROL"), cap("LINUX_IMMUTABLE"),
    cap("DAC_READ_SEARCH", "probe handle /etc/hosts {canary}", reads,
        "read a host file by inode number (shocker)", needs=("handle",)),
    cap("SYSLOG", "probe syscall syslog", says("REACHED syslog"), "read the kernel's log"),
    cap("SYS_TIME", "probe syscall settimeofday", says("REACHED"), "set the host's clock"),
    cap("SYS_PACCT", "probe syscall acct", says("REACHED"), "switch the host's accounting off"),
    cap("SYS_RESOURCE", needs=("cap:SYS_RESOURCE",)),
    run("--cap-add ALL", HOLD, "probe caps sys_admin", says("HOLDS"), needs=("cap:SYS_RESOURCE",)),
    run("--cap-add=all --cap-drop SYS_RESOURCE", HOLD, "probe caps sys_admin", says("HOLDS"),
        name="--cap-add=all --cap-drop SYS_RESOURCE"),
    run("-u 1000 --cap-add SYS_ADMIN", HOLD, "probe caps sys_admin", says("HOLDS"),
        name="-u 1000 --cap-add SYS_ADMIN (bounding set)"),
    run("--privileged", HOLD, "probe caps sys_admin", says("HOLDS"), needs=("cap:SYS_RESOURCE",)),
    run("--privileged", "read a host disk", "head -c 1 /dev/vda | wc -c", says("(?m)^1$"),
        name="--privileged, the host's disk", needs=("cap:SYS_RESOURCE",)),
    run("--privileged --cap-drop SYS_RESOURCE", HOLD, "probe caps sys_admin", says("HOLDS"),
        name="--privileged --cap-drop SYS_RESOURCE", needs=("cap:SYS_RESOURCE",)),
    execs("--privileged", HOLD, "probe caps sys_admin", says("HOLDS"), needs=("cap:SYS_RESOURCE",)),
    run("--security-opt no-new-privileges=false -u 1000", "become root by a set-uid program",
        "grep -q 'NoNewPrivs:.0' /proc/self/status && echo MAY''GAIN", says("MAYGAIN"),
        profile="restricted", name="--security-opt no-new-privileges=false"),
    run("-u 0", "be root", "id -u", says("(?m)^0$"), profile="restricted"),
    run("-u 1000:0", "belong to root's group", "id -G", says(r"\b0\b"), profile="groups"),
    run("-u 1000 --group-add 6", "belong to the group of the disks", "id -G", says(r"\b6\b"),
        profile="groups"),
    run(["-u", "1000", "--sysctl", "kernel.shmmax=4097"], "change a kernel parameter",
        "cat /proc/sys/kernel/shmmax", says("(?m)^4097$"), profile="restricted"),
    call("keyctl"), call("add_key"), call("userfaultfd"), call("io_uring_setup"),
    call("unshare_user", "become root of a new user namespace"),
    call("clone3_user", "become root of a new user namespace"),
    call("name_to_handle_at"), call("x32", needs=("x32",)),
    run("--security-opt seccomp=unconfined", HOLD, "unshare -Ur sh -c 'mount -t tmpfs none /tmp && "
        "echo MOUN''TED || unshare -m mount -t tmpfs none /tmp && echo MOUN''TED'",
        says("MOUNTED"), name="--security-opt seccomp=unconfined, unshare -Ur and mount"),
    own(ALLOW, "ALLOW.json", "keyctl"), own(LOG, "LOG.json", "keyctl"),
    own(HOLE, "LONG-BUT-OPEN.json", "userfaultfd"), own(ARGS, "NEVER-MATCHES.json", "keyctl"),
    own(ALLOW, "ALLOW.json", "unshare_user", "become root of a new user namespace"),
    own(holed(always("keyctl", "SCMP_CMP_GE", 0)), "ALWAYS-TRUE.json", "keyctl"),
    own(holed(always("keyctl", "SCMP_CMP_MASKED_EQ", 0)), "MASK-OF-NOTHING.json", "keyctl"),
    own(holed({"names": ["keyctl"], "action": "SCMP_ACT_LOG", "args": []}), "ONE-LOGGED.json",
        "keyctl"),
    own(holed(always("unshare", "SCMP_CMP_NE", 0)), "UNSHARE-OF-SOMETHING.json", "unshare_user",
        "become root of a new user namespace"),
    own(holed(always("keyctl", "SCMP_CMP_EQ", 0)), "ONE-COMMAND.json", "keyctl"),
    shared_with(always("chmod", "SCMP_CMP_MASKED_EQ", 0o7777, 0o4755, index=1),
    "CHMOD-4755-ONLY.json"),
    shared_with(always("chmod", "SCMP_CMP_GT", 0o4000, index=1), "CHMOD-ABOVE-4000.json"),
    call("io_uring_setup", "reach io_uring", "", shown="(nothing)"),
]
