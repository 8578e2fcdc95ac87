"""All that is printed goes through here: progress, one line a row, one closing line."""

import shutil
import sys
import textwrap
import time

START = time.monotonic()
COLOUR = {"ok": "32", "FAIL": "31", "refused": "33", "changed": "36", "dim": "2", "bold": "1"}


def paint(word, style=None):
    code = COLOUR.get(style or word)
    return f"\033[{code}m{word}\033[0m" if code and sys.stdout.isatty() else word


def width(low=80, high=118):
    return max(low, min(high, shutil.get_terminal_size((110, 24)).columns))


def step(text):
    print(f"-- {text}", flush=True)


def progress(done, total, verdict, text):
    clock = int(time.monotonic() - START)
    print(f"[{clock // 60:02d}:{clock % 60:02d} {done:3d}/{total}] {paint(verdict)} {text}",
        flush=True)


def detail(text, indent="        "):
    for line in str(text).splitlines():
        print(textwrap.fill(line, width(), initial_indent=indent, subsequent_indent=indent + "  ",
                            break_long_words=False, break_on_hyphens=False), flush=True)


def closing(passed, failed):
    print(f"{passed} passed, {failed} failed", flush=True)
