"""Permissions: random users and requests, judged by both servers.

Each user gets rules that are drawn, some of them wrong. Both servers must accept or
refuse the same ones, and then describe the user alike, also after ACL SAVE and LOAD.
Then requests are drawn: ACL DRYRUN must answer the same about each of them, and if a
client of that user sends it, both servers must refuse it or neither. Refused requests
must be in ACL LOG.

"""

import os
import random
import tempfile
import time

from commands.arguments import Arguments
from commands.patterns import ROWS, Grammar
from harness import flags, wire
from harness.manifest import own_server
from harness.server import Server

from . import acl_text
from .fair import must_not_ask
from .tables import HERE
from .waits import may_wait

REDIS = "redis-server --port {port}"
USER = b"u"
CATEGORIES = (b"all keyspace read write set sortedset list hash string bitmap "
              b"hyperloglog geo stream pubsub admin fast slow blocking "
              b"dangerous connection transaction scripting nosuch").split()
LONGEST_LOG = 128
PLAIN = (b"on off nopass resetkeys allkeys resetchannels allchannels allcommands "
         b"nocommands clearselectors reset sanitize-payload >p <p resetpass "
         b"nosuch % %~a %RR~a ~a&b &* ~* +@all -@all + - +| -get|x +get|x "
         b"+client|id|x +select|0 +select|1 +config|get -config|get ) ()"
         ).split() + [b"", b"~a b", b"(+get ~k* )", b"(%R~k1 +@read)"]
# Commands that would end the client's session, or have no reply of their own.
NEVER = {b"quit", b"reset", b"auth", b"hello", b"shutdown", b"debug", b"multi",
         b"monitor", b"subscribe", b"psubscribe", b"ssubscribe", b"client",
         b"unsubscribe", b"punsubscribe", b"sunsubscribe",
         b"exec", b"discard", b"watch", b"sync", b"psync", b"replicaof"}


class Rules:
    """Draws the rules of users."""

    def __init__(self, rng, arguments, commands):
        self.rng, self.arguments, self.commands = rng, arguments, commands

    def glob(self, kind):
        """Returns a pattern that matches some of the names of a kind. Redis reads no
        NUL in rules, and knows quotes between parentheses."""
        name = self.arguments.draw(kind).translate(None, b"\0\"'")
        at = self.rng.randint(0, len(name))
        return self.rng.choice((
            name, name[:at] + b"*", name[:at] + b"?" + name[at + 1:],
            b"*" + name[at:], b"k[0-4]", b"k[^0-4]*", b"\\k*", b"*"))

    def one(self):
        rng = self.rng
        sign = rng.choice((b"+", b"-"))
        return rng.choice((
            lambda: sign + rng.choice(self.commands),
            lambda: sign + rng.choice(self.commands),
            lambda: sign + b"@" + rng.choice(CATEGORIES),
            lambda: b"~" + self.glob("key"),
            lambda: b"%" + rng.choice((b"R", b"W", b"RW", b"r")) + b"~"
            + self.glob("key"),
            lambda: b"&" + self.glob("key"),
            lambda: rng.choice(PLAIN),
        ))()

    def about_one(self):
        """Returns several rules about a container and its subcommands, or about the
        first arguments of a command, to see which of them overrule others."""
        rng = self.rng
        name = rng.choice((b"config", b"client", b"object", b"xgroup", b"acl"))
        kin = [one for one in self.commands if one.split(b"|")[0] == name]
        words = rng.choice((kin, kin, [b"get", b"get|a", b"GET|A", b"get|b"]))
        return [rng.choice((b"+", b"+", b"-")) + (
            word.upper() if rng.random() < 0.1 else word)
            for word in rng.choices(words, k=rng.randint(2, 6))]

    def draw(self):
        """Draws the rules of one SETUSER, sometimes in parentheses."""
        rules = [self.one() for _ in range(self.rng.choice((1, 3, 6, 10)))]
        if self.rng.random() < 0.3:
            rules = self.about_one()
        if self.rng.random() < 0.3:
            inner = [self.one() for _ in range(self.rng.randint(1, 4))]
            rules.append(b"(" + b" ".join(inner) + b")")
        if self.rng.random() < 0.3:
            rules += [b"("] + [self.one() for _ in range(3)] + [b")"]
        return rules


