"""What is measured, as data. A new command is a new row here.

The templates are those of load.c: {key} is the 10-byte key of an index, {index}
the index alone, {int} a random number, {value} filler of 32 bytes, and
[10 ...] repeats words. A row that the server under test does not know yet is
left out with a note, so rows may be here before their stage is.
"""

# What fills the keys of most rows, and what a pipeline of 1, 16 and 64 has to
# reach.
STRINGS = "SET {key} {value}"
FAST = {1: 1.2, 16: 1.8, 64: 2.5}
SHOWN = {1: None, 16: None, 64: None}


def cpu_row(name, command, expect, targets, **more):
    """name, template, how a reply must begin, and the least ratio of requests
    per second of server CPU for each pipeline (None: shown, not judged). "fill"
    is a template that is run once for each index below --keys before the first
    row that needs it; "fill_once" has 100 indexes, or as many as "once" says;
    "refill" runs before each round, outside of what is measured, and puts more
    there than a round can take away (else a reply would not begin as
    expected)."""
    return dict(name=name, command=command, expect=expect, targets=targets,
                **more)


CPU = [
    cpu_row("PING", "PING", "+PONG", SHOWN),
    cpu_row("GET", "GET {key}", "$32", FAST, fill=STRINGS),
    cpu_row("SET", STRINGS, "+OK", FAST, fill=STRINGS),
    cpu_row("SET_EX", "SET {key} {value} EX 1{int:6}", "+OK", SHOWN,
            fill=STRINGS),
    cpu_row("INCR", "INCR n{index:9}", ":", FAST,
            fill="SET n{index:9} {int:8}"),
    cpu_row("MSET", "MSET [10 {key} {value}]", "+OK", {16: 1.5}, fill=STRINGS),
    cpu_row("LPUSH", "LPUSH list {value}", ":", {16: 1.5}),
    cpu_row("RPUSH", "RPUSH queue {value}", ":", {16: 1.5}),
    cpu_row("LPOP", "LPOP queue2", "$10", {16: 1.5},
            refill="RPUSH queue2 [100 v{index:9}]"),
    cpu_row("RPOP", "RPOP stack", "$10", {16: 1.5},
            refill="RPUSH stack [100 v{index:9}]"),
    cpu_row("SADD", "SADD set m{index:9}", ":", {16: 1.5},
            fill="SADD set [10 m{index:9}]"),
    cpu_row("HSET", "HSET hash f{index:9} {value}", ":", {16: 1.5},
            fill="HSET hash [10 f{index:9} {value}]"),
    cpu_row("ZADD", "ZADD zset {int:8} m{index:9}", ":", {16: 1.5},
            fill="ZADD zset [10 {int:8} m{index:9}]"),
    cpu_row("XADD", "XADD stream * field {value}", "$", {16: 1.5}),
    cpu_row("LRANGE_100", "LRANGE hundred 0 99", "*100", {16: 1.5},
            fill_once="RPUSH hundred [100 v{index:9}]"),
    cpu_row("LRANGE_600", "LRANGE sixhundred 0 599", "*600", {16: 1.5},
            fill_once="RPUSH sixhundred [100 v{index:9}]", once=600),
    cpu_row("SPOP", "SPOP bag", "$10", {16: None},
            refill="SADD bag [100 m{index:9}]"),
    cpu_row("ZRANGE_100", "ZRANGE board 0 99", "*100", {16: None},
            fill_once="ZADD board [100 {int:8} m{index:9}]"),
    cpu_row("PFADD", "PFADD visitors m{index:9}", ":", {16: None}),
    cpu_row("GEOSEARCH", "GEOSEARCH places FROMLONLAT 13.{int:6} 38.{int:6} "
            "BYRADIUS 5 km", "*", {16: None}, once=10000,
            fill_once="GEOADD places 13.{int:6} 38.{int:6} m{index:9}"),
]

# The row that the latency part sends at an equal rate.
LATENCY = {"name": "GET", "command": "GET {key}", "expect": "$32",
           "fill": STRINGS, "target": 1.0}


