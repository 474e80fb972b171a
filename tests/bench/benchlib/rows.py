"""The rows to be measured, as rows.ini lists them."""

import os
import re

from harness import manifest

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INI, SWEEP_INI = [manifest.read_ini(os.path.join(FOLDER, name), str)
                  for name in ("rows.ini", "sweep.ini")]
# The fields that all rows of a part have; others begin with their names.
FIELDS = {"cpu": ("targets", "expect", "command"), "users": ("target",),
          "latency": ("target", "expect", "command"), "memory": ("target", "command"),
          "growth": ("target", "command"), "scale": ("expect", "command")}


def read(part):
    """Returns the rows of a part, in their order."""
    rows = []
    for name, text in INI[part].items():
        values, names = " ".join(text.split()).split(" | "), FIELDS[part]
        others = [value.partition(" ")[::2] for value in values[len(names):]]
        rows.append({"name": name, **dict(zip(names, values)), **dict(others)})
    return rows


def judged(row):
    return dict(row, target=float(row["target"]))


def cpu_row(row):
    targets = (pair.partition("=") for pair in row["targets"].split())
    return dict(row, once=int(row.get("once", 100)), targets={
        int(pipeline): float(target) if target else None
        for pipeline, _, target in targets})


def memory_rows(row):
    """Returns a row, or one for each of its sizes."""
    row = dict(judged(row), per=int(row.get("per", 1)))
    return [dict(name=row["name"].replace("#", size), target=row["target"],
                 per=int(size), command=" ".join([row["command"]] + [
                     row["each"].replace("#", str(n))
                     for n in range(int(size))]))
            for size in row["sizes"].split()] if "sizes" in row else [row]


CPU = [cpu_row(row) for row in read("cpu")]
USERS = [judged(row) for row in read("users")]
USERS_REQUESTS = 20000      # of a run: a few tenths of a second
USERS_RUNS = 3              # a round and server
MEMORY = sum(map(memory_rows, read("memory")), [])
LATENCY, GROWTH = (judged(*read(part)) for part in ("latency", "growth"))

# A hash table's load differs with the count, so memory is taken at several.
MEMORY_COUNTS = (1.0, 1.1, 1.5, 1.9)

SCALE = read("scale")
SCALE_SMALL = 10000
SCALE_TARGET = 2.0
SCALE_PIPELINES = (16, 64)

SWEEP_SIZES, SWEEP_PIPELINE = "10 200 20000", 16


def sweep_rows():
    """Returns each row of sweep.ini in each of its sizes."""
    for section, texts in SWEEP_INI.items():
        fills, sizes = re.fullmatch("(.*?)(?:(?:^|; )sizes (.*))?", section).groups()
        for name, text in texts.items():
            expect, command = text.split(" ", 1)
            for size in (sizes or SWEEP_SIZES).split():
                yield {"name": name if size == "1" else f"{name}, {size}", "size": int(size),
                       "expect": expect, "command": command.replace("#", size), "target": 1.0,
                       "fills": set(filter(None, fills.replace("#", size).split("; ")))}


def names():
    """Returns what --rows may name."""
    return list(dict.fromkeys([row["name"] for row in CPU] + [
        row["command"].split()[0] for row in sweep_rows()]))


IDLE = {"target": 0.5, "cpu_target_ms": 1.0}

# Twice as fast, to save and to load; for the others not slower.
DISK_TARGETS = {"SAVE": 0.5, "load a snapshot": 0.5, "load the log": 0.5}


def make_plain():
    """Lowers the targets for a stage before the tenth, whose algorithms are the plain
    ones: at most a fifth slower than the other server, and no larger."""
    for row in CPU:
        row["targets"] = {pipeline: 0.8 for pipeline in row["targets"]}
    for row in USERS:
        row["target"] = 0.8
    for row in MEMORY:
        row["target"] = 1.0
    for what in DISK_TARGETS:
        DISK_TARGETS[what] = 1.25
