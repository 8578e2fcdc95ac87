"""A stack of five as people write them: a proxy, a service, a database, a cache, and a sidecar in the
service's network; two networks, named volumes, files of the host, health checks, restart policies."""

import json
import os
import shutil

from lib import shell, talk
from lib.cases import Case, Wrong, expect, until
from lib.site import bridge

from .images import FILES
from .services import differences, loaded

# Each with the names that it must be able to resolve: those of its own networks.
SERVICES = {"web": "app", "app": "db cache", "db": "cache app", "cache": "db", "probe": "db cache"}


class Stack:
    """docker-compose for one runtime."""

    def __init__(self, stage, runtime):
        self.stage, self.project = stage, f"{stage.id}{runtime[0]}"
        files = stage.shared("stack")
        for name in ("site.conf", "init.sql"):
            shutil.copy(os.path.join(FILES, name), files)
        self.env = {"DOCKER_HOST": "unix://" + stage.world.docker.socket, "RUNTIME": runtime,
                    "FILES": files, "HOME": stage.world.site.path("home"),
                    "BRIDGE": bridge(stage.world.site.name)[-9:] + stage.id[-3:]}
        # Not by name: what an installation puts first on the path may be another compose.
        self.argv = ["/usr/bin/docker-compose", "-f", os.path.join(FILES, "compose.yml"), "-p",
                     self.project, "--no-ansi"]
        stage.callback(self, "down", "-v", "-t", "2", timeout=60)

    def __call__(self, *args, timeout=120, **options):
        return shell.run([*self.argv, *args], env=self.env, timeout=timeout, **options)

    def name(self, service):
        return f"{self.project}_{service}_1"

    def inspect(self, service, form):
        return self.stage.world.docker.inspect(self.name(service), form)


def use(stage, stack):
    """What the stack answers and what its containers are, to be compared."""
    up = stack("up", "-d")
    expect(up.ok, "the stack comes up", up.text)
    where = stack("port", "web", "80").out.strip().split(":")
    ask = lambda: talk.http(where[0], "/work", int(where[1]))     # noqa: E731
    first = until(lambda: (ask()[0] == 200 and ask()) or None, 20, "the stack answers")
    second = ask()
    side = until(lambda: stack("logs", "--no-color", "probe").out.split("|")[-1].strip(), 10,
                 "the sidecar reaches the service on loopback")
    restarts(stack)
    again = until(lambda: ask() if ask()[0] == 200 else None, 20, "the stack answers again")
    stack("restart", "-t", "10", "db", check=True)
    until(lambda: ask() if ask()[0] == 200 else None, 20, "with the database restarted")
    inside = {service: facts(stage, stack, service) for service in SERVICES}
    kept = stage.docker("volume", "ls", "-q", "-f", f"label=com.docker.compose.project={stack.project}")
    expect(len(kept.out.split()) == 2, "two named volumes", kept.text)
    return [json.loads(x[1]) | {"visits": 0, "count": 0} for x in (first, second, again)] + [
        json.loads(side)], inside


def restarts(stack):
    """What ends is started again by its policy."""
    stack.stage.docker("exec", stack.name("app"), "sh", "-c", "kill -TERM 1")
    until(lambda: stack.inspect("app", "{{.RestartCount}} {{.State.Health.Status}}") == "1 healthy", 30,
          "the service is restarted and healthy")
    # The sidecar's network went with the service that owned it: compose's own remedy is a restart.
    stack("restart", "-t", "1", "probe", check=True)


def facts(stage, stack, service):
    seen = stage.docker("exec", "-e", "NAMES=" + SERVICES[service], stack.name(service), "sh", "-c", """
        tr '\\0' ' ' </proc/1/cmdline; sed -n '/^Uid/p;/^Gid/p;/^NoNewPrivs/p' /proc/1/status
        grep 'Max open files' /proc/1/limits; cat /proc/sys/net/core/somaxconn; df -P /dev/shm | sed 1d
        touch /probe && echo writable; rm -f /probe
        ls /sys/class/net; getent hosts $NAMES | wc -l""")
    return seen.text.replace(stack.project, "PROJECT")


def check(stage):
    loaded(stage.world)
    seen = []
    for runtime in stage.runtimes:
        stack = Stack(stage, runtime)
        try:
            seen.append(use(stage, stack))
        except Wrong as wrong:
            logs = stack("logs", "--no-color", "--tail", "20").text
            raise Wrong(f"under {runtime}: {wrong}\n{stack('ps').text}\n{logs}") from None
        stack("down", "-v", "-t", "10", check=True)
    for other in seen[1:]:
        expect(other[0] == seen[0][0], "the same answers", f"{seen[0][0]}\n{other[0]}")
        for service in SERVICES:
            expect(other[1][service] == seen[0][1][service], f"{service} is the same inside",
                   differences(seen[0][1][service], other[1][service]))
    return "up, healthy, restarted, the same inside"


ROWS = [Case("a compose stack of five", check, "baseline", "serves as under runc")]
