#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes syscalls_table.h from syscalls.txt:  lib/mac/syscalls.py

syscalls.txt is append-only: the number of a name's line is its identity in applied policies, so a
line is never moved, removed or inserted above another. New names go to the end. The names are those
of every architecture that Linux has, since a profile for one may name another's."""

import pathlib
import textwrap

HERE = pathlib.Path(__file__).parent
SLOTS = 2048  # at least twice the names
MASK = (1 << 64) - 1
START = 0x9E3779B97F4A7C15  # odd, as are the others that are tried


def number(chars):
    return int.from_bytes(chars, "little")


def fold(name, factor):
    """The same as in syscall.c: both ends of the name, which overlap where it is short."""
    c, n = name.encode(), len(name)
    if n >= 8:
        first, last = number(c[:8]), number(c[-8:])
    elif n >= 4:
        first, last = number(c[:4]), number(c[-4:])
    else:
        first, last = c[0], c[n // 2] << 8 | c[n - 1]
    h = ((first ^ (last << 7 | last >> 57) ^ n) * factor) & MASK
    return h >> 53  # eleven bits: SLOTS


def place(names, factor):
    """Open addressing; returns the slots and how far the farthest name is from its place."""
    slots, worst = [0] * SLOTS, 0
    for i, name in enumerate(names):
        at, steps = fold(name, factor), 0
        while slots[at]:
            at, steps = (at + 1) & (SLOTS - 1), steps + 1
        slots[at], worst = i + 1, max(worst, steps)
    return slots, worst


def rows(items):
    return "\n".join("\t" + line for line in textwrap.wrap(" ".join(items), 92))


def main():
    names = (HERE / "syscalls.txt").read_text().split()
    assert len(set(names)) == len(names) and len(names) * 2 <= SLOTS
    factor = min(range(START, START + 4000, 2), key=lambda f: place(names, f)[1])
    slots, worst = place(names, factor)
    starts, at = [], 0
    for name in names:
        starts.append(at)
        at += len(name) + 1
    text = rows(f'"{n}\\0"' for n in names)
    (HERE / "syscalls_table.h").write_text(
        "/* SPDX-License-Identifier: GPL-2.0-or-later */\n"
        "/* Made by syscalls.py from syscalls.txt; test_mac_syscall holds the two together. */\n"
        f"#define SLOTS {SLOTS}u\n#define FACTOR UINT64_C({factor:#x})\n#define STEPS {worst + 1}u\n"
        f"_Static_assert(GD_SYSCALLS == {len(names)}, \"syscall.h counts other names\");\n\n"
        f"static const char text[] =\n{text};\n\n"
        f"static const uint16_t starts[GD_SYSCALLS + 1] = {{\n"
        f"{rows(f'{s},' for s in starts + [at])}\n}};\n\n"
        f"/* Number of the name plus one; 0 is empty. */\n"
        f"static const uint16_t slots[SLOTS] = {{\n{rows(f'{s},' for s in slots)}\n}};\n",
        encoding="ascii")
    print(f"{len(names)} names, at most {worst + 1} looks")


if __name__ == "__main__":
    main()
