"""What a client's keys hold after its commands, and commands by chance.

World.apply() knows each command that Writer draws: what it answers, and what it
leaves. Where the server chooses (SPOP, XADD *) the reply tells; if there is no
reply, what was found after the crash tells, as far as it can be so.
"""

import copy
import re

ANY = object()          # whatever the reply is, it is right
ERROR = ("-", None)     # any error
OK = ("+", b"OK")
STREAM = "stream"


def number(value):
    """A float as Redis writes it, for values with few binary places."""
    return (b"%d" % value if value == int(value)
            else repr(float(value)).encode())


class World:
    """Keys, their values, and when they expire."""

    def __init__(self):
        self.values = {}        # key: bytes, list, dict, set, Zset or Stream
        self.expiry = {}        # key: (earliest, latest) in ms
        self.dying = {}         # key: latest ms; it may be gone before

    def copy(self):
        return copy.deepcopy(self)

    def apply(self, words, reply, when, seen=None):
        """Do a command; the reply that is due."""
        name = words[0].decode().lower()
        return getattr(self, "_" + name)(words[1:], reply, when, seen)

    def gone_by(self):
        """When everything that is dying is gone, in ms."""
        return max(self.dying.values(), default=0)

    def difference(self, seen, expiry):
        """None if that is what was found, else the first difference."""
        for key in sorted(set(self.values) | set(seen)):
            if key in self.dying:
                if key in seen:
                    return "%s should have expired" % key.decode()
            elif self.values.get(key) != seen.get(key):
                return "%s: %s is due, %s is there" % (
                    key.decode(), show(self.values.get(key)),
                    show(seen.get(key)))
            elif not self._expires_right(key, expiry.get(key, -1)):
                return "%s expires at %s; %s is due" % (
                    key.decode(), expiry.get(key, -1),
                    self.expiry.get(key, "never"))
        return None

    def surely_differs(self, keys, seen):
        """A quick look: is one of these keys not as it was found?"""
        return any(key not in self.dying
                   and self.values.get(key) != seen.get(key) for key in keys)

    def _expires_right(self, key, at):
        if key not in self.expiry:
            return at == -1
        low, high = self.expiry[key]
        return low - 3 <= at <= high + 3

    def _put(self, key, value):
        """A new value, without the old one's time."""
        self._drop(key)
        self.values[key] = value

    def _drop(self, key):
        for table in (self.values, self.expiry, self.dying):
            table.pop(key, None)

    def _make(self, key, empty):
        return self.values.setdefault(key, empty)

    def _tidy(self, key):
        """A collection that is empty is no key."""
        if not self.values.get(key) and key in self.values:
            self._drop(key)

    def _get_value(self, key, empty):
        return self.values.get(key, empty)

    def __repr__(self):
        return "World of %d keys" % len(self.values)

    # ---- Any key ----

    def _get(self, a, *_):
        value = self.values.get(a[0])
        return ("$", bytes(value) if value is not None else None)

    def _del(self, a, *_):
        count = sum(key in self.values for key in set(a))
        for key in a:
            self._drop(key)
        return ANY if any(key in self.dying for key in a) else (":", count)

    def _expire(self, a, reply, when, *_):
        if a[0] not in self.values:
            return (":", 0)
        ms = int(a[1]) * 1000
        self.expiry[a[0]] = (when[0] + ms, when[1] + ms)
        return (":", 1)

    def _pexpire(self, a, reply, when, *_):
        if a[0] not in self.values:
            return (":", 0)
        self.expiry.pop(a[0], None)
        self.dying[a[0]] = when[1] + int(a[1])
        return (":", 1)

    def _persist(self, a, *_):
        return (":", int(self.expiry.pop(a[0], None) is not None))

    def _rename(self, a, *_):
        old, new = a
        if old not in self.values:
            return ERROR
        if old == new:
            return OK
        value, expiry = self.values[old], self.expiry.get(old)
        self._drop(old)
        self._put(new, value)
        if expiry:
            self.expiry[new] = expiry
        return OK

    def _copy(self, a, *_):
        old, new = a[:2]
        if old == new:
            return ERROR
        if old not in self.values:
            return (":", 0)
        value, expiry = copy.deepcopy(self.values[old]), self.expiry.get(old)
        self._put(new, value)
        if expiry:
            self.expiry[new] = expiry
        return (":", 1)

    # ---- Strings ----

    def _set(self, a, reply, when, *_):
        key, value, rest = a[0], a[1], a[2:]
        self._put(key, value)
        if rest and rest[0] == b"PX":
            self.dying[key] = when[1] + int(rest[1])
        elif rest:
            ms = int(rest[1]) * 1000
            self.expiry[key] = (when[0] + ms, when[1] + ms)
        return OK

    def _mset(self, a, *_):
        for key, value in zip(a[::2], a[1::2]):
            self._put(key, value)
        return OK

    def _append(self, a, *_):
        self.values[a[0]] = self._get_value(a[0], b"") + a[1]
        return (":", len(self.values[a[0]]))

    def _setrange(self, a, *_):
        at, old = int(a[1]), self._get_value(a[0], b"")
        old = old.ljust(at, b"\0")
        self.values[a[0]] = old[:at] + a[2] + old[at + len(a[2]):]
        return (":", len(self.values[a[0]]))

    def _setbit(self, a, *_):
        at, bit = int(a[1]), int(a[2])
        data = bytearray(self._get_value(a[0], b"").ljust(at // 8 + 1, b"\0"))
        mask = 0x80 >> at % 8
        was = bool(data[at // 8] & mask)
        data[at // 8] = data[at // 8] & ~mask | (mask if bit else 0)
        self.values[a[0]] = bytes(data)
        return (":", int(was))

    def _getdel(self, a, *_):
        due = self._get(a)
        self._drop(a[0])
        return due

    def _incrby(self, a, *_):
        old = self._get_value(a[0], b"0")
        if not re.fullmatch(rb"0|-?[1-9][0-9]{0,17}", old):
            return ERROR
        value = int(old) + int(a[1])
        self.values[a[0]] = b"%d" % value
        return (":", value)

    def _incrbyfloat(self, a, *_):
        value = float(self._get_value(a[0], b"0")) + float(a[1])
        self.values[a[0]] = number(value)
        return ("$", number(value))

    # ---- Lists ----

    def _rpush(self, a, *_):
        row = self._make(a[0], [])
        if not isinstance(row, list):
            return ERROR
        row += a[1:]
        return (":", len(row))

    def _lpush(self, a, *_):
        row = self._make(a[0], [])
        row[:0] = a[:0:-1]
        return (":", len(row))

    def _pop(self, a, at):
        row = self._get_value(a[0], [])
        item = row.pop(at) if row else None
        self._tidy(a[0])
        return ("$", item)

    def _lpop(self, a, *_):
        return self._pop(a, 0)

    def _rpop(self, a, *_):
        return self._pop(a, -1)

    def _lset(self, a, *_):
        row, at = self._get_value(a[0], []), int(a[1])
        if not -len(row) <= at < len(row):
            return ERROR
        row[at] = a[2]
        return OK

    def _ltrim(self, a, *_):
        if a[0] in self.values:
            self.values[a[0]] = self.values[a[0]][-int(a[1].lstrip(b"-")):]
        return OK

    def _linsert(self, a, *_):
        row = self._get_value(a[0], [])
        if not row:
            return (":", 0)
        if a[2] not in row:
            return (":", -1)
        row.insert(row.index(a[2]), a[3])
        return (":", len(row))

    def _lrem(self, a, *_):
        row = self._get_value(a[0], [])
        count = row.count(a[2])
        if a[0] in self.values:
            self.values[a[0]] = [item for item in row if item != a[2]]
            self._tidy(a[0])
        return (":", count)

    def _lmove(self, a, *_):
        row = self._get_value(a[0], [])
        if not row:
            return ("$", None)
        item = row.pop(0 if a[2] == b"LEFT" else -1)
        to = self._make(a[1], [])
        to.insert(0 if a[3] == b"LEFT" else len(to), item)
        self._tidy(a[0])
        return ("$", item)

    # ---- Hashes ----

    def _hset(self, a, *_):
        table = self._make(a[0], {})
        before = len(table)
        table.update(zip(a[1::2], a[2::2]))
        return (":", len(table) - before)

    def _hdel(self, a, *_):
        table = self._get_value(a[0], {})
        count = sum(table.pop(field, None) is not None for field in a[1:])
        self._tidy(a[0])
        return (":", count)

    def _hincrby(self, a, *_):
        table = self._make(a[0], {})
        value = int(table.get(a[1], b"0")) + int(a[2])
        table[a[1]] = b"%d" % value
        return (":", value)

    def _hincrbyfloat(self, a, *_):
        table = self._make(a[0], {})
        table[a[1]] = number(float(table.get(a[1], b"0")) + float(a[2]))
        return ("$", table[a[1]])

    # ---- Sets ----

    def _sadd(self, a, *_):
        members = self._make(a[0], set())
        before = len(members)
        members |= set(a[1:])
        return (":", len(members) - before)

    def _srem(self, a, *_):
        members = self._get_value(a[0], set())
        count = len(members & set(a[1:]))
        members -= set(a[1:])
        self._tidy(a[0])
        return (":", count)

    def _spop(self, a, reply, when, seen):
        members = self._get_value(a[0], set())
        count = min(int(a[1]), len(members))
        if reply is not None:
            gone = {item[1] for item in reply[1]}
        else:
            gone = members - (seen or {}).get(a[0], set())
            gone = set(sorted(gone)[:count])
            gone |= set(sorted(members - gone)[:count - len(gone)])
        right = gone <= members and len(gone) == count
        members -= gone
        self._tidy(a[0])
        return ANY if right else ERROR

    def _smove(self, a, *_):
        members = self._get_value(a[0], set())
        if a[2] not in members:
            return (":", 0)
        members.discard(a[2])
        self._make(a[1], set()).add(a[2])
        self._tidy(a[0])
        return (":", 1)

    def _sinterstore(self, a, *_):
        result = (self._get_value(a[1], set()) & self._get_value(a[2], set()))
        self._put(a[0], result)
        self._tidy(a[0])
        return (":", len(result))

    # ---- Sorted sets: {member: score} ----

    def _zadd(self, a, *_):
        table = self._make(a[0], Zset())
        flags = [word for word in a[1:] if word in (b"GT", b"NX")]
        pairs = a[1 + len(flags):]
        before = len(table)
        for score, member in zip(map(float, pairs[::2]), pairs[1::2]):
            if member in table and (
                    b"NX" in flags
                    or b"GT" in flags and score <= table[member]):
                continue
            table[member] = score
        return (":", len(table) - before)

    def _zincrby(self, a, *_):
        table = self._make(a[0], Zset())
        table[a[2]] = table.get(a[2], 0.0) + float(a[1])
        return ("$", number(table[a[2]]))

    def _zrem(self, a, *_):
        table = self._get_value(a[0], Zset())
        count = sum(table.pop(member, None) is not None for member in a[1:])
        self._tidy(a[0])
        return (":", count)

    def _zpopmin(self, a, *_):
        table = self._get_value(a[0], Zset())
        if not table:
            return ("*", [])
        score, member = min((score, member)
                            for member, score in table.items())
        del table[member]
        self._tidy(a[0])
        return ("*", [("$", member), ("$", number(score))])

    def _zremrangebyrank(self, a, *_):
        table = self._get_value(a[0], Zset())
        order = sorted(table, key=lambda member: (table[member], member))
        gone = order[int(a[1]):int(a[2]) + 1]
        for member in gone:
            del table[member]
        self._tidy(a[0])
        return (":", len(gone))

    # ---- Streams ----

    def _xadd(self, a, reply, when, seen):
        at = a.index(b"*")
        most = int(a[2]) if a[1] == b"MAXLEN" else None
        stream = self._make(a[0], Stream())
        fields = tuple(a[at + 1:])
        if reply is not None:
            ident = reply[1]
        else:
            ident = next((i for i, f in (seen or {}).get(
                a[0], Stream()).entries if f == fields
                and i not in dict(stream.entries)), b"unknown")
        stream.entries.append((ident, fields))
        stream.last = ident
        if most is not None:
            del stream.entries[:max(0, len(stream.entries) - most)]
        return ANY

    def _xtrim(self, a, *_):
        stream = self.values.get(a[0])
        if stream is None:
            return (":", 0)
        gone = max(0, len(stream.entries) - int(a[2]))
        del stream.entries[:gone]
        return (":", gone)

    def _xgroup(self, a, *_):
        stream = self._make(a[1], Stream())
        if a[2] in stream.groups:
            return ERROR
        stream.groups[a[2]] = (b"0-0", frozenset())
        return OK

    def _xreadgroup(self, a, reply, when, seen):
        group, key = a[1], a[6]
        stream = self.values.get(key)
        if stream is None or group not in stream.groups:
            return ERROR
        last, pending = stream.groups[group]
        new = [i for i, _ in stream.entries if ids(i) > ids(last)][:int(a[4])]
        if not new:
            return ("*", None)
        stream.groups[group] = (new[-1], pending | frozenset(new))
        return ANY

    def _xack(self, a, *_):
        stream = self.values.get(a[0])
        if stream is None or a[1] not in stream.groups:
            return (":", 0)
        last, pending = stream.groups[a[1]]
        stream.groups[a[1]] = (last, pending - {a[2]})
        return (":", int(a[2] in pending))


def ids(ident):
    """A stream's ID as two numbers."""
    if b"-" not in ident:
        return (0, 0)
    return tuple(map(int, ident.split(b"-")))


class Zset(dict):
    """{member: score}; never equal to a hash."""

    def __eq__(self, other):
        return isinstance(other, Zset) and dict.__eq__(self, other)

    __hash__ = None


class Stream:
    """Entries, the last ID, groups: {name: (last delivered, pending)}."""

    def __init__(self, entries=(), last=b"0-0", groups=()):
        self.entries = list(entries)
        self.last = last
        self.groups = dict(groups)

    def __eq__(self, other):
        return (isinstance(other, Stream) and self.entries == other.entries
                and self.last == other.last and self.groups == other.groups)

    __hash__ = None

    def __bool__(self):
        return True

    def __repr__(self):
        return "stream %s last %s groups %s" % (self.entries[-3:], self.last,
                                                self.groups)


def show(value):
    """A value, not too long."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) < 300 else text[:140] + " ... " + text[-140:]


class Writer:
    """Draws commands for the keys of one client."""

    def __init__(self, rng, prefix):
        self.rng = rng
        self.prefix = prefix
        self.turn = 0

    def key(self, kind, count=2):
        return b"%s:%s%d" % (self.prefix, kind, self.rng.randrange(count))

    def word(self):
        """A value: short, or now and then long, or a number."""
        way = self.rng.random()
        if way < 0.6:
            return b"v%d" % self.rng.randrange(50)
        if way < 0.8:
            return b"%d" % self.rng.randrange(-10 ** 9, 10 ** 9)
        if way < 0.97:
            return bytes(self.rng.getrandbits(8)
                         for _ in range(self.rng.randrange(40)))
        return b"long" * self.rng.randrange(1000)

    def small(self, count=12):
        return b"m%d" % self.rng.randrange(count)

    def draw(self):
        """A command as words."""
        self.turn += 1
        if self.turn == 1:
            return [b"SET", b"%s:fixed" % self.prefix, b"text"]
        kind = self.rng.choice(KINDS)
        return [word if isinstance(word, bytes) else str(word).encode()
                for word in getattr(self, kind)()]

    def strings(self):
        rng, key = self.rng, self.key(b"s", 3)
        return rng.choice((
            lambda: ["SET", key, self.word()],
            lambda: ["SET", key, self.word(), "EX", rng.randrange(900, 9000)],
            lambda: ["MSET", key, self.word(), self.key(b"s", 3),
                     self.word()],
            lambda: ["APPEND", key, self.word()[:60]],
            lambda: ["SETRANGE", key, rng.randrange(30), b"xyz"],
            lambda: ["SETBIT", key, rng.randrange(200), rng.randrange(2)],
            lambda: ["GETDEL", key],
            lambda: ["GET", key]))()

    def numbers(self):
        rng = self.rng
        return rng.choice((
            lambda: ["INCRBY", self.key(b"n"), rng.randrange(-9, 99)],
            lambda: ["INCRBY", self.key(b"s", 3), 5],
            lambda: ["INCRBYFLOAT", self.key(b"f"),
                     rng.choice(("0.5", "0.25", "-1.75", "3"))]))()

    def times(self):
        rng, key = self.rng, self.key(rng_kind(self.rng))
        return rng.choice((
            lambda: ["EXPIRE", key, rng.randrange(900, 9000)],
            lambda: ["PERSIST", key],
            lambda: ["SET", b"%s:d%d" % (self.prefix, self.turn), b"short",
                     "PX", rng.randrange(1, 60)]))()

    def names(self):
        rng = self.rng
        kind = rng_kind(rng)
        return rng.choice((
            lambda: ["DEL", self.key(kind), self.key(kind)],
            lambda: ["RENAME", self.key(kind), self.key(kind)],
            lambda: ["COPY", self.key(b"h"), self.key(b"h", 3), "REPLACE"]
            ))()

    def lists(self):
        rng, key = self.rng, self.key(b"l")
        return rng.choice((
            lambda: ["RPUSH", key, self.word(), self.word()],
            lambda: ["LPUSH", key, self.word()],
            lambda: ["RPUSH", b"%s:fixed" % self.prefix, "no list"],
            lambda: ["LPOP", key],
            lambda: ["RPOP", key],
            lambda: ["LSET", key, rng.randrange(-3, 3), self.word()],
            lambda: ["LTRIM", key, -40, -1],
            lambda: ["LINSERT", key, "BEFORE", self.small(5), self.word()],
            lambda: ["RPUSH", key, self.small(5)],
            lambda: ["LREM", key, 0, self.small(5)],
            lambda: ["LMOVE", key, self.key(b"l"),
                     rng.choice(("LEFT", "RIGHT")),
                     rng.choice(("LEFT", "RIGHT"))]))()

    def hashes(self):
        rng, key = self.rng, self.key(b"h")
        return rng.choice((
            lambda: ["HSET", key, self.small(20), self.word(),
                     self.small(20), self.word()],
            lambda: ["HDEL", key, self.small(20)],
            lambda: ["HINCRBY", self.key(b"h"), "count", 3],
            lambda: ["HINCRBYFLOAT", self.key(b"h"), "sum", "0.5"]))()

    def sets(self):
        rng, key = self.rng, self.key(b"m")
        return rng.choice((
            lambda: ["SADD", key, self.small(60), self.small(60)],
            lambda: ["SADD", key, rng.randrange(600)],
            lambda: ["SREM", key, self.small(60)],
            lambda: ["SPOP", key, rng.randrange(1, 3)],
            lambda: ["SMOVE", key, self.key(b"m"), self.small(60)],
            lambda: ["SINTERSTORE", b"%s:i" % self.prefix, self.key(b"m"),
                     self.key(b"m")]))()

    def zsets(self):
        rng, key = self.rng, self.key(b"z")
        return rng.choice((
            lambda: ["ZADD", key, rng.randrange(99), self.small(30),
                     rng.randrange(99) / 4, self.small(30)],
            lambda: ["ZADD", key, "GT", rng.randrange(99), self.small(30)],
            lambda: ["ZINCRBY", key, "1.5", self.small(30)],
            lambda: ["ZREM", key, self.small(30)],
            lambda: ["ZPOPMIN", key],
            lambda: ["ZREMRANGEBYRANK", key, 20, 22]))()

    def streams(self):
        rng, key = self.rng, self.key(b"x")
        return rng.choice((
            lambda: ["XADD", key, "*", "n", self.turn],
            lambda: ["XADD", key, "MAXLEN", 20, "*", "n", self.turn, "w",
                     self.word()],
            lambda: ["XTRIM", key, "MAXLEN", 10],
            lambda: ["XGROUP", "CREATE", key, "g%d" % rng.randrange(2), "0",
                     "MKSTREAM"],
            lambda: ["XREADGROUP", "GROUP", "g%d" % rng.randrange(2), "joe",
                     "COUNT", rng.randrange(1, 4), "STREAMS", key, ">"]))()


KINDS = ("strings", "numbers", "times", "names", "lists", "hashes", "sets",
         "zsets", "streams")


def rng_kind(rng):
    """A kind of keys whose type never changes."""
    return rng.choice((b"s", b"n", b"f", b"l", b"h", b"m", b"z"))


def chosen_by_server(words):
    """Keys about which nobody knows more before the reply is here."""
    if words[0] in (b"SPOP", b"XADD"):
        return words[1:2]
    return []
