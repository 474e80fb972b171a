"""Commands as they may stand in a log that somebody wrote by hand."""

import collections

from harness import wire

# About the connection, about the server, and those that wait: ";" or a line's
# end stands between them. A name that the server does not have is one more
# unknown command.
PLAUSIBLE = """
QUIT ; RESET ; PING ; ECHO x ; AUTH secret ; AUTH default secret
HELLO ; HELLO 2 ; HELLO 3 ; HELLO 2 AUTH default secret SETNAME me
HELLO 3 SETNAME me
SELECT 0
CLIENT SETNAME me ; CLIENT SETINFO LIB-NAME mine ; CLIENT SETINFO LIB-VER 1.0
CLIENT REPLY OFF ; CLIENT REPLY SKIP ; CLIENT REPLY ON
CLIENT KILL TYPE normal ; CLIENT KILL ID 1 ; CLIENT KILL SKIPME no
CLIENT KILL 127.0.0.1:1 ; CLIENT PAUSE 100000 ; CLIENT PAUSE 100000 WRITE
CLIENT UNPAUSE ; CLIENT NO-EVICT ON ; CLIENT NO-TOUCH ON
CLIENT UNBLOCK 1 ERROR ; CLIENT LIST ; CLIENT ID ; CLIENT INFO ; CLIENT GETNAME
CLIENT TRACKING ON ; CLIENT CACHING YES
SHUTDOWN ; SHUTDOWN NOSAVE ; SHUTDOWN NOSAVE NOW FORCE
CONFIG SET appendonly no ; CONFIG SET maxclients 1
CONFIG SET requirepass secret ; CONFIG SET appendfsync no save 1 dir /
CONFIG GET * ; CONFIG REWRITE ; CONFIG RESETSTAT
DEBUG SLEEP 30 ; DEBUG RELOAD ; DEBUG LOADAOF ; DEBUG SEGFAULT ; DEBUG RESTART
DEBUG CRASH-AND-RECOVER ; DEBUG PANIC ; DEBUG FLUSHALL ; DEBUG JMAP
DEBUG SET-ACTIVE-EXPIRE 0 ; DEBUG POPULATE 10 ; DEBUG DIGEST
SAVE ; BGSAVE ; BGSAVE SCHEDULE ; BGREWRITEAOF ; LASTSAVE ; INFO
INFO everything
COMMAND ; COMMAND COUNT ; COMMAND INFO get ; COMMAND DOCS get
COMMAND GETKEYS get x
MEMORY DOCTOR ; MEMORY PURGE ; MEMORY USAGE before ; OBJECT ENCODING before
OBJECT HELP ; SLOWLOG RESET ; LATENCY RESET ; ACL SETUSER default off
ACL WHOAMI ; MODULE LIST ; REPLICAOF 127.0.0.1 1 ; SLAVEOF NO ONE ; MONITOR
MULTI ; EXEC ; DISCARD ; WATCH before ; UNWATCH ; SUBSCRIBE c ; PSUBSCRIBE *
SSUBSCRIBE c ; UNSUBSCRIBE ; PUBLISH c x ; EVAL return(1) 0 ; SCRIPT FLUSH
FUNCTION FLUSH ; SYNC ; PSYNC ? -1 ; REPLCONF ACK 0 ; FAILOVER ; CLUSTER INFO
ROLE ; WAIT 1 0 ; WAITAOF 1 0 0 ; LOLWUT ; TIME ; ASKING ; READONLY
BLPOP nothing 0 ; BRPOP nothing 0 ; BLMOVE nothing other LEFT LEFT 0
BRPOPLPUSH nothing other 0 ; BLMPOP 0 1 nothing LEFT ; BZPOPMIN nothing 0
BZPOPMAX nothing 0 ; BZMPOP 0 1 nothing MIN ; XREAD BLOCK 0 STREAMS nothing $
FLUSHALL ; FLUSHALL ASYNC ; FLUSHDB ; SWAPDB 0 1 ; MOVE before 1 ; SELECT 3
KEYS * ; SCAN 0 ; RANDOMKEY ; DBSIZE ; PFDEBUG GETREG before ; PFSELFTEST
CLIENT NOTHING ; CONFIG NOTHING ; OBJECT NOTHING before ; NOTHING ; SETT k v
EXED
"""

# What forgets the key that stands before it, and what the log goes on in
# another database behind.
FORGETS = ("flushall", "flushdb", "swapdb", "move", "del", "unlink", "getdel")
MOVES = ("select", "swapdb", "multi", "exec", "discard")

