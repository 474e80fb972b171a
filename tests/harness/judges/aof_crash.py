"""Stage 09: logs that were cut or damaged, rewriting, and SIGKILL."""

import os
import re
import time

from .. import oracle, wire
from ..bench import about, facts
from ..dissect import Evidence
from ..manifest import judge
from .aof_folder import Logged, part_line
from .kept import names_in, redis_checks, redis_loads
from .talk import (OK, ask, batch, due_all, hear, must, reply, texts, word,
                   wrong)
from .values import holdings, still_holds

CUT_TIME = 30.0         # seconds for starting the server on cut logs
KILLS = 5
CLIENTS = 6


def log_place(bench, data, *words):
    """Returns a server with a log of these bytes."""
    name = word(bench.random) + ".1.incr.aof"
    logged = Logged(bench, *words, file="cut.aof", files={
        "cut.aof.manifest": part_line(name, 1, "i"), name: data})
    logged.name = name
    return logged


@judge("09.7")
def damaged(bench):
    """A log torn at any byte is loaded up to there. One damaged earlier is refused."""
    rng = bench.random
    elements = ["%s-%d" % (word(rng, rng.randrange(1, 12)), n)
                for n in range(9)]
    commands = [wire.request("SELECT", "0")] + [
        wire.request("RPUSH", "list", element) for element in elements]
    ends = [len(b"".join(commands[:n + 1])) for n in range(len(commands))]
    data = b"".join(commands)
    loads_whole(bench, data, elements)
    cuts = list(range(ends[-3], len(data)))
    rng.shuffle(cuts)
    limit = time.perf_counter() + CUT_TIME
    done = 0
    while done < len(cuts) and time.perf_counter() < limit:
        whole = sum(end <= cuts[done] for end in ends) - 1
        torn(bench, data, cuts[done], elements[:whole], done < 4)
        done += 1
    notes = [] if done == len(cuts) else [
        "cut at %d of %d bytes: the server starts slowly" % (done, len(cuts))]
    cut = len(data) - 5
    refuse(log_place(bench, data[:cut], "--aof-load-truncated", "no"),
           "a log that ends within a command, --aof-load-truncated no",
           data[:cut], cut)
    return notes + corrupt(bench, data, commands, ends)


def loads_whole(bench, data, due):
    """Checks that the server loads a complete log and has lists. Otherwise nothing is
    said about torn ones."""
    logged = log_place(bench, data)
    with about("the server was started with a log that is whole",
               file=Evidence(logged.name, data, kind="aof")):
        must(logged.start("with a log that is whole"), due, "LRANGE", "list", "0", "-1")
        logged.kill()


def torn(bench, data, cut, due, write_on):
    """Checks a log that was cut: all complete commands are there, and writing goes on."""
    logged = log_place(bench, data[:cut])
    how = "with a log that ends within a command, at byte %d of %d" % (
        cut, len(data))
    known = {"torn": True, "file": Evidence(logged.name, data[:cut], cut, "aof")}
    with about("the server was started " + how, **known):
        conn = logged.start(how)
        must(conn, due, "LRANGE", "list", "0", "-1")
        if write_on:
            must(conn, len(due) + 1, "RPUSH", "list", "new")
            conn = logged.again(how + "; it loaded it, a command was added, "
                                "and it was killed")
            must(conn, due + ["new"], "LRANGE", "list", "0", "-1")
        logged.kill()


def refuse(logged, what, data, at):
    """The server must end by itself, with a message."""
    return logged.refuses(what, file=Evidence(logged.name, data, at, "aof"))


def corrupt(bench, data, commands, ends):
    """Damage in the middle."""
    unsaid = 0
    for number in bench.random.sample(range(2, 6), 3):
        begin, one = ends[number - 1], commands[number]
        for at, byte in ((begin, b"?"), (begin + 4, b"#"),
                         (begin + one.index(b"\n$") + 2, b"x")):
            bad = data[:at] + byte + data[at + 1:]
            said = refuse(log_place(bench, bad), "a log whose byte %d is "
                          "damaged, in the middle" % at, bad, at)
            unsaid += not any(begin <= int(n) < ends[number]
                              for n in re.findall(r"\d+", said))
    return ["the message about a damaged log does not tell where in the file "
            "it is"] if unsaid else []


