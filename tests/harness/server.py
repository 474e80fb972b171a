"""A server that is started, watched, and surely ended.

A server is known by its command line alone. It runs in its own session
(process group); ending it ends the group, and whatever it left behind: the
harness makes itself the reaper of orphans where the kernel allows it. What
the server prints is read all the time; its last lines are kept, and what a
sanitizer says in it.
"""

import atexit
import collections
import contextlib
import itertools
import os
import random
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from . import kernel
from .command import Home, command_words, from_anywhere
from .model import Mismatch, SetupError
from .wire import Client, Malformed

READY = 5.0             # seconds a server may take to listen
STARVED = 12            # how often it may wait as long again for a CPU
UNHANDLED = (-signal.SIGTERM, 128 + signal.SIGTERM)     # exit statuses without a handler
DYING = 0.3             # seconds between a broken connection and the exit
KEEP_LINES = 400
SANITIZERS = {
    "ASAN_OPTIONS": "abort_on_error=1:detect_leaks=1:quarantine_size_mb=16:"
                    "allocator_release_to_os_interval_ms=500:"
                    "max_allocation_size_mb=8192",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:abort_on_error=1",
}
COMPLAINT = re.compile(
    rb"==\d+==ERROR|runtime error:|Sanitizer|Assertion .* failed|: abort|"
    rb"out of memory|BUG REPORT|ASSERTION FAILED")
running = []
adopting = False
owner = None            # the user whom servers run as, if that is not us


def new_folder():
    return given(tempfile.mkdtemp(prefix="check-"))


def given(path):
    """Gives the path to the user whom servers run as. Returns it."""
    if owner is not None:
        os.chown(path, owner, owner)
    return path


def adopt_orphans():
    """Makes this process the parent of what servers leave behind, and ends all at exit."""
    global adopting
    kernel.adopt_orphans()
    adopting = True
    atexit.register(end_all)


def end_all():
    for server in list(running):
        server.stop(0)


class Tail:
    """Reads a server's output all the time, and keeps the last lines. complaint holds a
    sanitizer's report from its first line on."""

    def __init__(self, pipe):
        self.lines = collections.deque(maxlen=KEEP_LINES)
        self.complaint = []
        self.pipe = pipe
        self.rest = b""
        self.ended = False
        self.lock = threading.Lock()    # held from the read to the lines
        os.set_blocking(pipe.fileno(), False)   # the other one may have been quicker
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while not self.ended:
            with contextlib.suppress(OSError, ValueError):      # it is being closed
                readable(self.pipe)
            self._read_some()

    def _read_some(self):
        """Takes what is there. Returns true if there may be more."""
        with self.lock:
            try:
                data = os.read(self.pipe.fileno(), 65536)
            except BlockingIOError:
                return False
            except (OSError, ValueError):
                data = b""
            self.ended = not data
            *lines, rest = (self.rest + data).split(b"\n")
            self._take([line[:4096] for line in lines])
            self.rest = rest[-4096:]
            if self.ended and self.rest:
                self._take([self.rest])
                self.rest = b""
            return not self.ended

    def _take(self, lines):
        # A server that prints all the time must not wait for us: one search for all lines.
        self.lines.extend(lines[-KEEP_LINES:])
        if self.complaint or COMPLAINT.search(b"\n".join(lines)):
            if not self.complaint:
                lines = itertools.dropwhile(lambda line: not COMPLAINT.search(line), lines)
            self.complaint += list(lines)[:KEEP_LINES - len(self.complaint)]

    def catch_up(self):
        """Sees to it that everything printed so far is among the lines, also on a machine
        where the thread does not get its turn; but takes at most 0.2 s, as some servers
        print all the time."""
        end = time.monotonic() + 0.2
        while self._read_some() and time.monotonic() < end:
            pass

    def text(self):
        """Returns the lines, oldest first, as text."""
        self.catch_up()
        return texts(self.lines)

    def close(self):
        self.thread.join(0.5)
        if not self.thread.is_alive():
            self.pipe.close()


