"""What is asked in each stage, and what may differ: data."""

import re

from .excuses import (Excuses, any_order, at_most, both_errors, near_time,
                      same_commands, same_fields, same_scan, same_shape,
                      same_type, shared_integer)
from . import waits
from .grammar import Grammar
from .tables_06 import EXCUSES_LISTS, LISTS, WITH_LISTS
from .tables_07 import (COMMANDS_TYPES, EXCUSES_TYPES, SORTS_07, own_keys,
                        stored_to)
from .tables_08 import EXCUSES_VALUES, VALUES
from .tables_08 import falls_due as restored_for_a_while

ALONE = " --save '' --appendonly no --enable-debug-command yes"


def must_not_ask(words):
    """Commands behind which the servers rightly have not the same state: no
    stage here speaks RESP3, and before 7.2 a HELLO did what its first options
    say before it knew that the rest was right."""
    lower = [word.lower() for word in words]
    options = lower[2::3]
    good = [([b"auth"], 5)]
    if all(33 <= byte <= 126 for byte in words[-1]):
        good.append(([b"auth", b"setname"], 7))
    return lower[0] == b"hello" and (lower[1:2] == [b"3"] or (
        (b"setname" in lower or b"auth" in lower)
        and (options, len(lower)) not in good))


def falls_due(words):
    """A time that may come while the session lasts: then the servers differ as
    their clocks do."""
    lower = [word.lower() for word in words]
    times = []
    if lower[0] in (b"expire", b"pexpire", b"setex", b"psetex"):
        times = lower[2:3]
    elif lower[0] in (b"set", b"getex"):
        times = [word for before, word in zip(lower, lower[1:])
                 if before in (b"ex", b"px")]
    return any(re.fullmatch(rb"[1-9][0-9]{0,4}", word) for word in times)


class Table:
    """All that is known of a stage here."""

    def __init__(self, commands, excuses, **more):
        self.grammar = Grammar(commands)
        self.names = sorted({words[1].lower().encode()
                             for words in map(str.split, commands.split("\n"))
                             if words and words[1].isupper()})
        self.excuses = Excuses(excuses)
        self.reset = more.get("reset", [b"PING"])   # words: forget all data
        self.before_token = more.get("before_token", [])
        self.raw = more.get("raw", [])          # (bytes, replies, ends)
        self.endings = more.get("endings", ())  # commands that close
        self.unfair = more.get("unfair", lambda words: False)
        self.waits = more.get("waits", False)   # some commands wait
        # The key that a command gives a whole new value, if it does.
        self.stored_to = more.get("stored_to", lambda words: None)
        # What compares the data at the end of a session, before the keys.
        self.digest = more.get("digest")
        # Sorts of commands that sessions may be made of alone.
        self.sorts = {name: Grammar(commands) for name, commands
                      in more.get("sorts", {}).items()}
        # Options for both servers, and how many commands go in one burst.
        self.variants = more.get("variants", [("", 40)])

    def must_not_ask(self, words):
        """Would the servers rightly part behind this?"""
        return (must_not_ask(words) or self.unfair(words)
                or waits.falls_due(words) or waits.is_stray(words))

    def known_raw(self, data):
        """How many replies these bytes get, and whether that is the end."""
        return next(((replies, ends) for raw, replies, ends in self.raw
                     if raw == data), (1, False))

    def excused(self, step, ours, redis):
        """May the replies to this step differ in this way?"""
        return self.excuses.hold(step.name(), step.words, ours, redis)


CONNECTION = """
4 PING
2 PING value
2 ECHO value
0.5 word value*
0.3 word value...
"""

COMMANDS_03 = CONNECTION + """
1 RESET
0.5 QUIT
2 CLIENT ID
4 CLIENT GETNAME
4 CLIENT SETNAME text
3 CLIENT SETINFO (LIB-NAME|LIB-VER|word) text
1 CLIENT INFO
1 CLIENT LIST
2 CLIENT LIST (TYPE (NORMAL|MASTER|REPLICA|SLAVE|PUBSUB|word)|ID int...)
2 CLIENT REPLY (ON|OFF|SKIP|word)
2 CLIENT NO-EVICT (ON|OFF|word)
2 CLIENT NO-TOUCH (ON|OFF|word)
1 CLIENT word
0.5 CLIENT
0.5 CLIENT HELP
4 HELLO
2 HELLO 2
3 HELLO 2 (AUTH user (secret|word)|word)
1 HELLO 2 AUTH user secret SETNAME word
2 HELLO (int|word)
3 AUTH (secret|word)
3 AUTH user (secret|word)
1 AUTH word word word
1 COMMAND COUNT
2 COMMAND INFO command...
1 COMMAND DOCS command...
1 COMMAND LIST word
1 COMMAND LIST FILTERBY (ACLCAT|MODULE|PATTERN|word) word
2 COMMAND GETKEYS command value*
1 COMMAND word
0.5 COMMAND HELP
"""