# Commands that run in this order: the log of each must load.
SESSIONS = """
PFADD p a ; PFDEBUG GETREG p
PFADD p a ; PFDEBUG TODENSE p
PFADD p a ; PFDEBUG DECODE p
XADD s 1-1 a b ; XADD s MAXLEN 2 NOMKSTREAM 9-1 a b
XADD s 1-1 a b ; XADD s MINID = 2 NOMKSTREAM 9-1 a b
XADD s 1-1 a b ; XADD s LIMIT 1 MAXLEN ~ 2 NOMKSTREAM 9-1 a b
XADD s 1-1 a b ; XADD s 2-1 a b ; XTRIM s LIMIT 5 MINID ~ 2
XADD s 1-1 a b ; XGROUP CREATE s g 0 ; XREADGROUP COUNT 2 GROUP g c STREAMS s >
XADD s 1-1 a b ; XGROUP CREATE s g 0 ; XREADGROUP BLOCK 1 GROUP g c STREAMS s >
XADD s 1-1 a b ; XGROUP CREATE s g 0 ; XREADGROUP NOACK GROUP g c STREAMS s >
XADD s 1-1 a b ; XGROUP CREATE s streams 0 ; XREADGROUP COUNT 2 GROUP streams noack STREAMS s >
XADD s 1-1 a b ; XGROUP CREATE s g 0 ; XCLAIM s g c 0 1-1 FORCE RETRYCOUNT 7 LASTID 3-3
XADD s 1-1 a b ; XGROUP CREATE s g 0 ; XCLAIM s g c 0 1-1 LASTID 3-3 JUSTID FORCE
SET k 5 ; SET k v GET EX 1000 XX
SET k 5 ; SET k v KEEPTTL GET
SET k 5 ; GETEX k EX 1000
SET k 5 ; EXPIRE k 1000 GT ; EXPIRE k 500 LT XX
SADD d 1 2 3 ; SORT d DESC STORE e ALPHA LIMIT 0 2
GEOADD h CH NX 1 1 a 2 2 b ; GEORADIUS h 1 1 1000 km DESC STORE i COUNT 1
ZADD z CH GT 5 a ; ZADD z INCR XX 2 a
"""


def words_of(line):
    return [word.encode() for word in line.split()]


def sessions(table=SESSIONS):
    """Of each line its commands, as words."""
    return [[words_of(part) for part in line.split(";")]
            for line in table.strip().split("\n")]


def plausible():
    """The commands of the table above."""
    return sum(sessions(PLAUSIBLE), [])


def is_long(words):
    """Would it make a string of hundreds of megabytes, or sleep?"""
    return any(word.lstrip(b"#").isdigit() and int(word.lstrip(b"#")) > 10 ** 5
               for word in words if words[0].lower() in (
                   b"setbit", b"bitfield", b"setrange"))


class Command(collections.namedtuple("Command", "arity flags")):
    """What COMMAND says of one."""

    def takes(self, count):
        return count == self.arity or self.arity < 0 and count >= -self.arity


class Table:
    """The commands that a server has, as it says itself."""

    def __init__(self, reply):
        self.commands = {}      # by "name" or "container|subcommand"
        self.containers = set()
        self._add(wire.plain(reply))

    def _add(self, rows):
        for row in rows:
            name = row[0].decode().lower()
            self.commands[name] = Command(row[1], {*map(bytes.decode, row[2])})
            if len(row) > 9 and row[9]:
                self.containers.add(name)
                self._add(row[9])

    @staticmethod
    def name(words):
        return words[0].decode("latin-1").lower()

    def find(self, words):
        """The command or subcommand, or None."""
        name = self.name(words)
        if name in self.containers and len(words) > 1:
            name += "|" + words[1].decode("latin-1").lower()
        return self.commands.get(name)

    def takes(self, words):
        """Is it a command, with a right number of words?"""
        command = self.find(words)
        return command is not None and command.takes(len(words))

    def flags(self, words):
        command = self.find(words)
        return command.flags if command else set()

    def is_data(self, words):
        """Does it change data, or read it?"""
        return bool(self.flags(words) & {"write", "readonly"})

    def is_admin(self, words):
        return "admin" in self.flags(words) and not self.is_data(words)

    def leaves(self):
        """[(words of the name, command)] of all that can be called."""
        return [(name.encode().split(b"|"), command)
                for name, command in self.commands.items()
                if name not in self.containers]

    def implausible(self):
        """Of each one with the least number of words, and with more, of which
        none means anything; without those that end all that stands behind
        them, as they should."""
        return [name + [word] * (count - len(name))
                for name, command in self.leaves()
                if self.name(name) not in MOVES + FORGETS[:3]
                for count in {abs(command.arity), abs(command.arity)
                              + 3 * (command.arity < 0)}
                for word in (b"", b"x", b"-1")]

    def wrong_arity(self):
        """Of each one with a word less than the least, or one more than it
        takes."""
        return [name + [b"x"] * (count - len(name))
                for name, command in self.leaves()
                if name[0] not in (b"multi", b"exec")
                for count in (abs(command.arity) - 1, abs(command.arity) + 1)
                if len(name) <= count and not command.takes(count)]
