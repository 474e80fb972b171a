"""Facts about processes and ports, from /proc and the kernel's clocks.

Where there is no /proc (no Linux) every question still has an answer: nothing is found,
or None.
"""

import collections
import contextlib
import ctypes
import functools
import glob
import os
import random
import signal
import socket
import struct
import tempfile
import time

from .model import SetupError

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


try:
    PRCTL = ctypes.CDLL(None).prctl
except (OSError, AttributeError):
    PRCTL = None


def prctl(option, value):
    if PRCTL:
        PRCTL(option, ctypes.c_ulong(value), 0, 0, 0)


def adopt_orphans():
    """Makes this process the parent of what servers leave behind."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(number=signal.SIGKILL):
    """From now on this process gets a signal when the one that started it ends."""
    prctl(PR_SET_PDEATHSIG, number)


ENDINGS = {signal.SIGINT, signal.SIGTERM}


@contextlib.contextmanager
def uninterrupted():
    """Delays signals while a process is forked. Python would otherwise swallow the
    exception that a signal raises in a hook of fork, print a traceback, and go on. The
    signal waits until the child is known to whoever ends it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def interruptible():
    """In the child: from now on a signal ends it."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


def of_threads(pid, name):
    """Returns {path: text} of this file of each thread of a process that is still there."""
    found = {}
    for path in glob.glob("/proc/%d/task/*/%s" % (pid, name)):
        with contextlib.suppress(OSError):
            with open(path, encoding="utf-8", errors="replace") as file:
                found[path] = file.read()
    return found


def starved(pid):
    """Returns the seconds for which the threads of a process were ready to run, and had
    to wait for a CPU; 0 where the kernel does not report it."""
    lines = [text.split() for text in of_threads(pid, "schedstat").values()]
    return sum(int(words[1]) for words in lines if len(words) > 1) / 1e9


def crowded():
    """Returns the seconds for which anybody on this machine has had to wait for a CPU, also
    processes that have ended since; 0 where the kernel does not report it."""
    with contextlib.suppress(OSError, ValueError):
        with open("/proc/pressure/cpu", encoding="ascii") as file:
            return int(file.readline().rpartition("=")[2]) / 1e6
    return 0.0


def tell(pids, number):
    """Sends a signal to those of these processes that are still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def states(pid):
    """Returns the letters of the states of a process's threads: R is ready to run, D a sleep
    that only a device ends."""
    return {text.rpartition(")")[2].split()[0] for text in of_threads(pid, "stat").values()}


def running(pid):
    """Returns {(a thread of the process that has or wants a CPU, how often it has gone to sleep
    by itself so far)}: the same pair a while later is a thread that was awake all the time. Not
    every kernel reports how often."""
    found = set()
    for path, text in of_threads(pid, "status").items():
        fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        switches = fields.get("voluntary_ctxt_switches")
        if switches and fields["State"].split()[0] == "R":
            found.add((path, int(switches)))
    return found


def threads(pid):
    """Returns how many threads a process has; 0 if that cannot be seen."""
    return len(glob.glob("/proc/%s/task/*" % pid))


claims = collections.deque(maxlen=64)       # those of the last ports: no server starts so late


def taken(port):
    """Returns true if somebody is listening on this port."""
    with socket.socket() as sock:
        try:
            sock.bind(("127.0.0.1", port))
            return False
        except OSError:
            return True


def free_port():
    """Returns a free port below those that the kernel hands out, so that no outgoing
    connection takes it in the meantime. No other judge on this machine gets it as long as its
    server may need to start: it would talk to the wrong one. A UDP socket says so."""
    rng = random.SystemRandom()
    for _ in range(200):
        port = rng.randrange(10240, 32000)
        if taken(port):
            continue
        claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        claims.append(claim)
        return port
    raise SetupError("found no free port between 10240 and 32000")


def eventually(test, seconds=2.0, pause=0.02):
    """Waits until test() is true, but at most this many seconds. Returns its last
    result."""
    end = time.monotonic() + seconds
    while True:
        answer = test()
        if answer or time.monotonic() > end:
            return answer
        time.sleep(pause)


def stat(pid):
    """Returns the fields of /proc/PID/stat after the name, or None."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            return file.read().rpartition(b") ")[2].split()
    except OSError:
        return None


def parents():
    """Returns {process: its parent} of this machine, {} where there is no /proc."""
    found = {}
    with contextlib.suppress(OSError):
        for name in filter(str.isdigit, os.listdir("/proc")):
            fields = stat(int(name))
            if fields:
                found[int(name)] = int(fields[1])
    return found


@functools.cache
def lists_children():
    """Returns true if the kernel keeps a list of each thread's children, as most do."""
    return os.path.exists("/proc/%d/task/%d/children" % (2 * (os.getpid(),)))


def children(pid, known=None):
    """Returns the processes whose parent is pid: those of `known`, which parents() has
    found, or without it those that the kernel lists, which is far quicker but may miss one
    while another ends."""
    if known is None and lists_children():
        return [int(word) for text in of_threads(pid, "children").values()
                for word in text.split()]
    return [child for child, parent in (known or parents()).items() if parent == pid]


def descendants(pid, known=None):
    """Returns pid's children, their children and so on; known is as for children()."""
    found = [pid]
    for parent in found:
        found += children(parent, known)
    return found[1:]


def born(pid):
    """Returns when it was started, to be compared with other processes; None if it is
    gone."""
    fields = stat(pid)
    return int(fields[19]) if fields else None


