"""Stage 08: RDB files that are made for the server, by the code with which `tests/check dissect`
shows them, and that it must load."""

import os

from .. import rdb_make as make, wire
from ..bench import facts
from ..manifest import judge
from .kept import Kept
from .rdb_files import NO_SELECT, Loaded, now_ms
from .talk import (OK, ask, key_of, must, some_bytes, some_text,
                   word, wrong)

FOREVER = 4102444800000         # 2100, in milliseconds
SOON = 2000000000               # 2033, in seconds: 32 bits are enough
MANY = 3000
BORDERS = (0, 1, 63, 64, 65, 16383, 16384, 16385)
NUMBERS = (0, 1, -1, 127, 128, -128, -129, 255, 258, 32767, -32768, 32768,
           -32769, 65536, 16909060, 2147483647, -2147483648)


@judge("08.1")
def options(bench):
    """--dir must be there."""
    kept = Kept(bench)
    kept.words[1] = os.path.join(kept.root, word(bench.random))
    kept.refuses("--dir and the name of a folder that is not there")


REDIS_7 = {b"redis-ver": b"7.0.15", b"redis-bits": b"64", b"ctime": b"1700000000",
           b"used-mem": b"900000", b"aof-base": b"0"}
TEXTS = {b"redis-ver": b"7.0.15", b"weather": b"fine"}
ODD = {b"redis-ver": b"5.0.14", b"weather": b"fine", b"": b"", b"number": b"-7"}


@judge("08.2")
def one_key(bench):
    """Files with a single string key, from the simplest on."""
    rng = bench.random
    for version, notes, keys, what, known in (
            (3, {}, 1, "version 3, one key, nothing else", {}),
            (9, TEXTS, 1, "version 9, with AUX and RESIZEDB", {"notes": "of text"}),
            (10, REDIS_7, 1, "version 10, as Redis 7 writes it: AUX with integers",
             {"notes": "integers"}),
            (9, ODD, 1, "version 9, with AUX fields that nobody knows", {}),
            (10, REDIS_7, 0, "version 10, no key at all", {})):
        file, key = make.File(version), key_of(rng, "k")
        for name, note in notes.items():
            file.aux(name, note)
        for _ in range(keys):
            (file.select(0).resize(1, 0) if notes else file.select(0)).key(
                0, key, make.plain(some_text(rng)), make.plain)
        loaded = Loaded(bench, file.end(), what, **known).start()
        loaded.holds()
        if keys:
            loaded.value(key)
            loaded.ask(key, "+string", "TYPE", key)
            loaded.ask(key, -1, "TTL", key)
        must(loaded.conn, None, "GET", key_of(rng, "n"))
        must(loaded.conn, OK, "SET", key, "new")
        must(loaded.conn, wire.bulk("new"), "GET", key)


@judge("08.3")
def many_keys(bench):
    """Every form of a length and of an integer; many keys; databases."""
    lengths(bench)
    integers(bench)
    a_crowd(bench)
    if bench.unknown("SELECT"):
        return [NO_SELECT]
    databases(bench)
    return []


def alone(bench, what, body, **known):
    """A string that comes alone, so that a failure names its form."""
    key = key_of(bench.random, "k")
    data = make.File(9).select(0).key(0, key, body, make.plain).end()
    Loaded(bench, data, what, **known).start().value(key)


def lengths(bench):
    """Strings of all lengths, also with lengths in longer forms."""
    rng = bench.random
    for size, bits in ((65 + rng.randrange(256), 14), (300, 32), (300, 64), (17000, 32)):
        alone(bench, "a string of %d bytes, whose length is written in %d bits" % (size, bits),
              make.plain(word(rng, size).encode(), bits), form="length" if size < 1000 else "long")
    file = make.File(9).select(0)
    for size in BORDERS + (rng.randint(66, 16000), rng.randint(17000, 99999)):
        file.key(0, key_of(rng, "size%d" % size),
                 make.plain(some_bytes(rng, size)), make.plain)
    for bits in (14, 32, 64):
        file.key(0, key_of(rng, "in%dbits" % bits),
                 make.plain(some_text(rng), bits), make.plain)
    long = key_of(rng, "long") + bytes(200)
    file.key(0, long, make.plain(b"a long key"), make.plain)
    loaded = Loaded(bench, file.end(), "lengths in 6, 14, 32 and 64 bits",
                    form="length").start()
    loaded.all_there()
    for key in loaded.keys():
        loaded.ask(key, len(loaded.entry(key).value), "STRLEN", key)


