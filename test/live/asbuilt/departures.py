"""One thing at a time that is not as the image declares, through every engine that has a word for it:
it happens under plain runc; `as-built` refuses it and says what was declared and what was asked;
where the policy rewrites what was asked, the container runs as declared; where the policy allows
that one thing, it runs as asked."""

import os
import re
import secrets
import shutil
from dataclasses import dataclass
from typing import Optional

from lib.cases import Case, expect

from . import images
from .engines import ANY, CRI, CTR, DOCKER, ENGINES, PODMAN, Ask, Asked, apply, as_built, no_secret, refused

TOLD = r"(?m)^@told\r?$"
EVIL = r"(?m)^@evil\r?$"


@dataclass
class Departure:
    name: str
    ask: Ask
    control: str
    asked: str                          # what the program says when it happened; "!" in front: does not say
    declared: Optional[str] = None      # what it says when it was conformed; None: refused all the same
    allow: Optional[dict] = None        # controls under which it happens; None: nothing allows just this
    words: tuple = ()                   # what the refusal must say, whatever the engine
    flag: str = ""                      # as somebody types it with docker and podman
    base: Optional[dict] = None         # controls of all three policies, beside the profile's


# -- what lies in the directory {files} ------------------------------------------------------------

def plant(*names, at=""):
    """Copies of somebody else's programs under these names: of the library where .so is in it."""
    def before(asked):
        made = images.programs(asked.world.site)
        for name in names:
            path = os.path.join(asked.files, at, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copy(made["evil library" if ".so" in name else "evil"], path)
            os.chmod(path, 0o755)
    return before


def mark(asked):
    """A file by which a directory is recognised inside."""
    with open(os.path.join(asked.files, "mark"), "w", encoding="ascii") as file:
        file.write("asked\n")


def preload(asked):
    """A library and the file that makes every program load it."""
    plant("evil.so")(asked)
    with open(os.path.join(asked.files, "preload"), "w", encoding="ascii") as file:
        file.write("/x/evil.so\n")


# -- words of the engines --------------------------------------------------------------------------

def environment(entry):
    name, _, value = entry.partition("=")
    return Ask(f"-e {entry}", ctr=f"--env {entry}", cri={"envs": [{"key": name, "value": value}]})


def process(**changes):
    """containerd's document with these members of process; a function is given the old value."""
    def spec(doc, _asked):
        for key, value in changes.items():
            doc["process"][key] = value(doc["process"].get(key)) if callable(value) else value
    return spec


def account(**ids):
    """ids of the process: uid, gid, additionalGids"""
    return process(user=lambda old: {**old, **ids})


def mounted(source, target, image="web:1", before=None):
    """A directory or file of the host's, by each engine's word."""
    return Ask(f"-v {source}:{target}", ctr=f"--mount type=bind,src={source},dst={target},options=rbind:rw",
               cri={"mounts": [{"container_path": target, "host_path": source}]}, image=image,
               before=before)


def published(flag, **mapping):
    """A port, of Docker, Podman and a pod. ctr publishes nothing. Podman's network needs no bridge of the host's."""
    return Ask("-p " + flag, podman="--network slirp4netns -p " + flag, ctr=None, cri={"sandbox": {"port_mappings": [mapping]}})


def folder(target):
    """Controls that let any shared folder or file of the host be mounted there, like the image or not."""
    return {"mounts": {"add": [{"source": "@bindRoots/**", "destination": target}]}}


def command(*argv):
    return {"entrypoint": {"allow": {"add": [{"argv": list(argv)}]}}}


def over(name, source, target, image="web:1", before=None):
    return Departure(f"a mount {name}", mounted(source, target, image, before), "entrypoint", EVIL,
                     words=(target,), base=folder(target), flag=f"-v {{files}}")


TABLE = [
    Departure("another entrypoint", Ask("--entrypoint /bin/echo", "@evil", ctr=None, spec=process(
        args=["/bin/echo", "@evil"]), cri={"command": ["/bin/echo", "@evil"]}), "entrypoint", EVIL,
        declared=r"(?m)^arg declared\r?$", allow=command("/bin/echo", "*"),
        words=("/bin/echo", "/usr/bin/start"), flag="--entrypoint"),
    Departure("another command", Ask("", "other", spec=process(args=["/usr/bin/start", "other"]),
        cri={"args": ["other"]}), "entrypoint",
        r"(?m)^arg other\r?$", declared=r"(?m)^arg declared\r?$",
        allow=command("/usr/bin/start", "other"), words=("other", "declared")),
    Departure("a variable more", environment("EXTRA={token}"), "environment", r"(?m)^env EXTRA=.",
        declared="!env EXTRA", allow={"environment": {"allow": {"add": ["EXTRA"]}}}, words=("EXTRA",),
        flag="--env EXTRA"),
    Departure("a variable changed", environment("MODE={token}"), "environment",
        r"(?m)^env MODE=(?!declared)", declared=r"(?m)^env MODE=declared\r?$",
        allow={"environment": {"allow": {"add": ["MODE"]}}}, words=("MODE",), flag="--env MODE"),
    Departure("a variable removed", Ask("-e KEEP", podman="--unsetenv KEEP", cri=None, spec=process(
        env=lambda old: [e for e in old if not e.startswith("KEEP=")])), "environment", "!env KEEP", declared=r"(?m)^env KEEP=1\r?$",
        allow={"environment": {"allow": {"add": ["KEEP"]}}}, words=("KEEP",)),
    Departure("a variable emptied", environment("KEEP="), "environment", r"(?m)^env KEEP=\r?$",
        declared=r"(?m)^env KEEP=1\r?$", allow={"environment": {"allow": {"add": ["KEEP"]}}}, words=("KEEP",),
        flag="--env KEEP"),
    Departure("another PATH", environment("PATH=/tmp:/bin"), "environment", r"(?m)^env PATH=/tmp:/bin\r?$",
        declared=r"(?m)^env PATH=/usr/local/sbin:", allow={"environment": {"allow": {"add": ["PATH"]}}},
        words=("PATH",), flag="--env PATH"),
    Departure("LD_PRELOAD", environment("LD_PRELOAD=/tmp/x.so"), "environment", r"(?m)^env LD_PRELOAD=",
        declared="!env LD_PRELOAD", words=("LD_PRELOAD",), flag="--env LD_PRELOAD"),
    Departure("another user", Ask("-u 0:1000", ctr=None, spec=account(uid=0),
        cri={"security": {"run_as_user": {"value": 0}}}), "user", r"(?m)^ids 0:",
        declared=r"(?m)^ids 1000:1000\r?$", allow={"user": ANY}, words=("1000", "0"),
        flag="-u"),
    Departure("another group", Ask("-u 1000:6", ctr=None, spec=account(gid=6), cri={"security": {
        "run_as_user": {"value": 1000}, "run_as_group": {"value": 6}}}), "user", r"(?m)^ids 1000:6\r?$",
        declared=r"(?m)^ids 1000:1000\r?$", allow={"user": ANY}, words=("6",), flag="-u"),
    Departure("a supplementary group", Ask("--group-add 6", ctr=None, spec=account(
        additionalGids=[6, 50, 1000]), cri={"security": {"supplemental_groups": [6]}}), "user",
        r"(?m)^groups .*\b6\b", declared=r"(?m)^groups(?!.* 6\b).*\b50\b",
        allow={"user": ANY}, words=("6",), flag="--group-add"),
    Departure("another working directory", Ask("-w /tmp", ctr="--cwd /tmp", cri={"working_dir": "/tmp"}),
        "workingDir", r"(?m)^cwd /tmp\r?$", declared=r"(?m)^cwd /srv\r?$",
        allow={"workingDir": ANY}, words=("/tmp", "/srv"), flag="-w"),
    Departure("a volume more", Ask("-v {id}:/extra", ctr=None, cri=None), "mounts",
        r"(?m)^mount /extra\r?$", allow={"mounts": {"named": {"add": [{"name": "*", "destination": "/extra"}]}}},
        words=("/extra",), flag="-v"),
    Departure("a tmpfs more", Ask("--tmpfs /extra", ctr="--mount type=tmpfs,src=tmpfs,dst=/extra,options=rw",
        cri=None), "mounts", r"(?m)^mount /extra\r?$", allow={"mounts": {"tmpfs": {"add": ["/extra"]}}},
        words=("/extra",), flag="--tmpfs"),
    Departure("a folder of the host's", mounted("{files}", "/extra"), "mounts", r"(?m)^mount /extra\r?$",
        allow=folder("/extra"), words=("/shared/",), flag="-v"),
    Departure("a folder over a declared volume", mounted("{files}", "/data", before=mark), "mounts",
        r"(?m)^data asked\r?$", allow=folder("/data"),
        words=("/shared/",), flag="-v"),
    Departure("a port that is not exposed", published("127.0.0.1:18081:9999", container_port=9999,
        host_port=18081), "ports", TOLD, allow={"ports": ANY}, words=("9999",)),
    Departure("a lower port", published("127.0.0.1:81:8080", container_port=8080, host_port=81), "ports",
        TOLD, allow={"ports": {"hostPorts": {"add": ["81"]}}}, words=("81",)),
    Departure("every address of the host's", published("18082:8080", container_port=8080, host_port=18082),
        "ports", TOLD, allow={"ports": {"addresses": ["any"]}}, words=("18082",),
        base={"ports": {"addresses": ["127.*"]}}),
    over("over the command", "{files}/start", "/usr/bin/start", before=plant("start")),
    over("over the command's directory", "{files}", "/usr/bin", before=plant("start")),
    over("over a directory further above", "{files}", "/usr", before=plant("start", at="bin")),
    over("over the script's interpreter", "{files}/busybox", "/bin/busybox", before=plant("busybox")),
    over("over the interpreter's link", "{files}/sh", "/bin/sh", before=plant("sh")),
    over("over what the script's command loads", "{files}/l.so", "/usr/lib/libtell.so.1", "path:1",
         before=plant("l.so")),
    over("over the loader", "{files}/ld", images.loader()[0], "path:1", before=plant("ld")),
    over("at a directory of PATH before the command's", "{files}", "/usr/local/bin", "path:1",
         before=plant("tell")),
    over("through a link to the command's directory", "{files}/start", "/opt/bin/start",
         before=plant("start")),
    over("over the link that is the command", "{files}/run", "/opt/run", "linked:1", before=plant("run")),
    over("over what the link leads to", "{files}/start", "/usr/bin/start", "linked:1",
         before=plant("start")),
    over("over a relative command", "{files}/tell", "/usr/bin/tell", "relative:1", before=plant("tell")),
    over("in front of a library", "{files}", "/usr/lib/glibc-hwcaps/x86-64-v2", "path:1",
         before=plant("libtell.so.1")),
]


# -- the three ways ----------------------------------------------------------------------------------

def says(pattern, text):
    if pattern.startswith("!"):
        return re.search(TOLD, text) and not re.search("(?m)^" + pattern[1:], text)
    return re.search(pattern, text)


def happens(stage, engine, it):
    """Under plain runc; tried once for the three ways."""
    seen = stage.world.words.setdefault("departures that happen", set())
    if (engine, it.name) in seen:
        return
    text = Asked(stage, engine, "runc", it.ask).run()
    expect(says(it.asked, text), "it happens under plain runc", text)
    seen.add((engine, it.name))


def is_refused(stage, engine, it):
    made = apply(stage, default=as_built(**(it.base or {})))
    text = Asked(stage, engine, made.name, it.ask).run()
    words = list(it.words)
    if engine in (DOCKER, PODMAN) and it.flag:
        words.append(it.flag.replace("{files}", ""))
    found = refused(text, it.control, *words)
    no_secret(stage, made, text)
    told = made.ctl("why", found)
    expect(told.ok, "guardctl why knows the refusal", told.text)
    return "refused"


def is_conformed(stage, engine, it):
    apply(stage, default=as_built(True, **(it.base or {})))
    text = Asked(stage, engine, stage.world.guard("asbuilt").name, it.ask).run()
    expect(re.search(TOLD, text), "it runs", text)
    expect(says(it.declared, text), "inside it is as declared", text)
    expect(not says(it.asked, text), "nothing of what was asked is left", text)
    return "runs as declared"


def is_allowed(stage, engine, it):
    apply(stage, default=as_built(**it.allow))
    text = Asked(stage, engine, stage.world.guard("asbuilt").name, it.ask).run()
    expect(says(it.asked, text), "it happens where the policy allows it", text)
    return "runs as asked"


def case(engine, it, way, goal):
    def check(stage):
        stage.token = secrets.token_hex(12)
        happens(stage, engine, it)
        return way(stage, engine, it) if stage.world.guarded else "runc: it happens"
    return Case(f"{engine}: {it.name}", check, "asbuilt", goal)


def cases():
    for engine in ENGINES:
        for it in TABLE:
            if not it.ask.can(engine):
                continue
            yield case(engine, it, is_refused, "refused as built")
            if it.declared:
                yield case(engine, it, is_conformed, "made to conform")
            if it.allow:
                yield case(engine, it, is_allowed, "allowed by name")


ROWS = list(cases())
