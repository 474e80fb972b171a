"""Starts, watches and stops the servers.

Whatever is started is in `running` until it has been stopped, so that one call
of stop_all() ends everything, however the run ends. A server leads a process
group of its own: a Ctrl-C in the terminal reaches the bench alone, and the
bench can end what a wrapper script has started.
"""

import ctypes
import os
import shlex
import signal
import socket
import subprocess
import tempfile
import time

PR_SET_PDEATHSIG = 1
START_SECONDS = 15

running = []


class CannotMeasure(Exception):
    """The set-up is at fault; the bench ends with exit 2."""


def cores():
    """The core for the server and the one for the load, or (None, None).

    Two hardware threads of one core share its caches and units, so the load's
    core is not a sibling of the server's where that can be had.
    """
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        return None, None
    first = allowed[0]
    siblings = {first}
    try:
        with open(f"/sys/devices/system/cpu/cpu{first}/topology/"
                  "thread_siblings_list", encoding="ascii") as file:
            siblings = parse_cpu_list(file.read())
    except (OSError, ValueError):
        pass
    others = [cpu for cpu in allowed[1:] if cpu not in siblings]
    return first, (others or allowed[1:])[0]


def parse_cpu_list(text):
    """'0-2,5' as {0, 1, 2, 5}."""
    found = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def encode(*arguments):
    """A request in RESP."""
    out = [b"*%d\r\n" % len(arguments)]
    for argument in arguments:
        if isinstance(argument, str):
            argument = argument.encode()
        out.append(b"$%d\r\n%s\r\n" % (len(argument), argument))
    return b"".join(out)


def parse_stat(text):
    """Name and parent of a process from its /proc/PID/stat."""
    name, _, rest = text.partition("(")[2].rpartition(")")
    return name, int(rest.split()[1])


def descendants(pid):
    """The process and all that descend from it: a wrapper script's child is
    the server that we want to measure."""
    children = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="latin-1") as file:
                children.setdefault(parse_stat(file.read())[1],
                                    []).append(int(entry))
        except (OSError, ValueError, IndexError):
            continue
    found = [pid]
    for parent in found:
        found.extend(children.get(parent, []))
    return found


def parse_rss(text):
    """Resident bytes from smaps_rollup or status."""
    for line in text.splitlines():
        if line.startswith(("Rss:", "VmRSS:")):
            return int(line.split()[1]) * 1024
    raise ValueError("no resident size")


def process_rss(pid):
    for name in ("smaps_rollup", "status"):
        try:
            with open(f"/proc/{pid}/{name}", encoding="ascii",
                      errors="replace") as file:
                return parse_rss(file.read())
        except (OSError, ValueError):
            continue
    raise CannotMeasure(f"the resident size of process {pid} is not to "
                        "be read")


def process_cpu(pid):
    """CPU time of a process in seconds, of all its threads, ended ones too.

    The clock's number is that of clock_getcpuclockid(3).
    """
    return time.clock_gettime(((~pid) << 3) | 2)


class Server:
    """One running server."""

    def __init__(self, name, command, core=None):
        self.name = name
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory(prefix="bench-")
        self.log = os.path.join(self.folder.name, "log")
        self.command = [word.replace("{port}", str(self.port))
                        for word in shlex.split(command)]
        if "/" in self.command[0]:
            self.command[0] = os.path.abspath(self.command[0])
        self.process = None
        self.pids = []
        self.core = core
        self.start(core)

    def start(self, core):
        libc = ctypes.CDLL(None)

        def prepare():
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if core is not None:
                os.sched_setaffinity(0, {core})

        try:
            with open(self.log, "wb") as log:
                # The bench has one thread, so a function may run in the child.
                self.process = subprocess.Popen(
                    self.command, cwd=self.folder.name, stdout=log,
                    stdin=subprocess.DEVNULL, stderr=log,
                    start_new_session=True,
                    preexec_fn=prepare)  # noqa: PLW1509
        except OSError as error:
            raise CannotMeasure(f"cannot start {shlex.join(self.command)}: "
                                f"{error}") from error
        running.append(self)
        self.wait_ready()
        self.pids = descendants(self.process.pid)

    def wait_ready(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                reply = self.ask("PING")
            except OSError:
                time.sleep(0.02)
                continue
            if reply.startswith((b"+PONG", b"-")):
                return
            raise CannotMeasure(f"{self.name}: {shlex.join(self.command)} "
                                "does not speak RESP: it answers PING with "
                                f"{reply!r} (stages do so from 03 on)")
        code = self.process.poll()
        what = "does not answer" if code is None else f"ended with {code}"
        raise CannotMeasure(f"{self.name}: {shlex.join(self.command)} {what}"
                            f"\n{self.last_lines()}")

    def last_lines(self):
        with open(self.log, "rb") as file:
            lines = file.read().decode("utf-8", "replace").splitlines()
        return "\n".join("    " + line for line in lines[-8:])

    def ask(self, *arguments):
        """Sends one command and returns the start of its reply."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as sock:
            sock.settimeout(5)
            sock.sendall(encode(*arguments))
            return sock.recv(4096)

    def rss(self):
        return sum(process_rss(pid) for pid in self.pids)

    def cpu(self):
        return sum(process_cpu(pid) for pid in self.pids)

    def settle(self, seconds):
        """Waits until the server is at rest: a table may go on being resized
        after the last command. At rest is less than 0.4 % of a core."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = self.cpu()
            time.sleep(0.5)
            if self.cpu() - before < 0.002:
                return

    def restart(self):
        """Ends it as its owner would, and starts it in the same folder."""
        running.remove(self)
        self.process.terminate()
        self.process.wait(60)
        self.start(self.core)

    def stop(self):
        if self in running:
            running.remove(self)
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                pass
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass
            self.process.wait()
        self.folder.cleanup()


def stop_all():
    while running:
        running[-1].stop()
