"""The stages of CodeCrafters that are about more than a dialogue: each asks
what that stage asks, and no more. The others are sessions, in
checkpoints/codecrafters/."""

import os
import time

from .. import expect, wire
from ..bench import facts
from ..manifest import judge
from ..rdb_make import File, plain
from .aof import array
from .aof_folder import Logged, listing, part_line, word
from .rdb_files import answers
from .strings import ask, must, texts

OK = b"+OK\r\n"


@judge("jm1")
@judge("bw1")
def listens(bench):
    """It takes connections on the port that it was given."""
    bench.start()
    bench.connect("A")
    return []


@judge("ec3")
def one_of_two(bench):
    """Two clients wait, one element comes: one of them gets it."""
    bench.start()
    key = "list_" + word(bench.random)
    waiting = [bench.connect(name) for name in "AB"]
    for conn in waiting:
        conn.send(wire.request("BLPOP", key, "0"))
        time.sleep(0.1)
    must(bench.connect("C"), b":1\r\n", "RPUSH", key, "grape")
    served = bench.eventually(lambda: [conn for conn in waiting
                                       if not conn.silent(0.01)],
                              bench.limits.reply)
    for conn in served or waiting[:1]:
        conn.due_bytes(array(key, "grape"))
    time.sleep(0.1)
    if len([conn for conn in waiting if not conn.silent(0.01)] + served) > 1:
        raise facts("two clients wait in BLPOP, and one element is pushed",
                    "one of them gets it", "both got something")
    return []


@judge("xu6")
def made_id(bench):
    """XADD * makes an ID of the clock."""
    bench.start()
    conn = bench.connect("A")
    before = int(time.time() * 1000)
    _, ident = ask(conn, "XADD", "stream_" + word(bench.random), "*", "fruit",
                   "grape", due='bulk-like "*-0"')
    after = int(time.time() * 1000)
    clock = ident.rpartition(b"-")[0]
    if not clock.isdigit() or not before - 1000 <= int(clock) <= after + 1000:
        raise conn.mismatch(
            "", expected_text="an ID of the clock, %d-0 or a second more or "
            "less" % before, actual=wire.bulk(ident), at=0, ending=None)
    return []


# RDB files.


class Dump:
    """A server that is started with a file of these keys:
    {key: (value, when it expires in ms or None)}."""

    def __init__(self, bench, keys):
        name = word(bench.random) + ".rdb"
        file = File(10).aux(b"redis-ver", b"7.0.15").aux(b"redis-bits", b"64")
        file.select(0).resize(len(keys), sum(
            when is not None for _, when in keys.values()))
        for key, (value, when) in keys.items():
            if when is not None:
                file.expire_ms(when)
            file.key(0, key.encode(), plain(value.encode()), plain)
        self.folder = os.path.realpath(bench.folder({name: file.end()}))
        bench.start(words=["--dir", self.folder, "--dbfilename", name])
        self.conn = bench.connect("A")
        answers(self.conn)


def some(bench, count):
    """Keys with values."""
    return {word(bench.random) + str(n): (word(bench.random, 9), None)
            for n in range(count)}


@judge("zg5")
def rdb_options(bench):
    """--dir and --dbfilename, read with CONFIG GET."""
    folder, name = os.path.realpath(bench.folder()), "dump.rdb"
    bench.start(words=["--dir", folder, "--dbfilename", name])
    conn = bench.connect("A")
    must(conn, array("dir", folder), "CONFIG", "GET", "dir")
    must(conn, array("dbfilename", name), "CONFIG", "GET", "dbfilename")
    return []


@judge("jz6")
@judge("jw4")
def rdb_keys(bench):
    """KEYS * of a file."""
    for count in (1,) if bench.checkpoint.id == "jz6" else (3, 5):
        keys = some(bench, count)
        conn = Dump(bench, keys).conn
        conn.send(wire.request("KEYS", "*"))
        conn.due_reply(expect.Array(
            [expect.Bytes(wire.bulk(key)) for key in keys], any_order=True))
    return []


@judge("gc6")
@judge("dq3")
def rdb_values(bench):
    """GET of each key of a file."""
    keys = some(bench, 1 if bench.checkpoint.id == "gc6" else 5)
    conn = Dump(bench, keys).conn
    for key, (value, _) in keys.items():
        must(conn, wire.bulk(value), "GET", key)
    return []


@judge("sm4")
def rdb_expiries(bench):
    """A time in the past, and one that is far away."""
    keys = some(bench, 4)
    for number, key in enumerate(keys):
        when = 1640995200000 if number == 1 else 1956528000000
        keys[key] = (keys[key][0], when)
    conn = Dump(bench, keys).conn
    for number, (key, (value, _)) in enumerate(keys.items()):
        must(conn, b"$-1\r\n" if number == 1 else wire.bulk(value), "GET", key)
    return []


# The append-only file.