def readable(pipe):
    """Waits until there is something to read, or the pipe has ended."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    poll.poll()


def texts(lines):
    """Returns the lines that are not empty, as text."""
    return [line.decode("utf-8", "backslashreplace").rstrip()
            for line in list(lines) if line.strip()]


class Processes:
    """What the kernel tells of a server: pids() are its processes, main_pid() the one that
    listens. Of a server elsewhere it tells nothing."""

    def pids(self):
        return []

    def main_pid(self):
        return None

    def open_files(self):
        """Returns how many descriptors the server has open; None if unknown."""
        return len(kernel.descriptors(self.main_pid())) or None

    def threads(self):
        """Returns how many threads it has; 0 if that cannot be seen."""
        return kernel.threads(self.main_pid())

    def cpu(self):
        """Returns the seconds of CPU that the server has used, to the nanosecond, as
        one that waits uses some, too. None if unknown."""
        used = [seconds for seconds in map(kernel.cpu, self.pids())
                if seconds is not None]
        return sum(used) if used else None

    def starved(self):
        """Returns the seconds for which it was ready to run, and had to wait for a CPU."""
        return sum(map(kernel.starved, self.pids()))

    def states(self):
        """Returns the letters of the states of its threads: see kernel.states()."""
        return set().union(*map(kernel.states, self.pids()))

    def running(self):
        """Returns which threads have or want a CPU: see kernel.running()."""
        return set().union(*map(kernel.running, self.pids()))

    def resident(self):
        """Returns the bytes of memory that the server holds; None if unknown."""
        return kernel.resident(self.main_pid())

    @contextlib.contextmanager
    def stopped(self):
        """None of its processes runs meanwhile: what comes waits in the kernel."""
        pids = self.pids()
        kernel.tell(pids, signal.SIGSTOP)
        try:
            # A thread that has a CPU, or is given one, stops a moment later.
            kernel.eventually(lambda: self.states() <= {"T", "Z"}, 1.0, 0.001)
            yield
        finally:
            kernel.tell(pids, signal.SIGCONT)


# Behind walls everything ends with the process that was started.
FOREGROUND = " (did it go into the background? it must not)"


class Server(Processes):
    """One server process group, on a port of its own and in a working folder
    of its own: what it saves there goes with it. A folder that is given
    stays.

    words are appended to its command line, environment to its variables. No
    file of it can grow beyond max_file bytes: writing fails, as on a full
    disk. It runs on one core, if one is named. It is ready when it takes
    connections; with loaded, when it also answers commands. walls are words
    before its command that run it in a container: no message shows them.
    """

    beside_others = False   # do others start with the same command at the same time?
    abrupt = set()          # commands whose servers do nothing when they are told to end

    def __init__(self, command, ready=READY, max_files=None, words=(),
                 environment=None, max_file=None, folder=None, core=None,
                 loaded=False, walls=()):
        self.command = command
        self.walls = walls
        self.ready = ready
        self.max_files = max_files
        self.max_file = max_file
        self.words = [str(word) for word in words]
        self.environment = environment
        self.folder = folder
        self.folder_stays = folder is not None
        self.core = core
        self.loaded = loaded
        self.process = None
        self.port = None
        self.main = None
        self.started = 0.0
        self.home = None
        self.stopped_with = None
        self.host = "127.0.0.1"

    @property
    def address(self):
        return (self.host, self.port)

    def client(self, timeout=20.0):
        return Client(self.address, timeout)

    def ask(self, *words):
        """Sends one command on a connection of its own. Returns its reply."""
        with self.client() as client:
            return client.ask(*words)

    def info(self, *field):
        """Returns one field of INFO: see Client.info."""
        with self.client() as client:
            return client.info(*field)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self, port=None):
        """Start and wait until the port answers; Mismatch if it never does.

        A port that somebody else took in the meantime is not the server's
        fault: another one is tried. Nor is a command that only works in the
        user's folder: it is started there, from then on.
        """
        for attempt in range(4):
            self.launch(port)
            ready = self.wait_ready()
            if ready is None:
                if not self.home:
                    Home.movable.add(self.command)
                return self
            lost = (port is None and attempt < 2 and not self.alive()
                    and kernel.taken(self.port))
            if not lost and not self._go_home() and not self._was_disturbed(port, attempt):
                break
            self.stop(0)
        if self.home:
            Home.needed.discard(self.command)
        raise ready

    def _go_home(self):
        """Starts it in the user's folder, if the folder may be what keeps it from
        starting."""
        if self.command in Home.needed | Home.movable or self.alive():
            return False
        Home.needed.add(self.command)
        return True

    def _was_disturbed(self, port, attempt):
        """Returns true if it ended, and may start when others do not do the same at this
        moment: a command that builds the server first writes the program that they run."""
        if not self.beside_others or port or attempt == 3 or self.alive():
            return False
        time.sleep(random.uniform(0.1, 0.5) * (attempt + 1))
        return True

    def launch(self, port=None):
        """Starts it, on a free port or this one, and does not wait."""
        self.port = port or kernel.free_port()
        words = self.command_line(self.port)
        if self.command in Home.needed:
            self.home = Home()
        else:
            self.folder = self.folder or new_folder()
            words = from_anywhere(
                command_words(self.command, self.port)) + self.words
        self.started = time.perf_counter()
        with kernel.uninterrupted():        # until end() can end it
            try:
                self.process = subprocess.Popen(
                    [*self.walls, *words], stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    start_new_session=True, cwd=None if self.home else self.folder,
                    env=dict(os.environ, **self.environment or {}),
                    preexec_fn=self._before_exec)
            except OSError as error:
                raise SetupError("the server's command cannot be run: %s: %s"
                                 % (words[0], error.strerror))
            self.stopped_with = None
            self.main = None
            self.stderr = Tail(self.process.stderr)
            self.stdout = Tail(self.process.stdout)
            running.append(self)

    def command_line(self, port):
        """Returns the words that start it on a port."""
        return command_words(self.command, port) + self.words

    def start_refused(self, seconds):
        """Starts it where it should end by itself. Returns its exit status (negative:
        the signal that ended it), or None if it goes on."""
        self.launch()
        return self.wait_exit(seconds)

    def wait_exit(self, seconds):
        """Waits for its end. Returns the exit status (negative: the signal that ended
        it), or None if it still runs after this many seconds."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def terminate(self, seconds):
        """Asks it to end, as a system does that shuts down: see wait_exit."""
        self.signal(signal.SIGTERM)
        return self.wait_exit(seconds)

    def kill(self):
        """Ends the whole group at once, without running any handler of it."""
        self._kill_group(signal.SIGKILL)
        self.process.wait()

    def _before_exec(self):
        """In the child: makes it die with the harness, and sets its limits."""
        kernel.die_with_parent()
        kernel.interruptible()
        if self.core is not None:
            os.sched_setaffinity(0, {self.core})
        if self.max_files:
            resource.setrlimit(resource.RLIMIT_NOFILE,
                               (self.max_files, self.max_files))
        if self.max_file:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE,
                               (self.max_file, self.max_file))

    def wait_ready(self):
        """Returns None when the port accepts connections, otherwise the Mismatch."""
        while not self._late():
            if self.process.poll() is not None and not self._left_behind():
                return self._never_ready("the server ended before it listened")
            try:
                with Client(self.address, 1) as client:
                    if ((self.process.poll() is None or self._left_behind())
                            and not (self.loaded and loading(client))):
                        return None
            except OSError:
                pass
            time.sleep(0.005)
        return self._never_ready("nothing listens on the port that was asked "
                                 "for")

    def _late(self):
        """Returns true if it has had its time to start. On a busy machine the time for
        which it waited for a CPU does not count."""
        beyond = time.perf_counter() - self.started - self.ready
        return beyond > 0 and beyond > min(
            STARVED * self.ready, self.starved())

    def _left_behind(self):
        """Finds the server if the command started it in the background and returned."""
        return self.port in kernel.ports_of(self.pids())

    def _never_ready(self, note):
        others = sorted(set(kernel.ports_of(self.pids())) - {self.port})
        actual = ("no connection within %.0f s; if it needs longer to start: "
                  "--ready SECONDS" % self.ready)
        if others:
            actual = "it listens on port %s instead" % others[0]
        if self.process.poll() is not None:
            actual = "it ended: " + self.fate()
        words = " ".join(self.command_line(self.port))
        return Mismatch(
            note, summary=note + "; it was started with: " + words,
            expected_text="a server that listens on port %d" % self.port,
            actual_text=actual, ending="refused",
            facts={"start": True, "other_ports": others,
                   "exited": self.process.poll() is not None})

    def pids(self):
        """Returns all processes of this server, including those that it left behind."""
        if self.process is None:
            return []
        pid = self.process.pid
        alive = self.process.poll() is None     # else its children are orphans
        return sorted({pid} | self._orphans()
                      | set(kernel.descendants(pid) if alive else ()))

    def _orphans(self):
        """Returns the processes that it left to us. Only those that started after it
        can be such."""
        if not adopting:
            return set()
        known = {server.process.pid for server in running}
        own = kernel.born(self.process.pid) or 0
        return {child for child in kernel.children(os.getpid())
                if child not in known and (kernel.born(child) or -1) >= own}

    def main_pid(self):
        """Returns the process that listens, which is the one to count and to measure."""
        if self.main is None or kernel.stat(self.main) is None:
            pids = self.pids()
            self.main = pids[0] if pids else None
            if len(pids) > 1:
                self.main = kernel.ports_of(pids).get(self.port, self.main)
        return self.main

    def alive(self):
        """Returns true if any process of it is left."""
        return (self.process is not None
                and (self.process.poll() is None or self._left_behind()))

    def survives(self, mismatch):
        """Returns true if it is alive after this failure. A broken connection may be
        the first sign of a process that is about to end, so this waits for that end."""
        if mismatch.ending in ("closed", "reset", "refused"):
            kernel.eventually(lambda: not self.alive(), DYING, 0.01)
        return self.alive()

    def fate(self):
        """Says in words if it is alive, or how it ended."""
        if self.process is None:
            return "not started"
        code = self.process.poll()
        if code is None or self._left_behind():
            return "alive (pid %d)" % self.process.pid
        if code < 0:
            return "killed by " + signal_name(-code)
        said = "exited with status %d" % code
        if code == 0 and self.walls and self.stopped_with is None:
            said += FOREGROUND
        if code - 128 in list(signal.Signals):  # so shells and containers tell of one
            said += ", as after " + signal_name(code - 128)
        return said

    def last_lines(self, count=KEEP_LINES):
        """Returns (stream, lines): the last lines on stderr, otherwise on stdout."""
        for name, tail in (("stderr", self.stderr), ("stdout", self.stdout)):
            lines = tail.text()
            if lines:
                return name, lines[-count:]
        return "stderr", []

    def complaint(self, count=KEEP_LINES):
        """Returns the first lines of a sanitizer's or assertion's message since the
        start; [] if there is none."""
        for tail in (self.stderr, self.stdout):
            tail.catch_up()
            if tail.complaint:
                return texts(tail.complaint[:count])
        return []

    def signal(self, number):
        """Sends a signal to the process that listens."""
        with contextlib.suppress(ProcessLookupError):   # it may just have ended
            os.kill(self.main_pid(), number)

    def restart(self, patience=10.0):
        """Ends it as its owner would, and starts it in the same folder."""
        self.end(patience)
        return self.start(self.port)

    def stop(self, patience=1.0):
        """Ends it, and removes its folder. A server that keeps nothing gets no time for its end
        if it has been seen that it does nothing then: a Java machine takes 0.3 s for that."""
        keeps = self.words or self.walls or self.folder_stays
        self.end(patience if keeps or self.command not in self.abrupt else 0)
        if self.folder and not self.folder_stays:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def end(self, patience=1.0):
        """Ends it: SIGTERM, patience, SIGKILL; the whole group, and all orphans. Its
        folder stays."""
        if self.process is None or self not in running:
            return
        pids = self.pids()
        if patience and self.process.poll() is None:
            listens = self.port in kernel.ports_of(pids)    # or it is in a container
            self._kill_group(signal.SIGTERM)
            if (self.wait_exit(patience) in UNHANDLED or self.states() == {"S"}) and listens:
                self.abrupt.add(self.command)
        self.stopped_with = self.process.poll()
        self._kill_group(signal.SIGKILL)
        for pid in set(pids) | set(self.pids()):
            if pid != self.process.pid:
                _kill(pid)
        self.process.wait()
        running.remove(self)
        self.stderr.close()
        self.stdout.close()
        if self.home:
            self.home.tidy()
            self.home = None

    def _kill_group(self, number):
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass


