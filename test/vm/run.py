#!/usr/bin/python3
"""guarded in virtual machines: AppArmor, SELinux, control groups of version 2 and crun, which a test
machine seldom has all of. Needs root for the packages only; installs what is missing."""

import concurrent.futures
import json
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cases  # noqa: E402
import machine  # noqa: E402

PREPARE = {
    "apparmor": "apparmor_parser -K -r /guest/docker-default.aa\n",
    "selinux": "mount -t selinuxfs none /sys/fs/selinux\ncat /guest/policy.33 >/sys/fs/selinux/load\necho 1 >/sys/fs/selinux/enforce\n",
}
BOOT_WORDS = {"apparmor": "apparmor=1 security=apparmor", "selinux": "security=selinux"}


def configure(image, module):
    """One configuration of guarded for every way in which a case runs."""
    asked = {"asked": {"replace": "rewrite"}}
    for name, runtime, controls in (
            ("baseline", "/usr/sbin/runc", {}),
            ("crun", "/usr/bin/crun", {}),
            ("rewrite", "/usr/sbin/runc", {"apparmor": asked, "selinux": asked, "seccomp": asked}),
            ("rewrite-crun", "/usr/bin/crun", {"seccomp": asked}),
            ("require", "/usr/sbin/runc", {module: {"require": True}})):
        home = f"etc/guarded/{name}"
        image.text(f"{home}/guarded.json", json.dumps({
            "runtime": runtime, "policyDir": f"/{home}/policy.d",
            "profileDir": "/usr/share/guarded/profiles", "applied": f"/{home}/applied",
            "audit": {"file": f"/{home}/audit.jsonl"}}))
        image.text(f"{home}/policy.d/10-default.json", json.dumps({
            "version": 1, "name": "default", "extends": ["baseline"], "match": {},
            "controls": controls}))


def build(place, module, table):
    image = machine.Image(place)
    image.text("guest/prepare.sh", PREPARE[module])
    if module == "selinux":
        policy = os.path.join(image.root, "guest", "policy.33")
        machine.sh("secilc", "-M", "true", "-c", "33", "-o", policy, "-f", "/dev/null",
                   os.path.join(machine.HERE, "guest", "tiny.cil"))
    configure(image, module)
    for case in table:
        image.text(f"guest/cases/{case.name}.sh", case.script + "\n")
        if case.document:
            image.text(f"guest/cases/{case.name}.json", json.dumps(case.document))
    initrd = os.path.join(place, "initrd.gz")
    image.pack(initrd)
    return initrd


def printed_by(vmlinuz, module, table):
    with tempfile.TemporaryDirectory() as place:
        return machine.boot(vmlinuz, build(place, module, table), BOOT_WORDS[module])


def judge(module, table, printed):
    """How many cases passed and failed."""
    with open(os.path.join(machine.BUILD, "vm", f"{module}.log"), "w", encoding="utf-8") as log:
        log.write(printed)
    said, passed = machine.answers(printed), 0
    if len(said) < len(table):
        print("\n".join(printed.splitlines()[-15:]))
    for case in table:
        wrong = case.judge(said.get(case.name))
        passed += not wrong
        print(f"  {'ok    ' if not wrong else 'FAILED'}  {module}: {case.name}")
        for sentence in wrong:
            print(f"          {sentence}")
        for line in said.get(case.name, ("", 0))[0].splitlines() if wrong else ():
            print(f"          | {line}")
    return passed, len(table) - passed


def main():
    machine.install()
    if not all(os.access(os.path.join(machine.BUILD, p), os.X_OK) for p in ("guarded", "guardctl")):
        sys.exit(f"{machine.BUILD}/guarded and guardctl are not there: run make first")
    cache = os.path.join(machine.BUILD, "vm")
    os.makedirs(cache, exist_ok=True)
    vmlinuz = machine.kernel(cache)
    tables = {"apparmor": cases.APPARMOR, "selinux": cases.SELINUX}
    with concurrent.futures.ThreadPoolExecutor() as pool:  # a machine uses one processor
        prints = {m: pool.submit(printed_by, vmlinuz, m, t) for m, t in tables.items()}
        total = [judge(m, t, prints[m].result()) for m, t in tables.items()]
    passed, failed = (sum(t[i] for t in total) for i in (0, 1))
    print(f"vm: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
