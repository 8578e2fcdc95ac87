"""Images from the machine itself: busybox-static and the probe, as a docker archive that docker,
ctr and podman all load. No registry is ever asked."""

import hashlib
import io
import json
import os
import tarfile

from . import shell

BUSYBOX = "/bin/busybox"
PROBE = os.path.join(os.path.dirname(__file__), "..", "probe")
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

PASSWD = "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n"
GROUP = "root:x:0:\ndisk:x:6:\nalice:x:1000:\n"


def build_probe(site):
    """The static program that does inside what a shell cannot."""
    target = os.path.join(site.path("probe"), "probe")
    if not os.path.exists(target):
        sources = sorted(os.path.join(PROBE, f) for f in os.listdir(PROBE) if f.endswith(".c"))
        shell.must("gcc", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-O1",
                   "-static", "-o", target, *sources)
    return target


def _layer(probe):
    """The layer's tar: directories, busybox with its links, the probe, accounts."""
    applets = shell.must(BUSYBOX, "--list").out.split()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in ("bin", "dev", "etc", "home", "proc", "root", "srv", "sys", "usr", "var"):
            _add(tar, name, tarfile.DIRTYPE, 0o755)
        _add(tar, "tmp", tarfile.DIRTYPE, 0o1777)
        _add(tar, "home/alice", tarfile.DIRTYPE, 0o755)
        for name, text in (("etc/passwd", PASSWD), ("etc/group", GROUP)):
            _add(tar, name, data=text.encode())
        for name, source in (("bin/busybox", BUSYBOX), ("bin/probe", probe)):
            with open(source, "rb") as file:
                _add(tar, name, data=file.read(), mode=0o755)
        for applet in applets:
            if applet not in ("busybox", "probe"):
                _add(tar, "bin/" + applet, tarfile.SYMTYPE, 0o777, link="busybox")
    return buffer.getvalue()


def _add(tar, name, kind=tarfile.REGTYPE, mode=0o644, data=b"", link=""):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.size, info.linkname = kind, mode, len(data), link
    tar.addfile(info, io.BytesIO(data))


def archive(path, layer, images):
    """Writes a docker archive. images: reference -> config (Cmd, Env, User, ...)."""
    digest = hashlib.sha256(layer).hexdigest()
    files, manifest = {f"{digest}.tar": layer}, []
    for reference, config in images.items():
        document = json.dumps({
            "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine],
            "os": "linux", "created": "2026-01-01T00:00:00Z",
            "config": {"Env": [PATH], "Cmd": ["/bin/sh"], **config},
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]},
        }).encode()
        name = hashlib.sha256(document).hexdigest() + ".json"
        files[name] = document
        manifest.append({"Config": name, "RepoTags": [reference], "Layers": [f"{digest}.tar"]})
    files["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(path, "w") as tar:
        for name, data in files.items():
            _add(tar, name, data=data)


IMAGES = {
    "probe:1": {},
    "pause:1": {"Entrypoint": ["/bin/sleep", "100000"], "Cmd": None},
    "alice:1": {"User": "1000:1000"},
    "volume:1": {"Volumes": {"/data": {}}},
}


def standard(site):
    """The archive that the tests share; made once a run."""
    path = os.path.join(site.path("images"), "probe.tar")
    if not os.path.exists(path):
        archive(path, _layer(build_probe(site)), IMAGES)
    return path


def unpack(site, target):
    """The same root as a plain directory, for bundles made by hand."""
    with tarfile.open(standard(site)) as tar:
        name = next(n for n in tar.getnames() if n.endswith(".tar"))
        with tarfile.open(fileobj=tar.extractfile(name)) as layer:
            layer.extractall(target)


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)
