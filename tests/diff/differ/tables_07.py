"""Stage 07: the other types. Data, as in tables.py.

Some keys have names of their own, since what is done with them cannot be
compared to the byte, and must not spread. lex:N are sorted sets in which all
scores are 0 (an order by bytes means nothing elsewhere). auto:N are streams
with IDs from the clock. hll:N are HyperLogLogs, which no string command may
change (of broken ones Redis changes a part before it says so). pop:N are sets
from which chance takes members, none of which was ever there before.
"""

import re

from . import waits
from .excuses import (Apart, any_order, both_errors, fields, same_commands,
                      same_members, same_numbers, same_pairs, same_scan_of,
                      same_shape, same_type, shape)
from .tables_06 import TIME_OUTS, asks_again

HASHES = """
14 HSET key (field element)...
3 HSET key many_fields
3 HMSET key (field element)...
4 HSETNX key field element
10 HGET key field
5 HMGET key field...
5 HGETALL key
3 HKEYS key
3 HVALS key
6 HLEN key
4 HSTRLEN key field
5 HEXISTS key field
8 HDEL key field...
7 HINCRBY key field int
7 HINCRBYFLOAT key field float
2 HRANDFIELD key
4 HRANDFIELD key index [WITHVALUES|word]
4 HSCAN key 0 {!COUNT 100000|MATCH pattern}
2 HSCAN key cursor (MATCH pattern|COUNT int|word)*
"""

SETS = """
14 SADD key element...
3 SADD key elements
8 SREM key element...
6 SCARD key
6 SISMEMBER key element
5 SMISMEMBER key element...
5 SMEMBERS key
1 SPOP key 0
1 SPOP key everything
4 SADD pop_key fresh...
1 SADD pop_key many_fresh
4 SPOP pop_key
3 SPOP pop_key small
2 SCARD pop_key
2 SRANDMEMBER pop_key small
3 SRANDMEMBER key
5 SRANDMEMBER key index
6 SMOVE key key element
5 SINTER key...
3 SINTERSTORE key key...
4 SINTERCARD keys {LIMIT small}
1 SINTERCARD keys (LIMIT int|word)*
5 SUNION key...
3 SUNIONSTORE key key...
5 SDIFF key...
3 SDIFFSTORE key key...
4 SSCAN key 0 {!COUNT 100000|MATCH pattern}
2 SSCAN key cursor (MATCH pattern|COUNT int|word)*
"""

