"""Stages of CodeCrafters that need more than a dialogue. Each of these asks what that
stage asks, and no more. The others are sessions, in checkpoints/codecrafters/."""

import hashlib
import os
import time

from .. import wire
from ..bench import facts
from ..manifest import judge
from ..rdb_make import File, plain
from .aof import DEFAULTS, none_when_off
from .aof_folder import Logged, part_line, script, spelled
from .kept import names_in
from .rdb_files import Dump, Loaded
from .talk import OK, PONG, ask, configured, must, reply, texts, word, wrong
from .values import keys_are


@judge("jm1")
@judge("bw1")
def listens(bench):
    """It takes connections on the port that it was given."""
    bench.unasked(bench.begin())


@judge("ec3")
def one_of_two(bench):
    """Two clients wait and one element comes: only one of them gets it."""
    bench.start()
    key = "list_" + word(bench.random)
    waiting = [bench.connect(name) for name in "AB"]
    for conn in waiting:
        conn.send(wire.request("BLPOP", key, "0"))
        time.sleep(0.1)
    must(bench.connect("C"), 1, "RPUSH", key, "grape")
    served = bench.eventually(lambda: [conn for conn in waiting
                                       if not conn.silent(0.01)],
                              bench.limits.reply)
    for conn in served or waiting[:1]:
        conn.due_bytes(reply([key, "grape"]))
    time.sleep(0.1)
    if len([conn for conn in waiting if not conn.silent(0.01)] + served) > 1:
        raise facts("two clients wait in BLPOP, and one element is pushed",
                    "one of them gets it", "both got something")


@judge("xu6")
def made_id(bench):
    """XADD * makes an ID from the clock."""
    conn = bench.begin()
    before = int(time.time() * 1000)
    came = ask(conn, "XADD", "stream_" + word(bench.random), "*", "fruit",
               "grape", due='bulk-like "*-0"')
    after = int(time.time() * 1000)
    clock = came[1].rpartition(b"-")[0]
    if not clock.isdigit() or not before - 1000 <= int(clock) <= after + 1000:
        raise wrong(conn, came, "an ID of the clock, %d-0 or a second more or "
                    "less" % before)


# RDB files.


def dump(bench, count, past=()):
    """Returns a server started with a file of this many keys, and the keys with their
    values. With past, a set of numbers, all keys have an expiry; those of these keys
    are over."""
    keys = {word(bench.random) + str(n): word(bench.random, 9)
            for n in range(count)}
    file = File(10).aux(b"redis-ver", b"7.0.15").aux(b"redis-bits", b"64")
    file.select(0).resize(count, count if past else 0)
    for number, (key, value) in enumerate(keys.items()):
        if past:
            file.expire_ms(1640995200000 if number in past else 1956528000000)
        file.key(0, key.encode(), plain(value.encode()), plain)
    what = "version 10, %d keys" % count
    return Loaded(bench, file.end(), what).start().conn, keys


@judge("zg5")
def rdb_options(bench):
    """--dir and --dbfilename are shown by CONFIG GET."""
    kept = Dump(bench)
    configured(kept.start(), dir=kept.root, dbfilename=kept.name)


@judge("jz6")
@judge("jw4")
def rdb_keys(bench):
    """KEYS * shows the keys of a file."""
    for count in (1,) if bench.checkpoint.id == "jz6" else (3, 5):
        conn, keys = dump(bench, count)
        keys_are(conn, list(keys))


@judge("gc6")
@judge("dq3")
def rdb_values(bench):
    """GET shows the value of each key of a file."""
    conn, keys = dump(bench, 1 if bench.checkpoint.id == "gc6" else 5)
    for key, value in keys.items():
        must(conn, wire.bulk(value), "GET", key)


@judge("sm4")
def rdb_expiries(bench):
    """One expiry is in the past, and one far away."""
    conn, keys = dump(bench, 4, past={1})
    for number, (key, value) in enumerate(keys.items()):
        must(conn, wire.bulk(None if number == 1 else value), "GET", key)


# The append-only file.


@judge("uj3")
def aof_defaults(bench):
    """CONFIG GET shows the defaults if nothing was given."""
    conn = bench.begin()
    configured(conn, **DEFAULTS)
    came = texts(conn, "CONFIG", "GET", "dir")
    if came[:1] != [b"dir"] or not os.path.isabs(came[-1]):
        raise conn.mismatch("", expected_text="dir, and the folder that it "
                            "works in", actual=reply(came), at=0)


@judge("vd9")
def aof_options(bench):
    """CONFIG GET shows the values from the command line."""
    logged = Logged(bench)
    configured(logged.start(), dir=logged.root, appendonly="yes",
               appenddirname=logged.folder, appendfilename=logged.file,
               appendfsync="always")


