"""Servers that answer everything alike, against every checkpoint: each ends
in a verdict, and none passes, except where that is the right answer. Each
checkpoint is held against some of them, drawn by its name, and against all of
them with DEEP=1 in the environment."""

import os
import random
import traceback

from harness import codecrafters, jobs, manifest, oracle, runner, whole
from harness.model import FAILED, PASSED, SKIPPED
from harness.tests.helpers import InFolder, bad_server
from harness.tests.nasty import ANSWERS
from harness.transport import Limits

POLITE = ("ok", "error", "nil", "one", "empty-array", "empty-bulk")
# Checkpoints that pass with a constant answer, and why that is right.
RIGHT = {
    "01.1": lambda mode: True,      # it asks for a port, and says nothing
    "03.1": lambda mode: mode == "pong" or mode.startswith("polite-"),
    "03.3": lambda mode: mode.startswith("polite-"),    # PING and ECHO alone
    "03.8": lambda mode: mode.startswith("polite-"),    # ECHO alone
}
OF_SLUGS = ("ok", "pong", "error", "nil", "one", "empty-array")
RIGHT_SLUGS = {
    "jm1": OF_SLUGS, "bw1": OF_SLUGS,                   # a port, no more
    "rg2": ("pong",), "wy1": ("pong",), "zu2": ("pong",),   # PING, no more
    "pn0": ("ok",),                                     # MULTI, no more
}
LINKS = ("10.4", "10.5", "10.6")
FOLLOWERS = ("10.6d", "10.6e", "10.6f")     # who never calls a primary is like others
JOBS = 4 * (os.cpu_count() or 2)
SOME, SOME_OF_SLUGS = 5, 2


def drawn(ident, found, right, count):
    """Returns those that are right, and so many others, the same ones in each run."""
    if os.environ.get("DEEP"):
        return found
    wrong = [mode for mode in found if not right(mode)]
    some = random.Random(ident).sample(wrong, min(count, len(wrong)))
    return [mode for mode in found if right(mode) or mode in some]


def modes(ident):
    """Returns the servers that a checkpoint is tried on."""
    found = list(ANSWERS)
    if ident[:4] in LINKS:
        return found[:2 if ident in FOLLOWERS or ident < "10.5" else 6]
    if ident >= "03":
        # All of them are the same to 03.8, which sends it megabytes of ECHO.
        found += ["polite-" + mode
                  for mode in (POLITE[:1] if ident == "03.8" else POLITE)]
    return drawn(ident, found, RIGHT.get(ident, lambda mode: False), SOME)


def judged(checkpoint, mode, dialect, passes):
    """Returns (status, the first lines of the failure), or (None, a trace). A checkpoint that must
    fail need not wait long; one that must pass has all the time that a busy machine needs."""
    limits = Limits(10 if passes else 0.25)
    limits.patience = 4 if passes else 1
    options = runner.Options(
        server=bad_server("constant:" + mode), limits=limits, dialect=dialect,
        saves=checkpoint.stage >= "08")
    try:
        result = whole.judge_lightly(checkpoint, options)
    except Exception:
        return None, traceback.format_exc()
    return result.status, "\n".join(
        result.failure.lines if result.failure else [])


class Constant(InFolder):
    def setUp(self):
        super().setUp()
        self.addCleanup(setattr, oracle, "installed", oracle.installed)
        oracle.installed = lambda: False    # what is kept will do

    def hold(self, calls, right):
        """Judges (checkpoint, mode, dialect), and compares the result with the right one."""
        due = [right(checkpoint.id, mode) for checkpoint, mode, _ in calls]
        results = jobs.in_order([(judged,) + call + (passes,)
                                 for call, passes in zip(calls, due)], JOBS)
        for (checkpoint, mode, _), passes, (status, text) in zip(
                calls, due, results):
            with self.subTest(checkpoint=checkpoint.id, mode=mode):
                self.assertIsNotNone(status, text)
                if passes:
                    self.assertEqual(status, PASSED, text)
                else:
                    self.assertIn(status, (FAILED, SKIPPED), text)

    def test_every_checkpoint(self):
        calls = [(checkpoint, mode, "echo" if stage.number < "03" else "resp")
                 for stage in manifest.load()
                 for checkpoint in stage.checkpoints
                 for mode in modes(checkpoint.id)]
        self.hold(calls, lambda ident, mode:
                  ident in RIGHT and RIGHT[ident](mode))

    def test_who_loads_no_log_is_not_told_of_torn_ones(self):
        checkpoint = manifest.find(manifest.load(), "09.7")
        status, text = judged(checkpoint, "error", "resp", False)
        self.assertEqual((status, "A04" in text), (FAILED, False), text)

    def test_every_stage_of_codecrafters(self):
        stages = manifest.load()
        known = {checkpoint.id for stage in stages
                 for checkpoint in stage.checkpoints}
        calls = []
        for slug, (_, ids, _) in codecrafters.table().items():
            if known.issuperset(ids):
                checkpoint, dialect = codecrafters.checkpoint(stages, slug)
                calls += [(checkpoint, mode, dialect) for mode in drawn(
                    slug, list(OF_SLUGS), RIGHT_SLUGS.get(slug, ()).__contains__,
                    SOME_OF_SLUGS)]
        self.hold(calls, lambda ident, mode: mode in RIGHT_SLUGS.get(ident, ()))
