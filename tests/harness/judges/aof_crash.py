"""Stage 09: logs that were cut or damaged, rewriting, and SIGKILL."""

import os
import re
import shutil
import subprocess
import time

from .. import oracle, wire
from ..bench import facts
from ..manifest import judge
from ..model import Mismatch
from ..server import Server
from .aof_folder import (Logged, compare, evidence, holdings, listing,
                         part_line, word)
from .strings import ask, due_all, must, texts

CUT_TIME = 30.0         # seconds for starting the server on cut logs
KILLS = 5
CLIENTS = 6


def numbered(rng, count):
    """Commands that each add an element to one list, as bytes, and the
    elements."""
    commands, elements = [wire.request("SELECT", "0")], []
    for number in range(count):
        elements.append("%s-%d" % (word(rng, rng.randrange(1, 12)), number))
        commands.append(wire.request("RPUSH", "list", elements[-1]))
    return commands, elements


def log_place(bench, data, *words):
    """A server with a log of these bytes."""
    name = word(bench.random) + ".1.incr.aof"
    logged = Logged(bench, *words, file="cut.aof", files={
        "cut.aof.manifest": part_line(name, 1, "i"), name: data})
    logged.name = name
    return logged


@judge("09.7")
def damaged(bench):
    """Torn at each byte: loaded up to there. Damaged before: refused."""
    commands, elements = numbered(bench.random, 9)
    data = b"".join(commands)
    cuts = list(range(len(data) - len(commands[-1]) - len(commands[-2]),
                      len(data)))
    bench.random.shuffle(cuts)
    end = time.perf_counter() + CUT_TIME
    done = 0
    for cut in cuts:
        if time.perf_counter() > end:
            break
        torn(bench, data, cut, commands, elements, done < 4)
        done += 1
    notes = [] if done == len(cuts) else [
        "cut at %d of %d bytes: the server starts slowly" % (done, len(cuts))]
    cut = len(data) - 5
    logged = log_place(bench, data[:cut], "--aof-load-truncated", "no")
    refuse(logged, "a log that ends within a command, --aof-load-truncated no",
           data[:cut], cut)
    return notes + corrupt(bench, data, commands)


def torn(bench, data, cut, commands, elements, write_on):
    """A log that was cut: all whole commands, and it can be written on."""
    logged = log_place(bench, data[:cut])
    whole = 0
    while len(b"".join(commands[:whole + 2])) <= cut:
        whole += 1
    due = elements[:whole]
    about = "with a log that ends within a command, at byte %d of %d" % (
        cut, len(data))
    known = {"torn": True, "file": evidence(
        logged.name, data[:cut], begin=max(0, cut - 90), end=cut)}
    try:
        conn = logged.start(about=about)
        expect_list(conn, due)
        if write_on:
            must(conn, b":%d\r\n" % (whole + 1), "RPUSH", "list", "new")
            logged.kill()
            conn = logged.start(about=about + "; it loaded it, a command was "
                                "added, and it was killed")
            expect_list(conn, due + ["new"])
        logged.kill()
    except Mismatch as mismatch:
        mismatch.summary = mismatch.summary or "the server was started " \
            + about
        mismatch.facts.update(known)
        raise


def expect_list(conn, elements):
    """The list has exactly these elements."""
    must(conn, b"*%d\r\n" % len(elements)
         + b"".join(map(wire.bulk, elements)), "LRANGE", "list", "0", "-1")


def refuse(logged, about, data, at):
    """The server must end by itself, with words."""
    status, said = logged.refused()
    known = {"file": evidence(logged.name, data, min(at, len(data) - 1))}
    if status is None:
        raise facts("the server is started with " + about,
                    "it says what is wrong, and ends: nobody is served half "
                    "of the data", "it runs", **known)
    if status <= 0:
        raise facts("the server is started with " + about,
                    "an exit status that is not 0", "exit status 0"
                    if status == 0 else "killed by signal %d" % -status,
                    **known)
    if not said.strip():
        raise facts("the server is started with " + about,
                    "words on stderr or stdout that say what is wrong",
                    "nothing", **known)
    return said


