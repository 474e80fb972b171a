"""The answers of the real Redis to the same session.

If a redis-server is installed, it is asked. Otherwise its answer is what the session
expects, since every session is checked against Redis (`tests/check seeds`).
Answers that a session leaves open are kept in checkpoints/redis.json, which
`tests/check transcribe` writes.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile

from . import player, variant, wire
from .command import ran
from .expect import ANY, Soon
from .manifest import FOLDER
from .model import Mismatch, write_file
from .server import Server
from .transport import Limits, Listener

COMMAND = 'redis-server --port {port} --save "" --appendonly no'
REDIS = "redis-server"
KEPT = os.path.join(FOLDER, "redis.json")
AS_DUE = "just what is expected"
LONGEST = 600           # of longer answers only the beginning is kept


def installed():
    return shutil.which(REDIS) is not None


def version():
    """Returns the version of the installed redis-server."""
    try:
        _, text = ran([REDIS, "--version"], timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return "?"
    hit = re.search(r"v=([0-9.]+)", text)
    return hit.group(1) if hit else "?"


class Recorder(player.Player):
    """Plays a session and writes down the answers, right or wrong: answers is {step:
    bytes, or "closed" or "nothing"} as far as it went."""

    def __init__(self, *words, **named):
        super().__init__(*words, **named)
        self.answers = {}

    def _due(self, step):
        as_due = step.what or (AS_DUE if is_judged(step) else "")
        if as_due:
            super()._due(step)
        due = b"" if as_due else step.node.bind(self.values).exact() or b""
        heard = [one_reply(self.conn(step.conn))    # raw bytes may be several replies
                 for _ in ([] if as_due else list(wire.replies(due)) or [due])]
        self.answers[step] = as_due or (
            "closed" if "closed" in heard else b"".join(heard))
        if not as_due:
            self._answered(step.conn, wire.to_bytes(self.answers[step]))
        if step.keep and not as_due:
            self._keep(step, wire.parse(self.answers[step])[0])

    def _hear(self, step):
        self.answers[step] = one_reply(self.conn(step.conn))

    def _nothing_behind(self, name, steps):
        """Is not judged here."""


def is_judged(step):
    """Returns true if it is more than the next reply that is expected, or depends on
    earlier answers. Then nothing can be said but that Redis answers the same."""
    return bool(step.node.flows) or isinstance(step.node, Soon) or step.follows


def one_reply(conn):
    try:
        return wire.encode(conn.due_reply(ANY))
    except Mismatch as mismatch:
        if mismatch.ending in ("closed", "reset"):
            return "closed"
        raise


def ask(session, values, dialect=player.Resp):
    """Returns the answers of a fresh redis-server to the steps of a session: see Recorder."""
    def start(words):
        return Server(COMMAND, words=words, loaded=True).start()

    with Listener() as listener, tempfile.TemporaryDirectory() as folder:
        spoken, variant.spoken = variant.spoken, None
        own = player.Own(session, values, folder, start) if session.own else None
        server = own.server if own else start(
            session.words + (listener.words if session.primary else []))
        recorder = Recorder(session, server.address, Limits(), dialect, values,
                            listener=listener, own=own)
        try:
            with contextlib.suppress(Mismatch):
                recorder.play()
        finally:
            (own.server if own else server).stop(0)     # it has nothing to save
            variant.spoken = spoken
        return recorder.answers


def expected(step, values, dialect=player.Resp):
    """Returns the only right answer to a step; None if there are others."""
    if step.verb == "hear":
        return dialect.answer(step.templates[0].fill(values))
    if not step.what and is_judged(step):
        return AS_DUE
    return step.what or step.node.bind(values).exact()


def name_of(step, session):
    """Returns the name of an answered step in its session: its place and its text. If
    the session changes, nothing is kept under that name."""
    return "%d %s" % (session.steps.index(step), step.source)


def kept():
    """Returns what transcribe has written: {"redis": version, session: {step: answer}}."""
    try:
        with open(KEPT, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {"redis": "7"}


def as_kept(answer):
    if isinstance(answer, str):
        return answer
    if len(answer) > LONGEST:
        return wire.brief(answer, 48) + " (%d bytes)" % len(answer)
    return wire.show(answer)


def as_answer(text):
    """Turns such a text into an answer; the beginning of a long one stays text."""
    if text[:1] == text[-1:] == '"':
        return wire.unescape(text[1:-1])
    return text


def transcribe(stages):
    """Writes the answers of Redis that sessions leave open. Returns how many sessions
    of how many are in it."""
    book, count = {"redis": version()}, 0
    for checkpoint in (c for stage in stages for c in stage.checkpoints):
        for session in checkpoint.sessions:
            values, count = session.values(1), count + 1
            mine = unsaid(session, values)
            if mine:
                book[checkpoint.id + " " + session.name] = mine
    write_file(KEPT, (json.dumps(book, indent=1) + "\n").encode())
    return len(book) - 1, count


def unsaid(session, values):
    """Returns the answers of Redis to the steps of a session that the session leaves
    open."""
    found = {}
    for step, said in ask(session, values).items():
        if said != expected(step, values):
            found[name_of(step, session)] = as_kept(said)
        if step.keep and isinstance(said, bytes):
            values = {**values,
                      step.keep: wire.to_bytes(wire.parse(said)[0][1])}
    return found


def answer(checkpoint, session, values, step, dialect=player.Resp):
    """Returns (who, what): the answer of Redis where the server failed, or None."""
    if session is None or step is None or step.verb not in ("due", "hear"):
        return None
    if installed():
        with contextlib.suppress(Mismatch):
            return told(version(), ask(session, values, dialect).get(step))
    book = kept()
    text = book.get(checkpoint.id + " " + session.name, {}).get(
        name_of(step, session))
    return told(book["redis"], as_answer(text) if text
                else expected(step, values, dialect))


def told(who, said):
    """Returns an answer of that version of Redis, if it has one."""
    return said and ("redis " + ".".join(who.split(".")[:2]), said)
