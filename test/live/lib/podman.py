"""Podman with its own storage and configuration; no service, so nothing to start or stop but
containers."""

import os

from . import images, shell

CONF = """[engine]
runtime = "runc"
runtime_supports_json = ["crun", "runc", "guarded"]
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
log_driver = "k8s-file"
netns = "none"
default_ulimits = []
[network]
network_config_dir = "{var}/podman/networks"
"""


class Podman:
    def __init__(self, site):
        self.site = site
        self.root, self.runroot = site.path("podman", "root"), site.runpath("podman")
        self.tmp = site.runpath("podman-tmp")
        conf = os.path.join(site.path("podman"), "containers.conf")
        with open(conf, "w", encoding="ascii") as file:
            file.write(CONF.format(var=site.var))
        policy = os.path.join(site.path("podman"), "policy.json")
        with open(policy, "w", encoding="ascii") as file:
            file.write('{"default":[{"type":"insecureAcceptAnything"}]}')
        self.env = {"CONTAINERS_CONF": conf, "HOME": site.path("podman", "home"), "TMPDIR": "/tmp"}
        self.policy = policy

    def start(self):
        self.site.callback(self.stop)
        self("load", "-q", "-i", images.standard(self.site), check=True)
        return self

    def __call__(self, *args, runtime=None, **options):
        argv = ["podman", "--root", self.root, "--runroot", self.runroot, "--tmpdir", self.tmp]
        if runtime:
            argv += ["--runtime", runtime]
        return shell.run([*argv, *args], env=self.env, **options)

    def stop(self):
        self("rm", "-a", "-f", "-t", "0", timeout=60)
