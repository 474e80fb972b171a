"""What common/tools/docs draws the pictures of the lessons with.

The picture docs/pictures/NAME.svg is described by NAME.txt beside it: its title, its
width and height, what it shows, in words, for those who cannot see it; then, behind a
blank line, its shapes. A line is the name of a method of Page, and what that takes:

    note 24 40 "before"
    cells 24 60 30 "..000" plain "..100" warm 90
    arrow 50,90 50,120

All of them have one style, with a light and a dark form; the reader's browser
chooses. Texts that overlap, that leave their box or the page, and arrows that
cross a text are faults: what is drawn can be read.
"""

import html
import json
import re

SANS = 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif'
MONO = ('ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", '
        'monospace')
# A kind of box: its colours by day and by night (filling, edge).
KINDS = {
    "plain": (("#ffffff", "#59636e"), ("#0d1117", "#9198a1")),
    "warm": (("#fff1e5", "#bc4c00"), ("#331f10", "#db6d28")),
    "good": (("#dafbe1", "#1a7f37"), ("#12291b", "#3fb950")),
    "cool": (("#ddf4ff", "#0969da"), ("#0c2d4a", "#4493f8")),
    "free": (("#f6f8fa", "#d1d9e0"), ("#151b23", "#3d444d")),
}
# A kind of text: its font, its colours by day and by night, the width of a letter.
TEXTS = {
    "title": ("600 16px " + SANS, "#1f2328", "#f0f6fc", 9.9),
    "step": ("600 14px " + SANS, "#1f2328", "#f0f6fc", 8.6),
    "note": ("13px " + SANS, "#59636e", "#9198a1", 7.3),
    "code": ("13px " + MONO, "#1f2328", "#f0f6fc", 7.9),
}


def css():
    day, night = [], []
    for name, (light, dark) in KINDS.items():
        day.append(".%s { fill: %s; stroke: %s; }" % (name, *light))
        night.append(".%s { fill: %s; stroke: %s; }" % (name, *dark))
    for name, (font, light, dark, _) in TEXTS.items():
        day.append(".%s { font: %s; fill: %s; }" % (name, font, light))
        night.append(".%s { fill: %s; }" % (name, dark))
    day += [".page { fill: #ffffff; stroke: #d1d9e0; }",
            ".middle { text-anchor: middle; }", ".end { text-anchor: end; }",
            ".way { fill: none; stroke: #1f2328; stroke-width: 1.5; }",
            ".gone { stroke-dasharray: 4 3; }", ".head { fill: #1f2328; }",
            ".rule { fill: none; stroke: #d1d9e0; }"]
    night += [".page { fill: #0d1117; stroke: #3d444d; }",
              ".way { stroke: #f0f6fc; }", ".head { fill: #f0f6fc; }",
              ".rule { stroke: #3d444d; }"]
    return "\n".join(["    " + rule for rule in day]
                     + ["    @media (prefers-color-scheme: dark) {"]
                     + ["      " + rule for rule in night] + ["    }"])


