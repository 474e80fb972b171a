"""What is measured, as data. A new command is a new row here.

The templates are those of load.c: {key} is the 10-byte key of an index, {index}
the index alone, {int} a random number, {value} filler of 32 bytes, and
[10 ...] repeats words. A row that the server under test does not know yet is
left out with a note, so rows may be here before their stage is.
"""

# name, template, how a reply must begin, and the least ratio of requests per
# second of server CPU for each pipeline (None: shown, not judged). "fill" is a
# template that is run once for each index below --keys before the first row
# that needs it; "fill_once" has 100 indexes, or as many as "once" says; "refill"
# runs before each round, outside of what is measured, and puts more there than
# a round can take away (else a reply would not begin as expected).
CPU = [
    {"name": "PING", "command": "PING", "expect": "+PONG",
     "targets": {1: None, 16: None, 64: None}},
    {"name": "GET", "command": "GET {key}", "expect": "$32",
     "fill": "SET {key} {value}", "targets": {1: 1.2, 16: 1.8, 64: 2.5}},
    {"name": "SET", "command": "SET {key} {value}", "expect": "+OK",
     "fill": "SET {key} {value}", "targets": {1: 1.2, 16: 1.8, 64: 2.5}},
    {"name": "SET_EX", "command": "SET {key} {value} EX 1{int:6}",
     "expect": "+OK", "fill": "SET {key} {value}",
     "targets": {1: None, 16: None, 64: None}},
    {"name": "INCR", "command": "INCR n{index:9}", "expect": ":",
     "fill": "SET n{index:9} {int:8}",
     "targets": {1: 1.2, 16: 1.8, 64: 2.5}},
    {"name": "MSET", "command": "MSET [10 {key} {value}]", "expect": "+OK",
     "fill": "SET {key} {value}", "targets": {16: 1.5}},
    {"name": "LPUSH", "command": "LPUSH list {value}", "expect": ":",
     "targets": {16: 1.5}},
    {"name": "RPUSH", "command": "RPUSH queue {value}", "expect": ":",
     "targets": {16: 1.5}},
    {"name": "LPOP", "command": "LPOP queue2", "expect": "$10",
     "refill": "RPUSH queue2 [100 v{index:9}]", "targets": {16: 1.5}},
    {"name": "RPOP", "command": "RPOP stack", "expect": "$10",
     "refill": "RPUSH stack [100 v{index:9}]", "targets": {16: 1.5}},
    {"name": "SADD", "command": "SADD set m{index:9}", "expect": ":",
     "fill": "SADD set [10 m{index:9}]", "targets": {16: 1.5}},
    {"name": "HSET", "command": "HSET hash f{index:9} {value}", "expect": ":",
     "fill": "HSET hash [10 f{index:9} {value}]", "targets": {16: 1.5}},
    {"name": "ZADD", "command": "ZADD zset {int:8} m{index:9}", "expect": ":",
     "fill": "ZADD zset [10 {int:8} m{index:9}]", "targets": {16: 1.5}},
    {"name": "XADD", "command": "XADD stream * field {value}", "expect": "$",
     "targets": {16: 1.5}},
    {"name": "LRANGE_100", "command": "LRANGE hundred 0 99", "expect": "*100",
     "fill_once": "RPUSH hundred [100 v{index:9}]", "targets": {16: 1.5}},
    {"name": "LRANGE_600", "command": "LRANGE sixhundred 0 599",
     "expect": "*600", "fill_once": "RPUSH sixhundred [100 v{index:9}]",
     "once": 600, "targets": {16: 1.5}},
    {"name": "SPOP", "command": "SPOP bag", "expect": "$10",
     "refill": "SADD bag [100 m{index:9}]", "targets": {16: None}},
    {"name": "ZRANGE_100", "command": "ZRANGE board 0 99", "expect": "*100",
     "fill_once": "ZADD board [100 {int:8} m{index:9}]",
     "targets": {16: None}},
    {"name": "PFADD", "command": "PFADD visitors m{index:9}", "expect": ":",
     "targets": {16: None}},
    {"name": "GEOSEARCH",
     "command": "GEOSEARCH places FROMLONLAT 13.{int:6} 38.{int:6} "
                "BYRADIUS 5 km", "expect": "*",
     "fill_once": "GEOADD places 13.{int:6} 38.{int:6} m{index:9}",
     "once": 10000, "targets": {16: None}},
]

