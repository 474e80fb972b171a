"""The common part of the checkpoints of stage 09: a server that keeps a log in a folder
of its own, and the contents of that folder."""

import os

from .. import aof_format
from ..bench import facts
from ..dissect import Evidence
from .kept import Kept, names_in
from .talk import word


class Logged(Kept):
    """A server with an append-only folder. file is its name (None: drawn), files are
    the contents of the folder before its first start."""

    def __init__(self, bench, *words, sync="always", file=None, files=None):
        self.folder = word(bench.random) + "dir"
        self.file = file or word(bench.random) + ".aof"
        super().__init__(
            bench, "--appendonly", "yes", "--appenddirname", self.folder,
            "--appendfilename", self.file, "--appendfsync", sync, *words,
            files={os.path.join(self.folder, name): data
                   for name, data in (files or {}).items()})
        self.path = os.path.join(self.root, self.folder)

    def start(self, how="with --appendonly yes"):
        return super().start(how)

    def again(self, how):
        self.kill()
        return self.start(how)

    def read(self):
        """Returns the Folder as it is now; raises Mismatch if there is none."""
        given = "the server was started with --appendonly yes "
        manifest = self.file + ".manifest"
        if not os.path.isdir(self.path):
            raise facts(given + "--appenddirname " + self.folder,
                        "a folder %s in --dir" % self.folder,
                        "in --dir there is: " + names_in(self.root))
        if not os.path.exists(os.path.join(self.path, manifest)):
            raise facts(given + "--appendfilename " + self.file,
                        "a file %s in the folder %s" % (manifest, self.folder),
                        "there is: " + names_in(self.path))
        found = aof_format.Folder(self.path, manifest)
        if found.missing:
            raise facts("the manifest names %s" % found.missing[0],
                        "a file of that name in the folder",
                        "there is: " + names_in(self.path))
        if found.damage and found.damage[0] == manifest:
            raise facts("the manifest, %s" % manifest, "file NAME seq N type "
                        "b, h or i, a line for each file",
                        found.damage[1].why)
        return found

    def parts(self, about):
        """Returns (base or None, increment): the manifest names one increment, and at
        most one base."""
        found = self.read()
        bases, increments = ([part for part in found.parts
                              if part.kind == kind] for kind in "bi")
        if len(increments) != 1 or len(bases) > 1:
            raise facts("the manifest " + about, "one file of type i, and at "
                        "most one of type b before it", "the types are: " + (
                            " ".join(part.kind for part in found.parts)
                            or "none, it has no lines"))
        return (bases or [None])[0], increments[0]

    def log(self):
        """Returns the name and the commands of the file that is written to; raises
        Mismatch if it is no list of commands."""
        found = self.read()
        names = [part.name for part in found.parts if part.kind == "i"]
        if not names:
            raise facts("the manifest of a running server", "a line of type "
                        "i, for the file that is written to",
                        "there is none")
        log = found.logs[names[-1]]
        log.name = names[-1]
        if log.damage:
            raise facts(
                "what the server wrote to %s" % log.name, "commands, as "
                "clients send them: *N, then $length and bytes for each word",
                "at byte %d: %s" % (log.damage.at, log.damage.why),
                file=Evidence(log.name, log.data, log.damage.at, "aof"))
        return log


def part_line(name, seq, kind):
    return b"file %s seq %d type %s\n" % (name.encode(), seq, kind.encode())


def typed(text):
    """Reads commands as one types them, separated by semicolons or new lines."""
    return [line.split() for line in text.replace("\n", ";").split(";")
            if line.strip()]