class WhoMay:
    """Both servers, and the requests that they got."""

    def __init__(self, argv):
        parser = flags.parser("tests/diff/who_may", HERE + "/who_may.ini")
        self.options = parser.parse_args(argv)
        if self.options.seed is None:
            self.options.seed = random.SystemRandom().randrange(10 ** 6)
        self.grammar = Grammar([row for row in ROWS
                                if "fuzz" not in row.tags])
        self.asked = self.refused = self.described = 0

    def run(self):
        started = time.monotonic()
        ours = self.options.server or own_server("10")
        with tempfile.TemporaryDirectory() as folder:
            first, second = (Server(command + " --save '' --aclfile "
                                    + make_empty(folder, name))
                             for command, name in ((ours, "ours"), (REDIS, "redis")))
            with first, second:
                agreed = self.play_on([first, second])
        if agreed:
            print("who_may: %d users, %d times described, %d requests, seed %d: "
                  "%d refused, by both (%.1f s)" % (
                      self.options.users, self.described, self.asked,
                      self.options.seed, self.refused,
                      time.monotonic() - started))
        return 0 if agreed else 1

    def play_on(self, servers):
        """Plays all users. Returns true if the servers agreed."""
        self.servers = servers
        self.owners = [server.client() for server in servers]
        known = [commands_of(owner) for owner in self.owners]
        self.commands = sorted(set(known[0]) & set(known[1]))
        return all(self.play(random.Random("%d/%d" % (self.options.seed, number)))
                   for number in range(self.options.users))

    def both(self, clients, *words):
        return [client.ask(*words) for client in clients]

    def play(self, rng):
        """Plays one user. Returns true if the servers agreed."""
        arguments = Arguments(rng, self.grammar.names, "A", 8)
        rules = Rules(rng, arguments, self.commands)
        self.both(self.owners, b"ACL", b"SETUSER", USER, b"reset", b"on",
                  b"nopass")
        self.told = [b"reset on nopass"]
        self.model = acl_text.User()
        if rng.random() < 0.7:
            self.set_rules([b"+@all", b"~k1*"])
        for _ in range(3):
            if not self.set_rules(rules.draw()):
                return False
        if not self.loaded_again():
            return False
        self.both(self.owners, b"ACL", b"SETUSER", USER, b"on", b"nopass")
        self.both(self.owners, b"ACL", b"LOG", b"RESET")
        self.users = [one.client() for one in self.servers]
        self.both(self.users, b"AUTH", USER, b"x")
        agreed = self.judge(arguments)
        for user in self.users:
            user.close()
        if not agreed:
            return False
        logs = [acl_text.log_entries(reply) for reply in
                self.both(self.owners, b"ACL", b"LOG", b"%d" % LONGEST_LOG)]
        return self.same(logs, b"ACL LOG")

    def set_rules(self, rules):
        """Returns true if both accept or refuse the rules, and describe the user alike.
        """
        self.told.append(b" ".join(rules))
        said = self.both(self.owners, b"ACL", b"SETUSER", USER, *rules)
        if said[0][0] == "+":
            self.model.apply(rules)
        return self.same(said, b"the rules") and self.described_alike()

    def loaded_again(self):
        """Returns true if loading gives what was saved. Redis cannot load a user that
        it saved with a star and another pattern behind it."""
        if self.saves_star:
            return True
        self.both(self.owners, b"ACL", b"SAVE")
        said = self.both(self.owners, b"ACL", b"LOAD")
        return self.same(said, b"ACL LOAD") and self.described_alike()

    def described_alike(self):
        self.described += 1
        told = [acl_text.Told(reply) for reply in
                self.both(self.owners, b"ACL", b"GETUSER", USER)]
        self.saves_star = told[0].has_inner_star()
        listed = wire.plain(self.owners[0].ask(b"ACL", b"LIST"))
        return (self.same([one.rest() for one in told], b"ACL GETUSER")
                and self.same([told[0].commands(), self.model.texts()],
                              b"the commands of ACL GETUSER")
                and self.same([listed[-1], told[0].line(USER)], b"ACL LIST"))

    def judge(self, arguments):
        for _ in range(self.options.requests):
            words = self.grammar.draw(arguments)
            if must_not_ask(words) or stores_twice(words):
                continue
            said = [sentence(reply) for reply in self.both(
                self.owners, b"ACL", b"DRYRUN", USER, *words)]
            if unknown(said):
                continue
            self.asked += 1
            if (said[0] == b"OK" != said[1]
                    and self.users[0].ask(*words)[0] == "-"):
                continue    # it makes no sense for any user
            if not self.same(said, b"DRYRUN " + b" ".join(words)):
                return False
            if words[0].lower() in NEVER or may_wait(words):
                continue
            said = [begins(reply) for reply in self.both(self.users, *words)]
            self.refused += said[0]
            if not self.same(said, b" ".join(words)):
                return False
        return True

    def same(self, said, what):
        if said[0] == said[1]:
            return True
        print("who_may: seed %d: of a user with\n  %s\nthe servers think "
              "differently\n  asked: %r\n  ours:  %r\n  redis: %r" % (
                  self.options.seed,
                  "\n  ".join(map(repr, self.told)), what, said[0], said[1]))
        return False


def make_empty(folder, name):
    """Makes an empty file. Returns its path."""
    path = os.path.join(folder, name)
    with open(path, "wb"):
        return path


def commands_of(owner):
    """Returns the names of all commands, and of their subcommands."""
    return [name for _, name in owner.ask(b"COMMAND", b"LIST")[1]]


def sentence(reply):
    """Returns the answer of DRYRUN in the words of 7.2. Redis 7.0 stops at a NUL."""
    kind, text = reply
    if kind != "$" or text is None:
        return text
    head, quote, name = text.replace(b"This user ", b"User " + USER
                                     + b" ").partition(b"'")
    name, end, tail = name.rpartition(b"'")
    return head + quote + name.partition(b"\0")[0] + end + tail


def stores_twice(words):
    """Returns true for a GEORADIUS with several destinations: it stores to the last
    one, and Redis checks the first."""
    return sum(word.lower() in (b"store", b"storedist") for word in words) > 1


def begins(reply):
    """Returns true if it is a refusal."""
    return reply[0] == "-" and reply[1].startswith(b"NOPERM")


def unknown(said):
    """Returns true if one of them does not know the command, or not in this form: the
    oracle is older."""
    return any(isinstance(one, bytes) and one.startswith(
        (b"ERR Command '", b"ERR wrong number of arguments")) for one in said)


def main(argv):
    return WhoMay(argv).run()
