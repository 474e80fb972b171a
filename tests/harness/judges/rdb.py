"""Stage 08: what the server reads from RDB files that were made for it, with
the code that `tests/check dissect` shows them with."""

import os

from .. import rdb_make as make, wire
from ..bench import facts
from ..manifest import judge
from .lists import array, number
from .rdb_files import Loaded, now_ms, word
from .strings import ask, must

FOREVER = 4102444800000         # 2100, in milliseconds
SOON = 2000000000               # 2033, in seconds: 32 bits are enough
MANY = 3000
BORDERS = (0, 1, 63, 64, 65, 16383, 16384, 16385)
NUMBERS = (0, 1, -1, 127, 128, -128, -129, 255, 258, 32767, -32768, 32768,
           -32769, 65536, 16909060, 2147483647, -2147483648)


def some_bytes(rng, size):
    """Any bytes, so many."""
    block = bytes(rng.getrandbits(8) for _ in range(min(size, 251)))
    return (block * (size // max(1, len(block)) + 1))[:size]


def name_of(rng, prefix):
    """A key."""
    return ("%s:%s" % (prefix, word(rng))).encode()


@judge("08.1")
def options(bench):
    """--dir and --dbfilename, CONFIG GET, and no file at all."""
    rng = bench.random
    name = word(rng) + ".rdb"
    folder = os.path.realpath(bench.folder())
    bench.start(words=["--dir", folder, "--dbfilename", name])
    conn = bench.connect("A")
    for _ in range(2):
        must(conn, array(["dir", folder]), "CONFIG", "GET", "dir")
        must(conn, array(["dbfilename", name]), "CONFIG", "GET", "dbfilename")
    must(conn, array(["dbfilename", name]), "config", "get", "DBFILE*")
    must(conn, b"*0\r\n", "CONFIG", "GET", word(rng))
    must(conn, number(0), "DBSIZE")
    must(conn, b"*0\r\n", "KEYS", "*")
    must(conn, b"+OK\r\n", "SET", "k", "v")
    must(conn, array(["k"]), "KEYS", "*")
    bench.start(words=["--dir", folder])
    conn = bench.connect("A")
    must(conn, array(["dbfilename", "dump.rdb"]), "CONFIG", "GET",
         "dbfilename")
    must(conn, array(["dir", folder]), "CONFIG", "GET", "dir")
    no_folder(bench, os.path.join(folder, word(rng)))
    return []


def no_folder(bench, path):
    """A folder that is not there: it must not start, and say so."""
    bench.prepare(words=["--dir", path])
    status = bench.server.start_refused(bench.options.ready)
    if status is None or status <= 0:
        raise facts(
            "--dir names a folder that is not there",
            "a line that says so, and an exit status that is not 0",
            "it starts nevertheless" if status is None
            else "it ended: " + bench.server.fate())


def some_text(rng):
    """A value that is no number."""
    return word(rng, rng.randint(4, 12)).encode()


@judge("08.2")
def one_key(bench):
    """Files with a single string key, from the plainest on."""
    rng = bench.random
    for make_file, about in (
            (plainest, "version 3, one key, nothing else"),
            (with_notes, "version 10, with AUX and RESIZEDB, as Redis 7 "
             "writes it"),
            (odd_notes, "version 9, with AUX fields that nobody knows"),
            (no_keys, "version 10, no key at all")):
        key = name_of(rng, "k")
        value = some_text(rng)
        data = make_file(key, value)
        loaded = Loaded(bench, data, about).start()
        loaded.holds()
        if loaded.entry(key):
            loaded.value(key)
            loaded.ask(key, b"+string\r\n", "TYPE", key)
            loaded.ask(key, number(-1), "TTL", key)
        must(loaded.conn, b"$-1\r\n", "GET", name_of(rng, "n"))
        must(loaded.conn, b"+OK\r\n", "SET", key, "new")
        must(loaded.conn, wire.bulk("new"), "GET", key)
    return []


def plainest(key, value):
    file = make.File(3).select(0)
    return file.key(0, key, make.plain(value), make.plain).end()


def with_notes(key, value):
    file = make.File(10).aux(b"redis-ver", b"7.0.15").aux(b"redis-bits", b"64")
    file.aux(b"ctime", b"1700000000").aux(b"used-mem", b"900000")
    file.aux(b"aof-base", b"0").select(0).resize(1, 0)
    return file.key(0, key, make.plain(value), make.plain).end()


def odd_notes(key, value):
    file = make.File(9).aux(b"redis-ver", b"5.0.14").aux(b"weather", b"fine")
    file.aux(b"", b"").aux(b"number", b"-7").select(0).resize(1, 0)
    return file.key(0, key, make.plain(value), make.plain).end()


def no_keys(_key, _value):
    return make.File(10).aux(b"redis-ver", b"7.0.15").end()


@judge("08.3")
def many_keys(bench):
    """Every form of a length and of an integer; many keys; databases."""
    lengths(bench)
    integers(bench)
    a_crowd(bench)
    databases(bench)
    return []


def lengths(bench):
    """Strings of all lengths, also with lengths in longer forms."""
    rng = bench.random
    file = make.File(9).select(0)
    for size in BORDERS + (rng.randint(66, 16000), rng.randint(17000, 99999)):
        value = some_bytes(rng, size)
        key = name_of(rng, "size%d" % size)
        file.key(0, key, make.plain(value), make.plain)
    for bits in (14, 32, 64):
        file.key(0, name_of(rng, "in%dbits" % bits),
                 make.plain(some_text(rng), bits), make.plain)
    long = name_of(rng, "long") + bytes(200)
    file.key(0, long, make.plain(b"a long key"), make.plain)
    loaded = Loaded(bench, file.end(), "lengths in 6, 14, 32 and 64 bits",
                    form="length").start()
    loaded.holds()
    for key, entry in loaded.parser.databases[0].items():
        loaded.ask(key, number(len(entry.value)), "STRLEN", key)
        loaded.value(key)


def integers(bench):
    """Values and keys that are integers of 8, 16 and 32 bits."""
    rng = bench.random
    chosen = list(NUMBERS) + [
        rng.choice((-1, 1)) * rng.randrange(1 << bits)
        for bits in (7, 15, 15, 31, 31)]
    for value in chosen:
        key = name_of(rng, "int")
        data = make.File(9).select(0).key(0, key, make.integer(value),
                                          make.plain).end()
        if value in (258, 16909060, -129) or value == chosen[-1]:
            loaded = Loaded(bench, data, "a value that is an integer",
                            form="integer").start()
            loaded.value(key)
    file = make.File(9).select(0)
    for value in chosen:
        for size in (1, 2, 4):
            if make.width(value, (1, 2, 4)) <= size:
                file.key(0, name_of(rng, "int%d" % (8 * size)),
                         make.integer(value, size), make.plain)
    for value in set(chosen):
        file.key(0, b"%d" % value, make.plain(b"key"), make.string)
    loaded = Loaded(bench, file.end(), "integers of 8, 16 and 32 bits, as "
                    "values and as keys", form="integer").start()
    loaded.holds()
    for key in loaded.parser.databases[0]:
        loaded.value(key)
    loaded.ask(b"1", b"+OK\r\n", "SET", "1", "5")
    loaded.ask(b"1", number(6), "INCR", "1")


def a_crowd(bench):
    """Many keys in one file."""
    rng = bench.random
    count = MANY + rng.randrange(1000)
    file = make.File(8).select(0).resize(count, 0)
    for n in range(count):
        file.text(b"k%d" % n, b"value %d of %s" % (n, some_text(rng)))
    loaded = Loaded(bench, file.end(), "%d keys" % count).start()
    loaded.holds()
    names = rng.sample(sorted(loaded.parser.databases[0]), 300)
    for key in names:
        loaded.value(key)
    loaded.ask(None, array([loaded.entry(key).value for key in names]),
               "MGET", *names)


def databases(bench):
    """Keys in several databases; one of them comes twice."""
    rng = bench.random
    file = make.File(9)
    for database in (0, 3, 15, 0):
        file.select(database).resize(2, 0)
        for _ in range(2):
            file.text(name_of(rng, "db%d" % database), some_text(rng))
    loaded = Loaded(bench, file.end(), "keys in databases 0, 3 and 15").start()
    for database in (0, 3, 15, 1):
        must(loaded.conn, b"+OK\r\n", "SELECT", "%d" % database)
        loaded.holds(database=database)
        for key in loaded.parser.databases.get(database, {}):
            loaded.value(key)


@judge("08.4")
def compressed(bench):
    """LZF, and the checksum at the end."""
    rng = bench.random
    lzf(bench)
    file = make.File(9).select(0).text(name_of(rng, "k"), some_text(rng))
    for checksum, about in ((True, "a checksum that is right"),
                            (False, "no checksum: it is zero")):
        loaded = Loaded(bench, file.end(checksum), about,
                        checksum=True).start()
        loaded.holds()
    wrong_checksums(bench, file)
    return []


def lzf(bench):
    """Strings that are compressed: near and far, short and long repeats."""
    rng = bench.random
    texts = [b"a" * 5, b"a" * rng.randint(300, 5000)]
    for period in (2, 3, 7, 8, 31, 32, 33, 255, 256, 257, 8191, 8192):
        block = some_bytes(rng, period) if period < 251 else bytes(
            rng.getrandbits(8) for _ in range(period))
        texts.append(block * 2 + block[:period // 2])
    for size in (3, 8, 9, 10, 263, 264, 265, 266):
        block = bytes(rng.getrandbits(8) for _ in range(size))
        texts.append(block + b"-" + block + b"+" + block)
    texts.append(b" ".join(some_text(rng)[:5] for _ in range(3000)))
    first = texts[1]
    data = make.File(9).select(0).key(0, b"lzf", make.packed(first)).end()
    loaded = Loaded(bench, data, "one compressed string", form="lzf").start()
    loaded.value(b"lzf")
    file = make.File(9).select(0)
    for n, text in enumerate(texts):
        file.key(0, b"lzf%d" % n, make.packed(text))
    key = b"a key that is a key that is a key that is compressed, too"
    file.raw(b"\0" + make.packed(key) + make.plain(b"v"))
    loaded = Loaded(bench, file.end(), "compressed strings",
                    form="lzf").start()
    loaded.holds()
    for name in loaded.parser.databases[0]:
        loaded.value(name)


def wrong_checksums(bench, file):
    """A checksum that is wrong: the file must not be taken."""
    rng = bench.random
    right = file.end()
    flipped = bytearray(right)
    flipped[len(right) - 1 - rng.randrange(8)] ^= 1 << rng.randrange(8)
    changed = bytearray(right)
    changed[-12] = changed[-12] % 25 + 97       # another letter of the value
    backwards = right[:-8] + right[-8:][::-1]
    for data, about in ((bytes(flipped), "a checksum with one bit changed"),
                        (bytes(changed), "a letter changed in the value, the "
                         "checksum as before"),
                        (backwards, "a checksum with its highest byte first")):
        refused(bench, data, about, len(data) - 8, checksum=True)


def refused(bench, data, about, at, **known):
    """The server must not start from this file: it ends with a status that
    is not 0, says something, and leaves the file alone."""
    loaded = Loaded(bench, data, about, broken=True, **known)
    bench.prepare(words=loaded.words)
    server = bench.server
    status = server.start_refused(bench.options.ready)
    due = ("it does not start: an exit status that is not 0, and a line that "
           "says why")
    known["file"] = loaded.evidence(at=at)
    if status is None:
        raise facts("the server is started with a damaged file: " + about,
                    due, "it goes on running", **known)
    if status <= 0:
        raise facts("the server is started with a damaged file: " + about,
                    due, "it " + server.fate() if status == 0
                    else "it was " + server.fate(), crashed=status < 0,
                    **known)
    server.stop(0)
    if not server.stderr.text() and not server.stdout.text():
        raise facts("the server is started with a damaged file: " + about,
                    due, "it ended with status %d and without a word"
                    % status, **known)
    with open(loaded.path, "rb") as left:
        if left.read() != data:
            raise facts("the server is started with a damaged file: " + about,
                        "the file stays as it was", "it has changed",
                        partial_file=True, **known)


@judge("08.5")
def expiries(bench):
    """Expiries in milliseconds (FC) and in seconds (FD)."""
    rng = bench.random
    for unit, about in (("ms", "an expiry in milliseconds (FC)"),
                        ("s", "an expiry in seconds (FD)")):
        key = name_of(rng, "k")
        file = make.File(9).select(0).resize(1, 1)
        expire(file, unit, rng, FOREVER if unit == "ms" else SOON)
        file.text(key, some_text(rng))
        loaded = Loaded(bench, file.end(), about, opcode=unit).start()
        loaded.holds()
        lives(loaded, key)
        loaded.value(key)
    of_all_kinds(bench)
    passes_by(bench)
    return []


def expire(file, unit, rng, until):
    """An expiry at that time or a little earlier."""
    until -= rng.randrange(10 ** 6)
    if unit == "ms":
        file.expire_ms(until)
    else:
        file.expire_s(until)


def lives(loaded, key):
    """The key's time to live is that of the file, to a few milliseconds."""
    entry = loaded.entry(key)

    def test():
        before = now_ms()
        kind, left = ask(loaded.conn, "PTTL", key)
        low, high = entry.expiry - now_ms() - 2, entry.expiry - before + 2
        if kind != ":" or not low <= left <= high:
            raise loaded.conn.mismatch(
                "", expected_text="an integer, %d..%d: the milliseconds "
                "up to then" % (low, high), at=0, ending=None,
                actual=wire.encode((kind, left)))
    if entry.expiry is None:
        loaded.ask(key, number(-1), "PTTL", key)
    else:
        loaded.proved(key, test)


def of_all_kinds(bench):
    """Keys with and without expiries, past and to come, in turns."""
    rng = bench.random
    file, live = make.File(9).select(0).resize(40, 30), []
    for n in range(40):
        key = b"k%d" % n
        kind = rng.choice(("ms", "s", "past ms", "past s", None)) \
            if n > 5 else ("past ms", "ms", None, "past s", "s", None)[n]
        if kind == "past ms":
            file.expire_ms(rng.randrange(1, 1700000000000))
        elif kind == "past s":
            file.expire_s(rng.randrange(1, 1700000000))
        elif kind:
            expire(file, kind, rng, FOREVER if kind == "ms" else SOON)
        if n % 4 == 1:
            file.idle(rng.randrange(100000))
        elif n % 4 == 3:
            file.freq(rng.randrange(256))
        file.text(key, some_text(rng))
        if kind is None or not kind.startswith("past"):
            live.append(key)
    loaded = Loaded(bench, file.end(), "keys with expiries in both forms, "
                    "some of them over, IDLE and FREQ before others",
                    opcode="all").start()
    loaded.holds(live)
    for n in range(40):
        key = b"k%d" % n
        if key in live:
            lives(loaded, key)
            loaded.value(key)
        else:
            loaded.ask(key, b"$-1\r\n", "GET", key)
            loaded.ask(key, number(-2), "TTL", key)


def passes_by(bench):
    """A time that is over soon after the file was loaded."""
    file = make.File(9).select(0)
    file.expire_ms(now_ms() + 2500).text(b"short", b"v")
    file.text(b"stays", b"v")
    loaded = Loaded(bench, file.end(), "a key that expires 2.5 s after the "
                    "file was made", opcode="ms").start()
    gone = bench.eventually(
        lambda: ask(loaded.conn, "GET", "short") == ("$", None), 6.0)
    if not gone:
        loaded.ask(b"short", b"$-1\r\n", "GET", "short")
    loaded.ask(b"stays", wire.bulk("v"), "GET", "stays")
