"""Running programs: always bounded in time, never with the caller's environment."""

import os
import signal
import subprocess
from dataclasses import dataclass

ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TERM": "dumb"}


@dataclass
class Result:
    argv: list
    code: int
    out: str
    err: str

    @property
    def text(self):
        return self.out + self.err

    @property
    def ok(self):
        return self.code == 0


class Failed(Exception):
    """A step of the harness itself (not of the attack under test) did not work."""


def run(argv, timeout=60, stdin=None, env=None, check=False, cwd="/"):
    """Runs argv in its own process group, so that a time-out ends all of it. An answer that takes
    too long has code 124, as with timeout(1)."""
    child = subprocess.Popen([str(a) for a in argv], stdin=subprocess.PIPE if stdin is not None
                             else subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env={**ENV, **(env or {})}, cwd=cwd,
                             start_new_session=True)
    try:
        out, err = child.communicate(stdin, timeout)
        code = child.returncode
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, err = child.communicate()
        code, err = 124, err + f"\n[no answer in {timeout} s]".encode()
    except BaseException:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise
    done = Result(list(argv), code, out.decode(errors="replace"), err.decode(errors="replace"))
    if check and code != 0:
        raise Failed(f"{' '.join(map(str, argv))}: code {code}: {done.text.strip()[-800:]}")
    return done


def must(*argv, **options):
    return run(list(argv), check=True, **options)
