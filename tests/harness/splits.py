"""Replays of a session at every split, many at a time.

A stream has no packets: a server must give the same answers wherever the
bytes are cut. Run number K cuts every group of the session after byte K, so
all the cuts of a session take as many runs as its longest group has bytes.
A gap of 2 ms (more with a server that is slow to answer) keeps the kernel
from gluing the parts together again; without it most mistakes stay unseen.
Runs wait far more than they work, so LANES of them go on side by side, except
those of sessions that touch all keys (marked `alone`).
"""

import random
import threading

from . import player
from .model import Mismatch

LANES = 16
EVERY = 420             # groups up to this long are cut at every byte
DRIBBLE = 160           # and sessions up to this long go byte by byte
LINKS = 6               # cuts of a session in which each run has a whole snapshot


def group_sizes(session, values, dialect):
    """Returns how many bytes each group sends, with one run's values."""
    run = player.Player(session, None, None, dialect, values)
    return [sum(len(run._payload(step)) for step in item[2])
            for item in player.groups(session) if item[0] == "write"]


def offsets(size, rng):
    """Returns where to cut a group: everywhere, or in a long one at both ends, and at
    some places between."""
    if size <= EVERY:
        return set(range(1, size))
    some = {rng.randrange(1, size) for _ in range(24)}
    return set(range(1, 48)) | set(range(size - 24, size)) | some


def plan(session, seed, dialect, glue=True):
    """Returns the ways of cutting a session, the plain ones first."""
    if session.whole:
        return []
    sizes = group_sizes(session, session.values(seed), dialect)
    rng = random.Random("%s/cuts/%s" % (seed, session.name))
    cuts = sorted(set().union(set(), *[offsets(size, rng) for size in sizes]))
    if session.links:
        return [("at", cut) for cut in rng.sample(cuts, min(LINKS, len(cuts)))]
    if session.alone:   # one after the other: a third of them, by the seed
        cuts = cuts[rng.randrange(3)::3]
    ways = [("at", cut) for cut in cuts]
    if glue and player.can_glue(session):
        ways.insert(0, ("glued",))
    if sum(sizes) <= DRIBBLE:
        ways.append(("bytes",))
    return ways


def count(session, ways, seed, dialect):
    """Returns the number of single cuts in these ways."""
    sizes = group_sizes(session, session.values(seed), dialect)
    return sum(sum(way[1] < size for size in sizes) if way[0] == "at" else 1
               for way in ways)


class Lanes:
    """Runs jobs (session, way, run) side by side until one fails."""

    def __init__(self, jobs, play):
        self.jobs = list(enumerate(jobs))
        self.jobs.reverse()
        self.play = play
        self.bad = []
        self.broken = None
        self.lock = threading.Lock()

    def run(self):
        """Returns [(job, Mismatch)] of the jobs that failed before all stopped, in
        order. Called again it goes on with those that were not yet played."""
        self.bad = []
        count = min(LANES, len(self.jobs))
        threads = [threading.Thread(target=self._lane, daemon=True)
                   for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.broken:
            raise self.broken
        return [bad[1:] for bad in sorted(self.bad, key=lambda bad: bad[0])]

    def _lane(self):
        while not self.bad and not self.broken:
            with self.lock:
                if not self.jobs:
                    return
                number, job = self.jobs.pop()
            try:
                self.play(*job)
            except Mismatch as mismatch:
                with self.lock:
                    self.bad.append((number, job, mismatch))
            except BaseException as error:  # a mistake of ours, which is no verdict
                self.broken = error
                return


def exact_cut(way, mismatch, session, values, dialect):
    """Returns the single cut that made a run ("at", K) fail."""
    if way[0] != "at":
        return way
    group = max(0, mismatch.facts.get("group", 0))
    sizes = group_sizes(session, values, dialect)
    while group > 0 and sizes[group] <= way[1]:
        group -= 1
    return ("one", group, way[1])
