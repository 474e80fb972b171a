"""What the real Redis says to the same session.

A redis-server that is installed is asked at once; otherwise the transcript
answers that `tests/check transcribe` stored with its version. A transcript
keeps "=" where Redis said exactly what the session expects (so that it holds
for every seed), else the answer itself.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess

from . import player, wire
from .model import Mismatch
from .server import Server
from .transport import Limits

COMMAND = 'redis-server --port {port} --save "" --appendonly no'
REDIS = "redis-server"
LONGEST = 600           # longer answers are stored by their beginning


def installed():
    """Is there a redis-server to ask?"""
    return shutil.which(REDIS) is not None


def version():
    """The version of the installed redis-server."""
    try:
        text = subprocess.run([REDIS, "--version"], stdout=subprocess.PIPE,
                              timeout=5, check=False).stdout.decode()
    except (OSError, subprocess.TimeoutExpired):
        return "?"
    hit = re.search(r"v=([0-9.]+)", text)
    return hit.group(1) if hit else "?"


class Recorder(player.Player):
    """Plays a session and writes down what comes, right or wrong."""

    def record(self):
        """{line: bytes, or "closed" or "nothing"} as far as it went."""
        self.answers = {}
        try:
            self.play()
        except Mismatch:
            pass
        return self.answers

    def _due(self, step):
        conn = self.conn(step.conn)
        what = getattr(step.node, "what", "")
        if what:
            super()._due(step)
            self.answers[step.line] = what
            return
        self.answers[step.line] = one_reply(conn)

    def _nothing_behind(self, name, steps):
        """Not judged here."""

    def _hear(self, step):
        self.answers[step.line] = one_reply(self.conn(step.conn))


def one_reply(conn):
    """The next reply, whatever it is."""
    from .expect import Typed
    try:
        return wire.encode(conn.due_reply(Typed()))
    except Mismatch as mismatch:
        if mismatch.ending in ("closed", "reset"):
            return "closed"
        raise


def ask(session, values, dialect=player.Resp):
    """What a fresh redis-server says to each step of the session."""
    server = Server(COMMAND).start()
    try:
        recorder = Recorder(session, server.address, Limits(), dialect, values)
        return recorder.record()
    finally:
        server.stop(0.2)


def digest(session):
    """Changes when a session does: then its transcript is out of date."""
    lines = [" ".join([name] + words) for name, words in session.lets]
    lines += [step.source for step in session.steps]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def path_of(checkpoint):
    """Where a stage's transcripts are stored."""
    from .manifest import FOLDER
    return os.path.join(FOLDER, checkpoint.stage, "transcripts.json")


def stored(checkpoint, session, values):
    """(version, answers) from the stored transcript, or None."""
    try:
        with open(path_of(checkpoint), encoding="utf-8") as file:
            book = json.load(file)
        entry = book["sessions"][checkpoint.id + " " + session.name]
    except (OSError, ValueError, KeyError):
        return None
    if entry["digest"] != digest(session):
        return None
    steps = [s for s in session.steps if s.verb in ("due", "hear")]
    answers = {}
    for step, text in zip(steps, entry["answers"]):
        answers[step.line] = restore(step, text, values)
    return book["redis"], answers


def restore(step, text, values):
    """A stored answer as what Recorder would have written."""
    if not text.startswith(("=", '"')):
        return text
    if text == "=":
        return (step.node.bind(values).exact() if step.verb == "due"
                else wire.bulk(step.templates[0].fill(values)))
    if not text.endswith('"'):
        return text
    return wire.unescape(text[1:-1])


def store_form(step, answer, values):
    """How an answer is written into the transcript."""
    if answer is None:
        return "?"
    if isinstance(answer, str):
        return answer
    if step.verb == "due" and step.node.bind(values).exact() == answer:
        return "="
    if step.verb == "hear":
        return "="
    if len(answer) > LONGEST:
        return wire.window(answer, 48)[0] + " (%d bytes)" % len(answer)
    return wire.show(answer)


def transcribe(stage, seed=1):
    """Write the transcripts of a stage; how many sessions they hold."""
    sessions = {}
    for checkpoint in stage.checkpoints:
        for session in checkpoint.sessions:
            values = session.values(seed)
            answers = ask(session, values)
            sessions[checkpoint.id + " " + session.name] = {
                "digest": digest(session),
                "answers": [store_form(step, answers.get(step.line), values)
                            for step in session.steps
                            if step.verb in ("due", "hear")]}
    if sessions:
        book = {"redis": version(), "seed": seed, "sessions": sessions}
        with open(path_of(stage.checkpoints[0]), "w",
                  encoding="utf-8") as file:
            json.dump(book, file, indent=1)
            file.write("\n")
    return len(sessions)


def answer(checkpoint, session, values, step, dialect=player.Resp):
    """(who, what) Redis says where the server failed, or None."""
    if step is None or session is None:
        return None
    who = version() if installed() else None
    answers = None
    if installed():
        try:
            answers = ask(session, values, dialect)
        except Mismatch:
            answers = None
    if answers is None:
        found = stored(checkpoint, session, values)
        if found is None:
            return None
        who, answers = found
    said = answers.get(step.line)
    who = ".".join(who.split(".")[:2])
    return ("redis " + who, said) if said not in (None, "?") else None


def disagreement(checkpoint, session, values, dialect=player.Resp):
    """Play the session as a judge on Redis: the Mismatch, or None."""
    server = Server(COMMAND).start()
    try:
        player.Player(session, server.address, Limits(), dialect,
                      values).play()
        return None
    except Mismatch as mismatch:
        return mismatch
    finally:
        server.stop(0.2)