def corrupt(bench, data, commands):
    """Damage in the middle."""
    unsaid = 0
    starts = [len(b"".join(commands[:n])) for n in range(len(commands))]
    for number in bench.random.sample(range(2, 6), 3):
        begin, one = starts[number], commands[number]
        for at, byte in ((begin, b"?"), (begin + 4, b"#"),
                         (begin + one.index(b"\n$") + 2, b"x")):
            bad = data[:at] + byte + data[at + 1:]
            logged = log_place(bench, bad)
            said = refuse(logged, "a log whose byte %d is damaged, in the "
                          "middle" % at, bad, at)
            numbers = [int(n) for n in re.findall(r"\d+", said)]
            unsaid += not any(begin <= n < begin + len(one) for n in numbers)
    return ["the message about a damaged log does not tell where in the file "
            "it is"] if unsaid else []


@judge("09.8")
def rewrite(bench):
    """A smaller log with the same content, while others write."""
    logged = Logged(bench)
    conn = logged.start()
    fill(bench, conn)
    before = sizes(logged)
    written = write_meanwhile(bench, logged, conn)
    parts = after_rewrite(bench, logged, before)
    due = holdings(conn)
    if due.get(b"during", ("", []))[1] != written:
        raise facts("commands while the log was rewritten",
                    "all of them are done", "some are not")
    logged.kill()
    logged.start(about="again, after BGREWRITEAOF and SIGKILL")
    compare(due, holdings(logged.conn), "BGREWRITEAOF while clients wrote, "
            "then SIGKILL, and a new start", rewrite=True)
    # Not before: it rewrites again, which would make good what was lost.
    save_behind_it(bench, logged, logged.conn)
    logged.kill()
    return others_load(bench, logged, due) + (
        [] if parts else ["there is no base: the log was rewritten in place"])


def fill(bench, conn):
    """Keys of every type, and a log that is much longer than they are."""
    commands = []
    for number in range(300):
        commands += [("SET", "key%d" % number, word(bench.random, 20)),
                     ("INCR", "count"), ("SET", "same", "x" * 50)]
    for number in range(60):
        item = word(bench.random, 8)
        commands += [("RPUSH", "list", item), ("SADD", "set", item),
                     ("HSET", "hash", item, str(number)),
                     ("ZADD", "zset", str(number), item),
                     ("XADD", "stream", "%d-1" % (number + 1), "f", item)]
    commands += [("SET", "timed", "value", "EX", "5000"),
                 ("SET", "bytes", b"\x00\xff\r\n")]
    conn.send(b"".join(wire.request(*words) for words in commands))
    from ..expect import Typed
    for _ in commands:
        conn.due_reply(Typed())
    del bench.timeline[:]


def sizes(logged):
    """(bytes of all parts, their names)."""
    found = logged.read()
    return (sum(len(log.data) for log in found.logs.values()),
            {part.name for part in found.parts})


def write_meanwhile(bench, logged, conn):
    """BGREWRITEAOF in the middle of writes; the elements that were pushed."""
    elements = ["e%d" % n for n in range(600)]
    pushes = [wire.request("RPUSH", "during", element)
              for element in elements]
    conn.send(b"".join(pushes[:200]) + wire.request("BGREWRITEAOF")
              + b"".join(pushes[200:400]))
    due_all(conn, b"".join(b":%d\r\n" % (n + 1) for n in range(200)))
    from ..expect import Typed
    reply = conn.due_reply(Typed())
    if reply[0] != "+":
        raise conn.mismatch("", expected_text="+Background append only file "
                            "rewriting started", at=0, ending=None,
                            actual=wire.encode(reply))
    due_all(conn, b"".join(b":%d\r\n" % (n + 1) for n in range(200, 400)))
    for number in range(400, 600):
        conn.send(pushes[number])
        due_all(conn, b":%d\r\n" % (number + 1))
        del bench.timeline[:]
        if number % 20 == 0:
            time.sleep(0.005)
    return [element.encode() for element in elements]


