"""Judges the submissions side by side, each by harness.grade.inside in a process and a container of
its own, and keeps the results.

The book of a submission is that of tests/check --json (report.as_book), and: name, who (name, id,
email, login, section as far as they are known), digest, problem ("" or why it could not be judged),
evidence (sentences), notes, prints (fingerprints of its sources), tried ({checkpoint: how often}),
seconds.

It is written to a file of its own as soon as it is known, so a run that was interrupted goes on
where it stopped: a submission that has not changed since, and was judged by the same checkpoints
and seed, is not judged again.

Checkpoints that measure time are judged again before they cost points: when all the others have
ended, one submission at a time, with nothing else running, as often as AGAIN says. If one passes
once, it has passed. A wrong byte is no matter of time.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from .. import kernel, report
from ..manifest import TESTS
from ..model import BLOCKED, FAILED, PASSED, Result, SetupError, read_file, write_file
from . import box

AGAIN = 2
WRONG_BYTE = re.compile(r" +\^( byte \d|$)")    # as harness/explain.py points at it
SPARE = 20              # seconds beside the submission's own, to look at it
SAID = 2000             # bytes of a judge that failed


class Marker:
    """One run of tests/grade. plan has stage, seed, only, latest_only, variant; also are folders
    that submissions may read, given is the result of evidence.handed_out."""

    def __init__(self, plan, checkpoints, folder, walls, limits, table, also=(),
                 given=()):
        self.plan = plan
        self.checkpoints = checkpoints
        self.folder = folder
        self.walls = walls
        self.limits = limits
        self.table = table
        self.also = list(also)
        self.given = list(given)
        self.free = []              # numbers of users that are free now
        self.processes = set()
        self.stopped = False

    def run(self, submissions, most):
        """Returns the books of all, in their order."""
        self.free = list(range(most))
        with concurrent.futures.ThreadPoolExecutor(most) as pool:
            try:
                books = list(pool.map(self._book, submissions))
                for one, found in zip(submissions, books):
                    self._again(one, found)
            except BaseException:
                self._stop()
                raise
        return books

    def _stop(self):
        """Ends the judges after an interruption; everything known already has been kept."""
        self.stopped = True
        for process in list(self.processes):
            end(process)

    def _book(self, one):
        """Judges a submission, unless that has been done."""
        digest = self._digest(one)
        found = self._kept(one, digest)
        word = "  (as before)" if found else ""
        if not found and not self.stopped:
            found = self._judged(one, digest)
        if not self.stopped:
            self.table.end(one.name, found, word)
        return found

    def _judged(self, one, digest):
        began = time.monotonic()
        rows, end = self._judge(one, self.plan["only"], False)
        found = {"name": one.name, "digest": digest, "tried": {}, **end}
        found["seconds"] = round(time.monotonic() - began, 1)
        self._add_up(one, found, rows)
        if not self.stopped:
            self._keep(one, found)
        return found

    def _digest(self, one):
        """Returns a hash of the submission and of everything that its verdict depends on, except
        for the judge itself. The seed is in it, so it is for the teacher alone: a short seed could
        be found by trying."""
        plan = json.dumps([self.plan, [c.id for c in self.checkpoints]])
        return hashlib.sha256((one.digest() + plan).encode()).hexdigest()

    def _path(self, one):
        return os.path.join(self.folder, "results", one.file + ".json")

    def _kept(self, one, digest):
        """Returns the book of an earlier run, if it is still valid."""
        try:
            found = json.loads(read_file(self._path(one)))
        except (SetupError, ValueError):
            return None
        if found.get("digest") != digest or found.get("interrupted"):
            return None
        self._add_up(one, found, found["checkpoints"])      # the roster may be new
        return found

    def _keep(self, one, found):
        """Writes it so that an interruption leaves the old file or the new one."""
        path = self._path(one)
        write_file(path + ".new", json.dumps(found).encode())
        os.replace(path + ".new", path)

    def _add_up(self, one, found, rows):
        """Gives a book its rows, in the order of the checkpoints, and the sums."""
        known = {row["id"]: row for row in rows}
        rows = [known.get(c.id) or unjudged(c, found["problem"])
                for c in self.checkpoints]
        what = "stage %s" % self.plan["stage"]
        found.update(
            what=one.name, file=one.file, stage=what, seed="secret", who=one.who, checkpoints=rows,
            **report.sums(rows))

    # ---- timing

    def _again(self, one, found):
        """Judges again those that measure time and failed, and those that need them."""
        for _ in range(AGAIN):
            late = self._late(found["checkpoints"])
            late = [ident for ident in late
                    if found["tried"].get(ident, 1) <= AGAIN]
            if not late or found["problem"]:
                return
            self.table.say("once more, alone: %s %s" % (one.name, " ".join(late)))
            rows, _ = self._judge(one, late, True)
            for ident in late:
                found["tried"][ident] = found["tried"].get(ident, 1) + 1
            better = {row["id"]: row for row in rows if row["status"] == PASSED}
            self._add_up(one, found, [better.get(row["id"], row)
                                      for row in found["checkpoints"]])
            self._keep(one, found)

    def _late(self, rows):
        """Returns the checkpoints that failed and measure time, with those that were not run only
        because of them."""
        status = {row["id"]: row["status"] for row in rows}
        late = {row["id"] for row in rows if row["status"] == FAILED
                and row["timing"] and not any(map(WRONG_BYTE.match, row["message"]))}
        for one in self.checkpoints:
            lacks = {need for need in one.needs
                     if status.get(need) in (FAILED, BLOCKED)}
            if status[one.id] == BLOCKED and lacks and lacks <= late:
                late.add(one.id)
        return [one.id for one in self.checkpoints if one.id in late]

    # ---- the process of one

    def _judge(self, one, only, again):
        """Returns (rows, what was reported at the end) of a submission."""
        slot = self.free.pop()
        home = "/tmp" if self.walls == "bwrap" else tempfile.mkdtemp(prefix="grade-")
        job = dict(self.plan, path=os.path.realpath(one.path), kind=one.kind, only=only,
                   again=again, walls=self.walls, folder=home, slot=slot,
                   also=self.also, given=self.given, limits=vars(self.limits))
        words = box.judges_words(self.walls, home, self.limits, [job["path"]])
        try:
            return self._talk(one, job, words + [sys.executable, "-m",
                                                 "harness.grade.inside"])
        finally:
            self.free.append(slot)
            if self.walls != "bwrap":
                shutil.rmtree(home, ignore_errors=True)

    def _talk(self, one, job, words):
        """Starts the judge, gives it its job, and reads its reports."""
        rows, last = [], None
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8",
                       "HOME": "/nonexistent", "PYTHONPATH": TESTS,
                       "PYTHONDONTWRITEBYTECODE": "1"}
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said,
                cwd="/", env=environment, text=True,
                preexec_fn=kernel.die_with_parent)
            self.processes.add(process)
            alarm = threading.Timer(self.limits.seconds + SPARE, end, [process])
            alarm.start()
            try:
                with process.stdin as file:
                    json.dump(job, file)
                for text in process.stdout:
                    told = json.loads(text)
                    rows += [told["row"]] if "row" in told else []
                    last = told.get("end", last)
                    self.table.step(one.name, rows, told.get("step", ""))
            except (BrokenPipeError, ValueError):
                pass                # it was ended, and its output is reported below
            finally:
                late = not alarm.is_alive()
                alarm.cancel()
                process.stdout.close()
                process.wait()
                self.processes.discard(process)
            return rows, last or self._unfinished(late, said)

    def _unfinished(self, late, said):
        """Returns a substitute for the end that a judge did not reach."""
        said.seek(max(0, said.seek(0, os.SEEK_END) - SAID))
        text = said.read().decode("utf-8", "replace").strip()
        why = ("it was not done after %d s" % self.limits.seconds if late else
               "the judge itself ended: " + text)
        return {"problem": why, "evidence": [], "prints": [], "notes": [],
                "interrupted": not late}


def end(process):
    """Ends a judge and everything below it. Processes that bwrap has just started do not end with
    it yet, and would keep our pipe open for ever."""
    below = kernel.descendants(process.pid, kernel.parents())
    process.kill()
    kernel.tell(below, signal.SIGKILL)


def unjudged(checkpoint, why):
    """Returns the row of a checkpoint that was not reached."""
    first = (why.splitlines() or ["?"])[0]
    result = Result(checkpoint, BLOCKED, reason=first)
    return report.as_dict(result)
