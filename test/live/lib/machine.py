"""What this machine lets plain runc do. A row names the features that its attack needs; where one
is lacking, plain runc must be seen to fail, and what guarded decided is the evidence instead.

Nothing here excuses a row: it only says which of the two outcomes the control run must have."""

import contextlib
import functools
import os

from . import shell

CAPS = {"SYS_RESOURCE": 24, "SYS_ADMIN": 21, "MAC_ADMIN": 33, "SYS_MODULE": 16}


def _bounding(number):
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("CapBnd"))
    return bool(int(line.split()[1], 16) >> number & 1)


def _mounted(kind):
    with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as table:
        return any(f" - {kind} " in line for line in table)


def _locked_down():
    with contextlib.suppress(OSError):
        with open("/sys/kernel/security/lockdown", encoding="ascii") as file:
            return "[none]" not in file.read()
    return "lockdown" in shell.run(["cat", "/sys/kernel/security/lsm"]).out


def _ext4():
    return shell.must("stat", "-f", "-c", "%T", "/var/lib").out.strip() in ("ext2/ext3", "xfs")


def _x32():
    probe = shell.run(["/bin/sh", "-c", "zgrep -q CONFIG_X86_X32_ABI=y /proc/config.gz || "
                       "grep -qs CONFIG_X86_X32_ABI=y /boot/config-$(uname -r)"])
    return probe.ok


FEATURES = {
    "cap:SYS_RESOURCE": ("the host itself lacks CAP_SYS_RESOURCE, so runc cannot give it or raise a "
                         "limit", lambda: _bounding(CAPS["SYS_RESOURCE"])),
    "cgroup1": ("no cgroup v1 hierarchy is mounted", lambda: _mounted("cgroup")),
    "x32": ("the kernel has no x32 calls", _x32),
    "runc>=1.2": ("runc here is older than 1.2 and ignores this field", lambda: _runc() >= (1, 2)),
    "runc>=1.4": ("runc here is older than 1.4 and ignores this field", lambda: _runc() >= (1, 4)),
    "runc<1.1.12": ("runc here has the fix for CVE-2024-21626", lambda: not _fixed_cwd()),
    "apparmor": ("the kernel has no AppArmor",
                 lambda: os.path.isdir("/sys/kernel/security/apparmor")),
    "kcore": ("no /proc/kcore here", lambda: os.path.exists("/proc/kcore")),
    "criu": ("criu does not work on this kernel", lambda: shell.run(["criu", "check"]).ok),
    "modprobe": ("a kernel without modules", lambda: os.path.exists("/proc/sys/kernel/modprobe")),
    "uevent_helper": ("a kernel without uevent_helper",
                      lambda: os.path.exists("/sys/kernel/uevent_helper")),
    "resctrl": ("the processor's cache cannot be shared out here", lambda: _mounted("resctrl")),
    "selinux": ("SELinux is off", lambda: os.path.isdir("/sys/fs/selinux/booleans")),
    "cgroup2": ("cgroup v2 is not the only hierarchy", lambda: not _mounted("cgroup")),
    "debugfs": ("the kernel is locked down: debugfs stays closed", lambda: not _locked_down()),
    "tun": ("no /dev/net/tun here", lambda: os.path.exists("/dev/net/tun")),
    "timer_list": ("no /proc/timer_list here", lambda: os.path.exists("/proc/timer_list")),
    "handle": ("file handles of the root directory are not known for this file system", _ext4),
    "sysrq": ("no sysrq in this kernel", lambda: os.path.exists("/proc/sysrq-trigger")),
}


@functools.lru_cache(None)
def _runc():
    words = shell.must("runc", "--version").out.split()
    return tuple(int(part) for part in words[2].split("+")[0].split("-")[0].split(".")[:3])


def _fixed_cwd():
    """Debian carries the fix in 1.1.5+ds1-1+deb12u1."""
    version = shell.run(["dpkg-query", "-W", "-f", "${Version}", "runc"]).out
    return _runc() >= (1, 1, 12) or "deb12u" in version


@functools.lru_cache(None)
def has(feature):
    return FEATURES[feature][1]()


def lacking(features):
    """The reasons, one for each feature that this machine does not have."""
    return [FEATURES[name][0] for name in features if not has(name)]
