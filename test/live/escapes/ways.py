"""Ways around: other names for the runtime, other verbs of the engine that start something. On the
guarded side the engine finds guarded under the name runc, first in its PATH."""

import os

from lib import images, shell
from lib.docker import DOCKER
from lib.makers import inside
from lib.rows import Row, drops, reads

from .namespaces import in_host, ns

READ = "read a host file"


def engine(attempt):
    return attempt.world.shadow if attempt.guarded else attempt.world.docker


def docker(attempt, *words, **options):
    return engine(attempt)(*[attempt.fill(w) for w in words], **options)


def run(*flags):
    """docker run FLAGS: the host's directory is mounted."""
    def attack(attempt):
        attempt.callback(engine(attempt), "rm", "-f", "-v", attempt.id)
        return docker(attempt, "run", "--name", "{id}", *flags, "-v", "{host}:/h", "probe:1",
                      *inside("cat /h/canary")).text
    return attack


def started(attempt):
    """A container that was made when the engine knew only runc."""
    docker(attempt, "create", "--name", "{id}", "--runtime", "runc", "-v", "{host}:/h", "probe:1",
           *inside("cat /h/canary"), check=True)
    attempt.callback(engine(attempt), "rm", "-f", "-v", attempt.id)
    done = docker(attempt, "start", "-a", "{id}")
    return done.text + docker(attempt, "inspect", "-f", "{{.State.Error}}", "{id}").text


def service(attempt):
    """A swarm service: always the default runtime."""
    docker(attempt, "swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr",
           f"127.0.0.1:{24000 + attempt.guarded}")
    attempt.callback(engine(attempt), "swarm", "leave", "--force")
    docker(attempt, "service", "create", "--detach", "--name", "{id}", "--network", "host",
           "--restart-condition", "none", "--mount", "type=bind,src={host},dst=/h", "probe:1",
           *inside("echo {token} > /h/drop"), check=True)
    attempt.callback(engine(attempt), "service", "rm", attempt.id)
    text = ""
    for _ in range(40):
        text = docker(attempt, "service", "ps", "--no-trunc", "--format",
                      "{{.CurrentState}} {{.Error}}", "{id}").text
        if "Rejected" in text or "Failed" in text or attempt.dropped():
            break
        shell.run(["sleep", "0.25"])
    return text


def plugin(attempt):
    """A plugin of the engine's: it may ask for host directories, devices and namespaces."""
    home = os.path.join(attempt.shared, "plugin")
    os.makedirs(os.path.join(home, "rootfs"))
    shell.must("cp", "-a", attempt.world.bundles.rootfs + "/.", os.path.join(home, "rootfs"))
    images.write_json(os.path.join(home, "config.json"), {
        "description": "probe", "documentation": "none", "workdir": "/",
        "network": {"type": "host"},
        "entrypoint": ["/bin/sh", "-c", f"echo {attempt.token} > /h/drop; sleep 100"],
        "interface": {"types": ["docker.dummy/1.0"], "socket": "p.sock"}, "pidhost": True,
        "mounts": [{"name": "h", "source": attempt.host, "destination": "/h", "type": "bind",
                    "options": ["rbind"]}],
        "linux": {"capabilities": ["CAP_SYS_ADMIN"], "allowAllDevices": True}})
    docker(attempt, "plugin", "create", "{id}", home, check=True)
    attempt.callback(engine(attempt), "plugin", "rm", "-f", attempt.id)
    # The client waits for a plugin that speaks, which this one never does.
    return docker(attempt, "plugin", "enable", "--timeout", "2", "{id}", timeout=4).text


def build(kit):
    """RUN in the host's network."""
    def attack(attempt):
        home = os.path.join(attempt.shared, "build")
        os.makedirs(home)
        attempt.put(os.path.join(home, "Dockerfile"), "FROM probe:1\nRUN echo @ra''n; " + ns("net"))
        client = engine(attempt)
        words = ["build", "--no-cache", "--network", "host", *(["--progress",
            "plain"] if kit else []),
                 "-t", attempt.id, home]
        attempt.callback(client, "rmi", "-f", attempt.id)
        return shell.run([DOCKER, "-H", "unix://" + client.socket, *words],
                         env={**client.env, "DOCKER_BUILDKIT": str(int(kit))}).text
    return attack


ROWS = [
    Row("docker run -v DIR:/h, the default runtime", READ, run(), reads),
    Row("docker run --runtime=runc -v DIR:/h", READ, run("--runtime=runc"), reads),
    Row("docker run --runtime=io.containerd.runc.v2 -v DIR:/h", READ,
        run("--runtime=io.containerd.runc.v2"), reads),
    Row("docker start of a container made before", READ, started, reads),
    Row("docker service create with a host directory", "write a host file", service, drops),
    Row("docker plugin enable with the host", "write a host file", plugin, drops),
    Row("docker build --network host", "use the host's network", build(False), in_host("net")),
    Row("docker build --network host, BuildKit", "use the host's network", build(True),
        in_host("net")),
]
