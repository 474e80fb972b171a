"""The text form of sessions. tests/README.md is its manual.

A file holds one or more sessions; each is a dialogue on named connections:

    session "what it is about"
    let key = key
    A> SET {key} "a b"
    A< +OK
"""

import math
import os
import re
import shlex

from . import expect, seeds, wire
from .model import SetupError, read_text as text_of


MARKS = ("alone", "whole", "unmarked")


class Step:
    """One line of a dialogue.

    verb is send, say, due, hear, open, close, reset, end, call, lead, follow,
    count, history, address, barrier, wait, restart, sigterm, exits, write, remove, holds, has,
    logs, there or missing.
    """

    def __init__(self, verb, conn, line, source):
        self.verb = verb
        self.conn = conn
        self.line = line
        self.source = source
        self.templates = []
        self.raw = False
        self.node = None
        self.keep = None        # the name of the value that the reply is
        self.follows = False    # is what is expected known only when it is played?
        self.amount = 0.0

    @property
    def what(self):
        """Returns "closed" or "nothing", if that is expected instead of a reply."""
        return self.node.what if self.node else ""

    def payload(self, values):
        """Returns the bytes that a send step writes."""
        if self.raw:
            return self.templates[0].fill(values)
        return wire.request(*[item.fill(values) for item in self.templates])

    def text(self, values):
        """Returns the line with these values written out."""
        names = set(names_of(self))
        if isinstance(self.node, expect.Exact) and self.node.kind in "+-" and \
                names and names <= set(values):
            return "%s<< %s" % (self.conn, wire.show(self.node.bind(values).exact()))
        return written(self.source, values)


class Session:
    """A dialogue, with the definitions of its values."""

    def __init__(self, name, path):
        self.name = name
        self.path = path
        self.lets = []
        self.steps = []
        self.lines = []         # that are about its server and its files
        self.alone = False
        self.whole = False
        self.unmarked = False   # its clients may not be allowed to send marks
        self.words = []         # words behind the server's command
        self.files = []         # (name, content) in its folder before it starts
        self.primary = None     # the connection that the server makes to us at its start
        self.target = None      # the connection on which it moves keys to us
        self.knows = []         # played only if the server knows these commands
        self.dialect = None
        self.cut = None

    def values(self, seed, run=0):
        """Returns the values of the `let` lines for one seed and one run."""
        draw = seeds.Draw(seed, "%s/%s" % (os.path.basename(self.path),
                                           self.name), run)
        for name, words in self.lets:
            draw.draw(name, words)
        return {**dict.fromkeys(self.kept(), b"0"), **draw.values}

    def kept(self):
        """Returns the values that come from replies, or from the server's start: see
        Player."""
        return [step.keep for step in self.steps if step.keep] + (
            ["port"] if self.primary else []) + (["target"] if self.target else []) + (
                ["dir"] if self.own else [])

    @property
    def own(self):
        """Returns true if each run starts a server in a folder of its own, {dir}."""
        return bool(self.files) or any("{" in word for word in self.words) or any(
            step.verb in FILE_VERBS + SERVER_VERBS or "dir" in names_of(step)
            for step in self.steps)

    @property
    def links(self):
        """Returns true if there is a replication link in it. Its stream then has the
        writes of all other runs, too, and links are cut differently: see splits."""
        return bool(self.primary) or any(
            step.verb == "follow" or step.node and step.node.flows
            for step in self.steps)

    def connections(self):
        """Returns the names of the connections, in order of appearance."""
        names = []
        for step in self.steps:
            if step.conn and step.conn not in names:
                names.append(step.conn)
        return names

    def text(self, values):
        """Returns the session as text with every value written out. What is known only
        when it is played stays a {name}."""
        values = {name: value for name, value in values.items() if name not in self.kept()}
        lines = ["session " + wire.show(self.name.encode())]
        lines += [mark for mark in MARKS if getattr(self, mark)]
        lines += ["%s %s" % (side, getattr(self, side)) for side in ("primary", "target")
                  if getattr(self, side)]
        return "\n".join(lines + [written(line, values) for line in self.lines] + [
            step.text(values) for step in self.steps]) + "\n"