def integers(bench):
    """Values and keys that are integers of 8, 16 and 32 bits."""
    rng = bench.random
    chosen = list(NUMBERS) + [
        rng.choice((-1, 1)) * rng.randrange(1 << bits)
        for bits in (7, 15, 15, 31, 31)]
    for value in (258, 16909060, -129, chosen[-1]):
        alone(bench, "a value that is an integer", make.integer(value), form="integer")
    file = make.File(9).select(0)
    for value in chosen:
        for size in (1, 2, 4):
            if make.width(value, (1, 2, 4)) <= size:
                file.key(0, key_of(rng, "int%d" % (8 * size)),
                         make.integer(value, size), make.plain)
    for value in set(chosen):
        file.key(0, b"%d" % value, make.plain(b"key"), make.string)
    loaded = Loaded(bench, file.end(), "integers of 8, 16 and 32 bits, as "
                    "values and as keys", form="integer").start()
    loaded.all_there()
    loaded.ask(b"1", OK, "SET", "1", "5")
    loaded.ask(b"1", 6, "INCR", "1")


def a_crowd(bench):
    """Many keys in one file."""
    rng = bench.random
    count = MANY + rng.randrange(1000)
    file = make.File(8).select(0).resize(count, 0)
    for n in range(count):
        file.text(b"k%d" % n, b"value %d of %s" % (n, some_text(rng)))
    loaded = Loaded(bench, file.end(), "%d keys" % count, form="long").start()
    loaded.holds()
    names = rng.sample(loaded.keys(), 300)
    loaded.value(*names)
    loaded.ask(None, [loaded.entry(key).value for key in names], "MGET",
               *names)


def databases(bench):
    """Keys in several databases; one of them comes twice."""
    rng = bench.random
    file = make.File(9)
    for database in (0, 3, 15, 0):
        file.select(database).resize(2, 0)
        for _ in range(2):
            file.text(key_of(rng, "db%d" % database), some_text(rng))
    loaded = Loaded(bench, file.end(), "keys in databases 0, 3 and 15",
                    databases=True).start()
    for database in (0, 3, 15, 1):
        must(loaded.conn, OK, "SELECT", database)
        loaded.all_there(database)


@judge("08.4")
def compressed(bench):
    """LZF, and the checksum at the end."""
    rng = bench.random
    lzf(bench)
    file = make.File(9).select(0).text(key_of(rng, "k"), some_text(rng))
    for checksum, what in ((True, "a checksum that is right"),
                           (False, "no checksum: it is zero")):
        Loaded(bench, file.end(checksum), what,
               checksum=True).start().holds()
    wrong_checksums(bench, file)


