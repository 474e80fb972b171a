"""The rows to be measured, as rows.ini lists them."""

import os

from harness import manifest

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INI, SWEEP_INI = [manifest.read_ini(os.path.join(FOLDER, name))
                  for name in ("rows.ini", "sweep.ini")]


def read(part):
    """Returns the rows of a part, in their order."""
    return [dict(INI[section], name=section.partition(" ")[2])
            for section in INI.sections() if section.startswith(part + " ")]


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
    for section in SWEEP_INI.sections():
        row = SWEEP_INI[section]
        for size in row.get("sizes", SWEEP_SIZES).split():
            name = section if size == "1" else f"{section}, {size}"
            yield {"name": name, "size": int(size), "target": 1.0,
                   **{key: text.replace("#", size) for key, text in row.items()}}


def names():
    """Returns what --rows may name."""
    return list(dict.fromkeys([row["name"] for row in CPU] + [
        SWEEP_INI[section]["command"].split()[0] for section in SWEEP_INI.sections()]))


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
