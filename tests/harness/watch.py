"""--watch: judge again whenever a file changes.

The files below the folder are looked at a few times a second (never so often
that it would take a twentieth of a CPU). When one has changed and nothing
changes any more, the server is built and judged, in a child process: a change
meanwhile ends that, and it begins anew. So a fault of the build, of check.toml
or of the harness ends a run, and never the watching.

A file counts as changed if its bytes have changed. What the build or the server
itself writes must not begin the next run: while something runs, what is no text
is a product of the build, if there is one; and a file that has begun three runs
in a row, each while the one before was going on, is left alone until it changes
when nothing runs.
"""

import contextlib
import copy
import hashlib
import itertools
import multiprocessing.connection
import os
import re
import shlex
import signal
import subprocess
import sys
import time

from . import jobs, manifest, report, settings_file
from .model import SetupError
from .server import Tail

PAUSE = 0.25            # seconds between two looks
SHARE = 20              # a pause is at least so many times as long as a look
SETTLE = 0.12           # nothing may change for so long
PATIENCE = 3.0          # seconds after which it has to be quiet enough
RESTLESS = 3            # runs in a row that a file may begin while one goes on
LARGE = 1 << 20         # longer files are not read, to see if they changed

FOLDERS = {"build", "out", "target", "node_modules", "__pycache__", "venv",
           "env", "dist", "obj", "zig-out", "zig-cache", "CMakeFiles",
           "coverage", "appendonlydir", "vendor", "_build", "dist-newstyle", "nimcache"}
ENDINGS = (".o", ".a", ".so", ".obj", ".gch", ".pyc", ".pyo", ".class",
           ".beam", ".hi", ".ali", ".ppu", ".cmi", ".cmx", ".cmo", ".fasl", ".jar",
           ".swp", ".swo", ".swx", ".tmp", "~", ".rdb", ".aof", ".log", ".resp")


class Files:
    """The files that are watched: everything below the folder that a person may have
    written, and the files that the server's command names."""

    def __init__(self, command=None):
        self.named = named_files(command)
        self.digests = {}       # path: (stamp, digest), as it was last read
        self.took = 0.0

    def scan(self):
        """Returns {path: digest} of all files."""
        began = time.perf_counter()
        found = {}
        for path in itertools.chain(files_of_people(), self.named):
            with contextlib.suppress(OSError):      # it may just have been removed
                found[path] = self._digest(path, os.stat(path))
        self.took = time.perf_counter() - began
        return found

    def pause(self):
        return max(PAUSE, SHARE * self.took)

    def _digest(self, path, status):
        """Returns what distinguishes one content from another. A file is read if its
        stamp has changed, but a large one never is."""
        stamp = status.st_mtime_ns, status.st_size, status.st_ino
        if self.digests.get(path, (None,))[0] != stamp:
            digest = repr(stamp)
            if status.st_size <= LARGE:
                with open(path, "rb") as file:
                    digest = hashlib.sha256(file.read()).hexdigest()
            self.digests[path] = (stamp, digest)
        return self.digests[path][1]

    def settle(self):
        """Waits until nothing changes any more. Returns what is there then."""
        until = time.perf_counter() + PATIENCE
        seen = self.scan()
        while True:
            time.sleep(max(SETTLE, self.took))
            now = self.scan()
            if now == seen or time.perf_counter() > until:
                return now
            seen = now


def files_of_people():
    """Yields the files below this folder that a person may have written."""
    for base, folders, names in os.walk("."):
        folders[:] = [name for name in folders if name[0] != "." and name not in FOLDERS]
        for name in names:
            path = os.path.normpath(os.path.join(base, name))
            if name[0] != "." and not name.endswith(ENDINGS) and os.path.isfile(path) and not (
                    name.endswith(".d") and of_a_compiler(path)):
                yield path


def of_a_compiler(path):
    """Returns true if this is what a compiler of C writes about includes, and no source of D."""
    return any(os.path.isfile(path[:-2] + ending) for ending in (".c", ".cc", ".cpp", ".cxx")) or (
        re.match(r"\S+\.o *:", settings_file.text_of(path)) is not None)


def is_text(path):
    """Returns true if a person may have written it."""
    try:
        with open(path, "rb") as file:
            return b"\0" not in file.read(4096)
    except OSError:
        return True


def named_files(command):
    """Returns the files that a command names, wherever they are."""
    try:
        words = shlex.split(command or "")
    except ValueError:
        return []
    return [os.path.normpath(word) for word in words
            if os.path.isfile(word) or os.sep in word and "{port}" not in word]


def changed(before, now):
    """Returns the paths that are not in both with the same bytes."""
    return {path for path in before.keys() | now.keys()
            if before.get(path) != now.get(path)}


class Changed(Exception):
    """A person has changed files while something was running."""

    def __init__(self, paths):
        super().__init__()
        self.paths = paths


