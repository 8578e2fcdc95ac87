"""Makers of rows: each turns a few words into an attack through one engine."""

import os

from . import bundle, guard, shell
from .cri import Refused
from .rows import Row


def inside(script):
    """The command run inside: says that it runs, then tries. The quotes keep the word out of
    messages that merely quote the command."""
    return ["/bin/sh", "-c", f"echo @ra''n; {script}"]


def _words(flags):
    return flags.split() if isinstance(flags, str) else list(flags)


def _prepare(attempt, before):
    """before: one function of the attempt, or several in order."""
    for step in before if isinstance(before, (list, tuple)) else [before] if before else []:
        step(attempt)


# -- docker --------------------------------------------------------------------------------------

def run(flags, goal, script, proof, *, name=None, image="probe:1", before=None, **more):
    """docker run FLAGS IMAGE SCRIPT"""
    def attack(attempt):
        _prepare(attempt, before)
        attempt.callback(attempt.world.docker, "rm", "-f", "-v", attempt.id)
        return attempt.docker("run", "--name", "{id}", "--runtime", attempt.docker_runtime,
                              *_words(flags), image, *inside(script), timeout=40).text
    shown = name or (flags if isinstance(flags, str) else " ".join(flags))
    return Row(f"docker run {shown}", goal, attack, proof, **more)


def execs(flags, goal, script, proof, *, name=None, container=(), before=None, **more):
    """docker exec FLAGS into an ordinary container started with the flags `container`"""
    def attack(attempt):
        _prepare(attempt, before)
        attempt.calm(*_words(container))
        return attempt.docker("exec", *_words(flags), "{id}", *inside(script), timeout=40).text
    return Row(f"docker exec {name or flags}", goal, attack, proof, **more)


def start(flags, goal, proof, *, name=None, before=None, **more):
    """docker run -d FLAGS; the proof looks from outside, at attempt.pid"""
    def attack(attempt):
        _prepare(attempt, before)
        done = attempt.start(*_words(flags))
        if done.ok:
            attempt.pid = attempt.world.docker.pid(attempt.id)
        return done.text + ("@ran" if done.ok else "")
    return Row(f"docker run -d {name or flags}", goal, attack,
               lambda attempt, text: hasattr(attempt, "pid") and proof(attempt, text), **more)


def update(flags, goal, proof, *, container=(), **more):
    """docker update FLAGS on an ordinary container; proof sees the container's init as .pid"""
    def attack(attempt):
        attempt.pid = attempt.calm(*_words(container))
        done = attempt.docker("update", *_words(flags), "{id}")
        return done.text + ("@ran" if done.ok else "")
    return Row(f"docker update {flags}", goal, attack, proof, **more)


# -- podman --------------------------------------------------------------------------------------

def podman(flags, goal, script, proof, *, name=None, image="probe:1", before=None, **more):
    """podman run FLAGS IMAGE SCRIPT; image "" when the flags name the root"""
    def attack(attempt):
        _prepare(attempt, before)
        attempt.callback(attempt.world.podman, "rm", "-f", "-t", "0", attempt.id)
        words = [attempt.fill(w) for w in (*_words(flags), *([image] if image else ()),
                                           *inside(script))]
        return attempt.world.podman("run", "--name", attempt.id, *words, runtime=attempt.exe,
                                    timeout=40).text
    return Row(f"podman run {name or flags}", goal, attack, proof, **more)


def podman_exec(flags, goal, script, proof, *, container=(), **more):
    def attack(attempt):
        attempt.callback(attempt.world.podman, "rm", "-f", "-t", "0", attempt.id)
        started = attempt.world.podman("run", "-d", "--name", attempt.id, *_words(container),
                                       "probe:1", "sleep", "1000", runtime=attempt.exe)
        if not started.ok:
            raise shell.Failed("an ordinary container does not start: " + started.text)
        return attempt.world.podman("exec", *_words(flags), attempt.id, *inside(script),
                                    runtime=attempt.exe, timeout=40).text
    return Row(f"podman exec {flags}", goal, attack, proof, **more)


# -- ctr -----------------------------------------------------------------------------------------

def ctr(flags, goal, script, proof, *, name=None, image="docker.io/library/probe:1", before=None,
        **more):
    """ctr run FLAGS IMAGE ID SCRIPT"""
    def attack(attempt):
        _prepare(attempt, before)
        attempt.callback(attempt.world.containerd.clear, attempt.id)
        words = [attempt.fill(w) for w in _words(flags)]
        return attempt.world.containerd.ctr(
            "run", "--rm", "--runc-binary", attempt.exe, *words, *([attempt.fill(image)]
                                                                   if image else []),
            attempt.id, *([attempt.fill(w) for w in inside(script)] if script else []),
            timeout=40).text
    return Row(f"ctr run {name or flags}", goal, attack, proof, **more)


# -- pods ----------------------------------------------------------------------------------------

def _fill(attempt, value):
    """The words filled in, anywhere in nested dictionaries and lists."""
    if isinstance(value, str):
        return attempt.fill(value)
    if isinstance(value, dict):
        return {k: _fill(attempt, v) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill(attempt, v) for v in value]
    return value


