#!/usr/bin/python3
"""Tests on real engines: every row of every group in test/live, under plain runc and under guarded.
Needs root. See --help."""

import argparse
import importlib
import os
import pkgutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from lib import guard, packages, rows, say, shell, site, world  # noqa: E402


def collect(pattern):
    """All rows whose group, topic or name holds the pattern. A group is a package beside this file
    other than lib, a topic a module of it that has ROWS."""
    found = []
    here = os.path.dirname(os.path.abspath(__file__))
    groups = [m.name for m in pkgutil.iter_modules([here]) if m.ispkg and m.name != "lib"]
    for group in sorted(groups):
        names = sorted(m.name for m in pkgutil.iter_modules([os.path.join(here, group)]))
        for topic in names:
            for row in getattr(importlib.import_module(f"{group}.{topic}"), "ROWS", ()):
                row.topic = topic
                if pattern in f"{group}/{row.topic}: {row.name}":
                    found.append(row)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pattern", nargs="?", default="",
        help="rows whose topic or name holds this")
    parser.add_argument("--list", action="store_true", help="name the rows and stop")
    parser.add_argument("--runc-only", action="store_true", help="only the control runs")
    parser.add_argument("-v", "--verbose", action="store_true", help="what refusals said, too")
    args = parser.parse_args()
    table = collect(args.pattern)
    if args.list:
        for row in table:
            print(f"{row.topic:12} {row.name} [{row.goal}]")
        return 0 if table else 1
    if os.geteuid() != 0:
        sys.exit("live tests start real engines: run as root")
    if not table:
        sys.exit("no row of that name")
    packages.install()
    if not args.runc_only and not guard.built():
        sys.exit(f"{guard.BUILD}/guarded and guardctl are not there: run make first")
    with site.Site() as place:
        try:
            shared = world.World(place, sorted({row.profile for row in table}),
                                 guarded=not args.runc_only)
            failed = rows.run(shared, table, args.verbose)
        except shell.Failed as failure:
            say.step(f"harness: {failure}")
            failed = len(table)
    say.closing(len(table) - failed, failed)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
