"""The runtime's own command line: flags that widen, flags that two parsers read differently, verbs
that start without `create`."""

import json
import os

from lib import bundle, guard, shell
from lib.makers import ALONE, document, entered, execs, inside
from lib.rows import Row, reads, says

from .documents import mounted

READ, HOLD = "read a host file", "hold a capability"
EVIL = mounted("bind", "{host}", "rbind")


def argv(name, goal, words, proof=reads, *, cwd="{good}", change=EVIL, script="cat /h/canary",
    **more):
    """A call with two bundles at hand: {good} is ordinary, {evil} binds the host. words is all of the
    command line behind --root."""
    def attack(attempt):
        bundles = attempt.world.bundles
        attempt.words["good"] = bundles.make(attempt.id + "g", document(attempt, "true",
                                                                       lambda d, a: None))
        attempt.words["evil"] = bundles.make(attempt.id, document(attempt, script, change))
        for name in (attempt.id, attempt.id + "g"):
            attempt.callback(bundles.clear, attempt.exe, name)
        alone = ALONE if attempt.inner == guard.CRUN else []
        return shell.run([*alone, attempt.exe, "--root", bundles.state,
                          *[attempt.fill(w) for w in words]], timeout=30,
                         cwd=attempt.fill(cwd)).text
    return Row("call: " + name, goal, attack, proof, **more)


def created(attempt):
    """create, then start: the two calls that engines make."""
    bundles = attempt.world.bundles
    home = bundles.make(attempt.id, document(attempt, "cat /h/canary > /h/drop", EVIL))
    attempt.callback(bundles.clear, attempt.exe, attempt.id)
    text = bundles.runtime(attempt.exe, "create", "--bundle", home, attempt.id).text
    text += bundles.runtime(attempt.exe, "start", attempt.id).text
    shell.run(["sleep", "0.3"])
    return text


def copied(attempt, _text):
    """The container wrote the secret to a second host file."""
    if not os.path.exists(attempt.drop):
        return False
    with open(attempt.drop, encoding="ascii") as file:
        return attempt.secret in file.read()


def process(script, text=None, **fields):
    """A process document for exec: {process}."""
    def before(attempt):
        doc = bundle.document([attempt.fill(w) for w in inside(script)])["process"]
        del doc["capabilities"]     # of an engine's default some are more than the container's own
        doc.update(fields)
        content = json.dumps(doc)
        attempt.words["process"] = attempt.put(attempt.words["bundle"] + "/process.json",
                                               text(content) if text else content)
    return before


def caps(*names):
    return {k: [*bundle.CAPS, *names] for k in ("bounding", "effective", "permitted")}


def by_file(name, fields, script, proof, goal=HOLD, **more):
    words = {**fields, "script": script}
    return entered(f"exec --process with {name}", goal, ["--process", "{process}"], "", proof,
                   before=process(**words), **more)


def started_before(name, change, goal, script, proof):
    """A container that runc started before guarded was there, entered through guarded."""
    def attack(attempt):
        bundles = attempt.world.bundles
        doc = bundle.document(["sleep", "1000"])
        change(doc, attempt)
        home = bundles.make(attempt.id, doc)
        attempt.callback(bundles.clear, guard.RUNC, attempt.id)
        done = bundles.runtime(guard.RUNC, "run", "--detach", "--bundle", home, attempt.id)
        if not done.ok:
            raise shell.Failed(done.text)
        return bundles.runtime(attempt.exe, "exec", attempt.id,
                               *[attempt.fill(w) for w in inside(script)]).text
    return Row("exec into what runc started with " + name, goal, attack, proof)