def pod(name, goal, script, proof, *, sandbox=None, security=None, resources=None, before=None,
        annotations=None, **container):
    """A pod over CRI: sandbox is its LinuxSandbox, security the container's ContainerSecurity,
    more words the ContainerConfig (mounts, devices, ...)."""
    row_words = {k: container.pop(k) for k in ("profile", "needs", "control", "also")
                 if k in container}

    def attack(attempt):
        cri = attempt.world.cri
        _prepare(attempt, before)
        logs = attempt.world.site.path("podlogs", attempt.id)
        handler = attempt.row.profile if attempt.guarded else "runc"
        try:
            made = cri.pod(attempt.id, handler, linux=_fill(attempt, sandbox or {}),
                           log_directory=logs, annotations=_fill(attempt, annotations or {}))
            attempt.callback(cri.remove, made[0])
            linux = {"security_context": security or {}, "resources": resources or {}}
            ran, log = cri.container(made, _fill(attempt, inside(script)),
                                     linux=_fill(attempt, linux), **_fill(attempt, container))
            cri.wait(ran)
        except Refused as answer:
            return str(answer)
        return _log(os.path.join(logs, log))
    return Row(f"pod with {name}", goal, attack, proof, **row_words)


def _log(path):
    """A CRI log without the time, stream and tag before each line."""
    with open(path, encoding="utf-8", errors="replace") as lines:
        return "".join(line.split(" ", 3)[3] for line in lines if line.count(" ") >= 3)


# -- bundles -------------------------------------------------------------------------------------

# crun 1.8 refuses a hybrid hierarchy; in a mount namespace of its own it need not see it.
ALONE = ["unshare", "-m", "sh", "-c", 'umount -l /sys/fs/cgroup/unified 2>/dev/null; exec "$@"',
    "sh"]


def document(attempt, script, change):
    """The document of an ordinary container after change(document, attempt), which may answer the
    text to use instead."""
    doc = bundle.document(_fill(attempt, inside(script)))
    return change(doc, attempt) or doc


def hand(name, goal, change, script, proof, *, flags=(), before=None, **more):
    """A bundle made by hand, run by the runtime itself: RUNTIME run FLAGS --bundle B ID"""
    def attack(attempt):
        _prepare(attempt, before)
        bundles = attempt.world.bundles
        home = bundles.make(attempt.id, document(attempt, script, change))
        attempt.words["bundle"] = home
        attempt.callback(bundles.clear, attempt.exe, attempt.id)
        argv = [attempt.exe, "--root", bundles.state, "run", "--bundle", home,
                *[attempt.fill(f) for f in flags], attempt.id]
        alone = ALONE if attempt.inner == guard.CRUN else []
        return shell.run([*alone, *argv], timeout=30, cwd=home).text
    return Row(name, goal, attack, proof, **more)


def entered(name, goal, flags, script, proof, *, before=None, change=None, **more):
    """An ordinary bundle is started, then entered: RUNTIME exec FLAGS ID SCRIPT. With
    --process in the flags the script comes from that file."""
    def attack(attempt):
        bundles = attempt.world.bundles
        doc = bundle.document(["sleep", "1000"])
        home = bundles.make(attempt.id, (change(doc, attempt) or doc) if change else doc)
        attempt.words["bundle"] = home
        attempt.callback(bundles.clear, attempt.exe, attempt.id)
        done = bundles.runtime(attempt.exe, "run", "--detach", "--bundle", home, attempt.id)
        if not done.ok:
            raise shell.Failed("an ordinary bundle does not start: " + done.text)
        _prepare(attempt, before)
        words = [attempt.fill(f) for f in flags]
        command = [] if {"--process", "-p"} & set(words) else _fill(attempt, inside(script))
        return bundles.runtime(attempt.exe, "exec", *words, attempt.id, *command, timeout=30).text
    return Row(name, goal, attack, proof, **more)


def updated(name, goal, flags, proof, *, resources=None, stdin=None, limits=None, before=None,
            **more):
    """An ordinary bundle with limits is started, then loosened: RUNTIME update FLAGS ID.
    resources: text of the file {resources}; stdin: text given on standard input."""
    def attack(attempt):
        bundles = attempt.world.bundles
        doc = bundle.document(["sleep", "1000"])
        doc["linux"]["resources"].update(limits or {"pids": {"limit": 64}})
        home = bundles.make(attempt.id, doc)
        attempt.callback(bundles.clear, attempt.exe, attempt.id)
        done = bundles.runtime(attempt.exe, "run", "--detach", "--pid-file", home + "/pid",
            "--bundle",
                               home, attempt.id)
        if not done.ok:
            raise shell.Failed("an ordinary bundle does not start: " + done.text)
        with open(home + "/pid", encoding="ascii") as file:
            attempt.pid = int(file.read())
        _prepare(attempt, before)
        if resources is not None:
            attempt.words["resources"] = attempt.put(home + "/resources.json", resources)
        words = [attempt.fill(f) for f in flags]
        done = bundles.runtime(attempt.exe, "update", *words, attempt.id,
                               stdin=stdin.encode() if stdin is not None else None)
        return done.text + ("@ran" if done.ok else "")
    return Row(name, goal, attack, proof, **more)
