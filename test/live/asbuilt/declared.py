"""The same images as declared start under `as-built`, and are inside what they are under plain runc: with all
that engines add by themselves."""

import json
import os
import re

from lib import shell
from lib.cases import Case, expect, until
from lib.docker import DOCKER as CLIENT
from lib.corner import Corner
from lib.docker import Docker

from . import images
from .engines import CRI, CTR, DOCKER, PODMAN, Ask, Asked, apply, as_built, must
from .departures import TOLD

# Of what the program tells: not the mounts, of which a policy may hide more, nor names that differ.
SAME = re.compile(r"(?m)^(?:library|arg|ids|groups|cwd|data|env (?!HOSTNAME=|container_uuid|DB_)).*")


def facts(text):
    return sorted(SAME.findall(text.replace("\r", "")))


def start(engine, ask, *says, name="declared", **controls):
    """Under both; says: patterns that show that what is added was there; controls: beside the profile's."""
    def check(stage):
        stage.token = "none"
        seen = []
        for runtime in stage.runtimes:
            if runtime != "runc":
                apply(stage, default=as_built(**controls))
            text = Asked(stage, engine, runtime, ask).run()
            expect(re.search(TOLD, text), f"it runs under {runtime}", text)
            for pattern in says:
                expect(re.search(pattern, text), f"{pattern} is there under {runtime}", text)
            seen.append(text)
        expect(facts(seen[0]) == facts(seen[-1]), "the same inside",
               "\n".join(set(facts(seen[0])) ^ set(facts(seen[-1]))))
    what = [w for w in (ask.image, name) if w]
    return Case(f"{engine}: {', '.join(what)}", check, "asbuilt", "starts as declared")


def case(name, check):
    return Case(name, check, "asbuilt", "starts as declared")


# -- docker ----------------------------------------------------------------------------------------

def linked(asked):
    """Another container, whose ports and variables the link tells."""
    other = asked.id + "o"
    asked.stage.forget(other)
    must(asked.world.docker("run", "-d", "--name", other, "--runtime", "runc", "stay:1"), "another runs")
    asked.words["other"] = other


def proxied(asked):
    """The client's configuration names proxies: it gives them to every container."""
    path = os.path.join(asked.world.docker.env["DOCKER_CONFIG"], "config.json")
    with open(path, "w", encoding="ascii") as file:
        json.dump({"proxies": {"default": {"httpProxy": "http://proxy.example:3128",
                                           "noProxy": "127.0.0.1"}}}, file)
    asked.stage.callback(lambda: os.path.exists(path) and os.unlink(path))


def running(stage, *flags, image="stay:1", name=None, engine=None):
    """A container in the background under the policy that is applied."""
    engine = engine or stage.world.docker
    images.load(stage.world, DOCKER)
    name = name or stage.id
    stage.forget(name)
    must(engine("run", "-d", "--name", name, "--runtime", stage.runtimes[-1], *flags, image), "it starts")
    return name


def restarted(stage):
    """Killed, it is started again by the engine; stopped, by hand."""
    apply(stage, default=as_built())
    docker, name = stage.world.docker, running(stage, "--restart", "always")
    os.kill(docker.pid(name), 9)
    until(lambda: docker.inspect(name, "{{.RestartCount}} {{.State.Running}}") == "1 true", 15,
          "the engine starts it again")
    must(docker("restart", "-t", "0", name), "docker restart")
    must(docker("stop", "-t", "0", name), "docker stop")
    must(docker("start", name), "docker start")


