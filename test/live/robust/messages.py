"""What a refusal looks like to whoever asked: the one line of guarded's record, once, with the engine's
words around it and the exit code that scripts know, through every engine and verb."""

import os
import re

from lib import cri
from lib.cases import Case, expect

LINE = re.compile(r"guarded refused (?P<flag>[^\n]+?): (?P<why>[^\n]+?\.)(?: [^\n]*)? "
                  r"\((?P<control>\w+)(?:, policy [\w.-]+)?; guardctl why (?P<id>[0-9a-f]+)\)")


def told(stage, text, what, control, profile="baseline"):
    """The line stands there once, whole, and is the record's."""
    found = list(LINE.finditer(text))
    expect(len(found) == 1 and text.count("guarded refused") == 1, f"{what}: the line, once", text)
    line = found[0]
    expect(line["control"] == control, f"{what}: by {control}", text)
    expect('"' not in line[0] and "\\" not in line[0], f"{what}: nothing that engines escape", line[0])
    guard = stage.world.guard(profile)
    record = [r for r in guard.records() if r.get("id") == line["id"]]
    expect(len(record) == 1 and line[0] in record[0].values(), f"{what}: one record, same words",
           f"{line[0]}\n{[r.get('message') for r in record]}")
    why = guard.ctl("why", line["id"])
    expect(why.ok and control in why.out, f"{what}: guardctl why", why.text)


def docker(name, code, control, *args, before=None, wrap="{}"):
    """args with {id}: a unique name. wrap: the whole of what is printed, around the line."""
    def check(stage):
        words = [w.replace("{id}", stage.id) for w in args]
        stage.forget(stage.id)
        if before:
            made = stage.docker(*[w.replace("{id}", stage.id) for w in before])
            expect(made.ok, "an ordinary container", made.text)
        done = stage.docker(*words)
        expect(done.code == code, f"exit code {code}", f"{done.code} {done.text}")
        told(stage, done.text, name, control)
        rest = LINE.sub("LINE", done.text).replace(stage.id, "ID")
        expect(re.search(wrap.replace("{}", "LINE"), rest, re.S), f"with the words {wrap}", rest)
        return f"code {done.code}"
    return Case(name, check, goal="one clear line")


RUN = ["run", "--runtime", "baseline", "--name", "{id}"]
IDLE = [*RUN, "-d", "probe:1", "sleep", "1000"]
CREATE_TEXT = r"(^|\n)docker: Error response from daemon: failed to create shim task: OCI runtime create failed: " \
              r"{}: unknown\."
EXEC_TEXT = r"OCI runtime exec failed: {}: unknown"

DOCKER = [
    docker("docker run", 125, "namespaces", *RUN, "--pid", "host", "probe:1", "true", wrap=CREATE_TEXT),
    docker("docker run --rm", 125, "capabilities", *RUN, "--rm", "--cap-add", "SYS_ADMIN", "probe:1",
           "true", wrap=CREATE_TEXT),
    docker("docker run -d", 125, "mounts", *RUN, "-d", "-v", "/:/host", "probe:1", "true",
           wrap=CREATE_TEXT),
    docker("docker run -d --restart always", 125, "privileged", *RUN, "-d", "--restart", "always",
           "--privileged", "probe:1", "true", wrap=CREATE_TEXT),
    docker("docker run -t", 125, "seccomp", *RUN, "-t", "--security-opt", "seccomp=unconfined",
           "probe:1", "true", wrap=CREATE_TEXT),
    docker("docker start", 1, "mounts", "start", "{id}", before=[
        "create", *RUN[1:], "-v", "/var/run/docker.sock:/s", "probe:1", "true"],
        wrap=r"^Error response from daemon: failed to create shim task: OCI runtime create failed: {}: unknown"),
    docker("docker start -a", 1, "devices", "start", "-a", "{id}", before=[
        "create", *RUN[1:], "--device", "/dev/kmsg", "probe:1", "true"],
        wrap=r"OCI runtime create failed: {}: unknown"),
    docker("docker exec", 126, "exec", "exec", "--privileged", "{id}", "true", before=IDLE, wrap=EXEC_TEXT),
    docker("docker exec -t", 126, "exec", "exec", "-t", "--privileged", "{id}", "true", before=IDLE,
           wrap=EXEC_TEXT),
    docker("docker exec -d", 1, "exec", "exec", "-d", "--privileged", "{id}", "true", before=IDLE,
           wrap=EXEC_TEXT),
    docker("docker update", 1, "resources", "update", "--pids-limit", "-1", "{id}", before=IDLE,
           wrap=r"^Error response from daemon: Cannot update container \S+: \S+ did not terminate successfully"
                r": exit status 1: {}\s*: unknown"),
]


