"""The cases: what they have in common, and those of crashes."""

import contextlib
import os
import random
import shlex
import shutil
import time

from . import disk, load
from .place import Place, Wrong

ALWAYS = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")
EVERYSEC = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
CASES = {}


class Case:
    """A function, what it proves, and where Redis 7.0 fails it."""

    def __init__(self, function, promise, redis_fails):
        self.function = function
        self.promise = promise
        self.redis_fails = redis_fails


def case(name, promise, redis_fails=None):
    """Register a case. redis_fails: words of the failure that redis-server
    7.0.15 is known for."""
    def register(function):
        CASES[name] = Case(function, promise, redis_fails)
        return function
    return register


class Judge:
    """What a case works with."""

    def __init__(self, command, seed, full, keep=False):
        self.command = command
        self.seed = seed
        self.rng = random.Random(seed)
        self.full = full
        self.keep = keep
        self.places = []
        self.is_redis = os.path.basename(
            shlex.split(command)[0]) == "redis-server"

    def rounds(self, few, many):
        """How often: few as a rule, many when asked for the full run."""
        return many if self.full else few

    def place(self, *options):
        place = Place(self.command, options)
        self.places.append(place)
        return place

    def close(self):
        for place in self.places:
            place.kill()
            if self.keep:
                print("     kept: " + place.base)
            else:
                place.close()
        self.places = []


def restart_and_check(place, clients, bounds=None):
    """Start on what is there; it must be what the clients were told."""
    place.start()
    if place.crashed():
        raise Wrong("it started, but said: " + place.last_words())
    clients.wait_for_expiry()
    client = place.client()
    try:
        clients.check(client, bounds)
    finally:
        client.close()


def kill_and_check(place, clients):
    """SIGKILL, and a new start; how many commands were acknowledged."""
    place.kill()
    clients.drain()
    restart_and_check(place, clients)
    return clients.acknowledged()


@contextlib.contextmanager
def blamed_on(cause):
    """What goes wrong within is told with its cause."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong("%s: %s" % (cause, wrong)) from wrong


@case("kill", "SIGKILL at any moment, appendfsync always: no acknowledged "
      "write is lost, none is half there")
def kill(judge):
    rng, total = judge.rng, 0
    rounds = judge.rounds(8, 200)
    for _ in range(rounds):
        place = judge.place(*ALWAYS)
        place.start()
        clients = load.Load(place.port, rng)
        if rng.random() < 0.4:
            clients.run(rng.random() * 0.1)
            place.ask("BGREWRITEAOF")
        clients.run(0.02 + rng.random() * 0.25)
        total += kill_and_check(place, clients)
        again = load.Load(place.port, rng, tag=b"again-")
        again.run(0.02 + rng.random() * 0.1)
        place.kill()
        again.drain()
        total += again.acknowledged()
        place.start()
        check_both(place, clients, again)
        place.close()
    return "%d times killed, %d acknowledged commands" % (2 * rounds, total)


def check_both(place, first, second):
    """Two loads, one after the other, on the same data."""
    both = load.Load.__new__(load.Load)
    both.solos = first.solos + second.solos
    both.pairs = first.pairs + second.pairs
    second.wait_for_expiry()
    client = place.client()
    for pair in first.pairs:
        # One that still waited when the server ended is not under way any
        # more.
        pair.waiter.entries = pair.waiter.entries[:pair.waiter.acked + 1]
    both.check(client)
    client.close()


@case("die", "the process ends in the middle of a write, a sync, a rename or "
      "an unlink")
def die(judge):
    rng, total, died = judge.rng, 0, 0
    rounds = judge.rounds(8, 120)
    for turn in range(rounds):
        place = judge.place(*ALWAYS)
        place.start(preload=True)
        kind = ("write tear %d on=.aof after=%d" % (rng.randrange(40),
                                                    rng.randrange(150)),
                "fdatasync die after=%d" % rng.randrange(150),
                "rename die on=! after=%d" % rng.randrange(3),
                "unlink die after=%d" % rng.randrange(2),
                "open die after=%d" % rng.randrange(4),
                "write tear %d on=!incr after=%d" % (rng.randrange(200),
                                                     rng.randrange(4))
                )[turn % 6].replace(" on=! ", " ")
        place.control.rules(kind)
        clients = load.Load(place.port, rng)
        gone = clients.run(rng.random() * 0.1)
        if not gone:
            try:
                place.ask("BGREWRITEAOF")
            except (OSError, ConnectionError):
                pass
            gone = clients.run(0.8)
        died += gone
        with blamed_on("ended by the rule %r" % kind):
            total += kill_and_check(place, clients)
        place.close()
    return "%d of %d ended in a call (the others killed after it), %d " \
        "acknowledged commands" % (died, rounds, total)


def wait_for_rewrite(client, good=True):
    """Until no rewrite is under way; its status."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if (client.info("aof_rewrite_in_progress") == "0"
                and client.info("aof_rewrite_scheduled") == "0"):
            status = client.info("aof_last_bgrewrite_status")
            if good and status != "ok":
                raise Wrong("the rewrite failed: %s" % status)
            return status
        time.sleep(0.01)
    raise Wrong("the rewrite does not end")


