"""Outputs, all of which are made from the same list of results."""

import json
import os
import re
import shutil
import sys
import textwrap

from .explain import WIDTH
from .model import BLOCKED, FAILED, PASSED, SKIPPED, write_file

COLOURS = {PASSED: "\033[32m", FAILED: "\033[31m", SKIPPED: "\033[33m",
           BLOCKED: "\033[33m"}
WORDS = {PASSED: "ok", FAILED: "FAIL", SKIPPED: "skip", BLOCKED: "----"}
IN_FULL = 3             # failures that are shown whole, the first of them

# This command, as the user can type it. Messages say tests/check. In a learner's own
# folder the path is another one, so what is printed there has that path, or the bare
# name if it is on the PATH.
CHECK = os.path.join(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))), "check")


def typed():
    """Returns this command as the user calls it: by its name if that is on the PATH."""
    called = sys.argv[0]
    if os.path.realpath(called) != CHECK:
        return "tests/check"    # the package is used by another program
    name = os.path.basename(called)
    found = shutil.which(name)
    if found and os.path.realpath(found) == os.path.realpath(called):
        return name
    return os.path.relpath(called) if not os.path.isabs(called) else called


def as_typed(line, command=None):
    """Returns the line with tests/check as the user can type it. Two columns that
    become too long are put below each other."""
    command = command or typed()
    if "tests/check" not in line or command == "tests/check":
        return line
    made = re.sub(r"(?<![\w/.-])tests/check(?= )", lambda _: command, line)
    if len(made) <= WIDTH:
        return made
    made = re.sub(r"^  by hand: +", "  by hand:\n    ", made)
    if max(map(len, made.splitlines())) > WIDTH:    # the shell reads on
        made = made.replace(" send ", " send \\\n      ", 1)
    return re.sub(r"(?<=\S)  +(?=hint: )", "\n  ", made)


def count(results, status):
    return sum(result.status == status for result in results)


def points(results, passed_only=True):
    """Returns the points of the checkpoints that passed, or of all of them."""
    return sum(result.checkpoint.points for result in results
               if result.status == PASSED or not passed_only)


def detail(result):
    """Returns the text behind a result's title."""
    if result.reason:
        return "(%s)" % result.reason
    parts = ["stretch"] if result.checkpoint.stretch else []
    if result.cuts:
        parts.append("%d cuts" % result.cuts)
    parts.append("%.1f s" % result.seconds)
    return "(%s)" % ", ".join(parts)


def summary(results, options, what):
    """Returns one line: how many passed, and of which variants."""
    text = "%s: %d/%d passed" % (what, count(results, PASSED), len(results))
    for status in (FAILED, BLOCKED, SKIPPED):
        if count(results, status):
            text += ", %d %s" % (count(results, status), status)
    text += ", %d of %d points" % (points(results), points(results, False))
    return text + (" (--seed WORD draws other values, as a teacher does)"
                   if str(options.seed) == "1"
                   else " (held-out values, seed %s)" % options.seed)


def remarks(results):
    """Returns remarks that explain the words of the summary."""
    found = []
    if any(result.checkpoint.stretch and result.status != PASSED
           for result in results):
        found.append("stretch: beyond what the stage needs; later stages do "
                     "not build on it")
    if count(results, BLOCKED):
        found.append("not run: it needs a checkpoint that failed, and would "
                     "say nothing new")
    return found


class Terminal:
    """Prints a line for each checkpoint as it ends, then the first failures in full.
    Later failures often follow from them."""

    def __init__(self, out=None, plain=False):
        self.out = out or sys.stdout
        self.plain = plain
        self.colour = (not plain and self.out.isatty()
                       and "NO_COLOR" not in os.environ)

    def paint(self, status, text):
        if not self.colour:
            return text
        return COLOURS[status] + text + "\033[0m"

    def line(self, text=""):
        self.out.write(as_typed(text) + "\n")
        self.out.flush()

    def begin(self, checkpoint):
        if self.colour:
            self.out.write(".... %s %s" % (checkpoint.id, checkpoint.title))
            self.out.flush()

    def end(self, result):
        if self.colour:
            self.out.write("\r\033[K")
        left = "%s %s %s" % (
            self.paint(result.status, WORDS[result.status].ljust(4)),
            result.checkpoint.id, result.checkpoint.title)
        behind = detail(result)
        if self.plain:
            behind = "(%s)" % result.reason if result.reason else ""
        self.line((left + "  " + behind).rstrip())
        for note in result.notes:
            self.line("       note: " + note)

    def failure(self, result):
        first, *rest = result.failure.lines
        for line in ["", self.paint(FAILED, first)] + rest:
            self.line(line)

    def finish(self, results, options, what):
        failed = [r for r in results if r.status == FAILED]
        for result in failed[:IN_FULL]:
            self.failure(result)
        if len(failed) > IN_FULL:
            self.line()
            self.line("also failed: "
                      + " ".join(r.checkpoint.id for r in failed[IN_FULL:]))
            self.line("  each is shown in full by")
            self.line("    tests/check --only ID"
                      + options.words.replace(" --server", " \\\n      --server"))
        self.line()
        self.line(textwrap.fill(summary(results, options, what), 80, subsequent_indent="  "))
        for remark in remarks(results):
            self.line(textwrap.fill(remark, 80, initial_indent="  ", subsequent_indent="    "))


