"""A private containerd with its CRI plugin, driven with ctr and over gRPC."""

import os
import subprocess
import time

from . import images, shell

CONFIG = """version = 2
root = "{var}/containerd"
state = "{run}/containerd"
[grpc]
  address = "{run}/containerd.sock"
[ttrpc]
  address = "{run}/containerd.sock.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
  path = "{var}/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/library/pause:1"
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  disable_apparmor = false
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{cni}"
    conf_dir = "{cni}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
"""

RUNTIME = """
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.{name}]
    runtime_type = "io.containerd.runc.v2"
    pod_annotations = ["*"]
    container_annotations = ["*"]
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.{name}.options]
      BinaryName = "{path}"
"""

# A network plugin that gives every pod loopback and an address without a wire: enough for a pod with
# a network namespace of its own, and nothing of the machine's network is touched.
CNI = """#!/bin/sh
case $CNI_COMMAND in
ADD) nsenter --net="$CNI_NETNS" ip link set lo up
  echo '{"cniVersion":"0.4.0","interfaces":[{"name":"eth0","sandbox":"'$CNI_NETNS'"}],
  "ips":[{"version":"4","interface":0,"address":"10.254.0.2/24"}]}' ;;
VERSION) echo '{"cniVersion":"0.4.0","supportedVersions":["0.3.1","0.4.0"]}' ;;
esac
"""


class Containerd:
    def __init__(self, site, runtimes):
        """runtimes: name -> path, beside runc."""
        self.site = site
        self.socket = f"{site.run}/containerd.sock"
        self.log = os.path.join(site.path("log"), "containerd.log")
        self.runtimes = runtimes

    def start(self, seconds=30):
        cni = self.site.path("cni")
        for name in ("guarded-null", "loopback"):   # containerd adds the second by itself
            with open(os.path.join(cni, name), "w", encoding="ascii") as file:
                file.write(CNI)
            os.chmod(os.path.join(cni, name), 0o755)
        with open(os.path.join(cni, "10-null.conf"), "w", encoding="ascii") as file:
            file.write('{"cniVersion":"0.4.0","name":"null","type":"guarded-null"}')
        config = os.path.join(self.site.path("containerd"), "config.toml")
        with open(config, "w", encoding="ascii") as file:
            file.write(CONFIG.format(var=self.site.var, run=self.site.run, cni=cni))
            for name, path in {"runc": "runc", **self.runtimes}.items():
                file.write(RUNTIME.format(name=name, path=path))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(["containerd", "--config", config], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL, env=shell.ENV,
                                            start_new_session=True)
        self.site.callback(self.stop)
        end = time.monotonic() + seconds
        while not self.ctr("version", timeout=5).ok:
            if self.process.poll() is not None or time.monotonic() > end:
                with open(self.log, encoding="utf-8", errors="replace") as log:
                    raise shell.Failed("containerd does not start: " + log.read()[-1500:])
            time.sleep(0.1)
        for namespace in ("default", "k8s.io"):
            self.ctr("-n", namespace, "images", "import", images.standard(self.site), check=True)
        return self

    def ctr(self, *args, **options):
        return shell.run(["ctr", "-a", self.socket, *args], **options)

    def clear(self, name):
        """Ends and forgets one container of ctr's."""
        self.ctr("task", "kill", "-s", "KILL", name, timeout=10)
        self.ctr("task", "delete", "-f", name, timeout=10)
        self.ctr("container", "delete", name, timeout=10)
        self.ctr("snapshots", "delete", name, timeout=10)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
