"""Installs what a fresh Debian lacks. The list is test/packages.txt, shared with the Makefile."""

import os
import subprocess

from . import say

LIST = os.path.join(os.path.dirname(__file__), "..", "..", "packages.txt")


def wanted():
    with open(LIST, encoding="ascii") as lines:
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def missing():
    asked = wanted()
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *asked],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    here = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in asked if name not in here]


def install():
    """Installs the missing packages without starting their services: an engine of the
    distribution's must neither be needed nor disturbed."""
    lacking = missing()
    if not lacking:
        return
    say.step("installing " + " ".join(lacking))
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq", "-y"]
    subprocess.run([*apt, "update"], env=env, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*apt, "install", "--no-install-recommends", *lacking], env=env, check=True,
                   stdout=subprocess.DEVNULL)
