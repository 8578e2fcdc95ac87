"""Rows of attacks and how they are judged. What turns a few words into a row is in makers.py.

A row is tried under plain runc, where its goal must be REACHED (else the row proves nothing), and
under guarded, where it must not be. Not reached counts only when guarded said why ("guarded
refused") or when the container's program ran all the same (it printed @ran): a launch that merely
broke is a failure."""

import re
import time
from dataclasses import dataclass, field
from typing import Callable, Optional

from . import guard, machine, say, shell
from .attempt import Attempt

RAN = "@ran"
REFUSED = re.compile(r"guarded refused (.+) \((\w+)(?:, policy ([^;]+))?; guardctl why (\w+)\)")
# These say that guarded could not decide. It refuses then, as it must, but it proves nothing.
UNDECIDED = ("system", "trust")
BROKEN = "[harness]"


@dataclass
class Row:
    name: str                       # what is tried, as somebody would type it
    goal: str                       # what the attacker wants
    attack: Callable                # Attempt -> text
    proof: Callable                 # (Attempt, text) -> true when the goal was reached
    profile: str = "baseline"
    needs: tuple = ()               # machine features without which plain runc fails too
    control: Optional[str] = None   # the control that must answer for it; "" = conformed
    inner: object = guard.RUNC      # the runtime's path, or Attempt -> path
    also: Optional[Callable] = None  # (Attempt, text) -> what is wrong under guarded, or None
    # text -> true when what the program said under guarded shows guarded's hand: needed
    # where it ran and this machine does not let plain runc reach the goal either
    shows: Optional[Callable] = None
    topic: str = field(default="", compare=False)


def reads(attempt, text):
    """The secret of the host file came out."""
    return attempt.secret in text


def drops(attempt, _text):
    """The host file was written."""
    return attempt.dropped()


def says(pattern):
    """The program inside said so (the word does not stand in the command). A refusal that quotes what
    was asked for is not the program."""
    return lambda attempt, text: re.search(attempt.fill(pattern), REFUSED.sub("", text))


# -- judging ------------------------------------------------------------------------------------

@dataclass
class Outcome:
    ok: bool
    said: str           # one phrase for the progress line
    detail: str = ""    # what a failure needs to be understood


def judge(world, row):
    """Both runs of one row."""
    reasons = machine.lacking(row.needs)
    plain, text = _try(world, row, "runc")
    if text.startswith(BROKEN):
        return Outcome(False, "runc: the attack was not made", text)
    if bool(plain) == bool(reasons):
        why = "although " + "; ".join(reasons) if reasons else "the row proves nothing"
        return Outcome(False, f"runc: {'reached' if plain else 'NOT reached'}, {why}", text)
    control = "runc: not here (" + "; ".join(reasons) + ")" if reasons else "runc: reached"
    if not world.guarded:
        return Outcome(True, control)
    reached, text = _try(world, row, "guarded")
    if text.startswith(BROKEN):     # what had to work before the attack did not
        return Outcome(False, f"{control}; guarded: the attack was not made", text)
    found = REFUSED.search(text)
    if reached:
        return Outcome(False, f"{control}; guarded: REACHED", text)
    if not found and RAN not in text:
        return Outcome(False, f"{control}; guarded: neither refused nor ran", text)
    if found and found[2] in UNDECIDED and row.control != found[2]:
        return Outcome(False, f"{control}; guarded: could not decide", text)
    if not found and reasons and not (row.shows and row.shows(text)):
        return Outcome(False, f"{control}; guarded: let it go, unproven", text)
    said = f"refused ({found[2]})" if found else "conformed"
    if row.control is not None and row.control != (found[2] if found else ""):
        return Outcome(False, f"{control}; guarded: {said}, not by {row.control or 'conforming'}",
                       text)
    return Outcome(True, f"{control}; guarded: {said}", found[0] if found else "")


def _try(world, row, runtime):
    with Attempt(world, row, runtime) as attempt:
        try:
            text = row.attack(attempt)
            reached = row.proof(attempt, text)
            wrong = row.also(attempt, text) if row.also and runtime == "guarded" else None
        except shell.Failed as failure:
            return False, f"{BROKEN} {failure}"
    return (reached, text) if not wrong else (False, f"{BROKEN} {wrong}\n{text}")


def run(world, rows, verbose=False):
    """All rows; the number that failed. Progress while running, details where something failed."""
    failed = 0
    for number, row in enumerate(rows, 1):
        begun = time.monotonic()
        outcome = row.judge(world) if hasattr(row, "judge") else judge(world, row)
        failed += not outcome.ok
        took = time.monotonic() - begun
        say.progress(number, len(rows), "ok" if outcome.ok else "FAIL",
                     f"{row.topic}: {row.name} [{row.goal}] {outcome.said} {took:.1f}s")
        if outcome.detail and (verbose or not outcome.ok):
            say.detail(outcome.detail.strip()[-1500:])
    return failed