def lzf(bench):
    """Strings that are compressed: near and far, short and long repeats."""
    rng = bench.random
    texts = [b"a" * 5, b"a" * rng.randint(300, 5000)]
    for period in (2, 3, 7, 8, 31, 32, 33, 255, 256, 257, 8191, 8192):
        block = some_bytes(rng, period) if period < 251 else rng.randbytes(
            period)
        texts.append(block * 2 + block[:period // 2])
    for size in (3, 8, 9, 10, 263, 264, 265, 266):
        block = rng.randbytes(size)
        texts.append(block + b"-" + block + b"+" + block)
    texts.append(b" ".join(some_text(rng)[:5] for _ in range(3000)))
    alone(bench, "one compressed string", make.packed(texts[1]), form="lzf")
    file = make.File(9).select(0)
    for n, text in enumerate(texts):
        file.key(0, b"lzf%d" % n, make.packed(text))
    key = b"a key that is a key that is a key that is compressed, too"
    file.raw(b"\0" + make.packed(key) + make.plain(b"v"))
    Loaded(bench, file.end(), "compressed strings",
           form="lzf").start().all_there()


def wrong_checksums(bench, file):
    """A file with a wrong checksum must not be loaded."""
    rng = bench.random
    right = file.end()
    flipped = bytearray(right)
    flipped[len(right) - 1 - rng.randrange(8)] ^= 1 << rng.randrange(8)
    changed = bytearray(right)
    changed[-12] = changed[-12] % 25 + 97       # another letter of the value
    backwards = right[:-8] + right[-8:][::-1]
    for data, what in ((bytes(flipped), "a checksum with one bit changed"),
                       (bytes(changed), "a letter changed in the value, the "
                        "checksum as before"),
                       (backwards, "a checksum with its highest byte first")):
        refused(bench, data, what, len(data) - 8, not_compared=True)


def refused(bench, data, what, at, **known):
    """The server must not start from this file, and must leave it alone."""
    loaded = Loaded(bench, data, what, broken=True)
    known["file"] = loaded.evidence(at)
    what = "a damaged file: " + what
    loaded.refuses(what, **known)
    if loaded.read() != data:
        raise facts("the server is started with " + what,
                    "the file stays as it was", "it has changed",
                    partial_file=True, **known)


@judge("08.5")
def expiries(bench):
    """Expiries in milliseconds (FC) and in seconds (FD)."""
    rng = bench.random
    for unit, what in (("ms", "an expiry in milliseconds (FC)"),
                       ("s", "an expiry in seconds (FD)")):
        key = key_of(rng, "k")
        file = make.File(9).select(0).resize(1, 1)
        expire(file, unit, rng)
        file.text(key, some_text(rng))
        loaded = Loaded(bench, file.end(), what, opcode=unit).start()
        loaded.holds()
        lives(loaded, key)
    of_all_kinds(bench, "keys with expiries in both forms, some of them over", opcode="all")
    of_all_kinds(bench, "keys with expiries in both forms, some of them over, IDLE and FREQ "
                 "before others", uses=True)
    passes_by(bench)


def expire(file, unit, rng):
    """Adds an expiry that is far away."""
    if unit == "ms":
        file.expire_ms(FOREVER - rng.randrange(10 ** 6))
    else:
        file.expire_s(SOON - rng.randrange(10 ** 6))


def lives(loaded, key):
    """Checks that the key has the file's value, and its time to live, to a few milliseconds."""
    entry = loaded.entry(key)

    def in_time():
        before = now_ms()
        kind, left = ask(loaded.conn, "PTTL", key)
        low, high = entry.expiry - now_ms() - 2, entry.expiry - before + 2
        if kind != ":" or not low <= left <= high:
            raise wrong(loaded.conn, (kind, left), "an integer, %d..%d: the "
                        "milliseconds up to then" % (low, high))
    if entry.expiry is None:
        loaded.ask(key, -1, "PTTL", key)
    else:
        loaded.proved(key, in_time)
    loaded.value(key)


def of_all_kinds(bench, what, uses=False, **known):
    """Keys with and without expiries, past and future ones, in turns. With uses, IDLE and FREQ
    stand before some of them, too."""
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
            expire(file, kind, rng)
        if uses and n % 4 == 1:
            file.idle(rng.randrange(100000))
        elif uses and n % 4 == 3:
            file.freq(rng.randrange(256))
        file.text(key, some_text(rng))
        if kind is None or not kind.startswith("past"):
            live.append(key)
    loaded = Loaded(bench, file.end(), what, uses=uses, **known).start()
    loaded.holds(live)
    for n in range(40):
        key = b"k%d" % n
        if key in live:
            lives(loaded, key)
        else:
            loaded.ask(key, None, "GET", key)
            loaded.ask(key, -2, "TTL", key)


def passes_by(bench):
    """An expiry that comes soon after the file was loaded."""
    file = make.File(9).select(0)
    file.expire_ms(now_ms() + 2500).text(b"short", b"v")
    file.text(b"stays", b"v")
    loaded = Loaded(bench, file.end(), "a key that expires 2.5 s after the "
                    "file was made", opcode="ms").start()
    bench.eventually(
        lambda: ask(loaded.conn, "GET", "short") == ("$", None), 6.0)
    loaded.ask(b"short", None, "GET", "short")
    loaded.value(b"stays")
