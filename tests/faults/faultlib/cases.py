"""What the cases have in common: how one is said, and what it works with."""

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
    """A section of cases.ini. Its function is called once, or so many turns, or
    once for each of some things (such as rules of a disk that fails; or what a
    function of the judge gives). What it has started ends after each, and a
    failure is told with the thing's name."""

    def __init__(self, fields):
        text = {name: " ".join(value.split()) for name, value in fields.items()}
        self.promise, self.says = text["promise"], text["says"]
        self.redis_fails = text.get("redis-fails")
        self.first_stage = text.get("from", "09")
        self.turns = tuple(map(int, text.get("turns", "").split()))
        self.each = fields.get("rules", "").split("\n")[1:] or [()]
        self.function = None

    def run(self, judge):
        """Wrong or an OSError, or a line of what was seen."""
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
        """What the function is called for."""
        if self.turns:
            return [(turn,) for turn in range(judge.rounds(*self.turns))]
        return self.each(judge) if callable(self.each) else self.each


INI = manifest.read_ini(os.path.join(HERE, "cases.ini"))
CASES = {name: Case(INI[name]) for name in INI.sections()}


def case(name, each=None):
    """Register the function of a case, and what it is called for."""
    def register(function):
        CASES[name].function = function
        CASES[name].each = each or CASES[name].each
        return function
    return register


class Judge:
    """What a case works with."""

    def __init__(self, command, seed, full):
        self.command = command
        self.rng = random.Random(seed)
        self.full = full
        self.places, self.links, self._twin = [], [], None
        self.seen = collections.Counter()       # what the case's line tells
        self.is_redis = os.path.basename(
            shlex.split(command)[0]) == "redis-server"

    def rounds(self, few, many):
        """How often: few as a rule, many when asked for the full run."""
        return many if self.full else few

    def sample(self, several, few):
        """Few of them as a rule, all when asked for the full run."""
        return list(several) if self.full else self.rng.sample(
            several, min(few, len(several)))

    def place(self, *options, command=None):
        """One that is not started, of the server that is judged or another."""
        place = Place(command or self.command, options)
        self.places.append(place)
        return place

    def twin(self):
        """The server that never crashes: see twin.py."""
        if self._twin is None:
            self._twin = Twin(self.place(*twin.OPTIONS))
        return self._twin

    def serve(self, *options, **how):
        """A server that runs, and a client of it."""
        place = self.place(*options).start(**how)
        return place, place.client()

    def load(self, *options, in_pairs=True, **how):
        """A server that runs, and a load for it."""
        place = self.place(*options).start(**how)
        return place, load.Load(self, place, in_pairs=in_pairs)

    def close(self, keep=False):
        if self._twin:
            self._twin.client.close()
        for link in self.links:
            link.close()
        for place in self.places:
            place.kill()
            if keep:
                print("     kept: " + place.base)
            else:
                place.close()
        self.places, self.links, self._twin = [], [], None

    def try_all(self, tries):
        """Try all of [(name, function, arguments ...)], and raise all that is
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
    """What goes wrong within is told with its cause."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong("%s: %s" % (cause, wrong)) from wrong


def must(client, *words):
    """This command must be answered with OK."""
    reply = client.ask(*words)
    check(reply == OK, "%s is answered %r", " ".join(words), reply)


def wait_until(true, what, seconds=30.0):
    check(kernel.eventually(true, seconds, 0.005), "%s: not within %d s", what,
          seconds)


def told(client, **fields):
    """Does INFO tell this?"""
    return all(client.info(name) == due for name, due in fields.items())


def must_tell(client, **fields):
    """INFO must tell this."""
    for name, due in fields.items():
        found = client.info(name)
        check(found == due, "INFO says %s:%s, where %s is due", name, found, due)


def wait_for_save(client, seconds=30.0):
    wait_until(lambda: told(client, rdb_bgsave_in_progress="0"),
               "the child that saves ends", seconds)


def wait_for_rewrite(client, status="ok"):
    """Until no rewrite is under way; the last one must have ended so."""
    wait_until(lambda: told(client, aof_rewrite_in_progress="0",
                            aof_rewrite_scheduled="0"), "the rewrite ends")
    if status:
        must_tell(client, aof_last_bgrewrite_status=status)


def rewrite(client):
    client.ask("BGREWRITEAOF")
    wait_for_rewrite(client)


def crash(place, clients):
    """SIGKILL, and read what was still under way."""
    place.kill()
    clients.drain()


def restart_and_check(place, clients, bounds=None):
    """Start on what is there; it must be what the clients were told."""
    place.start()
    place.check(not place.crashed(), "it started")
    clients.wait_for_expiry()
    with place.client() as client:
        clients.check(client, bounds)


def kill_and_check(judge, place, clients):
    """SIGKILL, and a new start."""
    crash(place, clients)
    restart_and_check(place, clients)
    judge.seen["acknowledged"] += clients.acknowledged()
