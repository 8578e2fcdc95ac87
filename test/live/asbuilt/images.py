"""Images that differ in what they declare: one layer with busybox, a dynamic program that tells what it
sees (`tell`), a library of its own, and a script around it (`start`)."""

import hashlib
import io
import json
import os
import re
import tarfile

from lib import images, shell
from lib.images import PATH

FILES = os.path.join(os.path.dirname(__file__), "files")
START = "#!/bin/sh\nexec /usr/bin/tell \"$@\"\n"
LIBRARY = "usr/lib/libtell.so.1"

# What every image here declares, where it says nothing else.
DECLARED = {
    "Entrypoint": ["/usr/bin/start"], "Cmd": ["declared"],
    "Env": [PATH, "MODE=declared", "KEEP=1"], "User": "alice", "WorkingDir": "/srv",
    "Volumes": {"/data": {}}, "ExposedPorts": {"8080/tcp": {}}, "Labels": {"team": "web"},
}
HEALTH = {"Test": ["CMD", "/usr/bin/tell", "health"], "Interval": 10**9, "Timeout": 5 * 10**9,
          "Retries": 100}
IMAGES = {
    "web:1": {},
    "stay:1": {"Cmd": ["stay"]},
    "numbers:1": {"User": "1000:1000"},
    "path:1": {"Entrypoint": ["tell"]},                 # looked up in PATH; dynamic
    "relative:1": {"Entrypoint": ["./tell"], "WorkingDir": "/usr/bin"},
    "linked:1": {"Entrypoint": ["/opt/run"]},           # a link to a link to the script
    "healthy:1": {"Cmd": ["stay"], "Healthcheck": HEALTH},
    "shellhealthy:1": {"Cmd": ["stay"], "Healthcheck": {
        **HEALTH, "Test": ["CMD-SHELL", "/usr/bin/tell shell"]}},
    "bare:1": {"Entrypoint": None, "Cmd": ["/usr/bin/tell", "declared"], "Env": None, "User": "",
               "WorkingDir": "", "Volumes": None, "ExposedPorts": None},
    "evil:1": {"Entrypoint": ["/bin/echo"], "Cmd": ["@evil"]},
    "tool:1": {"Entrypoint": ["/bin/probe"], "Cmd": ["caps", "sys_admin"], "User": ""},
    "toolstay:1": {"Entrypoint": ["/bin/sleep"], "Cmd": ["1000"], "User": ""},
}


def _cc(target, source, *flags):
    if not os.path.exists(target):
        shell.must("gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-o", target,
                   os.path.join(FILES, source), *flags)
    return target


def programs(site):
    """name -> path of what was compiled."""
    home = site.path("asbuilt")
    library = _cc(f"{home}/libtell.so.1", "library.c", "-shared", "-fPIC",
                  "-Wl,-soname,libtell.so.1")
    return {
        "library": library, "tell": _cc(f"{home}/tell", "tell.c", library),
        "evil": _cc(f"{home}/evil", "evil.c", "-static", "-nostdlib",
                                                       "-fno-stack-protector", "-ffreestanding"),
        "evil library": _cc(f"{home}/evil.so", "library.c", "-DEVIL", "-shared", "-fPIC",
                            "-Wl,-soname,libtell.so.1"),
    }


def loader():
    """Where a dynamic program's loader and the C library are, here and in the image."""
    said = shell.must("ldd", "/bin/true").out
    libc = re.search(r"libc\.so\.6 => (\S+)", said)[1]
    interpreter = re.search(r"^\s+(/\S+ld-\S+) \(", said, re.M)[1]
    return interpreter, libc


def _layer(site, extra=None):
    """extra: path -> text, in the place of what is there."""
    texts = {"usr/bin/start": START, "etc/group": images.GROUP + "web:x:50:alice\n", **(extra or {})}
    made, (interpreter, libc) = programs(site), loader()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        with tarfile.open(images.standard(site)) as standard:
            name = next(n for n in standard.getnames() if n.endswith(".tar"))
            with tarfile.open(fileobj=standard.extractfile(name)) as base:
                for member in base:
                    if member.name in ("etc/group", "srv"):
                        continue
                    tar.addfile(member, base.extractfile(member) if member.isreg() else None)
        directories = {os.path.dirname(p.lstrip("/")) for p in (interpreter, libc)}
        for path in sorted({part for d in directories | {"usr/bin", "usr/local/bin", "opt", "data", "srv"}
                            for part in _parents(d)} - {"usr"}):
            images._add(tar, path, tarfile.DIRTYPE, 0o755)
        files = {interpreter: interpreter, libc: libc, "usr/bin/tell": made["tell"],
                 LIBRARY: made["library"]}
        for path, source in files.items():
            with open(os.path.realpath(source), "rb") as file:
                images._add(tar, path.lstrip("/"), data=file.read(), mode=0o755)
        for path, target in (("opt/run", "way"), ("opt/way", "../usr/bin/start"),
                             ("opt/bin", "/usr/bin")):
            images._add(tar, path, tarfile.SYMTYPE, 0o777, link=target)
        for path, text in texts.items():
            images._add(tar, path, data=text.encode(), mode=0o755)
    return buffer.getvalue()


def _parents(path):
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]


def archive(site):
    """All of IMAGES as one docker archive; made once a run."""
    path = os.path.join(site.path("images"), "asbuilt.tar")
    if not os.path.exists(path):
        images.archive(path, _layer(site), {n: {**DECLARED, **c} for n, c in IMAGES.items()})
    return path


def others(site):
    """Images of other bytes: `shop:1` declares what web:1 does, and its command is somebody else's;
    `gone:1` is there to be removed."""
    path = os.path.join(site.path("images"), "others.tar")
    if not os.path.exists(path):
        images.archive(path, _layer(site, {"usr/bin/start": "#!/bin/sh\necho @evil\n"}), {
            "shop:1": DECLARED, "gone:1": {**DECLARED, "Labels": {"gone": "yes"}}})
    return path


def digest(site, name, of=archive):
    """The digest of an image's configuration, as the archive has it."""
    with tarfile.open(of(site)) as tar:
        for image in json.load(tar.extractfile("manifest.json")):
            if name in image["RepoTags"]:
                return "sha256:" + hashlib.sha256(tar.extractfile(image["Config"]).read()).hexdigest()
    raise KeyError(name)


def load(world, engine):
    """All of IMAGES into one engine's store, once a run."""
    key = f"asbuilt images in {engine}"
    if key not in world.words:
        put(world, engine, archive(world.site))
        world.words[key] = "loaded"


def put(world, engine, path):
    """One archive into one engine's store: "docker", "podman" or "containerd"."""
    if engine == "docker":
        world.docker.load(path)
    elif engine == "podman":
        world.podman("load", "-q", "-i", path, check=True)
    else:
        for space in ("default", "k8s.io"):
            world.containerd.ctr("-n", space, "images", "import", path, check=True)
