"""command_table.py PORT OTHER: what COMMAND says of each command that a server at
PORT has, and which arguments of a request are keys, compared with a redis-server
at OTHER. All differences are printed; then the program ends with 1.
"""

import shlex
import sys

import redis

# Fields of COMMAND INFO in which Redis 7.2, which ours follows, differs from 7.0.
NEWER = {
    "zrank": {"arity"}, "zrevrank": {"arity"},
    "command|getkeys": {"arity"}, "command|getkeysandflags": {"arity"},
    "blpop": {"flags"}, "brpop": {"flags"}, "blmove": {"flags"}, "brpoplpush": {"flags"},
    "bzpopmin": {"flags"}, "bzpopmax": {"flags"},
    "client|setname": {"tips"}, "msetnx": {"tips"},
    "randomkey": {"tips"}, "scan": {"tips"},
}

# Requests of which COMMAND GETKEYS and GETKEYSANDFLAGS are asked.
REQUESTS = r"""
PING
ECHO a
GET
GET k
GET k l
SET k
SET k v GET
SET k v GET GET
SET k v get
SET k GET
SET GET v
SET k v NX GET EX 10
SET k v XX
SET k v EX GET
BITFIELD k
BITFIELD k GET u8 0
BITFIELD k get u8 0 GET u8 1
BITFIELD k SET u8 0 1
BITFIELD k GET u8 0 SET u8 0 1
BITFIELD k GET u8 0 INCRBY u8 0 1
BITFIELD k OVERFLOW SAT GET u8 0
BITFIELD k GET SET
BITFIELD k GET u8
BITFIELD k FOO u8 0
BITFIELD k OVERFLOW SAT
BITFIELD k SET GET 0 1
BITFIELD_RO k GET u8 0
BITFIELD_RO k
SORT k
SORT k STORE d
SORT k store d STORE e
SORT k STORE
SORT k BY w_* GET # GET x_* LIMIT 0 10 STORE d
SORT k BY STORE
SORT k BY STORE STORE d
SORT k GET STORE STORE d
SORT k LIMIT STORE 1 STORE d
SORT k STORE d BY x
SORT k STORE STORE
SORT k STORE BY x
SORT_RO k
SORT_RO k BY w_* GET #
SORT_RO k STORE d
XREAD STREAMS s 0
XREAD COUNT 2 STREAMS s t 0 0
XREAD COUNT 2 BLOCK 0 STREAMS s t 0 0
XREAD STREAMS s t 0
XREAD k 1 2
XREAD COUNT 1 a
XREAD STREAMS STREAMS 0
XREAD COUNT STREAMS STREAMS s 0
XREAD BLOCK 0 COUNT 3 streams s 0
XREAD STREAMS s
XREAD FOO STREAMS s 0
XREADGROUP GROUP g c STREAMS s >
XREADGROUP GROUP g c COUNT 1 NOACK STREAMS s t > >
XREADGROUP GROUP STREAMS c STREAMS s >
XREADGROUP GROUP g STREAMS STREAMS s >
XREADGROUP GROUP g c k 1 2
XREADGROUP COUNT 1 GROUP g c STREAMS s >
XREADGROUP a b c STREAMS d e f
ZUNION 2 a b
ZUNION 2 a b WITHSCORES
ZUNION 3 a b
ZUNION 0 a
ZUNION -1 a
ZUNION x a
ZUNION 2 a b WEIGHTS 1 2
ZINTER 1 a
ZINTERCARD 2 a b
ZDIFF 2 a b
SINTERCARD 2 a b LIMIT 1
SINTERCARD 3 a b
ZUNIONSTORE d 2 a b
ZUNIONSTORE d 3 a b
ZUNIONSTORE d 0 a b
ZUNIONSTORE d x a b
ZINTERSTORE d 1 a
ZDIFFSTORE d 2 a b
LMPOP 2 a b LEFT
LMPOP 5 a b LEFT
LMPOP x a LEFT
BLMPOP 0 2 a b LEFT
BLMPOP 0 9 a b LEFT
ZMPOP 1 a MIN
BZMPOP 0 1 a MIN
BLPOP a b 0
BRPOP a 0
BLPOP a
BZPOPMIN a b 0
BZPOPMAX a 0
BLMOVE a b LEFT RIGHT 0
BRPOPLPUSH a b 0
GEORADIUS g 0 0 1 km
GEORADIUS g 0 0 1 km STORE d
GEORADIUS g 0 0 1 km STOREDIST d
GEORADIUS g 0 0 1 km store d STOREDIST e
GEORADIUS g 0 0 1 km STORE
GEORADIUS g 0 0 1 km WITHCOORD COUNT 1 ASC STORE d
GEORADIUS g STORE STORE 1 km
GEORADIUSBYMEMBER g m 1 km STORE d
GEORADIUSBYMEMBER g m 1 km
GEORADIUSBYMEMBER g STORE 1 km
GEORADIUSBYMEMBER g m 1 STORE d
GEORADIUS_RO g 0 0 1 km
GEORADIUSBYMEMBER_RO g m 1 km
GEOADD g 1 2 m
GEODIST g a b
GEOHASH g a
GEOPOS g a
GEOSEARCH g FROMMEMBER a BYRADIUS 1 km
GEOSEARCHSTORE d g FROMMEMBER a BYRADIUS 1 km
OBJECT ENCODING k
OBJECT HELP
OBJECT FREQ k
OBJECT
OBJECT FOO k
OBJECT ENCODING
MEMORY USAGE k
MEMORY USAGE k SAMPLES 5
DEBUG OBJECT k
XINFO STREAM s
XINFO GROUPS s
XINFO CONSUMERS s g
XINFO
XINFO HELP
XGROUP CREATE s g $
XGROUP
XGROUP SETID s g $
XPENDING s g
XRANGE s - +
XREVRANGE s + -
XLEN s
XADD s * a b
XTRIM s MAXLEN 1
XDEL s 1
XCLAIM s g c 0 1-1
XAUTOCLAIM s g c 0 0
XSETID s 1-1
XACK s g 1
PFCOUNT a b
PFMERGE d a b
PFMERGE d
PFDEBUG GETREG p
PFDEBUG
PFSELFTEST
MGET a b c
MSET a 1 b 2
MSET a 1 b
MSET a
MSETNX a 1
DEL a b
EXISTS a
TOUCH a b
UNLINK a
TYPE a
RENAME a b
RENAMENX a b
COPY a b
COPY a b DB 1
MOVE a 1
SWAPDB 0 1
DBSIZE
KEYS *
SCAN 0
RANDOMKEY
FLUSHALL
DUMP k
RESTORE k 0 x
TTL k
PTTL k
EXPIRE k 1
EXPIRETIME k
PERSIST k
LCS a b
LCS a b LEN
STRLEN k
GETRANGE k 0 1
SUBSTR k 0 1
SETRANGE k 0 x
APPEND k x
GETSET k v
GETDEL k
GETEX k
SETEX k 1 v
INCR k
BITOP AND d a b
BITOP NOT d a
BITOP
BITOP AND d
BITCOUNT k
BITPOS k 1
SETBIT k 0 1
GETBIT k 0
HSET h a 1
HGET h a
HGETALL h
HRANDFIELD h
HSCAN h 0
LRANGE l 0 1
LPOS l a
LINDEX l 0
LLEN l
LINSERT l BEFORE a b
LMOVE a b LEFT LEFT
RPOPLPUSH a b
SMOVE a b c
SADD s a
SINTER a b
SUNION a b
SDIFF a b
SDIFFSTORE d a b
SINTERSTORE d a
SUNIONSTORE d a b
SMEMBERS s
SISMEMBER s a
SMISMEMBER s a b
SRANDMEMBER s
SPOP s
SSCAN s 0
SCARD s
ZADD z 1 a
ZRANGE z 0 1
ZRANGESTORE d z 0 1
ZSCORE z a
ZRANDMEMBER z
ZSCAN z 0
ZRANGEBYLEX z - +
ZCOUNT z 0 1
ZMSCORE z a
COMMAND GETKEYS GET k
COMMAND
CLIENT ID
CLIENT LIST
CLIENT
CONFIG GET x
NOSUCH k
INFO
SAVE
BGSAVE
SELECT 0
AUTH x
HELLO 3
RESET
QUIT
SHUTDOWN
TIME
LASTSAVE
BGREWRITEAOF
"""


