"""A root file system made of Debian packages, as one layer's tar: what `apt-get` resolves and
verifies for an empty system, unpacked without running maintainer scripts.

Made once and kept in a directory that only root can enter; a second run reads it from there."""

import contextlib
import fcntl
import fnmatch
import glob
import hashlib
import io
import os
import shutil
import subprocess
import tarfile

from . import say, shell

CACHE = "/var/cache/guarded-test"

# What the services need; apt finds the rest. gosu and setpriv (util-linux) drop privileges.
PACKAGES = ("base-files base-passwd bash coreutils dash findutils grep sed util-linux gosu curl gzip "
            "nginx-light redis-server postgresql memcached python3 python3-psycopg2").split()

# Unpacked for nothing: compilers of queries, translations, what maintainer scripts would have used.
SKIPPED = ("libllvm* libz3-* locales libc-l10n perl perl-base perl-modules-* libperl5* lib*-perl "
           "dpkg iproute2 postgresql-common postgresql-client-common openssl debconf adduser ucf "
           "usrmerge gcc-*-base ssl-cert").split()
PRUNED = ("usr/share/doc/* usr/share/man/* usr/share/locale/* usr/share/info/* usr/share/lintian/* "
          "usr/share/bash-completion/* usr/share/zoneinfo/[!U]* usr/lib/*/gconv/* usr/lib/*/perl* "
          "*/llvmjit/* */__pycache__/* usr/share/postgresql/*/man/* usr/share/perl*").split()
MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")    # now below /usr


@contextlib.contextmanager
def _locked(path):
    with open(path, "w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def layer():
    """The path of the layer's tar."""
    os.makedirs(CACHE, mode=0o700, exist_ok=True)
    os.chmod(CACHE, 0o700)
    with open(__file__, "rb") as source, open("/etc/os-release", "rb") as release:
        key = hashlib.sha256(source.read() + release.read()).hexdigest()[:16]
    path = f"{CACHE}/debian-{key}.tar"
    with _locked(f"{CACHE}/lock"):
        if not os.path.exists(path):
            for old in glob.glob(f"{CACHE}/debian-*"):
                os.unlink(old)
            say.step("making the Debian layer (once; kept in " + CACHE + ")")
            debs = f"{CACHE}/debs"
            try:
                _download(debs)
                _merge(sorted(glob.glob(debs + "/*.deb")), path + ".new")
            finally:
                shutil.rmtree(debs, ignore_errors=True)
            os.rename(path + ".new", path)
    return path


def _download(target):
    """The packages and all they depend on, for a system that has none."""
    os.makedirs(target + "/partial", exist_ok=True)
    status = target + "/status"
    with open(status, "w", encoding="ascii"):
        pass
    apt = ["apt-get", "-qq", "-y", "-o", "Dir::State::status=" + status,
           "-o", "Dir::Cache::archives=" + target, "-o", "Debug::NoLocking=1",
           "-o", "APT::Install-Recommends=false", "-o", "APT::Sandbox::User=root",
           "--download-only", "install", *PACKAGES]
    if not shell.run(apt, timeout=300).ok:
        shell.run(["apt-get", "-qq", "update"], timeout=300)
        shell.must(*apt, timeout=300)


def _wanted(deb):
    name = os.path.basename(deb).split("_")[0]
    return not any(fnmatch.fnmatchcase(name, pattern) for pattern in SKIPPED)


def _place(name):
    """Where a member of a package goes: /bin and its like are links into /usr."""
    name = name.lstrip("./").rstrip("/")
    if name.startswith("var/run/"):
        return name[4:]
    return "usr/" + name if name.split("/")[0] in MERGED else name


def _merge(debs, path):
    made = {""}
    with tarfile.open(path, "w") as out:
        for name in MERGED:
            if name in ("bin", "sbin", "lib", "lib64"):
                _link(out, name, "usr/" + name)
            made |= {"usr/" + name, name}
            _directory(out, "usr/" + name)
        for name in ("dev", "proc", "sys", "run", "tmp"):
            _directory(out, name, 0o1777 if name == "tmp" else 0o755)
            made.add(name)
        _directory(out, "var")
        _link(out, "var/run", "/run")
        made |= {"var", "var/run"}
        for deb in filter(_wanted, debs):
            _unpack(deb, out, made)
        _link(out, "usr/bin/awk", "mawk")
        _accounts(debs, out)


def _unpack(deb, out, made):
    unpacker = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE)
    with tarfile.open(fileobj=unpacker.stdout, mode="r|") as data:
        for member in data:
            name = _place(member.name)
            if name in made or any(fnmatch.fnmatchcase(name, p) for p in PRUNED):
                continue
            made.add(name)
            content = data.extractfile(member) if member.isreg() else None
            member.name = name
            if member.islnk():
                member.linkname = _place(member.linkname)
            member.pax_headers = {}
            out.addfile(member, content)
    if unpacker.wait() != 0:
        raise shell.Failed(f"cannot unpack {deb}")


def _accounts(debs, out):
    """base-passwd's master files, which its maintainer script would have copied."""
    deb = next(d for d in debs if os.path.basename(d).startswith("base-passwd_"))
    files = subprocess.run(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE,
                           check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(files)) as data:
        for name in ("passwd", "group"):
            text = data.extractfile(f"./usr/share/base-passwd/{name}.master").read()
            add(out, "etc/" + name, text.replace(b":*:", b":x:"))


def _directory(out, name, mode=0o755):
    add(out, name, kind=tarfile.DIRTYPE, mode=mode)


def _link(out, name, target):
    add(out, name, kind=tarfile.SYMTYPE, mode=0o777, link=target)


def add(out, name, data=b"", mode=0o644, kind=tarfile.REGTYPE, link="", owner=(0, 0)):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.size, info.linkname = kind, mode, len(data), link
    info.uid, info.gid = owner
    out.addfile(info, io.BytesIO(data))
