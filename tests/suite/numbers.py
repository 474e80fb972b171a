"""Numbers that a command takes, as large and as small as they can be.

    numbers.py PORT

Each command is answered, and after each one the server still answers others: no
number becomes the size of a block, or of a row of things, before somebody has
looked whether it makes sense. A DEBUG that is switched off is passed over.
"""
import socket
import sys

NUMBERS = ("9223372036854775807 -9223372036854775808 -9223372036854775807 "
           "4611686018427387904 18446744073709551615 4294967296 4294967297 "
           "-2147483648 -2147483649 1152921504606846976").split()

READY = """
SET s hello
SADD set a b c
HSET h f v g w
ZADD z 1 a 2 b
RPUSH l a b
XADD x 1-1 a b
XGROUP CREATE x g 0
GEOADD geo 1 1 a
"""

# @ is the number.
COMMANDS = """
DEBUG POPULATE 1 k @
DEBUG POPULATE 9223372036854775807 k
DEBUG HTSTATS @
SETRANGE s2 @ x
SETBIT s3 @ 1
GETBIT s @
BITFIELD b SET u8 @ 1
BITFIELD b SET u8 #@ 1
BITFIELD b INCRBY i@ 0 1
BITCOUNT s @ @
BITPOS s 0 @ @ BIT
GETRANGE s @ @
LCS s s IDX MINMATCHLEN @
SORT set ALPHA LIMIT @ @
SORT set ALPHA LIMIT 0 @
SORT set ALPHA LIMIT @ 1 STORE d
XADD x MAXLEN ~ @ LIMIT @ * a b
XTRIM x MAXLEN ~ 0 LIMIT @
SINTERCARD @ set
SINTERCARD 1 set LIMIT @
ZINTERCARD @ z
ZINTERCARD 1 z LIMIT @
SPOP none @
LPOS l a RANK @
LPOS l a COUNT @ MAXLEN @
LRANGE l @ @
LTRIM none @ @
LREM l @ none
LPOP none @
LMPOP @ l LEFT
LMPOP 1 none LEFT COUNT @
ZMPOP @ z MIN
ZPOPMIN none @
ZRANGE z @ @
ZRANGE z 0 -1 BYLEX LIMIT @ @
ZREMRANGEBYRANK none @ @
ZUNION @ z
ZUNIONSTORE d @ z
ZDIFF @ z
SCAN 0 COUNT @
SSCAN set @ COUNT @
HSCAN h @ COUNT @
ZSCAN z @ COUNT @
XRANGE x - + COUNT @
XREAD COUNT @ STREAMS x 0
XREADGROUP GROUP g c COUNT @ STREAMS x >
XPENDING x g - + @
XAUTOCLAIM x g c 0 0 COUNT @
XINFO STREAM x FULL COUNT @
GEOSEARCH geo FROMLONLAT 1 1 BYBOX @ @ km COUNT @
BLMPOP 0.01 @ l LEFT
CLIENT LIST ID @
CLIENT UNBLOCK @
SELECT @
COPY s t DB @
CONFIG SET hash-max-listpack-entries @
CONFIG SET hash-max-listpack-value @
HSET h2 a b c d
CONFIG SET set-max-intset-entries @
CONFIG SET set-max-listpack-entries @
CONFIG SET set-max-listpack-value @
SADD set2 1 2 3 a b c
CONFIG SET zset-max-listpack-entries @
CONFIG SET zset-max-listpack-value @
ZADD z2 1 a 2 b
CONFIG SET stream-node-max-bytes @
CONFIG SET stream-node-max-entries @
XADD x2 * a b
CONFIG SET hll-sparse-max-bytes @
PFADD p a b c
PFCOUNT p
MEMORY USAGE set SAMPLES @
"""


def request(words):
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        parts.append(b"$%d\r\n%s\r\n" % (len(word), word.encode()))
    return b"".join(parts)


def ask(port, words):
    """A connection for each, so that no answer is taken for another."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        link.sendall(request(words))
        answer = link.recv(1 << 16)
    if not answer:
        sys.exit("no answer to " + " ".join(words))
    return answer


def main():
    port = int(sys.argv[1])
    for line in READY.split("\n"):
        if line and ask(port, line.split())[:1] == b"-":
            sys.exit("refused: " + line)
    for line in COMMANDS.split("\n"):
        for number in NUMBERS if line else ():
            words = line.replace("@", number).split()
            ask(port, words)
            if ask(port, ["PING"]) != b"+PONG\r\n":
                sys.exit("no PONG after " + " ".join(words))


if __name__ == "__main__":
    main()