def save_behind_it(bench, logged, conn):
    """A snapshot cannot begin beside a rewrite, but may wait for its end."""
    conn.send(wire.request("BGREWRITEAOF") + wire.request("BGSAVE")
              + wire.request("BGSAVE", "SCHEDULE"))
    conn.due_bytes(
        b"+Background append only file rewriting started\r\n"
        b"-ERR Another child process is active (AOF?): can't BGSAVE right now."
        b" Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever "
        b"possible.\r\n"
        b"+Background saving scheduled\r\n")
    if not bench.eventually(lambda: os.path.exists(
            os.path.join(logged.root, "dump.rdb")), 15.0):
        raise facts("BGSAVE SCHEDULE was answered, 15 s ago", "dump.rdb in the "
                    "folder, when the rewrite is done", "it is not there")


def after_rewrite(bench, logged, before):
    """Wait until the rewrite is done; is there a base?"""
    size, names = before

    def done():
        found = logged.read()
        now = {part.name for part in found.parts if part.kind != "h"}
        gone = not any(os.path.exists(os.path.join(logged.path, name))
                       for name in names - now)
        fresh = any(part.kind == "b" and part.name not in names
                    for part in found.parts)
        return fresh and gone and not any(
            part.kind == "h" for part in found.parts)

    if not bench.eventually(done, 15.0):
        raise facts(
            "BGREWRITEAOF was answered, 15 s ago",
            "the manifest names a new base, and the files that it no longer "
            "names are gone", "in the folder there is: %s; the manifest "
            "names: %s" % (listing(logged.path), " ".join(
                part.name for part in logged.read().parts)))
    found = logged.read()
    kinds = [part.kind for part in found.parts]
    if kinds.count("b") != 1 or kinds.count("i") != 1:
        raise facts("the manifest after BGREWRITEAOF", "one base and one "
                    "increment", "the types are: " + (
                        " ".join(kinds) or "none, it has no lines"),
                    rewrite=True)
    base = next(part.name for part in found.parts if part.kind == "b")
    if len(found.logs[base].data) > size * 3 // 4:
        raise facts("BGREWRITEAOF; the log had %d bytes, most of them about "
                    "keys that were written again and again" % size,
                    "a base that is much smaller",
                    "it has %d bytes" % len(found.logs[base].data))
    return "b" in kinds


