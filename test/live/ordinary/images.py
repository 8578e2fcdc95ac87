"""The five services as images: one Debian layer, a layer of each one's own, and the configuration
that the official images declare (their values are facts; the scripts are ours)."""

import glob
import hashlib
import io
import json
import os
import tarfile

from lib import debian
from lib.images import PATH

FILES = os.path.join(os.path.dirname(__file__), "files")
START = "usr/local/bin/docker-entrypoint.sh"


def _file(name):
    with open(os.path.join(FILES, name), "rb") as file:
        return file.read()


def _script(target, name):
    return {target: ("file", _file(name), 0o755, 0)}


def _directory(target, mode=0o755, owner=0):
    return {target: ("dir", b"", mode, owner)}


def _account(name, uid, home="/nonexistent"):
    return {"account": (f"{name}:x:{uid}:{uid}::{home}:/bin/sh\n", f"{name}:x:{uid}:\n")}


def _nginx():
    return {
        **_account("nginx", 101), **_script("docker-entrypoint.sh", "nginx-entrypoint.sh"),
        **_script("docker-entrypoint.d/10-listen-on-ipv6-by-default.sh", "nginx-ipv6.sh"),
        "etc/nginx/nginx.conf": ("file", _file("nginx.conf"), 0o644, 0),
        "etc/nginx/conf.d/default.conf": ("file", _file("nginx-default.conf"), 0o644, 0),
        "usr/share/nginx/html/index.html": ("file", b"<h1>it works</h1>\n", 0o644, 0),
        **_directory("var/log/nginx"), "var/log/nginx/access.log": ("link", "/dev/stdout", 0, 0),
        "var/log/nginx/error.log": ("link", "/dev/stderr", 0, 0),
    }


def _layers(postgres):
    """name -> (entries of its own layer, configuration). postgres: its major version."""
    return {
        "nginx:1": (_nginx(), {
            "Entrypoint": ["/docker-entrypoint.sh"], "Cmd": ["nginx", "-g", "daemon off;"],
            "Env": [PATH, "NGINX_VERSION=1.22.1", "PKG_RELEASE=1~bookworm"],
            "ExposedPorts": {"80/tcp": {}}, "StopSignal": "SIGQUIT"}),
        "redis:1": ({
            **_account("redis", 999), **_script(START, "drop-privileges.sh"),
            **_directory("data", owner=999)}, {
            "Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["redis-server", "--protected-mode", "no"],
            "Env": [PATH, "REDIS_VERSION=7.0.15"], "WorkingDir": "/data",
            "Volumes": {"/data": {}}, "ExposedPorts": {"6379/tcp": {}}}),
        "postgres:1": ({
            **_account("postgres", 999, "/var/lib/postgresql"), **_script(START, "postgres-entrypoint.sh"),
            **_directory("docker-entrypoint-initdb.d"), **_directory("run/postgresql", 0o3777, 999),
            **_directory("var/lib/postgresql", owner=999),
            **_directory("var/lib/postgresql/data", 0o1777, 999)}, {
            "Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["postgres", "-h", "*"],
            "Env": [f"{PATH}:/usr/lib/postgresql/{postgres}/bin", "LANG=C.UTF-8", f"PG_MAJOR={postgres}",
                    "PGDATA=/var/lib/postgresql/data"],
            "Volumes": {"/var/lib/postgresql/data": {}}, "ExposedPorts": {"5432/tcp": {}},
            "StopSignal": "SIGINT"}),
        "memcached:1": ({
            **_account("memcache", 11211), **_script(START, "memcached-entrypoint.sh")}, {
            "Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["memcached"], "User": "memcache",
            "Env": [PATH, "MEMCACHED_VERSION=1.6.18"], "ExposedPorts": {"11211/tcp": {}}}),
        "app:1": ({
            **_account("app", 1000, "/app"), **_directory("app", owner=1000),
            "app/app.py": ("file", _file("app.py"), 0o644, 0)}, {
            "Cmd": ["python3", "app.py"], "User": "app", "WorkingDir": "/app",
            "Env": [PATH, "LANG=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1"],
            "ExposedPorts": {"8000/tcp": {}},
            "Healthcheck": {"Test": ["CMD-SHELL", "curl -fs http://127.0.0.1:8000/health || exit 1"],
                            "Interval": 1000000000, "Timeout": 5000000000, "Retries": 10}}),
        "debian:1": ({}, {"Cmd": ["bash"], "Env": [PATH]}),
    }


def _own(entries, base):
    """The tar of one image's own layer; accounts are added to those of the base."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as out:
        for name, value in entries.items():
            if name == "account":
                for file, line in zip(("passwd", "group"), value):
                    debian.add(out, "etc/" + file, base[file] + line.encode())
                continue
            kind, data, mode, owner = value
            if kind == "link":
                debian.add(out, name, kind=tarfile.SYMTYPE, mode=0o777, link=data)
            else:
                debian.add(out, name, data, mode, tarfile.DIRTYPE if kind == "dir" else tarfile.REGTYPE,
                           owner=(owner, owner))
    return buffer.getvalue()


def _digest(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def archive(target):
    """Writes a docker archive of all of them. The base is stored once."""
    base_path = debian.layer()
    base_digest = _digest(base_path)
    with tarfile.open(base_path) as tar:
        base = {name: tar.extractfile("etc/" + name).read() for name in ("passwd", "group")}
        postgres = next(n.split("/")[3] for n in tar.getnames() if n.endswith("/bin/initdb"))
    manifest = []
    with tarfile.open(target, "w") as out:
        out.add(base_path, f"{base_digest}.tar")
        for reference, (entries, config) in _layers(postgres).items():
            layers = [base_digest]
            if entries:
                data = _own(entries, base)
                layers.append(hashlib.sha256(data).hexdigest())
                debian.add(out, layers[1] + ".tar", data)
            document = json.dumps({
                "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine],
                "os": "linux", "created": "2026-01-01T00:00:00Z", "config": config,
                "rootfs": {"type": "layers", "diff_ids": ["sha256:" + d for d in layers]},
            }).encode()
            name = hashlib.sha256(document).hexdigest() + ".json"
            debian.add(out, name, document)
            manifest.append({"Config": name, "RepoTags": [reference],
                             "Layers": [d + ".tar" for d in layers]})
        debian.add(out, "manifest.json", json.dumps(manifest).encode())


def kept():
    """The archive, from the cache where this recipe was made before."""
    sources = [__file__, debian.__file__, *sorted(os.path.join(FILES, f) for f in os.listdir(FILES))]
    key = hashlib.sha256(b"".join(open(s, "rb").read() for s in sources)).hexdigest()[:16]
    base = debian.layer()
    path = f"{base[:-4]}-services-{key}"
    if not os.path.exists(path):
        for old in glob.glob(f"{base[:-4]}-services-*"):
            os.unlink(old)
        archive(path + ".new")
        os.rename(path + ".new", path)
    return path