@judge("uj3")
def aof_defaults(bench):
    """What CONFIG GET says when nothing was given."""
    bench.start()
    conn = bench.connect("A")
    for name, value in (("appendonly", "no"), ("appenddirname",
                                               "appendonlydir"),
                        ("appendfilename", "appendonly.aof"),
                        ("appendfsync", "everysec")):
        must(conn, array(name, value), "CONFIG", "GET", name)
    name, folder = texts(conn, "CONFIG", "GET", "dir") or (b"", b"")
    if name != b"dir" or not os.path.isabs(folder):
        raise conn.mismatch("", expected_text="dir, and the folder that it "
                            "works in", actual=array(name, folder), at=0)
    return []


@judge("vd9")
def aof_options(bench):
    """The same, given on the command line."""
    logged = Logged(bench)
    conn = logged.start()
    for name, value in (("dir", logged.root), ("appendonly", "yes"),
                        ("appenddirname", logged.folder),
                        ("appendfilename", logged.file),
                        ("appendfsync", "always")):
        must(conn, array(name, value), "CONFIG", "GET", name)
    return []


@judge("fm0")
def aof_folder(bench):
    """A folder, but not when the log is off."""
    logged = Logged(bench)
    logged.start()
    if not os.path.isdir(logged.path):
        logged.read()           # says what is missing
    bench.stop()
    off = Logged(bench)
    off.words[off.words.index("yes")] = "no"
    off.start(about="with --appendonly no")
    if os.path.exists(off.path):
        raise facts("the server was started with --appendonly no",
                    "no folder " + off.folder, "there is one")
    return []


@judge("dw4")
def aof_file(bench):
    """An empty increment."""
    logged = Logged(bench)
    logged.start()
    name = logged.file + ".1.incr.aof"
    path = os.path.join(logged.path, name)
    if not os.path.isfile(path) or os.path.getsize(path):
        raise facts("the server was started with --appendonly yes",
                    "an empty file %s in %s" % (name, logged.folder),
                    "it has %d bytes" % os.path.getsize(path)
                    if os.path.isfile(path)
                    else "there is: " + listing(logged.path))
    return []


@judge("pb9")
def aof_manifest(bench):
    """A manifest that names the increment."""
    logged = Logged(bench)
    logged.start()
    path = os.path.join(logged.path, logged.file + ".manifest")
    due = part_line(logged.file + ".1.incr.aof", 1, "i")
    data = b""
    if os.path.isfile(path):
        with open(path, "rb") as file:
            data = file.read()
    if due not in data.splitlines(keepends=True):
        raise facts("the server was started with --appendonly yes",
                    "a line %s in %s" % (wire.show(due),
                                         os.path.basename(path)),
                    wire.show(data) if data
                    else "there is: " + listing(logged.path))
    return []


def writes(logged):
    """The commands in the log, but SELECT."""
    return [command.words for command in logged.log().commands
            if command.words[0].upper() != b"SELECT"]


def check_log(logged, due):
    """These commands are in the log, and nothing else."""
    came = writes(logged)
    if [[words[0].upper()] + words[1:] for words in came] != due:
        raise facts("the commands were answered; appendfsync is always",
                    "in the log: " + spelled(due), spelled(came))


def spelled(commands):
    """Commands, as one types them."""
    return "; ".join(b" ".join(words).decode("utf-8", "backslashreplace")
                     for words in commands) or "nothing"


@judge("dc8")
@judge("fi1")
def aof_writes(bench):
    """SET stands in the log when its reply is here."""
    logged = Logged(bench)
    conn = logged.start()
    due = []
    for number in range(1 if bench.checkpoint.id == "dc8" else 3):
        key, value = word(bench.random), str(100 * (number + 1))
        must(conn, OK, "SET", key, value)
        due.append([b"SET", key.encode(), value.encode()])
    check_log(logged, due)
    return []


@judge("ep6")
def aof_filters(bench):
    """What only reads is not logged."""
    logged = Logged(bench)
    conn = logged.start()
    key = word(bench.random)
    must(conn, OK, "SET", key, "100")
    must(conn, wire.bulk("100"), "GET", key)
    must(conn, wire.bulk("hello"), "ECHO", "hello")
    must(conn, b"+PONG\r\n", "PING")
    must(conn, OK, "SET", key, "200")
    check_log(logged, [[b"SET", key.encode(), b"100"],
                       [b"SET", key.encode(), b"200"]])
    return []


@judge("xz2")
@judge("kn2")
def aof_replay(bench):
    """What the manifest names is read at the start."""
    key, name = word(bench.random), word(bench.random) + ".aof"
    values = ["1"] if bench.checkpoint.id == "xz2" else ["1", "2", "3"]
    part = word(bench.random) + ".1.incr.aof"
    other = word(bench.random)
    log = b"".join(wire.request("SET", key, value) for value in values)
    log += wire.request("SET", other, "plum")
    conn = Logged(bench, file=name, files={
        part: log, name + ".manifest": part_line(part, 1, "i")}).start(
            about="with a log in its folder")
    must(conn, wire.bulk(values[-1]), "GET", key)
    must(conn, wire.bulk("plum"), "GET", other)
    return []
