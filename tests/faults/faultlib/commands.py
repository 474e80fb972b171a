"""Commands as they may stand in a log that somebody wrote by hand."""

import collections

from harness import wire

from . import place

# Commands that delete the key before them, or after which the log continues in another
# database.
FORGETS = ("flushall", "flushdb", "swapdb", "move", "del", "unlink", "getdel")
MOVES = ("select", "swapdb", "multi", "exec", "discard")


def words_of(line):
    return [word.encode() for word in line.split()]


def sessions(name="sessions.txt"):
    """Returns the commands of each line of a table, as words."""
    return [[words_of(part) for part in line.split(";")]
            for line in place.table(name).split("\n")]


def plausible():
    """Returns commands as they may stand in a log."""
    return sum(sessions("plausible.txt"), [])


def is_long(words):
    """Returns true if it would make a string of hundreds of megabytes, or sleep."""
    return any(word.lstrip(b"#").isdigit() and int(word.lstrip(b"#")) > 10 ** 5
               for word in words if words[0].lower() in (
                   b"setbit", b"bitfield", b"setrange"))


class Command(collections.namedtuple("Command", "arity flags")):
    """The facts that COMMAND gives about one command."""

    def takes(self, count):
        return count == self.arity or self.arity < 0 and count >= -self.arity


class Table:
    """The commands that a server has, as it reports them itself."""

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
        """Returns the command or subcommand, or None."""
        name = self.name(words)
        if name in self.containers and len(words) > 1:
            name += "|" + words[1].decode("latin-1").lower()
        return self.commands.get(name)

    def takes(self, words):
        """Returns true if it is a command with a correct number of words."""
        command = self.find(words)
        return command is not None and command.takes(len(words))

    def flags(self, words):
        command = self.find(words)
        return command.flags if command else set()

    def is_data(self, words):
        """Returns true if it changes or reads data."""
        return bool(self.flags(words) & {"write", "readonly"})

    def is_admin(self, words):
        return "admin" in self.flags(words) and not self.is_data(words)

    def leaves(self):
        """Returns [(words of the name, command)] of all that can be called."""
        return [(name.encode().split(b"|"), command)
                for name, command in self.commands.items()
                if name not in self.containers]

    def implausible(self):
        """Returns each command with the fewest words, and with more, none of which
        means anything. Commands after which the rest of the log is rightly ignored are
        left out."""
        return [name + [word] * (count - len(name))
                for name, command in self.leaves()
                if self.name(name) not in MOVES + FORGETS[:3]
                for count in {abs(command.arity), abs(command.arity)
                              + 3 * (command.arity < 0)}
                for word in (b"", b"x", b"-1")]

    def wrong_arity(self):
        """Returns each command with one word too few, or one too many."""
        return [name + [b"x"] * (count - len(name))
                for name, command in self.leaves()
                if name[0] not in (b"multi", b"exec")
                for count in (abs(command.arity) - 1, abs(command.arity) + 1)
                if len(name) <= count and not command.takes(count)]
