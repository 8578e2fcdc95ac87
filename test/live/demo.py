#!/usr/bin/python3
"""The main job, shown: a real dockerd with guarded in front of runc, and what it does with what
people type. Exit 0 only if every verdict is the expected one. Needs root; touches nothing of the
machine's own Docker."""

import os
import re
import stat
import sys
import textwrap

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from lib import guard, images, packages, rows, say, shell, site  # noqa: E402
from lib.docker import Docker  # noqa: E402

POLICY = """{
	// What this demonstration runs under: the shipped baseline, and one limit.
	"version": 1,
	"name": "demo",
	"extends": ["baseline"],
	"match": {},
	"controls": {
		"resources": { "pids": { "default": 200, "max": 200 } }
	}
}
"""

RUNS, CHANGED, REFUSED = "runs", "changed", "refused"
SHARE, SOCKET, VOLUME, WEB = "/srv/shared", "/var/run/docker.sock", "etc", "web"


class Step:
    """One line of the table. argv is what somebody types; {words} stand for this demonstration's own
    paths, `shown` for the paths that people know. proof(stage) -> what is wrong, or None."""

    def __init__(self, shown, expected, *argv, proof=None):
        self.shown, self.expected, self.argv, self.proof = shown, expected, argv, proof


def run(flags, expected, *command, proof=None, image="probe:1", name=None):
    words = [w for w in flags.split() if w]
    shown = "docker run " + " ".join([*words, "IMAGE", *([name] if name else command)])
    return Step(shown, expected, "run", "--rm", *words, image, *command, proof=proof)


def no_setuid(stage):
    """Root's own chmod inside must have failed, and nothing with the bit may lie on the host."""
    for name in os.listdir(stage.share):
        if os.lstat(os.path.join(stage.share, name)).st_mode & (stat.S_ISUID | stat.S_ISGID):
            return f"{name} is set-uid on the host"
    return None if os.listdir(stage.share) else "the container could not write at all"


def limited(stage):
    """The running container has its limit still."""
    pid = stage.docker.pid(WEB)
    with open(f"/proc/{pid}/cgroup", encoding="ascii") as lines:
        places = [line.strip().split(":", 2)[1:] for line in lines]
    for names, place in places:
        root = "/sys/fs/cgroup/pids" if names == "pids" else "/sys/fs/cgroup"
        path = f"{root}{place}/pids.max"
        if names in ("pids", "") and os.path.exists(path):
            with open(path, encoding="ascii") as file:
                return None if file.read().strip() != "max" else "the limit is gone"
    return "no limit found"


STEPS = [
    run("", CHANGED, "echo", "hello"),
    run("--user 1000 --cap-drop ALL --read-only", CHANGED, "id"),
    Step(f"docker run -d --name {WEB} --restart always IMAGE", CHANGED, "run", "-d", "--name", WEB,
         "--restart", "always", "probe:1", "sleep", "1000", proof=limited),
    run("--privileged", REFUSED, "sh"),
    run("--network host", REFUSED, "sh"),
    run("--pid host", REFUSED, "kill", "-l"),
    run("-v /:/host", REFUSED, "ls", "/host/root"),
    run(f"-v {SOCKET}:/s", REFUSED, "sh"),
    Step(f"docker run -v {VOLUME}:/v IMAGE, a volume whose device is /etc", REFUSED, "run", "--rm",
         "-v", VOLUME + ":/v", "probe:1", "ls", "/v/passwd"),
    run("--cap-add SYS_ADMIN", REFUSED, "sh"),
    run("--security-opt seccomp=unconfined", REFUSED, "sh"),
    run("--device /dev/kmsg", REFUSED, "sh"),
    run("--pids-limit -1", CHANGED, "sh", "-c", "cat /sys/fs/cgroup/pids/pids.max || cat "
        "/sys/fs/cgroup/pids.max", name="cat pids.max", proof=lambda stage: None if
        stage.last.strip().endswith("200") else "no limit was given"),
    run(f"-v {SHARE}:/x", CHANGED, "sh", "-c", "cp /bin/busybox /x/p; chmod 4755 /x/p; stat -c "
        "'%A %U %n' /x/p",
        name="chmod 4755 /x/p", proof=no_setuid),
    Step(f"docker exec {WEB} id", CHANGED, "exec", WEB, "id"),
    Step(f"docker exec --privileged {WEB} sh", REFUSED, "exec", "--privileged", WEB, "sh"),
    Step(f"docker update --pids-limit 100 {WEB}", RUNS, "update", "--pids-limit", "100", WEB),
    Step(f"docker update --pids-limit -1 {WEB}", REFUSED, "update", "--pids-limit", "-1", WEB,
         proof=limited),
    Step(f"docker stop {WEB}", RUNS, "stop", "-t", "1", WEB),
]


