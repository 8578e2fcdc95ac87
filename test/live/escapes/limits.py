"""Limits: asked for at the start, lifted later, or got around by choosing one's cgroup."""

import os

from lib import shell
from lib.makers import run, start, update, updated
from lib.rows import says

LIFT = "lift a limit"
PLACE = "choose one's own cgroup"
HUGE = 1 << 40


def number(text):
    return HUGE if text == "max" or text == "-1" else int(text)


def pids(attempt, _text=None):
    """More processes than the policy gives."""
    return number(attempt.cgroup("pids", "pids.max", "pids.max")) > 200


def memory(attempt, _text=None):
    return number(attempt.cgroup("memory", "memory.limit_in_bytes", "memory.max")) > 256 << 20


def cpus(attempt, _text=None):
    """More than one processor's time."""
    if os.path.isdir("/sys/fs/cgroup/cpu"):
        quota = number(attempt.cgroup("cpu", "cpu.cfs_quota_us", ""))
        period = int(attempt.cgroup("cpu", "cpu.cfs_period_us", ""))
    else:
        words = attempt.cgroup("", "", "cpu.max").split()
        quota, period = number(words[0]), int(words[1])
    return quota > period


def loose(attempt, _text=None):
    """Above 64 processes: what the bundle was started with."""
    return number(attempt.cgroup("pids", "pids.max", "pids.max")) > 64


def killer_off(attempt, _text=None):
    return "oom_kill_disable 1" in attempt.cgroup("memory", "memory.oom_control", "none")


def placed(word):
    def proof(attempt, _text):
        with open(f"/proc/{attempt.pid}/cgroup", encoding="ascii") as lines:
            return any(f":{attempt.fill(word)}" in line for line in lines)
    return proof


def foreign(attempt):
    """A container whose cgroup the attacker would like to share."""
    attempt.calm(name=attempt.id + "o")
    attempt.words["other"] = attempt.world.docker.inspect(attempt.id + "o", "{{.Id}}")


def forget_parent(attempt):
    for root in ("/sys/fs/cgroup", *(e.path for e in os.scandir("/sys/fs/cgroup") if e.is_dir())):
        path = os.path.join(root, "system-" + attempt.id)
        attempt.callback(lambda p=path: shell.run(["rmdir", p]) if os.path.isdir(p) else None)


LIMITS = {"profile": "limits"}
BIG = '{"pids":{"limit":%s}}'

ROWS = [
    start("--pids-limit -1", LIFT, pids, **LIMITS),
    start("--pids-limit 100000", LIFT, pids, **LIMITS),
    start("", LIFT, pids, name="(nothing), processes", **LIMITS),
    start("--memory 8g", LIFT, memory, **LIMITS),
    start("", LIFT, memory, name="(nothing), memory", **LIMITS),
    start("--cpus 2", LIFT, cpus, **LIMITS),
    start("--memory 64m --oom-kill-disable", "never be killed for memory", killer_off,
          needs=("cgroup1",)),
    start("--oom-score-adj -900", "never be killed for memory", lambda a, t: int(open(
        f"/proc/{a.pid}/oom_score_adj").read()) < 0, needs=("cap:SYS_RESOURCE",)),
    run("--shm-size 1g", LIFT, "df -m /dev/shm | awk 'NR==2 && $2>64 {print \"BI\" \"GGER\"}'",
        says("BIGGER"), **LIMITS),
    run("--ulimit nofile=9999999:9999999", LIFT, "ulimit -n", says("9999999"),
        needs=("cap:SYS_RESOURCE",), **LIMITS),
    start("--cgroup-parent /system-{id}", PLACE, placed("/system-{id}"), before=forget_parent),
    start("--cgroup-parent /docker/{other}", "share another container's cgroup",
          placed("/docker/{other}"), before=foreign, needs=("cgroup1",)),
    update("--pids-limit -1", LIFT, pids, container="--pids-limit 100", **LIMITS),
    update("--pids-limit 100000", LIFT, pids, container="--pids-limit 100", **LIMITS),
    update("--memory 8g --memory-swap 8g", LIFT, memory, container="--memory 64m", **LIMITS),
    update("--cpus 2", LIFT, cpus, container="--cpus 0.5", **LIMITS),
    update("--cpu-quota -1", LIFT, cpus, container="--cpus 0.5", **LIMITS),
    updated("update --pids-limit -1", LIFT, ["--pids-limit", "-1"], loose, profile="limits64"),
    updated("update --pids-limit=0x1000", LIFT, ["--pids-limit=0x1000"], loose,
            profile="limits64"),
    updated("update --resources FILE", LIFT, ["--resources", "{resources}"], loose,
            resources=BIG % "-1", profile="limits64"),
    updated("update -r FILE", LIFT, ["-r", "{resources}"], loose, resources=BIG % "99999",
            profile="limits64"),
    updated("update --resources - (standard input)", LIFT, ["--resources", "-"], loose,
            stdin=BIG % "-1", profile="limits64"),
    updated("update --resources - with a second key in capitals", LIFT, ["--resources", "-"], loose,
            stdin='{"pids":{"limit":32},"PIDS":{"limit":-1}}', profile="limits64"),
    updated("update --resources - with the key twice", LIFT, ["--resources", "-"], loose,
            stdin='{"pids":{"limit":32},"pids":{"limit":-1}}', profile="limits64"),
    updated("update --resources - with more after the end", LIFT, ["--resources", "-"], loose,
            stdin='{"pids":{"limit":-1}} {"pids":{"limit":32}}', profile="limits64"),
    updated("update ID --pids-limit -1 (flags behind the name)", LIFT,
            ["--pids-limit", "32", "--pids-limit", "-1"], loose, profile="limits64"),
    updated("update --memory -1", LIFT, ["--memory", "-1", "--memory-swap", "-1"], memory,
            limits={"memory": {"limit": 64 << 20, "swap": 64 << 20}}, **LIMITS),
    updated("update --cpu-quota -1", LIFT, ["--cpu-quota", "-1"], cpus,
            limits={"cpu": {"quota": 50000, "period": 100000}}, **LIMITS),
    updated("update --l3-cache-schema", "take the processor's cache",
        ["--l3-cache-schema", "L3:0=ffff"],
            lambda a, text: "@ran" in text, needs=("resctrl",)),
    run("--pids-limit 100 --cap-add SYS_ADMIN", "raise one's own limit from inside", "d=$(ls -d "
        "/sys/fs/cgroup/pids /sys/fs/cgroup | head -1); mount -o remount,rw $d; echo max > $d/pids.max "
        "&& echo WRO''TE", says("WROTE"), name="--cap-add SYS_ADMIN, pids.max"),
]