def in_folder(folder, name):
    """Returns the path of a file in a server's folder, and never outside it."""
    path = os.path.normpath(os.path.join(folder, name.decode()))
    if not path.startswith(folder + os.sep):
        raise SetupError("a session has files in its server's folder alone, not " + path)
    return path


# What may have a {name} in it: a string in quotes, or a word behind a reply's type. Other words
# are passed over as a whole: looking at each of their tails takes minutes for a long one.
HOLDER = re.compile(r'"((?:[^"\\]|\\.)*)"|([-+:,#(]?)([^\s\[\]]*\{[^\s\[\]]*)|[^\s\[\]"{]+')
BARE = re.compile(r"[!#-Z^-}]+")


def written(line, values):
    """Returns a line with these values written out; other {names} stay."""
    def fill(found):
        quoted, mark, word = found.groups()
        if quoted is None and word is None:
            return found.group()
        made = expect.Template(word or quoted, not word)
        text = "".join(hole_text(part, values) for part in made.parts)
        if not made.names():
            return found.group()
        return mark + text if word and BARE.fullmatch(text) else '%s"%s"' % (mark or "", text)

    return HOLDER.sub(fill, line)


def hole_text(part, values):
    """Returns a part of a template as it stands in quotes, a hole with its value."""
    if not isinstance(part, bytes):
        counted, name = part
        if name not in values:
            return "{%s%s}" % ("#" * counted, name)
        part = b"%d" % len(values[name]) if counted else values[name]
    return wire.show(part)[1:-1].replace("{", "\\x7b")


EVENTS = {"opens": "open", "closes": "close", "resets": "reset",
          "ends": "end", "is called": "call", "is followed": "lead",
          "follows": "follow"}
SIMPLE = re.compile(r"([A-Z][A-Za-z0-9]*)\s*(>>|>|<<|<| says | hears )(.*)")
EVENT = re.compile(
    r"([A-Z][A-Za-z0-9]*)\s+(opens|closes|resets|ends|is called|is followed|"
    r"follows)")
FILE_VERBS = ("write", "remove", "holds", "has", "logs", "there", "missing")
SERVER_VERBS = ("restart", "sigterm", "exits")
KEPT = re.compile(r"(count|history|address) ([a-z][a-z0-9_]*) = ([A-Z][A-Za-z0-9]*)"
                  r"(?: ([+-]) (\d+))?")


def read_step(line, number):
    """Returns the step that a line stands for, or None if it is not one."""
    hit = SIMPLE.fullmatch(line)
    if hit:
        conn, mark, rest = hit.group(1), hit.group(2).strip(), hit.group(3)
        return read_talk(Step(None, conn, number, line), mark, rest.strip())
    hit = EVENT.fullmatch(line)
    if hit:
        return Step(EVENTS[hit.group(2)], hit.group(1), number, line)
    hit = KEPT.fullmatch(line)
    if hit:
        step = Step(hit.group(1), hit.group(3), number, line)
        step.keep = hit.group(2)
        step.amount = int((hit.group(4) or "") + (hit.group(5) or "0"))
        return step
    words = line.split()
    if words[0] in FILE_VERBS:
        step = Step(words[0], None, number, line)
        step.templates = two_templates(line.partition(" ")[2])
        return step
    if line in SERVER_VERBS:
        return Step(line, None, number, line)
    if words[0] == "barrier" and len(words) == 2:
        return Step("barrier", words[1], number, line)
    if words[0] == "wait" and len(words) == 2 and words[1].endswith("ms"):
        step = Step("wait", None, number, line)
        step.amount = float(words[1][:-2]) / 1000
        if not 0 <= step.amount < math.inf:
            raise ValueError("a wait has a length: " + line)
        return step
    return None


def read_talk(step, mark, rest):
    """Reads a line that sends or expects."""
    if mark in (">>", ">", "says"):
        step.verb = "say" if mark == "says" else "send"
        step.raw = mark == ">>"
        step.templates = [expect.template(w) for w in send_words(rest)]
        if mark != ">" and len(step.templates) != 1:
            raise ValueError("one quoted string is due here")
        return step
    if mark == "hears":
        step.verb = "hear"
        step.templates = [expect.template(rest)]
        return step
    step.verb = "due"
    if rest.startswith("keep "):
        _, step.keep, rest = rest.split(None, 2)
    step.node = expect.read(("raw " if mark == "<<" else "") + rest)
    return step