@case("switch", "CONFIG SET appendonly yes under load, or yes, no and yes "
      "again, then SIGKILL: once the log is on, nothing is lost")
def switch(judge):
    rng, total = judge.rng, 0
    rounds = judge.rounds(4, 60)
    for turn in range(rounds):
        place = judge.place(*ALWAYS)
        place.start("--appendonly", "no")
        clients = load.Load(place.port, rng)
        clients.run(rng.random() * 0.1)
        for value in ("yes", "no", "yes")[turn % 2 * 2:]:
            place.ask("CONFIG", "SET", "appendonly", value)
            clients.run(rng.random() * 0.1)
        wait_for_rewrite(place.client())
        clients.run(rng.random() * 0.1)
        total += kill_and_check(place, clients)
        place.close()
    return "%d times, %d acknowledged commands" % (rounds, total)


def join_files(place):
    """Make one file of the base and the increment, as Redis 6 had it."""
    folder = os.path.join(place.data, "appendonlydir")
    with open(os.path.join(place.data, "appendonly.aof"), "wb") as whole:
        for kind in (".base.", ".incr."):
            for name in os.listdir(folder):
                if kind in name:
                    with open(os.path.join(folder, name), "rb") as file:
                        whole.write(file.read())
    shutil.rmtree(folder)


@case("upgrade", "the single append-only file of Redis 6 becomes a base; the "
      "process ends in a call on the way: nothing is lost")
def upgrade(judge):
    rng, died = judge.rng, 0
    rules = ["%s die after=%d" % (op, after)
             for op in ("mkdir", "open", "write", "rename", "fsync")
             for after in range(3)]
    rng.shuffle(rules)
    rules = rules[:judge.rounds(8, len(rules))]
    for turn, rule in enumerate(rules):
        place = judge.place(*ALWAYS)
        place.start("--aof-use-rdb-preamble", ("yes", "no")[turn % 2])
        clients = load.Load(place.port, rng)
        clients.run(0.03 + rng.random() * 0.1)
        place.kill()
        clients.drain()
        join_files(place)
        place.control.rules(rule)
        try:
            place.start(preload=True)
        except Wrong:
            died += 1
        place.kill()
        with blamed_on("ended by the rule %r" % rule):
            restart_and_check(place, clients)
        place.close()
    return "%d of %d ended in a call" % (died, len(rules))


def power(judge, fresh, lenient):
    """Power loss at sampled records of the journal, in all WAYS."""
    rng, images = judge.rng, 0
    runs, points = judge.rounds(1, 5), judge.rounds(5, 50)
    for _ in range(runs):
        place = judge.place(*ALWAYS)
        if not fresh:
            place.start()
            place.ask("SET", "before", "yes")
            place.ask("DEL", "before")
            place.finish()
        played = disk.Disk(place.data, lenient)
        place.start(preload=True, journal=True)
        clients = load.Load(place.port, rng)
        clients.run(0.08)
        place.ask("BGREWRITEAOF")
        clients.run(0.15)
        place.kill()
        clients.drain()
        clients.wait_for_expiry()
        images += examine(judge, place, clients, played, points)
        place.close()
    return "%d images of the disk" % images


