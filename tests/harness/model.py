"""The terms of the harness: stage, checkpoint, session, result, failure.

A run makes one list of Result objects; every output is made from that list.
"""

import collections
import dataclasses
import os
import re
import shutil

PASSED = "passed"
FAILED = "failed"
SKIPPED = "skipped"     # something that the check needs is not installed
BLOCKED = "not run"     # a checkpoint that this one needs has failed

RESTARTED = "killed and restarted"     # among the events of a session


class SetupError(Exception):
    """The harness or its set-up is at fault: one clear line, exit status 2."""


class Skip(Exception):
    """This check cannot be made here; the text says what is missing."""


@dataclasses.dataclass(eq=False, repr=False)
class Mismatch(Exception):
    """An expected thing did not come: the only way in which judging fails.

    For facts that are not bytes (descriptors, CPU time) there are expected_text and
    actual_text. facts is for the "looks like" rules."""

    note: str = ""
    summary: str = ""
    conn: str = None
    sent: list = dataclasses.field(default_factory=list)    # the parts of the last write
    expected: bytes = None
    expected_text: str = ""
    actual: bytes = None
    actual_text: str = ""
    ending: str = None          # "silence", "closed", "reset", "refused" or None
    waited: float = 0.0
    at: int = None              # the first byte that differs
    step: object = None
    timeline: list = dataclasses.field(default_factory=list)
    facts: dict = dataclasses.field(default_factory=dict)


class Checkpoint:
    """One row of a manifest, or what stands in for one: all but the title may be missing."""

    def __init__(self, ident, stage, fields):
        self.id = ident
        self.stage = stage
        self.title = fields["title"]
        self.needs = fields.get("needs", "").split()
        self.points = int(fields.get("points", 0))
        self.lesson = fields.get("lesson", "")
        self.mistakes = fields.get("mistakes", "").split()
        self.code = fields.get("code", "").split()  # sources of ours: see tests/lab
        self.replays = fields.get("replays", "all")
        self.stretch = "stretch" in fields.get("marks", "")
        self.timing = "timing" in fields.get("marks", "")
        self.hints = [verbatim(fields.get("hint%d" % n, "")) for n in (1, 2, 3)]
        self.sessions = []
        self.judge = None


def verbatim(text):
    """Returns a manifest's text: lines that start with | keep their spaces."""
    lines = text.strip().splitlines()
    return "\n".join(re.sub(r"^\| ?", "", line) for line in lines)


# A manifest: a stage's number, folder name and checkpoints.
Stage = collections.namedtuple("Stage", "number name checkpoints")


@dataclasses.dataclass
class Failure:
    """A mismatch, with everything that its message shows."""

    mismatch: Mismatch
    session: object = None
    cut: tuple = None
    oracle: tuple = None
    looks: list = dataclasses.field(default_factory=list)
    fate: str = ""
    words: list = dataclasses.field(default_factory=list)   # behind the server's command
    last_lines: tuple = ()
    artefact: str = ""
    kept: str = ""              # a copy of the file that it is about
    by_hand: str = ""
    lines: list = dataclasses.field(default_factory=list)   # the whole message


@dataclasses.dataclass
class Result:
    """The outcome of one checkpoint."""

    checkpoint: Checkpoint
    status: str
    seconds: float = 0.0
    reason: str = ""
    failure: Failure = None
    usable: bool = False        # failed, and others can be judged nevertheless
    notes: list = dataclasses.field(default_factory=list)
    sessions: int = 0
    cuts: int = 0
    limits: tuple = None        # what was learnt about silence: see Limits.learn


def read_file(path):
    """Returns the bytes of a file. Raises SetupError if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise SetupError("%s: %s" % (path, error.strerror))


def read_text(path):
    """Returns the text of a file. Raises SetupError if it cannot be read. Lines may end as an
    editor of another system has left them."""
    try:
        return read_file(path).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise SetupError("%s is not UTF-8" % path)


def write_file(path, data):
    """Writes a file with these bytes. Raises SetupError if that fails."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise SetupError("cannot write %s: %s" % (path, error.strerror))


def remove(path):
    """Removes a file, or a folder with all that is in it. Raises SetupError if that fails."""
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)
    except OSError as error:
        raise SetupError("cannot remove %s: %s" % (error.filename or path, error.strerror))