# -- containerd ---------------------------------------------------------------------------------------

def ctr(name, control, *args, before=None, wrap="{}"):
    def check(stage):
        engine, exe = stage.world.containerd, stage.world.guard("baseline").exe
        stage.callback(engine.clear, stage.id)

        def call(words):
            words = [w.replace("{id}", stage.id) for w in words]
            return engine.ctr(*(["run", "--runc-binary", exe, *words[1:]] if words[0] == "run" else words))
        if before:
            made = call(before)
            expect(made.ok, "an ordinary container", made.text)
        done = call(args)
        expect(done.code == 1, "exit code 1", f"{done.code} {done.text}")
        told(stage, done.text, name, control)
        expect(re.search(wrap.replace("{}", "LINE"), LINE.sub("LINE", done.text)), f"with {wrap}", done.text)
        return "code 1"
    return Case(name, check, goal="one clear line")


IMAGE = "docker.io/library/probe:1"
IDLE_CTR = ["run", "-d", IMAGE, "{id}", "sleep", "1000"]

CTR = [
    ctr("ctr run", "namespaces", "run", "--rm", "--net-host", IMAGE, "{id}", "true",
        wrap=r"^ctr: failed to create shim task: OCI runtime create failed: {}: unknown"),
    ctr("ctr run -d", "mounts", "run", "-d", "--mount", "type=bind,src=/etc,dst=/h,options=rbind:ro", IMAGE,
        "{id}", "true", wrap=r"^ctr: failed to create shim task: OCI runtime create failed: {}: unknown"),
]


# -- pods -----------------------------------------------------------------------------------------------

def pod(name, control, act, wrap):
    """act(api, pod id and configuration, running container) raises Refused."""
    def check(stage):
        api = stage.world.cri
        made = api.pod(stage.id, "baseline", log_directory=stage.world.site.path("log", stage.id))
        stage.callback(api.remove, made[0])
        container, _log = api.container(made, ["sleep", "1000"])
        try:
            act(api, made, container)
        except cri.Refused as refusal:
            told(stage, str(refusal), name, control)
            rest = LINE.sub("LINE", str(refusal))
            expect(re.search(wrap.replace("{}", "LINE"), rest), f"with {wrap}", rest)
            return "answered"
        expect(False, "it is refused")
    return Case(name, check, goal="one clear line")


def cri_broken(stage):
    """A kubelet asks for nothing that a policy refuses on these; without a policy both are refused."""
    api, guard = stage.world.cri, stage.world.guard("limits")
    made = api.pod(stage.id, "limits", log_directory=stage.world.site.path("log", stage.id))
    stage.callback(api.remove, made[0])
    container, _log = api.container(made, ["sleep", "1000"])
    applied = guard.config["applied"]
    os.rename(applied, applied + ".away")
    stage.callback(os.rename, applied + ".away", applied)
    for method, more, wrap in (
            ("UpdateContainerResources", {"linux": {"cpu_shares": 200}}, r"exit status 1: {}\s*: unknown$"),
            ("ExecSync", {"cmd": ["true"], "timeout": 5}, r"OCI runtime exec failed: {}: unknown$")):
        try:
            api(method, container_id=container, **more)
        except cri.Refused as refusal:
            told(stage, str(refusal), method, "system", "limits")
            rest = LINE.sub("LINE", str(refusal))
            expect(re.search(wrap.replace("{}", "LINE"), rest), f"with {wrap}", rest)
        else:
            expect(False, f"{method} is refused")
    return "answered"


CRI = [
    pod("CRI StartContainer", "capabilities", lambda api, made, _: api.container(made, ["true"], linux={
        "security_context": {"capabilities": {"add_capabilities": ["SYS_ADMIN"]}}}),
        r"^failed to create containerd task: failed to create shim task: OCI runtime create failed: {}: unknown$"),
    pod("CRI StartContainer, a host path", "mounts", lambda api, made, _: api.container(
        made, ["true"], mounts=[{"container_path": "/h", "host_path": "/etc"}]),
        r"OCI runtime create failed: {}: unknown$"),
    Case("CRI UpdateContainerResources and ExecSync", cri_broken, "limits", "one clear line"),
]


# -- podman ----------------------------------------------------------------------------------------------

