"""Files of a server that are changed while it is down, and how it loads them."""

import os
import re

from harness import aof_format

from .cases import ALWAYS, rewrite
from .place import Wrong, check, read

FOLDER, MANIFEST = "appendonlydir", "appendonlydir/appendonly.aof.manifest"


def parts_of(place):
    """Returns [(name, kind)] of the files that the manifest names."""
    return [(os.path.join(FOLDER, part.name), part.kind) for part
            in aof_format.read_manifest(read(place.path(MANIFEST)))]


def read_log(data):
    """Returns the commands of a complete log."""
    log = aof_format.parse(data)
    if log.damage:
        raise Wrong("the log is damaged: %s" % log.damage)
    return log.commands


def flipped(data, at, bit):
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


class Changed:
    """The files of a server with these commands in its base and its log. Another place
    gets copies of them, one of which is changed."""

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
        """Returns the original content of a file."""
        return read(self.source.path(name))

    def start(self, data, name=None, *more):
        """Starts on the files, with these data in the log (or in the named file), or
        without that file. Returns "serves" or "refused"."""
        self.place.take_files(self.source)
        path = self.place.path(name or self.log)
        os.unlink(path)
        if data is not None:
            with open(path, "wb") as file:
                file.write(data)
        self.kept = self.place.contents()
        what, status = self.place.outcome(*more)
        self.place.check(not self.place.complaint(), "BUG REPORT or a sanitizer's")
        self.place.check(what == "serves" or status == 1,
                         "it ended with status %d", status)
        return what

    def refuses(self, data):
        """Checks that the server refuses this log, says where it is wrong, and changes
        nothing."""
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
        """Checks that the server starts on this log, and has these keys."""
        self.place.check(self.start(data) == "serves", "it refuses")
        self.has(*keys)

    def has(self, *keys):
        gone = [str(key) for key in keys
                if self.place.ask("EXISTS", key) != (":", 1)]
        self.place.check(not gone, "it starts without %s", ", ".join(gone[:5]))

    def torn(self, data, good, keys):
        """Checks that everything before a torn command is there, and nothing of the
        command."""
        self.serves(data, *keys)
        check(self.place.ask("DBSIZE") == (":", len(keys)),
              "it has more than stands before the cut")
        size = os.path.getsize(self.place.path(self.log))
        check(size == good, "%d bytes are left of the log, where %d are right",
              size, good)

    def all_or_refused(self, data, keys):
        """Checks a log in which a capital became a small letter: refused, or loaded
        completely."""
        if self.start(data) == "refused":
            self.check_refusal()
        else:
            self.has(*keys)
