"""The cases of replicas whose links, processes and disks fail."""

import itertools
import os
import signal
import time

from harness import kernel, manifest, session
from harness.held import everything

from . import load
from .cases import case, must, wait_until
from .machines import (HEALS, IMPATIENT, PAIRS, QUIET, Link, Writer, fill, follow,
                       number, offset, start, wait_for_link, wait_until_equal)
from .place import check

DISKLESS = ("--repl-diskless-sync", "yes")
DISK = ("--repl-diskless-sync", "no")
LOADS = (("--repl-diskless-load", "disabled"), ("--repl-diskless-load", "swapdb"))
ON_EMPTY = ("--repl-diskless-load", "on-empty-db")
WAYS = [(kinds.split(), sync, how) for kinds, sync, how in
        itertools.product(PAIRS, (DISK, DISKLESS), LOADS)]


def grow(judge, clients, seconds):
    """Lets the load go on for about this long."""
    check(not clients.run(seconds * (0.5 + judge.rng.random())), "the primary is gone")


def end(clients, *places):
    """Ends the load. All servers must hold the same, in agreement with the replies."""
    clients.settle()
    wait_until_equal(*places)
    for place in places:
        with place.client() as client:
            clients.wait_for_expiry()
            clients.check(client)


@case("follow", each=lambda judge: [(way,) for way in judge.sample(WAYS, 5)])
def follows(judge, way):
    (first, second), sync, how = way
    primary = start(judge, first, *sync)
    clients = load.Load(judge, primary)
    grow(judge, clients, 0.1)
    replica = start(judge, second, *how, follows=primary)
    grow(judge, clients, 0.2)
    late = start(judge, second, *how)
    follow(late, primary)
    grow(judge, clients, 0.2)
    end(clients, primary, replica, late)
    judge.seen["commands"] += clients.acknowledged()


TYPES = session.read_commands(os.path.join(manifest.TESTS, "suite", "tables", "types.txt"))


def write_types(client):
    """Writes values of every type, small and large, in several databases."""
    must(client, "FLUSHALL")
    for words, (kind, said) in zip(TYPES, client.ask_all(TYPES)):
        check(kind != "-", "%s: %s", words, said)


def agree(client, others, *counts):
    """Checks that the replicas have everything, and that this many snapshots,
    continuations and refused ones were counted."""
    check(client.ask("INCR", "settled")[0] == ":"
          and client.ask("WAIT", len(others), 40000) == (":", len(others)), "they lag behind")
    due = everything(client)
    for other in others:
        with other.client() as replica:
            mine = everything(replica)
        wrong = [key for key in due.keys() | mine.keys() if due.get(key) != mine.get(key)]
        check(not wrong, "%s are not alike", wrong[:5])
    found = tuple(int(client.info("sync_" + name)) for name in (
        "full", "partial_ok", "partial_err"))
    check(found == counts, "counts are %s, due are %s", found, counts)


def write_unheard(client, replicas, keys):
    """Cuts the replicas off and, at the same moment, writes this many keys."""
    found = client.ask_all([["MULTI"], ["CLIENT", "KILL", "TYPE", "replica"],
                            ["MSET", *(word for n in range(keys) for word in ("missed:%d" % n, n))],
                            ["EXEC"]])[-1]
    check(found == ("*", [(":", replicas), ("+", b"OK")]), "EXEC is answered %r", found)


@case("types", each=[("ours redis", DISK, LOADS[0]), ("ours redis", DISKLESS, LOADS[0]),
                     ("redis ours", DISK, LOADS[0]), ("redis ours", DISKLESS, LOADS[1]),
                     ("redis ours", DISKLESS, ON_EMPTY)])
def every_type(judge, kinds, sync, how):
    first, second = kinds.split()
    primary = start(judge, first, *sync, *QUIET)
    with primary.client() as client:
        write_types(client)
        replicas = [start(judge, second, *how, *QUIET, follows=primary) for _ in range(2)]
        for place in replicas:
            wait_for_link(place)
        agree(client, replicas, 2, 0, 0)
        write_types(client)
        agree(client, replicas, 2, 0, 0)
        write_unheard(client, 2, 1000)
        agree(client, replicas, 2, 2, 0)
        must(client, "CONFIG", "SET", "repl-backlog-size", "16384")
        write_unheard(client, 2, 10000)
        agree(client, replicas, 4, 2, 2)
        change_places(client, replicas)


