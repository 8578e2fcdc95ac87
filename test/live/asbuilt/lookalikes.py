"""Files that look like the engine's or the image's own, by their name, their place or their owner: a program called
as the engine's init is, a command that was exchanged in a container that ran before."""

import os
import shutil

from .departures import EVIL, plant
from .engines import DOCKER, PODMAN, Ask, must
from .tricks import Trick, plainly

COMMAND = "-- /usr/bin/start declared"


def in_volume(name):
    """Somebody else's program in a volume, root's and nobody else may write to it: {source} on the host."""
    def before(asked):
        world, volume = asked.world, asked.id + "v"
        plant(name)(asked)
        if asked.engine == PODMAN:
            asked.stage.callback(world.podman, "volume", "rm", "-f", volume)
            must(world.podman("volume", "create", volume), "a volume")
            at = must(world.podman("volume", "inspect", "-f", "{{.Mountpoint}}", volume), "its place").out.strip()
        else:
            asked.stage.callback(world.docker, "volume", "rm", "-f", volume)
            must(world.docker("volume", "create", volume), "a volume")
            at = world.docker("volume", "inspect", "-f", "{{.Mountpoint}}", volume).out.strip()
        shutil.copy(os.path.join(asked.files, name), os.path.join(at, name))   # as root of any container can
        os.chmod(os.path.join(at, name), 0o755)
        asked.words["source"] = os.path.join(at, name)
    return before


def in_layer(name):
    """The same in a layer of an image, whose place 'docker image inspect' tells everybody."""
    def before(asked):
        docker, other = asked.world.docker, asked.id + "o"
        plant(name)(asked)
        asked.stage.callback(docker, "rmi", "-f", other)
        must(docker("create", "--name", other, "--runtime", "runc", "web:1"), "a container")
        must(docker("cp", os.path.join(asked.files, name), f"{other}:/{name}"), "docker cp")
        must(docker("commit", other, other), "an image")
        docker("rm", "-f", other)
        upper = must(docker("image", "inspect", "-f", "{{.GraphDriver.Data.UpperDir}}", other), "its layer").out.strip()
        asked.words["source"] = os.path.join(upper, name)
    return before


def init(engine, where, before, called):
    return Trick(f"a program of one's own as the engine's init {called}", engine, plainly, EVIL, ask=Ask(
        f"--entrypoint {where} -v {{source}}:{where}:ro", COMMAND, before=before))


def hosts(engine, at):
    """What the owner of a joined network wrote into its own /etc/hosts, mounted elsewhere."""
    def before(asked):
        other = asked.id + "o"
        client = asked.world.docker if engine == DOCKER else asked.world.podman
        under = {"runtime": asked.exe} if engine == PODMAN else {}
        asked.stage.callback(client, "rm", "-f", "-t", "0", other) if engine == PODMAN else asked.stage.forget(other)
        flags = ["--runtime", asked.runtime] if engine == DOCKER else []
        must(client("run", "-d", "--name", other, *flags, "stay:1", **under), "the owner of the network")
        form = "{{.HostsPath}}"
        asked.words["other"] = other
        asked.words["source"] = must(client("inspect", "-f", form, other), "its hosts").out.strip()
    return Trick(f"the hosts of a joined container on {at}", engine, plainly, rf"(?m)^mount {at}$", control="mounts",
                 ask=Ask(f"--network container:{{other}} -v {{source}}:{at}", before=before))


def restarted(engine):
    def attack(asked):
        client = asked.world.docker if engine == DOCKER else asked.world.podman
        under = {} if engine == DOCKER else {"runtime": asked.exe}
        flags = ["--runtime", asked.runtime] if engine == DOCKER else []
        asked.stage.callback(client, "rm", "-f", "-v", asked.id)
        first = client("run", "--name", asked.id, *flags, "web:1", **under)
        must(first, "it runs once, as the image declares")
        plant("start")(asked)
        must(client("cp", os.path.join(asked.files, "start"), asked.id + ":/usr/bin/start"), "cp")
        return client("start", "-a", asked.id, timeout=30, **under).text
    return attack


TABLE = [
    init(DOCKER, "/sbin/docker-init", in_volume("docker-init"), "in a volume"),
    init(DOCKER, "/sbin/docker-init", in_layer("docker-init"), "in a layer"),
    init(DOCKER, "/sbin/tini", in_volume("tini"), "under another engine's name"),
    init(PODMAN, "/run/podman-init", in_volume("catatonit"), "in a volume"),
    init(PODMAN, "/dev/init", in_volume("catatonit"), "of old Podman's"),
    hosts(DOCKER, "/etc/passwd"), hosts(DOCKER, "/run/secrets/key"), hosts(PODMAN, "/etc/group"),
    Trick("a copy over the command of a container that ran", DOCKER, restarted(DOCKER), EVIL),
    Trick("a copy over the command of a container that ran", PODMAN, restarted(PODMAN), EVIL),
]

ROWS = [trick.case() for trick in TABLE]