@judge("09.8")
def rewrite(bench):
    """The log becomes smaller with the same content, while others write."""
    logged = Logged(bench)
    conn = logged.start()
    fill(bench, conn)
    found = logged.read()
    write_meanwhile(conn)
    after_rewrite(bench, logged, sum(
        len(log.data) for log in found.logs.values()),
        {part.name for part in found.parts})
    due = holdings(conn)
    still_holds(
        logged.again("again, after BGREWRITEAOF and SIGKILL"), due,
        "BGREWRITEAOF while clients wrote, then SIGKILL, and a new start",
        rewrite=True)
    # Not before: it rewrites again, which would repair what was lost.
    save_behind_it(bench, logged, logged.conn)
    logged.kill()
    return others_load(bench, logged, due)


def fill(bench, conn):
    """Makes keys of every type, with a log that is much longer than they are."""
    commands = []
    for number in range(300):
        commands += [("SET", "key%d" % number, word(bench.random, 20)),
                     ("INCR", "count"), ("SET", "same", "x" * 50)]
    for number in range(60):
        item = word(bench.random, 8)
        commands += [("RPUSH", "list", item), ("SADD", "set", item),
                     ("HSET", "hash", item, number),
                     ("ZADD", "zset", number, item),
                     ("XADD", "stream", "%d-1" % (number + 1), "f", item)]
    commands += [("SET", "timed", "value", "EX", "5000"),
                 ("SET", "bytes", b"\x00\xff\r\n")]
    conn.send(b"".join(wire.request(*words) for words in commands))
    for _ in commands:
        hear(conn)


def write_meanwhile(conn):
    """Runs BGREWRITEAOF in the middle of writes, all of which must count."""
    elements = ["e%d" % n for n in range(600)]
    pushes = [wire.request("RPUSH", "during", element)
              for element in elements]
    conn.send(b"".join(pushes[:200]) + wire.request("BGREWRITEAOF")
              + b"".join(pushes[200:400]))
    due_all(conn, b"".join(map(reply, range(1, 201))), 200)
    came = hear(conn)
    if came[0] != "+":
        raise wrong(conn, came, "+Background append only file rewriting "
                    "started")
    due_all(conn, b"".join(map(reply, range(201, 401))), 200)
    for number in range(400, 600):
        must(conn, number + 1, "RPUSH", "during", elements[number])
        if number % 20 == 0:
            time.sleep(0.005)
    must(conn, elements, "LRANGE", "during", "0", "-1")


def save_behind_it(bench, logged, conn):
    """Checks that a snapshot cannot begin beside a rewrite, but may wait for its end."""
    batch(conn, [("BGREWRITEAOF",), ("BGSAVE",), ("BGSAVE", "SCHEDULE")], [
        "+Background append only file rewriting started",
        "-ERR Another child process is active (AOF?): can't BGSAVE right now. "
        "Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.",
        "+Background saving scheduled"])
    if not bench.eventually(lambda: os.path.exists(
            os.path.join(logged.root, "dump.rdb")), 15.0):
        raise facts("BGSAVE SCHEDULE was answered, 15 s ago", "dump.rdb in the "
                    "folder, when the rewrite is done", "it is not there")


def after_rewrite(bench, logged, size, names):
    """Waits until the rewrite is done: there is a new base that is smaller, and none of
    the files that the manifest no longer names."""
    def done():
        parts = logged.read().parts
        now = {part.name for part in parts}
        return (any(part.kind == "b" and part.name not in names
                    for part in parts)
                and not any(part.kind == "h" for part in parts)
                and not any(os.path.exists(os.path.join(logged.path, name))
                            for name in names - now))

    if not bench.eventually(done, 15.0):
        raise facts(
            "BGREWRITEAOF was answered, 15 s ago",
            "the manifest names a new base, and the files that it no longer "
            "names are gone", "in the folder there is: %s; the manifest "
            "names: %s" % (names_in(logged.path), " ".join(
                part.name for part in logged.read().parts)))
    with about("", rewrite=True):
        base, _ = logged.parts("after BGREWRITEAOF")
    has = len(logged.read().logs[base.name].data)
    if has > size * 3 // 4:
        raise facts("BGREWRITEAOF; the log had %d bytes, most of them about "
                    "keys that were written again and again" % size,
                    "a base that is much smaller", "it has %d bytes" % has)


