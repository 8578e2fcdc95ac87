"""guarded as an engine sees it: for every policy a configuration of its own, applied with guardctl,
and a file of two lines that engines can be told to run."""

import json
import os
import shutil

from . import shell

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BUILD = os.environ.get("GUARDED_BUILD", os.path.join(ROOT, "build"))
RUNC = "/usr/sbin/runc"
CRUN = "/usr/bin/crun"


def built():
    return all(os.access(os.path.join(BUILD, name), os.X_OK) for name in ("guarded", "guardctl"))


def install(site):
    """A copy of what was built, root's whoever owns the working tree, that no later make replaces
    under a running test. Answers its directory."""
    place = os.path.join(site.var, "install")
    if not os.path.exists(place):
        os.makedirs(place, mode=0o755)
        for name in ("guarded", "guardctl"):
            shutil.copyfile(os.path.join(BUILD, name), os.path.join(place, name))
            os.chmod(os.path.join(place, name), 0o755)
        profiles = os.path.join(place, "profiles")
        shutil.copytree(os.path.join(ROOT, "profiles"), profiles, copy_function=shutil.copyfile)
        for directory, _, _ in os.walk(profiles):   # a working tree's may be its group's too
            os.chmod(directory, 0o755)
    return place


class Guard:
    """One installation: `exe` is what the engine runs, `conf` its guarded.json.

    policies: file name -> policy (a dict, or text as a person would have typed it)."""

    def __init__(self, site, name, policies, runtime=RUNC, **config):
        self.site, self.name = site, name
        self.home = site.path("guard", name)
        self.install = install(site)
        self.conf = os.path.join(self.home, "guarded.json")
        self.audit = os.path.join(self.home, "audit.jsonl")
        self.policies = os.path.join(self.home, "policy.d")
        os.makedirs(self.policies, exist_ok=True)
        self.config = {
            "runtime": runtime, "policyDir": self.policies,
            "profileDir": os.path.join(self.install, "profiles"),
            "applied": os.path.join(self.home, "applied"), "audit": {"file": self.audit}, **config,
        }
        self.write(self.conf, self.config)
        for file, policy in policies.items():
            self.write(os.path.join(self.policies, file), policy)
        self._put = None
        self.exe = self._script("guarded",
            f'{self.install}/guarded --guarded-config {self.conf} "$@"')

    def put(self, policies, **config):
        """Other policies in the place of all there were, applied; config: changes of guarded.json."""
        if (policies, config) == self._put:
            return
        self._put = None
        for file in os.listdir(self.policies):
            os.unlink(os.path.join(self.policies, file))
        for file, policy in policies.items():
            self.write(os.path.join(self.policies, file), policy)
        self.write(self.conf, {**self.config, **config})
        self.apply()
        self._put = (policies, config)

    def apply(self):
        return self.ctl("apply", check=True)

    def ctl(self, *args, **options):
        return shell.run([f"{self.install}/guardctl", "--guarded-config", self.conf, *args],
            **options)

    def _script(self, name, command):
        """exec keeps the pid, the signals and the death signal that engines rely on."""
        path = os.path.join(self.home, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\nexec {command}\n")
        os.chmod(path, 0o755)
        return path

    @staticmethod
    def write(path, content):
        with open(path, "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content, indent=2))
        os.chmod(path, 0o644)

    def records(self):
        """The audit records, oldest first."""
        try:
            with open(self.audit, encoding="utf-8") as lines:
                return [json.loads(line) for line in lines]
        except FileNotFoundError:
            return []


def policy(name, profile, **more):
    return {"version": 1, "name": name, "extends": [profile], **more}
