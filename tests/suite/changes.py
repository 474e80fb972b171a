"""changes.py PORT OTHER: how many changes each write command counts as, in INFO's
rdb_changes_since_last_save, on a server at PORT and on a redis-server at OTHER.

Save points depend on that number, so both must count alike, for every command
that our server has with the flag "write": in its typical case, when there is
nothing to do, with several elements, and when a key is emptied. What changes
the data must count, too: the log relies on it. INFO keyspace must name as many
keys afterwards; time passes only for those that a command finds expired, since
nobody else frees them here.

A row of the table is a dialogue: the commands before the last one prepare. All
differences are printed; then the program ends with 1.
"""

import collections
import shlex
import sys
import time

import redis

# Commands stand between bars; "=> N" at the end says that Redis 7.2, which ours
# follows, counts N, where older ones count otherwise: there a consumer that was
# given nothing was not made, and a client that was served after it had waited
# was not counted, nor is a value that BITFIELD makes longer and leaves empty.
# Apart from the server's commands there are:
#   later COMMAND   another client asks this and waits
#   sleep MS        time passes
#   dump KEY        the value is serialized; {dump} is the payload
# and the names of dialogues that many rows begin with.
BEGINNINGS = {
    "two": "XADD s 1-1 a b | XADD s 2-1 a b",
    "group": "XADD s 1-1 a b | XGROUP CREATE s g 0",
    "caught-up": "XADD s 1-1 a b | XGROUP CREATE s g $",
    "pending": "XADD s 1-1 a b | XADD s 2-1 a b | XGROUP CREATE s g 0"
               " | XREADGROUP GROUP g c STREAMS s >",
}
ROWS = r"""
SET k v
SET k v | SET k v
SET k v | SET k w XX GET EX 100
SET k v | SET k w NX
SET k w XX
SET k v PX 1 | sleep 5 | SET k w
SET k v EX 100 | SET k w KEEPTTL
SET k v PXAT 1
SETNX k v
SET k v | SETNX k w
SETEX k 100 v
PSETEX k 100000 v
GETSET k v
SET k v | GETSET k w
RPUSH l a | GETSET l w
GETDEL k
SET k v | GETDEL k
GETEX k EX 10
SET k v | GETEX k
SET k v | GETEX k EX 10
SET k v | GETEX k PERSIST
SET k v EX 100 | GETEX k PERSIST
SET k v | GETEX k PXAT 1
SET k v | GETEX k EXAT 1
MSET a 1 b 2 c 3
MSET a 1 a 2
MSETNX a 1 b 2
SET b 1 | MSETNX a 1 b 2
MSETNX a 1 a 2
APPEND k v
APPEND k ""
SET k v | APPEND k ""
SET k v | APPEND k w
SETRANGE k 3 abc
SETRANGE k 3 ""
SET k v | SETRANGE k 0 v
SET k v | SETRANGE k 0 ""
INCR k
SET k 5 | INCRBY k 0
DECR k
DECRBY k 7
INCRBYFLOAT k 1.5
INCRBYFLOAT k 0
SET k v | INCR k
SETBIT k 7 1
SETBIT k 7 0
SETBIT k 7 1 | SETBIT k 7 1
SETBIT k 7 1 | SETBIT k 7 0
SETBIT k 7 1 | SETBIT k 70 0
BITFIELD k SET u8 0 255
BITFIELD k GET u8 0
BITFIELD k SET u8 0 1 SET u8 8 2 INCRBY u8 16 3
BITFIELD k SET u8 0 1 | BITFIELD k SET u8 0 1
BITFIELD k SET u8 0 1 | BITFIELD k GET u8 0 SET u8 0 1 INCRBY u8 8 0
BITFIELD k SET u8 0 0
BITFIELD k SET u8 0 255 | BITFIELD k OVERFLOW FAIL INCRBY u8 0 1
BITFIELD k SET u8 0 255 | BITFIELD k OVERFLOW FAIL INCRBY u8 0 1 SET u8 0 7
BITFIELD k SET u8 0 255 | BITFIELD k OVERFLOW FAIL INCRBY u8 0 1 SET u8 8 0 GET u8 0 SET u8 16 1
BITFIELD k OVERFLOW FAIL INCRBY u8 0 256 => 1
BITFIELD k SET u8 0 1 | BITFIELD k INCRBY u8 0 5 INCRBY u8 0 -5
SET a abc | SET b abd | BITOP AND d a b
BITOP AND d a b
SET d v | BITOP OR d a b
SET a "" | SET d v | BITOP NOT d a
PFADD p
PFADD p a b c
PFADD p a | PFADD p a
PFADD p a | PFADD p
PFADD p a b | PFCOUNT p
PFADD p a b | PFCOUNT p | PFCOUNT p
PFADD p a | PFADD q b | PFCOUNT p q
PFCOUNT p
PFADD p a | PFADD q b | PFMERGE p q
PFMERGE p
PFMERGE p q
PFADD p a | PFMERGE p p
PFADD p a | PFDEBUG GETREG p
PFADD p a | PFDEBUG TODENSE p
PFADD p a | PFDEBUG TODENSE p | PFDEBUG TODENSE p
PFADD p a | PFDEBUG ENCODING p
PFADD p a | PFDEBUG DECODE p
DEL k
SET a 1 | SET b 2 | DEL a b c a
SET a 1 | SET b 2 | UNLINK a b c
SET a 1 PX 1 | sleep 5 | DEL a
SET a 1 PX 1 | SET b 1 | sleep 5 | DEL a b
RENAME k l
SET k v | RENAME k l
SET k v | SET l w | RENAME k l
SET k v | RENAME k k
SET k v | RENAMENX k l
SET k v | SET l w | RENAMENX k l
SET k v | RENAMENX k k
COPY k l
SET k v | COPY k l
SET k v | SET l w | COPY k l
SET k v | SET l w | COPY k l REPLACE
SET k v | COPY k l DB 3
RPUSH k a b c | COPY k l
MOVE k 3
SET k v | MOVE k 3
SET k v | SELECT 3 | SET k w | SELECT 0 | MOVE k 3
SWAPDB 0 1
SET k v | SWAPDB 0 1
SET k v | SWAPDB 0 0
SET a 1 | SET b 2 | FLUSHDB
SET a 1 | SELECT 3 | SET b 2 | SET c 3 | SELECT 0 | FLUSHALL
SET a 1 | SELECT 3 | SET b 2 | SET c 3 | SELECT 0 | FLUSHDB
EXPIRE k 10
SET k v | EXPIRE k 10
SET k v | EXPIRE k -1
SET k v | EXPIRE k 10 | EXPIRE k 10
SET k v | EXPIRE k 10 XX
SET k v | EXPIRE k 10 | EXPIRE k 20 GT
SET k v | EXPIRE k 10 | EXPIRE k 5 GT
SET k v | EXPIRE k 10 | EXPIRE k 5 LT
SET k v | EXPIRE k 10 NX
SET k v | PEXPIRE k 10000
SET k v | EXPIREAT k 1
SET k v | EXPIREAT k 99999999999
SET k v | PEXPIREAT k 99999999999999
SET k v | PEXPIREAT k 1
PERSIST k
SET k v | PERSIST k
SET k v EX 10 | PERSIST k
RESTORE k 0 "\x00\x01v\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00"
SET k v | dump k | RESTORE l 0 {dump}
SET k v | dump k | RESTORE k 0 {dump}
SET k v | dump k | RESTORE k 0 {dump} REPLACE
SET k v | dump k | RESTORE l 1 {dump} ABSTTL
SET k v | dump k | RESTORE k 1 {dump} ABSTTL REPLACE
SET k v | dump k | RESTORE l 100000 {dump}
RPUSH k a b c d | dump k | RESTORE l 0 {dump}
LPUSH k a
RPUSH k a b c
LPUSHX k a
RPUSH k a | LPUSHX k a b
RPUSHX k a b
RPUSH k a | RPUSHX k a b c
LPOP k
LPOP k 2
RPUSH k a b c | LPOP k
RPUSH k a b c | LPOP k 0
RPUSH k a b c | LPOP k 2
RPUSH k a b c | LPOP k 3
RPUSH k a b c | RPOP k 9
RPUSH k a | RPOP k
LMPOP 2 a b LEFT
RPUSH b 1 2 3 | LMPOP 2 a b LEFT
RPUSH b 1 2 3 | LMPOP 2 a b LEFT COUNT 2
RPUSH b 1 2 3 | LMPOP 2 a b RIGHT COUNT 9
RPUSH b 1 2 3 | BLMPOP 0 2 a b RIGHT COUNT 2
RPUSH k 1 2 | BLPOP j k 0
RPUSH k 1 | BRPOP j k 0
BLPOP k 0.01
LMOVE a b LEFT RIGHT
RPUSH a 1 | LMOVE a b LEFT RIGHT
RPUSH a 1 2 | RPUSH b 1 | LMOVE a b LEFT RIGHT
RPUSH a 1 | LMOVE a a LEFT RIGHT
RPUSH a 1 2 3 | LMOVE a a LEFT RIGHT
RPUSH a 1 2 3 | RPOPLPUSH a b
RPUSH a 1 2 3 | RPOPLPUSH a a
RPUSH a 1 2 3 | BLMOVE a b LEFT RIGHT 0
RPUSH a 1 2 3 | BRPOPLPUSH a b 0
later BLPOP k 0 | RPUSH k a => 2
later BLPOP k 0 | RPUSH k a b c => 4
later BLMOVE k l LEFT RIGHT 0 | RPUSH k a b c => 4
later BLMPOP 0 1 k LEFT COUNT 2 | RPUSH k a b c
later BZPOPMIN k 0 | ZADD k 1 a 2 b
later BZMPOP 0 1 k MIN COUNT 2 | ZADD k 1 a 2 b 3 c
later BLPOP k 0 | later BLPOP k 0 | RPUSH k a b c => 5
XGROUP CREATE s g $ MKSTREAM | later XREADGROUP GROUP g c BLOCK 0 STREAMS s > | XADD s 1-1 a b
XGROUP CREATE s g $ MKSTREAM | later XREADGROUP GROUP g c BLOCK 0 STREAMS s > | XGROUP DESTROY s g
later XREAD BLOCK 0 STREAMS s $ | XADD s 1-1 a b
LSET k 0 a
RPUSH k a | LSET k 0 a
RPUSH k a | LSET k 0 b
RPUSH k a | LSET k 7 b
LINSERT k BEFORE a b
RPUSH k a | LINSERT k BEFORE a b
RPUSH k a | LINSERT k AFTER z b
LREM k 0 a
RPUSH k a b a | LREM k 0 a
RPUSH k a b a | LREM k 1 a
RPUSH k a b a | LREM k -5 a
RPUSH k a b a | LREM k 0 z
RPUSH k a a | LREM k 0 a
LTRIM k 0 1
RPUSH k a b c | LTRIM k 0 -1
RPUSH k a b c | LTRIM k 1 1
RPUSH k a b c | LTRIM k 5 9
RPUSH k a b c | LTRIM k 0 1
HSET h a 1
HSET h a 1 b 2
HSET h a 1 | HSET h a 1 b 2
HSET h a 1 | HSET h a 1
HSET h a 1 a 2
HMSET h a 1 b 2 c 3
HSETNX h a 1
HSET h a 1 | HSETNX h a 1
HINCRBY h a 5
HINCRBY h a 0
HINCRBYFLOAT h a 0.5
HDEL h a
HSET h a 1 b 2 c 3 | HDEL h a b x a
HSET h a 1 b 2 | HDEL h a b
SADD s a
SADD s a b c
SADD s a | SADD s a b
SADD s a | SADD s a
SADD s 1 2 3 1
SREM s a
SADD s a b c | SREM s a b x
SADD s a b | SREM s a b
SMOVE a b x
SADD a x | SMOVE a b x
SADD a x y | SADD b x | SMOVE a b x
SADD a x | SMOVE a a x
SADD a x | SMOVE a b z
SPOP s
SADD s a | SPOP s
SADD s a b c | SPOP s
SADD s a b c | SPOP s 0
SADD s a b c | SPOP s 2
SADD s a b c | SPOP s 3
SADD s a b c | SPOP s 9
SADD s a b c d e f g h i j | SPOP s 2
SADD s a b c d e f g h i j | SPOP s 8
SADD s 1 2 3 4 5 6 | SPOP s 5
SPOP s 3
SADD a 1 2 | SADD b 2 3 | SINTERSTORE d a b
SADD a 1 2 | SINTERSTORE d a b
SADD d 1 | SADD a 1 2 | SINTERSTORE d a b
SADD d 1 | SINTERSTORE d a b
SADD a 1 2 | SADD d 1 | SINTERSTORE d a
SADD a 1 2 | SADD b 2 3 | SUNIONSTORE d a b
SUNIONSTORE d a b
SADD d 1 | SUNIONSTORE d a b
SET d 1 | SADD a 1 2 3 | SUNIONSTORE d a b
SADD a 1 2 | SADD b 2 3 | SDIFFSTORE d a b
SADD d 1 | SDIFFSTORE d a b
SDIFFSTORE d a b
ZADD z 1 a
ZADD z 1 a 2 b 3 c
ZADD z 1 a 2 b | ZADD z 1 a 3 b 4 c
ZADD z 1 a | ZADD z 1 a
ZADD z 1 a | ZADD z NX 2 a 3 b
ZADD z 1 a | ZADD z XX 2 a 3 b
ZADD z 1 a | ZADD z GT CH 0 a 3 b
ZADD z INCR 5 a
ZADD z 1 a | ZADD z INCR 0 a
ZADD z 1 a | ZADD z NX INCR 1 a
ZADD z 1 a 2 a
ZADD z XX 1 a
ZINCRBY z 1 a
ZADD z 1 a | ZINCRBY z 0 a
ZREM z a
ZADD z 1 a 2 b 3 c | ZREM z a b x
ZADD z 1 a 2 b | ZREM z a b
ZADD z 1 a 2 b 3 c | ZREMRANGEBYSCORE z 2 3
ZADD z 1 a 2 b 3 c | ZREMRANGEBYSCORE z 7 9
ZADD z 1 a 2 b 3 c | ZREMRANGEBYRANK z 0 -1
ZADD z 1 a 2 b 3 c | ZREMRANGEBYRANK z 5 9
ZADD z 0 a 0 b 0 c | ZREMRANGEBYLEX z [a [b
ZREMRANGEBYLEX z - +
ZADD z 1 a 2 b 3 c | ZPOPMIN z
ZADD z 1 a 2 b 3 c | ZPOPMIN z 2
ZADD z 1 a 2 b 3 c | ZPOPMAX z 9
ZADD z 1 a 2 b 3 c | ZPOPMAX z 0
ZPOPMAX z
ZADD z 1 a 2 b 3 c | BZPOPMIN y z 0
ZADD z 1 a 2 b 3 c | BZPOPMAX y z 0
ZADD z 1 a 2 b 3 c | ZMPOP 2 y z MIN
ZADD z 1 a 2 b 3 c | ZMPOP 2 y z MAX COUNT 2
ZADD z 1 a 2 b 3 c | BZMPOP 0 2 y z MAX COUNT 9
ZMPOP 2 y z MIN
ZADD a 1 x 2 y | ZADD b 1 y | ZUNIONSTORE d 2 a b
ZUNIONSTORE d 2 a b
ZADD d 1 x | ZUNIONSTORE d 2 a b
ZADD a 1 x 2 y | ZADD b 1 y | ZINTERSTORE d 2 a b
ZADD d 1 x | ZADD a 1 x 2 y | ZINTERSTORE d 2 a b
ZADD a 1 x 2 y | ZADD b 1 y | ZDIFFSTORE d 2 a b
ZADD d 1 x | ZDIFFSTORE d 2 a b
ZADD z 1 a 2 b 3 c | ZRANGESTORE d z 0 1
ZADD z 1 a 2 b 3 c | ZRANGESTORE d z 5 9
ZADD z 1 a 2 b 3 c | ZADD d 1 a | ZRANGESTORE d z 5 9
ZRANGESTORE d z 0 -1
ZADD d 1 a | ZRANGESTORE d z 0 -1
ZADD z 1 a 2 b | ZRANGESTORE z z 0 0
GEOADD g 13.4 52.5 Berlin 2.35 48.86 Paris
GEOADD g 13.4 52.5 Berlin | GEOADD g 13.4 52.5 Berlin
GEOADD g 13.4 52.5 Berlin | GEOADD g XX CH 13.5 52.5 Berlin 2.35 48.86 Paris
GEOADD g 13.4 52.5 Berlin 2.35 48.86 Paris | GEOSEARCHSTORE d g FROMMEMBER Berlin BYRADIUS 5000 km
GEOADD g 13.4 52.5 Berlin | GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 1 km
GEOADD g 13.4 52.5 Berlin | SET d v | GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 1 km
SET d v | GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 1 km
GEOADD g 13.4 52.5 Berlin 2.35 48.86 Paris | GEORADIUS g 10 50 5000 km STORE d
GEOADD g 13.4 52.5 Berlin 2.35 48.86 Paris | GEORADIUS g 10 50 5000 km STOREDIST d
GEOADD g 13.4 52.5 Berlin 2.35 48.86 Paris | GEORADIUS g 10 50 5000 km
SET d v | GEORADIUS g 10 50 5000 km STORE d
GEOADD g 13.4 52.5 Berlin 2.35 48.86 Paris | GEORADIUSBYMEMBER g Berlin 5000 km STORE d
GEOADD g 13.4 52.5 Berlin | SET d v | GEORADIUSBYMEMBER g Berlin 0 km STORE d
RPUSH k 3 1 2 | SORT k
RPUSH k 3 1 2 | SORT k STORE d
RPUSH k 3 1 2 | SORT k LIMIT 0 1 STORE d
SORT k STORE d
SET d v | SORT k STORE d
RPUSH k 3 1 2 | RPUSH d x | SORT k STORE d
RPUSH k 3 1 2 | SORT k GET # GET x_* STORE d
XADD s 1-1 a b
XADD s 1-1 a b | XADD s 1-1 a b
XADD s NOMKSTREAM 1-1 a b
two | XADD s MAXLEN 1 3-1 a b
XADD s 1-1 a b | XADD s MAXLEN 5 3-1 a b
XADD s 1-1 a b | XADD s MAXLEN 0 3-1 a b
XADD s MINID 9 3-1 a b
two | XADD s 3-1 a b | XTRIM s MAXLEN 1
XADD s 1-1 a b | XTRIM s MAXLEN 1
two | XTRIM s MINID 9
XADD s 1-1 a b | XTRIM s MAXLEN ~ 0
XTRIM s MAXLEN 1
two | XDEL s 1-1 2-1 3-1
XADD s 1-1 a b | XDEL s 7-7
XDEL s 7-7
XADD s 1-1 a b | XSETID s 7-7
XADD s 1-1 a b | XSETID s 1-1
XADD s 1-1 a b | XSETID s 7-7 ENTRIESADDED 9 MAXDELETEDID 3-3
XGROUP CREATE s g $
XGROUP CREATE s g $ MKSTREAM
XADD s 1-1 a b | XGROUP CREATE s g $
caught-up | XGROUP CREATE s g $
caught-up | XGROUP SETID s g 0
group | XGROUP SETID s g 0
caught-up | XGROUP DESTROY s g
XADD s 1-1 a b | XGROUP DESTROY s g
caught-up | XGROUP CREATECONSUMER s g c
caught-up | XGROUP CREATECONSUMER s g c | XGROUP CREATECONSUMER s g c
caught-up | XGROUP DELCONSUMER s g c
caught-up | XGROUP CREATECONSUMER s g c | XGROUP DELCONSUMER s g c
group | XREADGROUP GROUP g c STREAMS s > | XGROUP DELCONSUMER s g c
group | XREADGROUP GROUP g c STREAMS s >
two | XGROUP CREATE s g 0 | XREADGROUP GROUP g c STREAMS s >
two | XGROUP CREATE s g 0 | XREADGROUP GROUP g c NOACK STREAMS s >
two | XGROUP CREATE s g 0 | XREADGROUP GROUP g c COUNT 1 STREAMS s >
group | XGROUP CREATECONSUMER s g c | XREADGROUP GROUP g c STREAMS s >
two | XGROUP CREATE s g 0 | XGROUP CREATECONSUMER s g c | XREADGROUP GROUP g c STREAMS s >
two | XGROUP CREATE s g 0 | XGROUP CREATECONSUMER s g c | XREADGROUP GROUP g c NOACK STREAMS s >
caught-up | XREADGROUP GROUP g c STREAMS s > => 1
caught-up | XGROUP CREATECONSUMER s g c | XREADGROUP GROUP g c STREAMS s >
caught-up | XREADGROUP GROUP g c STREAMS s 0
group | XREADGROUP GROUP g c STREAMS s > | XREADGROUP GROUP g c STREAMS s 0
group | XADD t 1-1 a b | XGROUP CREATE t g 0 | XREADGROUP GROUP g c STREAMS s t > >
caught-up | XREADGROUP GROUP g c BLOCK 1 STREAMS s > => 1
pending | XACK s g 1-1 2-1 3-1
group | XACK s g 1-1
XACK s g 1-1
pending | XCLAIM s g d 0 1-1 2-1
pending | XCLAIM s g c 0 1-1 2-1
pending | XCLAIM s g d 0 1-1 2-1 JUSTID
pending | XCLAIM s g d 100000 1-1 => 1
pending | XCLAIM s g c 100000 1-1
group | XCLAIM s g d 0 1-1 => 1
group | XCLAIM s g d 0 1-1 FORCE
group | XCLAIM s g d 0 7-7 FORCE => 1
group | XCLAIM s g d 0 7-7 LASTID 1-1 => 2
group | XCLAIM s g d 0 7-7 LASTID 0-0 => 1
group | XREADGROUP GROUP g c STREAMS s > | XDEL s 1-1 | XCLAIM s g d 0 1-1 => 2
group | XGROUP CREATECONSUMER s g d | XCLAIM s g d 0 7-7 LASTID 1-1
group | XGROUP CREATECONSUMER s g d | XCLAIM s g d 0 1-1 FORCE LASTID 5-5
group | XGROUP CREATECONSUMER s g d | XCLAIM s g d 0 1-1 LASTID 0-0
pending | XDEL s 1-1 | XCLAIM s g c 0 1-1 2-1 LASTID 5-5
pending | XAUTOCLAIM s g d 0 0
pending | XAUTOCLAIM s g c 0 0 JUSTID
pending | XAUTOCLAIM s g d 100000 0 => 1
pending | XAUTOCLAIM s g c 100000 0
pending | XDEL s 1-1 | XAUTOCLAIM s g d 0 0
pending | XDEL s 1-1 2-1 | XAUTOCLAIM s g c 0 0
group | XAUTOCLAIM s g d 0 0 => 1
SET k v PX 1 | sleep 5 | GET k
SET k v PX 1 | sleep 5 | EXISTS k
SET k v PX 1 | sleep 5 | INCR k
SET k v PX 1 | sleep 5 | RPUSH k a
SET k v PX 1 | sleep 5 | APPEND k w
SET k v PX 1 | sleep 5 | PERSIST k
SET k v PX 1 | sleep 5 | SET j v | RENAME j k
SET k v PX 1 | sleep 5 | KEYS *
SET k v PX 1 | sleep 5 | SCAN 0
SET k v PX 1 | SET l v | SET m v EX 100 | sleep 5 | KEYS *
SET k v PX 1 | SET l v | SET m v EX 100 | sleep 5 | SCAN 0
SET k v PX 1 | SET l v | SET m v EX 100 | sleep 5 | SCAN 0 COUNT 1000 MATCH [lm]
SET k v PX 1 | SET l v PX 1 | SET m v EX 100 | sleep 5 | SCAN 0 MATCH l
SET k v PX 1 | SET l v PX 1 | SET m v EX 100 | sleep 5 | SCAN 0 TYPE list
SET k v PX 1 | SET l v PX 1 | sleep 5 | DBSIZE
SET k v PX 1 | SET l v PX 1 | sleep 5 | EXISTS l
SET k v PX 1 | sleep 5 | RANDOMKEY
DEBUG POPULATE 5
SET key:0 x | DEBUG POPULATE 5
DEBUG POPULATE 5 | DEBUG DIGEST
TOUCH k
SET k v | GET k
"""