class Server:
    def __init__(self, port):
        self.client = redis.Redis(port=port, socket_timeout=20)
        self.client.response_callbacks.clear()

    def ask(self, *words):
        try:
            return self.client.execute_command(*words)
        except redis.ResponseError as error:
            return str(error)


def pairs(items):
    return dict(zip(items[::2], items[1::2]))


def specification(spec):
    """A key specification without its notes, which are free text."""
    spec = pairs(spec)
    spec.pop(b"notes", None)
    return {name: sorted(value) if name == b"flags" else value for name, value in spec.items()}


def rows_of(rows):
    """What is said of commands, and of their subcommands, by name."""
    found = {}
    for name, arity, flags, first, last, step, categories, tips, specs, subs in rows:
        found[name.decode()] = {
            "arity": arity, "flags": sorted(flags), "range": [first, last, step],
            "categories": sorted(categories), "tips": tips,
            "specifications": [specification(spec) for spec in specs]}
        found.update(rows_of(subs))
    return found


def compare_rows(ours, other):
    mine, due = (rows_of(server.ask("COMMAND")) for server in (ours, other))
    for name, row in mine.items():
        for field, value in row.items():
            if name in due and field not in NEWER.get(name, ()) and value != due[name][field]:
                yield f"{name}: {field} {value}, in Redis {due[name][field]}"


def compare_keys(ours, other):
    for request in filter(None, REQUESTS.splitlines()):
        words = shlex.split(request)
        for form in ("GETKEYS", "GETKEYSANDFLAGS"):
            mine, due = (server.ask("COMMAND", form, *words) for server in (ours, other))
            # One word alone is enough since 7.2.
            if mine != due and "wrong number of arguments for 'command|" not in str(due):
                yield f"{form} {request}: {mine}, in Redis {due}"


def main():
    ours, other = (Server(int(word)) for word in sys.argv[1:])
    wrong = [*compare_rows(ours, other), *compare_keys(ours, other)]
    print(*wrong, sep="\n")
    print(len(wrong), "differences")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
