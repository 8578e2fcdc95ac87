"""A private dockerd: own data, own sockets, own bridge, its own containerd."""

import os
import signal
import subprocess
import time

from . import shell, site as places

DOCKER = "/usr/bin/docker"
IMAGE = "probe:1"


class Docker:
    def __init__(self, site, runtimes, default="runc", path=""):
        """runtimes: name -> absolute path, beside the built-in name runc; default: what is used
        where a command names none; path: a directory that comes first in the daemon's PATH."""
        self.site = site
        self.data, self.exec = site.path("docker"), site.runpath("docker")
        self.socket = os.path.join(site.run, "docker.sock")
        self.log = os.path.join(site.path("log"), "dockerd.log")
        self.runtimes, self.default, self.path = runtimes, default, path
        self.env = {"DOCKER_CONFIG": site.path("docker-config"), "DOCKER_BUILDKIT": "0"}

    def start(self, seconds=60):
        self._network()
        argv = ["dockerd", "--data-root", self.data, "--exec-root", self.exec,
                "-H", "unix://" + self.socket, "--pidfile", self.site.run + "/docker.pid",
                "--bridge", places.bridge(self.site.name), "--iptables=false", "--ip-masq=false",
                "--default-runtime", self.default, "--experimental", "--shutdown-timeout", "1",
                "--config-file", self._write("daemon.json", "{}")]
        for name, path in self.runtimes.items():
            argv += ["--add-runtime", f"{name}={path}"]
        with open(self.log, "ab") as log:
            env = {**shell.ENV, "PATH": f"{self.path}:{shell.ENV['PATH']}".lstrip(":")}
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=env, start_new_session=True)
        self.site.callback(self.stop)
        end = time.monotonic() + seconds
        while not self("version", timeout=5).ok:
            if self.process.poll() is not None or time.monotonic() > end:
                with open(self.log, encoding="utf-8", errors="replace") as log:
                    raise shell.Failed("dockerd does not start: " + log.read()[-1500:])
            time.sleep(0.1)
        return self

    def _write(self, name, text):
        path = os.path.join(self.site.path("docker-config"), name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def _network(self):
        """A bridge on a subnet that nothing on this machine uses."""
        used = shell.must("ip", "-o", "-4", "addr").out + shell.must("ip", "-4", "route").out
        subnet = next(f"172.30.{n}" for n in range(10, 250) if f"172.30.{n}." not in used)
        name = places.bridge(self.site.name)
        shell.must("ip", "link", "add", name, "type", "bridge")
        self.site.callback(shell.run, ["ip", "link", "delete", name])
        shell.must("ip", "addr", "add", subnet + ".1/24", "dev", name)
        shell.must("ip", "link", "set", name, "up")

    def __call__(self, *args, **options):
        return shell.run([DOCKER, "-H", "unix://" + self.socket, *args], env=self.env, **options)

    def load(self, archive):
        return self("load", "-q", "-i", archive, check=True)

    def inspect(self, name, form):
        return self("inspect", "-f", form, name, check=True).out.strip()

    def pid(self, name):
        return int(self.inspect(name, "{{.State.Pid}}"))

    def clear(self):
        """Removes every container."""
        ids = self("ps", "-aq", timeout=20).out.split()
        if ids:
            self("rm", "-f", "-v", *ids, timeout=60)

    def stop(self):
        self.clear()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
