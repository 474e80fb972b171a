"""Files of a server that are changed while it is away, and how it takes them."""

import os
import re

from harness import aof_format

from .cases import ALWAYS, rewrite
from .place import Wrong, check, read

FOLDER, MANIFEST = "appendonlydir", "appendonlydir/appendonly.aof.manifest"


def parts_of(place):
    """[(name, kind)] of the files that the manifest names."""
    return [(os.path.join(FOLDER, part.name), part.kind) for part
            in aof_format.read_manifest(read(place.path(MANIFEST)))]


def read_log(data):
    """The commands of a whole log."""
    log = aof_format.parse(data)
    if log.damage:
        raise Wrong("the log is damaged: %s" % log.damage)
    return log.commands


def flipped(data, at, bit):
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


class Changed:
    """A server's files with these commands in its base and its log; another
    place takes them, one of them changed."""

    def __init__(self, judge, in_base=(), in_log=()):
        self.judge = judge
        self.source = judge.place(*ALWAYS).start()
        with self.source.client() as client:
            if in_base:
                client.ask_all(in_base)
                rewrite(client)
            client.ask_all(in_log)
        self.source.finish()
        self.place = judge.place(*ALWAYS)
        kinds = {kind: name for name, kind in parts_of(self.source)}
        self.base, self.log = kinds["b"], kinds["i"]
        self.kept = {}

    def read(self, name):
        """A file, as it was."""
        return read(self.source.path(name))

    def start(self, data, name=None, *more):
        """Start on the files, the log (or the one named) with these data, or
        away: "serves" or "refused"."""
        self.place.take_files(self.source)
        path = self.place.path(name or self.log)
        os.unlink(path)
        if data is not None:
            with open(path, "wb") as file:
                file.write(data)
        self.kept = self.place.contents()
        what, status = self.place.outcome(*more)
        self.place.check(not self.place.crashed(), "BUG REPORT or a sanitizer's")
        self.place.check(what == "serves" or status == 1,
                         "it ended with status %d", status)
        return what

    def refuses(self, data):
        """It must refuse this log, say where, and change nothing."""
        self.place.check(self.start(data) == "refused", "it starts")
        self.check_refusal()

    def check_refusal(self):
        self.place.check(self.place.contents() == self.kept,
                         "it refuses, and changed the files")
        self.check_says_where()

    def check_says_where(self):
        self.place.check(self.judge.is_redis or re.search(
            r"\.incr\..*(offset|byte|position)\D{0,12}\d+", self.place.said(),
            re.I), "it refuses, and does not say where")

    def serves(self, data, *keys):
        """It must start on this log, and have these keys."""
        self.place.check(self.start(data) == "serves", "it refuses")
        self.has(*keys)

    def has(self, *keys):
        gone = [str(key) for key in keys
                if self.place.ask("EXISTS", key) != (":", 1)]
        self.place.check(not gone, "it starts without %s", ", ".join(gone[:5]))

    def torn(self, data, good, keys):
        """All before a torn command is there, and nothing of it is left."""
        self.serves(data, *keys)
        check(self.place.ask("DBSIZE") == (":", len(keys)),
              "it has more than stands before the cut")
        size = os.path.getsize(self.place.path(self.log))
        check(size == good, "%d bytes are left of the log, where %d are right",
              size, good)

    def all_or_refused(self, data, keys):
        """It is refused, or all is there: a capital that became small."""
        if self.start(data) == "refused":
            self.check_refusal()
        else:
            self.has(*keys)