def chosen_points(rng, records, count):
    """Records after which the power goes: names and their surroundings
    count more than the many writes."""
    names = [n for n, record in enumerate(records) if record.kind in "ORUM"]
    near = {min(len(records) - 1, max(0, n + rng.randrange(-2, 3)))
            for n in rng.sample(names, min(len(names), count // 2))}
    return near | set(rng.sample(range(len(records)), count - len(near)))


def examine(judge, place, clients, played, count):
    """Make images of the disk, start on each, look at what is there."""
    records = disk.read_journal(place.journal)
    points = chosen_points(judge.rng, records, min(count, len(records)))
    other = judge.place(*place.options)

    def bounds(talker):
        sent = played.replies.get(talker.local_port, 0)
        return talker.acked_by(sent), len(talker.entries)

    for number, record in enumerate(records):
        played.play(record)
        if number not in points:
            continue
        for way in disk.WAYS:
            other.clear()
            played.write_image(other.data, way, judge.rng)
            with blamed_on("power lost after record %d of %d (%s %s), kept: %s"
                           % (number, len(records), record.kind,
                              record.path.replace("\0", " to "), way[0])):
                restart_and_check(other, clients, bounds)
    other.close()
    return len(points) * len(disk.WAYS)


@case("power", "power loss, appendfsync always, on a strict disk: as for kill")
def power_strict(judge):
    return power(judge, fresh=False, lenient=False)


@case("power-lenient", "the same from the first start on, on a lenient disk")
def power_lenient(judge):
    return power(judge, fresh=True, lenient=True)


@case("power-new", "the same from the first start on, on a strict disk: the "
      "new folder's own name must be safe, too",
      redis_fails="kept: (nothing|some names)")
def power_new(judge):
    return power(judge, fresh=True, lenient=False)


@case("everysec", "power loss, appendfsync everysec: at most the last 2 s are "
      "lost, and what is lost is the end")
def everysec(judge):
    rng = judge.rng
    place = judge.place(*EVERYSEC)
    place.start()
    place.finish()
    played = disk.Disk(place.data)
    place.start(preload=True, journal=True)
    clients = load.Load(place.port, rng)
    clients.run(judge.rounds(2.7, 6.0), pace=900)
    place.kill()
    clients.drain()
    clients.wait_for_expiry()
    records = disk.read_journal(place.journal)
    end = records[-1].ns
    count = judge.rounds(4, 30)
    points = set(rng.sample([n for n, record in enumerate(records)
                             if record.ns > end - 1.5e9], count))
    points.add(len(records) - 1)
    other = judge.place(*EVERYSEC)
    lost = 0
    for number, record in enumerate(records):
        played.play(record)
        if number not in points:
            continue
        bounds = bounds_at(record.ns / 1e9, clients.lag)
        for way in disk.WAYS[::3]:
            other.clear()
            played.write_image(other.data, way, rng)
            with blamed_on("power lost after %.2f s"
                           % ((record.ns - records[0].ns) / 1e9)):
                restart_and_check(other, clients, bounds)
        lost += 1
    return "power lost at %d moments of %d acknowledged commands" % (
        lost, clients.acknowledged())


def bounds_at(moment, lag):
    """What everysec promises when the power goes at a moment. On a machine
    that is so busy that we were held up, the server may have been as well."""
    return lambda talker: (talker.acked_before(moment - 2.0 - 2 * lag),
                           len(talker.entries))


@case("slow", "everysec and a disk whose syncs take seconds: nobody waits, "
      "writes are put off for at most 2 s, memory stays bounded")
def slow(judge):
    place = judge.place(*EVERYSEC)
    place.start(preload=True)
    client, other = place.client(), place.client()
    value = b"x" * 1000
    before = place.resident()
    place.control.rules("fdatasync delay 2900", "fsync delay 2900 on=incr")
    began = time.monotonic()
    longest, sent, marks, deepest, lag = 0.0, 0, [], 0, 0.0
    while time.monotonic() - began < judge.rounds(4.0, 12.0):
        client.ask_all([("SET", "key%d" % (n % 20), value)
                        for n in range(10)])
        sent += 10 * len(value)
        lag = max(lag, time.monotonic() - marks[-1][0]) if marks else lag
        now = time.monotonic()
        marks.append((now, sent))
        other.ask("PING")
        longest = max(longest, time.monotonic() - now)
        wrote = place.control.count("write")[1]
        due = max([size for at, size in marks if at < now - 2.5 - lag],
                  default=0)
        if wrote < due:
            raise Wrong("%d bytes were acknowledged 2.5 s ago, %d are written"
                        % (due, wrote))
        deepest = max(deepest, sent - wrote)
        time.sleep(0.005)
    grown = place.resident() - before
    delayed = client.info("aof_delayed_fsync")
    if longest > 1.0:
        raise Wrong("somebody waited %.1f s for a PING" % longest)
    if grown > deepest + (4 << 20):
        raise Wrong("it holds %d bytes more, %d are not yet written"
                    % (grown, deepest))
    if deepest < 3 * 10 * len(value):
        raise Wrong("writes are not put off while a sync is under way")
    return "longest PING %.0f ms, at most %d KiB not yet written, " \
        "aof_delayed_fsync %s" % (longest * 1000, deepest >> 10, delayed)


def copy_data(source, target):
    """The same files in another place's folder."""
    target.kill()
    shutil.rmtree(target.data)
    shutil.copytree(source.data, target.data)
