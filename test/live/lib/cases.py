"""Cases: what must work, beside the rows of what must not. A case is a function of a Stage; it
raises Wrong with what it saw, or answers one phrase for the progress line."""

import contextlib
import time
import traceback
from dataclasses import dataclass, field
from typing import Callable

from . import rows, shell


class Wrong(Exception):
    """What was seen is not what must be."""


def expect(truth, what, detail=""):
    if not truth:
        raise Wrong(f"{what}\n{detail}".rstrip())
    return truth


@dataclass
class Case:
    name: str
    check: Callable                 # Stage -> phrase or None
    profile: str = "baseline"       # of the runtime that the engines know by this name
    goal: str = ""
    topic: str = field(default="", compare=False)

    def judge(self, world):
        try:
            with Stage(world, self) as stage:
                return rows.Outcome(True, self.check(stage) or "")
        except (Wrong, shell.Failed) as problem:
            return rows.Outcome(False, type(problem).__name__.lower(), str(problem))
        except Exception:       # a fault of the case itself must not end the run
            return rows.Outcome(False, "broken", traceback.format_exc())


class Stage(contextlib.ExitStack):
    """One case's place: unique names, directories, clean-up at the end."""

    def __init__(self, world, case):
        super().__init__()
        self.world, self.case = world, case
        self.id = f"c{next(world.numbers)}"

    @property
    def runtimes(self):
        """What the case is tried with, plain runc first."""
        return ("runc", self.case.profile) if self.world.guarded else ("runc",)

    def exe(self, runtime):
        """The program that an engine without names of runtimes is given."""
        guard = None if runtime == "runc" else self.world.guard(runtime)
        return guard.exe if guard else "/usr/sbin/runc"

    def docker(self, *args, **options):
        return self.world.docker(*args, **options)

    def forget(self, *names):
        """Removes these containers at the end, with their anonymous volumes."""
        self.callback(self.world.docker, "rm", "-f", "-v", *names)

    def shared(self, name="dir", mode=0o755):
        """A directory that the policy lets containers mount."""
        return self.world.site.path("shared", self.id, name, mode=mode)


def until(probe, seconds, what):
    """The first true answer of probe(); what it said last is told when there is none."""
    end, last = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            last = probe()
        except OSError as error:
            last = error
        if last and not isinstance(last, OSError):
            return last
        time.sleep(0.1)
    raise Wrong(f"{what}: not within {seconds} s ({last})")