def change_places(client, replicas):
    """One of the replicas becomes the primary. A write that comes meanwhile waits, and is
    refused when that is done."""
    must(client, "FAILOVER", "TIMEOUT", "40000")
    said = client.ask("SET", "held", "1")
    wait_until(lambda: client.info("master_failover_state") == "no-failover",
               "the failover ends", HEALS)
    role = [value for _, value in client.ask("ROLE")[1]]
    check(said[1].startswith(b"READONLY") and role[0] == b"slave",
          "a write is answered %r, the role is %s", said, role)
    primary, = (place for place in replicas if place.port == role[2])
    with primary.client() as other:
        check(other.ask("SET", "after", "1") == ("+", b"OK")
              and other.ask("WAIT", 1, 40000) == (":", 1)
              and everything(client) == everything(other), "it and the new primary differ")


@case("chain", each=["ours redis ours", "redis ours redis", "ours ours ours"])
def chain(judge, kinds):
    places = []
    for kind in kinds.split():
        places.append(start(judge, kind, follows=places[-1] if places else None))
    wait_for_link(places[-1])
    clients = load.Load(judge, places[0])
    grow(judge, clients, 0.3)
    places[1].kill()
    grow(judge, clients, 0.1)
    places[1].again()
    grow(judge, clients, 0.2)
    end(clients, *places)


@case("links")
def links(judge, turn):
    rng, kinds = judge.rng, PAIRS[turn % len(PAIRS)].split()
    primary = start(judge, kinds[0], *IMPATIENT)
    link = Link(judge, primary)
    replica = start(judge, kinds[1], *IMPATIENT, follows=link)
    clients = load.Load(judge, primary)
    wait_for_link(replica)
    for _ in range(judge.rounds(3, 6)):
        grow(judge, clients, 0.2)
        how = rng.choice(("cut", "down", "held", "slow"))
        if how in ("cut", "down"):
            link.cut(down=how == "down")
        link.held = how == "held"
        link.rate = 20000 if how == "slow" else None
        grow(judge, clients, 0.3)
        if how == "held" and rng.random() < 0.5:    # both sides find out by their time-outs
            wait_until(lambda: replica.info("master_link_status") == "down",
                       "the replica sees that its link is dead")
        due, began = offset(primary), time.monotonic()
        link.heal()
        wait_until(lambda due=due: has(replica, due), "the replica has what it lacked", HEALS)
        judge.seen[how] += 1
        healed = how + "_ms"
        judge.seen[healed] = max(judge.seen[healed], round(
            (time.monotonic() - began) * 1000))
    end(clients, primary, replica)
    judge.seen["partial"] += number(primary, "sync_partial_ok")
    judge.seen["full"] += number(primary, "sync_full")


def has(replica, due):
    """Returns true if it has this much of its primary's stream."""
    return replica.info("master_link_status") == "up" and offset(replica) >= due


@case("backlog", each=PAIRS)
def small_backlog(judge, kinds):
    first, second = kinds.split()
    primary = start(judge, first, "--repl-backlog-size", "16kb")
    link = Link(judge, primary)
    replica = start(judge, second, follows=link)
    wait_for_link(replica)
    link.cut(down=True)
    fill(primary, 2000)
    link.heal()
    wait_until_equal(primary, replica)
    check(number(primary, "sync_full") == 2, "it went on from a backlog that is too small")


def kill_child(place):
    """Kills the process that makes the snapshot, as soon as there is one."""
    pid = place.main_pid()
    wait_until(lambda: kernel.children(pid), "a child makes the snapshot")
    for child in kernel.children(pid):
        os.kill(child, signal.SIGKILL)