SORTED_SETS = """
14 ZADD key (score element)...
3 ZADD key many_scores
5 ZADD key {XX|(GT|LT)|CH} (score element)...
2 ZADD key {NX|CH} (score element)...
4 ZADD key {XX|(GT|LT)|CH|!INCR} score element
2 ZADD key {NX|CH|!INCR} score element
2 ZADD key (NX|XX|GT|LT|CH|INCR)* (score element)...
6 ZINCRBY key score element
6 ZREM key element...
5 ZCARD key
6 ZSCORE key element
4 ZMSCORE key element...
6 ZRANK key element
5 ZREVRANK key element
2 ZRANK key element WITHSCORE
2 ZREVRANK key element (WITHSCORE|word)
12 ZRANGE key index index {REV|WITHSCORES}
6 ZRANGE key bound bound {!BYSCORE|REV|LIMIT small small|WITHSCORES}
2 ZRANGE key index index (BYSCORE|BYLEX|REV|WITHSCORES|LIMIT small small|word)*
4 ZREVRANGE key index index {WITHSCORES}
6 ZRANGEBYSCORE key bound bound {WITHSCORES|LIMIT small small}
5 ZREVRANGEBYSCORE key bound bound (WITHSCORES|LIMIT small small)*
4 ZRANGESTORE key key index index {REV}
3 ZRANGESTORE key key bound bound {!BYSCORE|REV|LIMIT small small}
5 ZCOUNT key bound bound
2 ZREMRANGEBYRANK key index index
2 ZREMRANGEBYSCORE key bound bound
4 ZPOPMIN key
4 ZPOPMAX key
2 ZPOPMIN key count
2 ZPOPMAX key count
4 ZMPOP keys (MIN|MAX) {COUNT count}
1 ZMPOP keys (MIN|MAX|word) (COUNT count|word)*
2 ZRANDMEMBER key
3 ZRANDMEMBER key index [WITHSCORES|word]
3 ZUNION keys {WEIGHTS score...|AGGREGATE (SUM|MIN|MAX)|WITHSCORES}
3 ZUNION 2 key key {WEIGHTS score score|AGGREGATE (SUM|MIN|MAX)|WITHSCORES}
4 ZUNION keys {AGGREGATE (SUM|MIN|MAX|word)|!WITHSCORES}
2 ZINTER keys {AGGREGATE (SUM|MIN|MAX)|WITHSCORES}
2 ZINTER 2 key key {WEIGHTS score score|AGGREGATE (SUM|MIN|MAX)|WITHSCORES}
3 ZDIFF keys {WITHSCORES}
3 ZUNIONSTORE key keys {AGGREGATE (SUM|MIN|MAX)}
2 ZUNIONSTORE key 2 key key {!WEIGHTS score score|AGGREGATE (SUM|MIN|MAX)}
3 ZINTERSTORE key keys {AGGREGATE (SUM|MIN|MAX)}
2 ZINTERSTORE key 2 key key {!WEIGHTS score score|AGGREGATE (SUM|MIN|MAX)}
3 ZDIFFSTORE key keys
3 ZINTERCARD keys {LIMIT small}
1 ZINTERCARD keys (LIMIT int|word)*
3 ZSCAN key 0 {!COUNT 100000|MATCH pattern}
1 ZSCAN key cursor (MATCH pattern|COUNT int|word)*
5 ZADD lex_key (zero element)...
1 ZADD lex_key many_zeros
1 ZREM lex_key element...
3 ZRANGEBYLEX lex_key lex lex {LIMIT small small}
3 ZREVRANGEBYLEX lex_key lex lex {LIMIT small small}
3 ZRANGE lex_key lex lex {!BYLEX|REV|LIMIT small small}
1 ZRANGE lex_key lex lex BYLEX [WITHSCORES|LIMIT small|word]
2 ZRANGESTORE lex_key lex_key lex lex {!BYLEX|REV|LIMIT small small}
3 ZLEXCOUNT lex_key lex lex
1 ZREMRANGEBYLEX lex_key lex lex
0.3 ZREMRANGEBYLEX key lex lex lex
6 BZPOPMIN key... wait
5 BZPOPMAX key... wait
5 BZMPOP wait keys (MIN|MAX) {COUNT count}
1 BZMPOP wait keys (MIN|MAX|word) (COUNT count|word)*
3 CLIENT UNBLOCK client [TIMEOUT|ERROR]
"""

GEO = """
14 GEOADD key (longitude latitude element)...
3 GEOADD key {(NX|XX)|CH} (longitude latitude element)...
1 GEOADD key (NX|XX|CH|word)* (longitude latitude element)...
6 GEOPOS key element...
6 GEODIST key element element [unit]
5 GEOHASH key element...
10 GEOSEARCH key {!place_from|!place_by|(ASC|DESC)|COUNT small [ANY]}
10 GEOSEARCH key {!place_from|!place_by|WITHCOORD|WITHDIST|WITHHASH|(ASC|DESC)}
3 GEOSEARCH key {!place_from|!place_by|WITHCOORD|WITHDIST|WITHHASH|(ASC|DESC)|COUNT small|ANY}
1 GEOSEARCH key place_from place_by (WITHCOORD|COUNT int|ANY|ASC|place_by|word)*
4 GEOSEARCHSTORE key key {!place_from|!place_by|(ASC|DESC)|COUNT small}
3 GEOSEARCHSTORE key key {!place_from|!place_by|!STOREDIST|(ASC|DESC)|COUNT small}
3 GEORADIUS key longitude latitude radius unit {WITHCOORD|WITHDIST|WITHHASH|(ASC|DESC)}
2 GEORADIUS key longitude latitude radius unit {WITHDIST|(ASC|DESC)|COUNT small [ANY]}
2 GEORADIUS key longitude latitude radius unit {(ASC|DESC)|COUNT small|!(STORE|STOREDIST) key}
1 GEORADIUS key longitude latitude radius unit (STORE key|STOREDIST key|word)*
2 GEORADIUS_RO key longitude latitude radius unit (WITHCOORD|ASC|STORE key)*
3 GEORADIUSBYMEMBER key element radius unit {WITHCOORD|WITHHASH|(ASC|DESC)}
2 GEORADIUSBYMEMBER key element radius unit {WITHDIST|(ASC|DESC)|COUNT small [ANY]}
1 GEORADIUSBYMEMBER key element radius unit {(ASC|DESC)|COUNT small|!(STORE|STOREDIST) key}
2 GEORADIUSBYMEMBER_RO key element radius unit {WITHDIST|(ASC|DESC)|COUNT small}
4 ZRANGE key 0 -1 WITHSCORES
3 ZSCORE key element
3 ZREM key element
2 ZCARD key
1 ZADD key score element
"""