def healthy(image):
    """The image's own health check is run; the same command typed by a user is not."""
    def check(stage):
        apply(stage, default=as_built())
        docker, name = stage.world.docker, running(stage, image=image)
        until(lambda: docker.inspect(name, "{{.State.Health.Status}}") == "healthy", 20,
              "the image's health check works")
        for words in () if not stage.world.guarded else ([name, "/bin/sh"], ["-u", "0", name, "/usr/bin/tell", "health"], [name, "/usr/bin/tell"],
                      ["-e", "A=b", name, "/usr/bin/tell", "health"],
                      ["-w", "/tmp", name, "/usr/bin/tell", "health"],
                      ["-t", name, "/usr/bin/tell", "health"],
                      ["--privileged", name, "/usr/bin/tell", "health"]):
            done = docker("exec", *words)
            expect("guarded refused" in done.text, f"docker exec {' '.join(words)} is refused", done.text)
        return "healthy, and no other exec"
    return check


def default_engine(world):
    """A dockerd whose default runtime is the one under test: swarm knows no other."""
    if "default engine" not in world.words:
        corner = Corner(world.site, "swarm")
        world.words["default engine"] = made = Docker(
            corner, {"asbuilt": world.guard("asbuilt").exe}, default="asbuilt").start()
        made.load(images.archive(world.site))
    return world.words["default engine"]


def swarm(stage):
    if not stage.world.guarded:
        return
    apply(stage, default=as_built())
    docker = default_engine(stage.world)
    docker("swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:24010")
    stage.callback(docker, "swarm", "leave", "--force")
    stage.callback(docker, "service", "rm", stage.id)
    must(docker("service", "create", "--detach", "--name", stage.id, "--label", "team=shop",
                "--container-label", "team=shop", "stay:1"), "the service is made")

    def state():
        said = docker("service", "ps", "--no-trunc", "--format", "{{.CurrentState}} {{.Error}}",
                      stage.id).text
        expect("guarded refused" not in said, "the service starts", said)
        return "Running" in said
    until(state, 30, "the service runs")


COMPOSE = """version: "2.4"
services:
  web:
    image: stay:1
    runtime: {runtime}
    restart: unless-stopped
    labels: {{ team: shop, com.example.tier: front }}
    depends_on: [other]
  other:
    image: healthy:1
    runtime: {runtime}
    init: true
"""


def compose(stage):
    apply(stage, default=as_built())
    images.load(stage.world, DOCKER)
    path = os.path.join(stage.shared(), "compose.yml")
    with open(path, "w", encoding="ascii") as file:
        file.write(COMPOSE.format(runtime=stage.runtimes[-1]))
    env = {"DOCKER_HOST": "unix://" + stage.world.docker.socket, "HOME": stage.shared("home")}
    argv = ["/usr/bin/docker-compose", "-f", path, "-p", stage.id, "--no-ansi"]
    stage.callback(shell.run, [*argv, "down", "-v", "-t", "0"], env=env, timeout=60)
    must(shell.run([*argv, "up", "-d"], env=env, timeout=90), "the stack comes up")
    for service in ("web", "other"):
        name = f"{stage.id}_{service}_1"
        expect(stage.world.docker.inspect(name, "{{.State.Running}}") == "true", f"{service} runs")


# -- podman, pods ----------------------------------------------------------------------------------

def proxied_podman(asked):
    asked.world.podman.env["http_proxy"] = "http://proxy.example:3128"
    asked.stage.callback(asked.world.podman.env.pop, "http_proxy", None)


def podman_health(stage):
    apply(stage, default=as_built())
    images.load(stage.world, PODMAN)
    podman, exe = stage.world.podman, stage.exe(stage.runtimes[-1])
    stage.callback(podman, "rm", "-f", "-v", "-t", "0", stage.id)
    must(podman("run", "-d", "--name", stage.id, "healthy:1", runtime=exe), "it starts")
    must(podman("healthcheck", "run", stage.id, runtime=exe), "the image's health check works")
    if stage.world.guarded:
        done = podman("exec", stage.id, "/bin/sh", "-c", "true", runtime=exe)
        expect("guarded refused" in done.text, "podman exec is refused", done.text)