def others_load(bench, logged, due):
    """Loads it with the real programs. Returns notes about what could not be judged."""
    redis_checks("aof", os.path.join(logged.path, logged.file + ".manifest"))
    if not oracle.installed():
        return ["redis-server is not here: whether it loads the folder is not "
                "judged"]
    conn = redis_loads(bench, logged.words, "the folder")
    still_holds(conn, due, "the real redis-server loaded the folder")
    return []


@judge("09.9")
def killed(bench):
    """After SIGKILL at any moment everything acknowledged is there."""
    logged = Logged(bench)
    logged.start()
    for turn in range(1, KILLS + 1):
        ask(logged.conn, "FLUSHALL")
        clients = [Pushing(bench, "c%d" % n) for n in range(CLIENTS)]
        run(bench, logged, clients, rewriting=turn % 2 == 0)
        logged.start("again, after SIGKILL")
        for client in clients:
            client.still_there(logged.conn, turn)


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
            data += wire.request("RPUSH", self.name, self.sent)
            data += wire.request("MSET", self.name + ":a", self.sent,
                                 self.name + ":b", self.sent)
        self.conn.send(data)

    def due(self):
        return reply(self.acked + 1) + reply(OK)

    def take(self):
        while self.conn.buf.startswith(self.due()):
            self.conn.take(len(self.due()))
            self.acked += 1

    def check(self):
        """Checks that the last bytes are at most the beginning of the next replies."""
        self.take()
        if not self.due().startswith(bytes(self.conn.buf)):
            raise self.conn.mismatch("", expected=self.due(), at=0,
                                     ending=None, actual=self.conn.gather(64))

    def still_there(self, conn, turn):
        """Checks that its list holds 1, 2, 3 ... up to a number between the last
        acknowledged and the last sent one, and that its two keys are equal."""
        what = "a client had %d pushes acknowledged (%d sent) when the " \
            "server was killed; appendfsync always; the %d. kill" % (
                self.acked, self.sent, turn)
        elements = texts(conn, "LRANGE", self.name, "0", "-1")
        count = len(elements)
        one, other = (ask(conn, "GET", self.name + end, due=NUMBER)[1]
                      for end in (":a", ":b"))
        for right, due, came in (
                (elements == [b"%d" % (n + 1) for n in range(count)],
                 "the numbers from 1 on, in order", "others"),
                (self.acked <= count <= self.sent, "at least %d elements after "
                 "a new start" % self.acked, "%d elements" % count),
                (one == other, "both keys of an MSET are changed, or none",
                 "one is %s, the other %s" % (one, other)),
                (int(one or 0) in (count, count - 1)
                 and int(one or 0) >= self.acked,
                 "MSET of at least %d" % self.acked, "it is %s" % one)):
            if not right:
                raise facts(what, due, came, lost=True, rewrite=turn % 2 == 0)


NUMBER = "one-of [nil bulk-number 0..999999999]"


def run(bench, logged, clients, rewriting):
    """Runs a load until a random moment, then SIGKILL; not before something has been
    acknowledged, which may take long on a busy machine."""
    end = time.perf_counter() + 0.05 + bench.random.random() * 0.3
    while time.perf_counter() < end or (
            not any(client.acked for client in clients)
            and time.perf_counter() < end + bench.limits.reply):
        for client in clients:
            if client.sent - client.acked < 10:
                client.send(bench.random.randrange(1, 8))
        if rewriting:
            rewriting = False
            logged.conn.send(wire.request("BGREWRITEAOF"))
        for client in clients:
            client.conn.receive(time.perf_counter() + 0.001)
            client.take()
        del bench.timeline[:]
    bench.server.kill()
    for client in clients:
        while client.conn.receive(time.perf_counter() + 0.5):
            pass
        client.check()
    if not any(client.acked for client in clients):
        raise facts("%d clients push and set for %.0f s, until the server is "
                    "killed" % (len(clients), bench.limits.reply),
                    "some of it is acknowledged", "nothing is")
    bench.stop()
