"""The cases of power loss: any record of the journal may be the last one."""

import functools
import time

from . import disk, load
from .cases import (ALWAYS, EVERYSEC, blamed_on, case, crash,
                    restart_and_check, wait_for_rewrite)
from .place import check


def journaled(judge, options, fresh=False, lenient=False):
    """Starts a server whose disk is journaled. Returns (place, the disk as it was
    before). With fresh, its folder is empty at first."""
    place = judge.place(*options)
    if not fresh:
        place.start()
        place.ask("SET", "before", "yes")
        place.ask("DEL", "before")
        place.finish()
    played = disk.Disk(place.data, lenient)
    return place.start(preload=True, journal=True), played


def lose_power(judge, place, clients, played, points, bounds=None,
               ways=disk.WAYS):
    """Starts servers on images of the disk as it would be after these records, and
    checks their data. bounds(record) is described in Load.check(); without it,
    everything acknowledged before the record must be there."""
    records = disk.read_journal(place.journal)
    other = judge.place(*place.options)

    def acknowledged(talker):
        sent = played.replies.get(talker.local_port, 0)
        return talker.acked_by(sent), len(talker.entries)

    for number, record in enumerate(records):
        played.play(record)
        for way in ways if number in points else ():
            other.take_files()
            played.write_image(other.data, way, judge.rng)
            with blamed_on("power lost after record %d of %d (%s %s), kept: %s"
                           % (number, len(records), record.kind,
                              record.path.replace("\0", " to "), way[0])):
                restart_and_check(other, clients, bounds(record) if bounds
                                  else acknowledged)
            judge.seen["images"] += 1
        judge.seen["moments"] += number in points
    judge.seen["acknowledged"] += clients.acknowledged()


def chosen_points(rng, records, count):
    """Returns records after which the power goes. Changes of names and their
    surroundings count more than the many writes."""
    count = min(count, len(records))
    names = [n for n, record in enumerate(records) if record.kind in "ORUM"]
    near = {min(len(records) - 1, max(0, n + rng.randrange(-2, 3)))
            for n in rng.sample(names, min(len(names), count // 2))}
    return near | set(rng.sample(range(len(records)), count - len(near)))


def power(judge, _turn, **how):
    """Tries power loss at sampled records of the journal, in all WAYS."""
    place, played = journaled(judge, ALWAYS, **how)
    clients = load.Load(judge, place)
    clients.run(0.08)
    place.ask("BGREWRITEAOF")
    clients.run(0.15)
    crash(place, clients)
    points = chosen_points(judge.rng, disk.read_journal(place.journal),
                           judge.rounds(5, 50))
    lose_power(judge, place, clients, played, points)


case("power")(power)
case("power-lenient")(
         functools.partial(power, fresh=True, lenient=True))
case("power-new")(
         functools.partial(power, fresh=True))


def two_seconds(clients):
    """Returns the bounds that everysec promises if the power goes after a record. If
    the machine was so busy that we were held up, the server may have been as well."""
    def bounds(record):
        moment = record.ns / 1e9 - 2.0 - 2 * clients.lag
        return lambda talker: (talker.acked_before(moment),
                               len(talker.entries))
    return bounds


@case("everysec")
def everysec(judge):
    place, played = journaled(judge, EVERYSEC)
    clients = load.Load(judge, place)
    clients.run(judge.rounds(2.7, 6.0), pace=900)
    crash(place, clients)
    records = disk.read_journal(place.journal)
    late = [n for n, record in enumerate(records)
            if record.ns > records[-1].ns - 1.5e9]
    points = judge.rng.sample(late, judge.rounds(4, 30))
    lose_power(judge, place, clients, played, {*points, len(records) - 1},
               two_seconds(clients), disk.WAYS[::3])


# Names of new files, without those that were renamed: POSIX allows a disk to have the
# one name and not the other.
RENAMES = ("renames, but no new names", "renames", "all")


@case("power-rewrite", each=((EVERYSEC,), (ALWAYS,)))
def power_rewrite(judge, options):
    place, played = journaled(judge, options)
    place.control.rules("fsync delay 1900 on=base")
    clients = load.Load(judge, place)
    clients.run(0.25, pace=900)
    place.ask("BGREWRITEAOF")
    clients.run(2.4, pace=900)
    crash(place, clients)
    points = around_rewrite(judge, disk.read_journal(place.journal))
    lose_power(judge, place, clients, played, points,
               two_seconds(clients) if options is EVERYSEC else None,
               disk.WAYS + (RENAMES,))


def around_rewrite(judge, records):
    """Returns points around the manifest's change, and until the base is there."""
    renamed = [n for n, record in enumerate(records)
               if record.kind == "R" and "manifest" in record.path]
    check(renamed, "BGREWRITEAOF changed no manifest")
    begun, last = renamed[0], (renamed[1:] or [len(records) - 1])[0]
    between = judge.rng.sample(range(begun, last), judge.rounds(6, 60))
    return {begun, begun + 1, begun + 2, last - 1, last, last + 1, *between}


@case("power-first")
def power_first(judge):
    place = judge.place(*ALWAYS).start("--appendonly", "no")
    place.ask("CONFIG", "SET", "appendonly", "yes")     # for the folder's name
    wait_for_rewrite(place.client())
    place.ask("CONFIG", "SET", "appendonly", "no")
    place.kill()
    played = disk.Disk(place.data)
    place.start("--appendonly", "no", preload=True, journal=True)
    clients = load.Load(judge, place)
    clients.run(0.05)
    place.control.rules("fsync delay 200 on=base")
    place.ask("CONFIG", "SET", "appendonly", "yes")
    clients.run(0.1)
    wait_for_rewrite(place.client())
    complete = time.monotonic_ns()
    clients.run(0.1)
    crash(place, clients)
    after = [n for n, record in enumerate(disk.read_journal(place.journal))
             if record.ns > complete]
    points = {*after[:3], *judge.rng.sample(after, judge.rounds(5, 60))}
    lose_power(judge, place, clients, played, points,
               ways=disk.WAYS + (RENAMES,))
