#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Our reading of a command line against the real runc's, and the canonical form against crun's. argv.py PROBE

For every command line made of the pieces below: where the library accepts it, runc must read the same bundle, id, command
and values from it, and from its canonical form. What the library refuses may mean anything to runc. The documents made of
exec's and update's flags are tried on real containers: the flags and the document must have the same effect.
Needs root, runc, crun and a static busybox; a container that cannot be started is a failure, not a skip.
"""
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile

PROBE = os.path.abspath(sys.argv[1])
passed = failed = 0


def check(ok, what, detail=""):
    global passed, failed
    if ok:
        passed += 1
        return
    failed += 1
    print(f"  FAILED  {what}\n          {detail}".rstrip())


def run(*argv, cwd="/", stdin=""):
    return subprocess.run(argv, cwd=cwd, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", timeout=60)


def ours(lines, runtime="runc"):
    """The library's reading of each argv."""
    r = subprocess.run([PROBE, "parse", runtime], input="".join("\x1f".join(x) + "\n" for x in lines), stdout=subprocess.PIPE,
                       text=True, check=True)
    return [json.loads(x) for x in r.stdout.splitlines()]


class Dirs:
    """Bundles and a state directory that tell by runc's error what it read."""

    def __init__(self, top):
        self.top = top
        self.root = os.path.join(top, "root")
        self.bundle = os.path.join(top, "bundle")
        self.away = os.path.join(top, "nowhere")
        rootfs = os.path.join(self.bundle, "rootfs")
        os.makedirs(os.path.join(rootfs, "bin"))
        os.mkdir(os.path.join(rootfs, "tmp"))
        shutil.copy("/bin/busybox", os.path.join(rootfs, "bin/busybox"))
        assert run("runc", "spec", cwd=self.bundle).returncode == 0
        path = os.path.join(self.bundle, "config.json")
        with open(path) as f:
            self.config = json.load(f)
        self.config["process"].update(args=["/bin/busybox", "sleep", "1000"], terminal=False, rlimits=[])
        self.config["root"]["readonly"] = False
        with open(path, "w") as f:
            json.dump(self.config, f)

    def start(self, cid, config=None):
        bundle = os.path.join(self.top, "bundle-" + cid)
        shutil.copytree(self.bundle, bundle)
        if config:
            with open(os.path.join(bundle, "config.json"), "w") as f:
                json.dump(config, f)
        # The container keeps standard output; a pipe would never end.
        r = subprocess.run(["runc", "--root", self.root, "run", "--detach", "--bundle", bundle, cid],
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=open(os.path.join(self.top, "stderr"), "w"), timeout=60)
        check(r.returncode == 0, f"start {cid}", open(os.path.join(self.top, "stderr")).read())

    def state(self, cid):
        with open(os.path.join(self.root, cid, "state.json")) as f:
            return json.load(f)


def sequences(pieces, longest):
    for n in range(longest + 1):
        for some in itertools.product(pieces, repeat=n):
            yield [w for p in some for w in p]


def create_pieces(bundle):
    return [["--bundle", bundle], ["-b", bundle], ["--bundle=" + bundle], ["-b=" + bundle], ["-bundle", bundle], ["--bundle="],
            ["--bundle", "--"], ["--no-pivot"], ["--no-pivot=false"], ["--no-pivot", "true"], ["--pid-file", "/nowhere/pid"],
            ["--pid-file", "-"], ["--pid-file=-x"], ["--preserve-fds", "-1"], ["--preserve-fds=0"], ["--"], ["-x"],
            ["one"], ["two"], [""], ["--no-new-keyring=t"]]


def read_by_runc(dirs, argv, cid, bundle):
    """Does runc read this id and this bundle? Two errors tell: of a bundle that is not there, and of an id that is taken."""
    away = [w.replace(dirs.bundle, dirs.away) for w in argv]
    text = run("runc", "--root", dirs.root, *away, cwd=dirs.top).stdout
    want = f"chdir {dirs.away}:" if bundle else "config.json not found"
    if want not in text:
        return f"bundle: {text.strip()}"
    taken = os.path.join(dirs.root, cid)
    os.makedirs(taken)
    text = run("runc", "--root", dirs.root, *argv, cwd=dirs.bundle).stdout
    os.rmdir(taken)
    return "" if "already exists" in text else f"id: {text.strip()}"


