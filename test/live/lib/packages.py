"""Installs what a fresh Debian lacks: the list and its installer are the build's too."""

import os
import subprocess

DEPS = os.path.join(os.path.dirname(__file__), "..", "..", "deps.sh")


def install():
    subprocess.run(["sh", DEPS, "--quiet"], check=True)