BITS = """
10 SETBIT key bit_offset bit
8 GETBIT key bit_offset
6 BITCOUNT key
6 BITCOUNT key place place
6 BITCOUNT key place place (BYTE|BIT|BIT|word)
5 BITPOS key bit
8 BITPOS key bit place [place]
6 BITPOS key bit place place (BYTE|BIT|BIT|word)
8 BITOP (AND|OR|XOR) key key...
4 BITOP NOT key key
1 BITOP (AND|NOT|word) key key...
8 BITFIELD key bit_step...
4 BITFIELD key (GET bit_type bit_place)...
1 BITFIELD key (GET bit_type bit_place|OVERFLOW word|word)*
4 BITFIELD_RO key (GET bit_type bit_place)...
1 BITFIELD_RO key bit_step...
8 SET key value
8 GET key
3 APPEND key value
3 STRLEN key
2 SETRANGE key offset value
2 INCR key
"""

HYPERLOGLOGS = """
12 PFADD hll_key element...
4 PFADD hll_key elements
1 PFADD hll_key
8 PFCOUNT hll_key
6 PFCOUNT hll_key...
1 PFCOUNT key...
5 PFMERGE hll_key hll_key...
1 PFMERGE hll_key
1 PFMERGE hll_key key
8 GET hll_key
2 STRLEN hll_key
1 GETRANGE hll_key 0 15
3 PFDEBUG (ENCODING|TODENSE|word) hll_key
1 PFDEBUG DECODE hll_key
1 PFDEBUG GETREG hll_key
1 PFDEBUG ENCODING key
1 SET hll_key value
2 DEL hll_key
"""

