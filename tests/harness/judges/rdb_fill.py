"""Stage 08: keys of every type, made by commands, and what a file should say
of them: {database: {key: (type, value, expiry in ms or None)}}. A stream is
what rdb_files.reduced makes of one."""

from .. import wire
from .talk import OK, ask, integer, key_of, must, some_bytes, some_text

YEARS = 4000000000              # a point in time, in seconds


def fill(conn, rng):
    """Keys of every type; what a file should say of them."""
    model = {}
    for make in (strings, timed, lists, sets, hashes, zsets, streams):
        make(conn, rng, model)
    must(conn, OK, "SELECT", "9")
    other = some_text(rng)
    must(conn, OK, "SET", "in nine", other)
    must(conn, OK, "SELECT", "0")
    return {0: model, 9: {b"in nine": ("string", other, None)}}


def strings(conn, rng, model):
    texts = [b"", b"0", b"-1", b"127", b"-32768", b"2147483647",
             b"2147483648", b"-9223372036854775808", b"007", b"1 ",
             b"a" * 20, b"ab" * 500, some_bytes(rng, 63), some_bytes(rng, 64),
             bytes(rng.getrandbits(8) for _ in range(20000)),
             some_bytes(rng, 70000)]
    for text in texts + [some_text(rng) for _ in range(20)]:
        key = key_of(rng, "s")
        must(conn, OK, "SET", key, text)
        model[key] = ("string", text, None)
    must(conn, OK, "SET", "12345", "a number is the key")
    model[b"12345"] = ("string", b"a number is the key", None)


def timed(conn, rng, model):
    """Expiries; the time of one is changed, and of another taken away."""
    for n in range(6):
        key, text = key_of(rng, "e"), some_text(rng)
        when = (YEARS + rng.randrange(10 ** 6)) * 1000 + rng.randrange(
            1, 1000) * (n % 2)
        must(conn, OK, "SET", key, text, "PXAT", when)
        model[key] = ("string", text, when)
    for key in list(model)[-2:]:
        must(conn, 1, "PERSIST", key)
        model[key] = model[key][:2] + (None,)
    key = key_of(rng, "e")
    must(conn, 1, "RPUSH", key, "x")
    must(conn, 1, "EXPIREAT", key, YEARS)
    model[key] = ("list", [b"x"], YEARS * 1000)


def collection(conn, rng, model, kind, command, items, value):
    """One key of a collection, filled in several commands."""
    key = key_of(rng, kind)
    for start in range(0, len(items), 200):
        words = [part for item in items[start:start + 200]
                 for part in (item if isinstance(item, tuple) else (item,))]
        integer(conn, command, key, *words)
    model[key] = (kind, value, None)


def lists(conn, rng, model):
    for size in (1, 30, 2000):
        items = [rng.choice((b"%d" % rng.randrange(-1 << 40, 1 << 40),
                             some_text(rng), b"")) for _ in range(size)]
        if size == 30:
            items[7] = some_bytes(rng, 9000)
        collection(conn, rng, model, "list", "RPUSH", items, items)


def sets(conn, rng, model):
    for items in ({b"%d" % rng.randrange(-99, 99) for _ in range(20)},
                  {b"%d" % rng.randrange(1 << 50) for _ in range(20)},
                  {some_text(rng) for _ in range(20)},
                  {b"%d" % rng.randrange(10 ** 9) for _ in range(900)},
                  {some_text(rng) + b"%d" % n for n in range(900)}):
        collection(conn, rng, model, "set", "SADD", sorted(items), items)


def hashes(conn, rng, model):
    for size in (1, 40, 900):
        items = {b"f%d" % n: rng.choice((some_text(rng), b"%d" % n, b""))
                 for n in range(size)}
        if size == 40:
            items[b""] = some_bytes(rng, 300)
        collection(conn, rng, model, "hash", "HSET", list(items.items()),
                   items)


def zsets(conn, rng, model):
    scores = (0.0, 1.0, -1.5, 1e300, 5e-324, 0.1, 3.141592653589793,
              float("inf"), float("-inf"), 9007199254740992.0)
    for size in (5, 60, 900):
        items = {b"m%d" % n: rng.choice(scores + (float(n),))
                 for n in range(size)}
        collection(conn, rng, model, "zset", "ZADD",
                   [(repr(score).encode(), member)
                    for member, score in items.items()], items)


def streams(conn, rng, model):
    """A stream with deleted entries and a group with pending ones."""
    key, entries = key_of(rng, "stream"), []
    for n in range(1, 301):
        fields = [(b"f", some_text(rng)), (b"n", b"%d" % n)]
        if n % 50 == 0:
            fields = [(b"other", b"x")]
        entries.append(((1000 + n, n % 3), fields))
        must(conn, wire.bulk("%d-%d" % entries[-1][0]), "XADD", key,
             "%d-%d" % entries[-1][0], *[text for pair in fields
                                         for text in pair])
    for n in (1, 7, 299):
        must(conn, 1, "XDEL", key, "%d-%d" % entries[n][0])
    left = [entry for n, entry in enumerate(entries) if n not in (1, 7, 299)]
    must(conn, OK, "XGROUP", "CREATE", key, "group", "0")
    pending = {}
    for name, count in ((b"ann", 3), (b"bob", 2)):
        ask(conn, "XREADGROUP", "GROUP", "group", name, "COUNT", count,
            "STREAMS", key, ">")
        for ident, _ in left[len(pending):len(pending) + count]:
            pending[ident] = name
    must(conn, 1, "XACK", key, "group", "%d-%d" % left[1][0])
    del pending[left[1][0]]
    model[key] = ("stream", (left, entries[-1][0],
                             {b"group": (left[4][0], pending)}), None)
