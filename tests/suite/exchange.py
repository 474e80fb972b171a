"""exchange.py WHAT SERVER FOLDER [WORD...]: data that SERVER (ours) and redis-server give one
another. WHAT is one of the functions at the end.

One of them gets the values of tables/types.txt, every type in small and in large, in several
databases; whoever gets them from it must hold the same: values, encodings aside, and times.
All differences are printed; then the program ends with 1.
"""

import glob
import itertools
import os
import re
import shutil
import subprocess
import sys

from common import HERE, OK, REDIS, Place, eventually, finish
from harness import session
from harness.held import everything, held

LOGGED = ["--appendonly", "yes", "--appendfsync", "always"]
LATER = 5000        # milliseconds by which a key may expire later where it was moved to


def fill(client):
    for words in session.read_commands(os.path.join(HERE, "tables", "types.txt")):
        kind, said = client.ask(*words)
        assert kind != "-", f"{words}: {said}"


def apart(due, mine, same=lambda one, other: one == other):
    """Returns the keys whose values two servers do not agree about."""
    for key in due.keys() | mine.keys():
        if not same(mine.get(key), due.get(key)):
            yield f"{key} is {mine.get(key)}, not {due.get(key)}"


# Files.

def check_lengths(client):
    """DEBUG OBJECT shows the length of a value in a file: DUMP puts one byte in front of it, and
    ten behind it."""
    client.ask("SELECT", 0)
    for key in held(client):
        told = re.search(rb"serializedlength:(\d+)", client.ask("DEBUG", "OBJECT", key)[1])
        assert int(told[1]) == len(client.ask("DUMP", key)[1]) - 11, f"{key}: {told}"


def check_debug(client):
    """DEBUG lets RESTORE take a value whose checksum is wrong, and DEBUG OBJECT tells of a key
    whose time has come as long as it is there."""
    client.ask("SET", "checked", "value")
    value = client.ask("DUMP", "checked")[1][:-8] + bytes(8)
    for skips, kind in ((0, "-"), (1, "+"), (0, "-")):
        client.ask("DEBUG", "SET-SKIP-CHECKSUM-VALIDATION", skips)
        assert client.ask("RESTORE", "checked", 0, value, "REPLACE")[0] == kind, skips
    client.ask("DEBUG", "SET-ACTIVE-EXPIRE", 0)
    client.ask("PEXPIRE", "checked", 1)
    client.ask("DEBUG", "SLEEP", "0.01")
    assert client.ask("DEBUG", "OBJECT", "checked")[0] == "+"
    assert client.ask("EXISTS", "checked") == (":", 0)
    assert client.ask("DEBUG", "OBJECT", "checked")[0] == "-"


def exchanged(place, maker, starters, log):
    words = LOGGED if log else []
    server, client = place.start(maker, *words, files="made")
    fill(client)
    due = everything(client)
    check_lengths(client)
    check_debug(client)
    assert log or client.ask("SAVE") == OK
    server.kill()       # nothing more is to be saved
    base = glob.glob(f"{server.folder}/appendonlydir/*.base.*")
    for number, starter in enumerate(starters):
        shutil.copytree(server.folder, os.path.join(place.folder, str(number)))
        _, client = place.start(starter, *words, files=str(number))
        # Otherwise each start would put off the next rewrite.
        if base and client.info("aof_base_size") != str(os.path.getsize(base[0])):
            yield f"{maker} to {starter}: grown from {client.info('aof_base_size')}"
        for text in apart(due, everything(client)):
            yield f"{maker} to {starter}: {text}"


def files(ours, folder, *words):
    """Both start from the files of each: a snapshot, or with the word aof what one that was
    killed leaves; the word checksums makes us log them."""
    both = ours + " --aof-checksums yes" * ("checksums" in words), REDIS
    for number, maker in enumerate(both):
        with Place(os.path.join(folder, str(number))) as place:
            yield from exchanged(place, maker, both, "aof" in words)


# A log that tells the time.

TIMED = [*LOGGED, "--aof-use-rdb-preamble", "no", "--aof-timestamp-enabled", "yes"]


def write_timed(place, command):
    """Returns the folder of a log that a rewrite began anew, with a moment between the last two
    commands."""
    server, client = place.start(command, *TIMED, files="made")
    client.ask("SET", "early", 1)
    client.ask("BGREWRITEAOF")
    eventually(lambda: client.info("aof_base_size") != "0"
               and client.info("aof_rewrite_in_progress") == "0", 60)
    client.ask("SET", "kept", 2)
    second = client.ask("TIME")[1][0]
    eventually(lambda: client.ask("TIME")[1][0] != second, 60)
    client.ask("MSET", "late", 3)
    server.kill()
    return server.folder


def told(folder, part):
    """Returns the moments that a part of the log tells, and all of its text."""
    with open(glob.glob(f"{folder}/appendonlydir/*.{part}.aof")[-1], "rb") as file:
        text = file.read()
    return [int(moment) for moment in re.findall(rb"^#TS:(\d+)\r\n", text, re.M)], text


