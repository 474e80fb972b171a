"""--first: stop at the first failure that matters.

The checkpoints are judged in the order of the lessons, and what a learner
waits for comes first:

    1. each whole, with its function; at every cut in stage 03, which teaches
       them, and at some cuts elsewhere. From stage 03 on, what stages 01 and
       02 asked is asked again in RESP: after the first steps of stage 03,
       since a server that cannot take requests apart would fail there for a
       reason that those do not explain
    2. what measures time
    3. all the cuts that are left
    4. stretch

The very first checkpoint, that the server listens, is judged alone. Then a few
are judged at a time, as with --jobs, except in 2 and 4.

The first failure of 1 to 3 ends the run. When there was none, every checkpoint
has been judged exactly as without --first: nothing is left out, some of it
comes later. A failure of a stretch checkpoint ends nothing.

With `again` (watch mode says it) the checkpoint that failed last time comes
before all, with what it needs: while somebody works on it nothing else is of
interest.
"""

import contextlib
import copy
import dataclasses

from . import whole
from .model import BLOCKED, FAILED, Result
from .progress import Progress

LISTEN = "01.1"
REQUESTS = ("03.1", "03.2", "03.3", "03.4")
CUTS_TAUGHT = "03"
SOME = 6                # cuts of a session in the first look


def in_order(checkpoints, dialect):
    """Returns the checkpoints in the order in which a learner meets them."""
    if dialect == "echo":
        return checkpoints
    first = [c for c in checkpoints if c.id == LISTEN]
    first += [c for c in checkpoints if c.id in REQUESTS]
    return first + [c for c in checkpoints if c not in first]


def some(ways):
    """Returns a few ways of cutting a session, spread over all, for the first look."""
    cuts = [way for way in ways if way[0] == "at"]
    step = max(1, len(cuts) // SOME)
    return [way for way in ways if way[0] != "at"] + cuts[::step]


def others(ways):
    """Returns the ways that some() leaves out."""
    seen = set(some(ways))
    return [way for way in ways if way not in seen]


def has_cuts_left(checkpoint, options):
    """Returns true if the first look has left out any cuts of it."""
    return (options.splits and options.dialect == "resp"
            and checkpoint.stage[:2] > CUTS_TAUGHT and checkpoint.sessions
            and checkpoint.replays != "none")


def run_all(checkpoints, options, _follow_needs, out, most=None):
    """Returns the results of all, in order. Those that were not reached are reported as
    not run. See whole.run_all."""
    run = First(checkpoints, options, out, most)
    run.judge()
    results = [run.known.get(c.id) or Result(c, BLOCKED, reason="not reached")
               for c in checkpoints]
    for result in results if not run.live else ():
        out.end(result)
    return results


class First:
    """A run that stops at the first failure that matters."""

    def __init__(self, checkpoints, options, out, most):
        self.checkpoints = checkpoints
        self.options = options
        self.out = out
        self.live = out if isinstance(out, Progress) else None
        self.most = most
        self.known = {}         # id: Result
        self.done = None        # the checkpoint of `again`, when it has passed

    def judge(self):
        """Judges all parts, as long as nothing fails."""
        if self.checkpoints[0].id != LISTEN:
            self.find_language()
        core = [c for c in in_order(self.checkpoints, self.options.dialect)
                if not c.stretch]
        steady = [c for c in core if not c.timing]
        left = [c for c in steady if has_cuts_left(c, self.options)]
        good = (self.once_more()
                and self.part(steady[:1], self.first_look, 1)
                and self.find_language()
                and self.part(steady[1:], self.first_look, self.side_by_side())
                and self.part([c for c in core if c.timing], self.whole, 1)
                and self.part(left, self.cuts_left, self.side_by_side()))
        if good:
            self.stretch()

    def find_language(self):
        """Finds out the server's language, but only after the checkpoint that it
        listens at all has passed, if that is one of them."""
        if self.options.listen_in:
            self.options.listen_in()
            self.options.listen_in = None
        return True

    def side_by_side(self):
        return whole.at_once(self.options, self.most)

    def once_more(self):
        """Judges what failed last time, and whatever it needs."""
        wanted = [c for c in self.checkpoints if c.id == self.options.again]
        if not wanted:
            return True
        plain = dataclasses.replace(self.options, splits=False)
        if not self.part(self.needed(wanted[0]), lambda c: (c, plain), 1) \
                or not self.part(wanted, self.whole, 1):
            if self.live:
                self.live.still_red = True
            return False
        self.done = wanted[0]
        if self.live:
            self.live.green_again(wanted[0])
        return True

    def needed(self, checkpoint):
        """Returns everything that it needs, directly or not, and that takes little
        time."""
        ids, new = set(), set(checkpoint.needs)
        while new:
            ids |= new
            new = {need for c in self.checkpoints if c.id in new
                   for need in c.needs} - ids
        return [c for c in self.checkpoints if c.id in ids and not c.timing]

    # The form in which a checkpoint is judged: (checkpoint, options).

    def whole(self, checkpoint):
        """Returns the form that judges everything."""
        return checkpoint, self.options

    def first_look(self, checkpoint):
        """Returns the form for the first look, with some of the cuts."""
        if not has_cuts_left(checkpoint, self.options):
            return checkpoint, self.options
        return checkpoint, dataclasses.replace(self.options, choose=some)

    def cuts_left(self, checkpoint):
        """Returns the form with the cuts that the first look has left out."""
        rest = copy.copy(checkpoint)
        rest.judge = None
        return rest, dataclasses.replace(self.options, choose=others)

    def part(self, checkpoints, form, most):
        """Judges these in that form. Returns false at the first that fails."""
        chosen = [form(c) for c in checkpoints if c is not self.done]
        judged = whole.judged(chosen, most, self.live)
        with contextlib.closing(judged):
            for (checkpoint, _), result in zip(chosen, judged):
                self.take(checkpoint, result)
                if result.status == FAILED:
                    return False
        return True

    def take(self, checkpoint, result):
        """Adds a result to those found before about this checkpoint."""
        result.checkpoint = checkpoint
        before = self.known.get(checkpoint.id)
        if before:
            result.seconds += before.seconds
            result.cuts += before.cuts
            result.notes = before.notes + [note for note in result.notes
                                           if note not in before.notes]
        self.known[checkpoint.id] = result
        if self.live:
            self.live.end(result)

    def stretch(self):
        """Judges all stretch checkpoints, except those whose needs have failed."""
        for checkpoint in self.checkpoints:
            if not checkpoint.stretch:
                continue
            missing = [need for need in checkpoint.needs if need in self.known
                       and self.known[need].status in (FAILED, BLOCKED)]
            if missing:
                self.take(checkpoint, whole.blocked(checkpoint, missing))
            else:
                self.part([checkpoint], self.whole, 1)
