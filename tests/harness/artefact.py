"""The .resp file of a failure, and the same by hand with tests/check send.

The file is a session with every value written out, under lines that say which
checkpoint it is of, with which server and seed. A checkpoint that is a
function has no session: its file has the lines alone, and its replay runs the
function again with that seed. A file without such lines is of no checkpoint, as one
that tests/check wire has written.
"""

import os
import re

from . import send, variant
from . import session as sessions
from .model import Checkpoint, SetupError, read_text, write_file

FOLDER = "out"
MOST = 400              # bytes; more are too many for a line


def by_hand(mismatch):
    """Returns a shell command that sends the same bytes, if only one connection failed:
    all that it sent until then, in two words if it was cut."""
    parts = [part for part in mismatch.sent if part]
    talkers = {event[1] for event in mismatch.timeline}
    if not parts or len(talkers) > 1 or mismatch.facts.get("links"):
        return ""
    if len(parts) > 2:
        parts = [b"".join(parts)]
    before = [event[4] for event in mismatch.timeline if event[2] == ">"]
    if b"".join(parts)[:MOST] in before:
        last = len(before) - 1 - before[::-1].index(b"".join(parts)[:MOST])
        parts[0] = b"".join(before[:last]) + parts[0]
    if sum(map(len, parts)) > MOST:
        return ""
    return send.typed(parts)


def write(result, options, values):
    """Writes the file. Returns its path."""
    failure, checkpoint = result.failure, result.checkpoint
    path = os.path.join(FOLDER, checkpoint.id + ".resp")
    lines = ["# %s %s: run again with: tests/check replay %s"
             % (checkpoint.id, checkpoint.title, path)]
    if failure.by_hand:
        lines.append("# by hand: " + failure.by_hand)
    if checkpoint.lesson:
        lines.append("checkpoint " + checkpoint.id)
    lines += ["seed %s" % options.seed, "dialect " + options.dialect]
    if variant.spoken:
        lines.append("variant " + variant.spoken.word)
    if options.connect:
        lines.append("connect %s:%d" % options.connect)
    else:
        lines.append("server " + options.server)
    text = "\n".join(lines) + "\n"
    if failure.session is not None:
        text += "\n" + failure.session.text(values)
        if failure.cut and failure.cut[0] != "whole":
            text += "cut %s\n" % " ".join(map(str, failure.cut))
    write_file(path, text.encode())
    return path


def keep(failure):
    """Keeps the file that a failure is about, beside the .resp file. Returns its path,
    or "" if there is none."""
    evidence = failure.mismatch.facts.get("file")
    if not evidence:
        return ""
    path = failure.artefact[:-len(".resp")] + "." + evidence.kind
    write_file(path, evidence.data)
    return path


def read(path):
    """Returns (header as a dict, session or None) of a .resp file, or of a session
    file."""
    header, found = sessions.read_text(read_text(path), path)
    fields = dict(header)
    if "checkpoint" not in fields and not found:
        raise SetupError("%s holds no session, and does not say which checkpoint it is of"
                         % path)
    if len(found) > 1:
        raise SetupError("%s holds more than one session" % path)
    return fields, (found[0] if found else None)


def stand_in(path, stage):
    """Returns a checkpoint to stand for a session that belongs to none."""
    name = os.path.splitext(os.path.basename(path))[0]
    return Checkpoint(re.sub(r"[^\w.-]", "_", name), stage, {
        "title": "as it was recorded"})
