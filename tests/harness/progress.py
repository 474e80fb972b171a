"""The progress of a learner: the output of --first and --watch.

While judging there is one line that is overwritten. At the end there are a line with
all stages, the failure in full, and how far the learner is; on success, the next step,
its lesson, and a small cheer.
"""

import os
import shutil
import time

from . import manifest, report
from .model import BLOCKED, FAILED, PASSED, SKIPPED

BAR = 24
GREEN = (PASSED, SKIPPED)

CHEERS = manifest.read_ini(
    os.path.join(os.path.dirname(__file__), "help.ini"))["cheers"]


def lesson_path(lesson):
    """Returns the path of the lesson from here."""
    path = os.path.join(manifest.ROOT, "stages", lesson)
    near = os.path.relpath(path)
    return near if not near.startswith("..") else path


def topic(stage):
    """Returns the second half of a stage's name: lists, of 06-lists."""
    return stage.name.partition("-")[2] or stage.name


def all_stages():
    """Returns the stages with their checkpoints, without their judges."""
    return list(map(manifest.read_stage, manifest.folders()))


class Progress(report.Terminal):
    """See above. In watch mode memory holds what is known of the last run: how far it
    came, and what was red."""

    def __init__(self, checkpoints, number, out=None, memory=None):
        super().__init__(out)
        self.stages = all_stages()
        self.number = number
        self.total = len(checkpoints)
        self.road = {c.id for s in self.stages if s.number <= number
                     for c in s.checkpoints}
        self.on_road = {c.id for c in checkpoints} == self.road
        self.memory = memory if memory is not None else {}
        self.good = set()
        self.still_red = False  # what failed last time: there is nothing new
        self.began = time.perf_counter()

    # While judging

    def begin(self, checkpoint):
        if self.colour:
            done = BAR * len(self.good) // max(1, self.total)
            text = "[%s%s] %d of %d  %s %s" % (
                "=" * done, " " * (BAR - done), len(self.good), self.total,
                checkpoint.id, checkpoint.title)
            columns = shutil.get_terminal_size().columns
            self.out.write("\r\033[K" + text[:columns - 1])
            self.out.flush()

    def end(self, result):
        if result.status in GREEN:
            self.good.add(result.checkpoint.id)

    def clear(self):
        if self.colour:
            self.out.write("\r\033[K")
            self.out.flush()

    def green_again(self, checkpoint):
        """Says that what failed last time passes now."""
        self.clear()
        self.line(self.paint(PASSED, "%s is green: %s"
                             % (checkpoint.id, checkpoint.title)))

    # At the end

    def finish(self, results, options, what):
        self.clear()
        failed = [r for r in results if r.status == FAILED]
        core = [r for r in failed if not r.checkpoint.stretch]
        if not self.still_red:
            self.line(self.stage_line(results))
        for result in results:
            for note in result.notes:
                self.line("note: %s: %s" % (result.checkpoint.id, note))
        for result in failed:
            self.failure(result)
        self.line()
        before, far = self.memory.get("far", 0), max(   # behind: before the one to mend, or green
            count_green(results), results.index(core[0]) if core else 0)
        if self.still_red:
            far = max(before, far)
        if core:
            self.stopped(core[0], results, far, before)
        else:
            self.passed(results, failed, far)
        self.memory.update(far=far, red=core[0].checkpoint.id if core else None)

    def stage_line(self, results):
        """Returns echo 7/7  poll 7/7  resp 2/9: what is green in each stage that has
        been judged, or has failed."""
        words = []
        for stage in self.stages:
            mine = [r for r in results if r.checkpoint.stage == stage.name]
            good, bad = count_green(mine), report.count(mine, FAILED)
            if mine and (bad or good == len(mine)):
                words.append(self.paint(FAILED if bad else PASSED, "%s %d/%d"
                                        % (topic(stage), good, len(mine))))
        return "  ".join(words)

    def stopped(self, result, results, far, before):
        """Says after a failure how far it is, and what was not judged."""
        words = self.milestone(self.number, far)
        if 0 < before < far:
            words += " (%d more than before)" % (far - before)
        words += ". %s is the one to mend" % result.checkpoint.id
        left = report.count(results, BLOCKED)
        if left and not self.still_red:
            words += "; %d %s not judged yet" % (
                left, "was" if left == 1 else "were")
        self.line(self.paint(FAILED, words + "."))

    def passed(self, results, failed, far):
        """Says that everything that matters is green."""
        words = "All %d are green" % len(results) if len(results) > 1 else "It is green"
        if failed:
            words = "All is green but %s, which is stretch: go on without it" \
                % ", ".join(r.checkpoint.id for r in failed)
        self.line(self.paint(PASSED, "%s (%.1f s). %s" % (
            words, time.perf_counter() - self.began,
            CHEERS.get(self.number, "") if self.on_road else "")).rstrip())
        for result in results:
            if result.status == SKIPPED:
                self.line("not judged here: %s (%s)" % (result.checkpoint.id,
                                                        result.reason))
        if self.on_road:
            self.next_stage(far)

    def milestone(self, number, far):
        """Returns a text such as 12 of 48 to lists."""
        if not self.on_road:
            return "%d of %d" % (far, self.total)
        road = [s for s in self.stages if s.number <= number]
        return "%d of %d to %s" % (far, sum(len(s.checkpoints) for s in road),
                                   topic(road[-1]))

    def next_stage(self, far):
        """Names the next stage's first checkpoint, and its lesson."""
        later = [s for s in self.stages if s.number > self.number]
        if not later:
            return
        stage, one = later[0], later[0].checkpoints[0]
        self.line("%s. Next: %s %s" % (self.milestone(stage.number, far),
                                       one.id, one.title))
        self.line("  lesson: " + lesson_path(one.lesson))
        then = 'stage = "%s" in check.toml' % stage.number
        if not os.path.exists("check.toml"):
            then = "tests/check --first --stage " + stage.number
        self.line("  then: " + then)


def count_green(results):
    """Returns how many have passed, or cannot be judged on this machine."""
    return sum(r.status in GREEN for r in results)
