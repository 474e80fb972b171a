"""The cases of logs that no server wrote: with any command, and any tail."""

import os
import re
import sys
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(os.path.dirname(HERE), "diff"))

from commands.arguments import Arguments  # noqa: E402
from differ.tables import TABLES  # noqa: E402
from harness import aof_format, wire  # noqa: E402
from harness.held import held, whole_stream  # noqa: E402

from . import commands as known  # noqa: E402
from .cases import ALWAYS, blamed_on, case  # noqa: E402
from .changed import Changed, flipped, read_log  # noqa: E402
from .place import check, table  # noqa: E402

BEFORE = wire.request("SET", "before", "1")
AFTER = wire.request("SET", "after", "1")


def logged(*commands):
    """Returns commands, given as text, in a log."""
    return b"".join(wire.request(*words.split()) for words in commands)


# Any command.

def text_of(words):
    return wire.show(b" ".join(words)[:100])


@case("commands")
def each_command(judge):
    written = Changed(judge)
    written.start(b"")
    table = known.Table(written.place.ask("COMMAND"))
    written.place.kill()
    judge.seen.update(alone=0, together=0)
    if not table.commands:
        return  # COMMAND says nothing before stage 10
    plausible = known.plausible()
    good = [words for words in plausible if table.takes(words)]
    bad = table.wrong_arity() + [words for words in plausible
                                 if not table.takes(words)]
    good += drawn(judge, table, judge.rounds(1, 6))
    bad = judge.sample(bad, 30)
    together = good + table.implausible()
    tries = [(text_of(words), check_one, written, table, words)
             for words in chosen(judge, table, good)]
    tries.append(("all in one log", in_one_log, written, table, together))
    tries += [(text_of(words), written.refuses,
               BEFORE + wire.request(*words) + AFTER)
              for words in bad]
    judge.try_all(tries)
    judge.seen.update(alone=len(tries) - 1, together=len(together))


def drawn(judge, table, times):
    """Returns good commands from the grammar of the differential tester."""
    grammar = TABLES["09"].grammar
    arguments = Arguments(judge.rng, grammar.names)
    found = {}
    for row in grammar.rows * (4 * times):
        words = []
        row.pattern.draw(arguments, words)
        of_name = found.setdefault(table.name(words), [])
        if (table.takes(words) and len(of_name) < times
                and sum(map(len, words)) < 5000 and not known.is_long(words)):
            of_name.append(words)
    return sum(found.values(), [])


def chosen(judge, table, good):
    """Returns the commands that get a log of their own: all that concern the connection or the
    server, and some of those about data."""
    data = [words for words in good if table.is_data(words)]
    return ([words for words in good if not table.is_data(words)]
            + judge.sample(data, 15))


def check_one(written, table, words):
    """Tries a log with this command between two others."""
    began = time.monotonic()
    data = BEFORE + wire.request(*words) + AFTER
    keys = ["before"] if table.name(words) not in known.FORGETS else []
    if table.name(words) in known.MOVES:
        written.start(data)
    else:
        written.serves(data, "after", *keys)
    took = time.monotonic() - began
    check(took < 5, "it took %.1f s", took)
    said = written.place.said().lower().split("made the append", 1)[-1]
    written.place.check(not table.is_admin(words) or table.name(words) in said,
                        "it does not say that it passed it over")
    ends_well(written)


def ends_well(written):
    """Checks that there is one client, without a name, and that the server ends well.
    """
    with written.place.client() as client:
        ours, listed = client.ask("CLIENT", "ID"), client.ask("CLIENT", "LIST")
    check((ours[0], listed[0]) != (":", "$")
          or len(listed[1].strip().split(b"\n")) == 1,
          "somebody else is in CLIENT LIST: %r", listed)
    written.place.finish()


def in_one_log(written, table, several):
    """Tries many commands in one log."""
    written.serves(b"".join(wire.request(*words) for words in several
                            if table.name(words) not in known.MOVES)
                   + wire.request("SELECT", "0") + AFTER, "after")
    ends_well(written)


@case("once-run")
def once_run(judge):
    judge.try_all((text_of(session[-1]), comes_back, judge, session)
                  for session in known.sessions())


def comes_back(judge, session):
    """Runs the command, kills the server, and starts it: the data must be the same."""
    place = judge.place(*ALWAYS).start()
    with place.client() as client:
        for words in session:
            reply = client.ask(*words)
            check(reply[0] != "-", "it answers %r to %s", reply, text_of(words))
    before = all_of(place)
    after = all_of(place.restart())
    place.stop(0)
    for key in before:
        check(before[key] == after.get(key), "%r is %r, and was %r", key,
              after.get(key), before[key])


def all_of(place):
    with place.client() as client:
        return held(client, stream=whole_stream)


# Tails.

def acknowledged(count):
    """Returns this many commands, and the keys that they make."""
    keys = ["key%d" % n for n in range(count)]
    return logged(*["SET %s vvvvvv" % key for key in keys]), keys


@case("no-tail")
def no_tail(judge):
    written = Changed(judge)
    data, keys = acknowledged(12)
    written.serves(data, *keys)
    tries = [("a log that ends in " + tail, written.refuses, data + wire.unescape(tail[1:-1]))
             for tail in table("tails.txt").split("\n")]
    for at in (0, 5, 11):
        entry = read_log(data)[at]
        for what, end in (("from command %d on" % at, len(data)),
                          ("in command %d" % at, entry.end)):
            changed = data[entry.at:end].replace(b"\r\n", b"\n")
            tries.append(("lines that end in LF " + what, written.refuses,
                          data[:entry.at] + changed + data[end:]))
    judge.try_all(tries)


