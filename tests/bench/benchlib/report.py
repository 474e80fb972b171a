"""The result as a table and as JSON, and what machine it is from."""

import datetime
import os
import platform
import shlex
import subprocess
import sys


def plain(value, unit=""):
    """A number with three or four figures: 12.3k, 1.23M, 456."""
    for limit, divisor, letter in ((1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if value >= limit:
            return "%.*f%s%s" % (2 if value < limit * 10 else 1,
                                 value / divisor, letter, unit)
    if value >= 100 or value == int(value):
        return "%.0f%s" % (value, unit)
    return "%.*f%s" % (1 if value >= 10 else 2, value, unit)


def duration(us):
    """Microseconds as text: 830us, 12.4ms."""
    if us < 1000:
        return "%.0fus" % us
    if us < 1e6:
        return "%.*fms" % (2 if us < 1e4 else 1 if us < 1e5 else 0, us / 1e3)
    return "%.2fs" % (us / 1e6)


def ratio_cells(row):
    """Ratio, its spread, the target and whether it holds."""
    ratio, target = row["ratio"], row["target"]
    sign = ">=" if row["at_least"] else "<="
    cells = ["", ""]
    if ratio:
        cells = ["%.2f" % ratio["median"],
                 "%.2f-%.2f" % (ratio["low"], ratio["high"])]
    due = "" if target is None else "%s %.1f" % (sign, target)
    return cells + [due, row["holds"]]


def table(header, lines):
    """Columns: the first to the left, the others to the right."""
    lines = [header] + lines
    widths = [max(len(line[i]) for line in lines)
              for i in range(len(header))]
    out = []
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width)
                  for cell, width in zip(line[1:], widths[1:])]
        out.append("  ".join(cells).rstrip())
    out.insert(1, "-" * max(len(line) for line in out))
    return out


def part(rows, name):
    return [row for row in rows if row["part"] == name]


JUDGED = ["ratio", "low-high", "target", "holds"]


def cpu_tables(rows, names):
    header, lines = ["command", "P"], []
    for name in names:
        header += [name + " ns", "user", "req/s"]
    for row in rows:
        line = [row["name"], str(row["pipeline"])]
        for name in names:
            side = row["sides"][name]
            line += ["%.0f" % side["cpu_ns"]["median"],
                     "%.0f" % side["user_ns"]["median"],
                     plain(side["rps"]["median"])]
        lines.append(line + ratio_cells(row))
    return (["Server CPU per request (ns; of it user), requests a second, and"
             " requests per", "second of server CPU as a ratio:"]
            + table(header + JUDGED, lines) + [""]
            + latency_table(rows, names, "Latency under that load (each "
                            "client waits for its answers):"))


def latency_table(rows, names, title, judged=False):
    shown = ("p50", "p99", "p99.9", "max")
    header, lines = ["command", "P" if not judged else "req/s"], []
    for name in names:
        header += [name + " p50", "p99", "p99.9", "max"]
    for row in rows:
        line = [row["name"], plain(row["rate"]) if judged
                else str(row["pipeline"])]
        for name in names:
            latencies = row["sides"][name]["latency_us"]
            line += [duration(latencies[p]["median"]) for p in shown]
        lines.append(line + (ratio_cells(row) if judged else []))
    return [title] + table(header + (JUDGED if judged else []), lines)


def memory_table(rows, names):
    header = ["resident bytes per key", "keys"] + list(names) + JUDGED
    lines = []
    for row in rows:
        counts = [point["keys"] for point in row["points"][names[0]]]
        for i, count in enumerate(counts):
            taken = [row["points"][name][i]["bytes"] for name in names]
            lines.append(["" if i else row["name"], plain(count)]
                         + ["%.1f" % b for b in taken]
                         + ["%.2f" % (taken[0] / taken[1])
                            if len(taken) == 2 else "", "", "", ""])
        lines.append(["", "average"]
                     + ["%.1f" % (sum(p["bytes"] for p in row["points"][n])
                                  / len(counts)) for n in names]
                     + ratio_cells(row))
    return table(header, lines)


def growth_table(rows, names):
    header = ["a client while a table grows"]
    for name in names:
        header += [name + " p99", "p99.9", "max"]
    lines = []
    for row in rows:
        line = ["to %s keys" % plain(row["keys"])]
        for name in names:
            latencies = row["sides"][name]["latency_us"]
            line += [duration(latencies[p]["median"])
                     for p in ("p99", "p99.9", "max")]
        lines.append(line + ratio_cells(row))
    return table(header + JUDGED, lines)


def idle_table(rows, names):
    return table(["idle clients", "clients"] + list(names) + JUDGED,
                 [[row["name"], plain(row["clients"])]
                  + ["%.2f" % row["sides"][n] if row["sides"][n] < 100
                     else "%.0f" % row["sides"][n] for n in names]
                  + ratio_cells(row) for row in rows])


def text(result):
    """The whole report for a terminal."""
    rows, names = result["rows"], result["sides"]
    out = []
    if part(rows, "cpu"):
        out += [""] + cpu_tables(part(rows, "cpu"), names)
    if part(rows, "latency"):
        out += [""] + latency_table(
            part(rows, "latency"), names,
            "Latency at an equal rate, from when a request was due:", True)
    for name, make in (("memory", memory_table), ("growth", growth_table),
                       ("idle", idle_table)):
        if part(rows, name):
            out += [""] + make(part(rows, name), names)
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
