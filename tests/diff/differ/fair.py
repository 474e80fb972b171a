"""Commands that must not be asked, since the servers would rightly differ after them.

Some keys have names of their own, since what is done with them cannot be compared to
the byte, and must not spread. lex:N are sorted sets in which all scores are 0, as an
order by bytes is undefined for others. auto:N are streams with IDs from the clock.
hll:N are HyperLogLogs, which no string command may change: of a broken one Redis
changes a part before it reports an error. pop:N are sets from which random members are
removed, none of which was ever there before.

"""

import re

from . import waits
from .excuses import lower

# The commands that such keys may be in.
OWN = {b"lex:": b"""zadd zrem zrangebylex zrevrangebylex zrange zrangestore
                    zlexcount zremrangebylex""".split(),
       b"auto:": b"xadd xlen xrange".split(),
       b"hll:": b"pfadd pfcount pfmerge pfdebug get strlen getrange set del".split(),
       b"pop:": b"sadd spop scard srandmember".split()}
LEX_ONLY = b"zrangebylex zrevrangebylex zlexcount zremrangebylex".split()
LARGE = re.compile(rb"\d{7,18}")
# Not strings of hundreds of megabytes, but the errors beyond their limit.
FAR_BIT = re.compile(rb"#?\d{6,9}|[1-3]\d{9}|4[01]\d{8}|4294967\d\d\d|42\d{8}")
MADE_ONCE = re.compile(rb"(fresh|777).*", re.S)
STORES = (b"zunionstore", b"zinterstore", b"zdiffstore", b"zrangestore",
          b"geosearchstore")
STORING = (b"sort", b"georadius", b"georadiusbymember")


def must_not_ask(words):
    """Returns true if the servers' states would rightly differ after this command."""
    return (waits.falls_due(words) or waits.is_stray(words)
            or hello_differs(words) or expires_soon(words)
            or misuses(words) or by_chance(words) or answers_twice(words)
            or pauses_long(words))


def hello_differs(words):
    """Returns true for a HELLO with a wrong option behind others. Before 7.2 it did
    what the first options say before it found the error."""
    name, *rest = lower(words)
    options, good = rest[1::3], [([b"auth"], 4)]
    if all(33 <= byte <= 126 for byte in words[-1]):
        good.append(([b"auth", b"setname"], 6))
    return (name == b"hello" and (b"setname" in rest or b"auth" in rest)
            and (options, len(rest)) not in good)


def answers_twice(words):
    """Returns true if the second prefix overlaps another one: Redis answers an error
    and an OK."""
    return (lower(words[:2]) == [b"client", b"tracking"]
            and lower(words).count(b"prefix") > 1)


def pauses_long(words):
    """Returns true for a CLIENT PAUSE after which both servers would be silent: nobody
    who is paused can end it."""
    return (lower(words[:2]) == [b"client", b"pause"]
            and any(re.fullmatch(rb"\d{3,}", word) for word in words[2:]))


def expires_soon(words):
    """Returns true for an expiry that may come during the session, when the servers
    differ as their clocks do, or a moment that looks like one that must be equal."""
    name, *rest = lower(words)
    times = []
    if name in (b"expire", b"pexpire", b"setex", b"psetex"):
        times = rest[1:2]
    elif name in (b"set", b"getex"):
        times = [word for before, word in zip(rest, rest[1:])
                 if before in (b"ex", b"px")]
    elif name == b"restore" and len(rest) > 1:
        time = rest[1]
        return time.isdigit() and (0 < len(time) < 8 or (
            b"absttl" not in rest and len(time) == 13))
    return any(re.fullmatch(rb"[1-9][0-9]{0,4}", word) for word in times)


def misuses(words):
    """Returns true if a key with a name of its own is not used as it is meant."""
    name = words[0].lower()
    if name == b"xadd" and b"*" in words[2:]:
        return not words[1].startswith(b"auto:")
    for word in words:
        for prefix, names in OWN.items():
            if word.startswith(prefix) and name not in names:
                return True
        if word.startswith(b"lex:") and name == b"zadd":
            return any(score != b"0" for score in words[2::2])
    if name == b"sadd" and words[1:2] and words[1].startswith(b"pop:"):
        return not all(map(MADE_ONCE.fullmatch, words[2:]))
    if name in (b"zrange", b"zrangestore"):
        # An order by bytes is undefined among unequal scores.
        return b"bylex" in lower(words) and not words[1].startswith(b"lex:")
    return (name in LEX_ONLY
            and len(words) == 4 + (b"limit" in lower(words)) * 3
            and not words[1].startswith(b"lex:"))


def by_chance(words):
    """Returns true if chance would make the data differ, or the reply impossible to
    compare."""
    name, *rest = lower(words)
    if name == b"spop":
        return not rest or not rest[0].startswith(b"pop:") and (
            len(rest) == 1 or len(rest) == 2 and rest[1] != b"0"
            and not LARGE.fullmatch(rest[1]))
    if name in (b"srandmember", b"hrandfield", b"zrandmember"):
        return any(re.fullmatch(rb"-?\d{4,}", word) for word in rest[1:])
    if name in (b"geosearchstore", b"georadius", b"georadiusbymember"):
        return b"any" in rest and (name == b"geosearchstore" or any(
            word.startswith(b"store") for word in rest))
    if name in (b"setbit", b"bitfield"):
        # Redis sets the highest number for what is too low by nearly 2^63.
        return any(map(FAR_BIT.fullmatch, rest[1:])) or b"sat" in rest and any(
            re.fullmatch(rb"-9\d{18}", word) for word in rest[1:])
    if name in (b"xread", b"xreadgroup") and b"block" in rest:
        # The same stream twice: 7.0 waits for entries behind the last ID only.
        keys = words[waits.reader_options(words)[1]:]
        keys = keys[:(len(keys) + 1) // 2]
        return len(set(keys)) < len(keys)
    if name in (b"xclaim", b"xautoclaim", b"xpending"):
        return any(re.fullmatch(rb"[1-9]\d{2,6}", word) for word in rest[2:])
    if name == b"sort":
        return b"by" in rest and b"alpha" in rest and (
            b"store" in rest or b"limit" in rest)
    if name == b"debug" and rest[:1] == [b"sleep"]:
        return words[2:] not in ([b"0"], [b"-1"], [b"NOTHING"])
    return name == b"debug" and rest[:1] not in (
        [b"set-active-expire"], [b"digest-value"])


def stored_to(words):
    """Returns the key that a command gives a completely new value."""
    name, *rest = lower(words)
    if name in STORES:
        return words[1]
    place = max((at for at, word in enumerate(rest[:-1], 2)
                 if word in (b"store", b"storedist")), default=None)
    return words[place] if name in STORING and place else None