def texts():
    """Values that hold commands."""
    whole = (logged("SELECT 0") + acknowledged(4)[0]
             + logged("MULTI", "DEL key0 key1", "EXEC", "FLUSHALL"))
    return {
        "a log": whole,
        "a log behind a line end": b"\r\n" + whole,
        "short commands": b"\r\n" + wire.request("PING") * 40,
        "a line and a log": b"# what was done\r\n" + whole,
        "lengths without end": b"$20\r\n\r\n*2147483647\r\n$0\r\n\r\n" * 12,
        "its own beginning": b"*3\r\n$3\r\nSET\r\n$4\r\nnote\r\n$5\r\n" * 6,
    }


@case("torn-text")
def torn_text(judge):
    written = Changed(judge)
    before, keys = acknowledged(3)
    tries = []
    for what, text in texts().items():
        whole = wire.request("SET", "note", text + b"; the end")
        cuts = range(1, len(whole))
        ends = [at for at in cuts if whole[:at].endswith(b"\r\n")]
        if not judge.full:
            cuts = sorted({*judge.sample(cuts, 10), *judge.sample(ends, 8)})
        tries += [("%s, cut at byte %d" % (what, cut), written.torn,
                   before + whole[:cut], len(before), keys)
                  for cut in cuts if not swallows(whole[:cut])]
    judge.try_all(tries)


def swallows(torn):
    """Returns true if a torn command would be whole, with other commands behind it, if
    one digit of a length in it were another one. Then nobody can tell whether it was
    cut off, or swallows them."""
    at = 0
    while True:
        found = re.compile(rb"[*$](\d+)\r\n").match(torn, at)
        if not found:
            return False
        for place in range(*found.span(1)):
            for digit in b"0123456789":
                other = bytearray(torn)
                other[place] = digit
                if other != torn and many(bytes(other)):
                    return True
        at = found.end()
        if torn[found.start():found.start() + 1] == b"$":
            at += int(found[1]) + 2


def many(data):
    """Returns true if this is a log of two or more commands."""
    log = aof_format.parse(data)
    return not log.damage and len(log.commands) > 1


@case("long-tail")
def long_tail(judge):
    written = Changed(judge)
    before, keys = acknowledged(3)
    took = {}
    for what, text in (("plain", b"x" * 30), (
            "hostile", b"$20\r\n\r\n*2147483647\r\n$0\r\n\r\n"),
            ("a log", acknowledged(20)[0])):
        for size in (1 << 19, 1 << 22):
            value = (text * (size // len(text) + 1))[:size]
            data = before + wire.request("SET", "note", value)[:-size // 100]
            began = time.monotonic()
            with blamed_on("%s, %d KB" % (what, size >> 10)):
                written.serves(data, *keys)
            took[what, size] = time.monotonic() - began
    small, large = (max(took[what, size] for what in ("hostile", "a log"))
                    for size in (1 << 19, 1 << 22))
    plain = took["plain", 1 << 22]
    check(large <= min(2 + 10 * plain, 1 + 24 * small), "0.5 MB took %.2f s, "
          "4 MB %.2f s; without any commands in it %.2f s", small, large, plain)
    judge.seen.update(small=small, large=large)


def headers(data):
    """Returns the offsets of the bytes of a log that belong to none of its words."""
    inside = {at for field in aof_format.parse(data, fields=True).fields
              if field.text == "word"
              for at in range(field.at, field.at + field.size - 2)}
    return [at for at in range(len(data)) if at not in inside]


@case("swallowed")
def swallowed(judge):
    written = Changed(judge)
    last = wire.request("PING")
    data = b"".join(wire.request(*words) for words in (
        ("SET", "a", "v" * 33), ("RPUSH", "b", "1", "2"),
        ("SET", "c", "v" * 1100), ("SADD", "d", "x" * 13), ("DEL", "e"),
        ("SET", "f", "v" * 25), ("SET", "g", "1"), ("RPUSH", "h", "v" * 12),
        ("SET", "i", "v" * 10))) + last
    written.serves(data, *"abcdfghi")
    flips, others = [], []
    for place in headers(data[:-len(last)]):
        for bit in range(8):
            changed = flipped(data, place, bit)
            # A value may end exactly where another command does: then the file is as
            # good as before.
            if not many(changed):
                digits = data[place:place + 1] + changed[place:place + 1]
                (flips if digits.isdigit() else others).append(
                    ("byte %d, bit %d" % (place, bit), written.refuses,
                     changed))
    judge.try_all(judge.sample(flips, 70) + judge.sample(others, 40))


@case("half-done")
def half_done(judge):
    written = Changed(judge)
    before, keys = acknowledged(3)
    begin, end = logged("MULTI"), logged("EXEC")
    whole = (before + begin + logged("SET in1 1", "RPUSH in2 1", "DEL key0")
             + end)
    tries = [("cut at byte %d" % cut, written.torn, whole[:cut], len(before),
              keys)
             for cut in judge.sample(range(len(before) + 1, len(whole)), 30)]
    data = whole + logged("SET out1 1", "SET out2 1")
    for name, start, size in (
            ("MULTI", len(before), len(begin)),
            ("EXEC", len(whole) - len(end), len(end))):
        bits = [(at, bit) for at in range(size) for bit in range(8)]
        tries += [("bit %d of byte %d of %s" % (bit, at, name),
                   written.all_or_refused, flipped(data, start + at, bit),
                   keys[1:] + ["in1", "in2", "out1", "out2"])
                  for at, bit in judge.sample(bits, 40)]
    judge.try_all(tries)
