"""Documents that two parsers read differently: what is judged must be what runc obeys."""

import json
import os

from lib import bundle
from lib.bundle import CAPS
from lib.makers import hand
from lib.rows import reads, says

READ, HOLD = "read a host file", "hold a capability"


def evil_mount(attempt):
    return bundle.mount("/h", "bind", attempt.host, "rbind")


def behind(doc, extra):
    """The document with more members behind its own."""
    return json.dumps(doc)[:-1] + "," + extra + "}"


def member(name, value):
    return f'"{name}":' + json.dumps(value)


def more_mounts(name):
    """A second list of mounts under another spelling of the key."""
    def change(doc, attempt):
        return behind(doc, member(name, doc["mounts"] + [evil_mount(attempt)]))
    return change


def inherited(doc, attempt):
    """The later list's first element takes over what it does not say itself from the earlier's."""
    later = [{"destination": "/h"}, *doc["mounts"]]
    doc["mounts"] = [evil_mount(attempt)]
    return behind(doc, member("mounts", later))


def escaped(doc, attempt):
    return behind(doc, '"\\u006dounts":' + json.dumps(doc["mounts"] + [evil_mount(attempt)]))


def source_twice(spelling):
    def change(doc, attempt):
        doc["mounts"].append({"destination": "/h", "type": "bind", "options": ["rbind"],
                              "source": attempt.shared, "@": attempt.host})
        return json.dumps(doc).replace('"@"', f'"{spelling}"')
    return change


def strong():
    return {k: [*CAPS, "CAP_SYS_ADMIN"] for k in ("bounding", "effective", "permitted")}


def process_again(spelling):
    """A second process object: merged into the first by runc, with more capabilities."""
    return lambda doc, _attempt: behind(doc, member(spelling, {"capabilities": strong()}))


def inner_key(old, new, value):
    """A second member of process.capabilities in another spelling."""
    def change(doc, _attempt):
        text = json.dumps(doc)
        return text.replace(f'"{old}": [', f'"{new}": {json.dumps(value)}, "{old}": [') \
            if new < old else text.replace('"permitted": [', f'"{new}": {json.dumps(value)}, '
                                           '"permitted": [')
    return change


def nul_key(doc, attempt):
    """To a parser that ends strings at NUL the harmless list comes last and wins."""
    harmless = list(doc["mounts"])
    doc["mounts"].append(evil_mount(attempt))
    return behind(doc, '"mounts\\u0000":' + json.dumps(harmless))


def trailing(doc, attempt):
    harmless = json.dumps(doc)
    doc["mounts"].append(evil_mount(attempt))
    return json.dumps(doc) + "\n" + harmless


def unmasked(doc, _attempt):
    return behind(doc, '"linux":{"mas\u212aedPaths":[],"readonlyPaths":[]}')


def open_filter(doc, _attempt):
    doc["linux"]["seccomp"] = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["keyctl"], "action": "SCMP_ACT_ERRNO"}]}
    return behind(doc, '"linux":{"Seccomp":{"syscalls":[]}}')


def bytes_of(attempt, name):
    """Two entries whose names differ only for who replaces invalid bytes: one is harmless."""
    os.makedirs(os.fsencode(attempt.shared) + b"/x" + name, exist_ok=True)
    os.symlink(attempt.host, attempt.shared + "/x\ufffd")


def invalid_utf8(doc, attempt):
    doc["mounts"].append(bundle.mount("/h", "bind", attempt.shared + "/x@", "rbind"))
    return json.dumps(doc).replace("/x@", "/x\udcff")


def surrogate(doc, attempt):
    doc["mounts"].append(bundle.mount("/h", "bind", attempt.shared + "/x@", "rbind"))
    return json.dumps(doc).replace("/x@", "/x\\ud800")


def root_user(doc, _attempt):
    """A user who is not root, and a second spelling."""
    doc["process"]["user"] = {"uid": 1000, "gid": 1000}
    return json.dumps(doc).replace('"gid": 1000}', '"gid": 1000, "UID": 0, "Gid": 0}')


def deep(doc, attempt):
    """The evil comes behind a nest that some parsers give up on."""
    nest = "[" * 9000 + "]" * 9000
    return behind(doc, '"annotation":' + nest + "," + member("mounts", doc["mounts"] +
                                                              [evil_mount(attempt)]))


def row(name, goal, change, script, proof, **more):
    return hand("config.json with " + name, goal, change, script, proof, **more)


CAT = "cat /h/canary"
ADMIN = ("probe caps sys_admin", says("HOLDS"))

ROWS = [
    row("mounts twice", READ, more_mounts("mounts"), CAT, reads),
    row("mounts twice, the first element inherited", READ, inherited, CAT, reads),
    row("mounts and MOUNTS", READ, more_mounts("MOUNTS"), CAT, reads),
    row("mounts and Mounts", READ, more_mounts("Mounts"), CAT, reads),
    row("mounts and a long s", READ, more_mounts("mount\u017f"), CAT, reads),
    row("mounts and an escaped m", READ, escaped, CAT, reads),
    row("only MOUNTS for the evil one", READ, lambda d, a: behind(
        {k: v for k, v in d.items() if k != "mounts"}, member("MoUnTs", d["mounts"] +
                                                              [evil_mount(a)])), CAT, reads),
    row("a mount's source twice", READ, source_twice("source"), CAT, reads),
    row("a mount's source and Source", READ, source_twice("Source"), CAT, reads),
    row("process twice", HOLD, process_again("process"), *ADMIN),
    row("process and Process", HOLD, process_again("Process"), *ADMIN),
    row("process and two long s", HOLD, process_again("proce\u017f\u017f"), *ADMIN),
    row("bounding and BOUNDING", HOLD, inner_key("permitted", "BOUNDING", [*CAPS, "CAP_SYS_ADMIN"]),
        *ADMIN),
    row("a key that NUL ends early", READ, nul_key, CAT, reads),
    row("a harmless document behind the evil one", READ, trailing, CAT, reads),
    row("maskedPaths spelt with a Kelvin sign", "read the host's timers", unmasked,
        "grep -m1 -o 'Timer List' /proc/timer_list && echo RE''AD", says("READ"),
        needs=("timer_list",)),
    row("seccomp and Seccomp", "reach a system call", open_filter, "probe syscall keyctl",
        says("REACHED")),
    row("a path with an invalid byte", READ, invalid_utf8, CAT, reads,
        before=lambda a: bytes_of(a, b"\xff")),
    row("a path with half a surrogate pair", READ, surrogate, CAT, reads,
        before=lambda a: bytes_of(a, b"\xed\xa0\x80")),
    row("uid and UID", "be root", root_user, "id -u", says("(?m)^0$"), profile="restricted"),
    row("nine thousand brackets before the evil", READ, deep, CAT, reads),
]
