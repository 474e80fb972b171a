"""Prints the result as a table and as JSON, with the machine that it comes from."""

import datetime
import os
import platform
import shlex
import subprocess
import sys
import textwrap
from statistics import mean


def plain(value):
    """Formats a number with three or four digits: 1.23M, 123.4k, 456, 4.50."""
    for limit, divisor, letter in ((1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if value >= limit:
            places = 2 if divisor <= value < divisor * 10 else 1
            return f"{value / divisor:.{places}f}{letter}"
    places = 0 if value >= 100 or value == int(value) else 2
    return f"{value:.{places}f}"


def duration(us):
    """Formats microseconds: 830us, 12.4ms."""
    if us < 1000:
        return f"{us:.0f}us"
    if us < 1e6:
        places = 2 if us < 1e4 else 1 if us < 1e5 else 0
        return f"{us / 1e3:.{places}f}ms"
    return f"{us / 1e6:.2f}s"


def ratio_cells(row):
    """Returns the cells of a ratio: itself, its spread, the target, and whether it is
    met."""
    ratio, target = row["ratio"], row["target"]
    sign = ">=" if row["at_least"] else "<="
    cells = ["", ""]
    if ratio:
        cells = ["{:.2f}".format(ratio["median"]),
                 "{:.2f}-{:.2f}".format(ratio["low"], ratio["high"])]
    due = "" if target is None else f"{sign} {target:g}"
    return cells + [due, row["holds"]]


def table(columns, lines):
    """Text columns, the first to the left and the others to the right.

    A column is its name or (name, group); a group's name stands over the
    first of its columns.
    """
    columns = [column if isinstance(column, tuple) else (column, "")
               for column in columns]
    lines = [[name for name, _ in columns]] + lines
    widths = [max(map(len, cells)) for cells in zip(*lines)]
    over, at, before = "", 0, ""
    for (_, group), width in zip(columns, widths):
        if group not in ("", before):
            over = over.ljust(at) + "| " + group
        at, before = at + width + 2, group
    out = [over] if over else []
    for first, *others in lines:
        cells = [first.ljust(widths[0])] + [
            cell.rjust(width) for cell, width in zip(others, widths[1:])]
        out.append("  ".join(cells).rstrip())
    out.insert(len(out) - len(lines) + 1, "-" * max(map(len, out)))
    return out


JUDGED = ["ratio", "low-high", "target", "holds"]


def rows_table(rows, names, head, figures, judged=JUDGED):
    """Returns a line for each row. head has (title, cell(row)) for the first columns;
    figures has (title, cell(side)) for the columns of each server. Where there is no
    title, the column is named after the server."""
    columns = [title for title, _ in head]
    columns += [(title, name) if title else name
                for name in names for title, _ in figures]
    return table(columns + judged, [
        [cell(row) for _, cell in head]
        + [cell(row["sides"][name]) for name in names for _, cell in figures]
        + ratio_cells(row)[len(JUDGED) - len(judged):] for row in rows])


NAME = ("command", lambda row: row["name"])
PIPELINE = ("P", lambda row: str(row["pipeline"]))


def latencies(*points):
    return [(point, lambda side, point=point:
             duration(side["latency_us"][point]["median"]))
            for point in points]


def work(side):
    return duration(side["work_us"]["max"]["median"]) if "work_us" in side else "?"


def equal_rate_notes(rows):
    return ["The rate was not reached on " + " and ".join(row["late"])
            + ": the machine was busy, or --rate is too high." for row in rows if row["late"]]


def memory_table(rows, names):
    lines = []
    for row in rows:
        points = [row["points"][name] for name in names]
        for i, each in enumerate(zip(*points)):
            taken = [point["bytes"] for point in each]
            ratio = f"{taken[0] / taken[1]:.2f}" if len(taken) == 2 else ""
            lines.append(["" if i else row["name"], plain(each[0]["keys"])]
                         + [f"{value:.1f}" for value in taken]
                         + [ratio, "", "", ""])
        lines.append(["", "average"]
                     + ["%.1f" % mean(point["bytes"] for point in side)
                        for side in points] + ratio_cells(row))
    return [("Resident bytes per key or element, of the whole process. "
             "Low-high: over the counts.")] + table(
                 ["", "count"] + list(names) + JUDGED, lines)


def plain_table(title, head, figures, judged=JUDGED, notes=lambda rows: []):
    """Makes tables below a title, whose braces stand for fields of the first row."""
    def make(rows, names):
        return (title.format(**rows[0]).split("\n") + rows_table(rows, names, head, figures, judged)
                + notes(rows))
    return make


def sides_table(title, places=2):
    """Makes tables of rows with one figure for each server."""
    return plain_table(title, [("", NAME[1])], [
        ("", lambda value: f"{value:.{places if value < 100 else 0}f}")])


def growth_table(rows, names):
    judged = ("the server's longest work (CPU time) during a wait"
              if rows[0]["judged"] == "work_us" else "the longest wait")
    return plain_table(
        f"What a slow client waits while another fills a table.\nRatio: {judged}.",
        [("keys", lambda row: plain(row["keys"]))],
        [*latencies("p99", "p99.9", "max"), ("work", work)])(rows, names)


whole = "{:.0f}".format
cpu_table = plain_table(
    "Server CPU per request (ns; of it in user mode) and requests a second.\n"
    "Ratio: requests per second of server CPU.", [NAME, PIPELINE],
    [("ns", lambda side: whole(side["cpu_ns"]["median"])),
     ("user", lambda side: whole(side["user_ns"]["median"])),
     ("req/s", lambda side: plain(side["rps"]["median"]))])
load_table = plain_table(
    "\nLatency under that load, where each client waits for its answers:", [NAME, PIPELINE],
    latencies("p50", "p99", "p99.9", "max"), [])
TALKS = ("Server CPU for each command, and for each message that is delivered; "
         "ratios are ours to theirs.")
TABLES = {
    "cpu": lambda rows, names: cpu_table(rows, names) + load_table(rows, names),
    "users": plain_table("Server CPU per request (ns) under redis-benchmark, nothing pinned.\n"
                         "Ratio: requests per second of server CPU.", [NAME],
                         [("", lambda side: whole(side["median"]))]),
    "latency": plain_table("Latency at an equal rate, from when a request was due.\n"
                           "Ratio: p99 of slices side by side.",
                           [NAME, ("req/s", lambda row: plain(row["rate"]))],
                           latencies("p50", "p99", "p99.9"), notes=equal_rate_notes),
    "memory": memory_table, "growth": growth_table,
    "scale": plain_table("Server CPU per request (ns) on one collection of {counts[0]} and of "
                         "{counts[1]}.\nThe target is for ours.", [NAME, PIPELINE],
                         [("small", lambda side: plain(side[0])),
                          ("large", lambda side: plain(side[1])),
                          ("times", lambda side: f"{side[1] / side[0]:.2f}")], JUDGED[2:]),
    "sweep": cpu_table,
    "idle": sides_table("{clients} clients that do nothing."),
    "disk": sides_table("Files: {keys} keys of 10 bytes with values of 32. The best of "
                        "the rounds; ratios are ours to theirs.", 1),
    "talks": sides_table(TALKS), "messages": sides_table(TALKS),
    "hits": sides_table("As caches, with requests by Zipf's law: hit rates, and server CPU."),
    "replicas": sides_table("With replicas that follow: server CPU, time and memory; "
                            "ratios are ours to theirs.")}


def text(result):
    """The whole report for a terminal."""
    out = []
    for name, make in TABLES.items():
        rows = [row for row in result["rows"] if row["part"] == name]
        if rows:
            out += [""] + make(rows, result["sides"])
    if result["left_out"]:
        out += [""] + textwrap.wrap(
            "Left out, since a server does not know the command: "
            + ", ".join(result["left_out"]) + ".", 80)
    return "\n".join(out)


def first_line(command):
    """Returns the first line that a command prints, or an empty text."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True,
                              timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout.splitlines() or [""])[0].strip()


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def circumstances(commands, here):
    """Returns everything needed to compare the figures with those of another run."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc)
                .isoformat(timespec="seconds"),
        "commit": first_line(["git", "-C", here, "rev-parse", "HEAD"]),
        "command": shlex.join([os.path.basename(sys.argv[0])] + sys.argv[1:]),
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_bytes": memory,
        "kernel": platform.release(),
        "compiler": first_line([os.environ.get("CC") or "cc", "--version"]),
        "python": platform.python_version(),
        "servers": commands}
