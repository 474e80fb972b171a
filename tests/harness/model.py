"""The terms of the harness: stage, checkpoint, session, result, failure.

A run makes one list of Result objects; every output is made from that list.
"""

import os
import re

PASSED = "passed"
FAILED = "failed"
SKIPPED = "skipped"     # something that the check needs is not installed
BLOCKED = "not run"     # a checkpoint that this one needs has failed


class SetupError(Exception):
    """The harness or its set-up is at fault: one clear line, exit status 2."""


class Skip(Exception):
    """This check cannot be made here; the text says what is missing."""


class Mismatch(Exception):
    """An expected thing did not come: the only way in which judging fails.

    On the wire: conn, sent (the parts of the last write), expected and actual bytes,
    ending ("silence", "closed", "reset" or None), at (the first byte that differs). For
    facts that are not bytes (descriptors, CPU time): expected_text and actual_text.
    facts is for the "looks like" rules."""

    def __init__(self, note="", **fields):
        super().__init__(note)
        self.note = note
        self.summary = fields.pop("summary", "")
        self.conn = fields.pop("conn", None)
        self.sent = fields.pop("sent", [])
        self.expected = fields.pop("expected", None)
        self.expected_text = fields.pop("expected_text", "")
        self.actual = fields.pop("actual", None)
        self.actual_text = fields.pop("actual_text", "")
        self.ending = fields.pop("ending", None)
        self.waited = fields.pop("waited", 0.0)
        self.at = fields.pop("at", None)
        self.step = fields.pop("step", None)
        self.timeline = fields.pop("timeline", [])
        self.facts = fields.pop("facts", {})
        if fields:
            raise TypeError("unknown fields %s" % sorted(fields))


class Checkpoint:
    """One row of a manifest."""

    def __init__(self, ident, stage, fields):
        self.id = ident
        self.stage = stage
        self.title = fields["title"]
        self.needs = fields.get("needs", "").split()
        self.points = int(fields["points"])
        self.lesson = fields["lesson"]
        self.mistakes = fields.get("mistakes", "").split()
        self.code = fields.get("code", "").split()  # sources of ours: see tests/lab
        self.replays = fields.get("replays", "all")
        self.stretch = "stretch" in fields.get("marks", "")
        self.timing = "timing" in fields.get("marks", "")
        self.hints = [verbatim(fields["hint%d" % n]) for n in (1, 2, 3)]
        self.sessions = []
        self.judge = None


def verbatim(text):
    """Returns a manifest's text: lines that start with | keep their spaces."""
    lines = text.strip().splitlines()
    return "\n".join(re.sub(r"^\| ?", "", line) for line in lines)


class Stage:
    """A manifest: a stage's number, folder name and checkpoints."""

    def __init__(self, number, name, checkpoints):
        self.number = number
        self.name = name
        self.checkpoints = checkpoints


class Failure:
    """A mismatch, with everything that its message shows."""

    def __init__(self, mismatch):
        self.mismatch = mismatch
        self.session = None
        self.cut = None
        self.oracle = ""
        self.looks = []
        self.fate = ""
        self.last_lines = []
        self.artefact = ""
        self.kept = ""          # a copy of the file that it is about
        self.by_hand = ""
        self.lines = []         # the whole message


class Result:
    """The outcome of one checkpoint."""

    def __init__(self, checkpoint, status, seconds=0.0, reason=""):
        self.checkpoint = checkpoint
        self.status = status
        self.seconds = seconds
        self.reason = reason
        self.failure = None
        self.notes = []
        self.sessions = 0
        self.cuts = 0


def read_file(path):
    """Returns the bytes of a file. Raises SetupError if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise SetupError("%s: %s" % (path, error.strerror))


def write_file(path, data):
    """Writes a file with these bytes. Raises SetupError if that fails."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise SetupError("cannot write %s: %s" % (path, error.strerror))