EXCUSES_03 = [
    ("client id", same_type, "connections are counted from the start"),
    ("client list, client info", same_type,
     "ages, addresses, buffers, and fields that are newer than 7.0"),
    ("client help, command help, object help", same_type,
     "the texts are ours"),
    ("client setinfo, client no-touch", lambda words, ours, redis:
     redis[1].startswith(b"ERR unknown subcommand"), "new in Redis 7.2"),
    ("hello", both_errors, "7.2 reads all options before it acts, 7.0 acts "
     "at once; and ours shows no more than 128 bytes of an option"),
    ("hello", same_fields(b"server", b"proto", b"mode", b"role", b"modules"),
     "version and connection number, and fields of our own"),
    ("command -", same_type, "a stage has some of the commands"),
    ("command count", same_type, "a stage has some of the commands"),
    ("command info", same_commands, "notes are free text"),
    ("command docs", same_type, "the texts are ours"),
    ("command list", same_type, "a stage has some of the commands"),
    ("command getkeys, command getkeysandflags", both_errors,
     "a stage has some of the commands"),
]

# Bytes as they are, how many replies they get, and whether the server must
# then close the connection.
RAW_03 = [
    (b"PING\r\n", 1, False),
    (b"ping\n", 1, False),
    (b"\r\n", 0, False),
    (b"  PING   hello  \r\n", 1, False),
    (b'ECHO "a\\x41\\n\\"b"\r\n', 1, False),
    (b"ECHO 'a\\'b\"'\r\n", 1, False),
    (b"ECHO ''\r\n", 1, False),
    (b"*0\r\n", 0, False),
    (b"*-1\r\n", 0, False),
    (b"*-10\r\n", 0, False),
    (b"*1\r\n$4\r\nPING\r\n", 1, False),
    (b"*1\r\n$0\r\n\r\n", 1, False),
    (b"PING\tx\r\n", 1, False),
    (b"*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", 1, False),
    (b'ECHO "unbalanced\r\n', 1, True),
    (b'ECHO "a"b\r\n', 1, True),
    (b"ECHO 'a'b\r\n", 1, True),
    (b"*1\r\n+PING\r\n", 1, True),
    (b"*1\r\n:4\r\n", 1, True),
    (b"*1\r\n\r\n", 1, True),
    (b"*abc\r\n", 1, True),
    (b"*\r\n", 1, True),
    (b"*1 \r\n", 1, True),
    (b"*01\r\n", 1, True),
    (b"*+1\r\n", 1, True),
    (b"*99999999999999999999\r\n", 1, True),
    (b"*2147483648\r\n", 1, True),
    (b"*1\r\n$-1\r\n", 1, True),
    (b"*1\r\n$abc\r\n", 1, True),
    (b"*1\r\n$536870913\r\n", 1, True),
    (b"*1\r\n$99999999999999999999\r\n", 1, True),
    (b"*1\r\n$\r\n", 1, True),
    (b"*1\r\n$ 4\r\n", 1, True),
    (b"*1\r\n$04\r\n", 1, True),
]

COMMANDS_04 = CONNECTION + """
12 SET key value
8 SET key value {(NX|XX)|GET}
1 SET key value (NX|XX|GET|word)*
14 GET key
4 SETNX key value
4 GETSET key value
3 GETDEL key
4 MGET key...
4 MSET (key value)...
3 MSETNX (key value)...
5 INCR key
4 DECR key
5 INCRBY key int
4 DECRBY key int
6 INCRBYFLOAT key float
8 APPEND key value
3 STRLEN key
6 GETRANGE key place place
1 SUBSTR key place place
6 SETRANGE key offset value
4 LCS key key
6 LCS key key {(LEN|IDX)|WITHMATCHLEN|MINMATCHLEN small}
1 LCS key key (LEN|IDX|WITHMATCHLEN|MINMATCHLEN small)*
4 DEL key...
2 UNLINK key...
3 EXISTS key...
2 TYPE key
1 TOUCH key...
2 KEYS pattern
2 SCAN 0 {!COUNT 100000|MATCH pattern|TYPE type}
3 SCAN cursor {MATCH pattern|COUNT int|TYPE type}
0.5 SCAN cursor word
1 RANDOMKEY
4 RENAME key key
4 RENAMENX key key
6 COPY key key {DB db|REPLACE}
4 MOVE key db
14 OBJECT ENCODING key
2 OBJECT REFCOUNT key
1 OBJECT IDLETIME key
1 OBJECT FREQ key
0.2 OBJECT HELP
0.5 OBJECT word key
2 SELECT db
1 SWAPDB db db
2 DBSIZE
0.1 FLUSHDB (ASYNC|SYNC|word)*
0.05 FLUSHALL (ASYNC|SYNC|word)*
0.3 TIME
0.3 COMMAND INFO command...
0.3 COMMAND GETKEYS command value*
"""

