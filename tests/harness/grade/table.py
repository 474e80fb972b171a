"""The progress that the teacher sees while a class is judged.

On a terminal there is a line for each submission that has ended and, below them and redrawn all the
time, a line for each that is being judged. Elsewhere there is a line for each that ends.
"""

import shutil
import sys
import threading

from ..model import BLOCKED, FAILED, PASSED, SKIPPED

LETTERS = {PASSED: "+", FAILED: "x", SKIPPED: "-", BLOCKED: "."}
NAME = 28               # columns


def clean(text):
    """Returns the text without characters that would move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(text))


def line(book):
    """Returns the line of a submission that has been judged."""
    said = clean(book["problem"].splitlines()[0]) if book["problem"] else "".join(
        LETTERS[row["status"]] for row in book["checkpoints"])
    signs = "  %d sign%s" % (len(book["evidence"]), "s" * (len(book["evidence"]) > 1)) \
        if book["evidence"] else ""
    return "%-*s %3d of %d  %s%s" % (
        NAME, clean(book["name"])[:NAME], book["points"], book["points_possible"],
        said, signs)


class Table:
    """The lines; several threads report to it."""

    def __init__(self, total, out=None):
        self.out = out or sys.stdout
        self.live = self.out.isatty()
        self.total = total
        self.ended = 0
        self.running = {}
        self.drawn = 0
        self.lock = threading.Lock()

    def step(self, name, rows, what):
        """Notes that a submission is being judged: the rows so far, and the step now."""
        letters = "".join(LETTERS[row["status"]] for row in rows)
        with self.lock:
            self.running[name] = "%-*s %s %s" % (NAME, clean(name)[:NAME], letters, what)
            self._draw()

    def end(self, name, book, word=""):
        with self.lock:
            self.running.pop(name, None)
            self.ended += 1
            self._print("%*d/%d %s%s" % (len(str(self.total)), self.ended, self.total,
                                         line(book), word))

    def say(self, text):
        with self.lock:
            self._print(clean(text))

    def _print(self, text):
        self._wipe()
        self.out.write(text + "\n")
        self._draw()
        self.out.flush()

    def _wipe(self):
        if self.drawn:
            self.out.write("\033[%dA\033[J" % self.drawn)
        self.drawn = 0

    def _draw(self):
        if not self.live:
            return
        width, height = shutil.get_terminal_size()
        lines = list(self.running.values())[:height - 2]
        self._wipe()
        self.out.write("".join("  " + text[:width - 3] + "\n" for text in lines))
        self.drawn = len(lines)
        self.out.flush()
