"""Draws a result as SVG, readable on a light and on a dark page.

One panel for each pipeline (the speeds differ tenfold, so each has an axis of
its own) and one for memory. The longer bar is the better one in the first
panels, the shorter one in the memory panel; each title says so.
"""

import math
import os
import sys
from statistics import mean

from harness import manifest

sys.path.append(os.path.join(manifest.ROOT, "common", "tools"))
from drawing import Page  # noqa: E402

WIDTH = 760
LEFT = 200      # where bars begin
BAR = 14
GAP = 14
RIGHT = 120     # room for the figure after the longest bar
KINDS = ("cool", "plain")


def nice_step(top, count=5):
    """Returns a round step (1, 2 or 5) that divides 0 to top into about `count` parts.
    """
    power = 10.0 ** math.floor(math.log10(top / count))
    return next(power * factor for factor in (1, 2, 5, 10)
                if power * factor * count >= top)


def short(value):
    """Formats a number for an axis: 1.5M, 200k, 40."""
    for limit, letter in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g}{letter}"
    return f"{value:.3g}"


def short_version(text):
    """'7.0.15' of 'Redis server v=7.0.15 sha=00000000:0 malloc=...'."""
    return text.partition("v=")[2].partition(" ")[0]


def panels(result):
    """Yields (title, axis, lines). A line is its label, a value for each server, and
    the ratio to be written after ours, or None."""
    def panel(title, axis, rows, value):
        return title, axis, [(row["name"],
                              [value(row["sides"][name])
                               for name in result["sides"]], row["ratio"])
                             for row in rows]

    cpu = [row for row in result["rows"] if row["part"] == "cpu"]
    memory = [row for row in result["rows"] if row["part"] == "memory"]
    out = [panel((f"Pipeline of {pipeline}" if pipeline > 1 else "No pipeline")
                 + " (longer is better)", "requests per second of server CPU",
                 [row for row in cpu if row["pipeline"] == pipeline],
                 lambda side: 1e9 / side["cpu_ns"]["median"])
           for pipeline in sorted({row["pipeline"] for row in cpu})]
    if memory:
        out.append(panel("Memory (shorter is better)",
                         "resident bytes per key", memory,
                         lambda side: mean(side["rounds"])))
    rates = [dict(row, ratio=None, name=row["name"].replace(", % of hits", "").replace(
        "% if it knew", "known")) for row in result["rows"]
        if row["part"] == "hits" and "%" in row["name"]]
    if rates:
        out.append(panel("Cache (longer is better)", "per cent of hits", rates,
                         lambda side: side))
    return out


def draw_axis(page, y, top, scale, bottom, axis):
    step = nice_step(top)
    for i in range(int(top / step + 1e-9) + 1):
        x = LEFT + i * step * scale
        page.shapes.append('<path class="rule" d="M%g %g V%g"/>' % (x, y, bottom))
        page.note(x, bottom + 15, short(i * step), "middle")
    page.note(LEFT, bottom + 33, axis)


def draw_panel(page, y, title, axis, lines):
    """Draws a panel at a height. Returns the height below it."""
    top = max(value for _, values, _ in lines for value in values)
    scale = (WIDTH - LEFT - RIGHT) / top
    page.step(20, y + 30, title)
    y += 42
    bottom = y + sum(len(values) * (BAR + 2) + GAP for _, values, _ in lines) + GAP / 2
    draw_axis(page, y, top, scale, bottom, axis)
    y += GAP / 2 + 2
    for label, values, ratio in lines:
        page.note(LEFT - 10, y + len(values) * (BAR + 2) / 2 + 4, label, "end")
        for kind, value in zip(KINDS, values):
            page.box(LEFT, y, value * scale, BAR, kind=kind)
            figure = short(value)
            if ratio and kind is KINDS[0]:
                figure += f", {ratio['median']:.2f} x"
            page.note(LEFT + value * scale + 6, y + BAR - 3, figure)
            y += BAR + 2
        y += GAP
    return bottom + 40


def draw(result):
    """The SVG's text."""
    about = result["circumstances"]
    title = " and ".join(result["sides"]) + ", side by side on one machine"
    page = Page("chart", WIDTH, 0, title, "Requests per second of server CPU and memory per key "
                "of the measured servers.")
    page.text(20, 30, title, "title")
    page.note(20, 52, f"{about['processor']}, {about['cores']} cores, {about['date'][:10]}; "
              "x: ratio of the first to the second")
    x = 20
    for kind, name in zip(KINDS, result["sides"]):
        label = f"{name} {short_version(result['versions'].get(name, ''))}".strip()
        page.box(x, 65, 13, 13, kind=kind)
        page.note(x + 19, 76, label)
        x += 45 + 7.2 * len(label)
    y = 76
    for panel in panels(result):
        y = draw_panel(page, y, *panel)
    page.height = y + 10
    return page.svg()
