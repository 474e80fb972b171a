"""The server under judgement: started, watched, and surely ended.

A server is known by its command line alone. It runs in its own session
(process group); ending it ends the group, and whatever it left behind: the
harness makes itself the reaper of orphans where the kernel allows it. What
the server prints is read all the time and only its last lines are kept.
"""

import atexit
import collections
import ctypes
import glob
import os
import random
import resource
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from .model import Mismatch, SetupError

READY = 5.0             # seconds a server may take to listen
DYING = 0.3             # seconds between a broken connection and the exit
KEEP_LINES = 400
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
running = []


def libc():
    """The C library for prctl, or None where there is none."""
    try:
        lib = ctypes.CDLL(None)
        return lib if hasattr(lib, "prctl") else None
    except OSError:
        return None


LIBC = libc()


def adopt_orphans():
    """Become the parent of what servers leave behind, and end all at exit."""
    if LIBC:
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    atexit.register(end_all)


def end_all():
    """End every server that is still there."""
    for server in list(running):
        server.stop(0)


def taken(port):
    """Is somebody listening on this port?"""
    with socket.socket() as sock:
        try:
            sock.bind(("127.0.0.1", port))
            return False
        except OSError:
            return True


def free_port():
    """A port that nobody has: below those that the kernel hands out, so that
    no outgoing connection takes it in the meantime."""
    rng = random.SystemRandom()
    for _ in range(200):
        port = rng.randrange(10240, 32000)
        if not taken(port):
            return port
    raise SetupError("found no free port between 10240 and 32000")


def proc_stat(pid):
    """The fields of /proc/PID/stat after the name, or None."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            return file.read().rpartition(b") ")[2].split()
    except OSError:
        return None


def all_pids():
    """Every process of this machine, [] where /proc is not there."""
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def children(pid):
    """The processes whose parent is pid."""
    found = []
    for other in all_pids():
        stat = proc_stat(other)
        if stat and int(stat[1]) == pid:
            found.append(other)
    return found


def descendants(pid):
    """pid's children, their children and so on."""
    found = children(pid)
    for child in list(found):
        found += descendants(child)
    return found


def listening_sockets():
    """{inode: port} of all listening TCP sockets."""
    found = {}
    for path in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(path) as file:
                rows = [line.split() for line in file.readlines()[1:]]
        except OSError:
            continue
        for row in rows:
            if row[3] == "0A":
                found[row[9]] = int(row[1].rsplit(":", 1)[1], 16)
    return found


def ports_of(pids):
    """{port: pid} that these processes listen on."""
    sockets = listening_sockets()
    ports = {}
    for pid in pids:
        for target in descriptors(pid).values():
            inode = target[8:-1] if target.startswith("socket:[") else ""
            if inode in sockets:
                ports[sockets[inode]] = pid
    return ports


def descriptors(pid):
    """{number: target} of a process's open descriptors."""
    found = {}
    try:
        for name in os.listdir("/proc/%d/fd" % pid):
            try:
                found[int(name)] = os.readlink("/proc/%d/fd/%s" % (pid, name))
            except OSError:
                continue
    except OSError:
        pass
    return found


class Tail:
    """Reads a server's output all the time, and keeps the last lines."""

    def __init__(self, pipe):
        self.lines = collections.deque(maxlen=KEEP_LINES)
        self.pipe = pipe
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        rest = b""
        while True:
            try:
                data = os.read(self.pipe.fileno(), 65536)
            except (OSError, ValueError):
                break
            if not data:
                break
            lines = (rest + data).split(b"\n")
            rest = lines.pop()[-4096:]
            self.lines.extend(line[:4096] for line in lines[-KEEP_LINES:])
        if rest:
            self.lines.append(rest)

    def text(self):
        """The lines, oldest first, as text."""
        return [line.decode("utf-8", "backslashreplace").rstrip()
                for line in list(self.lines) if line.strip()]

    def close(self):
        self.thread.join(0.5)
        if not self.thread.is_alive():
            self.pipe.close()


