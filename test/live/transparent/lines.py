"""The tables *.rows as cases."""

import os
import re

from lib.sides import line

HERE = os.path.dirname(__file__)


def parse(text):
    """(name, script, what it must say, judged) of each row."""
    for block in re.split(r"\n(?=\S)", text):
        name, *lines = block.rstrip().split("\n")
        if name.startswith("#") or not name:
            continue
        lines = [part[1:] for part in lines]
        says = [part[3:] for part in lines if part.startswith("=> ")]
        script = [part for part in lines if not part.startswith(("=> ", "judged: "))]
        assert len(says) == 1 and script, f"row {name} needs one => and a script"
        yield name, "\n".join(script), says[0], "judged: no" not in lines


def table(file):
    with open(os.path.join(HERE, file), encoding="utf-8") as text:
        engine = file.split("-")[0].split(".")[0]
        return [line(engine, *row) for row in parse(text.read())]


ROWS = [row for file in sorted(os.listdir(HERE)) if file.endswith(".rows") for row in table(file)]
