"""One guarded without an engine, for tests that damage its files: hand-made bundles, real runc."""

import json
import os
import signal

from . import bundle, guard, shell
from .cases import expect

REFUSED = "guarded refused "


class Bench:
    """A guard of the case's own, applied, and the containers that the case makes."""

    def __init__(self, stage, runtime=guard.RUNC, **config):
        self.stage, self.bundles = stage, stage.world.bundles
        self.guard = guard.Guard(stage.world.site, stage.id, {"10-default.json": policy()},
                                 runtime=runtime, bindRoots=stage.world.roots, **config)
        self.guard.apply()
        self.state = stage.world.site.runpath("state", stage.id)
        self.made = []
        stage.callback(self.clear)

    def __call__(self, *args, exe=None, **options):
        return shell.run([exe or self.guard.exe, "--root", self.state, *args], **options)

    def bundle(self, name, content=None):
        name = f"{self.stage.id}-{name}"
        home = self.bundles.make(name, content or bundle.document(["sleep", "1000"]))
        self.made.append(name)
        return name, home

    def create(self, name, content=None):
        name, home = self.bundle(name, content)
        return name, self("create", "--bundle", home, name)

    def running(self, name):
        name, done = self.create(name)
        expect(done.ok, "an ordinary container is created", done.text)
        started = self("start", name)
        expect(started.ok, "and started", started.text)
        return name

    def pid(self, name):
        return json.loads(self("state", name, check=True).out)["pid"]

    def clear(self):
        for name in self.made:
            shell.run([guard.RUNC, "--root", self.state, "delete", "--force", name], timeout=15)
            shell.must("rm", "-rf", os.path.join(self.stage.world.site.run, "bundles", name))


def policy(**more):
    return {"version": 1, "name": "default", "match": {}, "extends": ["baseline"], **more}


def refused(done, what):
    """Refused by guarded, in one line, with an ordinary exit code."""
    expect(done.code in (1, 255), f"{what}: an exit code of a refusal", f"{done.code} {done.text}")
    expect(done.text.count(REFUSED) == 1 and len(done.text.strip().splitlines()) == 1,
           f"{what}: one line that says why", done.text)
    return done.text.strip()


def not_crashed(done, what):
    killed = done.code < 0 or done.code in (128 + s for s in (
        signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL))
    expect(not killed, f"{what}: no crash", f"{done.code} {done.text}")
