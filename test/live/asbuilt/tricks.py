"""Ways to make a container look as its image declares when it is not: each starts what it wants under plain
runc, and is refused."""

import http.client
import json
import os
import re
import shutil
import socket
import base64
from dataclasses import dataclass
from typing import Callable, Optional

from lib.cases import Case, expect, until
from lib.rows import REFUSED

from . import images
from .departures import EVIL, TOLD, folder, plant
from .engines import ANY, CRI, CTR, DOCKER, PODMAN, PREFIX, Ask, Asked, apply, as_built, must


@dataclass
class Trick:
    name: str
    engine: str
    attack: Callable                # Asked -> text
    proof: str                      # the pattern that shows success
    policies: Callable = lambda stage: {"default": as_built()}      # Stage -> name -> body
    control: Optional[str] = None   # who must refuse it, where only one can
    says: str = ""                  # a pattern of the refusal
    ask: Ask = None

    def case(self):
        def check(stage):
            stage.token = "none"
            text = self.attack(Asked(stage, self.engine, "runc", self.ask or Ask()))
            expect(re.search(self.proof, text), "it works under plain runc", text)
            stage.close()       # what it changed is as it was
            if not stage.world.guarded:
                return "runc: it works"
            apply(stage, **self.policies(stage))
            text = self.attack(Asked(stage, self.engine, "asbuilt", self.ask or Ask()))
            found = REFUSED.search(text)
            expect(found, "refused", text)
            expect(not re.search(self.proof, REFUSED.sub("", text)), "nothing of it happens", text)
            expect(self.control in (None, found[2]), f"refused by {self.control}, not by {found[2]}", text)
            expect(re.search(self.says, found[0]), f"the message says {self.says}", text)
            return f"refused ({found[2]})"
        return Case(f"{self.engine}: {self.name}", check, "asbuilt", "refused")


def plainly(asked):
    return asked.run()


# -- between create and start --------------------------------------------------------------------------

def docker_between(*tampers, flags="", args="", image="web:1"):
    def attack(asked):
        docker, stage = asked.world.docker, asked.stage
        stage.forget(asked.id)
        for step in tampers[:-1]:
            step(asked)
        must(docker("create", "--name", asked.id, "--runtime", asked.runtime, *asked.fill(flags).split(), image,
                    *args.split()), "it is created")
        tampers[-1](asked)
        done = docker("start", "-a", asked.id, timeout=30)
        return done.text + docker("inspect", "-f", "{{.State.Error}}", asked.id).text
    return attack


def podman_between(tamper, flags="", args="", image="web:1"):
    def attack(asked):
        podman = asked.world.podman
        asked.stage.callback(podman, "rm", "-f", "-v", "-t", "0", asked.id)
        must(podman("create", "--name", asked.id, *asked.fill(flags).split(), image, *args.split(),
                    runtime=asked.exe), "it is created")
        tamper(asked)
        return podman("start", "-a", asked.id, runtime=asked.exe, timeout=30).text
    return attack


def ctr_between(tamper, image="web:1", change=lambda doc: None):
    def attack(asked):
        from lib.containers import Containers
        engine = asked.world.containerd
        asked.stage.callback(engine.clear, asked.id)
        Containers(engine).make(asked.id, PREFIX + image, asked.exe, change)
        tamper(asked)
        return engine.ctr("task", "start", asked.id, timeout=30).text
    return attack


def cri_between(tamper, image="web:1", **config):
    def attack(asked):
        from lib.cri import Refused
        from lib.makers import _log
        api = asked.world.cri
        logs = asked.world.site.path("podlogs", asked.id)
        pod = api.pod(asked.id, asked.runtime, log_directory=logs)
        asked.stage.callback(api.remove, pod[0])
        made = api("CreateContainer", pod_sandbox_id=pod[0], sandbox_config=pod[1], config={
            "metadata": {"name": asked.id}, "image": {"image": PREFIX + image}, "log_path": "0.log",
            **config})["container_id"]
        tamper(asked)
        try:
            api("StartContainer", container_id=made)
            api.wait(made)
        except Refused as answer:
            return str(answer)
        return _log(os.path.join(logs, "0.log"))
    return attack


def loaded(engine):
    """The images of other bytes are there, under their own names again."""
    def step(asked):
        images.put(asked.world, engine, images.others(asked.world.site))
    return step


def removed(asked):
    must(asked.world.docker("rmi", "-f", "gone:1"), "the image is removed")


def copied(asked):
    plant("start")(asked)
    must(asked.world.docker("cp", os.path.join(asked.files, "start"), asked.id + ":/usr/bin/start"), "docker cp")


def copied_podman(asked):
    plant("start")(asked)
    must(asked.world.podman("cp", os.path.join(asked.files, "start"), asked.id + ":/usr/bin/start"), "podman cp")


def _retag(asked):
    """The name of the image whose container was made is given to web:1."""
    docker = asked.world.docker
    must(docker("tag", "web:1", "shop:1"), "the tag is moved")