def descriptors(pid):
    """Returns {number: target} of a process's open descriptors."""
    found = {}
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc/%s/fd" % pid):
            with contextlib.suppress(OSError):
                found[int(name)] = os.readlink("/proc/%s/fd/%s" % (pid, name))
    return found


CONNECTED, LISTENING = 1, 10             # states of TCP sockets
SOCK_DIAG, SOCK_DIAG_BY_FAMILY, DUMP = 4, 20, 0x301     # sock_diag(7), netlink(7)
REQUEST = struct.Struct("=IHHII BBBBI 48x")     # the headers, and what is asked
MESSAGE, TOLD = struct.Struct("=IHHII"), struct.Struct("=4xHH44x16xI")
FAULT = struct.Struct("=i")
ERROR, DONE = 2, 3


def sockets(state):
    """Returns (inode, own port, the other side's) of all TCP sockets in that state."""
    try:
        return [found for family in (socket.AF_INET, socket.AF_INET6)
                for found in told_sockets(family, state)]
    except (OSError, AttributeError, struct.error):
        return list(listed_sockets(state))


def told_sockets(family, state):
    """Asks the kernel for sockets in that state alone: to list all of them takes it
    long."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG) as asked:
        asked.settimeout(1)
        asked.send(REQUEST.pack(REQUEST.size, SOCK_DIAG_BY_FAMILY, DUMP, 0, 0, family,
                                socket.IPPROTO_TCP, 0, 0, 1 << state))
        while True:
            data = asked.recv(1 << 16)
            while data:
                size, kind, *_ = MESSAGE.unpack_from(data)
                # A kernel that cannot say it of TCP begins, and ends with a fault.
                fault = FAULT.unpack_from(data, MESSAGE.size)[0] if kind == DONE else 0
                if kind == ERROR or fault or size < MESSAGE.size:
                    raise OSError("sockets are not told of")
                if kind == DONE:
                    return
                own, other, inode = TOLD.unpack_from(data, MESSAGE.size)
                yield str(inode), socket.ntohs(own), socket.ntohs(other)
                data = data[size + -size % 4:]


def listed_sockets(state):
    """Finds the same in the list of all."""
    for path in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError), open(path, encoding="ascii") as file:
            for row in map(str.split, file.readlines()[1:]):
                if int(row[3], 16) == state:
                    yield (row[9], *(int(address.rpartition(":")[2], 16)
                                     for address in row[1:3]))


def ports_of(pids):
    """Returns {port: pid} of the ports that these processes listen on."""
    open_in = {target[8:-1]: pid for pid in pids
               for target in descriptors(pid).values()
               if target.startswith("socket:[")}
    return {port: open_in[inode] for inode, port, _ in sockets(LISTENING)
            if inode in open_in} if open_in else {}


def cpu(pid):
    """Returns the seconds of CPU that a process has used, including its ended threads;
    None if unknown. The clock's number is that of clock_getcpuclockid(3)."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return None


def resident(pid):
    """Returns the bytes of memory that a process holds; None if unknown. The sum over
    its maps is exact, the other figure lags behind."""
    for name, field in (("smaps_rollup", "Rss:"), ("status", "VmRSS:")):
        with contextlib.suppress(OSError):
            with open("/proc/%s/%s" % (pid, name), errors="replace") as file:
                for line in file:
                    if line.startswith(field):
                        return int(line.split()[1]) << 10
    return None


def resident_quickly(pid):
    """Returns the same without memory shared through files, as counted a moment ago; 0
    if unknown."""
    with contextlib.suppress(OSError, ValueError):
        with open("/proc/%d/statm" % pid, encoding="ascii") as file:
            _, resident_pages, shared, *_ = map(int, file.read().split())
        return (resident_pages - shared) * os.sysconf("SC_PAGE_SIZE")
    return 0


def forget_reads(folder):
    """Begins to watch who reads the files below a folder: see read_since()."""
    for path in files_below(folder):
        with contextlib.suppress(OSError):
            os.utime(path, ns=(0, os.stat(path).st_mtime_ns))


def read_since(folder):
    """Returns {name: has anybody read it?} of the files below a folder that are not empty; {} if
    this file system does not tell."""
    with contextlib.suppress(OSError):
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".check-") as file:
            file.write(b"x")
            file.flush()
            os.utime(file.name, ns=(0, os.stat(file.name).st_mtime_ns))
            file.seek(0)
            if not file.read() or not os.stat(file.name).st_atime_ns:
                return {}
        return {os.path.relpath(path, folder): os.stat(path).st_atime_ns > 0
                for path in files_below(folder) if os.path.getsize(path)}
    return {}


def files_below(folder):
    return sorted(os.path.join(place, name) for place, _, names in os.walk(folder)
                  for name in names)


def two_cores():
    """Returns a core for a server and one for its load, or (None, None). Two threads of
    one core share its caches and units, so the second core is another one if possible.
    """
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        return None, None
    siblings = siblings_of(allowed[0])
    others = [core for core in allowed[1:] if core not in siblings]
    return allowed[0], (others or allowed[1:])[0]


def siblings_of(core):
    """Returns the numbers of all hardware threads of a core."""
    try:
        with open("/sys/devices/system/cpu/cpu%d/topology/"
                  "thread_siblings_list" % core) as file:
            return core_list(file.read())
    except (OSError, ValueError):
        return {core}


def core_list(text):
    """Returns '0-2,5' as {0, 1, 2, 5}."""
    found = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found