STREAMS = """
16 XADD key stream_id (field element)...
4 XADD key counted_id (field element)...
4 XADD key {NOMKSTREAM|!(MAXLEN|MINID) [=] stream_place} stream_id field element
2 XADD key {NOMKSTREAM|!MAXLEN [=] small} counted_id (field element)...
3 XADD key {NOMKSTREAM|!MAXLEN (~|=) small} stream_id field element
2 XADD key {NOMKSTREAM|!(MAXLEN|MINID) ~ small|LIMIT small} stream_id field element
1 XADD key (NOMKSTREAM|MAXLEN small|MINID stream_id|LIMIT int|word)* stream_id field element
3 XADD auto_key star field element
1 XADD auto_key star (field element)...
1 XLEN auto_key
1 XRANGE auto_key - +
6 XLEN key
8 XRANGE key range_start range_end {COUNT small}
5 XREVRANGE key range_end range_start {COUNT small}
5 XDEL key stream_id...
3 XTRIM key MAXLEN [~|=] small
2 XTRIM key MINID [~|=] stream_id
2 XTRIM key {!(MAXLEN|MINID) ~ int|!LIMIT small}
1 XTRIM key (MAXLEN small|MINID stream_id|LIMIT int|word)*
8 XREAD {COUNT small} STREAMS key read_id
3 XREAD {COUNT small} STREAMS key key read_id read_id
4 XREAD {COUNT small|!BLOCK stream_wait} STREAMS key read_id
3 XREAD {COUNT small|!BLOCK stream_wait} STREAMS key key read_id read_id
1 XREAD (COUNT int|BLOCK stream_wait|NOACK|word)* STREAMS key...
2 XSETID key stream_id {ENTRIESADDED small|MAXDELETEDID stream_id}
5 XINFO STREAM key
2 XINFO STREAM key FULL [COUNT small]
3 XINFO GROUPS key
3 XINFO CONSUMERS key group
0.3 XINFO word key
0.3 XINFO HELP
8 XGROUP CREATE key group group_id {MKSTREAM}
2 XGROUP CREATE key group group_id {MKSTREAM|ENTRIESREAD small}
2 XGROUP CREATE key group group_id (MKSTREAM|ENTRIESREAD int|word)*
4 XGROUP SETID key group group_id [ENTRIESREAD int]
3 XGROUP CREATECONSUMER key group consumer
2 XGROUP DELCONSUMER key group consumer
1 XGROUP DESTROY key group
0.3 XGROUP word key group
0.3 XGROUP HELP
10 XREADGROUP {!GROUP group consumer|COUNT small} STREAMS key group_read
3 XREADGROUP {!GROUP group consumer|COUNT small|!NOACK} STREAMS key group_read
3 XREADGROUP {!GROUP group consumer|!BLOCK stream_wait|COUNT small|NOACK} STREAMS key group_read
2 XREADGROUP {!GROUP group consumer|COUNT small} STREAMS key key group_read group_read
1 XREADGROUP GROUP group consumer (COUNT int|NOACK|word)* STREAMS key...
6 XACK key group stream_id...
4 XPENDING key group
4 XPENDING key group range_start range_end small [consumer]
3 XPENDING key group IDLE min_idle range_start range_end small [consumer]
4 XCLAIM key group consumer min_idle stream_id... {JUSTID}
3 XCLAIM key group consumer min_idle stream_id... {IDLE idle|FORCE|RETRYCOUNT small}
3 XCLAIM key group consumer min_idle stream_id {FORCE|JUSTID|LASTID stream_id|IDLE idle}
1 XCLAIM key group consumer min_idle stream_id (TIME int|IDLE int|word)*
5 XAUTOCLAIM key group consumer min_idle stream_id {COUNT small|JUSTID}
1 XAUTOCLAIM key group consumer min_idle stream_id (COUNT int|word)*
2 CLIENT UNBLOCK client [TIMEOUT|ERROR]
"""

OVER_ALL = """
4 RPUSH key element...
4 RPUSH key (small)...
4 SADD key element...
3 SADD key (small)...
3 ZADD key (score element)...
4 HSET key (field element)...
2 XADD key stream_id field element
2 SET key value
3 SET weight_key small
2 SET weight_key value
2 HSET weight_key (field small)...
8 SORT key
8 SORT key {!ALPHA|(ASC|DESC)|LIMIT small small}
8 SORT key {BY sort_by|LIMIT small small|GET sort_get|GET sort_get|(ASC|DESC)}
4 SORT key {!ALPHA|(ASC|DESC)|STORE key}
4 SORT key {GET sort_get|GET sort_get|LIMIT small small|!STORE key}
3 SORT_RO key {LIMIT small small|(ASC|DESC)|ALPHA|GET sort_get|GET sort_get}
1 SORT_RO key (ALPHA|STORE key|LIMIT small|word)*
2 MEMORY USAGE key {SAMPLES small}
0.3 MEMORY (USAGE|word) key (SAMPLES int|word)*
0.5 OBJECT FREQ key
1 OBJECT IDLETIME key
1 OBJECT REFCOUNT key
4 UNLINK key...
4 COPY key key {DB db|REPLACE}
2 RANDOMKEY
3 SCAN 0 COUNT 100000 TYPE type
2 TOUCH key...
0.1 FLUSHALL ASYNC
0.1 FLUSHDB ASYNC
0.5 DEBUG SLEEP (0|-1|NOTHING)
0.5 DEBUG SET-ACTIVE-EXPIRE (0|1)
"""

SORTS_07 = {"hashes": HASHES, "sets": SETS, "zsets": SORTED_SETS, "geo": GEO,
            "bits": BITS, "hlls": HYPERLOGLOGS, "streams": STREAMS,
            "all": OVER_ALL}
COMMANDS_TYPES = "".join(SORTS_07.values())