def _retag_podman(asked):
    podman = asked.world.podman
    name = must(podman("inspect", "-f", "{{.ImageName}}", asked.id), "its image").out.strip()
    must(podman("tag", "web:1", name), "the tag is moved")


def _retag_containerd(space):
    def step(asked):
        must(asked.world.containerd.ctr("-n", space, "images", "tag", "--force", PREFIX + "web:1",
                                        PREFIX + "shop:1"), "the tag is moved")
    return step


def first(step, attack):
    def both(asked):
        step(asked)
        return attack(asked)
    return both


# -- a store that was written to -------------------------------------------------------------------------

def forged(path):
    """path: Asked -> file of web:1's configuration. It declares what the attacker runs."""
    def step(asked):
        where, kept = path(asked), os.path.join(asked.files, "kept")
        shutil.copy2(where, kept)
        with open(where, encoding="utf-8") as file:
            document = json.load(file)
        document["config"].update(Entrypoint=["/bin/echo"], Cmd=["@evil"])
        with open(where + ".new", "w", encoding="utf-8") as file:
            json.dump(document, file)
        os.chmod(where + ".new", 0o644)
        os.rename(where + ".new", where)
        asked.stage.callback(shutil.copy2, kept, where)
    return step


def docker_config(asked):
    digest = images.digest(asked.world.site, "web:1")
    return f"{asked.world.docker.data}/image/overlay2/imagedb/content/sha256/{digest[7:]}"


def containerd_config(asked):
    digest = images.digest(asked.world.site, "web:1")
    return f"{asked.world.site.var}/containerd/io.containerd.content.v1.content/blobs/sha256/{digest[7:]}"


def podman_config(asked):
    digest = images.digest(asked.world.site, "web:1")
    name = "=" + base64.b64encode(digest.encode()).decode()
    return f"{asked.world.podman.root}/overlay-images/{digest[7:]}/{name}"


# -- over the engine's API -------------------------------------------------------------------------------

class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)


def through_api(**config):
    """POST /containers/create with a body of one's own, for which the client has no flags."""
    def attack(asked):
        docker = asked.world.docker
        asked.stage.forget(asked.id)
        client = Unix(docker.socket)
        client.request("POST", f"/v1.41/containers/create?name={asked.id}", json.dumps({
            "Image": asked.ask.image, "HostConfig": {"Runtime": asked.runtime}, **config}),
            {"Content-Type": "application/json"})
        answer = client.getresponse()
        expect(answer.status == 201, "it is created", answer.read().decode())
        done = docker("start", "-a", asked.id, timeout=30)
        return done.text + docker("inspect", "-f", "{{.State.Error}}", asked.id).text
    return attack


def health_of_a_user(asked):
    """A health check is a command that the engine runs inside."""
    docker = asked.world.docker
    asked.stage.forget(asked.id)
    text = docker("run", "-d", "--name", asked.id, "--runtime", asked.runtime, "--health-cmd", "echo @ev''il",
                  "--health-interval", "1s", asked.ask.image).text
    if "guarded refused" in text:
        return text
    seen = until(lambda: docker.inspect(asked.id, "{{range .State.Health.Log}}{{.Output}}\n{{end}}"), 15,
                 "a health check was made")
    return text + seen


# -- who may start at all ---------------------------------------------------------------------------------

def only_web(stage):
    """Only web:1, by its digest."""
    return {"default": as_built(image={"digests": [images.digest(stage.world.site, "web:1")]})}


def permitted(_stage):
    return {"default": as_built(**folder("/sbin/docker-init"))}


def repeated(*values):
    def spec(doc, _asked):
        doc["process"]["env"] += values
    return spec


FORGED = {"io.kubernetes.cri.container-type": "sandbox", "io.container.manager": "cri-o",
          "io.kubernetes.cri-o.ContainerType": "sandbox", "io.kubernetes.cri.image-name": "evil:1"}
EVIL_WORDS = "--entrypoint /bin/echo"

