"""Stage 06: lists, and clients that wait. Data, as in tables.py."""

from .excuses import Apart, error_texts


def quicklist(_words, ours, redis):
    return redis[1] == b"quicklist" and ours[1] == b"listpack"


def lowest_rank(words, ours, _redis):
    return (b"-9223372036854775808" in words
            and ours[1].startswith(b"ERR value is out of range, value must"))


def asks_again(words, ours, redis):
    """One of several keys has another type when another one is fed, or one
    further in front has come by an element, too."""
    if redis[0] not in ("*", ""):
        return False
    if ours[1][:9] == b"WRONGTYPE":
        raise Apart
    if not redis[1]:
        return False
    mine, other = ours[1][0][1], redis[1][0][1]
    if mine != other and words.index(mine) < words.index(other):
        raise Apart
    return False


LISTS = """
10 LPUSH key element...
14 RPUSH key element...
2 LPUSH key elements
4 RPUSH key elements
3 LPUSHX key element...
3 RPUSHX key element...
6 LPOP key
6 RPOP key
3 LPOP key count
3 RPOP key count
6 LLEN key
8 LRANGE key index index
3 LRANGE key 0 -1
8 LINDEX key index
7 LSET key index element
7 LINSERT key (BEFORE|AFTER|BEFORE|AFTER|word) element element
5 LREM key count element
3 LTRIM key index index
1 LTRIM key 0 index
6 LPOS key element
7 LPOS key element {RANK rank|COUNT small|MAXLEN small}
1 LPOS key element (RANK rank|COUNT int|MAXLEN int|word)*
7 LMOVE key key (LEFT|RIGHT) (LEFT|RIGHT)
1 LMOVE key key (LEFT|RIGHT|word) (LEFT|RIGHT|word)
4 RPOPLPUSH key key
5 LMPOP keys (LEFT|RIGHT) {COUNT count}
1 LMPOP keys (LEFT|RIGHT|word) (COUNT count|word)*
8 BLPOP key... wait
8 BRPOP key... wait
6 BLMOVE key key (LEFT|RIGHT) (LEFT|RIGHT) wait
1 BLMOVE key key (LEFT|RIGHT|word) (LEFT|RIGHT|word) wait
5 BRPOPLPUSH key key wait
6 BLMPOP wait keys (LEFT|RIGHT) {COUNT count}
1 BLMPOP wait keys (LEFT|RIGHT|word) (COUNT count|word)*
6 CLIENT UNBLOCK client
3 CLIENT UNBLOCK client (TIMEOUT|ERROR|word)
"""

# What works on keys of any type, beside them.
WITH_LISTS = """
4 PING
2 SET key value
1 GET key
1 APPEND key value
1 INCR key
2 SET key value XX
4 DEL key
2 RENAME key key
1 RENAMENX key key
5 COPY key key {DB db|REPLACE}
2 MOVE key db
1 SELECT db
1 SWAPDB db db
8 OBJECT ENCODING key
2 TYPE key
1 EXISTS key...
1 EXPIREAT key moment
1 EXPIRETIME key
1 PERSIST key
1 SCAN 0 {!COUNT 100000|MATCH pattern|TYPE type}
0.1 FLUSHALL
0.1 FLUSHDB
"""

TIME_OUTS = error_texts([(b"ERR timeout is negative",
                          b"ERR timeout is out of range")])

EXCUSES_LISTS = [
    ("blpop, brpop, blmove, brpoplpush, blmpop", TIME_OUTS, "a time-out of "
     "more milliseconds than fit 64 bits was taken for a negative one"),
    ("blpop, brpop, blmpop", asks_again, "Redis 7.2 does the command once "
     "more when a client is served, and so looks at all of its keys"),
    ("lpos", lowest_rank, "new in Redis 7.2: the lowest rank is an error"),
    ("object encoding", quicklist, "new in Redis 7.2: a list that fits into "
     "one listpack is one"),
]