class Tap:
    """TAP version 13. A test's name begins with its id in brackets."""

    def __init__(self, total):
        self.number = 0
        sys.stdout.write("TAP version 13\n1..%d\n" % total)

    def begin(self, checkpoint):
        pass

    def end(self, result):
        self.number += 1
        good = result.status in (PASSED, SKIPPED)
        text = "%s %d - [%s] %s" % ("ok" if good else "not ok", self.number,
                                    result.checkpoint.id,
                                    result.checkpoint.title)
        if result.status == SKIPPED:
            text += " # SKIP " + result.reason
        lines = [text] + ["# note: " + note for note in result.notes]
        if result.status == BLOCKED:
            lines.append("# not run: " + result.reason)
        if result.failure:
            lines += ["# " + line for line in result.failure.lines]
        print("\n".join(lines), flush=True)

    def finish(self, results, options, what):
        print("# " + summary(results, options, what))


def as_dict(result):
    """Returns a result for machines; the message is the same text."""
    checkpoint = result.checkpoint
    return {
        "id": checkpoint.id, "title": checkpoint.title,
        "stage": checkpoint.stage,
        "status": result.status, "points": checkpoint.points,
        "lesson": checkpoint.lesson, "seconds": round(result.seconds, 3),
        "stretch": checkpoint.stretch, "timing": checkpoint.timing,
        "reason": result.reason, "notes": result.notes,
        "sessions": result.sessions, "cuts": result.cuts,
        "looks_like": result.failure.looks if result.failure else [],
        "artefact": result.failure.artefact if result.failure else "",
        "message": result.failure.lines if result.failure else [],
    }


def sums(rows):
    """Returns how many rows of checkpoints have which status, and the points."""
    found = {name: sum(row["status"] == status for row in rows) for name, status in (
        ("passed", PASSED), ("failed", FAILED), ("skipped", SKIPPED), ("not_run", BLOCKED))}
    return {**found, "points": sum(row["points"] for row in rows if row["status"] == PASSED),
            "points_possible": sum(row["points"] for row in rows)}


def as_book(results, options, what):
    """Returns everything, as an object for JSON."""
    rows = [as_dict(result) for result in results]
    return {"what": what, "seed": str(options.seed), "server": options.server, **sums(rows),
            "summary": summary(results, options, what), "checkpoints": rows}


def write_json(path, value):
    put(path, json.dumps(value, indent=1) + "\n")


def junit(books):
    """Returns JUnit's XML: a test suite for each book, a case for each checkpoint."""
    import xml.etree.ElementTree as tree        # slow to import, rarely used

    def inside(parent, tag, /, text=None, **attributes):
        made = tree.SubElement(parent, tag, {
            key: in_xml(str(value)) for key, value in attributes.items()})
        made.text = text and in_xml(text)
        return made

    top = tree.Element("testsuites")
    for book in books:
        rows = book["checkpoints"]
        suite = inside(
            top, "testsuite", name=book["what"], tests=len(rows), errors=0,
            failures=book["failed"] + book["not_run"], skipped=book["skipped"],
            time="%.3f" % sum(row["seconds"] for row in rows))
        about = inside(suite, "properties")
        for name in ("points", "points_possible", "seed"):
            inside(about, "property", name=name, value=book[name])
        for row in rows:
            case = inside(suite, "testcase", classname=row["stage"],
                          name="[%s] %s" % (row["id"], row["title"]),
                          time="%.3f" % row["seconds"])
            inside(inside(case, "properties"), "property", name="points",
                   value=row["points"])
            if row["status"] == SKIPPED:
                inside(case, "skipped", message=row["reason"])
            elif row["status"] == BLOCKED:
                inside(case, "failure", message="not run: " + row["reason"])
            elif row["status"] == FAILED:
                inside(case, "failure", text="\n".join(row["message"]),
                       message=row["message"][0])
    # One suite stands alone, as it did before there were several.
    top = top[0] if len(books) == 1 else top
    tree.indent(top)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            + tree.tostring(top, "unicode") + "\n")


def in_xml(text):
    """Returns the text without characters that XML cannot hold in any form."""
    return re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)


def put(path, text):
    """Writes to a file, or to the terminal for -."""
    if path == "-":
        sys.stdout.write(text)
    else:
        write_file(path, text.encode())
