"""What is measured, as data. A new command is a new row here.

The templates are those of load.c: {key} is the 10-byte key of an index, {index}
the index alone, {int} a random number, {value} filler of 32 bytes, and
[10 ...] repeats words. A row that the server under test does not know yet is
left out with a note, so rows may be here before their stage is.
"""

# name, template, how a reply must begin, and the least ratio of requests per
# second of server CPU for each pipeline (None: shown, not judged). "fill" is a
# template that is run once for each index below --keys before the first row
# that needs it; "fill_once" has 100 indexes; "refill" runs before each round.
CPU = [
    {"name": "PING", "command": "PING", "expect": "+PONG",
     "targets": {1: None, 16: None, 64: None}},
    {"name": "GET", "command": "GET {key}", "expect": "$32",
     "fill": "SET {key} {value}", "targets": {1: 1.2, 16: 1.8, 64: 2.5}},
    {"name": "SET", "command": "SET {key} {value}", "expect": "+OK",
     "fill": "SET {key} {value}", "targets": {1: 1.2, 16: 1.8, 64: 2.5}},
    {"name": "INCR", "command": "INCR n{index:9}", "expect": ":",
     "fill": "SET n{index:9} {int:8}",
     "targets": {1: 1.2, 16: 1.8, 64: 2.5}},
    {"name": "MSET", "command": "MSET [10 {key} {value}]", "expect": "+OK",
     "fill": "SET {key} {value}", "targets": {16: 1.5}},
    {"name": "LPUSH", "command": "LPUSH list {value}", "expect": ":",
     "targets": {16: 1.5}},
    {"name": "RPOP", "command": "RPOP stack", "expect": "$",
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
]

# The row that the latency part sends at an equal rate.
LATENCY = {"name": "GET", "command": "GET {key}", "expect": "$32",
           "fill": "SET {key} {value}", "target": 1.0}

# Resident bytes per key: one fill each, and the most that ours may take of
# what the other takes.
MEMORY = [
    {"name": "10-byte key, 32-byte value", "command": "SET {key} {value}",
     "target": 0.6},
    {"name": "10-byte key, integer", "command": "SET {key} {int:8}",
     "target": 0.6},
    {"name": "the first, with a TTL",
     "command": "SET {key} {value} EX 1{int:6}", "target": 0.5},
]

# A hash table's load differs with the count, so memory is taken at several.
MEMORY_COUNTS = (1.0, 1.1, 1.5, 1.9)

GROWTH = {"name": "longest pause", "command": "SET {key} {value}",
          "probe": "GET k000000000", "target": 1.0}

IDLE = {"target": 0.5, "cpu_target_ms": 1.0}