class Stage:
    """The engine, the policy, and what was recorded."""

    def __init__(self, place):
        self.place = place
        self.share, self.usual = place.path("shared"), []
        self.guard = guard.Guard(place, "demo", {"10-demo.json": POLICY}, bindRoots=[self.share])
        self.guard.apply()
        say.step("starting a private dockerd with guarded as its default runtime")
        self.docker = Docker(place, {"guarded": self.guard.exe}, default="guarded").start()
        self.docker.load(images.standard(place))
        self.docker("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/etc",
            VOLUME,
                    check=True)

    def play(self, step):
        """Runs one step; answers (verdict, reason, change)."""
        before = len(self.guard.records())
        words = [w.replace(SOCKET, self.docker.socket).replace(SHARE, self.share)
                 for w in step.argv]
        done = self.docker(*words, timeout=40)
        records = self.guard.records()[before:]
        record = records[0] if records else {}
        self.last = done.text
        found = rows.REFUSED.search(done.text)
        if found:
            reason = self.known(found[1].split(": ", 1)[-1])
            return REFUSED, f"{reason} ({found[2]})", "nothing started", record
        if not done.ok:
            return "broken", done.text.strip().splitlines()[-1], "", record
        changed = self.news(changes(record))
        said = done.out.strip().splitlines()
        said = said[-1] if said and not re.fullmatch("[0-9a-f]{64}", said[-1]) else ""
        return (CHANGED if changed else RUNS), said, changed, record

    def news(self, changed):
        """Every ordinary container is changed in the same few ways: told in full the first time."""
        if not self.usual:
            self.usual = changed
            return "; ".join(changed)
        rest = [item for item in changed if item not in self.usual]
        return "; ".join(rest + ["as the first"] * (len(rest) < len(changed)))

    def known(self, text):
        """With the paths that people know."""
        return text.replace(self.docker.socket, SOCKET).replace(self.share, SHARE)


# What a rewrite did, in a few words: control -> pointer's beginning -> words. {value}, {wanted} and
# {key} (the pointer's last word but one) are the finding's.
WORDS = {
    "setId": {"/process/capabilities": "no set-id files: without {value}",
              "/linux/seccomp": "set-id bits filtered"},
    "exec": {"/process/capabilities": "the container's own capabilities"},
    "paths": {"/linux/maskedPaths": "hidden: {value}",
    "/linux/readonlyPaths": "read-only: {value}"},
    "resources": {"/linux/resources": "{key}: {wanted}"},
    "mounts": {"/mounts": ""},      # a rewrite there waits for setId, which has its own words
    "capabilities": {"/process/capabilities": "without {value}"},
    "noNewPrivileges": {"": "no new privileges"},
    "seccomp": {"": "a filter is set"},
}


def changes(record):
    """What guarded changed, a phrase each; the same change for two controls is one."""
    said = []
    findings = [f for f in record.get("findings", []) if f["action"] == "rewrite"]
    own = {f["pointer"] for f in findings if f["control"] == "exec"}
    for finding in findings if record.get("verdict") == "conformed" else []:
        if finding["control"] == "setId" and finding["pointer"] in own:
            continue
        words = next((w for start, w in WORDS.get(finding["control"], {}).items()
                      if finding["pointer"].startswith(start)), finding["control"])
        said.append(words.format(value=finding.get("value", "").replace("'", "")
                                 .removeprefix("without "), wanted=finding.get("wanted", ""),
                                 key=finding["pointer"].split("/")[-2]))
    return list(dict.fromkeys(filter(None, said)))


# -- the table -----------------------------------------------------------------------------------

def columns():
    """Widths of command, verdict, reason and change, for this terminal."""
    room = say.width(90) - 8 - 3 * 2
    return int(room * 0.32), 8, int(room * 0.38), room - int(room * 0.32) - int(room * 0.38)


def line(*cells, style=None):
    widths = columns()
    wrapped = [textwrap.wrap(cell, width, break_on_hyphens=False) or [""]
               for cell, width in zip(cells, widths)]
    for number in range(max(map(len, wrapped))):
        parts = [(lines[number] if number < len(lines) else "").ljust(width)
                 for lines, width in zip(wrapped, widths)]
        if number == 0 and style:
            parts[1] = say.paint(parts[1], style)
        print("  ".join(parts).rstrip(), flush=True)


STYLE = {RUNS: "ok", CHANGED: "changed", REFUSED: "refused"}

NEXT = """
What to do next
  make && sudo make install        programs, profiles, pages; the default policy, applied
  man 8 guarded                    how to register it with Docker, containerd and Podman
  guardctl check BUNDLE            what would happen, without starting anything
  guardctl why ID                  all about one decision, as above
  sudo make test                   escapes and ordinary use on real engines, and the rest
"""


def main():
    if os.geteuid() != 0:
        sys.exit("the demonstration starts a real engine: run it as root")
    packages.install()
    if not guard.built():
        sys.exit(f"{guard.BUILD}/guarded and guardctl are not there: run make first")
    wrong, asked = [], ""
    with site.Site() as place:
        stage = Stage(place)
        print()
        line("what was asked", "verdict", "what it says, and the control", "what changed")
        line(*["-" * width for width in columns()])
        for step in STEPS:
            verdict, reason, change, record = stage.play(step)
            problem = step.proof(stage) if step.proof else None
            if verdict != step.expected or problem:
                wrong.append(f"{step.shown}: {problem or f'expected {step.expected}'}\n"
                             + stage.last.strip()[-300:])
            line(step.shown, verdict, reason, change, style=STYLE.get(verdict, "FAIL"))
            if step.shown.startswith("docker update") and verdict == REFUSED:
                asked = record.get("id", "")
        if asked:
            print(f"\n$ guardctl why {asked}\n" + stage.guard.ctl("why", asked).text.strip())
    print(NEXT)
    for problem in wrong:
        print(say.paint("FAIL") + " " + problem)
    say.closing(len(STEPS) - len(wrong), len(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except shell.Failed as failure:
        sys.exit(f"demo: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
