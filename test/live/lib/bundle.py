"""Bundles made by hand, for the runtime without an engine: the only way to give it a document that
no engine would write."""

import json
import os
import shutil

from . import images, shell
from .images import PATH

CAPS = ["CAP_" + c for c in (
    "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE "
    "SYS_CHROOT KILL AUDIT_WRITE").split()]

MASKED = ["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
          "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
          "/sys/firmware"]
READONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]


def document(command):
    """What an engine would write for an ordinary container; seccomp is left to the policy."""
    return {
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": 0, "gid": 0}, "args": command, "cwd": "/", "env": [PATH],
            "capabilities": {k: list(CAPS) for k in ("bounding", "effective", "permitted")},
        },
        "root": {"path": "rootfs"},
        "hostname": "bundle",
        "mounts": [
            mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
            mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance",
                  "ptmxmode=0666", "mode=0620"),
            mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
        ],
        "linux": {
            "resources": {"devices": [{"allow": False, "access": "rwm"}]},
            "namespaces": [{"type": t} for t in ("pid", "network", "ipc", "uts", "mount")],
            "maskedPaths": list(MASKED), "readonlyPaths": list(READONLY),
        },
    }


def mount(destination, kind, source, *options):
    return {"destination": destination, "type": kind, "source": source, "options": list(options)}


class Bundles:
    """Makes bundle directories below /run, where only root can write."""

    def __init__(self, site):
        self.site = site
        self.rootfs = site.runpath("rootfs")
        self.state = site.runpath("runtime")
        images.unpack(site, self.rootfs)

    def make(self, name, content):
        """content: a document, or the text of config.json. The root is a tree of hard links: a root
        of the bundle's own, which a bind mount of a shared one would not be."""
        home = self.site.runpath("bundles", name, mode=0o711)
        shell.must("cp", "-al", self.rootfs, os.path.join(home, "rootfs"))
        with open(os.path.join(home, "config.json"), "w", encoding="utf-8",
                  errors="surrogateescape") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
        return home

    def runtime(self, exe, *args, **options):
        return shell.run([exe, "--root", self.state, *args], **options)

    def clear(self, exe, name):
        self.runtime(exe, "delete", "--force", name, timeout=15)
        shutil.rmtree(os.path.join(self.site.run, "bundles", name), ignore_errors=True)