def own_keys(words):
    """Keys that have names of their own must be used as they are meant."""
    name, lower = words[0].lower(), [word.lower() for word in words]
    if name == b"xadd" and b"*" in words[2:] and (
            not words[1].startswith(b"auto:")):
        return True
    for word in words:
        if word.startswith(b"lex:") and name == b"zadd":
            return any(score != b"0" for score in words[2::2])
        if word.startswith(b"lex:") and name not in LEX_COMMANDS:
            return True
        if word.startswith(b"auto:") and name not in AUTO_COMMANDS:
            return True
        if word.startswith(b"hll:") and name not in HLL_COMMANDS:
            return True
        if word.startswith(b"pop:") and name not in POP_COMMANDS:
            return True
    return by_chance(name, words, lower)


LEX_COMMANDS = (b"zrem", b"zrangebylex", b"zrevrangebylex", b"zrange",
                b"zrangestore", b"zlexcount", b"zremrangebylex")
AUTO_COMMANDS = (b"xadd", b"xlen", b"xrange")
POP_COMMANDS = (b"sadd", b"spop", b"scard", b"srandmember")
HLL_COMMANDS = (b"pfadd", b"pfcount", b"pfmerge", b"pfdebug", b"get",
                b"strlen", b"getrange", b"set", b"del")
LARGE = re.compile(rb"\d{7,18}")


