"""A whole run: every checkpoint is judged once, several at a time.

A checkpoint begins when all that it needs has passed.
"""

import copy
import dataclasses
import mmap
import os

from . import command, jobs
from .model import BLOCKED, FAILED, Result
from .runner import NOT_CUT, TO_CUT, Run
from .server import Server

MOST_JOBS = 4
# If it fails, all later cuts would, too: the later sessions are played whole. What is judged
# beside it plays its own whole first, and waits for its end then.
SPLIT = "03.3"


def run_all(checkpoints, options, follow_needs=True, report=None, most=1):
    """Returns the results, in order, and reports each when all before it are known. With
    follow_needs a checkpoint whose needs have failed is not run, since its failure would say
    nothing new. At most this many are judged at once; None: as many as serve."""
    return Whole(checkpoints, options, follow_needs, report, most).judge()


class Whole:
    """A run of all checkpoints. What measures time is judged alone, when there is nothing else to
    do; the first one, too, since it shows how the server can be started: see at_once."""

    def __init__(self, checkpoints, options, follow_needs, report, most):
        self.checkpoints, self.options = checkpoints, copy.copy(options)
        self.cuts = mmap.mmap(-1, 1)    # shared with those that are judged beside
        self.report, self.most = report, most
        idents = {one.id for one in checkpoints}
        self.needs = {one.id: [need for need in one.needs if follow_needs and need in idents]
                      for one in checkpoints}
        self.cut = {one.id for one in checkpoints if one.id > SPLIT and one.sessions
                    and one.replays != "none"} if SPLIT in idents else set()
        self.weight = {one.id: len(self.cut if one.id == SPLIT else followers(one, checkpoints))
                       for one in checkpoints}
        self.waiting, self.known, self.results = list(checkpoints), {}, []
        self.early = {}     # results that count if nothing fails that they need

    def judge(self):
        """Judges all of them."""
        while self.waiting and not self.results:
            self.judge_here()
        most = at_once(self.options, self.most)
        while self.waiting and most == 1:
            self.judge_here()
        if self.waiting:
            pool = jobs.Pool(most)
            try:
                self.judge_beside(pool)
            finally:
                pool.stop()
        return self.results

    def judge_here(self):
        """Judges the next one in this process, if there is one that can pass."""
        self.leave_out()
        if not self.waiting:
            return
        one = self.waiting.pop(0)
        if self.report:
            self.report.begin(one)
        self.take(one, Run(one, self.options_of(one)).judge())

    def judge_beside(self, pool):
        """Judges all that are left, several at a time."""
        while self.waiting or not pool.idle():
            self.leave_out()
            one = None if pool.full() else self.next_one(pool.keys(), pool.keys(pool.resting))
            if one:
                self.waiting.remove(one)
                pool.start(one, judge_lightly, one, self.options_of(one))
            elif not pool.idle():
                done = pool.wait()
                if done:
                    self.take(*done)
                    if done[0].id == SPLIT:     # those that waited for it go on at once
                        pool.resting.clear()

    def options_of(self, one):
        return dataclasses.replace(self.options, cuts=self.cuts) if one.id in self.cut \
            else self.options

    def next_one(self, running, busy):
        """Returns the checkpoint to begin beside these, if there is one: the one for which the
        most others wait, and of several the last, as later ones take longer. What measures time
        is judged when no other is busy, and none will be since cuts begin. What waits only for such
        a one is judged before it, unless it will fail: one of them counts descriptors, too."""
        if any(one.timing for one in running):
            return None
        clocks = {one.id for one in self.waiting
                  if one.timing and not self.options.limits.leaks}
        steady = [one for one in self.waiting if not one.timing]
        quiet = not busy and all(one.id != SPLIT for one in running)
        ready = ([one for one in steady if self.is_ready(one.id)]
                 or [one for one in steady if self.is_ready(one.id, clocks)]
                 or [one for one in self.waiting if quiet and self.is_ready(one.id)])
        return max(ready, key=lambda one: (self.weight[one.id], one.id), default=None)

    def is_ready(self, ident, beside=()):
        """Returns true if everything is known on which it depends, or for these, on which they
        depend."""
        if ident in self.cut and any(one.id == SPLIT for one in self.waiting):
            return False
        return all(need in self.known or need in beside and self.is_ready(need, beside)
                   for need in self.needs[ident])

    def leave_out(self):
        """Blocks those whose needs have failed, and reports what can be."""
        for one in self.checkpoints:
            needs = [self.known.get(need) for need in self.needs[one.id]]
            missing = [result.checkpoint.id for result in needs if result and not result.usable
                       and result.status in (FAILED, BLOCKED)]
            if None in needs:
                continue
            if one in self.early:
                result = self.early.pop(one)
                self.known[one.id] = blocked(one, missing) if missing else result
            elif missing and one in self.waiting:
                self.waiting.remove(one)
                self.known[one.id] = blocked(one, missing)
        if SPLIT in self.known:
            self.cuts[0] = NOT_CUT if self.known[SPLIT].status == FAILED else TO_CUT
        for one in self.checkpoints[len(self.results):]:
            if one.id not in self.known:
                return
            self.results.append(self.known[one.id])
            if self.report:
                self.report.end(self.results[-1])

    def take(self, one, result):
        """Takes a result, and what it says about the judging of others."""
        result.checkpoint = one
        self.early[one] = result
        self.options.limits.learn(result.limits)
        self.leave_out()


def followers(one, checkpoints):
    """Returns the identifiers of all that need it, directly or not."""
    found = {one.id}
    for other in checkpoints:   # which stand behind what they need
        if found & set(other.needs):
            found.add(other.id)
    return found - {one.id}


def at_once(options, most):
    """Returns how many checkpoints are judged at once, as they wait more than they work.
    Servers that start only in the user's own folder are judged one by one: they would find
    there what others save."""
    if options.connect or options.server in command.Home.needed:
        return 1
    return most or min(MOST_JOBS, 2 * (os.cpu_count() or 1))


def judged(calls, most, report=None):
    """Judges each (checkpoint, options), this many at once. Yields the results, in
    order."""
    alone = most == 1 or len(calls) == 1
    results = (Run(*call).judge() for call in calls) if alone else \
        jobs.in_order([(judge_lightly, *call) for call in calls], most)
    try:
        for checkpoint, _ in calls:
            if report:
                report.begin(checkpoint)
            result = next(results)
            result.checkpoint = checkpoint
            yield result
    finally:
        results.close()


def judge_lightly(checkpoint, options):
    """Judges beside others. Returns the result without what cannot leave this process."""
    alone, Server.beside_others = Server.beside_others, True
    options.limits.resting = jobs.resting
    try:
        result = Run(checkpoint, options).judge()
    finally:
        Server.beside_others = alone
    result.checkpoint, result.limits = None, options.limits.learnt()
    if result.failure:
        result.failure.mismatch = result.failure.session = None
    return result


def blocked(checkpoint, missing):
    return Result(checkpoint, BLOCKED, reason="needs " + ", ".join(missing))