def restored(attempt):
    """restore: what runs is an image of memory that no document shows."""
    bundles = attempt.world.bundles
    home = bundles.make(attempt.id, document(attempt, "sleep 1000", lambda d, a: None))
    attempt.callback(bundles.clear, attempt.exe, attempt.id)
    images = os.path.join(attempt.host, "images")
    work = os.path.join(attempt.host, "work")
    bundles.runtime(guard.RUNC, "run", "--detach", "--bundle", home, attempt.id)
    bundles.runtime(guard.RUNC, "checkpoint", "--image-path", images, "--work-path", work,
        attempt.id)
    bundles.runtime(guard.RUNC, "delete", "--force", attempt.id)
    done = bundles.runtime(attempt.exe, "restore", "--detach", "--image-path", images,
        "--work-path",
                           work, "--bundle", home, attempt.id)
    return done.text + ("RESTORED" if done.ok else "")


def twice(content):
    """The capabilities once more in another spelling, behind."""
    return content[:-1] + ',"Capabilities":' + json.dumps(caps("CAP_SYS_ADMIN")) + "}"


CAP = ("probe caps sys_admin", says("HOLDS"))

ROWS = [
    argv("run --bundle GOOD --bundle EVIL", READ, ["run", "--bundle", "{good}", "--bundle",
        "{evil}",
                                                   "{id}"]),
    argv("run -b EVIL", READ, ["run", "-b", "{evil}", "{id}"]),
    argv("run -bundle EVIL (one dash)", READ, ["run", "-bundle", "{evil}", "{id}"]),
    argv("run -b=EVIL", READ, ["run", "-b={evil}", "{id}"]),
    argv("run ID --bundle EVIL (behind the name)", READ, ["run", "{id}", "--bundle", "{evil}"]),
    argv("run ID in the evil bundle's directory", READ, ["run", "{id}"], cwd="{evil}"),
    argv("run --bundle= in the evil directory", READ, ["run", "--bundle=", "{id}"], cwd="{evil}"),
    argv("run --no-pivot=false --bundle EVIL", READ, ["run", "--no-pivot=false", "--bundle",
        "{evil}",
                                                      "{id}"]),
    argv("-- run --bundle EVIL", READ, ["--", "run", "--bundle", "{evil}", "{id}"]),
    argv("--debug=F run --keep=0 --bundle EVIL", READ, ["--debug=F", "run", "--keep=0", "--bundle",
                                                        "{evil}", "{id}"]),
    argv("run --bundle /proc/self/cwd", READ, ["run", "--bundle", "/proc/self/cwd", "{id}"],
         cwd="{evil}"),
    argv("run --bun EVIL (abbreviated), crun", READ, ["run", "--bun", "{evil}", "{id}"],
         inner=guard.CRUN),
    argv("run --config EVIL --bundle GOOD, crun", READ, ["run", "--config", "{evil}/config.json",
                                                         "--bundle", "{good}", "{id}"],
         inner=guard.CRUN),
    argv("run -f EVIL -b GOOD, crun", READ, ["run", "-f", "{evil}/config.json", "-b", "{good}",
        "{id}"],
         inner=guard.CRUN),
    argv("run -bEVIL (glued), crun", READ, ["run", "-b{evil}", "{id}"], inner=guard.CRUN),
    argv("--deb run --conf EVIL --bundle GOOD, crun", READ, ["--deb", "run", "--conf",
         "{evil}/config.json", "--bundle", "{good}", "{id}"], inner=guard.CRUN),
    Row("call: create and start", READ, created, copied),
    Row("call: restore", "run what no document shows", restored, says("RESTORED"), needs=("criu",)),
    entered("exec --cap CAP_SYS_ADMIN", HOLD, ["--cap", "CAP_SYS_ADMIN"], *CAP),
    entered("exec -c CAP_SYS_ADMIN", HOLD, ["-c", "CAP_SYS_ADMIN"], *CAP),
    entered("exec --cap=CAP_BPF", HOLD, ["--cap=CAP_BPF"], "probe caps bpf", says("HOLDS")),
    entered("exec --user 0 of a container of user 1000", "be root", ["--user", "0"], "id -u",
            says("(?m)^0$"), profile="restricted",
            change=lambda d, a: d["process"].update(user={"uid": 1000, "gid": 1000})),
    entered("exec -g 6", "belong to the group of the disks", ["--user", "1000:1000", "-g", "6"],
            "id -G", says(r"(?m)^[0-9 ]*\b6$"), profile="groups",
            change=lambda d, a: d["process"].update(user={"uid": 1000, "gid": 1000})),
    entered("exec --cwd /proc/self/fd/8", "stand in a host directory (CVE-2024-21626)",
            ["--cwd", "/proc/self/fd/8"], "cat ../../../../..{canary}", reads,
            needs=("runc<1.1.12",)),
    entered("exec --apparmor unconfined", "shed the security module", ["--apparmor", "unconfined"],
            "grep unconfined /proc/self/attr/apparmor/current", says("unconfined"),
            needs=("apparmor",)),
    entered("exec --process-label of the host's", "shed the security module", ["--process-label",
            "unconfined_u:unconfined_r:unconfined_t:s0"], "cat /proc/self/attr/current",
            says("unconfined_t"), needs=("selinux",)),
    by_file("capabilities", {"capabilities": caps("CAP_SYS_ADMIN")}, *CAP),
    by_file("ambient capabilities for a user", {"user": {"uid": 1000, "gid": 1000},
        "capabilities": {
        **caps("CAP_SYS_PTRACE"), "inheritable": ["CAP_SYS_PTRACE"],
        "ambient": ["CAP_SYS_PTRACE"]}},
        "probe caps sys_ptrace", says("HOLDS")),
    by_file("noNewPrivileges false", {"noNewPrivileges": False, "user": {"uid": 1000, "gid": 1000}},
            "grep -q 'NoNewPrivs:.0' /proc/self/status && echo MAY''GAIN", says("MAYGAIN"),
            goal="become root by a set-uid program", profile="restricted",
            change=lambda d, a: d["process"].update(user={"uid": 1000, "gid": 1000},
                                                    noNewPrivileges=True)),
    by_file("an unlimited rlimit", {"rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1 << 30,
                                                 "soft": 1 << 30}]}, "ulimit -n",
                                                 says("1073741824"),
            goal="lift a limit", needs=("cap:SYS_RESOURCE",), profile="limits",
            shows=lambda text: "@ran" in text),     # as asked it could not even run
    by_file("capabilities and Capabilities", {"text": twice}, *CAP),
    by_file("a rest behind the end", {"capabilities": caps("CAP_SYS_ADMIN"),
                                      "text": lambda c: c + "\n" + c.replace('"CAP_SYS_ADMIN"',
                                                                             '"CAP_KILL"')}, *CAP),
    by_file("cwd /proc/self/fd/8", {"cwd": "/proc/self/fd/8"}, "cat ../../../../..{canary}", reads,
            goal="stand in a host directory (CVE-2024-21626)", needs=("runc<1.1.12",)),
    by_file("uid 0 in a container of user 1000", {"user": {"uid": 0, "gid": 0}}, "id -u",
            says("(?m)^0$"), goal="be root", profile="restricted",
            change=lambda d, a: d["process"].update(user={"uid": 1000, "gid": 1000})),
    started_before("a bind of the host", EVIL, READ, "cat /h/canary", reads),
    started_before("SYS_ADMIN", lambda d,
    a: d["process"].update(capabilities=caps("CAP_SYS_ADMIN")),
                   HOLD, *CAP),
    started_before("an overlay of the host", mounted("overlay", "overlay",
    "lowerdir={host}:{shared}"),
                   READ, "cat /h/canary", reads),
    execs("-u 0", "be root", "id -u", says("(?m)^0$"), container="-u 1000", profile="restricted"),
    execs("-w /proc/self/fd/8", "stand in a host directory (CVE-2024-21626)",
          "cat ../../../../..{canary}", reads, needs=("runc<1.1.12",)),
]