def compare_creates(dirs):
    for verb in ("create", "run", "restore"):
        pieces = create_pieces(dirs.bundle)
        if verb == "restore":
            pieces = [p for p in pieces if not p[0].startswith(("--preserve", "--no-new"))] + [["-no-subreaper"],
                                                                                                ["--image-path", "/i"]]
        lines = [[verb] + x for x in sequences(pieces, 3)]
        # A fourth word matters where flags stand behind the id.
        lines += [[verb] + x + ["one"] + y for x, y in itertools.product(pieces, pieces) if x != ["one"]]
        accepted = 0
        for line, read in zip(lines, ours(lines)):
            if "refused" in read:
                continue
            accepted += 1
            for argv in (line, read["canonical"]):
                why = read_by_runc(dirs, argv, read["id"], read["bundle"])
                check(why == "", " ".join(argv), why)
        check(accepted > 20, f"{verb}: enough lines are accepted", f"{accepted} of {len(lines)}")
        print(f"  {verb}: {len(lines)} lines, {accepted} accepted and read alike by runc")


def read_by_crun(dirs, argv, cid, bundle):
    away = [w.replace(dirs.bundle, dirs.away) for w in argv]
    text = run("crun", "--root", dirs.root, *away, cwd=dirs.top).stdout
    want = (f"chdir `{dirs.away}` failed",) if bundle else ("error loading config.json", "load `config.json`: cannot read")
    if not any(w in text for w in want):
        return f"bundle: {text.strip()}"
    taken = os.path.join(dirs.root, cid)
    os.makedirs(taken)
    text = run("crun", "--root", dirs.root, *argv, cwd=dirs.bundle).stdout
    os.rmdir(taken)
    return "" if f"container `{cid}` already exists" in text else f"id: {text.strip()}"


def compare_crun(dirs):
    """crun itself reads some accepted lines otherwise (-b/x, --no-pivot id): it must read their canonical form as we do."""
    for verb in ("create", "run"):
        pieces = create_pieces(dirs.bundle) + [["-b" + dirs.bundle], ["--bun", dirs.bundle], ["--config", "/c"], ["-f", "/c"]]
        lines = [[verb] + x for x in sequences(pieces, 3)]
        accepted = 0
        for line, read in zip(lines, ours(lines, "crun")):
            if "refused" in read:
                continue
            accepted += 1
            why = read_by_crun(dirs, read["canonical"], read["id"], read["bundle"])
            check(why == "", " ".join(read["canonical"]), why)
        check(accepted > 20, f"crun {verb}: enough lines are accepted", f"{accepted} of {len(lines)}")
        print(f"  {verb}: {len(lines)} lines, {accepted} accepted and their canonical form read alike by crun")


SHOW = ["/bin/busybox", "sh", "-c", "pwd; id; env | grep -v HOSTNAME; grep -E 'Cap|NoNew' /proc/self/status; echo \"$@\"", "--"]


def exec_pieces():
    return [["--cwd", "/tmp"], ["--cwd=/bin"], ["-e", "A=1"], ["--env=B=2"], ["-e", "PATH=/x"], ["-u", "5"], ["--user=5:6"],
            ["-g", "7"], ["-g=9"], ["--cap", "CAP_NET_RAW"], ["-c", "CAP_CHOWN"], ["--no-new-privs=false"],
            ["--no-new-privs"], ["-u", "4294967296"], ["-u", "0x5"], ["-t=false"], ["--"], ["--ignore-paused"]]


def compare_execs(dirs, cid):
    base = os.path.join(dirs.top, "process.json")
    with open(base, "w") as f:
        json.dump(dirs.config["process"], f)
    lines = [["exec"] + x + [cid] + SHOW + y for x in sequences(exec_pieces(), 2) for y in ([], ["--user", "0"])]
    accepted = 0
    for line, read in zip(lines, ours(lines)):
        made = run(PROBE, "process", base, *line)
        if "refused" in read or made.returncode == 3:
            continue
        accepted += 1
        doc = os.path.join(dirs.top, "made.json")
        with open(doc, "w") as f:
            f.write(made.stdout)
        by_flags = run("runc", "--root", dirs.root, *line)
        by_document = run("runc", "--root", dirs.root, "exec", "--process", doc, cid)
        check(by_flags.returncode == 0, " ".join(line), by_flags.stdout)
        check((by_flags.returncode, by_flags.stdout) == (by_document.returncode, by_document.stdout), " ".join(line),
              f"by flags: {by_flags.stdout}by document: {by_document.stdout}")
    check(accepted > 100, "exec: enough lines are accepted", f"{accepted} of {len(lines)}")
    print(f"  exec: {len(lines)} lines, {accepted} accepted; flags and documents have one effect")


