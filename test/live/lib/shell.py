"""Running programs: always bounded in time, never with the caller's environment."""

import contextlib
import os
import signal
import subprocess
import tempfile
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
    too long has code 124, as with timeout(1). Output goes to files, not pipes: what argv leaves
    running in the background may hold them open."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen([str(a) for a in argv], stdout=out, stderr=err,
                                 stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                                 env={**ENV, **(env or {})}, cwd=cwd, start_new_session=True)
        code, note = 124, f"[no answer in {timeout} s]"
        try:
            if stdin is not None:
                with contextlib.suppress(BrokenPipeError):  # it may stop reading
                    child.stdin.write(stdin)
                    child.stdin.close()
            code, note = child.wait(timeout), ""
        except subprocess.TimeoutExpired:
            pass
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    done = Result(list(argv), code, texts[0], texts[1] + note)
    if check and code != 0:
        raise Failed(f"{' '.join(map(str, argv))}: code {code}: {done.text.strip()[-800:]}")
    return done


def must(*argv, **options):
    return run(list(argv), check=True, **options)
