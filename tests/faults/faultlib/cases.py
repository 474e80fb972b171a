"""The common part of all cases: how a case is defined, and the objects it works with.
"""

import collections
import contextlib
import os
import random
import shlex

from harness import kernel, manifest

from . import load, twin
from .place import HERE, Place, Wrong, check
from .twin import Twin

ALWAYS = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")
EVERYSEC = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
OK = ("+", b"OK")


class Case:
    """A section of cases.ini. Its function is called once, or for so many turns, or
    once for each of some things (such as the rules of a failing disk, or whatever a
    function of the judge returns). The servers that it has started end after each call,
    and a failure is reported with the thing's name."""

    def __init__(self, fields):
        text = {name: " ".join(value.split()) for name, value in fields.items()}
        self.promise, self.says = text["promise"], text["says"]
        self.redis_fails = text.get("redis-fails")
        self.first_stage = text.get("from", "09")
        self.turns = tuple(map(int, text.get("turns", "").split()))
        self.each = fields.get("rules", "").split("\n")[1:] or [()]
        self.function = None

    def run(self, judge):
        """Runs it. Raises Wrong or an OSError, or returns a line about what was seen.
        """
        for part in self.parts(judge):
            if isinstance(part, str):
                with blamed_on(part):
                    self.function(judge, part)
            else:
                self.function(judge, *part)
            judge.close()
            judge.seen["times"] += 1
        return self.says.format_map(judge.seen)

    def parts(self, judge):
        """Returns the things that the function is called for."""
        if self.turns:
            return [(turn,) for turn in range(judge.rounds(*self.turns))]
        return self.each(judge) if callable(self.each) else self.each


INI = manifest.read_ini(os.path.join(HERE, "cases.ini"))
CASES = {name: Case(INI[name]) for name in INI.sections()}


def case(name, each=None):
    """Registers the function of a case, and the things that it is called for."""
    def register(function):
        CASES[name].function = function
        CASES[name].each = each or CASES[name].each
        return function
    return register


class Judge:
    """The objects that a case works with."""

    def __init__(self, command, seed, full):
        self.command = command
        self.rng = random.Random(seed)
        self.full = full
        self.places, self.links, self._twin = [], [], None
        self.seen = collections.Counter()       # the text of the case's line
        self.is_redis = os.path.basename(
            shlex.split(command)[0]) == "redis-server"

    def rounds(self, few, many):
        """Returns the number of rounds: few as a rule, many in a full run."""
        return many if self.full else few

    def sample(self, several, few):
        """Returns a few of them as a rule, all in a full run."""
        return list(several) if self.full else self.rng.sample(
            several, min(few, len(several)))

    def place(self, *options, command=None):
        """Returns a place that is not started, of the server under test or another."""
        place = Place(command or self.command, options)
        self.places.append(place)
        return place

    def twin(self):
        """Returns the server that never crashes: see twin.py."""
        if self._twin is None:
            self._twin = Twin(self.place(*twin.OPTIONS))
        return self._twin

    def serve(self, *options, **how):
        """Starts a server. Returns it and a client of it."""
        place = self.place(*options).start(**how)
        return place, place.client()

    def load(self, *options, in_pairs=True, **how):
        """Starts a server. Returns it and a load for it."""
        place = self.place(*options).start(**how)
        return place, load.Load(self, place, in_pairs=in_pairs)

    def close(self, keep=False):
        if self._twin:
            self._twin.client.close()
        for link in self.links:
            link.close()
        for place in self.places:
            place.folder_stays = keep
            place.stop(0)
            if keep:
                print("     kept: " + place.folder)
        self.places, self.links, self._twin = [], [], None

    def try_all(self, tries):
        """Tries all of [(name, function, arguments ...)], and raises everything that is
        wrong."""
        failed = []
        for name, function, *arguments in tries:
            try:
                with blamed_on(name):
                    function(*arguments)
            except (Wrong, OSError) as wrong:
                failed.append("\n     %.400s" % wrong)
            self.seen["tries"] += 1
        if failed:
            raise Wrong("%d of %d: %s" % (len(failed), self.seen["tries"],
                                          "".join(failed[:20])))


@contextlib.contextmanager
def blamed_on(cause):
    """Reports what goes wrong inside together with its cause."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong("%s: %s" % (cause, wrong)) from wrong


def must(client, *words):
    reply = client.ask(*words)
    check(reply == OK, "%s is answered %r", " ".join(words), reply)


def wait_until(true, what, seconds=30.0):
    check(kernel.eventually(true, seconds, 0.005), "%s: not within %d s", what,
          seconds)


def told(client, **fields):
    return all(client.info(name) == due for name, due in fields.items())


def must_tell(client, **fields):
    for name, due in fields.items():
        found = client.info(name)
        check(found == due, "INFO says %s:%s, where %s is due", name, found, due)


def wait_for_save(client, seconds=30.0):
    wait_until(lambda: told(client, rdb_bgsave_in_progress="0"),
               "the child that saves ends", seconds)


def wait_for_rewrite(client, status="ok"):
    """Waits until no rewrite is in progress; the last one must have ended as given."""
    wait_until(lambda: told(client, aof_rewrite_in_progress="0",
                            aof_rewrite_scheduled="0"), "the rewrite ends")
    if status:
        must_tell(client, aof_last_bgrewrite_status=status)


def rewrite(client):
    client.ask("BGREWRITEAOF")
    wait_for_rewrite(client)


def crash(place, clients):
    """Kills the server, and reads the replies that were still on their way."""
    place.kill()
    clients.drain()


def restart_and_check(place, clients, bounds=None):
    """Starts it on the files that are there. Its data must agree with the replies."""
    place.start()
    place.check(not place.complaint(), "it started")
    clients.wait_for_expiry()
    with place.client() as client:
        clients.check(client, bounds)


def kill_and_check(judge, place, clients):
    """Kills the server, starts it again, and checks its data."""
    crash(place, clients)
    restart_and_check(place, clients)
    judge.seen["acknowledged"] += clients.acknowledged()