class Watch:
    """The loop: run, wait for a change, run."""

    def __init__(self, args, load, judge):
        self.args = args
        self.load = load        # from the arguments to the stages
        self.judge = judge      # (stages, arguments): the exit status
        self.stages = {}        # what load() said
        self.files = Files()
        self.base = {}          # the files as they were when a run began
        self.building = self.has_build = False
        self.begun = {}         # path: runs in a row that it has begun
        self.alone = set()      # paths that are left alone
        self.memory = {"far": 0, "red": None}
        self.status = 2
        self.current = False    # is that the verdict on the files as they are?

    def forever(self):
        """Runs until Ctrl-C. The exit status is that of the last verdict."""
        try:
            self.base = self.files.settle()
            while True:
                self.run_until_done()
                print("watching %d files; Ctrl-C ends" % len(self.base),
                      flush=True)
                self.rule(self.wait())
        except KeyboardInterrupt:
            print("\n" + self.last_words(), flush=True)
            return self.status

    def run_until_done(self):
        """Runs, and begins again as long as files change meanwhile."""
        while True:
            try:
                self.run()
                self.begun = {}
                return
            except Changed as change:
                self.rule(change.paths)
                self.count_begun(change.paths)

    def count_begun(self, paths):
        """From now on ignores files that change whenever something runs."""
        self.begun = {path: self.begun.get(path, 0) + 1 for path in paths}
        for path, times in self.begun.items():
            if times >= RESTLESS:
                self.alone.add(path)
                print("%s changes in every run: it does not begin one any "
                      "more, unless it changes when nothing runs" % path,
                      flush=True)

    def run(self):
        """Makes one build and one judgement. Whatever goes wrong with them is shown,
        and waits to be mended."""
        args, self.current = copy.copy(self.args), False
        try:
            settings_file.apply(args)
            own_build(args)
            self.files.named = named_files(args.server)
            self.has_build = bool(args.build)
            if args.build and not self.build(args.build):
                self.status = 1
                return
            args.build, args.first, args.memory = None, True, self.memory
            self.status, self.memory = self.in_child(args)
            self.current = True
        except SetupError as error:
            self.status = 2
            print("tests/check: %s" % error, flush=True)

    def stages_for(self, args):
        """Returns the stages, which are read once for each that was asked for."""
        key = (args.stage, tuple(args.only))
        if key not in self.stages:
            self.stages[key] = self.load(args)
        return self.stages[key]

    def build(self, command):
        """Returns true if the build succeeds; if not, its output is shown."""
        print("build: " + command, flush=True)
        self.building = True
        made = subprocess.Popen(
            ["sh", "-c", command], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True)
        said = Tail(made.stdout)
        try:
            while not ended(made, self.files.pause()):
                self.look()
            self.look()
        finally:
            if not ended(made, 0):
                os.killpg(made.pid, signal.SIGKILL)
                made.wait()
            self.building = False
            said.close()
        if made.returncode:
            print("\n".join("  " + line for line in said.text()))
            print("the build failed (status %d)" % made.returncode, flush=True)
        return made.returncode == 0

    def in_child(self, args):
        """Judges in a child. Returns (the exit status, what is known of the run)."""
        stages = self.stages_for(args)
        sys.stdout.flush()
        pool = jobs.Pool(1)
        pool.start("the server", judged, self.judge, stages, args)
        try:
            while not multiprocessing.connection.wait(list(pool.running),
                                                      self.files.pause()):
                self.look()
            return pool.wait()[1]
        except RuntimeError as error:       # a fault of the harness itself
            print("%s\ntests/check: this is a fault of the harness itself"
                  % error, flush=True)
            return 2, self.memory
        finally:
            pool.stop()

    def look(self):
        """Raises Changed if a person has changed something while we run."""
        if not self.of_people(self.files.scan()):
            return
        now = self.files.settle()
        paths = self.of_people(now)
        if paths:
            self.base = now
            raise Changed(paths)

    def of_people(self, now):
        """Returns the paths that differ from base, without files that the build or the
        server has written: those belong to base from now on."""
        found = set()
        for path in changed(self.base, now):
            if not self.is_product(path, path in now):
                found.add(path)
            elif path in now:
                self.base[path] = now[path]
            else:
                del self.base[path]
        return found

    def is_product(self, path, there):
        """Returns true if the build or the server has written it, as far as one can
        tell."""
        if not there or path not in self.base:
            return path in self.alone or self.building
        return path in self.alone or self.has_build and not is_text(path)

    def wait(self):
        """Waits for a change, with nothing running. Returns the paths."""
        while True:
            time.sleep(self.files.pause())
            if not changed(self.base, self.files.scan()):
                continue
            before, self.base = self.base, self.files.settle()
            paths = changed(before, self.base)
            if paths:
                self.alone -= paths
                return paths

    def rule(self, paths):
        """Prints a line between two runs that says what has changed."""
        names = sorted(paths)
        more = " and %d more" % (len(names) - 3) if len(names) > 3 else ""
        print("\n---- %s  %s" % (time.strftime("%H:%M:%S"),
                                 ", ".join(names[:3]) + more), flush=True)

    def last_words(self):
        """Says at the end how things stand."""
        red = self.memory["red"]
        if not self.current:
            return "tests/check: ended; the files as they are now have not been judged"
        if self.status == 0:
            return "tests/check: ended, all green"
        if red:
            return report.as_typed("tests/check: ended, %s is red; a hint: "
                            "tests/check hint %s" % (red, red))
        return "tests/check: ended"


def judged(judge, stages, args):
    """Runs in the child. Ctrl-C is left to the parent, which then ends us."""
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    return judge(stages, args), args.memory


def ended(made, seconds):
    """Returns true if this process has ended, or does within so many seconds."""
    try:
        made.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        return False


def own_build(args):
    """Builds this project's own server of a stage with make."""
    number = args.stage or (args.only and max(args.only)[:2])
    if args.server or args.connect or args.build or not number:
        return
    folder = manifest.stage_folder(manifest.two_digits(number))
    if folder:
        args.build = "make --no-print-directory -s -C " + shlex.quote(
            os.path.relpath(folder))