def memory_row(name, command, target=0.85, per=1):
    """Resident bytes per key or element: one fill each, and the most that ours
    may take of what the other takes. "per" is how many elements a request adds:
    then there are as many fewer requests, and the bytes are those of one
    element, with its share of the key."""
    return {"name": name, "command": command, "target": target, "per": per}


def each(count, words):
    """These words for each number below count."""
    return " ".join(words.replace("#", str(n)) for n in range(count))


TEN = " ".join(letter + "{index:9}" for letter in "abcdefghij")
SIZES = (5, 10, 20, 50, 100)
MEMORY = [
    memory_row("10-byte key, 32-byte value", STRINGS, 0.6),
    memory_row("10-byte key, integer", "SET {key} {int:8}", 0.6),
    memory_row("the first, with a TTL", "SET {key} {value} EX 1{int:6}", 0.5),
    memory_row("element of one list, 10 to 32 bytes",
               "RPUSH list v{index:9} w{index:9}-0123456789 "
               "x{index:9}-01234567890123456789a", 1.0, per=3),
    memory_row("element of a list of 10, 10 bytes", "RPUSH {key} " + TEN,
               per=10),
    # What is filled counts an index up: a value of 32 bytes with one in it.
    memory_row("entry of one stream",
               "XADD stream * field v{index:9}-012345678901234567890", 1.0),
    memory_row("field of one hash", "HSET hash f{index:9} {value}", 0.65),
    memory_row("member of one set", "SADD set m{index:9}", 0.65),
    memory_row("member of one sorted set", "ZADD zset {int:8} m{index:9}",
               0.65),
    # Small ones are packed blocks.
    *[memory_row(f"field of a hash of {size}",
                 "HSET {key} " + each(size, "f# v{index:9}"), per=size)
      for size in SIZES],
    memory_row("the same of 100, set one at a time",
               "HSET {key/100} f{index%100:2} v{index:9}"),
    memory_row("member of a set of 10", "SADD {key} " + TEN, per=10),
    *[memory_row(f"member of a sorted set of {size}",
                 "ZADD {key} " + each(size, "# m#{index:9}"), per=size)
      for size in SIZES],
    memory_row("the same of 100, added one at a time",
               "ZADD {key/100} {index%100:2} m{index:9}"),
    memory_row("element of a list of 100, pushed singly",
               "RPUSH {key/100} m{index:9}"),
]

# A hash table's load differs with the count, so memory is taken at several.
MEMORY_COUNTS = (1.0, 1.1, 1.5, 1.9)

GROWTH = {"name": "longest pause", "command": STRINGS,
          "probe": "GET k000000000", "target": 1.0}

# What a command on one large collection costs, compared with one on a small
# collection of 10,000 of the same server. Each row keeps the collection of the
# row before it, if it is filled by the same template.
HASH, ZSET = "HSET hash f{index:9} {value}", "ZADD zset {int:8} m{index:9}"
SCALE = [
    {"name": "HSET", "command": HASH, "expect": ":", "fill": HASH},
    {"name": "ZADD", "command": ZSET, "expect": ":", "fill": ZSET},
    {"name": "ZRANK", "command": "ZRANK zset m{index:9}", "expect": ":",
     "fill": ZSET},
]
SCALE_SMALL = 10000
SCALE_TARGET = 2.0
SCALE_PIPELINES = (16, 64)

IDLE = {"target": 0.5, "cpu_target_ms": 1.0}

# Twice as fast, to save and to load; for the others not slower.
DISK_TARGETS = {"SAVE": 0.5, "load a snapshot": 0.5, "load the log": 0.5}


def make_plain():
    """Lowers the targets to those of a stage before the tenth, which is plain:
    not slower than the other by more than a fifth, and no larger."""
    for row in CPU:
        row["targets"] = {pipeline: 0.8 for pipeline in row["targets"]}
    for row in MEMORY:
        row["target"] = 1.0
    for what in DISK_TARGETS:
        DISK_TARGETS[what] = 1.25
