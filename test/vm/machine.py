"""A virtual machine with Debian's own kernel and nothing but what the cases need: no KVM, no disk, no
network. It boots in about two seconds and prints to its serial line."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.realpath(os.path.join(HERE, "..", ".."))
BUILD = os.environ.get("GUARDED_BUILD", os.path.join(ROOT, "build"))
PROGRAMS = ("/usr/sbin/runc", "/usr/bin/crun", "/usr/sbin/apparmor_parser", "/usr/bin/setfattr")
BOOT_SECONDS = 120  # slower than any machine that was seen


def sh(*command, **options):
    return subprocess.run(command, check=True, **options)


def out(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def install():
    """The project's packages and those of the virtual machine."""
    deps = os.path.join(ROOT, "test", "deps.sh")
    sh("sh", deps, "--quiet")
    sh("sh", deps, "--quiet", "--list", os.path.join(HERE, "packages.txt"))


def kernel(cache):
    """vmlinuz of Debian's cloud kernel; downloaded once, unpacked, never installed."""
    found = [f for f in os.listdir(cache) if f.startswith("vmlinuz-")]
    if not found:
        names = re.findall(r"Depends: (linux-image-\S+)",
                           out("apt-cache", "depends", "linux-image-cloud-amd64"))
        if not names:
            sys.exit("no linux-image-cloud-amd64 in the package lists: run apt-get update")
        with tempfile.TemporaryDirectory() as place:
            os.chmod(place, 0o755)
            sh("apt-get", "download", "-q", names[0], cwd=place, stdout=subprocess.DEVNULL,
               stderr=subprocess.DEVNULL)
            sh("dpkg", "-x", os.path.join(place, os.listdir(place)[0]), os.path.join(place, "x"))
            boot = os.path.join(place, "x", "boot")
            for name in os.listdir(boot):
                if name.startswith("vmlinuz-"):
                    shutil.copy(os.path.join(boot, name), cache)
                    found.append(name)
    return os.path.join(cache, found[0])


class Image:
    """The machine's first file system, as a directory to fill and then to pack."""

    def __init__(self, place):
        self.root = os.path.join(place, "root")
        for name in ("bin", "usr/sbin", "usr/bin", "etc", "guest/cases", "lib", "var/lib"):
            os.makedirs(os.path.join(self.root, name))
        os.symlink("usr/sbin", os.path.join(self.root, "sbin"))
        self.copy("/bin/busybox", "bin/busybox")
        self._rootfs()
        for program in PROGRAMS:
            self.program(program)
        for name in ("guarded", "guardctl"):
            self.copy(os.path.join(BUILD, name), f"usr/sbin/{name}")
        shutil.copytree(os.path.join(ROOT, "profiles"),
                        os.path.join(self.root, "usr/share/guarded/profiles"))
        self.copy(os.path.join(HERE, "guest", "init"), "init")
        os.chmod(os.path.join(self.root, "init"), 0o755)
        for name in ("run.sh", "docker-default.aa"):
            self.copy(os.path.join(HERE, "guest", name), f"guest/{name}")

    def _rootfs(self):
        """What every container gets for its root: busybox and a file that only the host may read."""
        for name in ("bin", "tmp", "proc", "dev", "sys", "etc"):
            os.makedirs(os.path.join(self.root, "guest/rootfs", name))
        self.copy("/bin/busybox", "guest/rootfs/bin/busybox")
        for name in ("sh", "cat", "chmod", "touch", "sleep", "unshare", "true", "stat"):
            os.link(os.path.join(self.root, "guest/rootfs/bin/busybox"),
                    os.path.join(self.root, "guest/rootfs/bin", name))
        self.text("guest/rootfs/secret", "hush\n")

    def copy(self, source, target):
        target = os.path.join(self.root, target.lstrip("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(source, target)

    def program(self, path):
        """A dynamic program with its interpreter and libraries, each at its own place."""
        self.copy(path, path)
        for line in out("ldd", path).splitlines():
            found = re.search(r"(/\S+) \(0x", line)
            if found:
                self.copy(found.group(1), os.path.realpath(found.group(1)))
                self.copy(found.group(1), found.group(1))

    def text(self, path, content, mode=0o644):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(path, mode)

    def pack(self, target):
        sh("sh", "-c", 'find . | cpio --quiet -o -H newc -R 0:0 | gzip -1 >"$0"', target, cwd=self.root)


def boot(vmlinuz, initrd, words):
    """Everything that the machine printed until it was off."""
    done = subprocess.run(
        ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-M", "pc", "-m", "1024", "-smp", "1",
         "-nographic", "-no-reboot", "-nodefaults", "-serial", "stdio", "-kernel", vmlinuz,
         "-initrd", initrd, "-append", f"console=ttyS0 panic=-1 quiet {words}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=BOOT_SECONDS, check=False)
    return done.stdout.decode("utf-8", "replace").replace("\r", "")


def answers(printed):
    """What each case said, with its exit status."""
    found = {}
    for name, said, status in re.findall(r"^@@begin (\S+)\n(.*?)^@@result (\d+)$", printed,
                                         re.M | re.S):
        found[name] = (said, int(status))
    return found
