"""A pod as a kubelet makes it: a sandbox, an init container that prepares a volume, the main container
with the image's own command, a sidecar on loopback; resources changed in place, exec, a clean stop."""

import json
import os
import re
import shutil

from lib import cri
from lib.cases import Case, expect, until

from . import images
from .services import differences

PODS = "/var/lib/kubelet/pods"
IMAGE = "docker.io/library/"
INSIDE = """tr '\\0' ' ' </proc/1/cmdline; sed -n '/^Uid/p;/^Gid/p;/^NoNewPrivs/p' /proc/self/status
awk '{ print $5 }' /proc/self/mountinfo | grep -v -e ^/proc/ -e ^/sys/ | sort -u
cat /etc/hosts; tr '\\0' '\\n' </proc/self/environ | sort"""


def loaded(world):
    if "pod services" not in world.words:
        world.containerd.ctr("-n", "k8s.io", "images", "import", images.kept(), check=True, timeout=300)
        world.words["pod services"] = "loaded"


class Kubelet:
    """The directories that a kubelet prepares for one pod. The machine has none of its own."""

    def __init__(self, stage, uid):
        self.home = os.path.join(PODS, uid)
        self.new = not os.path.isdir(os.path.dirname(PODS))
        stage.callback(self._remove)
        for name in ("html", "work"):
            os.makedirs(self.volume(name))
            os.chmod(self.volume(name), 0o777)
        with open(os.path.join(self.home, "etc-hosts"), "w", encoding="ascii") as hosts:
            hosts.write("127.0.0.1 localhost\n10.254.0.2 shop\n")

    def volume(self, name):
        return os.path.join(self.home, "volumes", "kubernetes.io~empty-dir", name)

    def mounts(self, container, **volumes):
        """volumes: name -> path inside. As the kubelet orders them, with its own files at the end."""
        log = os.path.join(self.home, "containers", container, "0")
        os.makedirs(os.path.dirname(log), exist_ok=True)
        with open(log, "w", encoding="ascii"):
            os.chmod(log, 0o666)
        return [{"container_path": path, "host_path": self.volume(name)}
                for name, path in volumes.items()] + [
            {"container_path": "/etc/hosts", "host_path": os.path.join(self.home, "etc-hosts")},
            {"container_path": "/dev/termination-log", "host_path": log}]

    def _remove(self):
        shutil.rmtree(os.path.dirname(PODS) if self.new else self.home, ignore_errors=True)


def pod(stage, runtime, shared_pid):
    """What was seen of one pod, to be compared."""
    api, site = stage.world.cri, stage.world.site
    uid = f"{stage.id}-{runtime}"
    kubelet = Kubelet(stage, uid)
    options = {"namespace_options": {"pid": cri.POD if shared_pid else cri.CONTAINER}}
    made = api.pod(uid, runtime, hostname="shop", log_directory=site.path("log", uid),
                   linux={"cgroup_parent": f"/kubepods-{uid}",
                          "security_context": {**options, "seccomp": {"profile_type": cri.DEFAULT}},
                          "sysctls": {"net.ipv4.ip_local_port_range": "20000 30000"}})
    stage.callback(api.remove, made[0])

    def start(name, command, image, mounts, **limits):
        container, _log = api.container(made, command, IMAGE + image, mounts=mounts, linux={
            "resources": {"cpu_shares": 102, "oom_score_adj": 900, **limits}, "security_context": {
                **options, "masked_paths": MASKED, "readonly_paths": READONLY,
                "seccomp": {"profile_type": cri.DEFAULT}}},
            envs=[{"key": "KUBERNETES_PORT", "value": "tcp://10.96.0.1:443"}], labels={
                "io.kubernetes.container.name": name, "io.kubernetes.pod.uid": uid})
        return container

    def execute(container, script):
        answer = api("ExecSync", container_id=container, cmd=["sh", "-c", script], timeout=10)
        return answer.get("stdout", "") + answer.get("stderr", ""), answer.get("exit_code", 0)

    init = start("init", ["sh", "-c", "echo made by init >/html/index.html; echo ready >/dev/termination-log"],
                 "debian:1", kubelet.mounts("init", html="/html"))
    ended = api.wait(init)
    expect(ended and not ended.get("exit_code"), "the init container ends well", ended)
    main = start("main", [], "nginx:1", kubelet.mounts("main", html="/usr/share/nginx/html"),
                 memory_limit_in_bytes=256 << 20)
    side = start("side", ["sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.1; done"], "debian:1",
                 kubelet.mounts("side", work="/work"), cpu_period=100000, cpu_quota=20000)
    seen = {"loopback": until(lambda: execute(side, "curl -fs http://127.0.0.1/")[0], 10,
                              "the sidecar reaches the main container")}
    api("UpdateContainerResources", container_id=main, linux={
        "memory_limit_in_bytes": 300 << 20, "cpu_shares": 204, "cpu_period": 100000,
        "cpu_quota": 50000, "oom_score_adj": 900})
    seen["main"], seen["side"] = execute(main, INSIDE), execute(side, INSIDE)
    seen["volume"] = execute(side, "id -u >/work/by; cat /work/by /proc/sys/net/ipv4/ip_local_port_range")
    # A number, or the exec itself came to nothing (its processor share is small): then once more.
    count = until(lambda: re.fullmatch(r"\d+\n", execute(side, "cat /proc/[0-9]*/comm | grep -c nginx")[0]), 10,
                  "the sidecar counts processes")
    seen["others"] = count.group() != "0\n"
    expect(seen["others"] == shared_pid, "processes of the pod are seen only where shared", seen["others"])
    with open(os.path.join(kubelet.home, "containers", "init", "0"), encoding="ascii") as log:
        seen["message"] = log.read()
    api("StopContainer", container_id=side, timeout=5)
    seen["code"] = api("ContainerStatus", container_id=side)["status"].get("exit_code")
    api("StopContainer", container_id=main, timeout=5)
    seen["main code"] = api("ContainerStatus", container_id=main)["status"].get("exit_code", 0)
    return json.dumps(seen, indent=1).replace(uid, "POD").replace("\\n", "\n")


# What a kubelet sends for procMount: Default.
MASKED = ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
          "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"]
READONLY = ["/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]


def make(name, shared_pid):
    def check(stage):
        loaded(stage.world)
        seen = [pod(stage, runtime, shared_pid) for runtime in stage.runtimes]
        for other in seen[1:]:
            expect(other == seen[0], "the same pod", differences(seen[0], other))
        return "init, main and sidecar, the same inside"
    return Case(name, check, "baseline", "runs as under runc")


ROWS = [make("a pod with sandbox, init, main and sidecar", False),
        make("a pod that shares its processes", True)]