class Page:
    """A picture that is being drawn. Places are (x, y) from the upper left."""

    def __init__(self, name, width, height, title, about):
        self.name, self.width, self.height = name, width, height
        self.title, self.about = title, about
        self.shapes, self.texts, self.boxes, self.ways = [], [], [], []

    # What is drawn with.

    def text(self, x, y, words, kind="note", anchor="start"):
        """Words whose first line stands on y; each further line 18 below."""
        for line in words.split("\n"):
            width = len(line) * TEXTS[kind][3]
            left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
            self.texts.append((line, left, y - 12, left + width, y + 4))
            more = "" if anchor == "start" else " " + anchor
            self.shapes.append('<text class="%s%s" x="%g" y="%g" xml:space='
                               '"preserve">%s</text>' % (
                                   kind, more, x, y, html.escape(line)))
            y += 18

    def note(self, x, y, words, anchor="start"):
        self.text(x, y, words, "note", anchor)

    def step(self, x, y, words, anchor="start"):
        self.text(x, y, words, "step", anchor)

    def code(self, x, y, words, anchor="start"):
        self.text(x, y, words, "code", anchor)

    def box(self, x, y, width, height, words="", kind="plain", font="code"):
        """A box with words in its middle."""
        gone = " gone" if kind == "free" else ""
        self.shapes.append('<rect class="%s%s" x="%g" y="%g" width="%g" '
                           'height="%g" rx="2"/>' % (kind, gone, x, y, width, height))
        self.boxes.append((x, y, x + width, y + height, words))
        lines = words.split("\n") if words else []
        first = y + height / 2 + 4.5 - 9 * (len(lines) - 1)
        for number, line in enumerate(lines):
            self.text(x + width / 2, first + 18 * number, line, font, "middle")

    def cells(self, x, y, height, *cells):
        """A row of boxes: words, a kind, and a width if it is not that of the words."""
        while cells:
            words, kind, *cells = cells
            width = max(30, len(words) * TEXTS["code"][3] + 14)
            if cells and not isinstance(cells[0], str):
                width, *cells = cells
            self.box(x, y, width, height, words, kind)
            x += width

    def arrow(self, *points, head=' marker-end="url(#head)"'):
        """A way along these points; "gone" before them makes it a dashed one."""
        gone = " gone" if points[0] == "gone" else ""
        points = points[bool(gone):]
        path = " L".join("%g %g" % point for point in points)
        self.shapes.append('<path class="way%s" d="M%s"%s/>' % (gone, path, head))
        self.ways += list(zip(points, points[1:]))

    def line(self, *points):
        """The same without a head."""
        self.arrow(*points, head="")

    def brace(self, left, right, y, words, where="below"):
        """A line under what lies between, or "above" it, with words."""
        below = where == "below"
        tick = -5 if below else 5
        self.shapes.append('<path class="way" d="M%g %g V%g H%g V%g"/>' % (
            left + 2, y + tick, y, right - 2, y + tick))
        self.note((left + right) / 2, y + 18 if below else y - 8, words, "middle")

    def rule(self, y):
        self.shapes.append('<path class="rule" d="M20 %g H%g"/>' % (
            y + 0.5, self.width - 20))

    # What is wrong with it.

    def faults(self):
        for line, *at in self.texts:
            if at[0] < 8 or at[2] > self.width - 8 or at[1] < 4 or at[3] > self.height - 4:
                yield "leaves the page: " + line
        for number, (line, *at) in enumerate(self.texts):
            for other, *there in self.texts[number + 1:]:
                if overlap(at, there):
                    yield "overlap: %s / %s" % (line, other)
            for *box, words in self.boxes:
                if overlap(at, box) and not inside(at, box):
                    yield "leaves a box: %s (%s)" % (line, words)
            for way in self.ways:
                if crosses(way, at):
                    yield "an arrow crosses: " + line

    def svg(self):
        return """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d"
     width="%d" height="%d" role="img" aria-labelledby="title about">
  <title id="title">%s</title>
  <desc id="about">%s</desc>
  <style>
%s
  </style>
  <defs>
    <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6"
            markerHeight="6" orient="auto">
      <path class="head" d="M0 0 L8 4 L0 8 z"/>
    </marker>
  </defs>
  <rect class="page" x="0.5" y="0.5" width="%d" height="%d" rx="8"/>
  %s
</svg>
""" % (self.width, self.height, self.width, self.height, html.escape(self.title),
            html.escape(self.about), css(), self.width - 1, self.height - 1,
            "\n  ".join(self.shapes))


def overlap(one, other):
    return (one[0] < other[2] - 1 and other[0] < one[2] - 1
            and one[1] < other[3] - 1 and other[1] < one[3] - 1)


def inside(one, other):
    return (one[0] >= other[0] - 1 and one[2] <= other[2] + 1
            and one[1] >= other[1] - 1 and one[3] <= other[3] + 1)


def crosses(way, box):
    """Twenty places of the way are looked at."""
    (x, y), (x2, y2) = way
    return any(box[0] < x + (x2 - x) * part / 20 < box[2]
               and box[1] < y + (y2 - y) * part / 20 < box[3]
               for part in range(21))


def value(word):
    """What a word of a file stands for: a number, a place, or text."""
    if re.fullmatch(r"[\d.,]+", word):
        numbers = tuple(map(float, word.split(",")))
        return numbers if numbers[1:] else numbers[0]
    return json.loads(word) if word[0] == '"' else word


def read(path):
    """The picture that a file describes. Raises ValueError for a line that is wrong."""
    head, _, shapes = path.read_text(encoding="utf-8").partition("\n\n")
    title, line, *about = head.split("\n")
    try:
        page = Page(path.stem, *map(int, line.split()), title, " ".join(about))
        page.text(24, 34, title, "title")
        for line in shapes.splitlines():
            name, *words = re.findall(r'"(?:[^"\\]|\\.)*"|\S+', line)
            getattr(page, name)(*map(value, words))
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError("%s: %s: %s" % (path.name, line, error))
    return page