def terminal(stage):
    """ctr wants a terminal of its own to give one."""
    seen = []
    for runtime in stage.runtimes:
        if runtime != "runc":
            apply(stage, default=as_built())
        images.load(stage.world, "containerd")
        engine, name = stage.world.containerd, stage.id + runtime
        stage.callback(engine.clear, name)
        line = (f"ctr -a {engine.socket} run -t --rm --runc-binary {stage.exe(runtime)} "
                f"docker.io/library/web:1 {name}")
        seen.append(shell.run(["script", "-qec", line, "/dev/null"]).out)
        expect("@told" in seen[-1] and "env TERM=xterm" in seen[-1], f"it runs under {runtime}", seen[-1])
    expect(facts(seen[0]) == facts(seen[-1]), "the same inside")


SERVICES = [{"key": k, "value": v} for k, v in (
    ("KUBERNETES_SERVICE_HOST", "10.96.0.1"), ("KUBERNETES_SERVICE_PORT", "443"),
    ("KUBERNETES_SERVICE_PORT_HTTPS", "443"), ("KUBERNETES_PORT", "tcp://10.96.0.1:443"),
    ("KUBERNETES_PORT_443_TCP", "tcp://10.96.0.1:443"), ("KUBERNETES_PORT_443_TCP_PROTO", "tcp"),
    ("KUBERNETES_PORT_443_TCP_PORT", "443"), ("KUBERNETES_PORT_443_TCP_ADDR", "10.96.0.1"))]

PLAIN = ("web:1", "numbers:1", "path:1", "relative:1", "linked:1", "bare:1")

ROWS = [
    *(start(engine, Ask(image=image), name="") for engine in (DOCKER, PODMAN, CTR, CRI) for image in PLAIN),
    start(DOCKER, Ask("-t"), "env TERM=xterm", name="-t"),
    start(DOCKER, Ask("--init"), "mount /sbin/docker-init", name="--init"),
    start(DOCKER, Ask("--init -t", image="path:1"), "mount /sbin/docker-init", name="--init -t"),
    start(DOCKER, Ask("--link {other}:db", before=linked), "env DB_PORT=tcp:", "env DB_ENV_MODE=",
          name="--link"),
    start(DOCKER, Ask(before=proxied), "env HTTP_PROXY=http://proxy.example",
          name="proxies of the client's configuration"),
    start(DOCKER, Ask("--hostname box --label team=shop --memory 64m --cpus 1 --read-only"),
          name="ordinary limits, name and label"),
    start(DOCKER, Ask("--shm-size 32m --ulimit core=0 --dns 192.0.2.1 --add-host a:192.0.2.2 --workdir /srv"
                      " --user alice --entrypoint /usr/bin/start -e MODE=declared", "declared"),
          name="what the image declares, typed again"),
    start(DOCKER, Ask("--network none --ipc private --stop-signal INT"), name="other namespaces"),
    start(DOCKER, Ask("-p 127.0.0.1:18083:8080"), name="an exposed port on the host's own address"),
    start(DOCKER, Ask("-P"), name="-P"),
    case("docker: --restart always, restart, stop, start", restarted),
    case("docker: a health check of the image", healthy("healthy:1")),
    case("docker: a health check of the image, by its shell", healthy("shellhealthy:1")),
    case("docker: a swarm service", swarm), case("docker: a compose stack", compose),
    start(PODMAN, Ask("-t"), "env TERM=xterm", name="-t"),
    start(PODMAN, Ask(before=proxied_podman), "env http_proxy=", name="the host's proxies"),
    start(PODMAN, Ask("--restart on-failure --label team=shop --read-only"), name="ordinary flags"),
    case("podman: a health check of the image", podman_health),
    case("ctr: -t", terminal),
    start(CRI, Ask(cri={"tty": True}), "env TERM=xterm", name="tty"),
    start(CRI, Ask(cri={"envs": SERVICES}), "env KUBERNETES_PORT=", name="service variables"),
]
