"""What is asked in each stage, and what may differ: data."""

import re

from commands.patterns import ROWS, Grammar

from . import excuses_07 as types
from .excuses import (Excuses, any_order, as_numbers, both_errors, lower,
                      near_time, said, same_commands, same_fields,
                      same_numbers, same_scan, same_shape, same_type)

HELP = "the texts are ours"
ORDER = "the order is the server's own"
SCAN = "cursors and order are the server's own"
SOME = "a stage has some of the commands"

# For each stage what is excused from it on.
EXCUSES = {"03": [
    ("client id", same_type, "connections are counted from the start"),
    ("client info", same_type,
     "ages, addresses, buffers, and fields that are newer than 7.0"),
    ("client setinfo", lambda words, ours, redis:
     redis[1].startswith(b"ERR unknown subcommand"), "new in Redis 7.2"),
    ("hello", both_errors, "7.2 reads all options before it acts, 7.0 acts "
     "at once; and ours shows no more than 128 bytes of an option"),
    ("hello", same_fields(b"server", b"proto", b"mode", b"role", b"modules"),
     "version and connection number, and fields of our own"),
    ("command -, command count", same_type, SOME),
    ("command docs", same_type, HELP),
], "04": [
    ("keys", any_order(), "a hash table has an order of its own"),
    ("scan", same_scan(1), SCAN),
    ("randomkey", same_shape, "chance"),
    ("time", same_shape, "it goes on"),
    ("object idletime", same_shape, "the two clocks may tick apart"),
], "05": [
    ("ttl, pttl, expiretime, pexpiretime", near_time,
     "the servers look at the clock at different moments"),
    ("dbsize", lambda words, ours, redis:
     ours[0] == redis[0] == ":" and ours[1] <= redis[1], "Redis counts what "
     "was set with a time that is past, until it looks at it"),
    ("expire, pexpire, expireat, pexpireat", both_errors,
     "ours shows no more than 1,000 bytes of an option"),
], "06": [
    ("blpop, brpop, blmove, brpoplpush, blmpop, bzpopmin, bzpopmax, bzmpop",
     said(b"ERR timeout is out of range", b"ERR timeout is negative"),
     "a time-out of more milliseconds than fit 64 bits was taken for a "
     "negative one"),
    ("blpop, brpop, blmpop, bzpopmin, bzpopmax, bzmpop, xread",
     types.asks_again, "Redis 7.2 does the command once more when a client is "
     "served, and so looks at all of its keys"),
    ("lpos", lambda words, ours, redis: b"-9223372036854775808" in words
     and ours[1].startswith(b"ERR value is out of range, value must"),
     "new in Redis 7.2: the lowest rank is an error"),
    ("object encoding", said(b"listpack", b"quicklist"), "new in Redis 7.2: a "
     "list that fits into one listpack is one"),
], "07": [
    ("object encoding", said(b"listpack", b"hashtable"), "new in Redis 7.2: "
     "small sets are listpacks"),
    ("object encoding", said(b"hashtable", b"intset"), "Redis 7.2 begins a "
     "set with what will hold all that comes in one SADD, however often it "
     "names the same"),
    ("bitcount, bitpos", types.range_first, "7.2 reads the range before it "
     "looks for the key and its type"),
    ("object encoding", said(b"listpack", b"skiplist"), "Redis's SORT makes a "
     "skip list of a small sorted set that it reads"),
    ("sort, sort_ro", types.old_error, "Redis asks errno without clearing it, "
     "and finds what an earlier number left there"),
    ("xsetid", types.set_back, "7.0 sets a stream behind what was deleted"),
    ("xread, xreadgroup", types.unbalanced, "7.2 names the command"),
    ("xread", types.emptied, "7.2 goes on waiting when nothing is there to "
     "read"),
    ("debug set-active-expire", lambda words, ours, redis:
     not re.fullmatch(b"[01]", words[-1]), "Redis takes any word for 0"),
    ("hgetall", any_order(2), ORDER),
    ("hkeys, hvals, smembers, sinter, sunion, sdiff, spop", any_order(), ORDER),
    ("spop", types.named(b"pop:", same_shape), "chance"),
    ("hrandfield, srandmember, zrandmember", same_shape, "chance"),
    ("hscan", same_scan(2, 2), SCAN),
    ("sscan", same_scan(2), SCAN),
    ("zscan", same_scan(2, 2, as_numbers), SCAN + "; numbers, as below"),
    ("zadd, zincrby, zscore, zmscore, zrange, zrevrange, zrangebyscore, "
     "zrevrangebyscore, zpopmin, zpopmax, zmpop, bzpopmin, bzpopmax, bzmpop, "
     "zunion, zinter, zdiff", same_numbers, "7.0 prints 17 digits, 7.2 as few "
     "as it takes"),
    ("zrank, zrevrank", lambda words, ours, redis: len(words) == 4
     and redis[1].startswith(b"ERR wrong number of"), "new in Redis 7.2"),
    ("geosearch, georadius, georadius_ro, georadiusbymember, "
     "georadiusbymember_ro", types.found_places, ORDER),
    ("xadd, xrange", types.named(b"auto:", same_shape), "IDs from the clock"),
    ("xpending", types.ages,
     "the servers look at the clock at different moments"),
    ("xinfo stream, xinfo consumers, xinfo groups", types.same_info,
     "ages, and what 7.2 has added"),
    ("xgroup createconsumer", said(0, 1), "7.2 makes a consumer even if it "
     "claims nothing"),
    ("debug help", same_type, HELP),
    ("xreadgroup", both_errors, "7.2 does the command once more when its key "
     "or group has gone"),
    ("memory usage", same_shape, "memory is what this is about"),
    ("sort, sort_ro", any_order(), "equal weights"),
    ("sort, sort_ro", lambda words, ours, redis: b"limit" in lower(words)
     and ours[0] == redis[0], "equal weights, and a part of it"),
], "08": [
    ("dump", same_shape, "Redis 7.2 writes another version of the format, and "
     "a table has an order of its own"),
], "10": [
    ("object refcount", lambda words, ours, redis:
     {ours[1], redis[1]} == {1, 2147483647}, "Redis does not share the "
     "integers that COPY makes; ours is told from the value"),
    ("client list", same_type,
     "ages, addresses, buffers, and fields that are newer than 7.0"),
    ("client help, command help, object help, xinfo help, xgroup help",
     same_type, HELP),
    ("client no-touch", lambda words, ours, redis:
     redis[1].startswith(b"ERR unknown subcommand"), "new in Redis 7.2"),
    ("command list", same_type, SOME),
    ("command info", same_commands, "notes are free text"),
    ("command info", types.with_score_rows, "ZRANK and ZREVRANK take WITHSCORE "
     "in Redis 7.2, so their arity is another"),
    ("command getkeys, command getkeysandflags", both_errors, SOME),
]}