def others_load(bench, logged, due):
    """The real programs read it: what could not be judged."""
    notes = []
    if shutil.which("redis-check-aof"):
        manifest = os.path.join(logged.path, logged.file + ".manifest")
        done = subprocess.run(["redis-check-aof", manifest], check=False,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise facts("redis-check-aof reads the folder", "it is content",
                        done.stdout.decode("utf-8", "replace")[-200:])
    if not oracle.installed():
        return ["redis-server is not here: whether it loads the folder is not "
                "judged"]
    server = Server("redis-server --port {port}", words=[
        "--dir", logged.root, "--appendonly", "yes", "--appenddirname",
        logged.folder, "--appendfilename", logged.file])
    bench.server = server
    try:
        server.start()
    except Mismatch:
        raise facts("the real redis-server is started with the folder",
                    "it loads it", "it ended, and said: " + " / ".join(
                        server.last_lines(4)[1]))
    logged.conn = bench.connect("R")
    logged.wait_loaded()
    compare(due, holdings(logged.conn),
            "the real redis-server loaded the folder")
    return notes


@judge("09.9")
def killed(bench):
    """SIGKILL at any moment: all that was acknowledged is there."""
    logged = Logged(bench)
    clients = []
    for turn in range(KILLS):
        logged.start(about="again, after SIGKILL" if turn
                     else "with --appendonly yes")
        if turn:
            check_clients(logged, clients, turn)
            ask(logged.conn, "FLUSHALL")
        clients = [Pushing(bench, "c%d" % n) for n in range(CLIENTS)]
        run(bench, logged, clients, rewriting=turn % 2 == 1)
    logged.start(about="again, after SIGKILL")
    check_clients(logged, clients, KILLS)
    return []


class Pushing:
    """A client that pushes numbers to its list, and sets two keys at once."""

    def __init__(self, bench, name):
        self.name = name
        self.conn = bench.connect(name)
        self.sent = self.acked = 0

    def send(self, count):
        data = b""
        for _ in range(count):
            self.sent += 1
            data += wire.request("RPUSH", self.name, str(self.sent))
            data += wire.request("MSET", self.name + ":a", str(self.sent),
                                 self.name + ":b", str(self.sent))
        self.conn.send(data)

    def take(self):
        """The replies that are here."""
        while True:
            due = b":%d\r\n+OK\r\n" % (self.acked + 1)
            if self.conn.buf[:len(due)] != due:
                return
            self.conn.take(len(due))
            self.acked += 1


    def check(self):
        """What came last is the beginning of the next replies at most."""
        due = b":%d\r\n+OK\r\n" % (self.acked + 1)
        if not due.startswith(bytes(self.conn.buf)):
            raise self.conn.mismatch("", expected=due, at=0, ending=None,
                                     actual=self.conn.gather(64))


def run(bench, logged, clients, rewriting):
    """Load until a random moment, then SIGKILL."""
    rng = bench.random
    end = time.perf_counter() + 0.05 + rng.random() * 0.3
    asked = False
    while time.perf_counter() < end:
        for client in clients:
            if client.sent - client.acked < 10:
                client.send(rng.randrange(1, 8))
        if rewriting and not asked:
            asked = True
            logged.conn.send(wire.request("BGREWRITEAOF"))
        for client in clients:
            client.conn.receive(time.perf_counter() + 0.001)
            client.take()
        del bench.timeline[:]
    bench.server.kill()
    for client in clients:
        while client.conn.receive(time.perf_counter() + 0.5):
            pass
        client.take()
        client.check()
    if not any(client.acked for client in clients):
        raise facts("%d clients push and set for 50 ms and more, until the "
                    "server is killed" % len(clients),
                    "some of it is acknowledged", "nothing is")
    bench.stop()


NUMBER = "one-of [nil bulk-number 0..999999999]"


def check_clients(logged, clients, turn):
    """Each list holds 1, 2, 3 ... up to something between what was
    acknowledged and what was sent; the two keys are equal."""
    conn = logged.conn
    for client in clients:
        reply = texts(conn, "LRANGE", client.name, "0", "-1")
        count = len(reply)
        summary = "a client had %d pushes acknowledged (%d sent) when the " \
            "server was killed; appendfsync always; the %d. kill" % (
                client.acked, client.sent, turn)
        known = {"lost": True, "rewrite": turn % 2 == 0}
        if reply != [b"%d" % (n + 1) for n in range(count)]:
            raise facts(summary, "the numbers from 1 on, in order",
                        "others", **known)
        if not client.acked <= count <= client.sent:
            raise facts(summary, "at least %d elements after a new start"
                        % client.acked, "%d elements" % count, **known)
        one, other = (ask(conn, "GET", client.name + end, due=NUMBER)[1]
                      for end in (":a", ":b"))
        if one != other:
            raise facts("MSET of two keys when the server was killed",
                        "both are changed, or none",
                        "one is %s, the other %s" % (one, other), **known)
        if int(one or b"0") not in (count, count - 1) or int(
                one or b"0") < client.acked:
            raise facts(summary, "MSET of at least %d" % client.acked,
                        "it is %s" % one, **known)
    del conn.timeline[:]
