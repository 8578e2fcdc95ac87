"""Host files through what docker mounts: paths, links, volumes that are something else, sockets,
other containers' files."""

import contextlib
import os
import socket
import threading
import time

from lib import shell
from lib.makers import run
from lib.rows import drops, reads, says

READ, WRITE = "read a host file", "write a host file"
SOCKET = "speak to the engine as its user"
ANSWERS = says(r"Docker/2|Api-Version")


# -- what the host looks like before the attack --------------------------------------------------

def link(attempt):
    """A link inside the permitted tree that leads out of it."""
    os.symlink(attempt.host, os.path.join(attempt.shared, "link"))


def link_above(attempt):
    os.symlink(os.path.dirname(attempt.host), os.path.join(attempt.shared, "up"))


def submount(attempt):
    """A host directory mounted inside the permitted tree: an rbind carries it along."""
    bind(attempt, attempt.host, os.path.join(attempt.shared, "sub"))


def bind(attempt, source, target):
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        attempt.put(target, "")
    shell.must("mount", "--bind", source, target)
    attempt.callback(shell.run, ["umount", "-l", target])


def volume(**options):
    """A volume of the local driver: options are its --opt words."""
    def before(attempt):
        words = [f"--opt={k}={attempt.fill(v)}" for k, v in options.items()]
        done = attempt.world.docker("volume", "create", *words, attempt.id)
        attempt.callback(attempt.world.docker, "volume", "rm", "-f", attempt.id)
        if not done.ok:
            raise shell.Failed(done.text)
    return before


def disk(attempt):
    """An ext4 file system on a loop device, with the secret in it."""
    image = os.path.join(attempt.host, "disk")
    with open(image, "wb") as file:
        file.truncate(4 << 20)
    os.makedirs(os.path.join(attempt.host, "tree"))
    attempt.put(os.path.join(attempt.host, "tree", "canary"), attempt.secret)
    shell.must("mkfs.ext4", "-q", "-d", os.path.join(attempt.host, "tree"), image)
    attempt.words["loop"] = shell.must("losetup", "--find", "--show", image).out.strip()
    attempt.callback(shell.run, ["losetup", "-d", attempt.words["loop"]])


def linked_socket(attempt):
    os.symlink(attempt.world.docker.socket, os.path.join(attempt.shared, "plain.txt"))


def hard_socket(attempt):
    """A second name of the very socket, in a permitted tree of the same file system."""
    attempt.words["runshared"] = attempt.world.site.runpath("shared", attempt.id)
    os.link(attempt.world.docker.socket, os.path.join(attempt.words["runshared"], "plain.txt"))


def bound_socket(attempt):
    bind(attempt, attempt.world.docker.socket, os.path.join(attempt.shared, "plain.txt"))


def bound_socket_dir(attempt):
    bind(attempt, attempt.world.site.run, os.path.join(attempt.shared, "data"))


def other_socket(attempt):
    """Some other daemon's socket that tells its secret to whoever asks."""
    server(attempt, os.path.join(attempt.shared, "daemon.sock"))


def server(attempt, address):
    """Answers the secret on a unix socket until the attempt ends."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen()

    def answer():
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client:
                    client.recv(100)
                    client.sendall(attempt.secret.encode())
    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    attempt.callback(listener.close)
    attempt.callback(listener.shutdown, socket.SHUT_RDWR)


def made_before(attempt):
    """A container that was only created: no runtime has seen its mounts."""
    attempt.docker("create", "--name", "{id}old", "-v", "{host}:/h", "probe:1", check=True)
    attempt.callback(attempt.world.docker, "rm", "-f", attempt.id + "old")


def planted_link(attempt):
    """A container puts a link to the host into its own volume, as any container may."""
    attempt.docker("volume", "create", "{id}", check=True)
    attempt.callback(attempt.world.docker, "volume", "rm", "-f", attempt.id)
    attempt.docker("run", "--rm", "-v", "{id}:/v", "probe:1", "ln", "-s", "{host}", "/v/sub",
                   check=True)
    attempt.words["sub"] = f"{attempt.world.docker.data}/volumes/{attempt.id}/_data/sub"


def neighbour(attempt):
    """Another container, with a secret in its own files."""
    attempt.calm(name=attempt.id + "n")
    docker = attempt.world.docker
    attempt.docker("exec", "{id}n", "sh", "-c", "echo {secret} > /root/secret", check=True)
    attempt.words["layers"] = docker.inspect(attempt.id + "n", "{{.GraphDriver.Data.MergedDir}}")
    attempt.words["neighbour"] = docker.inspect(attempt.id + "n", "{{.HostsPath}}")
    attempt.drop = attempt.words["neighbour"]


def flipping(attempt):
    """A link that points to a harmless directory and to the host's, changing all the time."""
    harmless = os.path.join(attempt.shared, "harmless")
    os.makedirs(harmless)
    path, over = os.path.join(attempt.shared, "link"), threading.Event()
    os.symlink(harmless, path)

    def flip():
        while not over.is_set():
            for target in (attempt.host, harmless):
                os.symlink(target, path + ".new")
                os.rename(path + ".new", path)
                time.sleep(0.001)
    thread = threading.Thread(target=flip)
    thread.start()
    attempt.callback(thread.join)
    attempt.callback(over.set)


