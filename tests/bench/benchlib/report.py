"""The result as a table and as JSON, and what machine it is from."""

import datetime
import os
import platform
import shlex
import subprocess
import sys
import textwrap


def plain(value):
    """A number with three or four figures: 1.23M, 123.4k, 456, 4.50."""
    for limit, divisor, letter in ((1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if value >= limit:
            places = 2 if divisor <= value < divisor * 10 else 1
            return f"{value / divisor:.{places}f}{letter}"
    places = 0 if value >= 100 or value == int(value) else 2
    return f"{value:.{places}f}"


def duration(us):
    """Microseconds as text: 830us, 12.4ms."""
    if us < 1000:
        return f"{us:.0f}us"
    if us < 1e6:
        places = 2 if us < 1e4 else 1 if us < 1e5 else 0
        return f"{us / 1e3:.{places}f}ms"
    return f"{us / 1e6:.2f}s"


def ratio_cells(row):
    """Ratio, its spread, the target and whether it holds."""
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
    header = [name for name, _ in columns]
    widths = [max(len(line[i]) for line in [header] + lines)
              for i in range(len(header))]
    out = [over_line(columns, widths)] if any(g for _, g in columns) else []
    for line in [header] + lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width)
                  for cell, width in zip(line[1:], widths[1:])]
        out.append("  ".join(cells).rstrip())
    rule = "-" * max(len(line) for line in out)
    out.insert(len(out) - len(lines), rule)
    return out


def over_line(columns, widths):
    """The line with the names of the groups, each over its columns."""
    line, at, open_group = "", 0, ""
    for (_, group), width in zip(columns, widths):
        if group and group != open_group:
            line = line.ljust(at) + "| " + group
        open_group = group
        at += width + 2
    return line


def part(rows, name):
    return [row for row in rows if row["part"] == name]


JUDGED = ["ratio", "low-high", "target", "holds"]


def cpu_tables(rows, names):
    columns = ["command", "P"]
    for name in names:
        columns += [(title, name) for title in ("ns", "user", "req/s")]
    lines = []
    for row in rows:
        line = [row["name"], str(row["pipeline"])]
        for name in names:
            side = row["sides"][name]
            line += ["{:.0f}".format(side["cpu_ns"]["median"]),
                     "{:.0f}".format(side["user_ns"]["median"]),
                     plain(side["rps"]["median"])]
        lines.append(line + ratio_cells(row))
    out = [("Server CPU per request (ns; of it in user mode) and requests a "
           "second."), "Ratio: requests per second of server CPU."]
    out += table(columns + JUDGED, lines)
    out += ["", ("Latency under that load, where each client waits for its "
                "answers:")]
    return out + latency_table(rows, names, "P",
                               lambda row: str(row["pipeline"]))


def latency_cells(row, names, points):
    return [duration(row["sides"][name]["latency_us"][point]["median"])
            for name in names for point in points]


def latency_table(rows, names, second, cell, judged=False):
    points = ("p50", "p99", "p99.9") + (() if judged else ("max",))
    columns = ["command", second] + [(point, name) for name in names
                                     for point in points]
    lines = [[row["name"], cell(row)] + latency_cells(row, names, points)
             + (ratio_cells(row) if judged else []) for row in rows]
    return table(columns + (JUDGED if judged else []), lines)


def equal_rate_table(rows, names):
    out = ["Latency at an equal rate, from when a request was due.",
           "Ratio: p99 of slices side by side."]
    out += latency_table(rows, names, "req/s",
                         lambda row: plain(row["rate"]), True)
    for row in rows:
        if row["late"]:
            out.append("The rate was not reached on "
                       + " and ".join(row["late"])
                       + ": the machine was busy, or --rate is too high.")
    return out


def memory_table(rows, names):
    columns = ["", "count"] + list(names) + JUDGED
    lines = []
    for row in rows:
        counts = [point["keys"] for point in row["points"][names[0]]]
        for i, count in enumerate(counts):
            taken = [row["points"][name][i]["bytes"] for name in names]
            lines.append(["" if i else row["name"], plain(count)]
                         + [f"{b:.1f}" for b in taken]
                         + ["%.2f" % (taken[0] / taken[1])
                            if len(taken) == 2 else "", "", "", ""])
        lines.append(["", "average"]
                     + ["%.1f" % (sum(p["bytes"] for p in row["points"][n])
                                  / len(counts)) for n in names]
                     + ratio_cells(row))
    return [("Resident bytes per key or element, of the whole process. "
             "Low-high: over the counts.")] + table(columns, lines)


def scale_table(rows, names):
    small, large = rows[0]["counts"]
    lines = []
    for row in rows:
        line = [row["name"], str(row["pipeline"])]
        for name in names:
            few, many = row["sides"][name]
            line += [plain(few), plain(many), f"{many / few:.2f}"]
        lines.append(line + [f"<= {row['target']:g}", row["holds"]])
    columns = ["command", "P"]
    for name in names:
        columns += [("small", name), ("large", name), ("times", name)]
    return [f"Server CPU per request (ns) on one collection of {small} and of "
            f"{large}.", "The target is for ours."] + table(
                columns + ["target", "holds"], lines)


def growth_table(rows, names):
    columns = ["keys"]
    lines = []
    for name in names:
        columns += [(title, name)
                    for title in ("p99", "p99.9", "max", "work")]
    for row in rows:
        line = [plain(row["keys"])]
        for name in names:
            side = row["sides"][name]
            line += [duration(side["latency_us"][point]["median"])
                     for point in ("p99", "p99.9", "max")]
            line.append(duration(side["work_us"]["max"]["median"])
                        if "work_us" in side else "?")
        lines.append(line + ratio_cells(row))
    judged = ("the server's longest work (CPU time) during a wait"
              if rows[0]["judged"] == "work_us" else "the longest wait")
    return ["What a slow client waits while another fills a table.",
            "Ratio: " + judged + "."] + table(columns + JUDGED, lines)


def idle_table(rows, names):
    lines = []
    for row in rows:
        taken = [row["sides"][name] for name in names]
        lines.append([row["name"]]
                     + [f"{value:.2f}" if value < 100 else f"{value:.0f}"
                        for value in taken] + ratio_cells(row))
    return ([f"{rows[0]['clients']} clients that do nothing."]
            + table([""] + list(names) + JUDGED, lines))


def disk_table(rows, names):
    lines = []
    for row in rows:
        taken = [row["sides"][name] for name in names]
        lines.append([row["name"]] + [f"{value:.1f}" if value < 100
                                      else f"{value:.0f}" for value in taken]
                     + ratio_cells(row))
    return ([f"Files: {rows[0]['keys']} keys of 10 bytes with values of 32. "
             "The best of the rounds; ratios are ours to theirs."]
            + table([""] + list(names) + JUDGED, lines))


TABLES = (("cpu", cpu_tables), ("latency", equal_rate_table),
          ("memory", memory_table), ("growth", growth_table),
          ("scale", scale_table),
          ("idle", idle_table), ("disk", disk_table))


def text(result):
    """The whole report for a terminal."""
    out = []
    for name, make in TABLES:
        rows = part(result["rows"], name)
        if rows:
            out += [""] + make(rows, result["sides"])
    if result["left_out"]:
        out += [""] + textwrap.wrap(
            "Left out, since a server does not know the command: "
            + ", ".join(result["left_out"]) + ".", 80)
    return "\n".join(out)


def first_line(command):
    """The first line that a command prints, or an empty text."""
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
    """All that one needs to know to compare the figures with another run."""
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
