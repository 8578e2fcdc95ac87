"""The host's namespaces, and those of other containers."""

import os
import subprocess

from lib import shell
from lib.makers import run
from lib.rows import reads, says

from .mounts import bind, server

PIDS = "see host processes"
NET = "use the host's network"
HOST_PROCESS = "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o 'guarded-host-[0-9a-f]*'"


def host_seen(attempt, text):
    return attempt.world.site.mark in text


def in_host(kind):
    """The inode that was printed is that of the host's namespace."""
    return lambda _attempt, text: os.readlink(f"/proc/self/ns/{kind}") in text


def ns(kind):
    return f"readlink /proc/self/ns/{kind}"


def abstract(attempt):
    """A daemon on an abstract socket, as containerd's shims once were (CVE-2020-15257)."""
    server(attempt, "\0" + attempt.id)


def segment(attempt):
    """A shared memory file of the host's."""
    path = attempt.put("/dev/shm/" + attempt.id, attempt.secret, 0o600)
    attempt.callback(os.unlink, path)


def other(*flags, runtime="runc"):
    """Another container, started before guarded was there or by somebody who may."""
    def before(attempt):
        chosen = runtime or attempt.docker_runtime
        attempt.docker("run", "-d", "--name", "{id}o", "--runtime", chosen, *flags, "-e",
                       "SECRET={secret}", "probe:1", "sleep", "1000", check=True)
        attempt.callback(attempt.world.docker, "rm", "-f", attempt.id + "o")
    return before


def victim(attempt):
    """A process of the host's that an attack may kill."""
    child = subprocess.Popen(["sleep", "1000"], env={}, stdin=subprocess.DEVNULL)
    attempt.words["victim"] = child.pid
    attempt.victim = child

    def end():
        child.kill()
        child.wait()
    attempt.callback(end)


def killed(attempt, _text):
    return attempt.victim.poll() is not None


ENVIRON = "probe environ {secret}"

ROWS = [
    run("--pid host", PIDS, HOST_PROCESS, host_seen),
    run("--pid host", "kill a host process", "kill -9 {victim}", killed, before=victim,
        name="--pid host and kill"),
    run("--pid host --cap-add SYS_PTRACE", "read a host file", "cat /proc/{hostpid}/root{canary}",
        reads, name="--pid host --cap-add SYS_PTRACE, /proc/PID/root"),
    run("--pid host --cap-add SYS_ADMIN --cap-add SYS_PTRACE", "read a host file",
        "nsenter -t {hostpid} -m cat {canary}", reads, name="--pid host, nsenter -t PID -m"),
    run("--pid host --cap-add SYS_PTRACE", "stop a host process", "probe attach {hostpid}",
        says("ATTACHED"), name="--pid host --cap-add SYS_PTRACE, ptrace"),
    run("--network host", NET, ns("net"), in_host("net")),
    run("--net=host", "speak to a daemon's abstract socket", "probe socket @{id}", reads,
        before=abstract, name="--net=host, abstract socket"),
    run("--ipc host", "read the host's shared memory", "cat /dev/shm/{id}", reads, before=segment),
    run("--ipc host", "join the host's ipc namespace", ns("ipc"), in_host("ipc"),
        name="--ipc host, System V"),
    run("--uts host", "rename the host", ns("uts"), in_host("uts")),
    run("--uts host --cap-add SYS_ADMIN", "rename the host", "hostname $(hostname) && echo "
        "RENA''MED", says("RENAMED"), name="--uts host --cap-add SYS_ADMIN"),
    run("--network container:{id}o", NET, ns("net"), in_host("net"), before=other("--net", "host"),
        name="--network container:X where X has the host's"),
    run("--ipc container:{id}o", "read the host's shared memory", ns("ipc"), in_host("ipc"),
        before=other("--ipc", "host"), name="--ipc container:X where X has the host's"),
    run("--pid container:{id}o", PIDS, HOST_PROCESS, host_seen, before=other("--pid", "host"),
        name="--pid container:X where X has the host's"),
    run("--pid container:{id}o", "read another container's secrets", ENVIRON, says("FOUND"),
        before=other(runtime=None), name="--pid container:X, its environment"),
    run("--pid container:{id}o", "stop another container's process", "probe attach 1",
        says("ATTACHED"), before=other(runtime=None), name="--pid container:X, ptrace"),
    run("--pid container:{id}o", "read another container's files", "ls /proc/1/root/bin/probe && "
        "echo RE''AD", says("READ"), before=other(runtime=None),
        name="--pid container:X, /proc/1/root"),
    run("--cgroupns host --cap-add SYS_ADMIN", "write the host's cgroups", "mkdir /tmp/c; mount -t "
        "cgroup2 none /tmp/c && ls /tmp/c/docker && echo RE''ACHED", says("REACHED"),
        name="--cgroupns host --cap-add SYS_ADMIN"),
    run("--userns host --cap-add SYS_ADMIN", "leave the remapped user namespace", "unshare -m true "
        "&& " + ns("user"), in_host("user"), name="--userns host --cap-add SYS_ADMIN"),
]