def timed(place, maker, starters):
    folder = write_timed(place, maker)
    times, base = told(folder, "base")
    if len(times) != 1 or not base.startswith(b"#TS:"):
        yield f"{maker}: the base tells {times}"
    times, text = told(folder, "incr")
    if times != sorted(set(times)) or text.index(b"MSET") < text.rindex(b"#TS:"):
        yield f"{maker}: the increment tells {times}: {text}"
    manifest = glob.glob(f"{folder}/appendonlydir/*.manifest")[0]
    subprocess.run(["redis-check-aof", "--truncate-to-timestamp", str(times[-1] - 1), manifest],
                   input=b"y\n", stdout=subprocess.DEVNULL, check=True)
    for number, starter in enumerate(starters):
        shutil.copytree(folder, os.path.join(place.folder, str(number)))
        _, client = place.start(starter, *TIMED, files=str(number))
        keys = sorted(key for _, key in client.ask("KEYS", "*")[1])
        if keys != [b"early", b"kept"]:
            yield f"{maker} to {starter}: {keys}"


def moments(ours, folder):
    """redis-check-aof cuts a log off before the last moment that it tells; both servers start
    from it, without the key that came last."""
    for number, maker in enumerate((ours, REDIS)):
        with Place(os.path.join(folder, str(number))) as place:
            yield from timed(place, maker, (ours, REDIS))


# The use of keys.

# The policy of the server that saves, that of the one that loads, and the expected result.
POLICIES = [("allkeys-lru", "volatile-lru", "idle"), ("allkeys-lru", "noeviction", "idle"),
            ("noeviction", "allkeys-lru", "new"), ("volatile-ttl", "allkeys-lru", "new"),
            ("volatile-lfu", "allkeys-lfu", "counter"), ("allkeys-lfu", "allkeys-lru", "new"),
            ("allkeys-lru", "allkeys-lfu", "first")]
IDLE = {b"short": 40, b"long": 5000, b"longer": 100000}
COUNTERS = {b"none": 0, b"few": 7, b"most": 255}
# {key: (the lowest and the highest allowed value)}
USES = {"counter": {key: (number, number) for key, number in COUNTERS.items()},
        "idle": {key: (number, number + 20) for key, number in IDLE.items()},
        "new": {b"now": (0, 20)}, "first": {b"now": (5, 5)}}


def with_policy(place, command, policy):
    """Returns a server on the folder's files, and a client. The counters stand still."""
    return place.start(command, "--maxmemory-policy", policy, "--lfu-decay-time", "0", files="it")


def save_uses(client, policy):
    client.ask("SET", "now", "x")
    value = client.ask("DUMP", "now")[1]
    given, option = (COUNTERS, "FREQ") if "lfu" in policy else (IDLE, "IDLETIME")
    for key, number in given.items():
        assert client.ask("RESTORE", key, 1000000, value, option, number)[0] == "+"
    assert client.ask("SAVE")[0] == "+"


def uses(ours, folder):
    """Keys are given an idle time or a counter of uses, as the policy has it, and saved; a
    server that starts on the file under some policy says the same of them as redis-server."""
    ways = itertools.product((ours, REDIS), (ours, REDIS), POLICIES)
    for number, (maker, reader, (saved, loaded, what)) in enumerate(ways):
        with Place(os.path.join(folder, str(number))) as place:
            server, client = with_policy(place, maker, saved)
            save_uses(client, saved)
            server.kill()
            _, client = with_policy(place, reader, loaded)
            for key, (least, most) in USES[what].items():
                told = client.ask("OBJECT", "FREQ" if "lfu" in loaded else "IDLETIME", key)[1]
                if not (isinstance(told, int) and least <= told <= most):
                    yield f"{maker} {saved}, {reader} {loaded}: {key} {told}, not {least}..{most}"


# MIGRATE.

def migrate(client, port, *options):
    """Moves all keys, with a request for each database."""
    for number in range(16):
        client.ask("SELECT", number)
        keys = [key for _, key in client.ask("KEYS", "*")[1]]
        said = client.ask("MIGRATE", "127.0.0.1", port, "", number, 20000,
                          *options, "KEYS", *keys)
        assert said == ("+", b"OK" if keys else b"NOKEY"), said


def nearly(mine, due):
    """Returns true if both have the key with equal values and nearly the same expiry."""
    return None not in (mine, due) and mine[:2] == due[:2] and (
        mine[2] == due[2] or min(mine[2], due[2]) > 0 and abs(mine[2] - due[2]) < LATER)


def moved(ours, folder):
    """All keys are copied by MIGRATE to the other server, then moved there; then the source has
    none any more, nor when it is killed and started on its log."""
    for maker, taker in ((ours, REDIS), (REDIS, ours)):
        with Place(os.path.join(folder, maker.split()[0][-6:])) as place:
            source, client = place.start(maker, *LOGGED, files="log")
            target, other = place.start(taker)
            fill(client)
            due = everything(client)
            migrate(client, target.port, "COPY")
            copied = everything(other)
            migrate(client, target.port, "REPLACE")
            left = everything(client)
            source.kill()
            left.update(everything(place.start(maker, *LOGGED, files="log")[1]))
            for mine in (copied, everything(other)):
                for text in apart(due, mine, nearly):
                    yield f"{maker} to {taker}: {text}"
            if left:
                yield f"{maker}: {sorted(left)} are still there"


if __name__ == "__main__":
    what, program, *arguments = sys.argv[1:]
    finish(globals()[what](program + " --port {port}", *arguments))