EXCUSES_04 = EXCUSES_03 + [
    ("keys", any_order, "a hash table has an order of its own"),
    ("scan", same_scan, "cursors and order are the server's own"),
    ("randomkey", same_shape, "chance"),
    ("time", same_shape, "it goes on"),
    ("object idletime", same_shape, "the two clocks may tick apart"),
    ("object refcount", shared_integer,
     "Redis does not share the integers that COPY makes; ours is told from "
     "the value"),
]

COMMANDS_05 = COMMANDS_04 + """
10 SET key value (EX seconds|PX milliseconds)
10 SET key value (EXAT moment|PXAT millimoment)
6 SET key value KEEPTTL
8 SET key value {(NX|XX)|GET|(EX seconds|PX milliseconds|KEEPTTL)}
8 SET key value {(NX|XX)|GET|(EXAT moment|PXAT millimoment|KEEPTTL)}
2 SET key value (NX|XX|GET|EX seconds|PX milliseconds|KEEPTTL)*
2 SET key value (NX|XX|GET|EXAT moment|PXAT millimoment|KEEPTTL|PERSIST)*
1 SET key value (EX seconds)*
4 SETEX key seconds value
4 PSETEX key milliseconds value
6 GETEX key
6 GETEX key (EX seconds|PX milliseconds|EXAT moment|PXAT millimoment|PERSIST)
2 GETEX key (EX seconds|PX milliseconds|PERSIST|KEEPTTL|word)*
2 GETEX key (EXAT moment|PXAT millimoment|PERSIST)*
3 EXPIRE key seconds {XX|(GT|LT)}
3 PEXPIRE key milliseconds {XX|(GT|LT)}
2 EXPIRE key seconds (NX|XX|GT|LT)*
2 PEXPIRE key milliseconds (NX|XX|GT|LT)*
9 EXPIREAT key moment {XX|(GT|LT)}
9 PEXPIREAT key millimoment {XX|(GT|LT)}
3 EXPIREAT key moment {NX}
3 PEXPIREAT key millimoment {NX}
5 EXPIREAT key moment (NX|XX|GT|LT|word)*
5 PEXPIREAT key millimoment (NX|XX|GT|LT|word)*
10 TTL key
10 PTTL key
14 EXPIRETIME key
14 PEXPIRETIME key
8 PERSIST key
"""

EXCUSES_05 = EXCUSES_04 + [
    ("ttl, pttl, expiretime, pexpiretime", near_time,
     "the servers look at the clock at different moments"),
    ("dbsize", at_most, "Redis counts what was set with a time that is past, "
     "until it looks at it"),
    ("expire, pexpire, expireat, pexpireat", both_errors,
     "ours shows no more than 1,000 bytes of an option"),
]

COMMANDS_06 = COMMANDS_05 + LISTS
EXCUSES_06 = EXCUSES_05 + EXCUSES_LISTS

COMMANDS_07 = COMMANDS_06 + COMMANDS_TYPES
EXCUSES_07 = EXCUSES_06 + EXCUSES_TYPES
# No list is in a session of one sort, so none hides behind an excuse.
SORTS = {name: commands + WITH_LISTS for name, commands
         in [("lists", LISTS), *SORTS_07.items()]}


COMMANDS_08 = COMMANDS_07 + VALUES
EXCUSES_08 = EXCUSES_07 + EXCUSES_VALUES
SORTS_08 = dict(SORTS, values=VALUES + WITH_LISTS)


def unfair_07(words):
    return falls_due(words) or own_keys(words)


def unfair_08(words):
    return unfair_07(words) or restored_for_a_while(words)


TABLES = {
    "03": Table(COMMANDS_03, EXCUSES_03, raw=RAW_03, endings=(b"quit",),
                before_token=[[b"CLIENT", b"REPLY", b"ON"]],
                # Redis drops a client that has not said the password as soon
                # as 1024 bytes of replies wait for it.
                variants=[("", 40), (" --requirepass secret", 1)]),
    "04": Table(COMMANDS_04, EXCUSES_04, reset=[b"FLUSHALL"]),
    "05": Table(COMMANDS_05, EXCUSES_05, reset=[b"FLUSHALL"],
                unfair=falls_due),
    "06": Table(COMMANDS_06, EXCUSES_06, reset=[b"FLUSHALL"],
                unfair=falls_due, waits=True,
                sorts={"lists": LISTS + WITH_LISTS}),
    "07": Table(COMMANDS_07, EXCUSES_07, reset=[b"FLUSHALL"],
                unfair=unfair_07, waits=True, sorts=SORTS,
                stored_to=stored_to,
                digest=[b"DEBUG", b"DIGEST-VALUE"]),
    # What else this adds is about files: the checkpoints and tests/faults
    # judge it.
    "08": Table(COMMANDS_08, EXCUSES_08, reset=[b"FLUSHALL"],
                unfair=unfair_08, waits=True, sorts=SORTS_08,
                stored_to=stored_to,
                digest=[b"DEBUG", b"DIGEST-VALUE"]),
}
TABLES["09"] = TABLES["08"]