# How a step went: the number of changes, whether the data differ after it, what it
# answered, and what INFO says of the databases.
Result = collections.namedtuple("Result", "changes changed reply keyspace")


class Server:
    """One of the two, with a client for those who ask and wait."""

    def __init__(self, port):
        self.port = port
        self.client = self.connect()
        self.payload = b""
        self.waiters = []

    def connect(self):
        client = redis.Redis(port=self.port, socket_timeout=20, single_connection_client=True)
        client.response_callbacks.clear()
        return client

    def ask(self, words):
        try:
            return self.client.execute_command(*words)
        except redis.ResponseError as error:
            return error

    def field(self, name):
        for line in self.ask(["INFO", "persistence"]).splitlines():
            if line.startswith(name + b":"):
                return int(line.split(b":")[1])
        raise KeyError(name)

    def changes(self):
        return self.field(b"rdb_changes_since_last_save")

    def keyspace(self):
        lines = self.ask(["INFO", "keyspace"]).split(b"\r\n")[1:]
        return b" ".join(line.rpartition(b",avg_ttl")[0] for line in lines).decode()

    def step(self, words):
        if words[0] == "sleep":
            time.sleep(int(words[1]) / 1000)
        elif words[0] == "dump":
            self.payload = self.ask(["DUMP", words[1]])
        elif words[0] == "later":
            self.wait(words[1:])
        else:
            return self.ask([self.payload if word == "{dump}" else word for word in words])
        return None

    def wait(self, words):
        waiter = self.connect()
        waiter.connection.send_command(*words)
        self.waiters.append(waiter)
        for _ in range(500):
            waiting = self.ask(["CLIENT", "LIST"]).count(b"flags=b")
            if waiting == len(self.waiters):
                return
            time.sleep(0.005)
        raise AssertionError("nobody waits for " + " ".join(words))

    def count(self, steps):
        """What the last step counts as, when the others have been taken."""
        self.ask(["FLUSHALL"])
        self.ask(["SELECT", "0"])
        for words in steps[:-1]:
            self.step(words)
        digest, changes = self.ask(["DEBUG", "DIGEST"]), self.changes()
        reply = self.step(steps[-1])
        self.ask(["PING"])
        changed = self.ask(["DEBUG", "DIGEST"]) != digest
        result = Result(self.changes() - changes, changed, reply, self.keyspace())
        for waiter in self.waiters:
            waiter.close()
        self.waiters = []
        return result