def update_pieces():
    return [["--memory", "64m"], ["--memory=67108864"], ["--memory", "-1"], ["--memory-reservation", "32MB"], ["--cpu-share", "512"],
            ["--cpu-quota", "50000"], ["--cpu-period=100000"], ["--cpu-quota=-1"], ["--pids-limit", "50"],
            ["--pids-limit", "-1"], ["--pids-limit=0"], ["--cpuset-cpus", "0"], ["--memory-swap", "1GiB"], ["--memory", "1.5g"],
            ["--cpu-share", "0x200"]]


def limits(state):
    cgroups = dict(state["config"]["cgroups"])
    for name in ("name", "path", "Paths", "paths", "scope_prefix"):
        cgroups.pop(name, None)
    return cgroups


def compare_updates(dirs, by_flags, by_document):
    lines = []
    for x in sequences(update_pieces(), 2):
        lines += [["update"] + x + ["ID"], ["update", "ID"] + x]
    accepted = 0
    for line, read in zip(lines, ours(lines)):
        made = run(PROBE, "resources", *line)
        if "refused" in read or made.returncode == 3:
            continue
        accepted += 1
        one = run("runc", "--root", dirs.root, *[w.replace("ID", by_flags) if w == "ID" else w for w in line])
        two = run("runc", "--root", dirs.root, "update", "--resources", "-", by_document, stdin=made.stdout)
        check(one.returncode == two.returncode, " ".join(line), f"by flags: {one.stdout}by document: {two.stdout}")
        a, b = limits(dirs.state(by_flags)), limits(dirs.state(by_document))
        check(a == b, " ".join(line), f"by flags: {a}\n          by document: {b}")
    check(accepted > 50, "update: enough lines are accepted", f"{accepted} of {len(lines)}")
    print(f"  update: {len(lines)} lines, {accepted} accepted; flags and documents have one effect")


def compare_state(dirs, maker):
    s = dirs.state(maker)
    pid = s["init_process_pid"]
    got = json.loads(run(PROBE, "state", dirs.root, maker).stdout)
    check(got == {"bundle": os.path.join(dirs.top, "bundle-" + maker), "pid": pid, "alive": True}, "state of a real container",
          str(got))
    config = json.loads(json.dumps(dirs.config))
    for ns in config["linux"]["namespaces"]:
        if ns["type"] in ("network", "ipc"):
            ns["path"] = f"/proc/{pid}/ns/" + {"network": "net", "ipc": "ipc"}[ns["type"]]
    dirs.start("joiner", config)
    joiner = dirs.state("joiner")["init_process_pid"]
    for ns, path, want in (("net", f"/proc/{pid}/ns/net", maker), ("net", f"/proc/{joiner}/ns/net", maker),
                           ("ipc", f"/proc/{joiner}/ns/ipc", maker), ("uts", f"/proc/{joiner}/ns/uts", "joiner"),
                           ("net", "/proc/self/ns/net", "nobody"), ("pid", "/proc/self/ns/pid", "nobody")):
        got = run(PROBE, "owner", dirs.root, ns, path).stdout.strip()
        check(got == want, f"owner of {path}", got)
    # The joiner outlives the maker: the namespace is the joiner's then, and the old pid leads nowhere.
    run("runc", "--root", dirs.root, "delete", "--force", maker)
    check(run(PROBE, "owner", dirs.root, "net", f"/proc/{joiner}/ns/net").stdout.strip() == "joiner", "owner outlived")
    check("no such container" in run(PROBE, "state", dirs.root, maker).stdout, "state of a deleted container")


def main():
    if os.geteuid() != 0:
        sys.exit("differential argv: needs root")
    top = tempfile.mkdtemp(prefix="guarded-differential.", dir="/run")
    dirs = Dirs(top)
    names = ["execd", "by-flags", "by-document", "joiner"]
    try:
        compare_creates(dirs)
        compare_crun(dirs)
        for cid in names[:3]:
            dirs.start(cid)
        compare_execs(dirs, "execd")
        compare_updates(dirs, "by-flags", "by-document")
        compare_state(dirs, "execd")
    finally:
        for cid in names:
            run("runc", "--root", dirs.root, "delete", "--force", cid)
        shutil.rmtree(top)
    print(f"differential argv: {passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