def later(attempt):
    """The host mounts something below the shared directory while the container runs."""
    target = os.path.join(attempt.shared, "tree")
    os.makedirs(os.path.join(target, "sub"))
    bind(attempt, target, target)
    shell.must("mount", "--make-shared", target)

    def mount():
        time.sleep(1)
        shell.run(["mount", "--bind", attempt.host, target + "/sub"])
    thread = threading.Thread(target=mount)
    thread.start()
    attempt.callback(shell.run, ["umount", "-l", target + "/sub"])
    attempt.callback(thread.join)


def race(attempt, text):
    """Ten more launches while the link flips; one hit is enough."""
    for number in range(10):
        if attempt.secret in text:
            return True
        text = attempt.docker("run", "--rm", "--runtime", attempt.docker_runtime, "-v",
                              "{shared}/link:/h", "probe:1", "cat", "/h/canary").text
    return attempt.secret in text


def host_seen(attempt, text):
    return attempt.world.site.mark in text


PS = "cat {at}/*/cmdline | tr '\\0' ' ' | grep -o 'guarded-host-[0-9a-f]*'"

ROWS = [
    run("-v /:/host", READ, "cat /host{canary}", reads),
    run("-v /:/host:ro", READ, "cat /host{canary}", reads),
    run("-v /:/host", WRITE, "echo {token} > /host{drop}", drops, name="-v /:/host and write"),
    run("-v {host}:/h:ro", READ, "cat /h/canary", reads),
    run("-v {canary}:/f", WRITE, "echo {token} > /f", lambda a, t: a.dropped(a.canary),
        name="-v FILE:/f"),
    run("--mount type=bind,source={host},target=/h,readonly", READ, "cat /h/canary", reads),
    run("-v /var:/v -u 0", WRITE,
        "echo {token} > /v/..{drop} || echo {token} > /v/lib/$(echo {drop} "
        "| cut -d/ -f4-)", drops, name="-v /var:/v"),
    run("-v {shared}/link:/h", READ, "cat /h/canary", reads, before=link,
        name="-v LINK:/h, a link out of the permitted tree"),
    run("-v {shared}/up/{id}:/h", READ, "cat /h/canary", reads, before=link_above,
        name="-v LINK/dir:/h, a link in the middle of the path"),
    run("-v {shared}:/h", READ, "cat /h/sub/canary", reads, before=submount,
        name="-v DIR:/h with a host directory mounted inside DIR"),
    run("-v {shared}/link:/h", READ, "cat /h/canary", race, before=flipping,
        name="-v LINK:/h while the link changes its target"),
    run("-v {shared}/tree:/h:rslave", READ, "sleep 2; cat /h/sub/canary", reads, before=later,
        profile="private",
        name="-v DIR:/h:rslave, the host mounts below DIR later"),
    run("-v {id}:/v", READ, "cat /v/canary", reads, name="-v VOLUME:/v, a volume whose device is a "
        "directory", before=volume(type="none", o="bind", device="{host}")),
    run("-v {id}:/v", WRITE, "echo {token} > /v/drop", drops,
        name="-v VOLUME:/v, the same, written",
        before=volume(type="none", o="rbind", device="{host}")),
    run("--mount type=volume,dst=/v,volume-opt=type=none,volume-opt=o=bind,volume-opt=device={host}",
        READ, "cat /v/canary", reads, name="--mount type=volume,volume-opt=device=DIR"),
    run("-v {id}:/v", READ, "cat /v/canary", reads, name="-v VOLUME:/v of type overlay over a host "
        "directory", before=volume(type="overlay", o="lowerdir={host}:{shared}", device="overlay")),
    run("-v {id}:/v", "see host processes", PS.replace("{at}", "/v"), host_seen,
        name="-v VOLUME:/v of type proc", before=volume(type="proc", device="proc")),
    run("-v {id}:/v", "write the host's /sys", "test -w /v/kernel/mm/ksm/run && cat "
        "/v/kernel/mm/ksm/run > /v/kernel/mm/ksm/run && echo WRO''TE", says("WROTE"),
        name="-v VOLUME:/v of type sysfs", before=volume(type="sysfs", device="sysfs")),
    run("-v {id}:/v", "write a cgroup", "mkdir /v/{id} && rmdir /v/{id} && echo WRO''TE",
        says("WROTE"), name="-v VOLUME:/v of type cgroup2",
        before=volume(type="cgroup2", device="cgroup2")),
    run("-v {id}:/v", READ, "cat /v/canary", reads, name="-v VOLUME:/v on a block device",
        before=[disk, volume(type="ext4", o="ro", device="{loop}")]),
    run("--volumes-from {id}old", READ, "cat /h/canary", reads, before=made_before,
        name="--volumes-from a container with a host directory"),
    run("-v {sub}:/h", READ, "cat /h/canary", reads, before=planted_link,
        name="-v below a volume, through a link that a container planted"),
    run("-v {layers}:/h", "read another container's files", "cat /h/root/secret", reads,
        before=neighbour, name="-v another container's root"),
    run("-v {neighbour}:/etc/other", "write another container's /etc/hosts",
        "echo {token} >> /etc/other", drops, before=neighbour, name="-v another container's hosts"),
    run("-v {site}:/engine", "read the engine's own data", "cat /engine/docker/containers/*/config."
        "v2.json | grep -o '\"Driver\":\"[a-z0-9]*\"'", says("Driver"),
        name="-v DATA-ROOT:/engine"),
    run("-v {site}/guard:/guard", "rewrite the policy", "for f in /guard/*/policy.d/*; do cat $f > "
        "/tmp/p; cat /tmp/p > $f && echo WRO''TE; done", says("WROTE"),
        before=lambda a: a.put(a.world.site.path("guard", "probe", "policy.d") + "/p", "{}"),
        name="-v guarded's own directory"),
    run("-v {dockersock}:/s", SOCKET, "probe socket /s", ANSWERS, name="-v docker.sock:/s"),
    run("-v {dockersock}:/s:ro", SOCKET, "probe socket /s", ANSWERS, name="-v docker.sock:/s:ro"),
    run("-v {run}:/r", SOCKET, "probe socket /r/docker.sock", ANSWERS,
        name="-v the directory that holds docker.sock"),
    run("-v {shared}/plain.txt:/s", SOCKET, "probe socket /s", ANSWERS, before=linked_socket,
        name="-v a link to docker.sock"),
    run("-v {runshared}/plain.txt:/s", SOCKET, "probe socket /s", ANSWERS, before=hard_socket,
        name="-v a hard link to docker.sock"),
    run("-v {runshared}:/d", SOCKET, "probe socket /d/plain.txt", ANSWERS, before=hard_socket,
        name="-v a directory with a hard link to docker.sock"),
    run("-v {shared}/plain.txt:/s", SOCKET, "probe socket /s", ANSWERS, before=bound_socket,
        name="-v a bind mount of docker.sock"),
    run("-v {shared}:/d", SOCKET, "probe socket /d/data/docker.sock", ANSWERS,
        before=bound_socket_dir, name="-v a directory in which /run is mounted"),
    run("-v {run}/docker/containerd/containerd.sock:/s", "speak to the engine's containerd",
        "probe socket /s PRI | wc -c", says(r"(?m)^[1-9]"),
        name="-v containerd.sock:/s"),
    run("-v {shared}/daemon.sock:/s", "speak to a daemon of the host", "probe socket /s", reads,
        before=other_socket, name="-v another daemon's socket"),
    run("-v /proc:/hostproc", "see host processes", PS.replace("{at}", "/hostproc"), host_seen),
    run("-v /dev:/hostdev", "see the host's devices", "test -b /hostdev/loop0 && echo SE''EN",
        says("SEEN")),
    run("-v /sys:/hostsys", "write the host's /sys", "cat /hostsys/kernel/mm/ksm/run > "
        "/hostsys/kernel/mm/ksm/run && echo WRO''TE", says("WROTE")),
    run("-v /sys/fs/cgroup:/cg", "write a cgroup", "d=$(ls -d /cg/memory /cg | head -1); mkdir "
        "$d/{id} && rmdir $d/{id} && echo WRO''TE", says("WROTE")),
    run("-v /etc/localtime:/x", WRITE, "cat /x > /tmp/a; cat /tmp/a > /x && echo WRO''TE",
        says("WROTE"),
        name="-v /etc/localtime:/x and write"),
    run("-v /usr/share/zoneinfo:/x", WRITE, "mkdir /x/{id} && rmdir /x/{id} && echo WRO''TE",
        says("WROTE"), name="-v /usr/share/zoneinfo:/x and write"),
    run("-v /etc/ssl/certs/../../:/x", "read the host's password hashes",
        "grep -o '^root:' /x/shadow",
        says("(?m)^root:"), name="-v a permitted path with dots behind it"),
    run("-v /etc:/hostetc:ro", "read the host's password hashes",
        "grep -o '^root:' /hostetc/shadow",
        says("(?m)^root:")),
]