def command_words(command, port):
    """The command line, split, with {port} filled in."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise SetupError("--server: %s in: %s" % (error, command))
    if not words:
        raise SetupError("--server is empty")
    if "{port}" not in command:
        raise SetupError("--server must say where the port goes: "
                         "--server '%s --port {port}'" % command)
    words = [word.replace("{port}", str(port)) for word in words]
    program = shutil.which(words[0])
    if program is None:
        raise SetupError("the server's command cannot be run: %s is not "
                         "there or not executable" % words[0])
    return words


def from_anywhere(words):
    """The same command for another working folder: what is a file or folder
    here is named by its whole path, except behind an option (--dbfilename
    dump.rdb is a name that the server looks for in its own folder)."""
    moved = [os.path.abspath(shutil.which(words[0]))]
    for before, word in zip(words, words[1:]):
        known = not before.startswith("--") and os.path.exists(word)
        moved.append(os.path.abspath(word) if known else word)
    return moved


class Home:
    """The folder that the harness was called in, for commands that work in no
    other (cargo run, python3 -m app.main). What a server saves there when it
    ends is removed: a later server would find it."""

    SAVED = ("*.rdb", "*.aof", "appendonlydir")
    movable = set()         # commands that have started in another folder
    needed = set()          # commands that have failed there

    def __init__(self):
        self.before = self.saved()

    def saved(self):
        """What servers are known to leave behind."""
        return {name for pattern in self.SAVED for name in glob.glob(pattern)}

    def tidy(self):
        """Remove what has come since."""
        for name in self.saved() - self.before:
            if os.path.isdir(name) and not os.path.islink(name):
                shutil.rmtree(name, ignore_errors=True)
            else:
                os.unlink(name)


class Server:
    """One server process group, on a port of its own and in a working folder
    of its own: what it saves there goes with it.

    words are appended to its command line, environment to its variables. No
    file of it can grow beyond max_file bytes: writing fails, as on a full disk.
    """

    def __init__(self, command, ready=READY, max_files=None, words=(),
                 environment=None, max_file=None):
        self.command = command
        self.ready = ready
        self.max_files = max_files
        self.max_file = max_file
        self.words = [str(word) for word in words]
        self.environment = environment
        self.process = None
        self.port = None
        self.main = None
        self.started = 0.0
        self.folder = None
        self.home = None
        self.stopped_with = None
        self.host = "127.0.0.1"

    @property
    def address(self):
        return (self.host, self.port)

    def start(self, port=None):
        """Start and wait until the port answers; Mismatch if it never does.

        A port that somebody else took in the meantime is not the server's
        fault: another one is tried. Nor is a command that only works in the
        user's folder: it is started there, from then on.
        """
        for attempt in range(4):
            self._launch(port or free_port())
            ready = self._wait_ready()
            if ready is None:
                if not self.home:
                    Home.movable.add(self.command)
                return self
            lost = (port is None and attempt < 2 and not self.alive()
                    and taken(self.port))
            if not lost and not self._go_home():
                break
            self.stop(0)
        if self.home:
            Home.needed.discard(self.command)
        raise ready

    def _go_home(self):
        """May it be the folder that keeps it from starting? Try the user's."""
        if self.command in Home.needed | Home.movable or self.alive():
            return False
        Home.needed.add(self.command)
        return True

    def _launch(self, port):
        self.port = port
        words = self.command_line(port)
        if self.command in Home.needed:
            self.home = Home()
        else:
            self.folder = self.folder or tempfile.mkdtemp(prefix="check-")
            words = from_anywhere(command_words(self.command, port)) + self.words
        self.started = time.perf_counter()
        try:
            self.process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, start_new_session=True,
                cwd=None if self.home else self.folder,
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
        """The words that start it on a port."""
        return command_words(self.command, port) + self.words

    def start_refused(self, seconds):
        """Start it where it should end by itself: its exit status (negative:
        the signal that ended it), or None if it goes on."""
        self._launch(free_port())
        return self.wait_exit(seconds)

    def wait_exit(self, seconds):
        """Wait for its end: the exit status (negative: the signal that ended
        it), or None if it still runs after so many seconds."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def terminate(self, seconds):
        """Ask it to end, as systems do that shut down: see wait_exit."""
        self.signal(signal.SIGTERM)
        return self.wait_exit(seconds)

    def kill(self):
        """End the whole group at once: no handler of it runs."""
        self._kill_group(signal.SIGKILL)
        self.process.wait()

    def _before_exec(self):
        """In the child: die with the harness, and take the limits."""
        if LIBC:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if self.max_files:
            resource.setrlimit(resource.RLIMIT_NOFILE,
                               (self.max_files, self.max_files))
        if self.max_file:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE,
                               (self.max_file, self.max_file))

    def _wait_ready(self):
        """None when the port takes connections, else the Mismatch."""
        deadline = self.started + self.ready
        while time.perf_counter() < deadline:
            if self.process.poll() is not None and not self._left_behind():
                return self._never_ready("the server ended before it listened")
            try:
                with socket.create_connection(self.address, 1):
                    if self.process.poll() is None or self._left_behind():
                        return None
            except OSError:
                pass
            time.sleep(0.005)
        return self._never_ready("nothing listens on the port that was asked "
                                 "for")

    def _left_behind(self):
        """A command that started the server beside itself and returned."""
        return self.port in ports_of(self.pids())

    def _never_ready(self, note):
        others = sorted(set(ports_of(self.pids())) - {self.port})
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
        """All processes of this server, also those that it left behind."""
        if self.process is None:
            return []
        pid = self.process.pid
        mine = {pid} | set(descendants(pid))
        known = {server.process.pid for server in running
                 if server is not self}
        mine |= {child for child in children(os.getpid())
                 if child not in known and self._born_after(child)}
        return sorted(mine)

    def _born_after(self, pid):
        """Only what was started after this server can be its orphan."""
        stat = proc_stat(pid)
        own = proc_stat(self.process.pid)
        return bool(stat) and (own is None or int(stat[19]) >= int(own[19]))

    def main_pid(self):
        """The process that listens: the one to count and to measure."""
        if self.main is None or proc_stat(self.main) is None:
            pids = self.pids()
            self.main = ports_of(pids).get(self.port,
                                           pids[0] if pids else None)
        return self.main

    def open_files(self):
        """How many descriptors the server has open; None if unknown."""
        found = descriptors(self.main_pid())
        return len(found) or None

    def cpu(self):
        """Seconds of CPU that the server has used; None if unknown."""
        total = 0.0
        tick = os.sysconf("SC_CLK_TCK")
        for pid in self.pids():
            stat = proc_stat(pid)
            if stat:
                total += (int(stat[11]) + int(stat[12])) / tick
        return total if os.path.isdir("/proc/self") else None

    def resident(self):
        """Bytes of memory that the server holds; None if unknown."""
        try:
            with open("/proc/%d/statm" % self.main_pid()) as file:
                return int(file.read().split()[1]) * resource.getpagesize()
        except (OSError, TypeError):
            return None

    def alive(self):
        """Is any process of it left?"""
        return (self.process is not None
                and (self.process.poll() is None or self._left_behind()))

    def survives(self, mismatch):
        """Is it alive after this failure? A connection that breaks may be the
        first sign of a process that is about to end: wait for that end."""
        if mismatch.ending in ("closed", "reset", "refused"):
            deadline = time.perf_counter() + DYING
            while self.alive() and time.perf_counter() < deadline:
                time.sleep(0.01)
        return self.alive()

    def fate(self):
        """In words: alive, or how it ended."""
        if self.process is None:
            return "not started"
        code = self.process.poll()
        if code is None or self._left_behind():
            return "alive (pid %d)" % self.process.pid
        if code >= 0:
            return "exited with status %d" % code
        try:
            return "killed by %s" % signal.Signals(-code).name
        except ValueError:
            return "killed by signal %d" % -code

    def last_lines(self, count=KEEP_LINES):
        """(stream, lines): the last lines on stderr, else on stdout."""
        for name, tail in (("stderr", self.stderr), ("stdout", self.stdout)):
            lines = tail.text()
            if lines:
                return name, lines[-count:]
        return "stderr", []

    def signal(self, number):
        """Send a signal to the process that listens."""
        os.kill(self.main_pid(), number)

    def stop(self, patience=1.0):
        """End it: SIGTERM, patience, SIGKILL; the whole group, all orphans."""
        if self.process is None or self not in running:
            return
        pids = self.pids()
        if patience and self.process.poll() is None:
            self._kill_group(signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        self.stopped_with = self.process.poll()
        self._kill_group(signal.SIGKILL)
        for pid in set(pids) | set(self.pids()):
            if pid != self.process.pid:
                _kill(pid)
        self.process.wait()
        running.remove(self)
        self.stderr.close()
        self.stdout.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None
        if self.home:
            self.home.tidy()
            self.home = None

    def _kill_group(self, number):
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass


def _kill(pid):
    """End an orphan and take its exit status, so that no zombie stays."""
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError, PermissionError):
        pass


class Remote:
    """A server that already runs somewhere: --connect HOST:PORT."""

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

    def open_files(self):
        return None

    def cpu(self):
        return None

    def resident(self):
        return None

    def stop(self, patience=1.0):
        return None
