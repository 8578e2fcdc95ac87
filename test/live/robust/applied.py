"""A policy being edited, half saved or broken changes nothing; an applied file that is missing, altered,
world-writable or a link refuses create, run, exec and update with the reason, and never hinders start,
kill, delete, state."""

import os
import shutil

from lib import shell
from lib.bench import Bench, policy, refused
from lib.bundle import document
from lib.cases import Case, expect
from lib.guard import Guard

# -- edits in policy.d: name -> what a person, an editor or an accident does there --------------------

LOOSE = policy(extends=["permissive"])


def written(name, text, mode=0o644):
    def edit(guard):
        path = os.path.join(guard.policies, name)
        guard.write(path, text)
        os.chmod(path, mode)
    return edit


def half(guard):
    path = os.path.join(guard.policies, "10-default.json")
    os.truncate(path, os.path.getsize(path) // 2)


def replaced(make):
    def edit(guard):
        path = os.path.join(guard.policies, "10-default.json")
        os.unlink(path)
        make(path)
    return edit


EDITS = {
    "looser, not yet applied": written("10-default.json", LOOSE),
    "half saved": half,
    "empty": written("10-default.json", ""),
    "no JSON at all": written("10-default.json", "{ version: yes"),
    "an unknown key": written("10-default.json", policy(contrals={})),
    "a wrong type": written("10-default.json", policy(extends={"a": 1})),
    "a cycle": written("10-default.json", policy(extends=["default"])),
    "an editor's backup beside it": written("10-default.json~", "garbage"),
    "a second default": written("20-more.json", policy(name="more", extends=["permissive"])),
    "a FIFO": replaced(os.mkfifo),
    "a directory": replaced(os.mkdir),
    "a link to nowhere": replaced(lambda path: os.symlink("/nowhere", path)),
    "gone": replaced(lambda path: None),
    "the whole directory gone": lambda guard: shutil.rmtree(guard.policies),
    "writable by everybody": written("10-default.json", LOOSE, 0o666),
}


def edited(name, edit):
    def check(stage):
        bench = Bench(stage)
        running = bench.running("before")
        edit(bench.guard)
        able = document(["sleep", "1000"])
        able["process"]["capabilities"]["bounding"].append("CAP_SYS_ADMIN")
        said = refused(bench.create("loose", able)[1], "what was refused before")
        expect("(trust" not in said and "policy default" in said, "by the policy as applied", said)
        bench.running("after")
        done = bench("exec", running, "true")
        expect(done.ok, "exec as before", done.text)
        done = bench("update", "--pids-limit", "100", running)
        expect(done.ok, "update as before", done.text)
        status = bench.guard.ctl("status")
        expect(status.code in (1, 2) or "beside" in name, "status tells of the edit", status.text)
        return "nothing changed"
    return Case(f"a policy {name}", check, goal="launches obey what was applied")


# -- damage to the applied file -----------------------------------------------------------------------

def patched(where):
    """One bit turned over; where: a share of the file's length."""
    def damage(path):
        with open(path, "r+b") as file:
            file.seek(int(os.path.getsize(path) * where))
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 0x20]))
    return damage


def other_file(kind):
    def damage(path):
        os.rename(path, path + ".kept")
        kind(path)
    return damage


def inside_loose_directory(path):
    os.chmod(os.path.dirname(path), 0o777)


DAMAGES = {
    "missing": os.unlink,
    "empty": lambda path: os.truncate(path, 0),
    "cut in half": lambda path: os.truncate(path, os.path.getsize(path) // 2),
    "one byte short": lambda path: os.truncate(path, os.path.getsize(path) - 1),
    "altered at its beginning": patched(0.001),
    "altered in its policy": patched(0.5),
    "altered near its end": patched(0.97),
    "longer than written": lambda path: shell.must("sh", "-c", f"echo >>{path}"),
    "writable by everybody": lambda path: os.chmod(path, 0o666),
    "writable by a group": lambda path: os.chmod(path, 0o664),
    "another account's": lambda path: os.chown(path, 1000, 1000),
    "a link to itself elsewhere": other_file(lambda path: os.symlink(path + ".kept", path)),
    "with a second name": other_file(lambda path: os.link(path + ".kept", path)),
    "a directory": other_file(os.mkdir),
    "a FIFO": other_file(os.mkfifo),
    "JSON instead": other_file(lambda path: Guard.write(path, {})),
    "in a directory that everybody may write": inside_loose_directory,
}


def damaged(name, damage):
    def check(stage):
        bench = Bench(stage)
        run_gated_and_free(bench, lambda: damage(bench.guard.config["applied"]))
        return "gated verbs refused, the others free"
    return Case(f"an applied file {name}", check, goal="no launch, no hindrance")


def run_gated_and_free(bench, damage):
    """What must be refused after the damage is, and what must never be hindered is not."""
    running, (waiting, done) = bench.running("running"), bench.create("waiting")
    expect(done.ok, "a container waits for its start", done.text)
    damage()
    gated(bench, running)
    for verb in (["start", waiting], ["state", running], ["ps", running], ["list"],
                 ["pause", running], ["resume", running], ["kill", running, "KILL"],
                 ["kill", waiting, "KILL"], ["--version"], ["features"]):
        done = bench(*verb)
        expect(done.ok or "features" in verb and "guarded" not in done.text,
               f"{verb[0]} is not hindered", done.text)
    for name in (running, waiting):
        done = bench("delete", "--force", name)
        expect(done.ok, "delete is not hindered", done.text)


def gated(bench, running):
    name, home = bench.bundle("new")
    with open(os.path.join(home, "config.json"), "rb") as file:
        before = file.read()
    for verb in (["create", "--bundle", home, name], ["run", "--detach", "--bundle", home, name],
                 ["exec", running, "true"], ["update", "--pids-limit", "99", running]):
        reason = refused(bench(*verb, stdin=b""), verb[0])
        expect(bench.guard.home in reason or "the applied file" in reason,
               "the reason names the file", reason)
    with open(os.path.join(home, "config.json"), "rb") as file:
        expect(file.read() == before, "the bundle is left as it was")


# -- guarded.json itself ------------------------------------------------------------------------------

SETTINGS = {
    "half saved": lambda path: os.truncate(path, os.path.getsize(path) // 2),
    "empty": lambda path: os.truncate(path, 0),
    "missing": os.unlink,
    "writable by everybody": lambda path: os.chmod(path, 0o666),
    "with an unknown key": lambda path: Guard.write(path, {"runtme": "/x"}),
    "with a key twice": lambda path: Guard.write(path, '{"contact": "a", "contact": "b"}'),
}


def settings(name, damage):
    def check(stage):
        bench = Bench(stage)
        run_gated_and_free(bench, lambda: damage(bench.guard.conf))
        return "gated verbs refused, the others free"
    return Case(f"guarded.json {name}", check, goal="no launch, no hindrance")


ROWS = [edited(*row) for row in EDITS.items()] + [damaged(*row) for row in DAMAGES.items()] + [
    settings(*row) for row in SETTINGS.items()]