@judge("fm0")
def aof_folder(bench):
    """There is a folder, but not if the log is off."""
    logged = Logged(bench)
    logged.start()
    if not os.path.isdir(logged.path):
        logged.read()           # raises a Mismatch that says what is missing
    bench.stop()
    none_when_off(bench)


def in_folder(logged, name, is_right, due):
    """Checks a file in the folder of the log."""
    path, data = os.path.join(logged.path, name), None
    if os.path.isfile(path):
        with open(path, "rb") as file:
            data = file.read()
    if data is None or not is_right(data):
        raise facts("the server was started with --appendonly yes",
                    "%s %s in %s" % (due, name, logged.folder),
                    "there is: " + names_in(logged.path) if data is None
                    else "it has %d bytes: %s" % (len(data), wire.show(data)))


@judge("dw4")
def aof_file(bench):
    """There is an empty increment."""
    logged = Logged(bench)
    logged.start()
    in_folder(logged, logged.file + ".1.incr.aof", lambda data: not data,
              "an empty file")


@judge("pb9")
def aof_manifest(bench):
    """There is a manifest that names the increment."""
    logged = Logged(bench)
    logged.start()
    due = part_line(logged.file + ".1.incr.aof", 1, "i")
    in_folder(logged, logged.file + ".manifest",
              lambda data: due in data.splitlines(keepends=True),
              "a line %s in the file" % wire.show(due))


def check_log(logged, due):
    """Checks that these commands are in the log, and nothing else."""
    came = [[words[0].upper()] + words[1:] for words in logged.commands()]
    due = [[word.encode() for word in words] for words in due]
    if came != due:
        raise facts("the commands were answered; appendfsync is always",
                    "in the log: " + spelled(due), spelled(came))


@judge("dc8")
@judge("fi1")
def aof_writes(bench):
    """SET is in the log when its reply comes."""
    logged = Logged(bench)
    conn = logged.start()
    due = [["SET", word(bench.random), value] for value in (
        ("100",) if bench.checkpoint.id == "dc8" else ("100", "200", "300"))]
    for words in due:
        must(conn, OK, *words)
    check_log(logged, due)


@judge("ep6")
def aof_filters(bench):
    """Commands that only read are not logged."""
    logged = Logged(bench)
    conn = logged.start()
    key = word(bench.random)
    must(conn, OK, "SET", key, "100")
    must(conn, wire.bulk("100"), "GET", key)
    must(conn, wire.bulk("hello"), "ECHO", "hello")
    must(conn, PONG, "PING")
    must(conn, OK, "SET", key, "200")
    check_log(logged, [["SET", key, "100"], ["SET", key, "200"]])


@judge("xz2")
@judge("kn2")
def aof_replay(bench):
    """The files that the manifest names are read at the start."""
    key, other = word(bench.random), word(bench.random)
    name, part = word(bench.random) + ".aof", word(bench.random) + ".1.incr.aof"
    count = 1 if bench.checkpoint.id == "xz2" else 3
    log = "".join("SET %s %d;" % (key, n + 1) for n in range(count))
    conn = Logged(bench, file=name, files={
        part: script(log + "SET %s plum" % other),
        name + ".manifest": part_line(part, 1, "i")}).start(
            "with a log in its folder")
    must(conn, wire.bulk(str(count)), "GET", key)
    must(conn, wire.bulk("plum"), "GET", other)


def user_default(conn):
    """Returns ACL GETUSER default, as pairs: {name: parsed reply}."""
    kind, parts = ask(conn, "ACL", "GETUSER", "default", due="array")
    names = [text for _, text in parts[::2]]
    return dict(zip(names, parts[1::2])), (kind, parts)


@judge("ql6")
def has_nopass(bench):
    """The flag nopass is among those of default."""
    conn = bench.begin()
    flags_of_default(conn, True)


def flags_of_default(conn, due):
    """Returns true if nopass is among the flags."""
    pairs, came = user_default(conn)
    flags = [text for _, text in pairs.get(b"flags", ("*", []))[1]]
    if (b"nopass" in flags) != due:
        raise wrong(conn, came, "flags, and nopass %s among them"
                    % ("is" if due else "is not"))
    return pairs, came


@judge("pl7")
def no_passwords(bench):
    """default has no passwords."""
    conn = bench.begin()
    pairs, came = flags_of_default(conn, True)
    if pairs.get(b"passwords") != ("*", []):
        raise wrong(conn, came, 'behind "passwords" an empty array')


@judge("uv9")
def password_set(bench):
    """After ACL SETUSER default >password its SHA-256 is kept, and nopass is gone."""
    conn = bench.begin()
    secret = word(bench.random)
    must(conn, OK, "ACL", "SETUSER", "default", ">" + secret)
    pairs, came = flags_of_default(conn, False)
    due = hashlib.sha256(secret.encode()).hexdigest().encode()
    if pairs.get(b"passwords") != ("*", [("$", due)]):
        raise wrong(conn, came, 'behind "passwords" the SHA-256 %s'
                    % due.decode())
