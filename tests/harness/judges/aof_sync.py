"""Stage 09: the calls that a server makes, their order, and the syncs of its log.

They are observed by the preloaded library of tests/faults if there is a C compiler,
otherwise by strace.
"""

import os
import re
import shlex
import shutil
import sys
import time

from ..bench import facts
from ..command import ran
from ..manifest import TESTS, judge
from ..model import Skip, read_file
from .aof_folder import Logged
from .talk import OK, batch, must, word

FAULTS = os.path.join(TESTS, "faults")
UNSEEN = "the server's calls are not seen through the C library"
UNBUILT = "no C compiler and make to build the library that watches the calls"
SINGLE = 25             # commands, each sent when the one before was answered
MANY = 400              # commands in one write


def library():
    """Imports the module that reads the library's records; None if there is none."""
    if not (os.path.isdir(FAULTS) and shutil.which("make")
            and shutil.which(os.environ.get("CC", "cc"))):
        return None
    if ran(["make", "-s", "-C", FAULTS])[0]:
        return None
    sys.path.insert(0, FAULTS)
    from faultlib import disk
    return disk


class Watch:
    """Observes the calls of a server with a log. If nothing can be observed, it says so
    everywhere, and nothing fails."""

    def __init__(self, bench, logged):
        self.bench = bench
        self.logged = logged
        self.base = bench.folder({"control": bytes(8192)})
        self.journal = os.path.join(self.base, "journal")
        self.seen = 0
        self.disk = library()
        self.reason = "" if self.disk else UNBUILT

    def start(self):
        """Starts it, observed by the library."""
        if self.disk:
            self.logged.options = {"environment": {
                "LD_PRELOAD": os.path.join(FAULTS, "build", "faults.so"),
                "FAULTS_FOLDER": self.logged.root,
                "FAULTS_CONTROL": os.path.join(self.base, "control"),
                "FAULTS_JOURNAL": self.journal}}
        try:
            return self.logged.start()
        finally:
            self.logged.options = {}

    def start_to_count(self):
        """Starts it so that its syncs can be counted: if necessary, by strace."""
        conn = self.start() if self.disk else None
        if any(record.kind in "OWSB" for record in self.records()):
            return conn
        if not strace_works():
            raise Skip("not judged: %s, and strace does not work here either"
                       % (self.reason or UNSEEN))
        options = self.bench.options
        plain, options.server = options.server, "strace -f -qq -o %s -e " \
            "trace=fsync,fdatasync,sync_file_range,msync %s" % (
                shlex.quote(self.journal), options.server)
        self.disk, self.seen = None, 0
        try:
            return self.logged.start()
        finally:
            options.server = plain

    def syncs(self):
        """Returns how many syncs have returned since the last look."""
        if self.disk:
            return sum(record.kind == "S" for record in self.records())
        total = len(re.findall(rb"(?:fsync|fdatasync|msync)(?:\(\d+[^)]*\)"
                               rb"| resumed>.*\)) += 0", read_file(self.journal)))
        new, self.seen = total - self.seen, total
        return new

    def records(self):
        """Returns the records since the last look; [] if nothing is known."""
        if not self.disk or not os.path.exists(self.journal):
            self.reason = self.reason or UNSEEN
            return []
        records = self.disk.read_journal(self.journal)
        new = records[self.seen:]
        self.seen = len(records)
        return new

    def check_order(self, conn, payloads, synced=False):
        """Checks the commands with these payloads, which were sent one by one: each was
        written (and synced, if that is due) before its reply left."""
        port = conn.sock.getsockname()[1]
        records = self.records()
        replies = [n for n, record in enumerate(records)
                   if record.kind == "A" and record.offset == port]
        # One reply to PING came before, when the server was started.
        replies = replies[len(replies) - len(payloads):]
        if len(replies) != len(payloads) or not any(
                record.kind == "W" for record in records):
            self.reason = self.reason or UNSEEN
            return
        for payload, reply in zip(payloads, replies):
            order(records, payload, reply, synced)

    def notes(self):
        return ["order of calls not judged: " + self.reason] \
            if self.reason else []


def order(records, payload, reply, synced):
    """Raises Mismatch if the reply went out first."""
    write = next((n for n, record in enumerate(records)
                  if record.kind == "W" and payload in record.data), None)
    what = ("a command with %s, appendfsync always; the server's calls were "
            "watched" % payload.decode())
    if write is None or write > reply:
        raise facts(what, "write() to the log, then the reply",
                    "the reply, then write()" if write is not None
                    else "the reply; no write() to the log has these bytes",
                    early=True)
    sync = next((n for n, record in enumerate(records) if n > write
                 and record.kind == "S"
                 and record.inode == records[write].inode), None)
    if synced and (sync is None or sync > reply):
        raise facts(what, "write() to the log, fdatasync(), then the reply",
                    "write(), then the reply%s" % (
                        ", then the sync" if sync is not None
                        else "; no sync came at all"), unsynced=True)


def strace_works():
    """Returns true if this user may trace a process here."""
    return shutil.which("strace") and ran(["strace", "-o", os.devnull, "true"])[0] == 0


@judge("09.6")
def policies(bench):
    """always: a sync before each reply. everysec: about one a second. no: none."""
    notes = always(bench)
    for sync, seconds, low, high, due in (
            ("everysec", 3.2, 2, 8, "about one sync a second"),
            ("no", 1.3, 0, 1, "no sync")):
        watch = Watch(bench, Logged(bench, sync=sync))
        conn = watch.start_to_count()
        watch.syncs()
        commands = writes_for(conn, seconds)
        done = watch.syncs()
        if not low <= done <= high:
            raise facts("%d commands within %g s; appendfsync %s"
                        % (commands, seconds, sync), due, "%d syncs" % done)
        bench.stop()
    return notes


def always(bench):
    """There is one sync for each command that comes alone, before its reply; one for
    many that come together."""
    watch = Watch(bench, Logged(bench))
    conn = watch.start_to_count()
    watch.syncs()
    payloads = [word(bench.random, 10).encode() for _ in range(SINGLE)]
    for payload in payloads:
        must(conn, OK, "SET", "key", payload)
    seen = watch.seen
    done = watch.syncs()
    if done < SINGLE:
        raise facts(
            "%d commands, each sent when the one before was answered; "
            "appendfsync always" % SINGLE, "a sync (fdatasync or fsync) for "
            "each of them, before its reply", "%d syncs" % done,
            unsynced=True)
    if watch.disk:
        watch.seen = seen
        watch.check_order(conn, payloads, synced=True)
        watch.syncs()
    began = time.perf_counter()
    batch(conn, [("SET", "key%d" % n, "value") for n in range(MANY)],
          [OK] * MANY)
    took = time.perf_counter() - began
    done = watch.syncs()
    if done == 0:
        raise facts("%d commands in one go; appendfsync always" % MANY,
                    "at least one sync before the replies", "none",
                    unsynced=True)
    notes = watch.notes()
    if done > MANY // 2:
        notes.append("%d commands in one go took %d syncs and %.2f s: one "
                     "sync for all that came together would do"
                     % (MANY, done, took))
    bench.stop()
    return notes


def writes_for(conn, seconds):
    """Sends SETs, about a hundred a second. Returns their number."""
    end = time.perf_counter() + seconds
    count = 0
    while time.perf_counter() < end:
        must(conn, OK, "SET", "key%d" % (count % 10), count)
        count += 1
        time.sleep(0.01)
    return count