def by_chance(name, words, lower):
    """Would the servers' data differ, or the reply be beyond comparison?"""
    if name == b"spop":
        return not words[1:2] or not words[1].startswith(b"pop:") and (
            len(words) == 2 or len(words) == 3 and words[2] != b"0"
            and not LARGE.fullmatch(words[2]))
    if name == b"sadd" and words[1:2] and words[1].startswith(b"pop:"):
        return not all(word.startswith(b"fresh") or word[:3] == b"777"
                       for word in words[2:])
    if name in (b"srandmember", b"hrandfield", b"zrandmember"):
        return any(re.fullmatch(rb"-?\d{4,}", word) for word in words[2:])
    if name in RANGE_COMMANDS:
        # An order by bytes among unequal scores means nothing.
        return b"bylex" in lower and not words[1].startswith(b"lex:")
    if name in LEX_ONLY:
        return len(words) == 4 + (b"limit" in lower) * 3 and not (
            words[1].startswith(b"lex:"))
    if name in (b"geosearchstore", b"georadius", b"georadiusbymember"):
        return b"any" in lower and any(word.startswith(b"store")
                                       or name == b"geosearchstore"
                                       for word in lower)
    if name == b"bitfield" and b"sat" in lower and any(
            re.fullmatch(rb"-9\d{18}", word) for word in words[2:]):
        # Redis sets the highest number for what is too low by nearly 2^63.
        return True
    if name in (b"setbit", b"bitfield"):
        # No strings of hundreds of megabytes, but the errors beyond.
        return any(re.fullmatch(rb"#?\d{6,9}|[1-3]\d{9}|4[01]\d{8}"
                                rb"|4294967\d\d\d|42\d{8}", word)
                   for word in words[2:])
    if name in (b"xread", b"xreadgroup") and b"block" in lower:
        # One stream twice: 7.0 waits for what is behind the last ID only.
        keys = words[waits.reader_options(words)[1]:]
        keys = keys[:(len(keys) + 1) // 2]
        return len(set(keys)) < len(keys)
    if name in (b"xclaim", b"xautoclaim", b"xpending"):
        return any(re.fullmatch(rb"[1-9]\d{2,6}", word) for word in words[3:])
    if name == b"sort":
        return (b"by" in lower and (b"store" in lower or b"limit" in lower)
                and b"alpha" in lower)
    if name == b"debug" and lower[1:2] == [b"sleep"]:
        return words[2:] not in ([b"0"], [b"-1"], [b"NOTHING"])
    return name == b"debug" and lower[1:2] not in (
        [b"set-active-expire"], [b"digest-value"])


RANGE_COMMANDS = (b"zrange", b"zrangestore")
LEX_ONLY = (b"zrangebylex", b"zrevrangebylex", b"zlexcount",
            b"zremrangebylex")


def stored_to(words):
    """The key that a command gives a whole new value."""
    name, lower = words[0].lower(), [word.lower() for word in words]
    if name in STORES:
        return words[1]
    place = max((at for at, word in enumerate(lower[1:-1], 1)
                 if word in (b"store", b"storedist")), default=None)
    return words[place + 1] if name in STORING and place else None


STORES = (b"zunionstore", b"zinterstore", b"zdiffstore", b"zrangestore",
          b"geosearchstore")
STORING = (b"sort", b"georadius", b"georadiusbymember")


def small_set(_words, ours, redis):
    return redis[1] == b"hashtable" and ours[1] == b"listpack"


def many_at_once(_words, ours, redis):
    return redis[1] == b"intset" and ours[1] == b"hashtable"


def with_score_rows(words, ours, redis):
    """Rows that are the same but for what WITHSCORE changes, and nothing
    else."""
    for mine, other in zip(ours[1], redis[1]):
        if mine[1] and mine[1][0][1] in (b"zrank", b"zrevrank"):
            if (mine[1][1][1], other[1][1][1]) != (-3, 3):
                return False
            mine[1][1] = other[1][1]
    return same_commands(words, ours, redis)


def range_first(_words, ours, redis):
    return ours[0] == "-" and (redis in ((":", 0), (":", -1))
                               or redis[1][:9] == b"WRONGTYPE")


def emptied(_words, ours, redis):
    """An entry that came and went in one XADD with MAXLEN 0."""
    if ours[0] == "" and any(row[1][1] == ("*", []) for row in redis[1]):
        raise Apart
    return False


def sorted_before(_words, ours, redis):
    return redis[1] == b"skiplist" and ours[1] == b"listpack"


def set_back(_words, ours, redis):
    """XSETID below what was deleted, which 7.0 does."""
    if b"max_deleted_entry_id" in ours[1] and redis == ("+", b"OK"):
        raise Apart
    return False


def unbalanced(_words, ours, redis):
    """The same error, with the name of the command as 7.2 writes it."""
    return (b"list of streams: for each" in ours[1]
            and re.sub(b"'xread(group)?'", b"XREAD", ours[1]) == redis[1])


def old_error(words, ours, redis):
    """A number that was too large or too small for another SORT."""
    if ours[0] == "-" or redis[1][:22] != b"ERR One or more scores":
        return False
    if b"store" in [word.lower() for word in words]:
        raise Apart
    return True


def with_score(words, _ours, redis):
    return len(words) == 4 and redis[1].startswith(
        b"ERR wrong number of arguments")


def named(prefix, judge):
    """A judge for keys with names of their own."""
    def judged(words, ours, redis):
        return words[1].startswith(prefix) and judge(words, ours, redis)
    return judged


def found_places(words, ours, redis):
    """What was found, in any order unless one was asked for; places at the
    same distance may stand either way round."""
    lower = [word.lower() for word in words]
    if b"any" in lower:
        return shape(ours) == shape(redis)
    if ours[0] != "*" or redis[0] != "*":
        return False
    if b"withdist" in lower and (b"asc" in lower or b"desc" in lower):
        if [row[1][1] for row in ours[1]] != [row[1][1] for row in redis[1]]:
            return False
    return sorted(map(repr, ours[1])) == sorted(map(repr, redis[1]))


def ages(_words, ours, redis):
    """XPENDING: what the third of each row says is an age."""
    if ours[0] != "*" or redis[0] != "*" or len(ours[1]) != len(redis[1]):
        return False
    return all(mine[1][:2] + mine[1][3:] == other[1][:2] + other[1][3:]
               and abs(mine[1][2][1] - other[1][2][1]) < 10000
               for mine, other in zip(ours[1], redis[1]))


CLOCK_FIELDS = (b"seen-time", b"active-time", b"idle", b"inactive",
                b"radix-tree-keys", b"radix-tree-nodes")


def same_info(_words, ours, redis):
    """XINFO: maps in maps, without what clocks say, what 7.2 has added, how
    the tree inside looks, and consumers for which nothing is pending: 7.2
    makes them where 7.0 did not."""
    return plain_info(ours) == plain_info(redis)


def plain_info(reply, name=b""):
    kind, content = reply
    if name == b"consumers" and kind == ":":
        return None
    if kind != "*" or not content:
        return reply
    if name in (b"pending", b"pel"):
        return ("pel", [plain_pel(row) for row in content])
    if is_map(content):
        return {key: plain_info(value, key)
                for key, value in fields(reply).items()
                if key not in CLOCK_FIELDS}
    items = [plain_info(item, name) for item in content]
    return (kind, [item for item in items if not has_nothing(item)])


def has_nothing(item):
    """A consumer without entries."""
    return isinstance(item, dict) and (
        b"pending" in item and b"consumers" not in item
        and item[b"pending"] in ((":", 0), ("*", []), ("pel", []))
        or item.get(b"pel-count") == (":", 0) and b"consumers" not in item)


def plain_pel(row):
    """An entry that is pending, without when it was delivered."""
    return [item for item in row[1] if item[0] != ":" or item[1] < 10 ** 9]


def there_already(_words, ours, redis):
    return ours == (":", 0) and redis == (":", 1)


MAPS = (b"length", b"name")


def is_map(content):
    return content[0] in [("$", name) for name in MAPS]


EXCUSES_TYPES = [
    ("object encoding", small_set, "new in Redis 7.2: small sets are "
     "listpacks"),
    ("object encoding", many_at_once, "Redis 7.2 begins a set with what will "
     "hold all that comes in one SADD, however often it names the same"),
    ("bitcount, bitpos", range_first, "7.2 reads the range before it looks "
     "for the key and its type"),
    ("object encoding", sorted_before, "Redis's SORT makes a skip list of a "
     "small sorted set that it reads"),
    ("sort, sort_ro", old_error, "Redis asks errno without clearing it, and "
     "finds what an earlier number left there"),
    ("xsetid", set_back, "7.0 sets a stream behind what was deleted"),
    ("xread, xreadgroup", unbalanced, "7.2 names the command"),
    ("xread", emptied, "7.2 goes on waiting when nothing is there to read"),
    ("debug set-active-expire", lambda words, ours, redis:
     not re.fullmatch(b"[01]", words[-1]), "Redis takes any word for 0"),
    ("hgetall", same_pairs, "the order is the server's own"),
    ("hkeys, hvals, smembers, sinter, sunion, sdiff", any_order,
     "the order is the server's own"),
    ("spop", same_members, "the order is the server's own"),
    ("spop", named(b"pop:", same_shape), "chance"),
    ("hrandfield, srandmember, zrandmember", same_shape, "chance"),
    ("hscan, zscan", same_scan_of(2), "cursors and order are the server's "
     "own"),
    ("sscan", same_scan_of(1), "cursors and order are the server's own"),
    ("zadd, zincrby, zscore, zmscore, zrange, zrevrange, zrangebyscore, "
     "zrevrangebyscore, zpopmin, zpopmax, zmpop, bzpopmin, bzpopmax, bzmpop, "
     "zunion, zinter, zdiff", same_numbers, "7.0 prints 17 digits, 7.2 as few "
     "as it takes"),
    ("zscan", same_scan_of(2, numbers=True), "numbers, as above"),
    ("zrank, zrevrank", with_score, "new in Redis 7.2"),
    ("command info", with_score_rows, "ZRANK and ZREVRANK take WITHSCORE in "
     "Redis 7.2, so their arity is another"),
    ("bzpopmin, bzpopmax, bzmpop", TIME_OUTS, "as for lists"),
    ("bzpopmin, bzpopmax, bzmpop, xread", asks_again, "as for lists"),
    ("geosearch, georadius, georadius_ro, georadiusbymember, "
     "georadiusbymember_ro", found_places, "the order is the server's own"),
    ("xadd, xrange", named(b"auto:", same_shape), "IDs from the clock"),
    ("xpending", ages, "the servers look at the clock at different moments"),
    ("xinfo stream, xinfo consumers, xinfo groups", same_info,
     "ages, and what 7.2 has added"),
    ("xgroup createconsumer", there_already, "7.2 makes a consumer even if "
     "it claims nothing"),
    ("xinfo help, xgroup help, memory help, debug help", same_type,
     "the texts are ours"),
    ("xreadgroup", both_errors, "7.2 does the command once more when its key "
     "or group has gone"),
    ("memory usage", same_shape, "memory is what this is about"),
    ("sort, sort_ro", same_members, "equal weights"),
    ("sort, sort_ro", lambda words, ours, redis: b"limit" in [
        word.lower() for word in words] and shape(ours)[0] == shape(redis)[0],
     "equal weights, and a part of it"),
    ("randomkey", same_shape, "chance"),
]
