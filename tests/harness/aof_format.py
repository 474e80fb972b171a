"""AOF files, and folders of them, command by command.

A file is RESP commands, perhaps behind a whole RDB file (the base of Redis 7,
or the preamble of a single file before that). A folder has a manifest that
names its parts: `file NAME seq N type b`, where type is b (base), i
(increment) or h (history, no longer needed).
"""

import collections
import os
import shlex

from . import rdb_format, wire
from .fields import Damage, Reader

LONGEST_LINE = 64
Command = collections.namedtuple("Command", "at end words")
Part = collections.namedtuple("Part", "name seq kind")
KINDS = {"b": "base", "i": "increment", "h": "history"}


class Log(Reader):
    """One file: rdb (a Parser or None), commands, damage (or None). whole is the offset
    behind the last complete command; torn means that the only damage is an early end.
    """

    torn = False

    def __init__(self, data, sink=None, deep=False):
        super().__init__(data, 0, sink)
        self.deep = deep
        self.rdb = None
        self.commands = []
        self.damage = None

    @property
    def whole(self):
        return self.commands[-1].end if self.commands else (
            self.rdb.end if self.rdb else 0)

    def parse(self):
        if self.data[:5] == rdb_format.MAGIC:
            self.rdb = rdb_format.Parser(self.data, 0, self.sink or False,
                                         self.deep).parse(whole=False)
            self.at, self.damage = self.rdb.end, self.rdb.damage
        try:
            while not self.damage and self.left():
                self.one()
        except Damage as damage:
            self.damage = damage
        return self

    def ends(self, size, what):
        """Raises Damage if the file ends before this many bytes."""
        if self.left() < size:
            self.torn = True
            raise Damage(self.at, "the file ends within %s" % what)

    def line(self, what, longest):
        """Returns the line up to the next \\r\\n."""
        end = self.data.find(b"\r\n", self.at, self.at + longest)
        if end < 0:
            self.ends(longest, what)
            raise Damage(self.at, what + ": no \\r\\n where a line should end")
        found = bytes(self.data[self.at:end])
        self.at = end + 2
        return found

    def content(self, size, what):
        """Returns this many bytes, which \\r\\n must follow."""
        self.ends(size + 2, "%s of %d bytes" % (what, size))
        if self.data[self.at + size:self.at + size + 2] != wire.CRLF:
            raise Damage(self.at + size, "no \\r\\n behind %s of %d bytes"
                         % (what, size))
        found = bytes(self.take(size, what))
        self.at += 2
        return found

    def one(self):
        """Reads a command, or an annotation."""
        begin = self.at
        if self.data[begin:begin + 1] == b"#":
            line = self.line("an annotation", 1 << 20)
            self.note(begin, "annotation", line[1:])
            return
        count = self.head(b"*", "the number of words")
        self.note(begin, "a command of %d words" % count)
        words = [self.word() for _ in range(count)]
        self.commands.append(Command(begin, self.at, words))

    def head(self, mark, what):
        """Reads *N or $N."""
        begin = self.at
        self.ends(1, what)
        if self.data[begin:begin + 1] != mark:
            raise Damage(begin, "%s is due: %s and a number" % (
                what, mark.decode()))
        digits = self.line(what, LONGEST_LINE)[1:]
        least = 1 if mark == b"*" else 0
        if not digits.isdigit() or int(digits) < least:
            raise Damage(begin, "%s is no number that can be" % what)
        if int(digits) > self.left():
            self.torn = True
            raise Damage(begin, "%s is %d; %d bytes follow" % (
                what, int(digits), self.left()))
        return int(digits)

    def word(self):
        size = self.head(b"$", "the length of a word")
        begin = self.at
        word = self.content(size, "a word")
        self.note(begin, "word", word, 1)
        return word


def parse(data, fields=False):
    found = []
    log = Log(data, found.append if fields else None).parse()
    log.fields = found
    return log


def read_manifest(data):
    """Returns the Parts that a manifest names, in order. Raises Damage if a line is
    wrong."""
    parts, at = [], 0
    for line in data.split(b"\n"):
        if line.strip() and not line.startswith(b"#"):
            parts.append(manifest_line(line, at))
        at += len(line) + 1
    if data and not data.endswith(b"\n"):
        raise Damage(len(data), "the last line has no \\n at its end")
    return parts


def manifest_line(line, at):
    """Reads one line: pairs of a word and its value."""
    try:
        words = shlex.split(line.decode())
    except UnicodeDecodeError:
        raise Damage(at, "the line is no text")
    except ValueError:          # a quote is not closed
        words = []
    known = dict(zip(words[::2], words[1::2]))
    if len(words) % 2 or not {"file", "seq", "type"} <= set(known):
        raise Damage(at, "a line is: file NAME seq N type b, h or i")
    if not known["seq"].isdigit() or known["type"] not in KINDS:
        raise Damage(at, "seq is a number, type is b, h or i")
    return Part(known["file"], int(known["seq"]), known["type"])


class Folder:
    """A folder of parts, all of which have been read: parts [Part], logs {name: Log},
    damage (name, Damage) or None, missing [name]."""

    def __init__(self, path, manifest=None):
        manifest = manifest or find_manifest(path)
        self.parts, self.logs, self.missing, self.damage = [], {}, [], None
        with open(os.path.join(path, manifest), "rb") as file:
            data = file.read()
        try:
            self.parts = read_manifest(data)
        except Damage as damage:
            self.damage = (manifest, damage)
        for name in (part.name for part in self.parts):
            try:
                with open(os.path.join(path, name), "rb") as file:
                    log = self.logs[name] = parse(file.read())
            except OSError:
                self.missing.append(name)
                continue
            if log.damage and not self.damage:
                self.damage = (name, log.damage)

    def commands(self):
        """Returns the words of all commands of the base and the increments."""
        return [command.words for part in self.parts if part.kind != "h"
                for command in getattr(self.logs.get(part.name), "commands",
                                       ())]


def find_manifest(path):
    """Returns the only manifest of a folder."""
    found = sorted(name for name in os.listdir(path)
                   if name.endswith(".manifest"))
    if len(found) != 1:
        raise FileNotFoundError("%s holds %s" % (
            path, "no manifest" if not found else
            "several manifests: " + " ".join(found)))
    return found[0]