@case("transfer")
def transfer(judge, turn):
    kinds, sync = PAIRS[turn % len(PAIRS)].split(), (DISK, DISKLESS)[turn // 3 % 2]
    how = judge.rng.choice(("replica", "link", "child"))
    primary = start(judge, kinds[0], *sync, "--rdbcompression", "no", preload=True)
    primary.control.rules("write delay 30 on=.rdb")
    # A child that streams has to wait for the link, as no buffer holds all of this.
    fill(primary, 8000, 2000 if how == "child" else 100)
    link = Link(judge, primary)
    link.rate = 1000000
    replica = start(judge, kinds[1])
    replica.ask("SET", "old", "data")
    follow(replica, link)
    if how == "child":
        kill_child(primary)
    else:
        passed = judge.rng.randrange(1000, 700000)
        wait_until(lambda: link.passed > passed, "the transfer is under way", HEALS)
    if how == "replica":
        replica.kill()
        replica.again()
        follow(replica, link)
    elif how == "link":
        link.cut()
    primary.control.rules()
    link.heal()
    judge.seen[how] += 1
    wait_until_equal(primary, replica)


@case("replica-disk", each=PAIRS[1:])
def replica_disk(judge, kinds):
    first, second = kinds.split()
    primary = start(judge, first)
    fill(primary, 3000)
    replica = start(judge, second, "--repl-diskless-load", "disabled", preload=True)
    replica.ask("SET", "old", "data")
    replica.control.rules("write fail ENOSPC on=.rdb")
    follow(replica, primary)
    wait_until(lambda: number(primary, "sync_full") >= 2, "it tries more than once", HEALS)
    check(replica.control.changed("write"), "nothing was written to the full disk")
    replica.must_hold("old", b"data")
    replica.control.rules()
    wait_until_equal(primary, replica)


@case("stalled", each=PAIRS)
def stalled(judge, kinds):
    first, second = kinds.split()
    primary = start(judge, first, "--client-output-buffer-limit", "replica 8mb 8mb 60")
    replica = start(judge, second, follows=primary)
    wait_for_link(replica)
    before = number(primary, "used_memory")
    os.kill(replica.main_pid(), signal.SIGSTOP)
    try:
        with primary.client() as client:
            for _ in range(60):
                client.ask_all([("SET", "big:%d" % n, "x" * 100000) for n in range(10)])
        grown = number(primary, "used_memory") - before
    finally:
        os.kill(replica.main_pid(), signal.SIGCONT)
    check(grown < 32 << 20, "60 MB for a replica that stands still took %d bytes", grown)
    judge.seen["grown"] = max(judge.seen["grown"], grown // 1000)
    wait_until_equal(primary, replica)


@case("safe")
def safe(judge, turn):
    kinds = PAIRS[turn % len(PAIRS)].split()
    primary = start(judge, kinds[0])
    replica = start(judge, kinds[1], follows=primary)
    wait_for_link(replica)
    writers = [Writer(primary) for _ in range(3)]
    time.sleep(0.05 + judge.rng.random() * 0.3)
    primary.kill()
    for writer in writers:
        writer.join()
    follow(replica, None)
    for writer in writers:
        writer.check(replica)
        judge.seen["acknowledged"] += writer.safe


@case("promote", each=["ours ours ours", "ours redis ours", "redis ours redis"])
def promote(judge, kinds):
    first, second, third = kinds.split()
    old = start(judge, first, *QUIET)
    new = start(judge, second, *QUIET, follows=old)
    other = start(judge, third, *QUIET, follows=old)
    clients = load.Load(judge, old, in_pairs=False)
    for place in (new, other):
        wait_for_link(place)
    grow(judge, clients, 0.2)
    clients.settle()
    clients.wait_for_expiry()
    with old.client() as client:
        clients.check(client)       # looking at all keys deletes those that are due
    wait_until_equal(old, new, other)
    follow(new, None)
    follow(other, new)
    follow(old, new)
    again = load.Load(judge, new, tag=b"again-", in_pairs=False)
    again.also_check(clients)
    grow(judge, again, 0.2)
    end(again, new, other, old)
    check(number(new, "sync_full") == 0 and number(new, "sync_partial_ok") == 2,
          "the two that changed sides were sent everything")


@case("comes-back", each=itertools.product(PAIRS, ("SIGTERM", "SIGKILL")))
def comes_back(judge, kinds, how):
    first, second = kinds.split()
    primary = start(judge, first)
    replica = start(judge, second, "--save", "3600 1", follows=primary)
    wait_for_link(replica)
    clients = load.Load(judge, primary)
    grow(judge, clients, 0.2)
    if how == "SIGTERM":
        replica.finish()
    else:
        check(replica.ask("SAVE") == ("+", b"OK"), "SAVE is refused")
        replica.kill()
    grow(judge, clients, 0.1)
    replica.again()
    end(clients, primary, replica)
    check(number(primary, "sync_partial_ok") == 1,
          "a replica that was started again was sent everything")