# The row that the latency part sends at an equal rate.
LATENCY = {"name": "GET", "command": "GET {key}", "expect": "$32",
           "fill": "SET {key} {value}", "target": 1.0}

def small_hashes(*sizes):
    """Rows of MEMORY: hashes that are packed blocks, of so many fields."""
    return [{"name": f"field of a hash of {size}", "per": size,
             "command": "HSET {key} " + " ".join(
                 f"f{n} v{{index:9}}" for n in range(size)), "target": 0.85}
            for size in sizes]


def small_sorted_sets(*sizes):
    """The same for sorted sets."""
    return [{"name": f"member of a sorted set of {size}", "per": size,
             "command": "ZADD {key} " + " ".join(
                 f"{n} m{n}{{index:9}}" for n in range(size)), "target": 0.85}
            for size in sizes]


# Resident bytes per key or element: one fill each, and the most that ours may
# take of what the other takes. "per" is how many elements a request adds: then
# there are as many fewer requests, and the bytes are those of one element, with
# its share of the key.
MEMORY = [
    {"name": "10-byte key, 32-byte value", "command": "SET {key} {value}",
     "target": 0.6},
    {"name": "10-byte key, integer", "command": "SET {key} {int:8}",
     "target": 0.6},
    {"name": "the first, with a TTL",
     "command": "SET {key} {value} EX 1{int:6}", "target": 0.5},
    {"name": "element of one list, 10 to 32 bytes", "per": 3,
     "command": "RPUSH list v{index:9} w{index:9}-0123456789 "
                "x{index:9}-01234567890123456789a", "target": 1.0},
    {"name": "element of a list of 10, 10 bytes", "per": 10,
     "command": "RPUSH {key} " + " ".join(
         letter + "{index:9}" for letter in "abcdefghij"), "target": 0.85},
    # What is filled counts an index up: a value of 32 bytes with one in it.
    {"name": "entry of one stream", "command":
     "XADD stream * field v{index:9}-012345678901234567890",
     "target": 1.0},
    {"name": "field of one hash", "command": "HSET hash f{index:9} {value}",
     "target": 0.65},
    {"name": "member of one set", "command": "SADD set m{index:9}",
     "target": 0.65},
    {"name": "member of one sorted set",
     "command": "ZADD zset {int:8} m{index:9}", "target": 0.65},
    *small_hashes(5, 10, 20, 50, 100),
    {"name": "the same of 100, set one at a time",
     "command": "HSET {key/100} f{index%100:2} v{index:9}", "target": 0.85},
    {"name": "member of a set of 10", "per": 10,
     "command": "SADD {key} " + " ".join(
         letter + "{index:9}" for letter in "abcdefghij"), "target": 0.85},
    *small_sorted_sets(5, 10, 20, 50, 100),
    {"name": "the same of 100, added one at a time",
     "command": "ZADD {key/100} {index%100:2} m{index:9}", "target": 0.85},
    {"name": "element of a list of 100, pushed singly",
     "command": "RPUSH {key/100} m{index:9}", "target": 0.85},
]

# A hash table's load differs with the count, so memory is taken at several.
MEMORY_COUNTS = (1.0, 1.1, 1.5, 1.9)

GROWTH = {"name": "longest pause", "command": "SET {key} {value}",
          "probe": "GET k000000000", "target": 1.0}

# What a command on one large collection costs, compared with one on a small
# collection of 10,000 of the same server. Each row keeps the collection of the
# row before it, if it is filled by the same template.
SCALE = [
    {"name": "HSET", "command": "HSET hash f{index:9} {value}", "expect": ":",
     "fill": "HSET hash f{index:9} {value}"},
    {"name": "ZADD", "command": "ZADD zset {int:8} m{index:9}", "expect": ":",
     "fill": "ZADD zset {int:8} m{index:9}"},
    {"name": "ZRANK", "command": "ZRANK zset m{index:9}", "expect": ":",
     "fill": "ZADD zset {int:8} m{index:9}"},
]
SCALE_SMALL = 10000
SCALE_TARGET = 2.0
SCALE_PIPELINES = (16, 64)

IDLE = {"target": 0.5, "cpu_target_ms": 1.0}

# Twice as fast, to save and to load; for the others not slower.
DISK_TARGETS = {"SAVE": 0.5, "load a snapshot": 0.5, "load the log": 0.5}
