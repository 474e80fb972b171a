"""Draws a result as SVG, readable on a light and on a dark page.

One panel for each pipeline (the speeds differ tenfold, so each has an axis of
its own) and one for memory. The longer bar is the better one in the first
panels, the shorter one in the memory panel; each title says so.
"""

import math
from html import escape
from statistics import mean

WIDTH = 760
LEFT = 200      # where bars begin
BAR = 14
GAP = 14
RIGHT = 120     # room for the figure after the longest bar

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .note { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
  .ratio { font-weight: 600; }
  .title { font-weight: 600; font-size: 16px; }
  .panel { font-weight: 600; }
  .quiet { fill: #57606a; font-size: 12px; }
  .axis { stroke: #8c959f; }
  .grid { stroke: #d0d7de; }
  .back { fill: #ffffff; }
  .a { fill: #0969da; } .b { fill: #a0a8b2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .note { stroke: #0d1117; }
    .quiet { fill: #9198a1; }
    .axis { stroke: #7d8590; } .grid { stroke: #30363d; }
    .back { fill: #0d1117; }
    .a { fill: #58a6ff; } .b { fill: #6e7681; }
  }
"""


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


class Canvas:
    """SVG elements, one below the other."""

    def __init__(self):
        self.out = []
        self.y = 0

    def text(self, x, y, words, kind="", anchor="start"):
        style = f' class="{kind}"' if kind else ""
        self.out.append(f'<text x="{x:.1f}" y="{y:.1f}"{style} '
                        f'text-anchor="{anchor}">{escape(words)}</text>')

    def note(self, x, y, words, ratio):
        """A figure beside its bar, and the ratio after it."""
        if ratio:
            ratio = f'<tspan dx="9" class="ratio">{ratio}</tspan>'
        self.out.append(f'<text x="{x:.1f}" y="{y:.1f}" '
                        f'class="note">{words}{ratio}</text>')

    def line(self, x1, y1, x2, y2, kind):
        self.out.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" '
                        f'y2="{y2:.1f}" class="{kind}"/>')

    def bar(self, y, width, kind):
        self.out.append(f'<rect x="{LEFT}" y="{y:.1f}" width="{width:.1f}" '
                        f'height="{BAR}" rx="2" class="{kind}"/>')


def draw_axis(canvas, top, scale, bottom, axis):
    step = nice_step(top)
    ticks = int(top / step + 1e-9)
    for i in range(ticks + 1):
        x = LEFT + i * step * scale
        canvas.line(x, canvas.y, x, bottom, "axis" if i == 0 else "grid")
        canvas.text(x, bottom + 15, short(i * step), "quiet", "middle")
    canvas.text(LEFT, bottom + 33, axis, "quiet")


def draw_panel(canvas, title, axis, lines):
    top = max(value for _, values, _ in lines for value in values)
    scale = (WIDTH - LEFT - RIGHT) / top
    canvas.y += 30
    canvas.text(20, canvas.y, title, "panel")
    canvas.y += 12
    height = sum(len(values) * (BAR + 2) + GAP for _, values, _ in lines)
    bottom = canvas.y + height + GAP / 2
    draw_axis(canvas, top, scale, bottom, axis)
    y = canvas.y + GAP / 2 + 2
    for label, values, ratio in lines:
        middle = y + len(values) * (BAR + 2) / 2 + 4
        canvas.text(LEFT - 10, middle, label, anchor="end")
        for i, value in enumerate(values):
            canvas.bar(y, value * scale, "ab"[i])
            canvas.note(LEFT + value * scale + 6, y + BAR - 3, short(value),
                        f"{ratio['median']:.2f} x" if ratio and not i else "")
            y += BAR + 2
        y += GAP
    canvas.y = bottom + 40


def draw(result):
    """The SVG's text."""
    about = result["circumstances"]
    canvas = Canvas()
    canvas.y = 30
    canvas.text(20, canvas.y, " and ".join(result["sides"])
                + ", side by side on one machine", "title")
    canvas.y += 22
    canvas.text(20, canvas.y, f"{about['processor']}, {about['cores']} cores,"
                f" {about['date'][:10]}; x: ratio of the first to the second",
                "quiet")
    canvas.y += 24
    x = 20
    for kind, name in zip("ab", result["sides"]):
        version = short_version(result["versions"].get(name, ""))
        label = f"{name} {version}" if version else name
        canvas.out.append(f'<rect x="{x}" y="{canvas.y - 11}" width="13" '
                          f'height="13" rx="2" class="{kind}"/>')
        canvas.text(x + 19, canvas.y, label)
        x += 45 + 7.2 * len(label)
    for title, axis, lines in panels(result):
        draw_panel(canvas, title, axis, lines)
    height = canvas.y + 10
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
            f'height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}" '
            'role="img" aria-label="Requests per second of server CPU and '
            'memory per key of the measured servers">')
    return "\n".join([head, f"<style>{STYLE}</style>",
                      '<rect class="back" width="100%" height="100%"/>']
                     + canvas.out + ["</svg>", ""])
