"""What the two machines are asked. Every case has a script, may have a container's document, and says
what its output must hold ("want") and must not ("never"), and whether it has to succeed."""

import hashlib
import json
import os

from machine import ROOT

PLAIN = os.path.join(ROOT, "test", "data", "samples", "docker20-plain", "config.json")
MOUNTS = ("/proc", "/dev", "/dev/pts", "/sys", "/sys/fs/cgroup", "/dev/mqueue", "/dev/shm")
LABEL = "system_u:system_r:container_t:s0:c1,c2"
SHOW = "cat /proc/self/attr/current; echo; cat /secret"


class Case:
    def __init__(self, name, script, command=None, want=(), never=(), fails=False, without=(),
                 **process):
        self.name, self.want, self.never, self.fails = name, want, never, fails
        self.id = hashlib.sha256(name.encode()).hexdigest()
        self.script = script
        self.document = None
        if command is not None:
            self.script = f"bundle {self.id}\n{script}"
            self.document = document(self.id, command, process)
            for member in without:
                del self.document["linux"][member]

    def judge(self, answer):
        """What is wrong with the answer: a list of sentences."""
        if answer is None:
            return ["it was never run"]
        said, status = answer
        wrong = [f"does not say '{w}'" for w in self.want if w not in said]
        wrong += [f"says '{w}'" for w in self.never if w in said]
        if self.fails != (status != 0):
            wrong.append(f"ended with {status}")
        return wrong


def document(ident, command, process):
    """A real document of Docker's without what this machine does not have."""
    with open(PLAIN, encoding="utf-8") as file:
        doc = json.load(file)
    doc.pop("hooks", None)
    doc["mounts"] = [m for m in doc["mounts"] if m["destination"] in MOUNTS]
    doc["root"] = {"path": f"/var/lib/docker/overlay2/{ident}/merged"}
    doc["process"].update(args=["/bin/sh", "-c", command], cwd="/", env=["PATH=/bin"],
                          user={"uid": 0, "gid": 0}, terminal=False)
    doc["process"].update(process)
    doc["linux"]["cgroupsPath"] = f"/docker/{ident}"
    for namespace in doc["linux"]["namespaces"]:
        namespace.pop("path", None)
    return doc


def refused(name, words, script="run baseline", **more):
    return Case(name, script, SHOW, want=("guarded refused", *words), never=("hush",), fails=True, **more)


def both(name, script, *args, **more):
    """The same under runc and under crun."""
    return [Case(f"{name}_runc", script.format("baseline"), *args, **more),
            Case(f"{name}_crun", script.format("crun"), *args, **more)]


SETID = ("touch /tmp/x; chmod 4755 /tmp/x || echo kept; chmod 2755 /tmp/x || echo kept too;"
         " chmod 0700 /tmp/x && echo plain; stat -c %a /tmp/x")
STARTED = 'guarded {} run -d --bundle "$dir" "$id" </dev/null >/dev/null 2>&1 || exit 9\n'
START = STARTED.format("baseline")
AA = {"apparmorProfile": "docker-default"}

APPARMOR = [
    Case("module", "cat /sys/module/apparmor/parameters/enabled /sys/kernel/security/apparmor/profiles",
         want=("Y", "docker-default (enforce)", "other (enforce)")),
    *both("confined", "run {}", SHOW, want=("docker-default (enforce)", "Permission denied"),
          never=("hush",), fails=True, **AA),
    refused("unconfined", ("--security-opt apparmor=unconfined", "apparmor, policy"),
            apparmorProfile="unconfined"),
    refused("unlisted", ("--security-opt apparmor=other",), apparmorProfile="other"),
    refused("not_loaded", ("does not have it loaded",), apparmorProfile="containers-default-9"),
    refused("left_out", ("a process without an AppArmor profile",)),
    Case("set", "run rewrite", SHOW, want=("docker-default (enforce)", "Permission denied"),
         never=("hush",), fails=True),
    Case("set_instead", "run rewrite", SHOW, want=("docker-default (enforce)",), never=("hush",),
         fails=True, apparmorProfile="unconfined"),
    Case("required", "run require", "cat /proc/self/attr/current", want=("docker-default (enforce)",), **AA),
    Case("exec", START + 'guarded baseline exec "$id" cat /proc/self/attr/current /secret', "sleep 100",
         want=("docker-default (enforce)", "Permission denied"), never=("hush",), fails=True, **AA),
    Case("exec_unconfined", START + 'guarded baseline exec --apparmor unconfined "$id" cat /secret',
         "sleep 100", want=("guarded refused",), never=("hush",), fails=True, **AA),
    *both("pids", STARTED + "cat /sys/fs/cgroup/docker/$id/pids.max", "sleep 100", want=("4096",), **AA),
    Case("update", START + 'guarded baseline update --pids-limit -1 "$id"; '
         "cat /sys/fs/cgroup/docker/$id/pids.max", "sleep 100", want=("guarded refused", "4096"), **AA),
    *both("set_id", "run {}", SETID, want=("kept\n", "kept too", "plain", "700"), **AA),
    *both("namespaces_inside", "run {}", "unshare -U true", want=("Operation not permitted",), fails=True,
          **AA),
    # No filter asked for: the profile is given, and the container still runs under it.
    Case("filter_given_runc", "run rewrite", SETID + "; unshare -U true", without=("seccomp",),
         want=("kept\n", "plain", "unshare", "not permitted"), fails=True, **AA),
    Case("filter_given_crun", "run rewrite-crun", SETID + "; unshare -U true", without=("seccomp",),
         want=("kept\n", "plain", "unshare", "not permitted"), fails=True, **AA),
    refused("no_filter", ("seccomp=unconfined",), without=("seccomp",), **AA),
]

SELINUX = [
    Case("module", "cat /sys/fs/selinux/enforce; cat /proc/self/attr/current", want=("1", "host_t")),
    *both("confined", "label $root/secret system_u:object_r:secret_t:s0; run {}", SHOW,
          want=("container_t:s0:c1,c2", "Permission denied"), never=("hush",), fails=True,
          selinuxLabel=LABEL),
    refused("spc", ("--security-opt label=type:spc_t",), selinuxLabel="system_u:system_r:spc_t:s0"),
    refused("range", ("label=level:s0-s0:c1,c2",),
            selinuxLabel="system_u:system_r:container_t:s0-s0:c1,c2"),
    refused("required_label", ("a process without an SELinux label",), script="run require"),
    Case("required", "run require", "cat /proc/self/attr/current", want=("container_t",),
         selinuxLabel=LABEL),
    Case("set_instead", "label $root/secret system_u:object_r:secret_t:s0; run rewrite", SHOW,
         want=("system_u:system_r:container_t:s0",), never=("hush",), fails=True,
         selinuxLabel="system_u:system_r:spc_t:s0"),
    Case("exec", START + 'guarded baseline exec "$id" cat /proc/self/attr/current', "sleep 100",
         want=("container_t",), selinuxLabel=LABEL),
    Case("exec_spc", START + 'guarded baseline exec --process-label system_u:system_r:spc_t:s0 "$id" '
         "cat /secret", "sleep 100", want=("guarded refused",), never=("hush",), fails=True,
         selinuxLabel=LABEL),
    # The last one: from here on nothing is enforced.
    refused("zz_permissive", ("SELinux does not enforce",), selinuxLabel=LABEL,
            script="echo 0 >/sys/fs/selinux/enforce; run require"),
]
