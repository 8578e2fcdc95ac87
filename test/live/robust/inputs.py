"""Bad input is answered in one line, soon, in little memory, and never crashed on."""

import contextlib
import json
import os
import socket
import threading
import time

from lib import bundle, shell
from lib.bench import Bench, not_crashed, refused
from lib.cases import Case, expect

SECONDS = 10            # an answer may take
MEMORY_KB = 200 << 10   # and hold: the largest document that is read at all is 16 MiB


def write(data):
    def make(path):
        with open(path, "wb") as file:
            file.write(data)
    return make


def repeated(data, megabytes):
    def make(path):
        with open(path, "wb") as file:
            for _ in range(megabytes):
                file.write(data * ((1 << 20) // len(data)))
    return make


def sparse(path):
    with open(path, "wb") as file:
        file.truncate(1 << 33)


def listening(path):
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(os.path.dirname(path))     # the path is too long for a socket's address
        try:
            server.bind(os.path.basename(path))
        finally:
            os.chdir("/")


def link(path):
    write(json.dumps(bundle.document(["sleep", "1"])).encode())(path + ".real")
    os.symlink(path + ".real", path)


THINGS = {
    "an empty file": write(b""),
    "white space": write(b" \n\t" * 1000),
    "a NUL": write(b"\0"),
    "100 MB of [": repeated(b"[", 100),
    "15 MB of [": repeated(b"[", 15),
    "15 MB of {\"a\":": repeated(b'{"a":[1', 15),
    "100 MB of zeros": repeated(b"0", 100),
    "a sparse file of 8 GiB": sparse,
    "null": write(b"null"),
    "an array": write(b"[]"),
    "a number of a million digits": write(b'{"process":{"oomScoreAdj":' + b"9" * 1000000 + b"}}"),
    "a string without an end": write(b'{"a":"' + b"x" * 1000),
    "bytes that are no UTF-8": write(b'{"process":{"cwd":"\xff\xfe"}}'),
    "another text encoding": write('{"process":{}}'.encode("utf-16")),
    "a directory": os.mkdir,
    "a FIFO": os.mkfifo,
    "a socket": listening,
    "a device of endless zeros": lambda path: os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5)),
    "a device that blocks": lambda path: os.mknod(path, 0o600 | 0o020000, os.makedev(5, 0)),
    "a link to nothing": lambda path: os.symlink("/nowhere", path),
    "nothing": lambda path: None,
}


def measured(bench, *args, **options):
    """The answer, with how long it took and what it held."""
    begun = time.monotonic()
    report = os.path.join(bench.guard.home, "time")
    done = shell.run(["/usr/bin/env", "python3", "-c", MEASURE, report, bench.guard.exe, "--root",
                      bench.state, *args], timeout=SECONDS + 20, **options)
    took = time.monotonic() - begun
    with open(report, encoding="ascii") as file:
        held = int(file.read())
    expect(took < SECONDS, "an answer soon", f"{took:.1f} s")
    expect(held < MEMORY_KB, "little memory", f"{held} KB")
    return done


MEASURE = """
import os, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
os._exit(code if code >= 0 else 128 - code)
"""


def config(make):
    def check(stage):
        bench = Bench(stage)
        name, home = bench.bundle("bad")
        os.unlink(home + "/config.json")
        make(home + "/config.json")
        before = sorted(os.listdir(home))
        for verb in ("create", "run"):
            done = measured(bench, verb, "--bundle", home, name)
            not_crashed(done, verb)
            refused(done, verb)
        expect(sorted(os.listdir(home)) == before, "nothing is left over", os.listdir(home))
        return "answered"
    return check


def handed(make):
    """The same as exec's process and update's resources, from a file and from standard input."""
    def check(stage):
        bench = Bench(stage)
        running = bench.running("on")
        path = os.path.join(bench.guard.home, "document")
        make(path)
        calls = [["exec", "--process", path, running], ["update", "--resources", path, running]]
        for call in calls:
            done = measured(bench, *call)
            not_crashed(done, call[0])
            refused(done, call[0])
        return "answered"
    return check


def piped(data):
    def check(stage):
        bench = Bench(stage)
        running = bench.running("on")
        done = measured(bench, "update", "--resources", "-", running, stdin=data)
        not_crashed(done, "update")
        refused(done, "update")
        return "answered"
    return check


def changing(stage):
    """The document grows and shrinks while it is read. What is judged is what runs: either guarded
    refuses, or what runs is one of the two, conformed."""
    bench = Bench(stage)
    name, home = bench.bundle("changing")
    loose = bundle.document(["sleep", "1"])
    loose["process"]["capabilities"]["bounding"].append("CAP_SYS_ADMIN")
    loose["process"]["env"] += [f"V{n}={n}" for n in range(20000)]
    texts = [json.dumps(loose).encode(), json.dumps(bundle.document(["sleep", "1"])).encode()]
    codes = []
    for _ in range(40):
        os.unlink(home + "/config.json")
        with flipping(home + "/config.json", texts):
            done = bench("create", "--bundle", home, name)
        not_crashed(done, "create")
        codes.append(done.code)
        expect(done.ok or "guarded refused" in done.text, "answered", done.text)
        if done.ok:
            with open(f"/proc/{bench.pid(name)}/status", encoding="ascii") as status:
                bounding = next(line for line in status if line.startswith("CapBnd"))
            expect(not int(bounding.split()[1], 16) >> 21 & 1, "CAP_SYS_ADMIN was not let through",
                   bounding)
        bench("delete", "--force", name)
    return f"{codes.count(0)} of {len(codes)} went through, none loose"


@contextlib.contextmanager
def flipping(path, texts):
    """The file holds the one text and the other in turn. It is written through one descriptor: whoever
    can replace a bundle's file by name after the judgement is root."""
    over = threading.Event()

    def flip(file):
        while not over.is_set():
            for text in texts:
                os.pwrite(file, text, 0)
                os.ftruncate(file, len(text))
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    os.write(file, texts[1])
    writer = threading.Thread(target=flip, args=[file])
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()
        os.close(file)


ROWS = [Case(f"config.json is {name}", config(make), goal="an answer")
        for name, make in THINGS.items()] + [
    Case("config.json is a link", config(link), goal="an answer"),
    Case("config.json changes while it is read", changing, goal="an answer"),
    *[Case(f"process and resources are {name}", handed(THINGS[name]), goal="an answer") for name in (
        "an empty file", "100 MB of [", "a directory", "a FIFO", "a socket", "a device of endless zeros",
        "nothing", "null")],
    Case("resources piped: nothing", piped(b""), goal="an answer"),
    Case("resources piped: 20 MB of [", piped(b"[" * (20 << 20)), goal="an answer"),
]