def parse(row):
    """The steps of a row, and what the last one counts as if 7.0 is no guide."""
    dialogue, _, count = row.partition(" => ")
    first, bar, others = dialogue.partition(" | ")
    dialogue = BEGINNINGS.get(first, first) + bar + others
    return [shlex.split(step) for step in dialogue.split(" | ")], int(count) if count else None


def judge(steps, known, ours, other):
    """What is wrong with the count of a row, or None."""
    mine, due = ours.count(steps), other.count(steps)
    count = due.changes if known is None else known
    if mine.changes != count:
        return f"counts as {mine.changes}, in Redis as {count}; it answered {mine.reply!r}"
    # Ours frees at once what is set to go in the past.
    if mine.keyspace != due.keyspace and steps[-1] != ["SET", "k", "v", "PXAT", "1"]:
        return f"leaves {mine.keyspace!r}, in Redis {due.keyspace!r}"
    # What expired has changed the data without being counted.
    excused = "POPULATE" in steps[-1] or any(words[0] == "sleep" for words in steps)
    if mine.changed and not mine.changes and not excused:
        return "counts as nothing, but the data have changed"
    return None


def commands_that_write(server):
    return {row[0].decode() for row in server.ask(["COMMAND"]) if b"write" in row[2]}


def main():
    ours, other = (Server(int(word)) for word in sys.argv[1:])
    for server in (ours, other):
        server.ask(["CONFIG", "SET", "save", ""])
        server.ask(["DEBUG", "SET-ACTIVE-EXPIRE", "0"])
    rows = {row: parse(row) for row in ROWS.splitlines() if row}
    verdicts = {row: judge(*parsed, ours, other) for row, parsed in rows.items()}
    wrong = {row: text for row, text in verdicts.items() if text}
    for row, text in wrong.items():
        print(f"{row}\n  {text}")
    missed = commands_that_write(ours) - {steps[-1][0].lower() for steps, _ in rows.values()}
    if missed:
        print("not in the table:", *sorted(missed))
    print(len(rows), "rows,", len(wrong), "of them counted otherwise")
    sys.exit(bool(wrong or missed))


if __name__ == "__main__":
    main()
