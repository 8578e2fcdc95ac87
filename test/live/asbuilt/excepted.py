"""guardctl except on a running container: what it writes lets that container start again as it was, and nobody
else with its image; what has no exception is said."""

import json
import re

from lib.cases import Case, expect

from . import images
from .engines import DOCKER, NAME, apply, must

# What a lab's container has that baseline does not give.
HAS = ["--cap-add", "SYS_PTRACE", "-e", "EXTRA=1", "-v", "/usr/share:/x:ro"]


def bundle(docker, name):
    """Where dockerd's own containerd has it."""
    return f"{docker.exec}/containerd/daemon/io.containerd.runtime.v2.task/moby/" + docker.inspect(name, "{{.Id}}")


def started(stage, *flags):
    """Under plain runc, as before guarded came."""
    images.load(stage.world, DOCKER)
    docker, name = stage.world.docker, stage.id
    stage.forget(name)
    must(docker("run", "-d", "--name", name, "--runtime", "runc", *flags, "stay:1"), "it starts under runc")
    return docker, name


def policy(made, docker, name, *args):
    return made.ctl("except", "--name", "lab", "--reason", "the lab's", *args, bundle(docker, name))


def excepted(stage):
    docker, name = started(stage, *HAS)
    if not stage.world.guarded:
        return "runc: it starts"
    made = apply(stage, default={"extends": ["baseline"], "match": {}})

    def again(*flags, image="stay:1"):
        docker("rm", "-f", name + "b")
        stage.forget(name + "b")
        return docker("run", "-d", "--name", name + "b", "--runtime", NAME, *flags, image)

    expect("guarded refused" in again(*HAS).text, "baseline refuses it")
    done = must(policy(made, docker, name), "guardctl except")
    body = json.loads(re.sub(r"(?m)^//.*$", "", done.out))
    expect(body["controls"]["capabilities"] == {"allow": {"add": ["SYS_PTRACE"]}}, "one capability", done.out)
    apply(stage, default={"extends": ["baseline"], "match": {}}, lab=body)
    must(again(*HAS), "as it was it starts")
    done = docker("exec", name + "b", "/bin/true")
    expect("guarded refused" in done.text, "nobody enters it", done.text)
    other = docker("run", "--rm", "--runtime", NAME, "--network", "container:" + name + "b", "web:1")
    expect("guarded refused" in other.text, "nobody joins it", other.text)
    for more in (["-e", "MORE=1"], ["--entrypoint", "/bin/sh"], ["-u", "0"], ["-w", "/tmp"], ["-v", "/usr/lib:/y:ro"],
                 ["--tmpfs", "/z"], ["--cap-add", "SYS_ADMIN"]):
        done = again(*HAS, *more)
        expect("guarded refused" in done.text, f"with {' '.join(more)} it does not", done.text)
    done = again(*HAS, image="web:1")
    expect("guarded refused" in done.text, "another image does not", done.text)


def without_exception(stage):
    docker, name = started(stage, "-w", "/tmp")
    if not stage.world.guarded:
        return "runc: it starts"
    made = apply(stage, default={"extends": ["baseline"], "match": {}})
    done = policy(made, docker, name)
    expect(done.code == 1 and not done.out, "nothing is printed", done.text)
    expect("cannot be excepted: the working directory '/tmp'" in done.text, "and why", done.text)


ROWS = [
    Case("docker: guardctl except, and nobody borrows it", excepted, NAME, "starts"),
    Case("docker: guardctl except of what has no exception", without_exception, NAME, "refused"),
]
