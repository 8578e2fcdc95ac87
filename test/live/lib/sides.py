"""Two sides that differ in nothing but the runtime, for scripts that name `docker`, `ctr` or `podman`
as a person would. On the guarded side the runtime is called `runc` too: engines put its name into
messages and find their defaults by it."""

import concurrent.futures
import os
import re

from . import guard, images, shell
from .cases import Case, expect
from .corner import Corner
from .docker import Docker
from .podman import Podman

PROFILE = "permissive"
HELPERS = os.path.join(guard.ROOT, "test", "live", "transparent", "helpers.sh")


class Side:
    """One of the two: its commands stand in `bin`, its scripts run in `work`."""

    def __init__(self, world, runtime):
        self.world, self.runtime = world, runtime
        self.corner = Corner(world.site, runtime[:2])
        self.bin = self.corner.path("bin")
        self.exe = guard.RUNC if runtime == "runc" else self._named_runc()
        self.engines = set()

    def _named_runc(self):
        return self._command("runtime/runc", f'{self.world.guard(PROFILE).exe} "$@"')

    def _command(self, name, line):
        path = os.path.join(self.bin, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\nexec {line}\n")
        os.chmod(path, 0o755)
        return path

    def need(self, engine):
        if engine not in self.engines:
            getattr(self, "_" + engine)()
            self.engines.add(engine)

    def _docker(self):
        runtimes = {} if self.runtime == "runc" else {"guarded": self.exe}
        engine = Docker(self.corner, runtimes, default=next(iter(runtimes), "runc")).start()
        engine.load(images.standard(self.world.site))
        self.docker = engine
        self._command("docker", f'env DOCKER_CONFIG={engine.env["DOCKER_CONFIG"]} DOCKER_BUILDKIT=0 '
                      f'/usr/bin/docker -H unix://{engine.socket} "$@"')

    def _ctr(self):
        engine, space = self.world.containerd, "side-" + self.runtime
        engine.ctr("-n", space, "images", "import", images.standard(self.world.site), check=True)
        ctr = f"/usr/bin/ctr -a {engine.socket} -n {space}"
        self._command("ctr", f'sh -c \'if [ "$1" = run ]; then shift; exec {ctr} run --runc-binary '
                      f'{self.exe} "$@"; fi; exec {ctr} "$@"\' ctr "$@"')

    def _podman(self):
        engine = self.podman = Podman(self.corner).start()
        env = " ".join(f"{k}={v}" for k, v in engine.env.items())
        self._command("podman", f"env {env} /usr/bin/podman --root {engine.root} --runroot "
                      f'{engine.runroot} --tmpdir {engine.tmp} --runtime {self.exe} "$@"')

    def play(self, engine, script, place):
        """The script's output and its code, without what must differ. The streams stand one after the
        other: clients read them apart, and in which order two lines come is chance."""
        work = self.corner.path("work", place)
        env = {"PATH": f"{self.bin}:{shell.ENV['PATH']}", "HOME": self.corner.path("home"),
               "PORT": str(23770 + (self.runtime == "runc")), "TERM": "xterm"}
        done = shell.run(["/bin/sh", "-c", f". {HELPERS}\n{script}"], env=env, cwd=work,
                         timeout=60)
        self.clear(engine)
        return normal(done.out + done.err, self) + f"[exit {done.code}]"


    def clear(self, engine):
        """Nothing of a row is left for the next."""
        if engine == "docker":
            self.docker.clear()
        elif engine == "podman":
            self.podman("rm", "-a", "-f", "-t", "0")
        else:
            ctr = os.path.join(self.bin, "ctr")
            for name in shell.run([ctr, "containers", "ls", "-q"]).out.split():
                shell.run([ctr, "tasks", "delete", "-f", name])
                shell.run([ctr, "containers", "delete", name])


NORMAL = [(re.compile(pattern), word) for pattern, word in (
    (r"\b[0-9a-f]{64}\b", "ID"), (r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{12}\b", "ID"),
    (r"\b[0-9a-z]{25}\b", "ID"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*( ?[+-]\d{4} [A-Z]+|Z|[+-]\d\d:\d\d)?", "TIME"),
    (r"(About )?(an?|\d+|Less than a) (second|minute)s?( ago)?", "A WHILE"),
    (r"\bside-(runc|permissive)\b", "SPACE"),
    # The client's own race between the refusal and its wait.
    (r"time=\S+ level=error msg=.error waiting for container: context canceled.\n", ""),
    (r"172\.3\d\.\d+\.", "172.N.N."), (r"\r", ""), (r"\bpid[ =:]+\d+", "pid N"),
)]


def normal(text, side):
    for path, word in ((side.exe, "RUNTIME"), (side.corner.var, "PLACE"), (side.corner.run, "PLACE")):
        text = text.replace(path, word)
    for pattern, word in NORMAL:
        text = pattern.sub(word, text)
    return text


def sides(world):
    if not hasattr(world, "sides"):
        world.sides = [Side(world, runtime) for runtime in ("runc", PROFILE)
                       if runtime == "runc" or world.guarded]
    return world.sides


def line(engine, name, script, says, judged=True):
    """A case: the script prints the same on both sides. says: what plain runc must have printed, so
    that two equal failures do not pass; judged: guarded has something to judge."""
    def check(stage):
        both = sides(stage.world)
        for side in both:
            side.need(engine)
        with concurrent.futures.ThreadPoolExecutor(len(both)) as pool:
            before = len(stage.world.guard(PROFILE).records()) if len(both) == 2 else 0
            seen = list(pool.map(lambda side: side.play(engine, script, stage.id), both))
        expect(re.search(says, seen[0], re.M | re.S), f"under runc it says {says}", seen[0])
        expect("no answer in" not in seen[0], "it ends", seen[0])
        if len(both) == 2:
            expect(seen[0] == seen[1], "the same output and code",
                   f"--- runc\n{seen[0]}\n--- guarded\n{seen[1]}")
            records = stage.world.guard(PROFILE).records()
            expect(not judged or len(records) > before, "guarded judged it", "no new record")
        if len(both) == 1:
            return "runc alone: " + " | ".join(seen[0].splitlines())[:300]
        return seen[0].splitlines()[-1]
    return Case(f"{engine}: {name}", check, PROFILE, "the same as under runc")