def two_templates(rest):
    """Reads NAME, or NAME TEXT."""
    name, text = map(expect.template, (send_words(rest) + ["\"\""])[:2])
    return name, text


def send_words(rest):
    """Returns the words of a command. Words are separated by spaces; quotes keep
    spaces."""
    return re.findall(r'"(?:[^"\\]|\\.)*"|\S+', rest)


REPEATED = re.compile(r"\[(\d+) ([^\]]+)\]")


def read_commands(path):
    """Returns the commands of a table, between semicolons: the words of each, as bytes.
    [3 f# #] stands for f0 0 f1 1 f2 2."""
    text = " ; ".join(line.strip() for line in text_of(path).split("\n")
                      if line.strip() and line[0] != "#")
    text = REPEATED.sub(lambda found: " ".join(
        found[2].replace("#", str(n)) for n in range(int(found[1]))), text)
    return [[wire.unescape(word[1:-1] if word[0] == '"' else word)
             for word in send_words(command)] for command in text.split(" ; ")]


def read_let(rest):
    """Reads `let NAME = KIND WORDS...`"""
    name, equals, right = rest.partition("=")
    name = name.strip()
    if not equals or not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise ValueError("a let line looks like: let word = word 3 8")
    words = send_words(right)
    if not hasattr(seeds.Draw, "make_" + words[0].replace("-", "_")):
        raise ValueError("let cannot draw a %s" % words[0])
    return name, words


def check_names(session):
    """Checks that each {name} of the session has a let line, or is kept from a reply."""
    session.whole = session.whole or session.own
    kept = set(session.kept())
    known = {name for name, _ in session.lets} | kept
    for item in [part for pair in session.files for part in pair] + list(
            map(expect.template, session.words)):
        if not known.issuperset(item.names()):
            raise SetupError("%s: {%s} has no let line" % (session.path, item.names()[0]))
    for step in session.steps:
        step.follows = "dir" in names_of(step) or isinstance(
            step.node, expect.Exact) and not kept.isdisjoint(names_of(step))
        for name in names_of(step):
            if name not in known:
                raise SetupError("%s:%d: {%s} has no let line"
                                 % (session.path, step.line, name))


def names_of(step):
    names = [name for item in step.templates for name in item.names()]
    return names + (step.node.names() if step.node else [])


def read_line(sessions, path, line, number, header):
    """Adds one line to the sessions read so far."""
    word, _, rest = line.partition(" ")
    if word == "session":
        name = wire.unescape(rest.strip().strip('"')).decode()
        sessions.append(Session(name, path))
    elif not sessions:
        header.append((word, rest.strip()))
    elif word == "let":
        sessions[-1].lets.append(read_let(rest))
    elif line in MARKS:
        setattr(sessions[-1], line, True)
    elif word in ("server", "file"):
        sessions[-1].lines.append(line)
        if word == "server":
            sessions[-1].words = shlex.split(rest)
        else:
            sessions[-1].files.append(two_templates(rest))
    elif word in ("primary", "target"):
        setattr(sessions[-1], word, rest.strip())
    elif word == "knows":
        sessions[-1].knows = [name.encode() for name in rest.split()]
    elif word == "only" and rest in ("echo", "resp"):
        sessions[-1].dialect = rest
    elif word == "cut":
        sessions[-1].cut = tuple(
            int(w) if w.isdigit() else w for w in rest.split())
    else:
        step = read_step(line, number)
        if step is None:
            raise ValueError("not a line of a session: %s" % line)
        sessions[-1].steps.append(step)


def read_text(text, path):
    """Returns (header lines, sessions) of a session file's text."""
    sessions, header = [], []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            read_line(sessions, path, line, number, header)
        except (ValueError, IndexError) as error:
            raise SetupError("%s:%d: %s" % (path, number, error))
    for session in sessions:
        check_names(session)
    return header, sessions


def read_file(path):
    header, sessions = read_text(text_of(path), path)
    if header:
        raise SetupError("%s: lines before the first session" % path)
    return sessions
