"""What a client's keys hold after its commands.

World.apply() knows each command that writer.py draws: what it answers, and what
it leaves. Where the server chooses (SPOP, XADD *) the reply tells; if there is no
reply, what was found after the crash tells, as far as it can be so.
"""

import copy
import dataclasses
import re

ANY = object()          # whatever the reply is, it is right
ERROR = ("-", None)     # any error
INT64 = range(-1 << 63, 1 << 63)
OK = ("+", b"OK")


def number(value):
    """A float as Redis writes it, for values with few binary places."""
    return (b"%d" % value if value == int(value)
            else repr(float(value)).encode())


class Zset(dict):
    """{member: score}; never equal to a hash."""

    def __eq__(self, other):
        return isinstance(other, Zset) and dict.__eq__(self, other)

    __hash__ = None


@dataclasses.dataclass
class Stream:
    """Entries, the last ID, groups: {name: (last delivered, pending)}."""

    entries: list = dataclasses.field(default_factory=list)
    last: bytes = b"0-0"
    groups: dict = dataclasses.field(default_factory=dict)


class World:
    """Keys, their values, and when they expire."""

    def __init__(self):
        self.values = {}        # key: bytes, list, dict, set, Zset or Stream
        self.expiry = {}        # key: (earliest, latest) in ms
        self.dying = {}         # key: latest ms; it may be gone before
        # Of the command under way: its reply, if it came; the earliest and the
        # latest moment at which it was done; what was found after the crash.
        self.reply, self.when, self.seen = None, (0, 0), {}

    def copy(self):
        return copy.deepcopy(self)

    def apply(self, words, reply, when, seen=None):
        """Do a command; the reply that is due."""
        self.reply, self.when, self.seen = reply, when, seen or {}
        due = getattr(self, "_" + words[0].decode().lower())(*words[1:])
        for key in words[1:]:
            if self.values.get(key) in ([], {}, set(), Zset()):
                self._drop(key)     # a collection that is empty is no key
        return due

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

    def _put(self, key, value, expiry=None):
        """A new value, without the old one's time."""
        self._drop(key)
        self.values[key] = value
        if expiry:
            self.expiry[key] = expiry

    def _drop(self, key):
        for table in (self.values, self.expiry, self.dying):
            table.pop(key, None)

    def _after(self, seconds):
        """The earliest and the latest moment so many seconds from now."""
        return tuple(moment + int(seconds) * 1000 for moment in self.when)

    # ---- Any key ----

    def _del(self, *keys):
        unsure = self.dying.keys() & set(keys)
        count = len(self.values.keys() & set(keys))
        for key in keys:
            self._drop(key)
        return ANY if unsure else (":", count)

    def _expire(self, key, seconds):
        if key not in self.values:
            return (":", 0)
        self.expiry[key] = self._after(seconds)
        return (":", 1)

    def _persist(self, key):
        return (":", int(self.expiry.pop(key, None) is not None))

    def _rename(self, old, new):
        if old not in self.values:
            return ERROR
        value, expiry = self.values[old], self.expiry.get(old)
        self._drop(old)
        self._put(new, value, expiry)
        return OK

    def _copy(self, old, new, _replace):
        if old == new:
            return ERROR
        if old not in self.values:
            return (":", 0)
        self._put(new, copy.deepcopy(self.values[old]), self.expiry.get(old))
        return (":", 1)

    # ---- Strings ----

    def _get(self, key):
        return ("$", self.values.get(key))

    def _set(self, key, value, unit=None, time=None):
        self._put(key, value, self._after(time) if unit == b"EX" else None)
        if unit == b"PX":
            self.dying[key] = self.when[1] + int(time)
        return OK

    def _mset(self, *words):
        for key, value in zip(words[::2], words[1::2]):
            self._put(key, value)
        return OK

    def _append(self, key, text):
        self.values[key] = self.values.get(key, b"") + text
        return (":", len(self.values[key]))

    def _setrange(self, key, at, text):
        at, old = int(at), self.values.get(key, b"").ljust(int(at), b"\0")
        self.values[key] = old[:at] + text + old[at + len(text):]
        return (":", len(self.values[key]))

    def _setbit(self, key, at, bit):
        byte, mask = int(at) // 8, 0x80 >> int(at) % 8
        data = bytearray(self.values.get(key, b"").ljust(byte + 1, b"\0"))
        was = bool(data[byte] & mask)
        data[byte] = data[byte] & ~mask | mask * int(bit)
        self.values[key] = bytes(data)
        return (":", int(was))

    def _getdel(self, key):
        due = self._get(key)
        self._drop(key)
        return due

    def _incrby(self, key, step):
        old = self.values.get(key, b"0")
        if not re.fullmatch(rb"0|-?[1-9][0-9]*", old):
            return ERROR
        if int(old) not in INT64 or int(old) + int(step) not in INT64:
            return ERROR
        self.values[key] = b"%d" % (int(old) + int(step))
        return (":", int(self.values[key]))

    def _incrbyfloat(self, key, step):
        self.values[key] = number(float(self.values.get(key, 0)) + float(step))
        return ("$", self.values[key])

    # ---- Lists ----

    def _rpush(self, key, *items):
        row = self.values.setdefault(key, [])
        if not isinstance(row, list):
            return ERROR
        row += items
        return (":", len(row))

    def _lpush(self, key, item):
        self.values.setdefault(key, []).insert(0, item)
        return (":", len(self.values[key]))

    def _lpop(self, key, at=0):
        row = self.values.get(key)
        return ("$", row.pop(at) if row else None)

    def _rpop(self, key):
        return self._lpop(key, -1)

    def _lset(self, key, at, item):
        row, at = self.values.get(key, []), int(at)
        if not -len(row) <= at < len(row):
            return ERROR
        row[at] = item
        return OK

    def _ltrim(self, key, start, _stop):
        del self.values.get(key, [])[:int(start)]
        return OK

    def _linsert(self, key, _before, pivot, item):
        row = self.values.get(key)
        if not row or pivot not in row:
            return (":", -1 if row else 0)
        row.insert(row.index(pivot), item)
        return (":", len(row))

    def _lrem(self, key, _count, item):
        row = self.values.get(key, [])
        count = row.count(item)
        row[:] = [other for other in row if other != item]
        return (":", count)

    def _lmove(self, old, new, out_of, into):
        moved = self._lpop(old, 0 if out_of == b"LEFT" else -1)
        if moved[1] is not None:
            row = self.values.setdefault(new, [])
            row.insert(0 if into == b"LEFT" else len(row), moved[1])
        return moved

    # ---- Hashes ----

    def _hset(self, key, *words):
        table = self.values.setdefault(key, {})
        before = len(table)
        table.update(zip(words[::2], words[1::2]))
        return (":", len(table) - before)

    def _hdel(self, key, *fields):
        table = self.values.get(key, {})
        return (":", sum(table.pop(field, None) is not None
                         for field in fields))

    _zrem = _hdel

    def _hincrby(self, key, field, step):
        table = self.values.setdefault(key, {})
        table[field] = b"%d" % (int(table.get(field, 0)) + int(step))
        return (":", int(table[field]))

    def _hincrbyfloat(self, key, field, step):
        table = self.values.setdefault(key, {})
        table[field] = number(float(table.get(field, 0)) + float(step))
        return ("$", table[field])

    # ---- Sets ----

    def _sadd(self, key, *added):
        members = self.values.setdefault(key, set())
        before = len(members)
        members |= set(added)
        return (":", len(members) - before)

    def _srem(self, key, *removed):
        members = self.values.get(key, set())
        before = len(members)
        members -= set(removed)
        return (":", before - len(members))

    def _spop(self, key, count):
        members = self.values.get(key, set())
        count = min(int(count), len(members))
        if self.reply is not None:
            gone = {item[1] for item in self.reply[1]}
        else:
            missing = sorted(members - self.seen.get(key, set()))[:count]
            others = sorted(members - set(missing))[:count - len(missing)]
            gone = set(missing + others)
        right = gone <= members and len(gone) == count
        members -= gone
        return ANY if right else ERROR

    def _smove(self, old, new, member):
        members = self.values.get(old, set())
        if member not in members:
            return (":", 0)
        members.discard(member)
        self.values.setdefault(new, set()).add(member)
        return (":", 1)

    def _sinterstore(self, key, one, other):
        result = self.values.get(one, set()) & self.values.get(other, set())
        self._put(key, result)
        return (":", len(result))

    # ---- Sorted sets: {member: score} ----

    def _zadd(self, key, *words):
        table = self.values.setdefault(key, Zset())
        greater = words[0] == b"GT"
        words = words[greater:]
        before = len(table)
        for score, member in zip(map(float, words[::2]), words[1::2]):
            if not greater or score > table.get(member, score - 1):
                table[member] = score
        return (":", len(table) - before)

    def _zincrby(self, key, step, member):
        table = self.values.setdefault(key, Zset())
        table[member] = table.get(member, 0.0) + float(step)
        return ("$", number(table[member]))

    def _zpopmin(self, key):
        return ("*", [("$", word) for member, score in self._lowest(key, 0, 0)
                      for word in (member, number(score))])

    def _zremrangebyrank(self, key, first, last):
        return (":", len(self._lowest(key, int(first), int(last))))

    def _lowest(self, key, first, last):
        """Takes away the members at these ranks: [(member, score)]."""
        table = self.values.get(key, Zset())
        gone = sorted(table.items(), key=lambda item: (item[1], item[0]))
        gone = gone[first:last + 1]
        for member, _ in gone:
            del table[member]
        return gone

    # ---- Streams ----

    def _xadd(self, key, *words):
        at = words.index(b"*")
        stream, fields = self.values.setdefault(key, Stream()), words[at + 1:]
        if self.reply is not None:
            stream.last = self.reply[1]
        else:
            known = dict(stream.entries)
            stream.last = next(
                (ident for ident, there in self.seen.get(key, Stream()).entries
                 if there == fields and ident not in known), b"unknown")
        stream.entries.append((stream.last, fields))
        if words[0] == b"MAXLEN":
            del stream.entries[:-int(words[1])]
        return ANY

    def _xtrim(self, key, _maxlen, most):
        entries = self.values.get(key, Stream()).entries
        gone = max(0, len(entries) - int(most))
        del entries[:gone]
        return (":", gone)

    def _xgroup(self, _create, key, group, _start, _mkstream):
        stream = self.values.setdefault(key, Stream())
        if group in stream.groups:
            return ERROR
        stream.groups[group] = (b"0-0", frozenset())
        return OK

    def _xreadgroup(self, _group, group, _who, _count, count, _streams, key,
                    _new):
        stream = self.values.get(key, Stream())
        if group not in stream.groups:
            return ERROR
        last, pending = stream.groups[group]
        new = [ident for ident, _ in stream.entries
               if ids(ident) > ids(last)][:int(count)]
        if not new:
            return ("*", None)
        stream.groups[group] = (new[-1], pending | frozenset(new))
        return ANY


def ids(ident):
    """A stream's ID as two numbers."""
    if b"-" not in ident:
        return (0, 0)
    return tuple(map(int, ident.split(b"-")))


def show(value):
    """A value, not too long."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) < 300 else text[:140] + " ... " + text[-140:]


def chosen_by_server(words):
    """Keys about which nobody knows more before the reply is here."""
    return words[1:2] if words[0] in (b"SPOP", b"XADD") else []
