"""Everything a table of rows shares: engines, started when first asked for, and one guarded per
profile."""

import functools
import itertools
import os
import subprocess

from . import guard, images, say, shell
from .docker import Docker

# Policies by the name that rows use. Each becomes a guarded of its own with this one policy.
POLICIES = {
    "baseline": {"extends": ["baseline"]},
    "restricted": {"extends": ["restricted"]},
}


class World:
    def __init__(self, site, profiles=("baseline",), guarded=True):
        self.site, self.numbers = site, itertools.count(1)
        self.guards = {}
        self.words = {}
        if guarded:
            for name in profiles:
                self.guards[name] = self._guard(name)
        self._host_process()

    def _guard(self, name):
        body = {"version": 1, "name": name, **POLICIES[name]}
        made = guard.Guard(self.site, name, {"10-default.json": body},
                           bindRoots=[self.site.path("shared")])
        made.apply()
        return made

    def guard(self, profile):
        return self.guards[profile]

    def _host_process(self):
        """A process of the host's, known by its argument and its environment."""
        child = subprocess.Popen(["/bin/sh", "-c", "sleep 100000 & wait", self.site.mark],
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
        engine = Docker(self.site, {name: g.exe for name, g in self.guards.items()}).start()
        engine.load(images.standard(self.site))
        self.words["dockersock"] = engine.socket
        return engine