def signal_name(number):
    """Returns a signal's name, or its number if it has none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return "signal %d" % number


def _kill(pid):
    """Ends an orphan and takes its exit status, so that no zombie stays."""
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError, PermissionError):
        pass


def loading(client):
    """Returns true if it does not execute commands yet."""
    try:
        kind, text = client.ask("PING")
    except Malformed:
        return False
    return kind == "-" and text.startswith(b"LOADING")


class Remote(Processes):
    """A server that is already running somewhere: --connect HOST:PORT."""

    def __init__(self, host, port):
        self.host = host
        self.port = port
        self.command = "(connected to %s:%d)" % (host, port)
        self.address = (host, port)

    def start(self, port=None):
        try:
            with socket.create_connection(self.address, 3):
                return self
        except OSError as error:
            raise SetupError("--connect: nobody answers at %s:%d (%s)"
                             % (self.host, self.port, error.strerror))

    def survives(self, _mismatch):
        return self.alive()

    def alive(self):
        try:
            with socket.create_connection(self.address, 3):
                return True
        except OSError:
            return False

    def fate(self):
        return ("it takes connections" if self.alive()
                else "it no longer takes connections")

    def last_lines(self, count=KEEP_LINES):
        return "stderr", []

    def stop(self, *_):
        """It is not ours to stop."""