TABLE = [
    Trick("the image is removed by force after create", DOCKER, docker_between(
        loaded("docker"), removed, image="gone:1"), EVIL, says="image"),
    Trick("an image of one's own under the trusted name", DOCKER, lambda asked: first(
        lambda a: (must(a.world.docker("tag", "shop:1", "mine/web:1"), "tagged"),
                   a.stage.callback(a.world.docker, "rmi", "mine/web:1")),
        lambda a: a.run())(asked), EVIL, policies=only_web, ask=Ask(image="mine/web:1", before=loaded("docker"))),
    Trick("a tag moved between create and start", DOCKER, docker_between(
        loaded("docker"), _retag, image="shop:1"), EVIL, policies=only_web),
    Trick("a tag moved between create and start", PODMAN, first(loaded("podman"), podman_between(
        _retag_podman, image="shop:1")), EVIL, policies=only_web),
    Trick("a tag moved between create and start", CTR, first(loaded("containerd"), ctr_between(
        _retag_containerd("default"), image="shop:1")), EVIL, policies=only_web),
    Trick("a tag moved between create and start", CTR, first(loaded("containerd"), ctr_between(
        _retag_containerd("default"), image="shop:1")), EVIL),
    Trick("a tag moved between create and start", CRI, first(loaded("containerd"), cri_between(
        _retag_containerd("k8s.io"), image="shop:1")), EVIL, policies=only_web),
    Trick("a copy over the command before start", DOCKER, docker_between(copied), EVIL),
    Trick("a copy over the command before start", PODMAN, podman_between(copied_podman), EVIL),
    Trick("a configuration in the store that is not its digest's", DOCKER, docker_between(
        forged(docker_config), flags=EVIL_WORDS, args="@evil"), EVIL, says="image"),
    Trick("a configuration in the store that is not its digest's", PODMAN, podman_between(
        forged(podman_config), flags=EVIL_WORDS, args="@evil"), EVIL, says="image"),
    Trick("a configuration in the store that is not its digest's", CTR, ctr_between(
        forged(containerd_config), change=lambda doc: doc["process"].update(args=["/bin/echo", "@evil"])),
        EVIL, says="image"),
    Trick("a configuration in the store that is not its digest's", CRI, cri_between(
        forged(containerd_config), command=["/bin/echo", "@evil"]), EVIL, says="image"),
    Trick("forged labels", DOCKER, plainly, EVIL, ask=Ask(
        " ".join(f"--label {k}={v}" for k, v in FORGED.items()) + " " + EVIL_WORDS, "@evil")),
    Trick("forged annotations", PODMAN, plainly, EVIL, ask=Ask(
        " ".join(f"--annotation {k}={v}" for k, v in FORGED.items()) + " " + EVIL_WORDS, "@evil")),
    Trick("forged annotations", CTR, plainly, EVIL, ask=Ask(
        ctr=" ".join(f"--annotation {k}={v}" for k, v in FORGED.items()), args="/bin/echo @evil")),
    Trick("forged labels, which become annotations", CTR, plainly, EVIL, ask=Ask(
        ctr=" ".join(f"--label {k}={v}" for k, v in FORGED.items()), args="/bin/echo @evil")),
    Trick("forged annotations of pod and container", CRI, plainly, EVIL, ask=Ask(cri={
        "annotations": FORGED, "sandbox": {"annotations": FORGED}, "labels": FORGED,
        "command": ["/bin/echo", "@evil"]})),
    Trick("a mount over docker-init", DOCKER, plainly, EVIL, policies=permitted, ask=Ask(
        "--init -v {files}/init:/sbin/docker-init", before=plant("init"))),
    Trick("docker-init as the entrypoint, and a mount", DOCKER, plainly, EVIL, policies=permitted, ask=Ask(
        "--entrypoint /sbin/docker-init -v {files}/init:/sbin/docker-init", "-- /usr/bin/start declared",
        before=plant("init"))),
    Trick("another command behind docker-init", DOCKER, plainly, EVIL, control="entrypoint", ask=Ask(
        "--init --entrypoint /bin/echo", "@evil")),
    Trick("a variable given twice", DOCKER, through_api(Env=["MODE=declared", "MODE=asked"]),
          r"(?m)^env MODE=asked", control="environment", ask=Ask(image="path:1")),
    Trick("a variable given twice, the declared value last", DOCKER, through_api(
        Env=["MODE=asked", "MODE=declared"]), TOLD, control="environment", ask=Ask(image="path:1")),
    Trick("a variable given twice", CTR, plainly, r"(?m)^env MODE=asked", control="environment",
          ask=Ask(spec=repeated("MODE=asked"), image="path:1")),
    Trick("a relative command from elsewhere", DOCKER, plainly, EVIL, policies=lambda stage: {"default": as_built(
        **folder("/tmp"), workingDir=ANY)}, ask=Ask("-w /tmp -v {files}:/tmp", image="relative:1",
                                                           before=plant("tell"))),
    Trick("a health check of a user's", DOCKER, health_of_a_user, r"(?m)^@evil", ask=Ask(image="stay:1")),
    Trick("a health check in the place of the image's", DOCKER, health_of_a_user, r"(?m)^@evil",
          ask=Ask(image="healthy:1")),
]


def no_equals_sign(stage):
    """runc here fails on it, crun removes the variable: guarded refuses by itself, before either."""
    stage.token = "none"
    ask = Ask(spec=repeated("KEEP"), image="path:1")
    text = Asked(stage, CTR, "runc", ask).run()
    expect(not re.search(TOLD, text), "runc fails", text)
    if not stage.world.guarded:
        return "runc: fails by itself"
    apply(stage, default=as_built())
    text = Asked(stage, CTR, "asbuilt", ask).run()
    found = REFUSED.search(text)
    expect(found and found[2] == "environment", "refused", text)
    return "refused (environment); runc fails by itself"


ROWS = [trick.case() for trick in TABLE] + [
    Case("ctr: a variable without '='", no_equals_sign, "asbuilt", "refused")]