# Bytes as they are, by how many replies they get, and whether the server must
# then close the connection.
RAW = [(raw, replies, ends) for replies, ends, several in (
    (1, False, [
        b'PING\r\n', b'ping\n', b'  PING   hello  \r\n',
        b'ECHO "a\\x41\\n\\"b"\r\n', b'ECHO \'a\\\'b"\'\r\n', b"ECHO ''\r\n",
        b'*1\r\n$4\r\nPING\r\n', b'*1\r\n$0\r\n\r\n', b'PING\tx\r\n',
        b'*2\r\n$4\r\nECHO\r\n$0\r\n\r\n']),
    (0, False, [
        b'\r\n', b'*0\r\n', b'*-1\r\n', b'*-10\r\n']),
    (1, True, [
        b'ECHO "unbalanced\r\n', b'ECHO "a"b\r\n', b"ECHO 'a'b\r\n",
        b'*1\r\n+PING\r\n', b'*1\r\n:4\r\n', b'*1\r\n\r\n', b'*abc\r\n',
        b'*\r\n', b'*1 \r\n', b'*01\r\n', b'*+1\r\n',
        b'*99999999999999999999\r\n', b'*2147483648\r\n', b'*1\r\n$-1\r\n',
        b'*1\r\n$abc\r\n', b'*1\r\n$536870913\r\n',
        b'*1\r\n$99999999999999999999\r\n', b'*1\r\n$\r\n', b'*1\r\n$ 4\r\n',
        b'*1\r\n$04\r\n'])) for raw in several]


class Table:
    """All that is known of a stage here."""

    def __init__(self, stage):
        handshake = stage == "03" or stage.endswith("handshake")
        number = stage[:2]
        rows = [row for row in ROWS if "fuzz" not in row.tags and (
            row.stage == "connection" or row.stage <= number
            and (row.stage == "03" or "handshake" in row.tags) == handshake)]
        anywhere = [row for row in ROWS if row.stage == "any"]
        self.grammar = Grammar(rows)
        # Sorts of commands that sessions may be made of alone. No list is in
        # a session of another sort, so none hides behind an excuse.
        self.sorts = {sort: Grammar([row for row in rows if sort in row.tags]
                                    + anywhere)
                      for sort in dict.fromkeys(row.tags[0] for row in rows
                                                if row.tags and not handshake)}
        self.excuses = Excuses(row for since, found in EXCUSES.items()
                               if since <= number for row in found)
        # Words that forget all data.
        self.reset = [b"PING"] if handshake else [b"FLUSHALL"]
        locked = handshake and number >= "10"   # with CLIENT REPLY, AUTH
        self.before_token = [[b"CLIENT", b"REPLY", b"ON"]] if locked else []
        self.raw = RAW if handshake else []
        self.endings = (b"quit",) if handshake else ()  # commands that close
        self.waits = stage >= "06" and not handshake    # some commands wait
        # What compares the data at the end of a session, before the keys.
        self.digest = [b"DEBUG", b"DIGEST-VALUE"] if self.waits and stage >= "07" else None
        # Options for both servers, and how many commands go in one burst.
        # Redis drops a client that has not said the password as soon as 1024
        # bytes of replies wait for it.
        self.variants = [("", 40)]
        if locked:
            self.variants.append((" --requirepass secret", 1))

    def known_raw(self, data):
        """How many replies these bytes get, and whether that is the end."""
        return next(((replies, ends) for raw, replies, ends in self.raw
                     if raw == data), (1, False))

    def excused(self, step, ours, redis):
        """May the replies to this step differ in this way?"""
        return self.excuses.hold(step.name(), step.words, ours, redis)


# What stages 08 and 09 add beside values is about files: the checkpoints and
# tests/faults judge it.
TABLES = {stage: Table(stage) for stage in (
    "03", "04", "05", "06", "07", "08", "09", "10", "10-handshake")}