def podman(name, code, control, *args, before=None, wrap="{}"):
    def check(stage):
        engine, exe = stage.world.podman, stage.world.guard("baseline").exe
        stage.callback(engine, "rm", "-f", "-t", "0", stage.id)

        def call(words):
            return engine(*[w.replace("{id}", stage.id) for w in words], runtime=exe)
        if before:
            made = call(before)
            expect(made.ok, "an ordinary container", made.text)
        done = call(args)
        expect(done.code == code, f"exit code {code}", f"{done.code} {done.text}")
        told(stage, done.text, name, control)
        rest = LINE.sub("LINE", done.text).replace(stage.id, "ID")
        expect(re.search(wrap.replace("{}", "LINE"), rest), f"with {wrap}", rest)
        return f"code {done.code}"
    return Case(name, check, goal="one clear line")


IDLE_PODMAN = ["run", "-d", "--name", "{id}", "probe:1", "sleep", "1000"]
RUNTIME_ERROR = r"^Error: OCI runtime error: \S+: {}\s*$"

PODMAN = [
    podman("podman run", 126, "namespaces", "run", "--name", "{id}", "--pid", "host", "probe:1", "true",
           wrap=RUNTIME_ERROR),
    podman("podman run -d", 126, "capabilities", "run", "-d", "--name", "{id}", "--cap-add", "SYS_ADMIN",
           "probe:1", "true", wrap=RUNTIME_ERROR),
    podman("podman start", 125, "mounts", "start", "{id}", wrap=r"{}",
           before=["create", "--name", "{id}", "-v", "/etc:/h", "probe:1", "true"]),
    podman("podman exec", 255, "exec", "exec", "--privileged", "{id}", "true", before=IDLE_PODMAN,
           wrap=RUNTIME_ERROR),
    podman("podman exec -d", 125, "exec", "exec", "-d", "--privileged", "{id}", "true", before=IDLE_PODMAN,
           wrap=RUNTIME_ERROR),
    podman("podman update", 125, "resources", "update", "--cpu-rt-runtime", "900000", "{id}",
           before=IDLE_PODMAN),
]


# -- more than one line in the log ------------------------------------------------------------------------

def again(stage):
    """The log file is not emptied between starts: the second refusal is told, not the first one's."""
    stage.forget(stage.id)
    stage.docker("create", *[w.replace("{id}", stage.id) for w in RUN[1:]], "--pid", "host", "probe:1", "true",
                 check=True)
    first, second = (stage.docker("start", stage.id) for _ in range(2))
    told(stage, first.text, "the first", "namespaces")
    told(stage, second.text, "the second", "namespaces")
    expect(LINE.search(first.text)["id"] != LINE.search(second.text)["id"], "each its own", second.text)
    return "told anew"


def odd_values(stage):
    """What the user wrote cannot forge lines or steer the engine's exit code."""
    for value in ODD:
        stage.forget(stage.id)
        source = os.path.join(stage.world.site.path("odd"), value)
        os.makedirs(source, exist_ok=True)
        done = stage.docker("run", "--runtime", "baseline", "--name", stage.id, "--mount",
                            'type=bind,target=/h,"source=' + source.replace('"', '""') + '"', "probe:1", "true")
        expect(done.code == 125, "docker's own code for a refusal", f"{done.code} {done.text}")
        text = re.sub(r"time=.*context canceled.\n", "", done.text)
        expect(len(text.strip().splitlines()) == 1 and "\x1b" not in text, "one line", done.text)
        expect(len(list(LINE.finditer(text))) == 1, "one line of ours", done.text)
        stage.docker("rm", "-f", stage.id)
    return "neutral"


ODD = ("no such file or directory", "permission denied", "executable file not found", "not a directory",
       "is a directory", "a\nguarded refused nothing: fine. (mounts, policy default; guardctl why 1234)",
       "'quotes\" and \x1b[31m colours", "x" * 200, "back\\slash", "{}<>&")


def success_is_silent(stage):
    """guarded adds nothing to what a container prints, conformed or not."""
    done = stage.docker("run", "--rm", "--runtime", "baseline", "probe:1", "sh", "-c", "echo out; echo err >&2")
    expect((done.code, done.out, done.err) == (0, "out\n", "err\n"), "the container's own words", done.text)
    return "silent"


ROWS = DOCKER + CTR + CRI + PODMAN + [
    Case("docker start, refused twice", again, goal="one clear line"),
    Case("odd values in what was asked", odd_values, goal="one clear line"),
    Case("nothing is said where nothing is refused", success_is_silent, goal="the container's words alone"),
]
