"""Everything a table of rows shares: engines, started when first asked for, and one guarded per
profile."""

import functools
import itertools
import os
import subprocess

from . import guard, images, say
from .bundle import Bundles
from .containerd import Containerd
from .corner import Corner
from .cri import Cri
from .docker import Docker
from .podman import Podman

# Policies by the name that rows use. Each becomes a guarded of its own with this one policy.
POLICIES = {
    "baseline": {"extends": ["baseline"]},
    "restricted": {"extends": ["restricted"]},
    "limits": {"extends": ["baseline"], "controls": {"resources": {
        "pids": {"default": 100, "max": 200}, "memory": {"default": "128MiB", "max": "256MiB"},
        "cpus": {"max": 1000}, "shmSize": {"max": "64MiB"},
        "rlimits": {"nofile": 1 << 20, "memlock": 8 << 20}}}},
    "groups": {"extends": ["restricted"], "controls": {"user": {"groups": ["1000-4294967295"]}}},
    "fuse": {"extends": ["baseline"], "controls": {"devices": {"add": [
        {"path": "/dev/fuse", "access": ["*"]}]}}},
    "private": {"extends": ["baseline"], "controls": {"mounts": {"propagation": "private"}}},
    "permissive": {"extends": ["permissive"]},
    # Rows write this one's policies themselves (asbuilt/engines.py).
    "asbuilt": {"extends": ["baseline"]},
    "limits64": {"extends": ["baseline"], "controls": {"resources": {"pids": {"max": 64}}}},
}


class World:
    def __init__(self, site, profiles=("baseline",), guarded=True):
        self.site, self.numbers = site, itertools.count(1)
        self.guarded, self.words = guarded, {}
        self._guards = {}
        self.roots = [site.path("shared"), site.runpath("shared")]
        self.profiles = profiles if guarded else ()
        for name in self.profiles:
            self.guard(name)
        self._host_process()

    def guard(self, profile, runtime=guard.RUNC):
        """The guarded with this policy alone, in front of this runtime; applied when first asked."""
        if (profile, runtime) not in self._guards:
            name = profile if runtime == guard.RUNC else f"{profile}-{len(self._guards)}"
            body = {"version": 1, "name": f"live-{profile}", "match": {}, **POLICIES[profile]}
            made = guard.Guard(self.site, name, {"10-default.json": body}, runtime=runtime,
                               bindRoots=self.roots, containerdRoots=[self.site.path("containerd")],
                               trustDir=self.site.path("guard", name, "trust.d"))
            made.apply()
            self._guards[profile, runtime] = made
        return self._guards[profile, runtime]

    def _exes(self):
        """What the engines are told: runtime name -> program."""
        return {name: self.guard(name).exe for name in self.profiles}

    def _host_process(self):
        """A process of the host's, known by its argument and its environment. The site's path is there
        for whoever clears up after a run that was killed."""
        child = subprocess.Popen([f"{self.site.mark} {self.site.var}/", "100000"],
                                 executable="/bin/sleep",
                                 env={"SECRET": self.site.mark + "-env"}, start_new_session=True,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.site.callback(self._end, child)
        self.words["hostpid"] = child.pid

    @staticmethod
    def _end(child):
        os.killpg(child.pid, 9)
        child.wait()

    @functools.cached_property
    def docker(self):
        say.step("starting a private dockerd")
        engine = Docker(self.site, self._exes()).start()
        engine.load(images.standard(self.site))
        self.words["dockersock"] = engine.socket
        return engine

    @functools.cached_property
    def shadow(self):
        """A dockerd that was told nothing: guarded bears the name runc, first in its PATH."""
        say.step("starting a private dockerd that finds guarded under the name runc")
        corner = Corner(self.site, "shadow")
        made = self.guard("baseline")
        directory = corner.path("bin")
        os.symlink(made.exe, os.path.join(directory, "runc"))
        engine = Docker(corner, {}, path=directory).start()
        engine.load(images.standard(self.site))
        return engine

    @functools.cached_property
    def containerd(self):
        say.step("starting a private containerd")
        engine = Containerd(self.site, self._exes()).start()
        self.words["containerdsock"] = engine.socket
        return engine

    @functools.cached_property
    def cri(self):
        return Cri(self.containerd)

    @functools.cached_property
    def podman(self):
        say.step("preparing podman")
        return Podman(self.site).start()

    @functools.cached_property
    def bundles(self):
        return Bundles(self.site)
