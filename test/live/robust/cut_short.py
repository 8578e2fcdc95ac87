"""guarded killed, or failed by the kernel, at every system call; a full disk; no descriptors; no memory:
the bundle holds the old document or the new one, whole, and the next launch works."""

import collections
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

from lib import bundle, guard, shell
from lib.bench import Bench, not_crashed, refused
from lib.cases import Case, expect

FAKE = os.path.join(guard.ROOT, "test", "bench", "fake-runtime.c")
SAID = re.compile(r"^guarded:? refused", re.M)   # without memory there is less to say


def fake(site):
    """A runtime that ends at once, under runc's name."""
    path = os.path.join(site.path("fake"), "runc")
    if not os.path.exists(path):
        shell.must("gcc", "-std=gnu11", "-O1", "-static", "-o", path, FAKE)
    return path


class Launch:
    """create on one bundle again and again, each time from the same beginning."""

    def __init__(self, stage, content=None):
        self.bench = Bench(stage, runtime=fake(stage.world.site))
        content = content or bundle.document(["sleep", "1"])
        self.name, self.home = self.bench.bundle("cut", content)
        self.config = os.path.join(self.home, "config.json")
        self.before = self.read("config.json")
        done = self.run()
        expect(done.ok, "an ordinary launch", done.text)
        self.after = self.read("config.json")
        expect(self.after != self.before, "the policy changes something, so that it is written")
        self.argv = [f"{self.bench.guard.install}/guarded", "--guarded-config", self.bench.guard.conf]
        self.create = ["--root", self.bench.state, "create", "--bundle", self.home, self.name]

    def read(self, name):
        try:
            with open(os.path.join(self.home, name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def fresh(self):
        for name in os.listdir(self.home):
            if name != "rootfs":
                os.unlink(os.path.join(self.home, name))
        with open(self.config, "wb") as file:
            file.write(self.before)

    def run(self, *prefix):
        if not prefix:
            return self.bench("create", "--bundle", self.home, self.name)
        return shell.run([*prefix, *self.argv, *self.create])

    def whole(self, what):
        """Either document, and a record that belongs to it."""
        now, record = self.read("config.json"), self.read("judged.json")
        expect(self.same(now, self.before) or self.same(now, self.after),
               f"{what}: a whole document", now)
        if record is not None:
            try:
                json.loads(record)
            except ValueError:
                expect(False, f"{what}: a whole record", record)
        expect(record is not None or self.same(now, self.before), f"{what}: a record before the document")

    @staticmethod
    def same(one, two):
        """Pinned sources stand at a place that differs from launch to launch."""
        return _unpinned(one) == _unpinned(two)

    def left_over(self):
        return [name for name in os.listdir(self.home) if name.endswith(".new")]

    def recovers(self, what):
        done = self.run()
        expect(done.ok and self.same(self.read("config.json"), self.after),
               f"{what}: the next launch works", done.text)


def _unpinned(document):
    return re.sub(rb'"/run/guarded/pin/[^"]*"', b'"PINNED"', document or b"")


def pinned(stage):
    content = bundle.document(["sleep", "1"])
    content["mounts"].append(bundle.mount("/bound", "bind", stage.shared(), "rbind", "rprivate"))
    return content


# -- at every system call -----------------------------------------------------------------------------

def strace(stage, inject):
    log = os.path.join(stage.world.site.path("strace"), stage.id)
    return ["strace", "-qq", "-o", log, "-e", "trace=all", "-e", "inject=" + inject]


def killed_everywhere(content):
    def check(stage):
        launch = Launch(stage, content(stage) if content else None)
        calls = list(numbered(_calls(stage, launch)))
        for call, nth in calls:
            what = f"killed at {call} {nth}"
            launch.fresh()
            launch.run(*strace(stage, f"{call}:signal=SIGKILL:when={nth}"))
            launch.whole(what)
            launch.recovers(what)
        return f"{len(calls)} calls"
    return check


def numbered(calls):
    """(name, how often it was called until then): strace counts each call by itself."""
    seen = collections.Counter()
    for call in calls:
        seen[call] += 1
        # A call younger than strace has no name there, and strace makes none of those fail.
        if not call.startswith("syscall_"):
            yield call, seen[call]


def failed_everywhere(error, content=None):
    """Every call in turn answers with the error. The runtime is then run with the whole document, or
    guarded refuses in one line and leaves the bundle as it was."""
    def check(stage):
        launch = Launch(stage, content(stage) if content else None)
        calls = _calls(stage, launch)
        # Before main it is the C library's start, which gives up in its own way.
        own, refusals = calls.index("mprotect") + 1, 0
        for step, (call, nth) in enumerate(numbered(calls)):
            what = f"{call} {nth} answers {error}"
            launch.fresh()
            done = launch.run(*strace(stage, f"{call}:error={error}:when={nth}"))
            launch.whole(what)
            if step < own:
                continue
            not_crashed(done, what)
            expect(done.code in (0, 1), f"{what}: runs or is refused", done.text)
            if done.code == 1:
                refusals += 1
                expect(len(SAID.findall(done.err)) == 1, f"{what}: one line says why", done.text)
            else:
                expect(launch.same(launch.read("config.json"), launch.after), f"{what}: conformed",
                       done.text)
            if step % 16 == 0 or launch.left_over():
                launch.recovers(what)
        return f"{len(calls)} calls, {refusals} refusals"
    return check


def _calls(stage, launch):
    """The names of guarded's own calls, to its exec."""
    launch.fresh()
    log = os.path.join(stage.world.site.path("strace"), stage.id + ".all")
    done = launch.run("strace", "-qq", "-o", log)
    expect(done.ok, "a launch under strace", done.text)
    with open(log, encoding="utf-8", errors="replace") as lines:
        names = [line.split("(")[0] for line in lines if "(" in line]
    execs = [n for n, name in enumerate(names) if name == "execve"]
    expect(len(execs) == 2, "guarded becomes the runtime", names)
    return names[:execs[1] + 1]


def killed_at_random(stage):
    launch, rng, seen = Launch(stage), random.Random(7), 0
    argv = [*launch.argv, *launch.create]
    for turn in range(150):
        launch.fresh()
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, env=shell.ENV)
        time.sleep(rng.random() * 0.004)
        child.kill()
        seen += child.wait() == -9
        launch.whole(f"turn {turn}")
        if turn % 10 == 0:
            launch.recovers(f"turn {turn}")
    expect(seen > 10, "some were killed before their end", seen)
    return f"{seen} of 150 killed before their end"


# -- nothing left -------------------------------------------------------------------------------------

def full_disk(stage):
    """The bundle's file system has room for less and less of what must be written."""
    launch = Launch(stage)
    shutil.rmtree(launch.home + "/rootfs")
    shell.must("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", launch.home)
    stage.callback(shell.run, ["umount", "-l", launch.home])
    codes = []
    for pages in range(16):
        for name in os.listdir(launch.home):
            path = os.path.join(launch.home, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        os.mkdir(launch.home + "/rootfs")
        launch.fresh()
        with open(launch.home + "/filler", "wb") as filler:
            filler.write(b"x" * 4096 * pages if _room(launch.home) >= 4096 * pages else b"")
        done = launch.run()
        codes.append(done.code)
        launch.whole(f"{pages} pages taken")
        if done.code:
            said = refused(done, f"{pages} pages taken")
            expect("no space" in said.lower() or "full" in said.lower(), "it says why", said)
            expect(launch.read("config.json") == launch.before, "the document is as it was")
            expect(not launch.left_over(), "nothing is left over", launch.left_over())
    expect(0 in codes and 1 in codes, "both were seen", codes)
    return f"refused {codes.count(1)} times"


def _room(path):
    st = os.statvfs(path)
    return st.f_bavail * st.f_bsize


def limited(option, values, fatal=0):
    """Under a limit of the process: runs, or is refused in one line; never half a document. fatal: the
    signal that the kernel has for whoever goes over this one."""
    def check(stage):
        launch = Launch(stage)
        codes = []
        for value in values:
            launch.fresh()
            done = launch.run("prlimit", f"--{option}={value}")
            what = f"{option} {value}"
            launch.whole(what)
            if done.code != -fatal:
                not_crashed(done, what)
            if done.code == 1 and "prlimit" not in done.text:
                expect(len(SAID.findall(done.err)) == 1, f"{what}: one line says why", done.text)
            launch.recovers(what)
            codes.append(done.code)
        expect(0 in codes and set(codes) - {0}, "both were seen", codes)
        return f"{codes.count(0)} of {len(codes)} went through"
    return check


def audit_full(stage):
    """No room for the record: what the launch does is what guarded.json says, never a crash."""
    launch = Launch(stage)
    shell.must("mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=3,mode=700", "none",
               stage.world.site.path("guard", stage.id, "log"))
    log = stage.world.site.path("guard", stage.id, "log")
    stage.callback(shell.run, ["umount", "-l", log])
    with open(log + "/audit.jsonl", "wb") as file:
        file.write(b"\n" * 4096)
    os.chmod(log + "/audit.jsonl", 0o600)
    config = {**launch.bench.guard.config, "audit": {"file": log + "/audit.jsonl"}}
    launch.bench.guard.write(launch.bench.guard.conf, config)
    launch.fresh()
    done = launch.run()
    not_crashed(done, "a full log")
    launch.whole("a full log")
    expect(done.ok and not done.text, "a log that is full stops no host", done.text)
    with open(log + "/audit.jsonl", "rb") as file:
        expect(file.read() == b"\n" * 4096, "no half record is left")
    return "launched"


GOAL = "never a half-written document"
ROWS = [
    Case("killed at every system call", killed_everywhere(None), goal=GOAL),
    Case("killed at every system call, with a pinned source", killed_everywhere(pinned), goal=GOAL),
    Case("killed at random instants", killed_at_random, goal=GOAL),
    *[Case(f"every system call answers {error}", failed_everywhere(error), goal=GOAL)
      for error in ("EIO", "ENOMEM", "EINTR")],
    Case("every system call answers EPERM, with a pinned source", failed_everywhere("EPERM", pinned),
         goal=GOAL),
    Case("the bundle's disk is full", full_disk, goal="the bundle left as it was"),
    Case("the audit log's disk is full", audit_full, goal="no host stopped"),
    Case("no descriptors left", limited("nofile", range(1, 16)), goal=GOAL),
    Case("files may not grow", limited("fsize", (0, 100, 2000, 4000, 8000, 20000, 10 ** 6),
                                          signal.SIGXFSZ), goal=GOAL),
    Case("no memory left", limited("data", range(256 << 10, 1200 << 10, 24 << 10)), goal=GOAL),
]
